/** Correlations against numbers worked out by hand and against properties that define them. */
import { describe, expect, test } from 'vitest';
import { correlationMatrix, pearson, ranks, spearman } from '../../src/reward/correlation';
import { createRng } from '../../src/rng';

const X = [1, 2, 3, 4, 5], Y = [2, 1, 4, 3, 5];

describe('two columns', () => {
  test('Pearson by hand: deviations -2..2 and -1, -2, 1, 0, 2 give 8 / 10', () => {
    expect(pearson(X, Y)).toBeCloseTo(0.8, 12);
    expect(pearson([1, 2, 4], [1, 3, 2])).toBeCloseTo(1 / Math.sqrt((14 / 3) * 2), 12);
  });

  test('Spearman by the formula without ties: 1 - 6 * 4 / (5 * 24)', () => {
    expect(spearman([10, 20, 40, 80, 160], Y)).toBeCloseTo(1 - (6 * 4) / (5 * 24), 12);
  });

  test('equal values share the mean of their ranks', () => {
    expect(ranks([0.5, 1, 0.5, 0, 1, 1])).toEqual([2.5, 5, 2.5, 1, 5, 5]);
    // Ranks 1.5, 1.5, 3, 4 against 1..4: 4.5 / sqrt(4.5 * 5).
    expect(spearman([0, 0, 1, 2], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
  });

  test('rank correlation sees any rising curve as 1, Pearson only a line', () => {
    const cubes = X.map((value) => value ** 3);
    expect([spearman(X, cubes), spearman(X, cubes.map((value) => -value))]).toEqual([1, -1].map((value) => expect.closeTo(value, 12)));
    expect(pearson(X, cubes)).toBeLessThan(0.95);
    expect(pearson(X, X.map((value) => 7 - 3 * value))).toBeCloseTo(-1, 12);
  });

  test('is the same after shifting and scaling, far from 0 too, and never outside [-1, 1]', () => {
    const random = createRng(5);
    const a = Array.from({ length: 200 }, random), b = a.map((value) => value + random());
    expect(pearson(a.map((value) => 1e6 + value), b.map((value) => 3 * value - 2))).toBeCloseTo(pearson(a, b), 6);
    expect(pearson(a, b)).toBeGreaterThan(0.5);
    for (let k = 0; k < 50; k++) {
      const c = Array.from({ length: 4 }, random);
      expect(Math.abs(pearson(c, c.map((value) => 2 * value)))).toBeLessThanOrEqual(1);
    }
  });

  test('there is none for what does not vary, or for fewer than three values', () => {
    expect([pearson([1, 1, 1], [1, 2, 3]), pearson([0.1, 0.1, 0.1, 0.1, 0.1, 0.1], [1, 2, 3, 4, 5, 6]), spearman([1, 2, 3], [4, 4, 4])]).toEqual([NaN, NaN, NaN]);
    expect([pearson([1, 2], [1, 2]), pearson([], []), pearson([1, 2, 3], [1, 2])]).toEqual([NaN, NaN, NaN]);
  });
});

describe('the matrix', () => {
  test('is symmetrical, takes each pair over the rows that both have, and says over how many', () => {
    const matrix = correlationMatrix(new Map([['a', X], ['b', Y], ['c', [NaN, 10, 20, 40, NaN]], ['d', [1, 1, 1, 1, 1]]]));
    expect(matrix.names).toEqual(['a', 'b', 'c', 'd']);
    expect(matrix.n).toEqual([[5, 5, 3, 5], [5, 5, 3, 5], [3, 3, 3, 3], [5, 5, 3, 5]]);
    expect(matrix.pearson[0]![1]).toBeCloseTo(0.8, 12);
    expect(matrix.pearson[2]![0]).toBeCloseTo(pearson([10, 20, 40], [2, 3, 4]), 12);
    expect(matrix.spearman[2]![0]).toBeCloseTo(1, 12);
    // b is 1, 4, 3 in the rows of c: ranks 1, 3, 2 against 1, 2, 3.
    expect(matrix.spearman[1]![2]).toBeCloseTo(0.5, 12);
    for (const i of [0, 1, 2]) {
      expect([matrix.pearson[i]![i], matrix.spearman[i]![i]]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
      for (const j of [0, 1, 2]) expect(matrix.spearman[i]![j]).toBe(matrix.spearman[j]![i]);
    }
    expect([matrix.pearson[3]![0], matrix.pearson[3]![3], matrix.spearman[0]![3]]).toEqual([NaN, NaN, NaN]);
  });

  test('of nothing is empty', () => { expect(correlationMatrix(new Map())).toEqual({ names: [], pearson: [], spearman: [], n: [] }); });
});
