/** CrystalBLEU: BLEU without the n-grams that all code of a language shares; knows tokens and the shipped lists of shared n-grams. */

import type { Language } from '../types';
import { ORDER, referenceOf, smoothedBleu } from './bleu';
import { whole } from './metric';
import type { Metric } from './metric';
import { NgramTree, ROOT, Vocabulary } from './ngrams';
import { SHARED_NGRAMS } from './shared_ngrams';

/** How many n-grams count as shared: the k of Eghbali and Pradel (ASE 2022). */
export const SHARED = 500;

/**
 * The `k` most frequent 1- to 4-grams of a corpus (token lists), most frequent first, ties by code unit order; each is its tokens joined by
 * a blank. n-grams with a token that holds white space are left out: no literal with text in it is shared by all code.
 */
export function sharedNgrams(corpus: Iterable<readonly string[]>, k = SHARED): string[] {
  const counts = new Map<string, number>();
  for (const tokens of corpus) {
    for (let i = 0; i < tokens.length; i++) {
      let gram = '';
      for (let j = i; j < Math.min(tokens.length, i + ORDER) && !/\s/u.test(tokens[j]!); j++) {
        gram = j === i ? tokens[j]! : `${gram} ${tokens[j]!}`;
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, k).map(([gram]) => gram);
}

export interface Shared { vocabulary: Vocabulary; tree: NgramTree }

/** Shared n-grams in the form that the counting walks along. */
export function sharedOf(ngrams: readonly string[]): Shared {
  const vocabulary = new Vocabulary(), tree = new NgramTree();
  for (const gram of ngrams) {
    let node = ROOT;
    for (const symbol of vocabulary.learn(gram.split(' '))) node = tree.add(node, symbol);
    tree.count[node] = 1;
  }
  return { vocabulary, tree };
}

const ready = new Map<Language, Shared>();
function sharedIn(language: Language): Shared {
  let shared = ready.get(language);
  // tsx is TypeScript with elements in it: one list serves both.
  if (!shared) ready.set(language, shared = sharedOf(SHARED_NGRAMS[language === 'tsx' ? 'typescript' : language].split('\n')));
  return shared;
}

/**
 * BLEU over the lexer's tokens with the shared n-grams left out of matches and totals; lengths for the brevity penalty are the whole
 * ones, as published. Published unsmoothed for whole corpora, where one pair alone is mostly 0: here each pair is smoothed as BLEU is, and
 * an order counts where either side has an n-gram left. `undefined` where the reference has none left at all and the candidate differs.
 */
export function crystalBleu(reference: readonly string[], candidate: readonly string[], shared: Shared): number | undefined {
  const { ngrams, vocabulary } = referenceOf(reference);
  return compare(reference, candidate, shared, vocabulary, ngrams);
}

function compare(reference: readonly string[], candidate: readonly string[], shared: Shared, vocabulary: Vocabulary, ngrams: NgramTree): number | undefined {
  if (candidate.length === reference.length && candidate.every((token, i) => token === reference[i])) return 1;
  const kept = (tokens: readonly string[]): { correct: number[]; totals: number[] } =>
    ngrams.matches(vocabulary.read(tokens), ORDER, { tree: shared.tree, symbols: shared.vocabulary.read(tokens) });
  const own = kept(reference).totals, { correct, totals } = kept(candidate);
  if (own.every((total) => total === 0)) return undefined;
  const orders = own.flatMap((total, n) => (total > 0 || totals[n]! > 0 ? [n] : []));
  return smoothedBleu(orders.map((n) => correct[n]!), orders.map((n) => Math.max(1, totals[n]!)), candidate.length, reference.length);
}

/** CrystalBLEU with the shipped list of the pair's language. */
export const crystalbleuSimilarity: Metric = (original, reconstruction) => {
  if (reconstruction.tokens.length === 0) return whole(0, 'empty');
  const { ngrams, vocabulary } = original.once('crystalbleu', () => referenceOf(original.tokens));
  const value = compare(original.tokens, reconstruction.tokens, sharedIn(original.language), vocabulary, ngrams);
  return value === undefined ? undefined : whole(value);
};
