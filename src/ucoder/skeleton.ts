/** UCoder's stage 3: the head of the function that solves a problem. The template and what is read out of an answer; asks no model. */
import type { Language } from '../types';
import type { ProposedProblem } from './problem';

export interface Skeleton {
  /** Imports that the annotations need, one a line; '' mostly. */
  imports: string;
  /** The line that opens the function. */
  signature: string;
  name: string;
  params: string[];
  documentation: string;
}

export const SKELETON_START = '<SKELETON_START>';
export const SKELETON_END = '<SKELETON_END>';

const SHOWN: Partial<Record<Language, string>> = {
  python: 'def name(param: type) -> type:\n    """One to three sentences.\n\n    Args:\n        param: meaning\n    Returns:\n        meaning\n    """',
  javascript: '/**\n * One to three sentences.\n * @param {type} param meaning\n * @returns {type} meaning\n */\nfunction name(param) {',
  ruby: '# One to three sentences.\n# @param param [Type] meaning\n# @return [Type] meaning\ndef name(param)',
  lua: '-- One to three sentences.\n-- @param param type meaning\n-- @return type meaning\nfunction name(param)',
};

export function skeletonPrompt(problem: ProposedProblem, language: Language): string {
  return `Write the head of the function that solves this problem in ${language}, without its body.

Description: ${problem.description}
Function Signature: ${problem.signature}
Example Input-Output: ${problem.examples}

Write it in this form:
${SKELETON_START}
imports that the types need, if any
${SHOWN[language] ?? SHOWN.python!}
${SKELETON_END}

${SKELETON_START}
`;
}

const HEAD: Partial<Record<Language, RegExp>> = {
  python: /^def\s+([A-Za-z_]\w*)\s*\(([^)]*)\)[^\n]*:/m,
  javascript: /^(?:async\s+)?function\s+([A-Za-z_$][\w$]*)\s*\(([^)]*)\)\s*\{?/m,
  typescript: /^(?:async\s+)?function\s+([A-Za-z_$][\w$]*)\s*\(([^)]*)\)[^\n]*/m,
  ruby: /^def\s+([a-z_]\w*[!?]?)\s*\(?([^)\n]*)\)?/m,
  lua: /^(?:local\s+)?function\s+([A-Za-z_]\w*)\s*\(([^)]*)\)/m,
};
const IMPORT = /^(?:import|from|require|const \w+ = require)\b.*$/;

/** The skeleton in an answer, or why there is none. Of several functions the last is meant: helpers come first. */
export function readSkeleton(answer: string, language: Language): Skeleton | { refused: string } {
  const after = answer.slice(answer.lastIndexOf(SKELETON_START) >= 0 ? answer.lastIndexOf(SKELETON_START) + SKELETON_START.length : 0);
  const end = after.indexOf(SKELETON_END);
  if (end < 0) return { refused: `it has no ${SKELETON_END}` };
  const text = after.slice(0, end), pattern = HEAD[language];
  if (!pattern) return { refused: `there is no form of a function's head for ${language}` };
  const head = pattern.exec(text);
  if (!head) return { refused: 'no function begins in it' };
  const params = splitParams(head[2]!);
  const names = params.map((param) => /^(?:\.\.\.|\*{1,2}|&)?([A-Za-z_$][\w$]*)/.exec(param)?.[1] ?? '');
  if (names.includes('')) return { refused: 'a parameter has no name' };
  const documentation = /"""([\s\S]*?)"""|\/\*\*([\s\S]*?)\*\//.exec(text);
  const lines = text.split('\n').filter((line) => /^\s*(?:#|--)/.test(line)).map((line) => line.replace(/^\s*(?:#|--)\s?/, ''));
  const plain = (documentation?.[1] ?? documentation?.[2] ?? lines.join('\n')).replace(/^\s*\* ?/gm, '').trim();
  return { imports: text.split('\n').filter((line) => IMPORT.test(line.trim())).join('\n'), signature: head[0].trim(), name: head[1]!, params: names, documentation: plain };
}

/** At commas outside brackets. */
function splitParams(text: string): string[] {
  const parts: string[] = [];
  let depth = 0, part = '';
  for (const character of text) {
    if ('([{<'.includes(character)) depth++;
    if (')]}>'.includes(character)) depth--;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].map((one) => one.trim()).filter((one) => one !== '');
}
