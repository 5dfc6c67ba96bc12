/** pass@k against numbers worked by hand and against all subsets there are; intervals that cover what they say. */
import { describe, expect, it } from 'vitest';
import { difference, estimate, passAtK } from '../../src/benchmark/pass_at_k';
import { createRng } from '../../src/rng';

/** The share of all k-subsets of n samples, the first c of them right, that hold a right one. */
function bySubsets(n: number, c: number, k: number): number {
  let all = 0, hit = 0;
  for (let set = 0; set < 1 << n; set++) {
    let size = 0;
    for (let i = 0; i < n; i++) size += (set >> i) & 1;
    if (size !== k) continue;
    all++;
    if ((set & ((1 << c) - 1)) !== 0) hit++;
  }
  return hit / all;
}

describe('pass@k', () => {
  it('worked by hand', () => {
    // C(3,1)/C(6,1) = 3/6; C(3,2)/C(5,2) = 3/10; C(6,3)/C(8,3) = 20/56.
    expect(passAtK({ n: 6, c: 3 }, 1)).toBeCloseTo(0.5, 14);
    expect(passAtK({ n: 5, c: 2 }, 2)).toBeCloseTo(0.7, 14);
    expect(passAtK({ n: 8, c: 2 }, 3)).toBeCloseTo(1 - 20 / 56, 14);
    // C(199,100)/C(200,100) = 1/2.
    expect(passAtK({ n: 200, c: 1 }, 100)).toBeCloseTo(0.5, 12);
    expect([passAtK({ n: 10, c: 0 }, 10), passAtK({ n: 10, c: 10 }, 1), passAtK({ n: 10, c: 1 }, 10)]).toEqual([0, 1, 1]);
  });
  it('is not defined for fewer samples than k', () => {
    expect([passAtK({ n: 9, c: 9 }, 10), passAtK({ n: 0, c: 0 }, 1)]).toEqual([null, null]);
    expect(estimate([{ n: 10, c: 1 }, { n: 9, c: 9 }], 10)).toBeNull();
    expect(estimate([], 1)).toBeNull();
  });
  it('equals the share of all subsets, for every n up to 10', () => {
    for (let n = 1; n <= 10; n++) for (let c = 0; c <= n; c++) for (let k = 1; k <= n; k++) expect(passAtK({ n, c }, k)).toBeCloseTo(bySubsets(n, c, k), 12);
  });
});

describe('intervals', () => {
  const coins = (count: number, p: number, seed: number): { n: number; c: number }[] => { const rng = createRng(seed); return Array.from({ length: count }, () => ({ n: 1, c: rng() < p ? 1 : 0 })); };
  it('are the same each time, and hold the mean', () => {
    const tallies = coins(100, 0.3, 5), found = estimate(tallies, 1)!;
    expect(estimate(tallies, 1)).toEqual(found);
    // About 1.96 standard errors to each side.
    const error = 1.96 * Math.sqrt(found.value * (1 - found.value) / 100);
    expect(found.value - found.low!).toBeCloseTo(error, 1.5);
    expect(found.high! - found.value).toBeCloseTo(error, 1.5);
  });
  it('hold the truth about as often as they say', () => {
    let held = 0;
    for (let seed = 0; seed < 200; seed++) { const { low, high } = estimate(coins(60, 0.4, 100 + seed), 1)!; if (low! <= 0.4 && 0.4 <= high!) held++; }
    expect(held / 200).toBeGreaterThan(0.88);
    expect(held / 200).toBeLessThan(0.99);
  });
  it('none and all are not certain: the exact binomial bound stands', () => {
    const none = estimate(Array.from({ length: 20 }, () => ({ n: 5, c: 0 })), 1)!, all = estimate(Array.from({ length: 20 }, () => ({ n: 5, c: 5 })), 1)!;
    // 1 - 0.025^(1/20), as tables of Clopper and Pearson have it.
    expect([none.value, none.low, all.value, all.high]).toEqual([0, 0, 1, 1]);
    expect(none.high).toBeCloseTo(0.1684, 4);
    expect(all.low).toBeCloseTo(0.8316, 4);
  });
  it('one problem says nothing of others', () => { expect(estimate([{ n: 4, c: 2 }], 1)).toEqual({ value: 0.5, low: null, high: null, problems: 1 }); });
  it('a difference on the same problems is surer than two means', () => {
    const hard = Array.from({ length: 40 }, (_, i) => ({ n: 10, c: i % 2 === 0 ? 9 : 1 })), better = hard.map(({ n, c }, i) => ({ n, c: c + (i % 10 === 0 ? 0 : 1) }));
    const found = difference(hard, better, 1)!;
    expect(found.value).toBeCloseTo(0.09, 12);
    expect(found.high! - found.low!).toBeLessThan(0.025);
    expect(estimate(hard, 1)!.high! - estimate(hard, 1)!.low!).toBeGreaterThan(0.2);
    expect(difference(hard, better.slice(1), 1)).toBeNull();
    // Resampling what is all the same says nothing.
    expect(difference(hard, hard, 1)).toEqual({ value: 0, low: null, high: null, problems: 40 });
    expect(estimate([{ n: 2, c: 1 }, { n: 4, c: 2 }], 1)).toEqual({ value: 0.5, low: null, high: null, problems: 2 });
  });
});
