/** The two n-gram parts of CodeBLEU over lists of tokens; knows keywords as a set, no language and no tree. */

const ORDERS = [1, 2, 3, 4] as const;
/** Matches given to an order that has none (method 1 of Chen and Cherry 2014). */
const EPSILON = 0.1;
const COMMON_WORD = 0.2;

export type Counts = ReadonlyMap<string, number>;

/** How often each run of `n` tokens occurs; `tokens` hold no white space. */
export function ngrams(tokens: readonly string[], n: number): Counts {
  const counts = new Map<string, number>();
  for (let from = 0; from + n <= tokens.length; from++) {
    const gram = n === 1 ? tokens[from]! : tokens.slice(from, from + n).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** A token list with its counts of each order. */
export interface Grams { length: number; counts: readonly Counts[] }
export const gramsOf = (tokens: readonly string[]): Grams => ({ length: tokens.length, counts: ORDERS.map((n) => ngrams(tokens, n)) });

type Weight = (gram: string) => number;
const ONE: Weight = () => 1;
const keywordWeight = (keywords: ReadonlySet<string>): Weight => (gram) => (keywords.has(gram) ? 1 : COMMON_WORD);

function total(counts: Counts, weight: Weight): number {
  let sum = 0;
  for (const [gram, count] of counts) sum += count * weight(gram);
  return sum;
}

function matches(one: Counts, other: Counts, weight: Weight): number {
  let sum = 0;
  for (const [gram, count] of one) sum += Math.min(count, other.get(gram) ?? 0) * weight(gram);
  return sum;
}

const brevityPenalty = (reference: number, candidate: number): number => (candidate > reference ? 1 : candidate === 0 ? 0 : Math.exp(1 - reference / candidate));

/** exp of the mean log of [matches, of how many]; 0 when the first order has no match. */
function geometric(shares: readonly (readonly [number, number])[]): number {
  if (shares.length === 0 || shares[0]![0] === 0) return 0;
  return Math.exp(shares.reduce((sum, [found, all]) => sum + Math.log((found === 0 ? EPSILON : found) / all), 0) / shares.length);
}

/** BLEU-4 of one pair: clipped n-gram precision. An order longer than the code counts as 0.1 / 1, so that under four tokens equal code is not 1. */
export function bleu(reference: Grams, candidate: Grams): number {
  const shares = ORDERS.map((_, k) => [matches(candidate.counts[k]!, reference.counts[k]!, ONE), Math.max(1, total(candidate.counts[k]!, ONE))] as const);
  return brevityPenalty(reference.length, candidate.length) * geometric(shares);
}

/** The published "weighted" BLEU: n-gram recall, unigrams weighted 1 for keywords and 0.2 otherwise, the sum of weights taken as 1 at least. */
export function weightedRecall(reference: Grams, candidate: Grams, keywords: ReadonlySet<string>): number {
  const shares = ORDERS.map((n, k) => {
    const weight = n === 1 ? keywordWeight(keywords) : ONE, known = reference.counts[k]!;
    return [matches(known, candidate.counts[k]!, weight), Math.max(1, total(known, weight))] as const;
  });
  return brevityPenalty(reference.length, candidate.length) * geometric(shares);
}

/**
 * Ours: geometric mean of the F1 of n-grams over the orders that either side has; symmetric, and 1 for equal lists of any length. With
 * keywords the unigrams are weighted as above.
 */
export function ngramF1(one: Grams, other: Grams, keywords?: ReadonlySet<string>): number {
  const shares = ORDERS.filter((n) => n <= Math.max(one.length, other.length)).map((n, k) => {
    const weight = n === 1 && keywords ? keywordWeight(keywords) : ONE, a = one.counts[k]!, b = other.counts[k]!;
    return [2 * matches(a, b, weight), total(a, weight) + total(b, weight)] as const;
  });
  return geometric(shares);
}
