/** Metric columns, smoothing and time left: the numbers behind the charts. */
import { describe, expect, it } from 'vitest';
import { MetricTable } from '../../src/ui/metric_table';
import { debiasedEma, withGaps } from '../../src/ui/smoothing';
import { quantile, StepClock } from '../../src/ui/eta';

describe('MetricTable', () => {
  it('keeps absent values apart from values that are no number', () => {
    const table = new MetricTable();
    table.add({ step: 1, loss: 2 });
    table.add({ step: 2, loss: NaN, 'heldout/similarity': 0.5 });
    table.add({ step: 3 });
    expect(table.steps()).toEqual([1, 2, 3]);
    expect(table.column('loss')).toEqual([2, NaN, undefined]);
    expect(table.column('heldout/similarity')).toEqual([undefined, 0.5, undefined]);
    expect(table.column('unknown')).toEqual([undefined, undefined, undefined]);
    expect(table.last('loss')).toEqual({ step: 2, value: NaN });
    expect(table.rows(1, 2)).toEqual([{ step: 2, loss: NaN, 'heldout/similarity': 0.5 }]);
  });

  it('merges rows of the same step and replaces steps a resume repeats', () => {
    const table = new MetricTable();
    for (let step = 1; step <= 5; step++) table.add({ step, loss: step, leak: 1 });
    table.add({ step: 5, 'heldout/similarity': 0.9 });
    expect(table.rows(4)).toEqual([{ step: 5, loss: 5, leak: 1, 'heldout/similarity': 0.9 }]);
    table.add({ step: 3, loss: 30 });
    expect(table.steps()).toEqual([1, 2, 3]);
    expect(table.column('loss')).toEqual([1, 2, 30]);
    expect(table.column('leak')).toEqual([1, 1, undefined]);
  });

  it('grows past its first capacity without losing a value, and ignores rows without a step', () => {
    const table = new MetricTable();
    table.add({ loss: 1 });
    table.add({ step: NaN, loss: 1 });
    expect(table.length).toBe(0);
    for (let step = 0; step < 1031; step++) table.add({ step, a: step * 2, ...(step > 600 ? { b: -step } : {}) });
    expect(table.length).toBe(1031);
    expect(table.column('a').every((v, i) => v === 2 * i)).toBe(true);
    expect(table.column('b')[600]).toBeUndefined();
    expect(table.column('b')[1030]).toBe(-1030);
  });
});

describe('smoothing', () => {
  it('divides the start-up bias out', () => {
    // w = 0.5: averages 1, (0.5*0.5 + 0.5*3)/(1-0.25) = 7/3
    const out = debiasedEma([1, 3], 0.5);
    expect(out[0]).toBeCloseTo(1, 12);
    expect(out[1]).toBeCloseTo(7 / 3, 12);
    for (const w of [0, 0.3, 0.9, 0.99]) expect(debiasedEma([4, 4, 4, 4], w)).toEqual([4, 4, 4, 4].map(v => expect.closeTo(v, 10)));
  });

  it('leaves gaps for NaN, never zeros, and lets absent values pass', () => {
    expect(debiasedEma([1, NaN, undefined, Infinity, 1], 0.9)).toEqual([expect.closeTo(1, 10), null, undefined, null, expect.closeTo(1, 10)]);
    expect(withGaps([0, NaN, undefined, null, 2])).toEqual([0, null, undefined, null, 2]);
  });
});

describe('StepClock', () => {
  it('shows no estimate before ten steps, then quartiles of the steps left', () => {
    const clock = new StepClock();
    let now = 0;
    for (let step = 0; step < 10; step++) { clock.mark(step, now); now += 1000; }
    expect(clock.left(100)).toBeNull();
    expect(clock.secondsPerStep()).toBeNaN();
    clock.mark(10, now);
    expect(clock.left(100)).toEqual([100, 100]);
    expect(clock.secondsPerStep()).toBe(1);
    expect(clock.left(0)).toBeNull();
  });

  it('gives a range when steps differ, and starts over after a pause', () => {
    const clock = new StepClock();
    let now = 0;
    for (let step = 0; step <= 40; step++) { clock.mark(step, now); now += step % 2 === 0 ? 1000 : 3000; }
    expect(clock.left(10)).toEqual([10, 30]);
    now += 3_600_000;
    clock.mark(41, now);
    expect(clock.left(10)).toBeNull();
  });

  it('interpolates quantiles', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
