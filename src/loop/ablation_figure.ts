/** The figure of an ablation as plain shapes: a dot a seed, a bar at the mean, a tick where it began; knows geometry, no page and no file. */

import type { ArmSummary } from './ablation';

/** One SVG element; only presentation attributes, so that it may be drawn where inline styles are refused. */
export interface Shape { tag: 'rect' | 'line' | 'circle' | 'text' | 'title'; attributes: Record<string, string | number>; text?: string; children?: Shape[] }
export interface Figure { width: number; height: number; title: string; shapes: Shape[] }

const WIDTH = 720, LEFT = 170, RIGHT = 64, TOP = 30, ROW = 30, BOTTOM = 44;
const FONT = { 'font-family': 'system-ui, sans-serif', 'font-size': 12, 'fill': 'currentColor' };

const round = (value: number): number => Math.round(value * 100) / 100;

/** Bounds in steps of 0.05 around all values, so that small differences are seen; never outside [0, 1], never narrower than 0.1. */
export function axisBounds(values: readonly number[]): [low: number, high: number] {
  if (values.length === 0) return [0, 1];
  let low = Math.max(0, Math.floor((Math.min(...values) - 0.01) * 20) / 20), high = Math.min(1, Math.ceil((Math.max(...values) + 0.01) * 20) / 20);
  if (high - low < 0.1) [low, high] = low >= 0.05 ? [low - 0.05, Math.max(high, low + 0.05)] : [low, low + 0.1];
  return [round(low), round(high)];
}

/** Held-out similarity by the fixed yardstick, one row an arm. Dots of equal values are moved apart, so that each seed is seen. */
export function ablationFigure(summaries: readonly ArmSummary[]): Figure {
  const after = (summary: ArmSummary): number[] => summary.results.map((result) => result.after.similarity);
  const known = summaries.flatMap((summary) => [...after(summary), summary.before.similarity.mean]).filter(Number.isFinite);
  const [low, high] = axisBounds(known);
  const height = TOP + summaries.length * ROW + BOTTOM, bottom = TOP + summaries.length * ROW;
  const x = (value: number): number => round(LEFT + ((value - low) / (high - low)) * (WIDTH - LEFT - RIGHT));
  const shapes: Shape[] = [];
  const text = (at: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', more: Shape['attributes'] = {}): void => {
    shapes.push({ tag: 'text', attributes: { ...FONT, 'x': at, y, 'text-anchor': anchor, ...more }, text: content });
  };

  const step = (high - low) / 5;
  for (let k = 0; k <= 5; k++) {
    const value = low + k * step;
    shapes.push({ tag: 'line', attributes: { 'x1': x(value), 'x2': x(value), 'y1': TOP - 6, 'y2': bottom, 'stroke': 'currentColor', 'stroke-opacity': 0.18 } });
    text(x(value), bottom + 16, value.toFixed(2), 'middle', { 'fill-opacity': 0.75 });
  }
  text(x(low), bottom + 34, 'held-out similarity by the default blend (bar: mean, line: range, dot: a seed, tick: before)', 'start', { 'fill-opacity': 0.75 });
  summaries.forEach((summary, i) => {
    const middle = TOP + i * ROW + ROW / 2, { mean } = summary.after.similarity, start = summary.before.similarity.mean;
    text(LEFT - 10, middle + 4, summary.label, 'end');
    if (!Number.isFinite(mean)) {
      text(LEFT + 6, middle + 4, 'not measured by the default blend', 'start', { 'fill-opacity': 0.75 });
      return;
    }
    const { min, max } = summary.after.similarity;
    shapes.push({ tag: 'line', attributes: { 'x1': x(min), 'x2': x(max), 'y1': middle, 'y2': middle, 'stroke': 'currentColor', 'stroke-opacity': 0.5 } });
    // Upright at the mean: the axis does not begin at 0, and a bar's length would then say what is not so.
    shapes.push({ tag: 'rect', attributes: { 'x': round(x(mean) - 3), 'y': middle - 11, 'width': 6, 'height': 22, 'fill': 'currentColor', 'fill-opacity': 0.35 } });
    if (Number.isFinite(start)) shapes.push({ tag: 'line', attributes: { 'x1': x(start), 'x2': x(start), 'y1': middle - 11, 'y2': middle + 11, 'stroke': 'currentColor', 'stroke-width': 2, 'stroke-dasharray': '3 2' } });
    const placed: number[] = [];
    for (const { seed, after: { similarity } } of summary.results) {
      if (!Number.isFinite(similarity)) continue;
      const at = x(similarity), near = placed.filter((other) => Math.abs(other - at) < 7).length;
      placed.push(at);
      // 0, +5, -5, +10, ...: symmetrical about the bar's middle.
      const shift = Math.ceil(near / 2) * 5 * (near % 2 === 0 ? -1 : 1);
      shapes.push({ tag: 'circle', attributes: { 'cx': at, 'cy': middle + shift, 'r': 4, 'fill': 'currentColor' }, children: [{ tag: 'title', attributes: {}, text: `seed ${seed}: ${similarity.toFixed(3)}` }] });
    }
    text(WIDTH - RIGHT + 10, middle + 4, mean.toFixed(3), 'start');
  });
  const title = `Held-out similarity of ${summaries.map((summary) => `${summary.label} ${Number.isFinite(summary.after.similarity.mean) ? summary.after.similarity.mean.toFixed(3) : 'not measured'}`).join(', ')}`;
  return { width: WIDTH, height, title, shapes };
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** The figure as a file of its own: dark on light, and light on dark where the viewer says so. */
export function figureSvg(figure: Figure): string {
  const write = ({ tag, attributes, text = '', children = [] }: Shape): string => {
    const inner = `${children.map(write).join('')}${escape(text)}`, named = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(String(value))}"`).join('');
    return inner === '' ? `<${tag}${named}/>` : `<${tag}${named}>${inner}</${tag}>`;
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${figure.width} ${figure.height}" width="${figure.width}" height="${figure.height}" class="ablation" role="img" aria-label="${escape(figure.title)}">`,
    '<style>.ablation { color: #171b22; } @media (prefers-color-scheme: dark) { .ablation { color: #e8ebf0; } }</style>',
    ...figure.shapes.map(write), '</svg>', '',
  ].join('\n');
}
