/** ROUGE-L: F1 of the longest common subsequence of tokens; knows tokens only. */

import { commonSubsequence } from './bits';
import { whole } from './metric';
import type { Metric } from './metric';
import { Vocabulary } from './ngrams';

/** F of Lin (2004) with beta = 1: R = LCS / |reference|, P = LCS / |candidate|, so F = 2 LCS / (|reference| + |candidate|); 0 when either is empty. */
export function rougeL(reference: readonly string[], candidate: readonly string[]): number {
  if (reference.length === 0 || candidate.length === 0) return 0;
  const vocabulary = new Vocabulary(), pattern = vocabulary.learn(reference);
  return (2 * commonSubsequence(pattern, vocabulary.read(candidate), vocabulary.size)) / (reference.length + candidate.length);
}

/** ROUGE-L F1 of the lexer's tokens, comments left out. */
export const rougeSimilarity: Metric = (original, reconstruction) => whole(rougeL(original.tokens, reconstruction.tokens));
