/** What an edit of a lifted graph costs, and what a given matching of two graphs costs; knows no way to find a good matching. */

import type { Constants } from '../metric';
import { EDGE_TYPES } from './graph';
import { shared } from './refinement';
import type { Profile } from './refinement';

/** Defaults by setting key; the paper publishes none (arXiv 2601.04085), these are ours. */
export const CSSG_DEFAULTS = { cssgNodeCost: 1, cssgClassCost: 2, cssgEdgeCost: 0.5, cssgMostNodes: 200 } as const;

export interface Costs {
  /** A node that only one graph has. */
  node: number;
  /** Two nodes of one kind and operation none of whose details agree; half of it for any difference. */
  label: number;
  /** Each end of an edge that only one graph has: an edge costs twice this. */
  edge: number;
}

const constant = (constants: Constants, name: keyof typeof CSSG_DEFAULTS): number => constants[name] ?? CSSG_DEFAULTS[name];
export const costsOf = (constants: Constants): Costs =>
  ({ node: constant(constants, 'cssgNodeCost'), label: constant(constants, 'cssgClassCost'), edge: constant(constants, 'cssgEdgeCost') });
export const mostNodesOf = (constants: Constants): number => constant(constants, 'cssgMostNodes');

/** Deleting one graph and inserting the other: no matching need cost more. */
export const worstCost = (a: Profile, b: Profile, costs: Costs): number => costs.node * (a.n + b.n) + 2 * costs.edge * (a.e + b.e);

/**
 * Cost of making node u of `a` into node v of `b`, kinds alike; 0 for equal labels. Under one operation it goes from half the label cost to all of
 * it, with the share of details that differ, 1 - 2 |x and y| / (|x| + |y|) as multisets; under another operation in the same way from half-way
 * between label and node cost to the larger of the two. Starting at half keeps one operator among many details in sight, and keeps the triangle
 * inequality, which the bare share does not.
 */
export function substitution(a: Profile, u: number, b: Profile, v: number, costs: Costs): number {
  if (a.label[u] === b.label[v]) return 0;
  const x = a.details[u]!, y = b.details[v]!, all = x.length + y.length;
  const share = all === 0 ? 0 : 1 - (2 * shared(x, y)) / all;
  const same = a.operation[u] === b.operation[v], least = same ? costs.label / 2 : (costs.node + costs.label) / 2, most = same ? costs.label : Math.max(costs.node, costs.label);
  return least + (most - least) * share;
}

/** Substitution costs of all pairs, n_a x n_b row-major; Infinity where kinds differ. Equal labels are worked out once. */
export function substitutions(a: Profile, b: Profile, costs: Costs): Float64Array {
  const found = new Float64Array(a.n * b.n).fill(Infinity);
  const columns = new Map<number, number>(), column = new Int32Array(b.n);
  for (let v = 0; v < b.n; v++) {
    const first = columns.get(b.label[v]!) ?? v;
    if (first === v) columns.set(b.label[v]!, v);
    column[v] = first;
  }
  const rows = new Map<number, number>();
  for (let u = 0; u < a.n; u++) {
    const first = rows.get(a.label[u]!);
    if (first !== undefined) {
      found.copyWithin(u * b.n, first * b.n, (first + 1) * b.n);
      continue;
    }
    rows.set(a.label[u]!, u);
    for (let v = 0; v < b.n; v++) {
      if (a.kind[u] !== b.kind[v]) continue;
      found[u * b.n + v] = column[v] === v ? substitution(a, u, b, v, costs) : found[u * b.n + column[v]!]!;
    }
  }
  return found;
}

/** What a matching costs, with the edges of each type that it keeps. */
export interface Induced { cost: number; nodeCost: number; kept: number[] }

/**
 * The edit path that a matching stands for: `map[u]` is the node of b that u becomes, -1 = deleted; what nothing becomes is inserted. An
 * edge is kept when both its ends are matched to the ends of an edge of its type in b. Costs of any matching bound the distance from above.
 */
export function induced(a: Profile, b: Profile, linksB: Uint8Array, map: Int32Array, subs: Float64Array, costs: Costs): Induced {
  let nodeCost = 0, matched = 0, all = 0;
  const kept = EDGE_TYPES.map(() => 0);
  for (let u = 0; u < a.n; u++) {
    if (map[u]! < 0) continue;
    matched++;
    nodeCost += subs[u * b.n + map[u]!]!;
  }
  nodeCost += costs.node * (a.n + b.n - 2 * matched);
  const { from, to, type } = a.graph;
  for (let i = 0; i < a.e; i++) {
    const x = map[from[i]!]!, y = map[to[i]!]!;
    if (x < 0 || y < 0 || !((linksB[x * b.n + y]! >> type[i]!) & 1)) continue;
    kept[type[i]!]!++;
    all++;
  }
  return { cost: nodeCost + 2 * costs.edge * (a.e + b.e - 2 * all), nodeCost, kept };
}
