/** Writes a graph as lines, and reduces it to what does not depend on the order of its nodes; for tests. */
import { EDGE_TYPES } from '../../../src/reward/cssg/graph';
import type { Graph } from '../../../src/reward/cssg/graph';

/** One line per node: `3 if [local op:<] | control+ 4, control- 6, data 7`; edges by type, then by target. A predicate's operation ends on `?`. */
export function graphLines({ nodes, from, to, type }: Graph): string[] {
  return nodes.map(({ kind, operation, details }, i) => {
    const edges = [...from.keys()].filter((e) => from[e] === i).sort((a, b) => (type[a] as number) - (type[b] as number) || (to[a] as number) - (to[b] as number));
    return `${i} ${operation}${kind === 'predicate' ? '?' : ''} [${details.join(' ')}] | ${edges.map((e) => `${EDGE_TYPES[type[e] as number] as string} ${to[e] as number}`).join(', ')}`.trim();
  });
}

/** Equal for isomorphic graphs: node labels refined by their neighbours' (Weisfeiler and Lehman), as a sorted multiset. */
export function signature({ nodes, from, to, type }: Graph, rounds = 4): string[] {
  let colours = nodes.map(({ kind, operation, details }) => `${kind} ${operation} ${details.join(' ')}`);
  for (let round = 0; round < rounds; round++) {
    const around = nodes.map((): string[] => []);
    from.forEach((a, e) => {
      const b = to[e] as number;
      around[a]?.push(`>${type[e] as number}${colours[b] as string}`);
      around[b]?.push(`<${type[e] as number}${colours[a] as string}`);
    });
    const names = new Map([...new Set(colours.map((colour, i) => `${colour}(${(around[i] as string[]).sort().join(';')})`))].sort().map((text) => [text, text] as const));
    colours = colours.map((colour, i) => short(names.get(`${colour}(${(around[i] as string[]).sort().join(';')})`) as string));
  }
  return colours.sort();
}

/** A 53-bit hash as text, so that colours do not grow with every round. */
function short(text: string): string {
  let a = 0xdeadbeef, b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
    b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`;
}
