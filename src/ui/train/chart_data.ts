/** What a chart draws, lists and exports of its lines, from where they come from; knows no canvas. */
import { toCsv } from '../../formats/metrics';
import { debiasedEma, positiveOnly, withGaps } from '../smoothing';
import { align, markPlace, positions } from './chart_source';
import type { Aligned, Source, XMode } from './chart_source';
import type { Column, PlacedMark } from './chart_plot';

/** `color` names a custom property of the style sheet; `dash` tells lines apart without colour. `source` is the chart's where there is none. */
export interface Line { key: string; label: string; color: string; dash?: number[]; smooth?: boolean; scale?: 'y' | 'right'; source?: Source }
export type DrawnLine = Line & { source: Source };

export interface ChartData extends Aligned {
  /** x, then two columns a line: raw where it is smoothed, and the one that is read. */
  plot: [number[], ...Column[]];
  marks: PlacedMark[];
  /** On a logarithmic axis: values that have no place on it. */
  notPositive: number;
}

export function chartData(lines: readonly DrawnLine[], options: { mode: XMode; weight: number; log: boolean; hidden: ReadonlySet<number> }): ChartData {
  const aligned = align(lines, options.mode);
  let notPositive = 0;
  const columns = lines.flatMap((line, i): Column[] => {
    const raw = aligned.columns[i]!, none = new Array<undefined>(raw.length).fill(undefined);
    if (options.hidden.has(i)) return [none, none];
    const shown: Column[] = line.smooth ? [withGaps(raw), debiasedEma(raw, options.weight)] : [none, withGaps(raw)];
    if (!options.log) return shown;
    notPositive += raw.filter(value => value !== undefined && value <= 0).length;
    return shown.map(positiveOnly);
  });
  const marks = [...new Set(lines.map(({ source }) => source))].flatMap(source => {
    const table = source.table(), at = positions(table, options.mode), steps = table.steps();
    return at === null ? [] : (source.marks?.() ?? []).flatMap(mark => { const x = markPlace(mark.step, steps, at); return x === undefined ? [] : [{ mark, x }]; });
  }).sort((a, b) => a.x - b.x);
  return { ...aligned, plot: [aligned.x, ...columns], marks, notPositive };
}

/** The next row in a direction that has a value of some shown line; `from` itself where there is none. */
export function neighbour(columns: Aligned['columns'], hidden: ReadonlySet<number>, from: number, by: number): number {
  const length = columns[0]?.length ?? 0, direction = Math.sign(by);
  let at = from, left = Math.abs(by);
  for (let i = from + direction; i >= 0 && i < length && left > 0; i += direction) if (columns.some((column, line) => !hidden.has(line) && column[i] !== undefined)) { at = i; left--; }
  return at;
}

/** The shown lines as a table of values: where they stand on x, raw, and smoothed where they are. */
export function chartCsv(lines: readonly DrawnLine[], mode: XMode, weight: number, hidden: ReadonlySet<number>): string {
  const { x, columns, steps } = align(lines, mode), smoothed = lines.map((line, i) => (line.smooth ? debiasedEma(columns[i]!, weight) : null));
  const rows = x.map((at, row) => {
    const cells: Record<string, number> = mode === 'step' ? { step: at } : { [mode === 'tokens' ? 'tokens' : 'seconds']: at, ...Object.fromEntries([...new Set(steps)].slice(0, 1).flatMap(own => (own[row] === undefined ? [] : [['step', own[row]]]))) };
    lines.forEach((line, i) => {
      const value = columns[i]![row], smooth = smoothed[i]?.[row];
      if (hidden.has(i) || value === undefined) return;
      cells[line.label] = value;
      if (typeof smooth === 'number') cells[`${line.label} (smoothed)`] = smooth;
    });
    return cells;
  });
  return toCsv(rows.filter(cells => Object.keys(cells).some(name => !['step', 'tokens', 'seconds'].includes(name))));
}
