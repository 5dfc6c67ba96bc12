/** Metric values of episodes as columns to correlate; knows episodes, no view. */
import type { Episode } from '../../types';

/**
 * One value a reconstruction and metric, NaN where the metric did not apply. Keys with '/' are parts of a metric and left out, columns
 * with fewer than three values too. Order: the given names first, others by name, execution last.
 */
export function metricColumns(episodes: readonly Episode[], order: readonly string[]): Map<string, number[]> {
  const rows = episodes.flatMap(episode => episode.reconstructions.map(made => made.parts));
  const place = (name: string): number => (name === 'execution' ? Infinity : order.includes(name) ? order.indexOf(name) : order.length);
  const names = [...new Set(rows.flatMap(Object.keys))].filter(name => !name.includes('/')).sort((a, b) => (place(a) === place(b) ? (a < b ? -1 : 1) : place(a) - place(b)));
  const columns = names.map((name): [string, number[]] => [name, rows.map(parts => parts[name] ?? NaN)]);
  return new Map(columns.filter(([, values]) => values.filter(Number.isFinite).length >= 3));
}
