/** chrF: F-score of character n-grams; knows characters only. */

import { whole } from './metric';
import type { Metric } from './metric';

const ORDER = 6;
const BETA_SQUARED = 4;

function ngrams(characters: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= characters.length; i++) {
    const gram = characters.slice(i, i + n).join('');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/**
 * chrF of Popovic (2015) as sacrebleu computes it for one sentence, scaled to [0, 1]: n-grams of 1 to 6 code points without white space,
 * precision and recall averaged over the orders that both sides have, then F with beta = 2. 0 when nothing is shared.
 */
export function chrf(reference: string, hypothesis: string): number {
  const ref = Array.from(reference.replace(/\s+/gu, '')), hyp = Array.from(hypothesis.replace(/\s+/gu, ''));
  let precision = 0, recall = 0, orders = 0;
  for (let n = 1; n <= ORDER; n++) {
    const refTotal = ref.length - n + 1, hypTotal = hyp.length - n + 1;
    if (refTotal <= 0 || hypTotal <= 0) break;
    const counts = ngrams(ref, n);
    let match = 0;
    for (const [gram, count] of ngrams(hyp, n)) match += Math.min(count, counts.get(gram) ?? 0);
    precision += match / hypTotal;
    recall += match / refTotal;
    orders++;
  }
  if (orders === 0 || precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  return ((1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall);
}

/** chrF of the texts. */
export const chrfSimilarity: Metric = (original, reconstruction) => whole(chrf(original.text, reconstruction.text));
