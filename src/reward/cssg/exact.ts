/** Exact constrained graph edit distance of small graphs by branch and bound; knows costs, no approximation. */

import { induced, substitutions } from './costs';
import type { Costs } from './costs';
import { linksOf } from './refinement';
import type { Profile } from './refinement';

export interface Search {
  /** Only matchings cheaper than this are wanted; absent = any. */
  below?: number;
  /** Most states looked at; absent = all. */
  states?: number;
}

/** `map` (node of a -> node of b, -1 = deleted) is absent when nothing is cheaper than `below`; `complete` says that nothing was cut short. */
export interface Found { map: Int32Array | undefined; cost: number; complete: boolean }

const POPULATION = Uint8Array.from({ length: 16 }, (_, bits) => (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1) + ((bits >> 3) & 1));

/**
 * Depth-first branch and bound over the nodes of `a`, each made into a like node of `b` or deleted. The bound adds what the rest must
 * still cost at least: per node of a the cheapest like node left or its deletion, the surplus of nodes of b by kind, the surplus of edges by
 * type. Exponential: made for graphs of up to about a dozen nodes.
 */
export function exactMatching(a: Profile, b: Profile, costs: Costs, search: Search = {}): Found {
  const n = a.n, m = b.n, linksA = linksOf(a), linksB = linksOf(b), subs = substitutions(a, b, costs), edge = 2 * costs.edge;
  const order = searchOrder(a);
  // pending[at]: edges of a by type that are not yet decided before order[at] is placed (their later end is at `at` or behind).
  const position = new Int32Array(n);
  order.forEach((u, at) => { position[u] = at; });
  const pending = new Int32Array((n + 1) * 4);
  for (let i = 0; i < a.e; i++) {
    const later = Math.max(position[a.graph.from[i]!]!, position[a.graph.to[i]!]!);
    for (let at = 0; at <= later; at++) pending[4 * at + a.graph.type[i]!]!++;
  }
  const rest = new Int32Array(4);
  for (const type of b.graph.type) rest[type]!++;
  const kindsA = new Int32Array((n + 1) * 4), kindsB = new Int32Array(4);
  for (let at = n - 1; at >= 0; at--) for (let kind = 0; kind < 4; kind++) kindsA[4 * at + kind] = kindsA[4 * (at + 1) + kind]! + (a.kind[order[at]!] === kind ? 1 : 0);
  for (const kind of b.kind) kindsB[kind]!++;
  const map = new Int32Array(n).fill(-1), taken = new Uint8Array(m);
  let best = search.below ?? Infinity, found: Int32Array | undefined, left = search.states ?? Infinity;

  const bound = (at: number): number => {
    let sum = 0;
    for (let k = at; k < n; k++) {
      const u = order[k]!;
      let least = costs.node;
      for (let v = 0; v < m; v++) if (!taken[v] && subs[u * m + v]! < least) least = subs[u * m + v]!;
      sum += least;
    }
    for (let c = 0; c < 4; c++) {
      sum += costs.node * Math.max(0, kindsB[c]! - kindsA[4 * at + c]!) + edge * Math.abs(rest[c]! - pending[4 * at + c]!);
    }
    return sum;
  };
  const visit = (at: number, cost: number): void => {
    if (at === n) {
      const total = cost + costs.node * kindsB.reduce((x, y) => x + y) + edge * rest.reduce((x, y) => x + y);
      if (total < best - 1e-9) { best = total; found = map.slice(); }
      return;
    }
    if (left-- <= 0 || cost + bound(at) >= best - 1e-9) return;
    const u = order[at]!, kind = a.kind[u]!;
    const steps: { v: number; step: number; used: number[] }[] = [];
    for (let v = -1; v < m; v++) {
      if (v >= 0 && (taken[v] || b.kind[v] !== kind)) continue;
      let step = v < 0 ? costs.node : subs[u * m + v]!;
      const used = [0, 0, 0, 0];
      const meet = (p: number, q: number): void => {
        step += edge * POPULATION[p ^ q]!;
        for (let type = 0; type < 4; type++) used[type]! += (q >> type) & 1;
      };
      meet(linksA[u * n + u]!, v < 0 ? 0 : linksB[v * m + v]!);
      for (let k = 0; k < at; k++) {
        const w = order[k]!, x = map[w]!;
        meet(linksA[u * n + w]!, v < 0 || x < 0 ? 0 : linksB[v * m + x]!);
        meet(linksA[w * n + u]!, v < 0 || x < 0 ? 0 : linksB[x * m + v]!);
      }
      steps.push({ v, step, used });
    }
    steps.sort((x, y) => x.step - y.step);
    for (const { v, step, used } of steps) {
      map[u] = v;
      for (let type = 0; type < 4; type++) rest[type]! -= used[type]!;
      if (v >= 0) { taken[v] = 1; kindsB[kind]!--; }
      visit(at + 1, cost + step);
      if (v >= 0) { taken[v] = 0; kindsB[kind]!++; }
      for (let type = 0; type < 4; type++) rest[type]! += used[type]!;
      map[u] = -1;
    }
  };
  visit(0, 0);
  return { map: found, cost: found ? induced(a, b, linksB, found, subs, costs).cost : best, complete: left > 0 };
}

/** Nodes of the highest degree towards those already placed first: their edges are decided early and the bound bites. */
function searchOrder(a: Profile): number[] {
  const order: number[] = [], weight = new Float64Array(a.n);
  for (let u = 0; u < a.n; u++) weight[u] = (a.offset[u + 1]! - a.offset[u]!) / (2 * a.e + 1);
  while (order.length < a.n) {
    let best = -1;
    for (let u = 0; u < a.n; u++) if (weight[u]! > (best < 0 ? -Infinity : weight[best]!)) best = u;
    order.push(best);
    weight[best] = -Infinity;
    for (let i = a.offset[best]!; i < a.offset[best + 1]!; i++) weight[a.near[i]!]! += 1;
  }
  return order;
}
