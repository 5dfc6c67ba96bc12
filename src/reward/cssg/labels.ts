/** Words of a label for constants: their type, and their value where it is short; knows no statement. */

import type { TreeNode } from '../tree';
import { textOf } from './nodes';

/** Kinds of literals that are neither strings nor numbers of the common sort. */
const CHARACTERS: ReadonlySet<string> = new Set(['char_literal', 'character_literal', 'rune_literal', 'character']);
const SYMBOLS: ReadonlySet<string> = new Set(['simple_symbol', 'bare_symbol', 'delimited_symbol']);

/** Significant digits up to which a number stands by its value; longer ones stand by their magnitude. */
const DIGITS = 4;

/**
 * A number by its type and value, so that a bound, a start or a step that changes shows: `number:20`, `float:0.5`, `bigint:2`, `long:3`, `complex`. What has
 * more than four significant digits (hashes, magic numbers, measured constants) is known by its power of ten: `number:e9`. A sign is `readUnary`'s.
 */
export function numberWord(text: string): string {
  const plain = text.replace(/[_']/g, '');
  if (/^0[xXbBoO]/.test(plain)) {
    const digits = plain.replace(/(?:[uUlLnN]+|[iu](?:8|16|32|64|128|size))$/, '');
    return byValue(/n$/.test(plain) ? 'bigint' : /[lL]$/.test(plain) ? 'long' : 'number', Number(digits));
  }
  if (/[jJ]$|\di$/.test(plain)) return 'complex';
  const bare = plain.replace(/(?:[fFdDlLuUnN]+|[iu](?:8|16|32|64|128|size)|f(?:32|64))$/, ''), value = Number(bare);
  const isFloat = /[.eE]/.test(bare) || /(?:f(?:32|64)|[fFdD])$/.test(plain);
  return byValue(isFloat ? 'float' : /n$/.test(plain) ? 'bigint' : /[lL]$/.test(plain) ? 'long' : 'number', value);
}

function byValue(type: string, value: number): string {
  if (!Number.isFinite(value)) return type;
  const [mantissa = '', power = ''] = value.toExponential().split('e');
  return mantissa.replace('.', '').length <= DIGITS ? `${type}:${value}` : `${type}:e${Number(power)}`;
}

/** The empty string by value, every other as 'string'; characters, bytes and symbols are types of their own. */
export function stringWord(node: TreeNode): string {
  if (CHARACTERS.has(node.kind)) return 'char';
  if (SYMBOLS.has(node.kind)) return 'symbol';
  const text = textOf(node), type = /^(?:[rR]?[bB]|[bB][rR])#*["']/.test(text) ? 'bytes' : 'string';
  return /^[a-zA-Z@$]*(?:""|''|``|""""""|'''''')$/.test(text) || text === '' ? `${type}:empty` : type;
}

export const booleanWord = (node: TreeNode): string => `boolean:${textOf(node).toLowerCase()}`;
