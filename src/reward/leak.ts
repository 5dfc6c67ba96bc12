/** How much of a function its documentation gives away verbatim; knows tokens, not models. */

import { words } from './lexer';

export interface Leak {
  /** Longest run of tokens that stands in both, in order. */
  run: number;
  /** Share of the code's 4-grams that occur in the documentation. */
  fourGrams: number;
  /** Share of the documentation's bigrams that occur in the code. */
  overlap: number;
  /** Share of the documentation's tokens that are code punctuation. */
  punctuation: number;
  /** The score in [0, 1] that the penalty and the gate use. */
  score: number;
}

/** A name and a few parameters may be quoted; from here on a run is copying. Measured: runs of honest documentation stay near 1. */
const FREE_RUN = 4;
/** All but the marks that prose has too, in any script; a single backtick is how comments quote a name. A fence is refused elsewhere. */
const CODE_MARK = /^[^\p{L}\p{M}\p{N}_.:"'`\-!?。，、；：？！「」『』（）・…—–“”‘’«»„¿¡،؛؟।]/u;
const MOST_PUNCTUATION = 0.12;
/** Documentation above this score counts as leaking: its R_doc is 0. */
export const LEAK_GATE = 0.3;

/** Commas and periods are left out: "takes a, b." lists parameters and ends a sentence, it copies neither `a, b` nor `b.length`. */
const countable = (text: string): string[] => words(text).filter((token) => token !== ',' && token !== '.');

function longestCommonRun(left: readonly string[], right: readonly string[]): number {
  let best = 0;
  let previous = new Uint32Array(right.length + 1);
  for (const token of left) {
    const row = new Uint32Array(right.length + 1);
    for (let j = 1; j <= right.length; j++) {
      if (token !== right[j - 1]) continue;
      row[j] = previous[j - 1]! + 1;
      if (row[j]! > best) best = row[j]!;
    }
    previous = row;
  }
  return best;
}

function grams(tokens: readonly string[], n: number): string[] {
  return tokens.slice(0, Math.max(0, tokens.length - n + 1)).map((_, i) => tokens.slice(i, i + n).join('\u0000'));
}

function shareIn(part: readonly string[], whole: readonly string[]): number {
  if (part.length === 0) return 0;
  const known = new Set(whole);
  return part.filter((gram) => known.has(gram)).length / part.length;
}

/** score = min(1, max((run - 4) / 4, share of 4-grams) + [code punctuation > 12 %]). Run and punctuation bounds: measured in the prototype. */
export function leak(code: string, documentation: string): Leak {
  const c = countable(code), d = countable(documentation);
  const run = longestCommonRun(d, c);
  const fourGrams = shareIn(grams(c, 4), grams(d, 4));
  const overlap = shareIn(grams(d, 2), grams(c, 2));
  const punctuation = d.length === 0 ? 0 : d.filter((token) => CODE_MARK.test(token)).length / d.length;
  const copied = Math.max(0, (run - FREE_RUN) / 4, fourGrams);
  return { run, fourGrams, overlap, punctuation, score: Math.min(1, copied + (punctuation > MOST_PUNCTUATION ? 1 : 0)) };
}
