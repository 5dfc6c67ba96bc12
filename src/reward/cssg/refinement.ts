/** Weisfeiler-Lehman colours of a graph and what they decide: a similarity of large graphs, an isomorphism; knows no cost. */

import { EDGE_TYPES } from './graph';
import type { Graph, NodeKind } from './graph';

/** Rounds of relabelling; round 0 is the bare label. */
export const ROUNDS = 3;

/** What one graph alone says, made once and kept with its code. Labels and colours are 32-bit hashes: the same in every graph. */
export interface Profile {
  graph: Graph;
  /** Nodes and edges. */
  n: number;
  e: number;
  kind: Uint8Array;
  /** Hash of kind and operation, and of those and the details. */
  operation: Int32Array;
  label: Int32Array;
  /** Sorted hashes of each node's details. */
  details: readonly Int32Array[];
  /** Ends of edges at node v: `near[offset[v]..offset[v+1]]` are the other ends, `tag` = type + 4 when the edge comes in. A loop has both ends here. */
  offset: Int32Array;
  near: Int32Array;
  tag: Uint8Array;
  /** Same ranges, each sorted: hash of (tag, operation at the other end). */
  ends: Int32Array;
  /** n x 8 counts of ends by tag. */
  tags: Int32Array;
  /** Colours after 0..ROUNDS rounds, by node. */
  colours: readonly Int32Array[];
  /** The same, each round sorted: equal for isomorphic graphs. */
  palette: readonly Int32Array[];
}

const KINDS: Record<NodeKind, number> = { root: 0, entry: 1, statement: 2, predicate: 3 };
export const KIND_COUNT = 4;

/** Mixes `value` into `hash` (the finaliser of MurmurHash3 after a multiply-add), 32 bits. */
function mix(hash: number, value: number): number {
  let h = (Math.imul(hash, 31) + value + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** FNV-1a of a string, 32 bits. */
function hashOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h | 0;
}

export function profileOf(graph: Graph): Profile {
  const n = graph.nodes.length, e = graph.from.length;
  const kind = new Uint8Array(n), operation = new Int32Array(n), label = new Int32Array(n);
  const details: Int32Array[] = [];
  graph.nodes.forEach((node, v) => {
    kind[v] = KINDS[node.kind];
    operation[v] = mix(kind[v]!, hashOf(node.operation));
    const hashes = Int32Array.from(node.details, hashOf).sort();
    details.push(hashes);
    label[v] = hashes.reduce(mix, operation[v]!);
  });
  const offset = new Int32Array(n + 1);
  for (let i = 0; i < e; i++) {
    offset[graph.from[i]! + 1]!++;
    offset[graph.to[i]! + 1]!++;
  }
  for (let v = 0; v < n; v++) offset[v + 1]! += offset[v]!;
  const near = new Int32Array(2 * e), ends = new Int32Array(2 * e), tag = new Uint8Array(2 * e), tags = new Int32Array(8 * n);
  const next = offset.slice();
  const put = (v: number, other: number, mark: number): void => {
    const at = next[v]!++;
    near[at] = other;
    tag[at] = mark;
    ends[at] = mix(mark, operation[other]!);
    tags[8 * v + mark]!++;
  };
  for (let i = 0; i < e; i++) {
    put(graph.from[i]!, graph.to[i]!, graph.type[i]!);
    put(graph.to[i]!, graph.from[i]!, graph.type[i]! + 4);
  }
  for (let v = 0; v < n; v++) ends.subarray(offset[v], offset[v + 1]).sort();

  const colours = [label];
  for (let round = 1; round <= ROUNDS; round++) {
    const before = colours[round - 1]!, after = new Int32Array(n);
    for (let v = 0; v < n; v++) {
      // Sums, since the neighbours are a multiset; two of them, so that they are as hard to meet by chance as 64 bits.
      let one = 0, two = 0;
      for (let i = offset[v]!; i < offset[v + 1]!; i++) {
        const end = mix(tag[i]!, before[near[i]!]!);
        one = (one + end) | 0;
        two = (two + mix(end, round)) | 0;
      }
      after[v] = mix(mix(mix(before[v]!, round), one), two);
    }
    colours.push(after);
  }
  return { graph, n, e, kind, operation, label, details, offset, near, tag, ends, tags, colours, palette: colours.map((round) => round.slice().sort()) };
}

/** Size of the intersection of two sorted multisets. */
export function shared(a: Int32Array, b: Int32Array, i = 0, iEnd = a.length, j = 0, jEnd = b.length): number {
  let found = 0;
  while (i < iEnd && j < jEnd) {
    const x = a[i]!, y = b[j]!;
    if (x === y) { found++; i++; j++; } else if (x < y) i++; else j++;
  }
  return found;
}

/** Inner product of the count vectors of two sorted multisets. */
function product(a: Int32Array, b: Int32Array): number {
  let sum = 0, i = 0, j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i]!, y = b[j]!;
    if (x < y) i++; else if (y < x) j++;
    else {
      const i0 = i, j0 = j;
      while (i < a.length && a[i] === x) i++;
      while (j < b.length && b[j] === x) j++;
      sum += (i - i0) * (j - j0);
    }
  }
  return sum;
}

