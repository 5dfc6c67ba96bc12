/** F1 of exact tokens as multisets; blind to order. */

import { whole } from './metric';
import type { Metric } from './metric';

/** F1 of two multisets given as lists: 2 |A and B| / (|A| + |B|); 0 when either is empty. */
export function multisetF1(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const token of left) counts.set(token, (counts.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of right) {
    const count = counts.get(token) ?? 0;
    if (count > 0) { shared++; counts.set(token, count - 1); }
  }
  return (2 * shared) / (left.length + right.length);
}

/** F1 of the exact tokens of both sides. */
export const tokenF1: Metric = (original, reconstruction) => whole(multisetF1(original.tokens, reconstruction.tokens));
