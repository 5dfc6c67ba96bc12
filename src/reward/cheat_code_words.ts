/** The words that a piece of code is written in, and its body without its head; knows tokens of any language, no grammar. */

import type { Language } from '../types';
import { lex } from './lexer';

/** Keywords of the lab's languages that are words: part of every program, and of English. */
export const KEYWORDS: ReadonlySet<string> = new Set(`
abstract and as async await begin bool boolean break byte case catch char class const continue def default defer defined delete do double dyn elif else elseif elsif end endif ensure enum except extends
extern false final finally float fn for foreach from func function global go goto if impl implements import in include inline instanceof int interface is isset lambda let local long loop match mod module
mut namespace new next nil none nonlocal not null of operator or package pass pub private protected public raise range register repeat require rescue retry return self short signed sizeof static str string struct
super switch template then this throw throws trait true try type typedef typeof undef union unless unsafe unsigned until use using var virtual void volatile when where while with yield usize
`.split(/\s+/).filter((word) => word !== ''));

/** Parts of camelCase, snake_case and dotted names, lower case, numbers apart: `parseHTTPHeader2` is parse, http, header, 2. */
export function partsOf(name: string): string[] {
  return name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/(\p{L})(\d)/gu, '$1 $2').replace(/(\d)(\p{L})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
}

/** Everything after the parameter list: what a documentation may not carry. Code without a parameter list is all body. */
export function bodyOf(code: string): string {
  const open = code.indexOf('(');
  const brace = code.indexOf('{');
  const line = code.indexOf('\n');
  // A head without parentheses (`def empty?`, `x => x`) ends with its line or at its brace.
  if (open < 0 || (line >= 0 && line < open)) return line >= 0 ? code.slice(line + 1) : brace >= 0 ? code.slice(brace + 1) : code;
  // Go's receiver and Rust's `pub(crate)` come in parentheses before the name and its own list.
  let depth = 0, at = open;
  for (; at < code.length; at++) {
    if (code[at] === '(') depth++;
    else if (code[at] === ')' && --depth === 0) {
      const next = /^\s*[\p{L}_$][\p{L}\p{N}_$]*\s*(?:<[^>(]*>)?\s*\(/u.exec(code.slice(at + 1));
      if (/^\s*(?:func\s*$|pub\s*$)/.test(code.slice(0, open)) && next) { at += next[0].length - 1; continue; }
      if (/^\s*(?:pub\s*$)/.test(code.slice(0, open))) { const own = code.indexOf('(', at + 1); if (own > 0) { at = own - 1; continue; } }
      break;
    }
  }
  return code.slice(at + 1);
}

/** A word of prose or code: a name, or a number in any notation. */
export const WORD = /[\p{L}_$][\p{L}\p{N}_$]*|\d(?:[\w.]*\w)?/gu;

/** Identifiers, numbers and strings of one or two words, in order and as written. Longer strings are messages: prose that a documentation may quote. */
export function codeWords(code: string, language: Language): string[] {
  return lex(code, language).flatMap((token) => {
    const found = token.match(WORD) ?? [];
    return /^["'`]/.test(token) && found.length > 2 ? [] : found;
  });
}
