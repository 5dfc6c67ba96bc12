/** Finds the code's own words handed over in their order without a sentence around them; knows words, no grammar. */

import { KEYWORDS, bodyOf, codeWords, partsOf } from './cheat_code_words';
import type { Language } from '../types';

/** Words that make a sentence; a keyword that English has too may stand in either. */
const BREAKS = /^(?:a|an|the|of|to|in|into|on|at|by|from|with|and|or|not|if|then|else|for|is|are|as|that|this|it|its|each|every|all|any|when|while|until|than|otherwise|be)$/;

interface Unit { /** As the code has it, lower case: one word, or the parts of a name that the code does not have. */ parts: string[]; /** Marks or blanks between it and the one before. */ gap: string; keyword: boolean; sentence: boolean; known: boolean }

function unitsOf(documentation: string, tokens: ReadonlySet<string>, parts: ReadonlySet<string>): Unit[] {
  const units: Unit[] = [];
  let end = 0;
  for (const match of documentation.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*|\d+/gu)) {
    const gap = documentation.slice(end, match.index), lower = match[0].toLowerCase();
    end = match.index + match[0].length;
    const split = tokens.has(lower) ? [lower] : partsOf(match[0]);
    split.forEach((part, i) => units.push({
      parts: [part], gap: i === 0 ? gap : '', keyword: KEYWORDS.has(part), sentence: BREAKS.test(part), known: tokens.has(part) || parts.has(part),
    }));
  }
  return units;
}

/** Length of the longest common subsequence; O(left x right). */
function common(left: readonly string[], right: readonly string[]): number {
  let row = new Uint16Array(right.length + 1);
  for (const word of left) {
    const next = new Uint16Array(right.length + 1);
    for (let j = 1; j <= right.length; j++) next[j] = word === right[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!);
    row = next;
  }
  return row[right.length]!;
}

/** A list of names: separated by commas or "and", none of them twice. Facts are stated so. */
const LISTED = /[,;]/;
const FREE = 4;
const IN_ORDER = 0.75;

export interface Smuggling {
  /** Words in the longest stretch of the code's own words in the code's order. */
  stretch: number;
  /** Share of the documentation's words in such stretches. */
  share: number;
  /** In [0, 1]; 0 below four words. */
  score: number;
}

/**
 * A stretch is words of the body one after the other with no other word between. It counts when at least three quarters of it follow the
 * body's order and it is either four words without separators, or holds a word twice (a list of names would not), keywords let through
 * from six on. score = min(1, longest / 8 + share / 2).
 */
export function smuggling(code: string, documentation: string, language: Language): Smuggling {
  const body = codeWords(bodyOf(code), language);
  const whole = body.map((word) => word.toLowerCase()), inParts = body.flatMap(partsOf);
  const everything = codeWords(code, language);
  const units = unitsOf(documentation, new Set(everything.map((word) => word.toLowerCase())), new Set(inParts));
  const smuggled = new Set<number>();
  let longest = 0;
  const inOrder = (words: readonly string[]): boolean => Math.max(common(words, whole), common(words, inParts)) >= IN_ORDER * words.length;
  const note = (from: number, to: number, size: number): void => {
    longest = Math.max(longest, size);
    for (let i = from; i < to; i++) smuggled.add(i);
  };
  // Without separators: content words side by side.
  for (let from = 0; from < units.length;) {
    let to = from;
    while (to < units.length && units[to]!.known && !units[to]!.sentence && (to === from || !LISTED.test(units[to]!.gap))) to++;
    const words = units.slice(from, to).map((unit) => unit.parts[0]!);
    if (words.length >= FREE && inOrder(words)) note(from, to, words.length);
    from = Math.max(to, from + 1);
  }
  // With separators or keywords between, but with a word twice.
  for (let from = 0; from < units.length;) {
    let to = from;
    while (to < units.length && (units[to]!.known || units[to]!.keyword)) to++;
    const inside = units.slice(from, to);
    const content = inside.filter((unit) => !unit.sentence && !unit.keyword).map((unit) => unit.parts[0]!);
    const least = inside.some((unit) => unit.sentence || unit.keyword) ? 6 : FREE;
    const repeats = content.length - new Set(content).size;
    if (content.length >= least && repeats > 0 && inOrder(inside.map((unit) => unit.parts[0]!))) note(from, to, content.length);
    from = Math.max(to, from + 1);
  }
  const share = units.length === 0 ? 0 : smuggled.size / units.length;
  return { stretch: longest, share, score: longest === 0 ? 0 : Math.min(1, longest / 8 + share / 2) };
}
