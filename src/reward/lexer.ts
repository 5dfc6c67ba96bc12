/** Splits code of any of the lab's languages into tokens; knows comment and string forms, knows no grammar. */

import type { Language } from '../types';

/** How comments begin, and for those that may span lines, how they end. The longer of two beginnings stands first. */
type CommentForms = readonly (readonly [begin: string, end?: string])[];
const C_COMMENTS: CommentForms = [['//'], ['/*', '*/']];
const HASH: CommentForms = [['#']];
const COMMENTS: Readonly<Record<Language, CommentForms>> = {
  javascript: C_COMMENTS, typescript: C_COMMENTS, tsx: C_COMMENTS, go: C_COMMENTS, rust: C_COMMENTS, java: C_COMMENTS, c: C_COMMENTS, cpp: C_COMMENTS,
  php: [...C_COMMENTS, ['#']],
  python: HASH, ruby: HASH,
  lua: [['--[[', ']]'], ['--']],
};

const WORD = /[\p{L}_$@][\p{L}\p{N}_$]*[!?]?(?<![!?](?=[=.:]))/uy;
const PLAIN_WORD = /[\p{L}_$@][\p{L}\p{N}_$]*/uy;
const NUMBER = /0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y;
const OPERATOR = />>>=|===|!==|\*\*=|<<=|>>=|>>>|\.\.\.|\.\.=|&&=|\|\|=|\?\?=|<=>|\/\/=|=>|->|<-|::|:=|==|!=|~=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|\*\*|<<|>>|\/\/|\.\./y;
/** What ends neither an escape nor, but for the first, a quoted string. */
const LINE_END = /[\n\r\u2028\u2029]/;

function at(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? '';
}

/**
 * Ends of comments and strings. A search that failed is remembered, so that a text of openings without a closing takes linear time: what
 * is not closed for an opening is not closed for a later one, since both see the same escapes.
 */
class Ends {
  private readonly code: string;
  /** By closing: the place up to which a search has found none. */
  private readonly none = new Map<string, number>();

  constructor(code: string) {
    this.code = code;
  }

  /** Behind the first `close` from `from` on; -1 when there is none. */
  of(close: string, from: number): number {
    if (this.none.has(close)) return -1;
    const found = this.code.indexOf(close, from);
    if (found < 0) this.none.set(close, this.code.length);
    return found < 0 ? -1 : found + close.length;
  }

  /** Behind the `quote` that closes the one before `from`, escapes passed over; -1 when its line, or for a backtick the text, ends before. */
  ofQuote(quote: string, from: number): number {
    if (from <= (this.none.get(quote) ?? -1)) return -1;
    const { code } = this;
    let i = from;
    for (; i < code.length; i++) {
      const char = code[i]!;
      if (char === quote) return i + 1;
      if (char === '\n' && quote !== '`') break;
      if (char === '\\' && (++i >= code.length || (quote !== '`' && LINE_END.test(code[i]!)))) break;
    }
    this.none.set(quote, i);
    return -1;
  }
}

/** Behind the string literal at `index`; -1 when none stands there. A quote that is not closed on its line is one token by itself: sampled code is often broken, prose has apostrophes. */
function stringEnd(code: string, index: number, ends: Ends): number {
  const quote = code[index]!;
  if (quote !== '"' && quote !== "'" && quote !== '`') return -1;
  const triple = quote === '`' ? -1 : code.startsWith(quote.repeat(3), index) ? ends.of(quote.repeat(3), index + 3) : -1;
  return triple >= 0 ? triple : ends.ofQuote(quote, index + 1);
}

/** Behind the comment at `index`; -1 when none stands there, as where a `/*` is never closed. */
function commentEnd(code: string, index: number, language: Language, ends: Ends): number {
  for (const [begin, end] of COMMENTS[language]) {
    // `#[` opens a PHP attribute, not a comment.
    if (!code.startsWith(begin, index) || (language === 'php' && code.startsWith('#[', index))) continue;
    const behind = ends.of(end ?? '\n', index + begin.length);
    if (end === undefined) return behind < 0 ? code.length : behind - 1;
    if (behind >= 0) return behind;
  }
  return -1;
}

/**
 * Tokens of `code`: identifiers, numbers, whole string literals, operators, single other characters. White space and comments are
 * dropped. Never throws: anything not understood becomes one-character tokens. `end`: behind the last token, when `most` were found.
 */
export function scan(code: string, language: Language, most = Infinity): { tokens: string[]; end: number } {
  const tokens: string[] = [], ends = new Ends(code);
  const word = language === 'ruby' ? WORD : PLAIN_WORD;
  let index = 0;
  while (index < code.length && tokens.length < most) {
    const unit = code.charCodeAt(index);
    if (unit === 32 || (unit >= 9 && unit <= 13) || (unit > 127 && /\s/.test(code[index]!))) { index++; continue; }
    const comment = unit === 35 || unit === 45 || unit === 47 ? commentEnd(code, index, language, ends) : -1;
    if (comment >= 0) { index = comment; continue; }
    const string = stringEnd(code, index, ends);
    // In Python and Lua `//` divides; everywhere it is an operator it is never a comment form of that language.
    const token = string >= 0 ? code.slice(index, string)
      : (unit > 63 || unit === 36 ? at(word, code, index) : unit >= 48 && unit <= 57 ? at(NUMBER, code, index) : '') || at(OPERATOR, code, index) || String.fromCodePoint(code.codePointAt(index)!);
    tokens.push(token);
    index += token.length;
  }
  return { tokens, end: index };
}

/** The tokens of `scan`. */
export const lex = (code: string, language: Language): string[] => scan(code, language).tokens;

/** White space as Python's str.split sees it, which is what sacrebleu's figures rest on: unlike \s it has the separators 1c to 1f and 85, not feff. */
export function isBlank(point: number): boolean {
  if (point <= 0x20) return point === 0x20 || (point >= 9 && point <= 13) || point >= 0x1c;
  if (point < 0x1680) return point === 0x85 || point === 0xa0;
  return point === 0x1680 || (point >= 0x2000 && point <= 0x200a) || point === 0x2028 || point === 0x2029 || point === 0x202f || point === 0x205f || point === 0x3000;
}

/** Words, numbers and single punctuation marks: one form for prose and code, so that a copied run is seen in both. */
export function words(text: string): string[] {
  return text.match(/[\p{L}_$][\p{L}\p{N}_$]*|\d+|[^\s\p{L}\p{N}]/gu) ?? [];
}
