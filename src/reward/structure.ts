/** Tree similarity: F1 of (parent kind, field, child) triples, with operators, literals and names in sight; knows no parser. */

import { whole } from './metric';
import type { Metric, Prepared } from './metric';
import { multisetF1 } from './token_f1';
import type { TreeNode } from './tree';

export type StructureTriples = string[];

const EMPTY_MARKS = new Set(['(', ')', '[', ']', '{', '}', ',', ';', ':', '"', "'", '`', 'end', '\n', '']);
/** Parents under which a mark decides what the code does: `a[1:]` and `a[:1]`, `delete p` and `delete[] p`. */
const SPEAKING: Readonly<Record<string, readonly string[]>> = { slice: [':'], delete_expression: ['[', ']'] };
/** Children without fields of which the side decides: `1..` and `..1`. */
const SIDED = new Set(['slice', 'range_expression']);

/** Whether the leaf says nothing about the code that its parent's kind does not already say. */
export const isEmptyMark = (node: TreeNode, parent: string): boolean =>
  !node.named && node.children.length === 0 && EMPTY_MARKS.has(node.text) && !(Object.hasOwn(SPEAKING, parent) && SPEAKING[parent]!.includes(node.text));

/**
 * One triple per informative node. An inner node is its kind; a leaf is its kind and its text, so `a + b` and `a - b`, 7 and 8, and two
 * names all differ. Comments, brackets and separators are left out: every program has them, and they would lift every score.
 */
export function structureTriples(nodes: readonly TreeNode[]): StructureTriples {
  const found: StructureTriples = [];
  const visit = (node: TreeNode, parent: string, side = ''): void => {
    if (/comment/.test(node.kind) || isEmptyMark(node, parent)) return;
    const leaf = node.children.length === 0;
    const label = leaf ? `${node.kind}\u0000${node.text}` : node.kind;
    found.push(`${parent}\u0001${node.field}${side}\u0001${label}`);
    const sided = SIDED.has(node.kind);
    let marks = 0;
    for (const child of node.children) {
      visit(child, node.kind, sided && child.named ? `${marks}` : '');
      if (!child.named) marks++;
    }
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
