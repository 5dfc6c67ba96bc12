/** The lifted program dependence graph that CSSG compares: plain arrays, no syntax tree; knows neither parsers nor distances. */

/** Root of the snippet, entry of a function, statement, predicate (a statement that decides a branch). Only like kinds are ever matched. */
export type NodeKind = 'root' | 'entry' | 'statement' | 'predicate';

/**
 * Edge types in the order of the histogram bins. `control+` and `control-`: executed when the predicate is true / false (an entry or the
 * root controls by `control+`); `data`: a definition that reaches a use; `call`: from the call site to the callee's entry.
 */
export const EDGE_TYPES = ['control+', 'control-', 'data', 'call'] as const;
export type EdgeType = 0 | 1 | 2 | 3;

/** A node's label without any name that a programmer chose. */
export interface GraphNode {
  kind: NodeKind;
  /** What it is: 'assign', 'return', 'call', 'if', 'loop', 'throw', ... The same words in every language. */
  operation: string;
  /** Finer: operators, identifier classes, constant types and kinds of called things inside it, as a sorted multiset; [] when bare. */
  details: readonly string[];
}

/** Edge i goes from `from[i]` to `to[i]` with type `type[i]`; node 0 is the root. No duplicates of the same (from, to, type). */
export interface Graph {
  nodes: readonly GraphNode[];
  from: Int32Array;
  to: Int32Array;
  type: Uint8Array;
}
