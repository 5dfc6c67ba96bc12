/** Words of a label for constants: their type, and their value where it is one of the few that programs turn on; knows no statement. */

import type { TreeNode } from '../tree';
import { textOf } from './nodes';

/**
 * Numbers 0, 1 and 2 by value (-1 too, see `readUnary`), every other integer as 'number', every other fraction as 'float': a bound or a start that moves
 * by one shows, a table of magic numbers does not drown the rest.
 */
export function numberWord(text: string): string {
  const plain = text.replace(/_/g, '');
  if (/^0[xXbBoO]/.test(plain)) return byValue(Number(plain.replace(/[uUlLnN]+$/, '')));
  const value = Number(plain.replace(/(?:[fFdDlLuUnN]+|[iu](?:8|16|32|64|128|size)|f(?:32|64))$/, ''));
  if (/[.eE]|f\d*$|[fFdD]$/.test(plain.replace(/[iu]\d+$|size$/, ''))) return 'float';
  return byValue(value);
}

const byValue = (value: number): string => (value === 0 || value === 1 || value === 2 ? `number:${value}` : 'number');

/** The empty string by value, every other as 'string'; a character is a string of one. */
export function stringWord(node: TreeNode): string {
  const text = textOf(node);
  return /^[a-zA-Z@$]*(?:""|''|``|""""""|'''''')$/.test(text) || text === '' ? 'string:empty' : 'string';
}

export const booleanWord = (node: TreeNode): string => `boolean:${textOf(node).toLowerCase()}`;
