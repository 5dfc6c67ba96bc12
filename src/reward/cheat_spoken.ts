/** Code read aloud, numbers in the place of words, and text about nothing of the code; knows words, no grammar and no meaning. */

import { ramp } from './cheat_language';
import { ENGLISH, OTHER_LANGUAGES, isEnglishWord } from './cheat_words';

export interface SpokenMeasures {
  /** Share of numbers that the code does not have, from eight on. */
  numerals: number;
  /** Share of words that speak an operator or a mark of code: `t gets b`, `counts dot get of word comma zero`, `lower call`. */
  spoken: number;
  /** English sentences hardly a content word of which is the code's or a word of documentation. */
  unrelated: number;
}

const ASSIGNS = /^(?:gets|becomes)$/, MARK = /^(?:dot|comma|colon)$/;

/** `known`: words of the code, lower case, whole and in parts. All measures are in [0, 1] and 0 for ordinary text. */
export function spokenMeasures(documentation: string, known: ReadonlySet<string>): SpokenMeasures {
  const all = documentation.toLowerCase().match(/\p{L}[\p{L}\p{N}_$'’]*|\d+(?:[.:]\d+)*/gu) ?? [];
  const total = Math.max(1, all.length);
  const numbers = all.filter((word) => /^\d/.test(word) && !known.has(word)).length;
  const said = all.filter((word, i) => {
    const before = all[i - 1] ?? '', next = all[i + 1] ?? '';
    // "The comma" is spoken of; "word comma" and "call dot" are read out.
    if (ASSIGNS.test(word)) return known.has(before);
    if (word === 'as') return before === 'starts' && known.has(all[i - 2] ?? '');
    if (MARK.test(word)) return (known.has(before) || before === 'call') && next !== '' && next !== 'and' && next !== 'or';
    return word === 'call' && known.has(before) && (next === '' || MARK.test(next) || new RegExp(`\\b${before} call[.;]`).test(documentation.toLowerCase()));
  }).length;
  const content = [...new Set(all.filter((word) => /^\p{L}{3,}/u.test(word) && !ENGLISH.has(word)))];
  const strange = content.filter((word) => !known.has(word) && !isEnglishWord(word) && !OTHER_LANGUAGES.has(word) && ![...known].some((own) => own.length > 2 && word.startsWith(own))).length;
  // Only of English can it be said: the lists know no other language's words.
  const english = all.filter((word) => ENGLISH.has(word)).length / total;
  return {
    numerals: numbers < 8 ? 0 : ramp(numbers / total, 0.65, 0.8),
    spoken: said < 3 ? 0 : ramp(said / total, 0.1, 0.2),
    unrelated: strange < 4 || english < 0.4 ? 0 : ramp(strange / content.length, 0.7, 0.9),
  };
}
