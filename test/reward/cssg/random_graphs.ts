/** Random and relabelled lifted graphs for tests; knows the graph type, no distance. */
import type { EdgeType, Graph, GraphNode, NodeKind } from '../../../src/reward/cssg/graph';

/** Numbers in [0, 1) from a seed (the minimal standard generator of Park & Miller). */
export function draws(seed: number): () => number {
  let state = (seed * 7919 + 12345) % 2147483647;
  const next = (): number => { state = (state * 48271) % 2147483647; return state / 2147483647; };
  next();
  return next;
}

/** A graph from node shorthands 'kind operation detail,detail' and edges [from, to, type]. */
export function graphOf(nodes: readonly string[], edges: readonly (readonly [number, number, EdgeType])[]): Graph {
  return {
    nodes: nodes.map((text): GraphNode => {
      const [kind, operation, details] = text.split(' ');
      return { kind: kind as NodeKind, operation: operation ?? kind!, details: details ? details.split(',').sort() : [] };
    }),
    from: Int32Array.from(edges, (edge) => edge[0]), to: Int32Array.from(edges, (edge) => edge[1]), type: Uint8Array.from(edges, (edge) => edge[2]),
  };
}

const OPERATIONS = ['assign', 'return', 'call'], PREDICATES = ['if', 'loop'], DETAILS = ['op:+', 'op:-', 'var', 'int'];

/** A root, an entry, statements and predicates: a random control tree, random data edges with loops, now and then a call. */
export function randomGraph(next: () => number, n: number): Graph {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
  const nodes = ['root root', 'entry function'].slice(0, n);
  while (nodes.length < n) {
    const details = DETAILS.filter(() => next() < 0.4).join(',');
    nodes.push(next() < 0.3 ? `predicate ${pick(PREDICATES)} ${details}` : `statement ${pick(OPERATIONS)} ${details}`);
  }
  const edges = new Map<string, readonly [number, number, EdgeType]>();
  const add = (from: number, to: number, type: EdgeType): void => { edges.set(`${from} ${to} ${type}`, [from, to, type]); };
  for (let v = 1; v < n; v++) {
    const above = v === 1 ? 0 : 1 + Math.floor(next() * (v - 1));
    add(above, v, nodes[above]!.startsWith('predicate') && next() < 0.3 ? 1 : 0);
  }
  if (n > 2) {
    for (let i = Math.floor(next() * 1.6 * n); i > 0; i--) add(2 + Math.floor(next() * (n - 2)), 2 + Math.floor(next() * (n - 2)), 2);
    if (next() < 0.3) add(2 + Math.floor(next() * (n - 2)), 1, 3);
  }
  return graphOf(nodes, [...edges.values()]);
}

/** The same graph with its nodes in another order. */
export function shuffled(graph: Graph, next: () => number): Graph {
  const n = graph.nodes.length, place = Array.from({ length: n }, (_, v) => v);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [place[i], place[j]] = [place[j]!, place[i]!];
  }
  const nodes: GraphNode[] = [];
  graph.nodes.forEach((node, v) => { nodes[place[v]!] = node; });
  return { nodes, from: graph.from.map((v) => place[v]!), to: graph.to.map((v) => place[v]!), type: graph.type };
}

/** One to three random edits: a label, an edge less, an edge more, a node more. */
export function edited(graph: Graph, next: () => number, edits: number): Graph {
  const nodes = [...graph.nodes];
  let edges = Array.from(graph.from, (from, i) => [from, graph.to[i]!, graph.type[i]!] as const);
  for (let k = 0; k < edits; k++) {
    const v = Math.floor(next() * nodes.length), w = Math.floor(next() * nodes.length), what = Math.floor(next() * 4);
    if (what === 0) nodes[v] = { ...nodes[v]!, details: [...nodes[v]!.details, 'op:*'].sort() };
    else if (what === 1) edges = edges.filter((_, i) => i !== Math.floor(v * edges.length / nodes.length));
    else if (what === 2) { if (!edges.some((edge) => edge[0] === v && edge[1] === w && edge[2] === 2)) edges.push([v, w, 2]); }
    else { nodes.push({ kind: 'statement', operation: 'call', details: [] }); edges.push([v, nodes.length - 1, 0]); }
  }
  return { nodes, from: Int32Array.from(edges, (edge) => edge[0]), to: Int32Array.from(edges, (edge) => edge[1]), type: Uint8Array.from(edges, (edge) => edge[2]) };
}

/** Whether some order of nodes makes both the same, by trying all: n! of them, so n <= 7. */
export function sameByBruteForce(a: Graph, b: Graph): boolean {
  if (a.nodes.length !== b.nodes.length || a.from.length !== b.from.length) return false;
  const label = (node: GraphNode): string => JSON.stringify([node.kind, node.operation, node.details]);
  const edges = new Set(Array.from(b.from, (from, i) => `${from} ${b.to[i]} ${b.type[i]}`));
  const map: number[] = [];
  const visit = (u: number): boolean => {
    if (u === a.nodes.length) return a.from.every((from, i) => edges.has(`${map[from]} ${map[a.to[i]!]} ${a.type[i]}`));
    for (let v = 0; v < b.nodes.length; v++) {
      if (map.slice(0, u).includes(v) || label(a.nodes[u]!) !== label(b.nodes[v]!)) continue;
      map[u] = v;
      if (visit(u + 1)) return true;
    }
    return false;
  };
  return visit(0);
}
