/** Variants of a function that differ in one operator, constant or text; knows syntax trees, runs nothing. Test only. */
import type { Parser } from '../../src/corpus/parser';
import { SYNTAX } from '../../src/corpus/syntax';
import type { Language } from '../../src/types';

const SWAPS: Readonly<Record<string, string[]>> = {
  '+': ['-'], '-': ['+'], '*': ['+'], '/': ['*'], '%': ['*'], '**': ['*'], '//': ['*'], '<': ['<=', '>'], '<=': ['<'], '>': ['>=', '<'], '>=': ['>'], '===': ['!=='], '!==': ['==='], '==': ['!='], '!=': ['=='], '~=': ['=='],
  '&&': ['||'], '||': ['&&'], 'and': ['or'], 'or': ['and'], '+=': ['-='], '-=': ['+='], '*=': ['+='], '++': ['--'],
};

export interface Mutant { code: string; what: string }

export function mutants(parser: Parser, language: Language, code: string): Mutant[] {
  const tree = parser.parse(language, code), found: Mutant[] = [];
  const swap = (from: number, to: number, by: string, what: string): void => {
    const a = from - tree.offset, b = to - tree.offset;
    const changed = code.slice(0, a) + by + code.slice(b);
    if (parser.parses(language, changed)) found.push({ code: changed, what });
  };
  const visit = (node: typeof tree.root): void => {
    if (!node.isNamed && /binary|comparison|boolean|augmented|update|operator_assignment/.test(node.parent?.type ?? '')) for (const by of SWAPS[node.text] ?? []) swap(node.startIndex, node.endIndex, by, `${node.text} → ${by}`);
    if (SYNTAX[language].numbers.includes(node.type) && /^\d+$/.test(node.text)) swap(node.startIndex, node.endIndex, String(Number(node.text) + 1), `${node.text} → ${Number(node.text) + 1}`);
    if (node.type === 'true' || node.type === 'false') swap(node.startIndex, node.endIndex, node.type === 'true' ? 'false' : 'true', node.type);
    for (const child of node.children) visit(child);
  };
  visit(tree.root);
  tree.delete();
  return found;
}
