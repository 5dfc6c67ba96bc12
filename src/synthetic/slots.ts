/** The words and signs that fill a family's slots, and how a template is filled; knows no family and no split. */
import { choose, randomInt } from '../rng';
import type { Language } from '../types';
import type { Family } from './family';

export type Comparison = '>' | '<' | '>=' | '<=' | '==' | '!=';
export type Arithmetic = '+' | '-' | '*' | '%';
export type SampleLanguage = Extract<Language, 'javascript' | 'python' | 'ruby'>;

/** One drawing of every slot, the same for all languages. */
export interface Slots {
  verb: string;
  /** What follows the verb in the function's name; often the noun. */
  suffix: string;
  xs: string; x: string; n: string; s: string; d: string; key: string;
  op: Comparison; ar: Arithmetic; pm: '+' | '-';
  k: number; k0: 0 | 1; k2: number;
  c: string; c2: string; up: 'upper' | 'lower';
}

const LISTS: readonly (readonly [string, string])[] = [
  ['items', 'item'], ['values', 'value'], ['nums', 'n'], ['scores', 's'], ['prices', 'p'], ['ages', 'age'],
  ['points', 'pt'], ['sizes', 'size'], ['weights', 'w'], ['costs', 'cost'], ['marks', 'm'], ['levels', 'lv'],
];
const NUMBERS = ['n', 'x', 'num', 'value', 'count', 'size', 'age', 'amount'] as const;
const TEXTS = ['text', 's', 'word', 'name', 'line', 'title', 'label', 'msg'] as const;
const RECORDS = ['data', 'obj', 'record', 'table', 'config', 'opts', 'env', 'user'] as const;
const SUFFIXES = ['all', 'now', 'safe', 'once', 'here', 'plain'] as const;
export const KEYS = ['id', 'name', 'age', 'price', 'size', 'kind', 'score', 'email', 'city', 'tag'] as const;

const COMPARISONS: Readonly<Record<Comparison, readonly string[]>> = {
  '>': ['greater than', 'above', 'over'], '<': ['less than', 'below', 'under'],
  '>=': ['at least'], '<=': ['at most'], '==': ['equal to'], '!=': ['not equal to', 'other than'],
};
const ARITHMETICS: Readonly<Record<Arithmetic, readonly string[]>> = {
  '+': ['plus', 'increased by'], '-': ['minus', 'decreased by'], '*': ['times', 'multiplied by'], '%': ['modulo'],
};
const CONSTANTS = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12] as const;
const CHARACTERS: Readonly<Record<string, string>> = {
  '-': 'dashes', '_': 'underscores', ',': 'commas', ' ': 'spaces', '/': 'slashes', ':': 'colons', '.': 'dots', '#': 'hashes',
};
const CASE_METHODS = {
  javascript: { upper: 'toUpperCase', lower: 'toLowerCase' },
  python: { upper: 'upper', lower: 'lower' },
  ruby: { upper: 'upcase', lower: 'downcase' },
} as const;

/** Draws every slot, those too that the family does not use: the draws after it then do not depend on the family. */
export function drawSlots(random: () => number, family: Family): Slots {
  const verb = choose(random, family.verbs);
  const [xs, x] = choose(random, LISTS);
  // Two parameters, or a parameter and a loop variable, must not share a name.
  const n = choose(random, NUMBERS.filter((name) => name !== x));
  const s = choose(random, TEXTS), d = choose(random, RECORDS), key = choose(random, KEYS);
  const op = choose(random, Object.keys(COMPARISONS) as Comparison[]), ar = choose(random, Object.keys(ARITHMETICS) as Arithmetic[]);
  const pm = random() < 0.5 ? '+' as const : '-' as const;
  const k = choose(random, CONSTANTS), k0 = randomInt(random, 2) as 0 | 1, k2 = k + choose(random, [5, 10, 20]);
  const c = choose(random, Object.keys(CHARACTERS)), c2 = choose(random, Object.keys(CHARACTERS).filter((other) => other !== c));
  const up = random() < 0.5 ? 'upper' as const : 'lower' as const;
  const slots = { verb, suffix: '', xs, x, n, s, d, key, op, ar, pm, k, k0, k2, c, c2, up };
  slots.suffix = random() < 2 / 3 ? nounOf(family, slots) : choose(random, SUFFIXES);
  return slots;
}

/** The name of the family's first parameter. */
export function nounOf(family: Family, slots: Omit<Slots, 'suffix'>): string {
  return paramsOf(family, slots)[0]!;
}

export function paramsOf(family: Family, slots: Omit<Slots, 'suffix'>): string[] {
  const names = { numbers: slots.xs, records: slots.xs, number: slots.n, text: slots.s, record: slots.d };
  return family.takes.map((kind) => names[kind]);
}

/** keep_ages, or keepAges in JavaScript. */
export function functionName(slots: Slots, language: SampleLanguage): string {
  const { verb, suffix } = slots;
  return language === 'javascript' ? verb + suffix[0]!.toUpperCase() + suffix.slice(1) : `${verb}_${suffix}`;
}

export function fillCode(lines: readonly string[], slots: Slots, language: SampleLanguage): string {
  const strict = language === 'javascript' && (slots.op === '==' || slots.op === '!=');
  const values: Record<string, string | number> = {
    ...slots, f: functionName(slots, language), op: strict ? `${slots.op}=` : slots.op, up: CASE_METHODS[language][slots.up],
  };
  return lines.join('\n').replace(/\$([a-z]+[0-9]?)/g, (_, slot: string) => String(values[slot]));
}

/** A phrase with its slots in words: every wording of its comparison or its arithmetic sign is one sentence. */
export function fillPhrase(phrase: string, slots: Slots): string[] {
  const words: Record<string, readonly (string | number)[]> = {
    op: COMPARISONS[slots.op], ar: ARITHMETICS[slots.ar], pm: [slots.pm === '+' ? 'plus' : 'minus'],
    c: [CHARACTERS[slots.c]!], c2: [CHARACTERS[slots.c2]!],
    k: [slots.k], k0: [slots.k0], k2: [slots.k2], key: [slots.key], n: [slots.n], up: [slots.up],
  };
  let sentences = [phrase];
  for (const [, slot] of phrase.matchAll(/\{([a-z]+[0-9]?)\}/g)) {
    sentences = sentences.flatMap((sentence) => words[slot!]!.map((word) => sentence.replace(`{${slot}}`, () => String(word))));
  }
  return sentences;
}
