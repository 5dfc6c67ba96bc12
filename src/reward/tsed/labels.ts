/** Turns syntax trees into the labelled trees that TSED compares: the published form, and ours with nothing hidden. */

import { stringTexts } from '../source_text';
import { isEmptyMark } from '../structure';
import type { TreeNode } from '../tree';
import { CHOSEN, boundNames } from './bindings';
import type { OrderedTree } from './edit_distance';

/** Stands for the root that a parser puts above the top nodes; the same on both sides. */
const ROOT = 'program';

/**
 * The tree as the published code reads it out of tree-sitter's S-expression: named nodes only, comments among them. In
 * `(call function: (identifier) arguments: (argument_list))` each word takes the place of the label before it, so a node is called after
 * the last field label among its children (`arguments:`), and after its own kind only when no child has one.
 */
export function publishedTree(nodes: readonly TreeNode[]): OrderedTree {
  const named = (children: readonly TreeNode[]): TreeNode[] => children.flatMap((child) => (child.named ? [child] : child.children.length > 0 ? named(child.children) : []));
  const visit = (node: TreeNode): OrderedTree => {
    const children = named(node.children);
    const field = children.findLast((child) => child.field !== '')?.field;
    return { label: field === undefined ? node.kind : `${field}:`, children: children.map(visit) };
  };
  return { label: ROOT, children: named(nodes).map(visit) };
}

/** Where a name belongs to something else, whatever the snippet itself binds: fields, and kinds of parents. */
const MEMBER = new Set(['attribute', 'property', 'field', 'method']);
const OF_OTHERS = new Set(['scoped_identifier', 'qualified_identifier', 'keyword_argument', 'keyword_pattern']);

/**
 * The whole tree: kinds for inner nodes, text for operators, keywords, literals and the names of members, types and all that the snippet
 * does not bind itself; names that it binds are numbered by first use, so a consistent renaming costs nothing and a mixed-up name does.
 * Comments, brackets and separators are left out.
 */
export function fullTree(nodes: readonly TreeNode[], text: string): OrderedTree {
  const strings = stringTexts(nodes, text);
  const bound = boundNames(nodes), numbers = new Map<string, number>();
  const name = (node: TreeNode, parent: string): string => {
    const chosen = CHOSEN.has(node.kind) ? !MEMBER.has(node.field) && !OF_OTHERS.has(parent) : node.kind === 'name' && parent === 'variable_name';
    if (!chosen || !bound.has(node.text)) return `${node.kind} ${node.text}`;
    const known = numbers.get(node.text) ?? numbers.size;
    numbers.set(node.text, known);
    return `#${known}`;
  };
  const visit = (node: TreeNode, parent: string): OrderedTree[] => {
    if (/comment/.test(node.kind) || isEmptyMark(node, parent) || (!node.named && node.text === '$')) return [];
    if (node.children.length === 0) return [{ label: node.named ? name(node, parent) : node.text, children: [] }];
    if (node.children.every((child) => child.kind === 'escape_sequence')) return [{ label: `${node.kind} ${strings.get(node) ?? ''}`, children: [] }];
    return [{ label: node.kind, children: node.children.flatMap((child) => visit(child, node.kind)) }];
  };
  return { label: ROOT, children: nodes.flatMap((node) => visit(node, ROOT)) };
}
