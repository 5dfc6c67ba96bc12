/** BLEU of one pair, as sacrebleu reports it; knows text and n-grams, no language. */

import { isBlank } from './lexer';
import { whole } from './metric';
import type { Metric, Prepared } from './metric';
import { NgramTree, Vocabulary } from './ngrams';

export const ORDER = 4;

/**
 * Tokens of mteval's 13a, which sacrebleu takes by default: punctuation and symbols (`_` too) are cut off; a period or comma is kept between digits; a dash is
 * cut off behind a digit. Language-blind: comments are text, and a name with underscores is several tokens.
 */
export function tokens13a(text: string): string[] {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  const line = text.slice(0, end).replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ')
    .replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  const cut = ` ${line} `.replace(/[{-~[-` -&(-+:-@/]/gu, ' $& ').replace(/([^0-9])([.,])/gu, '$1 $2 ').replace(/([.,])([^0-9])/gu, ' $1 $2').replace(/([0-9])(-)/gu, '$1 $2 ');
  return cut.split(/[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u).filter((token) => token !== '');
}

/**
 * BP * exp(mean of ln p_n) in [0, 1] over the orders that the candidate has (sacrebleu's effective order): p_n = correct / total, and for
 * the k-th order without a match 1 / (2^k total) (smoothing `exp`, NIST). BP = exp(1 - reference / candidate) for a shorter candidate.
 */
export function smoothedBleu(correct: readonly number[], totals: readonly number[], candidateLength: number, referenceLength: number): number {
  if (correct.every((count) => count === 0)) return 0;
  let smooth = 1, sum = 0, orders = 0;
  for (let n = 0; n < totals.length && totals[n]! > 0; n++) {
    sum += Math.log(correct[n]! > 0 ? correct[n]! / totals[n]! : 1 / ((smooth *= 2) * totals[n]!));
    orders++;
  }
  const brevity = candidateLength < referenceLength ? Math.exp(1 - referenceLength / candidateLength) : 1;
  return Math.min(1, brevity * Math.exp(sum / orders));
}

interface Reference { length: number; vocabulary: Vocabulary; ngrams: NgramTree }

/** What BLEU needs of a reference: its tokens' numbers and its n-gram counts. */
export function referenceOf(tokens: readonly string[]): Reference {
  const vocabulary = new Vocabulary(), ngrams = new NgramTree();
  ngrams.countAll(vocabulary.learn(tokens), ORDER);
  return { length: tokens.length, vocabulary, ngrams };
}

const tokensOf = (prepared: Prepared): string[] => prepared.once('bleu tokens', () => tokens13a(prepared.text));

/** sacrebleu's sentence_bleu / 100 with its defaults: tokenizer 13a, smoothing exp, effective order. */
export const bleuSimilarity: Metric = (original, reconstruction) => {
  const reference = original.once('bleu', () => referenceOf(tokensOf(original))), candidate = tokensOf(reconstruction);
  const { correct, totals } = reference.ngrams.matches(reference.vocabulary.read(candidate), ORDER);
  return whole(smoothedBleu(correct, totals, candidate.length, reference.length));
};
