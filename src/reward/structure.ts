/** Tree similarity: F1 of (parent kind, field, child) triples, with operators, literals and names in sight; knows no parser. */

import { whole } from './metric';
import type { Metric, Prepared } from './metric';
import { multisetF1 } from './token_f1';
import type { TreeNode } from './tree';

export type StructureTriples = string[];

/** Says nothing about the code that its parent's kind does not already say. */
const EMPTY_MARKS = new Set(['(', ')', '[', ']', '{', '}', ',', ';', ':', '"', "'", '`', 'end', '\n', '']);

/**
 * One triple per informative node. An inner node is its kind; a leaf is its kind and its text, so `a + b` and `a - b`, 7 and 8, and two
 * names all differ. Comments, brackets and separators are left out: every program has them, and they would lift every score.
 */
export function structureTriples(nodes: readonly TreeNode[]): StructureTriples {
  const found: StructureTriples = [];
  const visit = (node: TreeNode, parent: string): void => {
    if (/comment/.test(node.kind)) return;
    const leaf = node.children.length === 0;
    if (leaf && !node.named && EMPTY_MARKS.has(node.text)) return;
    const label = leaf ? `${node.kind}\u0000${node.text}` : node.kind;
    found.push(`${parent}\u0001${node.field}\u0001${label}`);
    for (const child of node.children) visit(child, node.kind);
  };
  for (const node of nodes) visit(node, '');
  return found;
}

const triplesOf = (prepared: Prepared): StructureTriples | undefined => prepared.once('triples', () => (prepared.tree ? structureTriples(prepared.tree) : undefined));

/** F1 of the triple multisets; 0 when the reconstruction does not parse; not applicable when the original does not. */
export const structureSimilarity: Metric = (original, reconstruction) => {
  const left = triplesOf(original), right = triplesOf(reconstruction);
  if (!left) return undefined;
  return right ? whole(multisetF1(left, right)) : whole(0, 'does not parse');
};
