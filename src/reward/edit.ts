/** Token edit similarity; knows sequences of strings only. */

import { whole } from './metric';
import type { Metric } from './metric';

/** Levenshtein distance (insert, delete, substitute cost 1) of two sequences, O(n m) time, O(min) memory. */
export function levenshtein<T>(left: readonly T[], right: readonly T[]): number {
  const [long, short] = left.length >= right.length ? [left, right] : [right, left];
  let previous = Array.from({ length: short.length + 1 }, (_, j) => j);
  for (let i = 1; i <= long.length; i++) {
    const row = [i];
    for (let j = 1; j <= short.length; j++) {
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (long[i - 1] === short[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[short.length]!;
}

/** Reconstructions are cut here: longer ones are already far off, and the distance is quadratic. */
const MOST_TOKENS = 2000;

/** 1 - Levenshtein(tokens) / longer length; 0 when the reconstruction is empty. */
export const editSimilarity: Metric = (original, reconstruction) => {
  if (reconstruction.tokens.length === 0) return whole(0, 'empty');
  const a = original.tokens.slice(0, MOST_TOKENS), b = reconstruction.tokens.slice(0, MOST_TOKENS);
  return whole(1 - levenshtein(a, b) / Math.max(a.length, b.length));
};