/**
 * Cosine of the colour counts of rounds 0..ROUNDS, in [0, 1]; 1 for isomorphic graphs and for the few that refinement cannot tell apart
 * (Shervashidze et al., Weisfeiler-Lehman Graph Kernels, JMLR 2011). O(ROUNDS |E| log |E|).
 */
export function refinementSimilarity(a: Profile, b: Profile): number {
  let ab = 0, aa = 0, bb = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const x = a.palette[round]!, y = b.palette[round]!;
    ab += product(x, y);
    aa += product(x, x);
    bb += product(y, y);
  }
  return aa === 0 || bb === 0 ? (aa === bb ? 1 : 0) : Math.min(1, ab / Math.sqrt(aa * bb));
}

/** Multiset F1 of labels ('nodes') and of labelled edges by type; a type that neither graph has is left out. */
export function refinementParts(a: Profile, b: Profile): Record<string, number> {
  const f1 = (x: Int32Array, y: Int32Array): number => (2 * shared(x, y)) / (x.length + y.length);
  const edges = ({ graph: { from, to, type }, label, e }: Profile, types: readonly number[]): Int32Array => {
    const found = new Int32Array(e);
    let count = 0;
    for (let i = 0; i < e; i++) if (types.includes(type[i]!)) found[count++] = mix(mix(type[i]!, label[from[i]!]!), label[to[i]!]!);
    return found.subarray(0, count).sort();
  };
  const parts: Record<string, number> = { nodes: f1(a.palette[0]!, b.palette[0]!) };
  for (const [name, types] of EDGE_GROUPS) {
    const x = edges(a, types), y = edges(b, types);
    if (x.length + y.length > 0) parts[name] = f1(x, y);
  }
  return parts;
}

/** Edge types as they are reported: both polarities of control together. */
export const EDGE_GROUPS: readonly (readonly [name: string, types: readonly number[]])[] = [
  ['control', [EDGE_TYPES.indexOf('control+'), EDGE_TYPES.indexOf('control-')]], ['data', [EDGE_TYPES.indexOf('data')]], ['call', [EDGE_TYPES.indexOf('call')]],
];

/** Bit `type` of links[u * n + v] is set when an edge of that type goes from u to v. */
export function linksOf({ graph, n, e }: Profile): Uint8Array {
  const links = new Uint8Array(n * n);
  for (let i = 0; i < e; i++) links[graph.from[i]! * n + graph.to[i]!]! |= 1 << graph.type[i]!;
  return links;
}

/**
 * A mapping (node of a -> node of b) that keeps every label, detail and edge, or undefined when there is none or `steps` candidates were
 * tried in vain. Backtracking along edges through nodes of equal colour: refinement leaves little to try.
 */
export function isomorphism(a: Profile, b: Profile, linksA: Uint8Array, linksB: Uint8Array, steps: number): Int32Array | undefined {
  const n = a.n;
  if (n !== b.n || a.e !== b.e) return undefined;
  for (let round = 0; round <= ROUNDS; round++) {
    const x = a.palette[round]!, y = b.palette[round]!;
    for (let i = 0; i < n; i++) if (x[i] !== y[i]) return undefined;
  }
  const colourA = a.colours[ROUNDS]!, colourB = b.colours[ROUNDS]!;
  const sizes = new Map<number, number>();
  for (const colour of colourA) sizes.set(colour, (sizes.get(colour) ?? 0) + 1);
  // Colours that one node has first, then what has the most edges to nodes already placed: a wrong choice shows at once.
  const order: number[] = [], placed = new Uint8Array(n), touches = new Int32Array(n);
  while (order.length < n) {
    let best = -1, least = Infinity;
    for (let v = 0; v < n; v++) {
      if (placed[v]) continue;
      const size = sizes.get(colourA[v]!)!, score = size === 1 ? -Infinity : size - (n + 1) * touches[v]!;
      if (best < 0 || score < least) { least = score; best = v; }
    }
    placed[best] = 1;
    order.push(best);
    for (let i = a.offset[best]!; i < a.offset[best + 1]!; i++) touches[a.near[i]!]!++;
  }
  const candidates = new Map<number, number[]>();
  for (let v = 0; v < n; v++) {
    const same = candidates.get(colourB[v]!);
    if (same) same.push(v); else candidates.set(colourB[v]!, [v]);
  }
  const map = new Int32Array(n).fill(-1), taken = new Uint8Array(n);
  const same = (u: number, v: number): boolean => a.label[u] === b.label[v] && a.graph.nodes[u]!.operation === b.graph.nodes[v]!.operation && linksA[u * n + u] === linksB[v * n + v];
  let left = steps;
  const place = (at: number): boolean => {
    if (at === n) return true;
    const u = order[at]!;
    for (const v of candidates.get(colourA[u]!) ?? []) {
      if (taken[v]) continue;
      if (left-- <= 0) return false;
      let fits = same(u, v);
      for (let k = 0; fits && k < at; k++) {
        const w = order[k]!, x = map[w]!;
        fits = linksA[u * n + w] === linksB[v * n + x] && linksA[w * n + u] === linksB[x * n + v];
      }
      if (!fits) continue;
      map[u] = v;
      taken[v] = 1;
      if (place(at + 1)) return true;
      map[u] = -1;
      taken[v] = 0;
    }
    return false;
  };
  return place(0) ? map : undefined;
}
