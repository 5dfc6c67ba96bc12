/** chrF: F-score of character n-grams; knows characters only. */

import { isBlank } from './lexer';
import { whole } from './metric';
import type { Metric } from './metric';
import { NgramTree } from './ngrams';

const ORDER = 6;
const BETA_SQUARED = 4;

/** Code points without white space. */
function points(text: string): Int32Array {
  const found = new Int32Array(text.length);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    if (!isBlank(point)) found[n++] = point;
  }
  return found.subarray(0, n);
}

/**
 * The n-grams of the last reference. They are many times the text, so they are not kept with every original; pairs come grouped by
 * original, and one tree serves them all with its memory.
 */
const last = { text: undefined as string | undefined, length: 0, ngrams: new NgramTree() };
/** A tree with more n-grams than this was a hostile text's: its memory is given back. */
const MOST_NODES = 1 << 14;

function referenceOf(text: string): typeof last {
  if (last.text === text) return last;
  const symbols = points(text);
  if (last.ngrams.size > MOST_NODES) last.ngrams = new NgramTree();
  last.ngrams.clear();
  last.ngrams.countAll(symbols, ORDER);
  last.length = symbols.length;
  last.text = text;
  return last;
}

/**
 * chrF of Popovic (2015) as sacrebleu computes it for one sentence, scaled to [0, 1]: n-grams of 1 to 6 code points without white space,
 * precision and recall averaged over the orders that both sides have, then F with beta = 2. 0 when nothing is shared.
 */
export function chrf(reference: string, hypothesis: string): number {
  const ref = referenceOf(reference), hyp = points(hypothesis);
  const { correct } = ref.ngrams.matches(hyp, ORDER);
  let precision = 0, recall = 0, orders = 0;
  for (let n = 1; n <= Math.min(ORDER, ref.length, hyp.length); n++) {
    precision += correct[n - 1]! / (hyp.length - n + 1);
    recall += correct[n - 1]! / (ref.length - n + 1);
    orders++;
  }
  if (orders === 0 || precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  return ((1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall);
}

/** chrF of the texts. */
export const chrfSimilarity: Metric = (original, reconstruction) => whole(chrf(original.text, reconstruction.text));
