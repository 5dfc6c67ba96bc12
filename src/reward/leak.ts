/** How much of a function its documentation gives away verbatim; knows tokens, not models. */

import { words } from './lexer';

export interface Leak {
  /** Longest run of tokens that stands in both, in order. */
  run: number;
  /** Share of the code's 4-grams that occur in the documentation. */
  fourGrams: number;
  /** Share of the documentation's bigrams that occur in the code. */
  overlap: number;
  /** Share of the documentation's tokens that are code punctuation, brackets of any kind included. */
  punctuation: number;
  /** The score in [0, 1] that the penalty and the gate use. */
  score: number;
}

/** A name and a few parameters may be quoted; from here on a run is copying. Measured: runs of honest documentation stay near 1. */
const FREE_RUN = 4;
/** All but the marks that prose has too, in any script; a single backtick is how comments quote a name. A fence is refused elsewhere. */
const CODE_MARK = /^[^\p{L}\p{M}\p{N}_.:"'`\-!?。，、；：？！「」『』（）・…—–“”‘’«»„¿¡،؛؟।]/u;
/** Up to the first share marks are prose's own; from the second on the text is code. */
const MOST_PUNCTUATION = 0.12, ALL_PUNCTUATION = 0.24;
/** Words that one excused pair of brackets needs: "[lo, hi] (both ends included)" is prose, `f(g(h(x)))` is not. */
const WORDS_PER_PAIR = 3;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
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

/** Pairs of brackets that match: around an aside, an interval, arguments, a literal; brackets that cross or stay open are none. */
function balancedPairs(tokens: readonly string[]): number {
  const open: string[] = [];
  let pairs = 0;
  for (const token of tokens) {
    if (CLOSING[token]) open.push(CLOSING[token]);
    else if (token === ')' || token === ']' || token === '}') {
      if (open.pop() === token) pairs++;
      else open.length = 0;
    }
  }
  return pairs;
}

/** Share of a text's tokens that are marks of code, balanced brackets left out, one pair for every three words. Never above the plain share. */
function marksOf(tokens: readonly string[], marks: number): number {
  const excused = 2 * Math.min(balancedPairs(tokens), Math.floor(tokens.filter((token) => /[\p{L}\p{N}]/u.test(token)).length / WORDS_PER_PAIR));
  return tokens.length === excused ? 0 : (marks - excused) / (tokens.length - excused);
}

/** How much was taken from the code itself, in [0, 1], the marks left aside: min(1, max((run - 4) / 4, share of 4-grams)). */
export function copiedShare({ run, fourGrams }: Pick<Leak, 'run' | 'fourGrams'>): number { return Math.min(1, Math.max(0, (run - FREE_RUN) / 4, fourGrams)); }

/**
 * score = min(1, max((run - 4) / 4, share of 4-grams) + marks), where marks rises from 0 at 12 % of code punctuation to 1 at 24 %, balanced
 * brackets not counted. Run and lower punctuation bound: measured in the prototype.
 */
export function leak(code: string, documentation: string): Leak {
  const c = countable(code), d = countable(documentation);
  const run = longestCommonRun(d, c);
  const fourGrams = shareIn(grams(c, 4), grams(d, 4));
  const overlap = shareIn(grams(d, 2), grams(c, 2));
  const marks = d.filter((token) => CODE_MARK.test(token)).length;
  const measures = { run, fourGrams, overlap, punctuation: d.length === 0 ? 0 : marks / d.length };
  return { ...measures, score: Math.min(1, copiedShare(measures) + Math.min(1, Math.max(0, (marksOf(d, marks) - MOST_PUNCTUATION) / (ALL_PUNCTUATION - MOST_PUNCTUATION)))) };
}
