/** Splits code of any of the lab's languages into tokens; knows comment and string forms, knows no grammar. */

import type { Language } from '../types';

type CommentForms = readonly RegExp[];
const C_COMMENTS: CommentForms = [/\/\/[^\n]*/y, /\/\*[\s\S]*?\*\//y];
const HASH: CommentForms = [/#[^\n]*/y];
const COMMENTS: Readonly<Record<Language, CommentForms>> = {
  javascript: C_COMMENTS, typescript: C_COMMENTS, tsx: C_COMMENTS, go: C_COMMENTS, rust: C_COMMENTS, java: C_COMMENTS, c: C_COMMENTS, cpp: C_COMMENTS,
  // `#[` opens a PHP attribute, not a comment.
  php: [...C_COMMENTS, /#(?!\[)[^\n]*/y],
  python: HASH, ruby: HASH,
  lua: [/--\[\[[\s\S]*?\]\]/y, /--[^\n]*/y],
};

const WORD = /[\p{L}_$@][\p{L}\p{N}_$]*[!?]?(?<![!?](?=[=.:]))/uy;
const PLAIN_WORD = /[\p{L}_$@][\p{L}\p{N}_$]*/uy;
const NUMBER = /0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y;
// A quote that is not closed on its line is one token by itself: sampled code is often broken, prose has apostrophes.
const STRING = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/y;
const OPERATOR = />>>=|===|!==|\*\*=|<<=|>>=|>>>|\.\.\.|\.\.=|&&=|\|\|=|\?\?=|<=>|\/\/=|=>|->|<-|::|:=|==|!=|~=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|\*\*|<<|>>|\/\/|\.\./y;

function at(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? '';
}

/**
 * Tokens of `code`: identifiers, numbers, whole string literals, operators, single other characters. White space and comments are
 * dropped. Never throws: anything not understood becomes one-character tokens.
 */
export function lex(code: string, language: Language): string[] {
  const tokens: string[] = [];
  const comments = COMMENTS[language];
  const word = language === 'ruby' ? WORD : PLAIN_WORD;
  let index = 0;
  while (index < code.length) {
    const char = code[index]!;
    if (/\s/.test(char)) { index++; continue; }
    let comment = '';
    for (const form of comments) if ((comment = at(form, code, index)) !== '') break;
    if (comment !== '') { index += comment.length; continue; }
    // In Python and Lua `//` divides; everywhere it is an operator it is never a comment form of that language.
    const token = at(word, code, index) || at(NUMBER, code, index) || at(STRING, code, index) || at(OPERATOR, code, index) || String.fromCodePoint(code.codePointAt(index)!);
    tokens.push(token);
    index += token.length;
  }
  return tokens;
}

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
