/** Metric columns, smoothing and time left: the numbers behind the charts. */
import { describe, expect, it } from 'vitest';
import { MetricTable } from '../../src/ui/metric_table';
import { debiasedEma, withGaps } from '../../src/ui/smoothing';
import { evaluationsAhead, quantile, RunClock } from '../../src/ui/eta';

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

describe('RunClock', () => {
  /** Steps of 1 s sampling, 0.5 s scoring and `update` s of learning, as the loop tells of them; returns when the last has ended. */
  const steps = (clock: RunClock, from: number, to: number, now: number, update: (step: number) => number = () => 2000): number => {
    for (let step = from; step < to; step++) {
      clock.hear('document', step, now); clock.hear('reconstruct', step, now += 600); clock.hear('reward', step, now += 400); clock.hear('update', step, now += 500);
      clock.hear('update', step + 1, now += update(step));
    }
    return now;
  };
  const ahead = { steps: 100, evaluations: 0, checkpointSeconds: 1e9 };

  it('shows no time left before ten steps, then what each part takes times the steps left', () => {
    const clock = new RunClock();
    let now = steps(clock, 0, 9, 0);
    expect(clock.left(ahead)).toBeNull();
    expect(clock.secondsPerStep()).toBe(3.5);
    now = steps(clock, 9, 10, now);
    expect(clock.left(ahead)).toEqual([350, 350]);
    expect(clock.typical()).toEqual({ rollout: 1, reward: 0.5, update: 2 });
    expect(clock.left({ ...ahead, steps: 0 })).toBeNull();
  });

  it('counts evaluations and saves apart, each by its own clock', () => {
    const clock = new RunClock();
    let now = steps(clock, 0, 10, 0);
    clock.hear('evaluate', 0, now); clock.hear('evaluate', 5, now + 7000); clock.hear('checkpoint', 0, now += 20_000); clock.hear('checkpoint', 1, now += 1000);
    now = steps(clock, 10, 12, now + 60_000);
    expect(clock.typical()).toEqual({ rollout: 1, reward: 0.5, update: 2, evaluate: 20, save: 1 });
    // 350 s of steps, 3 x 20 s of evaluations, and a save of 1 s after each full 100 s.
    expect(clock.left({ steps: 100, evaluations: 3, checkpointSeconds: 100 })).toEqual([414, 414]);
    expect([evaluationsAhead(0, 120, 20), evaluationsAhead(20, 120, 20), evaluationsAhead(119, 120, 20), evaluationsAhead(0, 50, 20), evaluationsAhead(50, 50, 20)]).toEqual([6, 5, 1, 3, 0]);
  });

  it('gives a range where steps differ, leaves compiling out, and starts over after a pause or a sleep', () => {
    const clock = new RunClock();
    clock.hear('document', 0, 0); clock.warm(); clock.hear('update', 0, 50_000); clock.hear('update', 1, 90_000);
    expect(clock.secondsPerStep()).toBeNaN();
    let now = steps(clock, 1, 42, 90_000, step => (step % 2 === 0 ? 1000 : 3000));
    expect(clock.left({ ...ahead, steps: 10 })).toEqual([25, 45]);
    now = steps(clock, 42, 43, now, () => 3_600_000);
    expect(clock.left(ahead)).toBeNull();
    expect(clock.secondsPerStep()).toBeNaN();
    steps(clock, 43, 60, now);
    expect(clock.secondsPerStep()).toBe(3.5);
    clock.reset();
    expect(clock.left(ahead)).toBeNull();
  });

  it('times a warm start, whose steps begin without a word', () => {
    const clock = new RunClock();
    for (let step = 1; step <= 12; step++) clock.hear('warmstart', step, step * 250);
    expect(clock.left({ ...ahead, steps: 40 })).toEqual([10, 10]);
  });
});

describe('quantile', () => {
  it('interpolates quantiles', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
