/** Whether a documentation is language at all: word shapes, known words, invisible and look-alike letters; knows word lists, no ciphers. */

import { ABBREVIATIONS, DOCUMENTATION, ENGLISH, OTHER_LANGUAGES, isEnglishWord } from './cheat_words';
import { WORD, partsOf } from './cheat_code_words';
import { words } from './lexer';

/** 0 below `from`, 1 above `to`, a straight line between. */
export function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/** Pairs of letters that no English word has, and hardly any of another language in Latin letters. */
const IMPOSSIBLE = /bx|cj|cv|cx|dx|fq|fx|gq|gx|hx|jc|jf|jg|jq|js|jv|jw|jx|jz|kq|kx|mx|px|pz|qb|qc|qd|qf|qg|qh|qj|qk|ql|qm|qn|qp|qs|qt|qv|qw|qx|qy|qz|sx|vb|vf|vh|vj|vm|vp|vq|vw|vx|wq|wx|xj|xk|xz|zq|zx/;
const ORDINAL = /^\d+(?:st|nd|rd|th|d|x|px|ms|s|k|m|mb|kb|gb|bit|bits|byte|bytes|em|rem|pt|h|min|am|pm|deg|fps|hz|khz)$/;

/** Words of a text that are neither the code's own nor made of its words: lower case, Latin letters and digits, at least two characters. */
function ownWords(documentation: string, known: ReadonlySet<string>): string[] {
  return (documentation.match(WORD) ?? []).filter((word) => /^[\p{Script=Latin}\d_$]+$/u.test(word) && /\p{L}/u.test(word) && word.length > 1 && !known.has(word.toLowerCase()))
    .flatMap((word) => (/[a-z][A-Z]|_/.test(word) ? partsOf(word).filter((part) => /\p{L}/u.test(part) && part.length > 1 && !known.has(part)) : [word]));
}

/** Not shaped as words are: digits among letters, no vowel, letters that never meet. Capitals alone are taken for an abbreviation. */
function isOdd(word: string): boolean {
  if (/^\p{Lu}{2,6}s?$/u.test(word)) return false;
  const lower = word.toLowerCase();
  if (ABBREVIATIONS.has(lower) || isEnglishWord(lower) || OTHER_LANGUAGES.has(lower) || ORDINAL.test(lower)) return false;
  if (/\d/.test(lower)) return !/^\p{L}*[aeiouy]\p{L}*\d{1,3}$/u.test(lower) && !/^\p{L}\d{1,3}$/u.test(lower);
  const plain = lower.normalize('NFD').replace(/\p{M}/gu, '');
  if (plain.length < 3) return false;
  return !/[aeiouy]/.test(plain) || IMPOSSIBLE.test(plain) || /[bcdfghjklmnpqrstvwxz]{6}/.test(plain) || /(.)\1\1/.test(plain) || plain.length > 28;
}

/** Marks a person does not see, or sees as ordinary letters. Joiners between letters of scripts that need them are left alone. */
function disguised(text: string): number {
  const zeroWidth = text.match(/[\u00AD\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\u{E0000}-\u{E007F}\uFE00-\uFE0F\u115F\u1160\u3164]|(?<=[\u0000-\u024F])[\u200C\u200D]|[\u200C\u200D](?=[\u0000-\u024F])/gu) ?? [];
  // An emoji's own variation selector is no secret; it is counted with the symbols.
  const hidden = zeroWidth.filter((mark) => !/[\uFE00-\uFE0F]/.test(mark)).length + Math.max(0, zeroWidth.filter((mark) => /[\uFE00-\uFE0F]/.test(mark)).length - 3);
  const control = (text.match(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g) ?? []).length;
  const mixed = (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => /\p{Script=Latin}/u.test(word) && /\p{Script=Cyrillic}|\p{Script=Cherokee}|[ονιρτυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]/u.test(word)).length;
  const styled = (text.match(/[\u{1D400}-\u{1D7FF}\uFF01-\uFF5E\u2460-\u24FF\u2100-\u214F]/gu) ?? []).filter((mark) => !/[℃℉№™Ωℂℕℙℚℝℤ]/u.test(mark)).length;
  const stacked = (text.normalize('NFC').match(/\p{Script=Latin}\p{M}{1,}/gu) ?? []).length;
  return Math.max(ramp(hidden + control, 0, 1), ramp(mixed, 0, 2), ramp(styled, 3, 8), ramp(stacked, 2, 6));
}

