/** What a problem's prompt says of the function that is asked for: where its head stands, its parameters, the task in words. Reads text, no tree: a prompt is no whole program. */
import type { Language } from '../types';

/** Words before a function's name; C, C++ and Java have none, there the name stands before the bracket. */
const WORDS = String.raw`(?:local\s+function|function\s*\*?|async\s+def|def|func|fn)`;
const NAME = String.raw`[\p{L}_$][\p{L}\p{N}_$]*[?!]?`;
const TYPED: ReadonlySet<Language> = new Set(['java', 'c', 'cpp']);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where the head of `entry` begins and where it ends: behind its closing bracket, to the end of that line. Null when it is not there. */
function headOf(text: string, entry: string, language: Language): { from: number; to: number; params: string } | null {
  const name = escaped(entry);
  const pattern = TYPED.has(language) ? new RegExp(String.raw`^[^\n]*?(?<![\w$])${name}\s*\(`, 'mu') : new RegExp(String.raw`^[^\n]*?(?:${WORDS}\s+(?:self\.)?|(?:const|let|var)\s+)${name}(?![\w$])`, 'mu');
  const found = pattern.exec(text);
  if (!found) return null;
  const open = text.indexOf('(', found.index + found[0].length - 1);
  const line = (at: number): number => { const end = text.indexOf('\n', at); return end < 0 ? text.length : end; };
  const lineEnd = line(found.index + found[0].length);
  // Ruby's brackets may be absent.
  if (open < 0 || open > lineEnd) return { from: found.index, to: lineEnd, params: '' };
  let depth = 0, close = open;
  for (; close < text.length; close++) {
    if ('([{'.includes(text[close]!)) depth++;
    else if (')]}'.includes(text[close]!) && --depth === 0) break;
  }
  return { from: found.index, to: line(close), params: text.slice(open + 1, close) };
}

/** Splits at the commas that stand in no bracket. */
function parts(text: string): string[] {
  const found: string[] = [];
  let depth = 0, from = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char !== undefined && '([{<'.includes(char)) depth++;
    else if (char !== undefined && ')]}>'.includes(char)) depth--;
    else if (char === undefined || (char === ',' && depth === 0)) { found.push(text.slice(from, at)); from = at + 1; }
  }
  return found.map((part) => part.trim()).filter((part) => part !== '');
}

function paramName(part: string, language: Language): string {
  if (language === 'php') return /\$\w+/.exec(part)?.[0] ?? '';
  const declared = part.split(/[=:]/)[0]!;
  const names = declared.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  return (TYPED.has(language) ? names.at(-1) : names[0]) ?? '';
}

export interface Head { signature: string; params: string[]; /** What stands before the head, what stands behind it. */ before: string; after: string }

/** The head of the function that is asked for; '' and all of it before where the prompt has none. */
export function headIn(prompt: string, entry: string, language: Language): Head {
  const head = headOf(prompt, entry, language);
  if (!head) return { signature: '', params: [], before: prompt, after: '' };
  return {
    signature: prompt.slice(head.from, head.to).trimEnd(), params: parts(head.params).map((part) => paramName(part, language)).filter((name) => name !== ''),
    before: prompt.slice(0, head.from), after: prompt.slice(head.to),
  };
}

/** The function that a prompt ends in, by its last definition; '' when none is seen. */
export function lastDefined(prompt: string, language: Language): string {
  const pattern = TYPED.has(language) ? new RegExp(String.raw`(${NAME})\s*\((?=[^;{}]*\{?\s*$)`, 'gu') : new RegExp(String.raw`(?:${WORDS}\s+(?:self\.)?)(${NAME})`, 'gu');
  return [...prompt.matchAll(pattern)].at(-1)?.[1] ?? '';
}

/** The name that a program defines first among functions; '' when none is seen. */
export function definedNames(code: string): string[] {
  return [...code.matchAll(new RegExp(String.raw`^(?:${WORDS}\s+(?:self\.)?)(${NAME})`, 'gmu'))].map((found) => found[1]!);
}

const MARKS = /^\s*(?:\/\/\/?!?|--|#)\s?/;

function dedented(text: string): string {
  const lines = text.split('\n');
  const indents = lines.slice(1).filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)![0].length);
  const least = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line, i) => (i === 0 ? line : line.slice(least)).trimEnd()).join('\n').trim();
}

/** The task in words: the docstring behind the head, else the comment right before it, else a docstring that is the whole prompt; '' when there is none. */
export function wordsOf({ before, after }: Head): string {
  const behind = /^\s*[rR]?("""|''')([\s\S]*?)\1/.exec(after);
  if (behind) return dedented(behind[2]!);
  const lines = before.trimEnd().split('\n'), comment: string[] = [];
  for (let at = lines.length - 1; at >= 0 && MARKS.test(lines[at]!); at--) comment.unshift(lines[at]!.replace(MARKS, ''));
  if (comment.length > 0) return comment.join('\n').trim();
  const block = /\/\*\*?([\s\S]*?)\*\/\s*$/.exec(before);
  if (block) return dedented(block[1]!.replace(/^\s*\* ?/gm, ''));
  const only = /^\s*("""|''')([\s\S]*?)\1\s*$/.exec(before + after);
  return only ? dedented(only[2]!) : '';
}

/** Lines of a prompt that bring something in; an answer that is a whole program may need them. */
export function importsOf(prompt: string): string {
  const lines = prompt.split('\n').filter((line) => /^(?:import\s|from\s+\S+\s+import\s|use\s|require[\s(]|#include\b|(?:const|let|var|local)\s.*\brequire\s*\(?)/.test(line));
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}
