/** Gives strings of a syntax tree their source text back, which grammars may leave outside of every leaf; knows no metric. */

import type { TreeNode } from './tree';

const isString = (node: TreeNode): boolean => ['string_literal', 'string', 'character_literal'].includes(node.kind);
const onlyEscapes = (node: TreeNode): boolean => node.children.length > 0 && node.children.every((child) => child.kind === 'escape_sequence');

/**
 * Text of whole strings with inner nodes, and of string contents of which only the escape sequences are leaves. Leaves are looked for in
 * their order; what lies between two of them holds neither, or it would have been cut elsewhere.
 */
export function stringTexts(nodes: readonly TreeNode[], text: string): Map<TreeNode, string> {
  const found = new Map<TreeNode, string>();
  let from = 0, to = 0, open: { node: TreeNode; start: number } | undefined;
  const visit = (node: TreeNode): void => {
    if (node.children.length === 0) {
      const at = text.indexOf(node.text, to);
      from = at < 0 ? to : at;
      to = from + node.text.length;
      if (open) { found.set(open.node, text.slice(open.start, from)); open = undefined; }
      return;
    }
    const before = to;
    let start = -1;
    for (const child of node.children) {
      visit(child);
      if (start < 0) start = from;
    }
    from = start;
    if (isString(node)) found.set(node, text.slice(start, to));
    // It ends where the next leaf begins.
    else if (onlyEscapes(node)) open = { node, start: before };
  };
  nodes.forEach(visit);
  return found;
}
