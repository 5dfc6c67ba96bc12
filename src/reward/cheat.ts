/** How a documentation that is no honest documentation hands over the code all the same; knows the measures, no model and no reward. */

import type { Language } from '../types';
import { WORD, bodyOf, codeWords, partsOf } from './cheat_code_words';
import { cipherMeasures } from './cheat_ciphers';
import type { CipherMeasures } from './cheat_ciphers';
import { languageMeasures, ramp } from './cheat_language';
import type { LanguageMeasures } from './cheat_language';
import { smuggling } from './cheat_smuggling';
import { spokenMeasures } from './cheat_spoken';
import type { SpokenMeasures } from './cheat_spoken';
import { LEAK_GATE, leak } from './leak';

export interface CheatReport extends LanguageMeasures, CipherMeasures, SpokenMeasures {
  /** Copied from the body, examples included, lists of names not: max((longest run - 6) / 4, share of 4-grams), 0 up to the leak gate. */
  copied: number;
  /** Longest run of tokens that stands in body and documentation, in order. */
  run: number;
  /** Share of the body's 4-grams that occur in the documentation. */
  fourGrams: number;
  /** The body's own words in the body's order without a sentence around them. */
  smuggled: number;
  /** Share of marks: text of brackets and operators is no prose, wherever it stands. */
  marks: number;
  /** The largest of them, in [0, 1]: one channel is enough to cheat by. */
  score: number;
  /** The tricks found, in words for a person, worst first; empty when the score is 0. */
  reasons: string[];
}

const REASONS = {
  copied: 'copies the body', smuggled: 'lists the words of the body in their order', odd: 'has words that are none', unknown: 'is in no known language',
  disguised: 'has invisible or look-alike characters', symbols: 'writes in pictures', repeated: 'repeats itself', ciphered: 'is a cipher of the code', encoded: 'is encoded',
  spelled: 'spells words letter by letter', dictated: 'dictates punctuation', clipped: 'writes the code\'s words without vowels or endings', marks: 'is made of marks, not words',
  numerals: 'is made of numbers', spoken: 'reads the code aloud', unrelated: 'speaks of nothing in the code',
} as const;

/** Types of parameters and results, which the body of a typed language has too: `rows (Map<String, List<Row>>):`, `Returns: List<Row>:`. */
const withoutTypes = (text: string): string => text
  .replace(/^((?:Params:[ \t]*)?[^\s(]+) \([^()=;\n]{1,60}\):/gm, '$1:').replace(/^(Returns:)[ \t]*[^\s:=;]{1,60}(?:[ \t][^\s:=;]{1,20}){0,2}:/gm, '$1');

/** Runs up to here are left to the leak's penalty and gate: "if encoding is None, returns the" is prose in Python. */
const FREE_RUN = 6;

/** Names between commas, each once, are a list of parameters or calls, and follow the code's order by their nature. */
const withoutLists = (text: string): string => text.replace(/[\p{L}_$][\p{L}\p{N}_$]*(?:, [\p{L}_$][\p{L}\p{N}_$]*)+(?:,? and [\p{L}_$][\p{L}\p{N}_$]*)?/gu, (list) => {
  const names = list.split(/,? and |, /);
  return new Set(names).size === names.length ? '; ' : list;
});

/**
 * All measures of a documentation against the code it belongs to. Each is in [0, 1] (the run in tokens) and 0, or nearly so, for honest
 * documentation in any form, algorithm prose and lists of facts included.
 */
export function cheatReport(code: string, documentation: string, language: Language): CheatReport {
  const body = bodyOf(code);
  const tokens = codeWords(code, language);
  const known = new Set([...tokens.map((token) => token.toLowerCase()), ...tokens.flatMap(partsOf)]);
  const text = withoutTypes(documentation);
  const taken = leak(body, withoutLists(text));
  const copying = Math.max(0, (taken.run - FREE_RUN) / 4, taken.fourGrams);
  // Numbers of the code are no code of another kind: 0x7f4a7c15 is odd, and quoted.
  const foreign = documentation.replace(WORD, (word) => (/^\d/.test(word) && known.has(word.toLowerCase()) ? '' : word));
  const letters = (text.match(/[\p{L}\p{N}]/gu) ?? []).length;
  // A mark in quotes is spoken of.
  const signs = (text.replace(/(["'`])[^\s\p{L}\p{N}]{1,3}\1/gu, '').match(/[^\s\p{L}\p{N}.,:;'"`!?()_-]/gu) ?? []).length;
  const measures = {
    copied: copying > LEAK_GATE ? Math.min(1, copying) : 0,
    smuggled: smuggling(code, text, language).score,
    marks: signs < 4 ? 0 : ramp(signs / (letters + signs), 0.15, 0.4),
    ...languageMeasures(foreign, known), ...cipherMeasures(foreign, known), ...spokenMeasures(foreign, known),
  };
  const found = (Object.keys(REASONS) as (keyof typeof REASONS)[]).filter((name) => measures[name] > 0).sort((a, b) => measures[b] - measures[a]);
  return { ...measures, run: taken.run, fourGrams: taken.fourGrams, score: Math.max(0, ...found.map((name) => measures[name])), reasons: found.map((name) => REASONS[name]) };
}
