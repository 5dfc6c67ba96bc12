/** Approximate constrained graph edit distance: an assignment of nodes by their surroundings, improved by exchanges; knows graphs only. */

import { assign } from './assignment';
import { induced, substitutions, worstCost } from './costs';
import type { Costs, Induced } from './costs';
import { exactMatching } from './exact';
import { isomorphism, KIND_COUNT, linksOf, ROUNDS, shared } from './refinement';
import type { Profile } from './refinement';

export interface Distance extends Induced {
  /** Deleting one graph and inserting the other. */
  worst: number;
  /** Known to be the distance itself, not only an upper bound. */
  exact: boolean;
}

/** How hard to try; every number bounds work, so that no pair can stall the reward. */
export interface Effort {
  /** Candidates tried in looking for an isomorphism. */
  isomorphism: number;
  /** Weights of the surroundings in the assignments to start from. */
  starts: readonly number[];
  /** Edge ends looked at while exchanging. */
  exchanges: number;
  /** States of the exact search; 0 = none. It is tried where both graphs have at most `exactNodes` nodes. */
  exact: number;
  exactNodes: number;
}
export const EFFORT: Effort = { isomorphism: 4000, starts: [1, 0], exchanges: 400_000, exact: 600, exactNodes: 9 };

/** Share of the edge cost that colours add: only to choose among equals. */
const COLOUR_NUDGE = 0.02, ORDER_NUDGE = 1e-4;

/**
 * Bipartite assignment of nodes (Riesen & Bunke, Image and Vision Computing 2009): a pair costs its substitution and half the ends of edges
 * around it that find no partner, once by (type, direction) and once by (type, direction, operation at the other end). Deletion and
 * insertion need no dummies: a pair is worth what it saves against them, and saves nothing at worst (Serratosa 2014). Kinds are solved apart.
 * `surroundings` weighs those ends: 1 as said, 0 = labels alone, which finds statements that were moved somewhere else.
 */
function assignment(a: Profile, b: Profile, subs: Float64Array, costs: Costs, surroundings: number): Int32Array {
  const map = new Int32Array(a.n).fill(-1);
  for (let kind = 0; kind < KIND_COUNT; kind++) {
    let us: number[] = [], vs: number[] = [];
    for (let u = 0; u < a.n; u++) if (a.kind[u] === kind) us.push(u);
    for (let v = 0; v < b.n; v++) if (b.kind[v] === kind) vs.push(v);
    const flipped = us.length > vs.length;
    if (flipped) [us, vs] = [vs, us];
    const rows = us.length, columns = vs.length;
    if (rows === 0) continue;
    const cost = new Float64Array(rows * columns);
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, k++) {
        const u = flipped ? vs[j]! : us[i]!, v = flipped ? us[i]! : vs[j]!;
        const degrees = a.offset[u + 1]! - a.offset[u]! + b.offset[v + 1]! - b.offset[v]!;
        let apart = 0;
        if (surroundings > 0) {
          for (let bin = 0; bin < 8; bin++) apart += Math.abs(a.tags[8 * u + bin]! - b.tags[8 * v + bin]!);
          apart += degrees - 2 * shared(a.ends, b.ends, a.offset[u]!, a.offset[u + 1]!, b.offset[v]!, b.offset[v + 1]!);
        }
        let strange = 0;
        for (let round = 1; round <= ROUNDS; round++) if (a.colours[round]![u] !== b.colours[round]![v]) strange++;
        const saved = 2 * costs.node + costs.edge * degrees - subs[u * b.n + v]! - surroundings * (costs.edge / 2) * apart;
        const nudge = COLOUR_NUDGE * strange + ORDER_NUDGE * Math.abs(u / a.n - v / b.n);
        cost[k] = Math.min(0, -saved + costs.edge * nudge);
      }
    }
    assign(cost, rows, columns).forEach((j, i) => {
      if (cost[i * columns + j]! < 0) map[flipped ? vs[j]! : us[i]!] = flipped ? us[i]! : vs[j]!;
    });
  }
  return map;
}

