/** Token edit similarity; knows sequences of strings only. */

import { editDistance } from './bits';
import { whole } from './metric';
import type { Metric } from './metric';
import { Vocabulary } from './ngrams';

/** Levenshtein distance (insert, delete, substitute cost 1) of two sequences. */
export function levenshtein(left: readonly string[], right: readonly string[]): number {
  const [long, short] = left.length >= right.length ? [left, right] : [right, left];
  const vocabulary = new Vocabulary(), pattern = vocabulary.learn(short);
  return editDistance(pattern, vocabulary.read(long), vocabulary.size);
}

/** 1 - Levenshtein(tokens) / longer length; 0 when the reconstruction is empty. */
export const editSimilarity: Metric = (original, reconstruction) => {
  const a = original.tokens, b = reconstruction.tokens;
  return b.length === 0 ? whole(0, 'empty') : whole(1 - levenshtein(a, b) / Math.max(a.length, b.length));
};
