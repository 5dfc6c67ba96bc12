/** Tests of the advantages by hand-worked numbers. */
import { describe, expect, it } from 'vitest';
import { deviation, fractionZeroStd, mean, requireGroup, returnsToGo, sampleAdvantages, whitenTokens } from '../../src/rl/advantage';
import type { AdvantageKind } from '../../src/rl/advantage';

const near = (values: ArrayLike<number>, expected: number[]): void => {
  expect(values.length).toBe(expected.length);
  expected.forEach((value, i) => expect(values[i], String(i)).toBeCloseTo(value, 6));
};
// Two groups: 1 2 3 (mean 2, n-1 std 1) and 4 8 (mean 6, std sqrt 8). All five: mean 3.6, squares 29.2, std sqrt 7.3.
const REWARDS = [1, 2, 3, 4, 8], GROUPS = [0, 0, 0, 1, 1];

describe('sample advantages', () => {
  it('are what the papers say', () => {
    const std = Math.sqrt(8);
    near(sampleAdvantages(REWARDS, GROUPS, 'group-std', 0), [-1, 0, 1, -2 / std, 2 / std]);
    near(sampleAdvantages(REWARDS, GROUPS, 'group-std', 0.5), [-1 / 1.5, 0, 1 / 1.5, -2 / (std + 0.5), 2 / (std + 0.5)]);
    near(sampleAdvantages(REWARDS, GROUPS, 'group-mean', 9), [-1, 0, 1, -2, 2]);
    // r - mean of the others: 1 - 2.5, 2 - 2, 3 - 1.5, 4 - 8, 8 - 4.
    near(sampleAdvantages(REWARDS, GROUPS, 'leave-one-out', 9), [-1.5, 0, 1.5, -4, 4]);
    near(sampleAdvantages(REWARDS, GROUPS, 'group-mean-batch-std', 0), [-1, 0, 1, -2, 2].map((value) => value / Math.sqrt(7.3)));
    near(sampleAdvantages(REWARDS, GROUPS, 'batch-mean', 9), [-2.6, -1.6, -0.6, 0.4, 4.4]);
  });
  it('leave unscored samples out of every mean, at 0', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      near(sampleAdvantages([1, bad, 3, 4, 8], GROUPS, 'group-mean', 0), [-1, 0, 1, -2, 2]);
      near(sampleAdvantages([1, bad, 3], [0, 0, 0], 'batch-mean', 0), [-1, 0, 1]);
    }
  });
  it('are 0, not NaN, for equal rewards and for a group with one scored member', () => {
    for (const kind of ['group-std', 'group-mean', 'leave-one-out', 'group-mean-batch-std'] as const) {
      near(sampleAdvantages([0.3, 0.3, 0.3, 7], [0, 0, 0, 1], kind, 0), [0, 0, 0, 0]);
      near(sampleAdvantages([0.1 + 0.2, 0.3], [0, 0], kind, 0), [0, 0]);
      near(sampleAdvantages([], [], kind, 0), []);
    }
  });
  it('refuse a group of one for the group methods alone', () => {
    for (const kind of ['group-std', 'group-mean', 'leave-one-out', 'group-mean-batch-std', 'group-mean-whiten'] satisfies AdvantageKind[]) expect(() => requireGroup(kind, 1)).toThrow(/group of 1/);
    expect(() => requireGroup('batch-mean', 1)).not.toThrow();
    expect(() => requireGroup('whiten', 1)).not.toThrow();
    expect(() => requireGroup('group-std', 2)).not.toThrow();
  });
});

describe('token returns', () => {
  it('charge k1 from each token to the end', () => {
    near(returnsToGo(1, 3, [0.5, -1, 2], 0.1), [1 - 0.15, 1 - 0.1, 1 - 0.2]);
    near(returnsToGo(2, 2, undefined, 0.1), [2, 2]);
    near(returnsToGo(2, 2, [1, 1], 0), [2, 2]);
  });
  it('are whitened over all tokens with n - 1, and a long row weighs by its length', () => {
    // 1 1 1 and 5: mean 2, squares 3 + 9 = 12, variance 4.
    const rows = [Float32Array.of(1, 1, 1), Float32Array.of(5), Float32Array.of(100)];
    whitenTokens(rows, [false, false, true]);
    near([...rows[0]!, ...rows[1]!, ...rows[2]!], [-0.5, -0.5, -0.5, 1.5, 0]);
    const equal = [Float32Array.of(3, 3)];
    whitenTokens(equal, [false]);
    near(equal[0]!, [0, 0]);
  });
});

describe('spread', () => {
  it('is counted per group', () => {
    expect(fractionZeroStd([1, 1, 2, 3, NaN, 4], [0, 0, 1, 1, 2, 2])).toBeCloseTo(2 / 3, 12);
    expect(fractionZeroStd([], [])).toBeNaN();
    expect(deviation([2])).toBe(0);
    expect(deviation([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(mean([])).toBeNaN();
  });
});
