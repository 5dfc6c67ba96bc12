/** Tests of ROUGE-L, token edits and the bit-parallel tables behind them, against the plain tables and by hand. */
import { describe, expect, it } from 'vitest';
import { commonSubsequence, editDistance } from '../../src/reward/bits';
import { levenshtein } from '../../src/reward/edit';
import { Prepared } from '../../src/reward/metric';
import { rougeL, rougeSimilarity } from '../../src/reward/rouge';
import { createRng } from '../../src/rng';

/** The textbook tables, cell by cell. */
function plainDistance(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  a.forEach((x, i) => {
    const next = [i + 1];
    b.forEach((y, j) => next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (x === y ? 0 : 1))));
    row = next;
  });
  return row[b.length]!;
}
function plainSubsequence(a: readonly number[], b: readonly number[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    b.forEach((y, j) => next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)));
    row = next;
  }
  return row[b.length]!;
}

describe('bit-parallel tables', () => {
  it('equal the plain ones at every length around the word size, for few and many symbols', () => {
    const random = createRng(3, 1, 4);
    const draw = (length: number, symbols: number): number[] => Array.from({ length }, () => Math.floor(random() * symbols));
    for (const m of [0, 1, 2, 31, 32, 33, 63, 64, 65, 97, 128]) for (const n of [0, 1, 31, 32, 33, 70, 129]) for (const symbols of [1, 2, 5, 40]) {
      const a = draw(m, symbols), b = draw(n, symbols), where = `${m} ${n} ${symbols}`;
      expect(editDistance(Int32Array.from(a), Int32Array.from(b), symbols), where).toBe(plainDistance(a, b));
      expect(commonSubsequence(Int32Array.from(a), Int32Array.from(b), symbols), where).toBe(plainSubsequence(a, b));
      expect(levenshtein(a.map(String), b.map(String)), where).toBe(plainDistance(a, b));
    }
  });
  it('take symbols that the pattern does not have', () => {
    expect(editDistance(Int32Array.of(0, 1, 0), Int32Array.of(-1, 1, -1, 0), 2)).toBe(2);
    expect(commonSubsequence(Int32Array.of(0, 1, 0), Int32Array.of(-1, 1, -1, 0), 2)).toBe(2);
  });
});

describe('ROUGE-L', () => {
  it('by hand: f ( a , b ) against f ( b ) is 2 * 4 / (6 + 4)', () => {
    expect(rougeL(['f', '(', 'a', ',', 'b', ')'], ['f', '(', 'b', ')'])).toBeCloseTo(0.8, 12);
    expect(rougeL(['a', 'b', 'c'], ['c', 'b', 'a'])).toBeCloseTo(1 / 3, 12);
    expect(rougeL([], ['a'])).toBe(0);
    expect(rougeL(['a'], [])).toBe(0);
  });
  it('does not see comments and white space', () => {
    expect(rougeSimilarity(new Prepared('f(a); // one', 'javascript'), new Prepared('f( a )\n;', 'javascript'), {})!.value).toBe(1);
  });
});
