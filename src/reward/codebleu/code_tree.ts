/** The syntax tree as CodeBLEU reads it, without comments, and its sub-trees; knows no data flow. */

import type { Language } from '../../types';
import { stringTexts } from '../source_text';
import type { TreeNode } from '../tree';

/** Inner nodes that the published code takes for one token. */
export const STRINGS: ReadonlySet<string> = new Set(['string_literal', 'string', 'character_literal']);
/** After these a Python line begins with a dedent, and the published code keeps a string that stands there. */
const ENDS_IN_BLOCK = /_definition$|^(?:if|for|while|try|with|match)_statement$/;

/**
 * A copy of the tree below a root of its own, without comments and Python docstrings, with the source text of whole strings. The published
 * code cuts comments out of the text before it parses; taking them out of the tree comes to the same, save where its patterns cut into
 * code (`//` in a template string) or leave comments standing (Ruby; `#` in PHP).
 */
export function codeTree(nodes: readonly TreeNode[], text: string, language: Language): TreeNode {
  const strings = stringTexts(nodes, text);
  const copy = (node: TreeNode): TreeNode => (node.children.length === 0 ? node : { ...node, text: strings.get(node) ?? '', children: kept(node.children.map(copy)) });
  const kept = (children: readonly TreeNode[]): TreeNode[] => {
    const found: TreeNode[] = [];
    for (const child of children) {
      if (/comment/.test(child.kind)) continue;
      const before = found.at(-1);
      const docstring = language === 'python' && child.kind === 'expression_statement' && child.children.length === 1 && child.children[0]!.kind === 'string';
      if (docstring && (before === undefined || !ENDS_IN_BLOCK.test(before.kind))) continue;
      found.push(child);
    }
    return found;
  };
  return { kind: 'program', field: '', named: true, text: '', children: kept(nodes.map(copy)) };
}

/** Named nodes as an S-expression shows them: those below an unnamed node stand in its place. */
const visible = (children: readonly TreeNode[]): TreeNode[] => children.flatMap((child) => (child.named ? [child] : visible(child.children)));

/** Numbers sub-trees so that those with the same S-expression have the same number, for as many trees as one numbering is asked about. */
export function subtreeNumbering(): (root: TreeNode) => number[] {
  const numbers = new Map<string, number>();
  return (root) => {
    const known = new Map<TreeNode, number>(), inner: number[] = [];
    const numberOf = (node: TreeNode): number => {
      const before = known.get(node);
      if (before !== undefined) return before;
      let key = node.named ? node.kind : `"${node.kind}"`;
      for (const child of visible(node.children)) key += ` ${child.field}:${numberOf(child)}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      known.set(node, number);
      return number;
    };
    const collect = (node: TreeNode): void => {
      if (node.children.length > 0 || node === root) inner.push(numberOf(node));
      for (const child of node.children) collect(child);
    };
    collect(root);
    return inner;
  };
}