export interface LanguageMeasures {
  /** Share of own words without the shape of words, and the count weighed in, in [0, 1]. */
  odd: number;
  /** 1 when hardly a word is known in any language the lists have. */
  unknown: number;
  /** Invisible marks, look-alike letters, stacked accents. */
  disguised: number;
  /** Pictures and symbols in the place of words. */
  symbols: number;
  /** Share of words in immediate repetitions (a a a, a b a b a b). */
  repeated: number;
}

/** `known`: the words of the code, lower case, whole and in parts. All measures are 0 for ordinary text of any language. */
export function languageMeasures(documentation: string, known: ReadonlySet<string>): LanguageMeasures {
  // Addresses and paths with a file's ending are no words.
  const own = ownWords(documentation.replace(/\bhttps?:\/\/\S+|(?:[\w.-]+\/)+[\w-]+\.\w{1,5}\b/g, ' '), known);
  const odd = own.filter(isOdd).length;
  // An accent marks a language that people write; the lists know none of its rarer words.
  const unknownWords = own.filter((word) => !/[^\u0000-\u007F]/.test(word) && !isEnglishWord(word.toLowerCase()) && !OTHER_LANGUAGES.has(word.toLowerCase())).length;
  const all = words(documentation).filter((word) => /[\p{L}\p{N}]/u.test(word));
  // Words of the code count as known: a list of facts has few others.
  const strangers = all.length === 0 ? 0 : unknownWords / all.length;
  const pictures = (documentation.match(/\p{So}|\p{Co}|[\u2190-\u21FF\u2500-\u27BF]/gu) ?? []).length;
  return {
    odd: odd < 3 ? 0 : Math.max(ramp(odd / own.length, 0.15, 0.4), ramp(odd, 3, 6)),
    unknown: unknownWords < 5 ? 0 : ramp(strangers, 0.7, 0.85),
    disguised: disguised(documentation),
    symbols: pictures < 3 ? 0 : Math.max(ramp(pictures / Math.max(1, all.length), 0.2, 0.6), ramp(pictures, 4, 8)),
    repeated: repetition(all.filter((word) => /\p{L}/u.test(word))),
  };
}

/** Share of words that stand in a stretch of period 1 to 3 that stands there at least three times over, four for a single word; from 0.3 of the text on it is 1. */
function repetition(all: readonly string[]): number {
  const covered = new Set<number>();
  for (const period of [1, 2, 3]) {
    let run = 0;
    for (let i = period; i <= all.length; i++) {
      if (i < all.length && all[i] === all[i - period]) { run++; continue; }
      if (run >= Math.max(3, 2 * period)) for (let j = i - run - period; j < i; j++) covered.add(j);
      run = 0;
    }
  }
  return all.length === 0 ? 0 : ramp(covered.size / all.length, 0.05, 0.3);
}

/**
 * Share of a text's own words (those of the code left out) that are English, in [0, 1]; 1 for a text without own words in English letters.
 * 0 when most letters are not ASCII, or when another language's commonest words are more than English ones. A rough measure: it tells
 * languages apart, not good English from bad.
 */
export function englishShare(text: string, code: string): number {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length > 0 && letters.filter((letter) => /[A-Za-z]/.test(letter)).length / letters.length < 0.9) return 0;
  const known = new Set(words(code).map((word) => word.toLowerCase()));
  const own = words(text).map((word) => word.toLowerCase()).filter((word) => /\p{L}/u.test(word) && !known.has(word));
  if (own.length === 0) return 1;
  const english = own.filter((word) => ENGLISH.has(word)).length;
  const foreign = own.filter((word) => OTHER_LANGUAGES.has(word) && !ENGLISH.has(word) && !DOCUMENTATION.has(word)).length;
  if (foreign > english && foreign > 1) return 0;
  return own.filter(isEnglishWord).length / own.length;
}
