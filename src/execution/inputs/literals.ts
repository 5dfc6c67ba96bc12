/** The values that stand in a function's code and the keys that it asks for; knows no use of them. */
import type { Node } from 'web-tree-sitter';
import { SYNTAX } from '../../corpus/syntax';
import type { Language } from '../../types';

export interface Literals { numbers: number[]; strings: string[] }

const MOST = 12;

export function literalsOf(root: Node, language: Language): Literals {
  const { numbers, strings } = SYNTAX[language];
  const found = { numbers: new Set<number>(), strings: new Set<string>() };
  for (const node of root.descendantsOfType([...numbers, ...strings, 'character_literal', 'char_literal', 'rune_literal', 'string', 'escape_sequence', 'regex_pattern'])) {
    if (numbers.includes(node.type)) {
      const value = Number(node.text.replace(/_/g, '').replace(/(?<=\d)[fFlLuU]+$/, ''));
      if (Number.isFinite(value) && Math.abs(value) <= 1e6) found.numbers.add(value);
    } else if (strings.includes(node.type)) {
      if (node.text.length <= 40) found.strings.add(node.text);
    } else if (node.type === 'regex_pattern') {
      // Letters that a pattern names are letters that it may find.
      for (const part of node.text.match(/[\p{L}\p{N}_-]{1,12}|\\s|\\d/gu) ?? []) found.strings.add(part === '\\s' ? ' ' : part === '\\d' ? '7' : part);
    } else if (/_literal$/.test(node.type)) found.strings.add(node.text.slice(1, -1));
  }
  return { numbers: [...found.numbers].slice(0, MOST), strings: [...found.strings].filter((text) => text !== '').slice(0, MOST) };
}
