/** Finds the code behind simple ciphers and encodings of it; knows how they are undone, and words, no grammar. */

import { isEnglishWord } from './cheat_words';
import { ramp } from './cheat_language';

const A = 97;
const shifted = (word: string, by: number): string => word.replace(/[a-z]/g, (letter) => String.fromCharCode(A + ((letter.charCodeAt(0) - A + by) % 26)));
const LEET: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i', '|': 'l' };

/** Each undoes one cipher of a lower-case word; '' = it does not apply. */
const DECODERS: readonly ((word: string) => string)[] = [
  ...Array.from({ length: 25 }, (_, i) => (word: string) => (/^[a-z]+$/.test(word) ? shifted(word, i + 1) : '')),
  (word) => (/^[a-z]+$/.test(word) ? word.replace(/[a-z]/g, (letter) => String.fromCharCode(2 * A + 25 - letter.charCodeAt(0))) : ''),
  (word) => [...word].reverse().join(''),
  (word) => (/[\d@$!|]/.test(word) && /\p{L}/u.test(word) ? word.replace(/[01345 7@$!|]/g, (mark) => LEET[mark] ?? mark) : ''),
  // Pig Latin, and a rotation of the first letter to the end.
  (word) => word.replace(/^(\p{L}+?)(\p{L})ay$/u, '$2$1'),
  (word) => word.replace(/^(\p{L}+?)(\p{L}{2})ay$/u, '$2$1'),
  (word) => word.replace(/^(\p{L}+)way$/u, '$1'),
  (word) => (word.length > 3 ? word.slice(-1) + word.slice(0, -1) : ''),
  (word) => (word.length > 3 ? word.slice(1) + word[0]! : ''),
  // Every letter twice; a filler after every letter.
  (word) => (/^(?:(.)\1)+$/.test(word) ? word.replace(/(.)\1/g, '$1') : ''),
  (word) => (/^(?:\p{L}([xqz_])(?=\p{L}|$))(?:\p{L}\1)*\p{L}?$/u.test(word) ? [...word].filter((_, i) => i % 2 === 0).join('') : ''),
  // A filler before or behind the word.
  (word) => (/^[xqz]\p{L}{3,}$/u.test(word) ? word.slice(1) : ''),
  (word) => (/^\p{L}{3,}[xqz]$/u.test(word) ? word.slice(0, -1) : ''),
];

const bytes = (codes: readonly number[]): string => codes.map((code) => (code >= 32 && code < 127 ? String.fromCharCode(code) : '\u0000')).join('');
/** Text that a person could have encoded: printable, and with letters. */
const readable = (text: string): boolean => text.length >= 4 && !text.includes('\u0000') && /[A-Za-z]{2}/.test(text);

function fromBase64(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const out: number[] = [];
  let bits = 0, value = 0;
  for (const char of token.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/')) {
    value = ((value << 6) | alphabet.indexOf(char)) & 0xffffff;
    bits += 6;
    if (bits >= 8) { bits -= 8; out.push((value >> bits) & 255); }
  }
  return bytes(out);
}

