/** Where the lines of a chart come from and what they look like side by side; knows tables of metrics, no canvas. */
import type { RunMark } from '../../types';
import type { MetricTable } from '../metric_table';
import { marks, metricsVersion, metricTable } from '../state';
import type { Stage } from '../state';
import { evaluations } from './marks';

/** What the x axis counts. */
export const X_MODES = ['step', 'tokens', 'time'] as const;
export type XMode = (typeof X_MODES)[number];
export const X_NAMES: Readonly<Record<XMode, string>> = { step: 'step', tokens: 'tokens processed', time: 'seconds of training' };

/**
 * A table of metrics that lines are drawn from. Signals that `table` and `marks` read redraw the chart.
 * Any table will do: fill a MetricTable with the rows of a stored run and hand `sourceOf(table)` to the lines.
 */
export interface Source {
  table(): MetricTable;
  marks?(): readonly RunMark[];
}

export const sourceOf = (table: MetricTable, own: readonly RunMark[] = []): Source => ({ table: () => table, marks: () => own });

/** The run that is open in the page, as it grows. */
export const OPEN_RUN: Readonly<Record<Stage, Source>> = { loop: live('loop'), warmstart: live('warmstart') };

function live(stage: Stage): Source {
  const table = (): MetricTable => { void metricsVersion.value; return metricTable(stage); };
  return { table, marks: () => [...marks.value.filter(mark => (mark.stage ?? 'loop') === stage), ...evaluations(table())] };
}

/**
 * Where the rows of a table stand on the x axis, ascending. Runs that were recorded before a count existed get it from the times of their
 * steps, where they have those; null = this table cannot be drawn so.
 */
export function positions(table: MetricTable, mode: XMode): number[] | null {
  if (mode === 'step') return table.steps();
  const prefix = table.key === 'step' ? '' : 'warmstart/';
  let counted = table.column(mode === 'tokens' ? `${prefix}num_tokens` : prefix === '' ? 'time/elapsed_seconds' : 'warmstart/elapsed_seconds');
  if (mode === 'time' && counted.every(at => at === undefined)) {
    let sum = 0;
    counted = table.column('step_time').map(seconds => (seconds === undefined ? undefined : (sum += Number.isFinite(seconds) ? seconds : 0)));
  }
  if (counted.every(at => at === undefined || !Number.isFinite(at))) return null;
  let last = 0;
  return counted.map(at => { if (at !== undefined && at > last && Number.isFinite(at)) last = at; return last; });
}

export interface Aligned {
  x: number[];
  /** One a line, raw: undefined = no value there. */
  columns: (number | undefined)[][];
  /** One a line: the step that stands at each x; undefined where its table has none. */
  steps: (number | undefined)[][];
  /** Some table has no such count, so its lines are not drawn. */
  left: boolean;
}

/** The columns of lines from any number of tables on one x axis. */
export function align(lines: readonly { key: string; source: Source }[], mode: XMode): Aligned {
  const tables = new Map(lines.map(({ source }) => [source, source.table()]));
  const places = new Map([...tables].map(([source, table]) => [source, positions(table, mode)]));
  const left = [...places].some(([source, at]) => at === null && tables.get(source)!.length > 0);
  if (tables.size === 1) {
    const [[source, table]] = tables as unknown as [[Source, MetricTable]], at = places.get(source)!, steps = table.steps();
    if (at === null) return { x: [], columns: lines.map(() => []), steps: lines.map(() => []), left };
    return { x: at, columns: lines.map(({ key }) => table.column(key)), steps: lines.map(() => steps), left };
  }
  const x = [...new Set([...places.values()].flatMap(at => at ?? []))].sort((a, b) => a - b), index = new Map(x.map((at, i) => [at, i]));
  const spread = (source: Source, values: readonly (number | undefined)[]): (number | undefined)[] => {
    const out = new Array<number | undefined>(x.length).fill(undefined);
    places.get(source)?.forEach((at, row) => { if (values[row] !== undefined) out[index.get(at)!] = values[row]; });
    return out;
  };
  return { x, columns: lines.map(({ key, source }) => spread(source, tables.get(source)!.column(key))), steps: lines.map(({ source }) => spread(source, tables.get(source)!.steps())), left };
}

/** Where a mark stands: at its step, or at the last row before it. */
export function markPlace(step: number, steps: readonly number[], at: readonly number[]): number | undefined {
  let low = 0, high = steps.length;
  while (low < high) { const middle = (low + high) >> 1; if (steps[middle]! <= step) low = middle + 1; else high = middle; }
  return at[Math.max(0, low - 1)];
}
