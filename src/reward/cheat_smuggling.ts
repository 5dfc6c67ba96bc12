/** Finds the code's own words handed over in their order without a sentence around them; knows words, no grammar. */

import { KEYWORDS, WORD, bodyOf, codeWords, partsOf } from './cheat_code_words';
import type { Language } from '../types';

/** Words that make a sentence; a keyword that English has too may stand in either. */
const BREAKS = /^(?:a|an|the|of|to|in|into|on|at|by|from|with|and|or|not|if|then|else|for|is|are|as|that|this|it|its|each|every|all|any|when|while|until|than|otherwise|be)$/;

interface Unit { /** Lower case; a name that the code does not have comes in its parts. */ word: string; /** Lower case unless the code has both spellings of it: `Map` and `map` are two names. */ item: string; /** Marks or blanks between it and the one before. */ gap: string; keyword: boolean; sentence: boolean; known: boolean }

function unitsOf(documentation: string, everything: readonly string[], parts: ReadonlySet<string>): Unit[] {
  const exact = new Set(everything), tokens = new Set(everything.map((word) => word.toLowerCase()));
  const units: Unit[] = [];
  let end = 0;
  for (const match of documentation.matchAll(WORD)) {
    const gap = documentation.slice(end, match.index), lower = match[0].toLowerCase();
    end = match.index + match[0].length;
    const split = tokens.has(lower) ? [lower] : partsOf(match[0]);
    split.forEach((part, i) => units.push({
      word: part, item: split.length === 1 && exact.has(match[0]) ? match[0] : part, gap: i === 0 ? gap : '', keyword: KEYWORDS.has(part), sentence: BREAKS.test(part), known: tokens.has(part) || parts.has(part),
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

/** What ends an item of a list, and what ends a stretch without separators. */
const LISTED = /[,;]/;
const STOPPED = /[,;]|[.:!?]\s/;
const FREE = 4;
/** Four of the code's words side by side happen in long honest texts ("the current event loop handler"); fewer than this share are passed over. */
const LEAST_SHARE = 0.4;
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
 * body's order and it is either four words without separators, or holds the same thing twice (a list of names would not), keywords let
 * through from six on. score = min(1, longest / 8 + share / 2).
 */
export function smuggling(code: string, documentation: string, language: Language): Smuggling {
  const body = codeWords(bodyOf(code), language);
  const whole = body.map((word) => word.toLowerCase()), inParts = body.flatMap(partsOf);
  const units = unitsOf(documentation, codeWords(code, language), new Set(inParts));
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
    while (to < units.length && units[to]!.known && !units[to]!.sentence && (to === from || !STOPPED.test(units[to]!.gap))) to++;
    const words = units.slice(from, to).map((unit) => unit.word);
    if (words.length >= FREE && inOrder(words)) note(from, to, words.length);
    from = Math.max(to, from + 1);
  }
  // With separators or keywords between, but with something twice.
  for (let from = 0; from < units.length;) {
    let to = from;
    while (to < units.length && (units[to]!.known || units[to]!.keyword)) to++;
    const inside = units.slice(from, to);
    const content = inside.filter((unit) => !unit.sentence && !unit.keyword).length;
    const through = inside.some((unit) => (unit.sentence || unit.keyword) && unit.word !== 'and');
    if (content >= (through ? 6 : FREE) && listsTwice(inside) && inOrder(inside.map((unit) => unit.word))) note(from, to, content);
    from = Math.max(to, from + 1);
  }
  const share = units.length === 0 ? 0 : smuggled.size / units.length;
  return { stretch: longest, share, score: longest < FREE || (longest === FREE && share < LEAST_SHARE) ? 0 : Math.min(1, longest / 8 + share / 2) };
}

/** Whether an item of the list stands in it twice; where nothing is separated, whether a word does. */
function listsTwice(units: readonly Unit[]): boolean {
  const items: string[] = [];
  units.forEach((unit, i) => {
    if (i > 0 && unit.word !== 'and' && !LISTED.test(unit.gap) && units[i - 1]!.word !== 'and' && units.some((other) => LISTED.test(other.gap))) items[items.length - 1] += ` ${unit.item}`;
    else if (unit.word !== 'and') items.push(unit.item);
  });
  return new Set(items).size < items.length;
}