/** Characters of the text that are numbers or groups of another notation and decode to readable text. */
function encodedCharacters(text: string, known: ReadonlySet<string>): number {
  let found = 0;
  const count = (pattern: RegExp, decode: (match: string) => string): void => {
    for (const match of text.match(pattern) ?? []) if (!known.has(match.toLowerCase()) && readable(decode(match))) found += match.length;
  };
  const groups = (match: string, pattern: RegExp, base: number): string => bytes((match.match(pattern) ?? []).map((group) => parseInt(group, base)));
  // A long word of letters alone can be base64 too; it needs a change of case or a digit to be taken for it.
  count(/[A-Za-z0-9+/_-]{12,}={0,2}/g, (match) => (/[a-z]/.test(match) && /[A-Z]/.test(match) ? fromBase64(match) : ''));
  count(/(?<![\dA-Fa-f])(?:(?:0x|\\x)?[\dA-Fa-f]{2}[\s:,-]*){6,}(?![\dA-Za-z])/g, (match) => groups(match.replace(/0x|\\x/g, ''), /[\dA-Fa-f]{2}/g, 16));
  count(/(?:%[\dA-Fa-f]{2}){3,}/g, () => 'escaped');
  count(/(?:(?:&#x?[\dA-Fa-f]+;|\\u\{?[\dA-Fa-f]{4,6}\}?|U\+[\dA-Fa-f]{4})\s*){3,}/g, () => 'escaped');
  count(/(?<![\d.])(?:\d{2,3}[\s,;:/.-]+){5,}\d{2,3}(?![\d.]*\d)/g, (match) => {
    const numbers = match.match(/\d+/g)!;
    return numbers.filter((number) => known.has(number)).length > numbers.length / 2 ? '' : bytes(numbers.map(Number));
  });
  count(/(?<!\d)(?:[01]{7,8}[\s,]*){3,}(?!\d)/g, (match) => groups(match, /[01]{7,8}/g, 2));
  count(/(?<!\d)(?:[0-7]{3}[\s,]+){5,}[0-7]{3}(?!\d)/g, (match) => groups(match, /[0-7]{3}/g, 8));
  // Numbers of letters in the alphabet: a1z26.
  count(/(?<![\d.])(?:(?:1?\d|2[0-6])[-.]){3,}(?:1?\d|2[0-6])(?![\d.]*\d)/g, (match) => match.match(/\d+/g)!.map((n) => String.fromCharCode(A - 1 + Number(n))).join(''));
  count(/(?<![\w.-])(?:[.-]{1,5}(?:\s*\/\s*|\s+)){6,}[.-]{1,5}(?![\w.-])/g, () => 'morse');
  return found;
}

/** Words written letter by letter: r e t u r n, r-e-t-u-r-n; a, b, c in the alphabet's order and lists of one-letter names are none. */
function spelledLetters(text: string, known: ReadonlySet<string>): number {
  let letters = 0;
  for (const match of text.match(/(?<![\p{L}\p{N}])(?:\p{L}(?:[-.·_*|/~ ]|, ?)){4,}\p{L}(?![\p{L}\p{N}])/gu) ?? []) {
    const spelled = [...match.toLowerCase()].filter((char) => /\p{L}/u.test(char));
    const ordered = spelled.every((letter, i) => i === 0 || letter >= spelled[i - 1]!);
    const named = spelled.every((letter) => known.has(letter)) && /,/.test(match);
    if (!ordered && !named) letters += spelled.length;
  }
  return letters;
}

/** What the words of the code may not be recognised by: as long as most English words are, and not English themselves. */
const MARKS_OF_CODE = /\b(?:open|close|opening|closing|left|right|end|start|begin)[ -]?(?:paren|parens|parenthes[ie]s|brackets?|braces?|curly|quotes?|curlies|angle)\b|\b(?:semi-?colon|new-?line|indent(?:ed)?|dedent|backtick|underscore|(?:single|double)[ -]quotes?|equals[ -]sign|fat[ -]arrow|paren|lparen|rparen|lbrace|rbrace|lbracket|rbracket|curly)\b/gi;

export interface CipherMeasures {
  /** Words that are the code's own under one and the same cipher, in [0, 1]. */
  ciphered: number;
  /** Characters that are an encoding of readable text. */
  encoded: number;
  /** Letters spelled one by one. */
  spelled: number;
  /** Punctuation of code called by name: "open paren", "semicolon". */
  dictated: number;
  /** Words of the code cut down to their consonants or their first letters. */
  clipped: number;
}

/** `known`: words of the code, lower case, whole and in parts. All measures are in [0, 1] and 0 for ordinary text. */
export function cipherMeasures(documentation: string, known: ReadonlySet<string>): CipherMeasures {
  const all = documentation.toLowerCase().match(/[\p{L}\p{N}_@$!|]+/gu) ?? [];
  const plain = all.map((word) => word.replace(/[!|]+$/, '')).filter((word) => word.length >= 3 && /\p{L}/u.test(word));
  const different = [...new Set(plain)];
  const own = different.filter((word) => !known.has(word) && !isEnglishWord(word));
  let most = 0;
  for (const decode of DECODERS) most = Math.max(most, own.filter((word) => { const text = decode(word); return text !== word && text.length >= 3 && (known.has(text) || (text.length >= 5 && isEnglishWord(text))); }).length);
  const targets = [...known].filter((word) => /^\p{L}{4,}$/u.test(word));
  const devoweled = new Set(targets.map((word) => word.replace(/[aeiou]/g, '')).filter((word) => word.length >= 2));
  const bare = own.filter((word) => devoweled.has(word)).length;
  const heads = own.filter((word) => word.length <= 4 && targets.some((target) => target.length > word.length && target.startsWith(word))).length;
  const characters = Math.max(1, documentation.replace(/\s/g, '').length);
  const encoded = encodedCharacters(documentation, known), letters = spelledLetters(documentation, known);
  const marks = documentation.match(MARKS_OF_CODE) ?? [];
  return {
    ciphered: most < 3 ? 0 : Math.max(ramp(most / different.length, 0.1, 0.4), ramp(most, 3, 6)),
    encoded: encoded === 0 ? 0 : Math.max(ramp(encoded / characters, 0, 0.4), ramp(encoded, 8, 24)),
    spelled: letters === 0 ? 0 : Math.max(ramp(letters / characters, 0.05, 0.4), ramp(letters, 5, 15)),
    dictated: marks.length < 3 ? 0 : ramp(marks.length / Math.max(1, all.length), 0.06, 0.15),
    clipped: Math.max(bare < 3 ? 0 : ramp(bare / different.length, 0.2, 0.4), heads < 4 ? 0 : ramp(heads / different.length, 0.3, 0.6)),
  };
}
