/** What charts are drawn from: lines of several runs on one axis, zoom, marks, logarithms, the table that is saved. */
import { describe, expect, it } from 'vitest';
import type { RunMark } from '../../src/types';
import { MetricTable } from '../../src/ui/metric_table';
import { chartCsv, chartData, neighbour } from '../../src/ui/train/chart_data';
import { moved, toggled, zoomed } from '../../src/ui/train/chart_options';
import { padded } from '../../src/ui/train/chart_plot';
import { align, markPlace, positions, sourceOf } from '../../src/ui/train/chart_source';
import { evaluations, markOfNotice, readMarks, withMark } from '../../src/ui/train/marks';

const tableOf = (rows: Record<string, number>[], key = 'step'): MetricTable => {
  const table = new MetricTable(key);
  for (const row of rows) table.add(row);
  return table;
};
const NONE: ReadonlySet<number> = new Set();

describe('positions on the x axis', () => {
  it('counts steps, tokens or seconds, and never goes back', () => {
    const table = tableOf([{ step: 0 }, { step: 1, num_tokens: 100, 'time/elapsed_seconds': 2 }, { step: 2, num_tokens: NaN }, { step: 3, num_tokens: 250, 'time/elapsed_seconds': 5 }, { step: 4, num_tokens: 240, 'time/elapsed_seconds': 5.5 }]);
    expect(positions(table, 'step')).toEqual([0, 1, 2, 3, 4]);
    expect(positions(table, 'tokens')).toEqual([0, 100, 100, 250, 250]);
    expect(positions(table, 'time')).toEqual([0, 2, 2, 5, 5.5]);
  });
  it('adds up the times of steps for a run that kept no time, and says when there is nothing to count', () => {
    expect(positions(tableOf([{ step: 0 }, { step: 1, step_time: 1.5 }, { step: 2, step_time: 2 }]), 'time')).toEqual([0, 1.5, 3.5]);
    expect(positions(tableOf([{ step: 1, loss: 1 }]), 'tokens')).toBeNull();
    expect(positions(tableOf([{ 'warmstart/step': 1, 'warmstart/num_tokens': 9 }], 'warmstart/step'), 'tokens')).toEqual([9]);
  });
});

describe('lines of several runs', () => {
  const a = sourceOf(tableOf([{ step: 1, loss: 3, num_tokens: 10 }, { step: 2, loss: 2, num_tokens: 20 }])), b = sourceOf(tableOf([{ step: 2, loss: 5, num_tokens: 15 }, { step: 4, loss: 4, num_tokens: 40 }]));
  const lines = [{ key: 'loss', source: a }, { key: 'loss', source: b }];
  it('share one axis, each with its own values and steps', () => {
    expect(align(lines, 'step')).toEqual({ x: [1, 2, 4], columns: [[3, 2, undefined], [undefined, 5, 4]], steps: [[1, 2, undefined], [undefined, 2, 4]], left: false });
    expect(align(lines, 'tokens')).toEqual({ x: [10, 15, 20, 40], columns: [[3, undefined, 2, undefined], [undefined, 5, undefined, 4]], steps: [[1, undefined, 2, undefined], [undefined, 2, undefined, 4]], left: false });
  });
  it('are left out, and that is said, where a run has no such count', () => {
    const none = sourceOf(tableOf([{ step: 1, loss: 9 }]));
    expect(align([...lines, { key: 'loss', source: none }], 'tokens')).toMatchObject({ x: [10, 15, 20, 40], left: true });
    expect(align([{ key: 'loss', source: none }], 'time')).toEqual({ x: [], columns: [[]], steps: [[]], left: true });
  });
});