/** Exchanges partners of like nodes, and takes or frees partners, while that makes the matching cheaper; changes `map` in place. */
function exchange(a: Profile, b: Profile, linksB: Uint8Array, map: Int32Array, subs: Float64Array, costs: Costs, budget: number): void {
  const { offset, near, tag } = a, m = b.n;
  const free = new Uint8Array(m).fill(1);
  for (const v of map) if (v >= 0) free[v] = 0;
  let left = budget;
  /** Edges at u that would be kept if it became x, those shared with `except` left out; a loop counts once. */
  const keeps = (u: number, x: number, except: number): number => {
    if (x < 0) return 0;
    let found = 0;
    const end = offset[u + 1]!;
    left -= end - offset[u]! + 4;
    for (let i = offset[u]!; i < end; i++) {
      const w = near[i]!, mark = tag[i]!;
      if (w === except) continue;
      if (w === u) {
        if (mark < 4) found += (linksB[x * m + x]! >> mark) & 1;
        continue;
      }
      const y = map[w]!;
      if (y >= 0) found += mark < 4 ? (linksB[x * m + y]! >> mark) & 1 : (linksB[y * m + x]! >> (mark - 4)) & 1;
    }
    return found;
  };
  const nodeCost = (u: number, x: number): number => (x < 0 ? 2 * costs.node : subs[u * m + x]!);
  const edge = 4 * costs.edge;
  for (let improved = true; improved && left > 0;) {
    improved = false;
    for (let u = 0; u < a.n && left > 0; u++) {
      let x = map[u]!, mine = nodeCost(u, x) - edge * keeps(u, x, -1);
      // All is well here: same label, every edge kept.
      if (x >= 0 && mine <= -edge * degreeOf(a, u) + 1e-12) continue;
      for (let v = -1; v < m && left > 0; v++) {
        if (v === x || (v >= 0 && (!free[v] || a.kind[u] !== b.kind[v]))) continue;
        const other = nodeCost(u, v) - edge * keeps(u, v, -1);
        if (other < mine - 1e-9) {
          if (x >= 0) free[x] = 1;
          if (v >= 0) free[v] = 0;
          map[u] = x = v;
          mine = other;
          improved = true;
        }
      }
      for (let w = 0; w < a.n && left > 0; w++) {
        const y = map[w]!;
        if (w === u || a.kind[w] !== a.kind[u] || y === x) continue;
        const before = nodeCost(u, x) + nodeCost(w, y) - edge * (keeps(u, x, -1) + keeps(w, y, u));
        map[u] = y;
        map[w] = x;
        const after = nodeCost(u, y) + nodeCost(w, x) - edge * (keeps(u, y, -1) + keeps(w, x, u));
        if (after < before - 1e-9) {
          x = y;
          improved = true;
        } else {
          map[u] = x;
          map[w] = y;
        }
      }
    }
  }
}

/** Edges at u, a loop counted once. */
function degreeOf({ offset, near, tag }: Profile, u: number): number {
  let found = 0;
  for (let i = offset[u]!; i < offset[u + 1]!; i++) if (near[i] !== u || tag[i]! < 4) found++;
  return found;
}

/** Negative, 0 or positive: a total order on graphs by what they are, whichever is named first; 0 only for the same nodes and edges in the same order. */
function compare(a: Profile, b: Profile): number {
  if (a.n !== b.n || a.e !== b.e) return a.n - b.n || a.e - b.e;
  const differ = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
    return 0;
  };
  return differ(a.palette[ROUNDS]!, b.palette[ROUNDS]!) || differ(a.label, b.label) || differ(a.graph.from, b.graph.from) || differ(a.graph.to, b.graph.to) || differ(a.graph.type, b.graph.type);
}

/**
 * Upper bound of the constrained graph edit distance, the same whichever graph comes first; 0 exactly for isomorphic graphs (positive
 * costs; up to collisions of 32-bit hashes and the bound on the search). Time: one assignment, O(n^3), and the bounded improvements.
 */
export function distance(one: Profile, other: Profile, costs: Costs, effort: Effort = EFFORT): Distance {
  const [a, b] = compare(one, other) <= 0 ? [one, other] : [other, one];
  const worst = worstCost(a, b, costs), linksB = linksOf(b);
  const subs = substitutions(a, b, costs);
  const same = isomorphism(a, b, linksOf(a), linksB, effort.isomorphism);
  if (same) return { ...induced(a, b, linksB, same, subs, costs), worst, exact: true };
  // Moved by exchanges each start ends in a matching that no exchange betters; the cheapest of them counts.
  let found: Induced | undefined;
  for (const surroundings of effort.starts) {
    const map = assignment(a, b, subs, costs, surroundings);
    exchange(a, b, linksB, map, subs, costs, effort.exchanges / effort.starts.length);
    const reached = induced(a, b, linksB, map, subs, costs);
    if (!found || reached.cost < found.cost) found = reached;
  }
  found ??= induced(a, b, linksB, new Int32Array(a.n).fill(-1), subs, costs);
  if (effort.exact === 0 || b.n > effort.exactNodes) return { ...found, worst, exact: false };
  const best = exactMatching(a, b, costs, { below: found.cost, states: effort.exact });
  return { ...(best.map ? induced(a, b, linksB, best.map, subs, costs) : found), worst, exact: best.complete };
}
