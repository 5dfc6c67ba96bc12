/** Marks an operator whose operands stand against a fixed order, so that `a - b` is not `b - a`; knows classes of operands, not their names or values. */

import type { TreeNode } from '../tree';
import { namedChildren, nameOf } from './nodes';
import type { Reader } from './read';
import { ORDERED } from './syntax';
import type { Role } from './syntax';

/**
 * Detail of a binary operator: `op:-`, or `op:-:turned` where its left operand comes after its right one in the order of `compare`. An operator whose
 * operands may change places, or that is not between two, is never turned. Two locals are equal in that order: what tells them apart are the
 * statements that define them, and an edit there must not change labels elsewhere.
 */
export function operatorDetail(reader: Reader, word: string, left: TreeNode | undefined, right: TreeNode | undefined): string {
  return left && right && ORDERED.has(word) && compare(reader, left, right) > 0 ? `op:${word}:turned` : `op:${word}`;
}

/** Variables before what is worked out before constants: with `i < n` and `x > 0` plain, few operators are turned in code as people write it. */
const RANKS: Partial<Record<Role, number>> = {
  self: 1, instance: 4, member: 4, index: 5, call: 6, unary: 8, number: 9, string: 9, boolean: 9, null: 9, regex: 9, symbol: 9, list: 9, map: 9,
};
const OTHER = 7;
/** Operands alike so many levels down are equal: without an end to it, balanced expressions would be compared once for every level. */
const DEEPEST = 8;

function rank(reader: Reader, node: TreeNode, role: Role | undefined): number {
  if (role === 'name') {
    const kind = reader.scope.find(nameOf(node))?.kind;
    return kind === 'local' ? 0 : kind === 'self' ? 1 : kind === 'parameter' ? 2 : 3;
  }
  return (role && RANKS[role]) ?? OTHER;
}

const parts = (reader: Reader, node: TreeNode): TreeNode[] => namedChildren(node).filter((child) => reader.role(child) !== 'skip' && reader.role(child) !== 'type');

/** Negative, 0 or positive: by rank, then part by part; two parameters of one function by their places, which are its interface and not its author's whim. */
function compare(reader: Reader, left: TreeNode, right: TreeNode, depth = 0): number {
  const a = bare(reader, left), b = bare(reader, right), role = reader.role(a);
  const apart = rank(reader, a, role) - rank(reader, b, reader.role(b));
  if (apart !== 0) return apart;
  if (role === 'name') {
    const x = reader.scope.find(nameOf(a)), y = reader.scope.find(nameOf(b));
    if (x?.kind !== 'parameter' || y?.kind !== 'parameter' || x.owner !== y.owner) return 0;
    return (x.place ?? 0) - (y.place ?? 0);
  }
  if (role !== reader.role(b) || depth >= DEEPEST) return 0;
  const xs = parts(reader, a), ys = parts(reader, b);
  for (let i = 0; i < xs.length && i < ys.length; i++) {
    const found = compare(reader, xs[i] as TreeNode, ys[i] as TreeNode, depth + 1);
    if (found !== 0) return found;
  }
  return xs.length - ys.length;
}

/** Without parentheses. */
function bare(reader: Reader, node: TreeNode): TreeNode {
  let inner = node;
  for (;;) {
    const kids = reader.role(inner) === 'group' ? parts(reader, inner) : [];
    if (kids.length !== 1) return inner;
    inner = kids[0] as TreeNode;
  }
}
