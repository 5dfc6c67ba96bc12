/** From a syntax tree to the lifted program dependence graph: numbers sites and collects edges; knows no grammar and no distance. */

import type { Language } from '../../types';
import type { TreeNode } from '../tree';
import { dataDependence } from './dependence';
import { controlDependence } from './flow';
import type { Procedure } from './flow';
import type { EdgeType, Graph, GraphNode } from './graph';
import { Lowering } from './lower';

/** Data edges beyond this are left out: definitions times uses of one name grow without end in code that was made to stall. */
const MOST_EDGES = 10_000;

/**
 * One program dependence graph per function (control dependence after Ferrante, Ottenstein and Warren 1987, data dependence by reaching definitions),
 * lifted to the snippet by a root over all function entries and by call edges. Never throws on a tree that a parser made.
 *
 * Choices of ours:
 * - A choice as a value (ternary, Rust's and Ruby's if, match) is a predicate over two assignments or returns; `a && b` in an expression is an operator, as a
 *   statement it is an if. Negation is an operator of the predicate; polarity is the branch as written. A predicate does not control itself.
 * - `x++`, `x += 1` and `x = x + 1` are one graph, so are a function and a variable that is given one, and a declaration without a value is nothing.
 * - Labels hold classes for what the programmer named (parameter, local, global, self, field, function, class), names for what is called from outside and
 *   for caught or matched types; numbers of up to four digits, booleans and what is empty by value, other constants by type; operands in no order, but an operator
 *   that is not commutative is marked where they stand against a fixed order of classes and parameters (not of two locals: see `operatorDetail`).
 * - Each parameter is a site with its place, and so is each further target of one value (`[a, b] = p`, `for i, x`): what one site defines looks alike.
 * - A store to a field or element, a known mutator and a method call whose value is thrown away change the variable in part; aliases are not followed.
 * - Calls whose value is thrown away, echo and defer depend on each other in their order within a function, known mutators apart: they act on the world.
 * - A statement that calls, passes or makes a function of the snippet has a call edge to it. Between functions order is unknown: see `dataDependence`.
 * - try: its false branch is the first handler; of several handlers all but the last are predicates. A jump out of a try runs through its finally, but code
 *   behind the try is not said to depend on it.
 */
export function buildGraph(nodes: readonly TreeNode[], language: Language): Graph {
  const procedures = new Lowering(language).snippet(nodes);
  const base = new Map<Procedure, number>();
  const all: GraphNode[] = [];
  for (const procedure of procedures) {
    base.set(procedure, all.length);
    for (const { kind, operation, details } of procedure.sites) all.push({ kind, operation, details: details.sort() });
  }
  const count = all.length, seen = new Set<number>(), from: number[] = [], to: number[] = [], types: number[] = [];
  const edge = (a: number, b: number, type: EdgeType): void => {
    const key = (a * count + b) * 4 + type;
    if (seen.has(key)) return;
    seen.add(key);
    from.push(a);
    to.push(b);
    types.push(type);
  };
  const start = (procedure: Procedure): number => base.get(procedure) as number;
  procedures.forEach((procedure, i) => {
    const first = start(procedure);
    if (i > 0) edge(0, first, 0);
    controlDependence(procedure.sites, (a, b, polarity) => { edge(first + a, first + b, polarity); });
    procedure.sites.forEach((one, k) => { for (const callee of one.calls) edge(first + k, start(callee), 3); });
  });
  dataDependence(procedures, (a, i, b, j) => {
    edge(start(a) + i, start(b) + j, 2);
    return from.length < MOST_EDGES;
  });
  return { nodes: all, from: Int32Array.from(from), to: Int32Array.from(to), type: Uint8Array.from(types) };
}