describe('chart data', () => {
  const source = sourceOf(tableOf([{ step: 1, loss: 1 }, { step: 2, loss: 0 }, { step: 3, loss: -2 }, { step: 4, loss: 4, other: 7 }]));
  const lines = [{ key: 'loss', label: 'loss', color: 'c-reward', smooth: true, source }, { key: 'other', label: 'other', color: 'c-floor', source }];
  const options = { mode: 'step', weight: 0, log: false, hidden: NONE } as const;
  it('has gaps for what a logarithmic axis has no place for, and counts them', () => {
    const { plot, notPositive } = chartData(lines, { ...options, log: true });
    expect(plot[1]).toEqual([1, null, null, 4]);
    expect(notPositive).toBe(2);
    expect(chartData(lines, options)).toMatchObject({ notPositive: 0 });
    expect(chartData(lines, options).plot[1]).toEqual([1, 0, -2, 4]);
    expect(chartData(lines, { ...options, log: true, hidden: new Set([0]) }).notPositive).toBe(0);
  });
  it('lets the arrow keys stop where there are values', () => {
    const { columns } = chartData(lines, options);
    expect(neighbour(columns, NONE, -1, 1)).toBe(0);
    expect(neighbour(columns, new Set([0]), -1, 1)).toBe(3);
    expect(neighbour(columns, NONE, 4, -10)).toBe(0);
    expect(neighbour(columns, NONE, 3, 1)).toBe(3);
  });
  it('is saved as it is shown', () => {
    expect(chartCsv(lines, 'step', 0.5, NONE).split('\r\n')).toEqual(['step,loss,loss (smoothed),other', '1,1,1,', '2,0,0.3333333333333333,', `3,-2,${-1},`, '4,4,1.6666666666666667,7', '']);
    expect(chartCsv(lines, 'step', 0.5, new Set([0]))).toBe('step,other\r\n4,7\r\n');
  });
});

describe('zoom', () => {
  it('halves around the cursor, stays inside, and all of it is no zoom', () => {
    expect(zoomed(null, [0, 100], 0.5)).toEqual([25, 75]);
    expect(zoomed(null, [0, 100], 0.5, 90)).toEqual([50, 100]);
    expect(zoomed([25, 75], [0, 100], 2)).toBeNull();
    expect(zoomed([10, 20], [0, 100], 2)).toEqual([5, 25]);
    expect(moved([10, 20], [0, 100], -2)).toEqual([0, 10]);
    expect(moved([10, 20], [0, 100], 0.5)).toEqual([15, 25]);
    expect(moved(null, [0, 100], 1)).toBeNull();
    expect(toggled(toggled(['a'], 'b'), 'a')).toEqual(['b']);
  });
  it('gives a single value an axis of its own size', () => {
    expect(padded(0.479, 0.479)).toEqual([expect.closeTo(0.4311, 6), expect.closeTo(0.5269, 6)]);
    expect(padded(0, 0)).toEqual([0, 1]);
    expect(padded(null, null)).toEqual([0, 1]);
    expect(padded(0.2, 1.4, [0, 1])).toEqual([0, 1.4]);
  });
});

describe('marks', () => {
  const mark = (kind: RunMark['kind'], step: number): RunMark => ({ kind, step, at: 5 });
  it('are told once for a step, and old saves give way first', () => {
    let list: RunMark[] = [mark('lost', 1)];
    for (let step = 0; step < 500; step++) list = withMark(list, mark('saved', step));
    expect(list.length).toBe(400);
    expect(list[0]).toEqual(mark('lost', 1));
    expect(list.at(-1)!.step).toBe(499);
    expect(withMark(list, mark('saved', 499)).length).toBe(400);
  });
  it('do not tell of a new device twice', () => {
    const back = withMark([mark('lost', 7), mark('saved', 4)], mark('recovered', 4));
    expect(withMark(back, mark('resumed', 4))).toEqual(back);
    expect(withMark(back, mark('resumed', 5)).at(-1)).toEqual(mark('resumed', 5));
    expect(withMark([mark('paused', 4)], mark('resumed', 4)).length).toBe(2);
  });
  it('stand at their step or at the last row before it', () => {
    expect(markPlace(3, [1, 2, 5], [10, 20, 50])).toBe(20);
    expect(markPlace(9, [1, 2, 5], [10, 20, 50])).toBe(50);
    expect(markPlace(0, [1, 2], [10, 20])).toBe(10);
    expect(markPlace(3, [], [])).toBeUndefined();
  });
  it('come from notices, from the metrics and from storage, where what is no mark is left out', () => {
    expect([markOfNotice('not-finite'), markOfNotice('resumed'), markOfNotice('toString')]).toEqual(['skipped', 'resumed', undefined]);
    expect(evaluations(tableOf([{ step: 0, 'heldout/similarity': 0.5 }, { step: 1, loss: 1 }, { step: 5, 'heldout/similarity': 0.6 }])).map(({ step }) => step)).toEqual([0, 5]);
    expect(readMarks([mark('saved', 3), { kind: 'constructor', step: 1, at: 0 }, null, { kind: 'saved', step: NaN, at: 0 }, 7])).toEqual([mark('saved', 3)]);
    expect(readMarks('no')).toEqual([]);
  });
});
