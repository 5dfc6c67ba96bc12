/** CSSG, our reading of it: similarity of program dependence graphs by constrained edit distance; knows graphs and costs, no grammar. */

import type { Metric, Prepared, Similarity } from '../metric';
import { whole } from '../metric';
import { buildGraph } from './build';
import { costsOf, mostNodesOf } from './costs';
import type { Costs } from './costs';
import { distance } from './distance';
import { EDGE_GROUPS, profileOf, refinementParts, refinementSimilarity } from './refinement';
import type { Profile } from './refinement';

/**
 * 1 - distance / (deleting one graph and inserting the other), in [0, 1]; 1 exactly for isomorphic graphs. Parts: the share of node costs
 * saved ('nodes'), and of 'control', 'data' and 'call' edges kept, 2 kept / (e_a + e_b); a type that neither graph has is left out. Beyond
 * `mostNodes` nodes on either side both value and parts come from Weisfeiler-Lehman labels, and the reason says so.
 */
export function graphSimilarity(a: Profile, b: Profile, costs: Costs, mostNodes: number): Similarity {
  if (Math.max(a.n, b.n) > mostNodes) {
    return { value: refinementSimilarity(a, b), parts: refinementParts(a, b), reason: `too long: more than ${mostNodes} statements, compared by refined labels` };
  }
  const { cost, nodeCost, kept, worst } = distance(a, b, costs);
  const parts: Record<string, number> = { nodes: 1 - nodeCost / Math.max(nodeCost, costs.node * (a.n + b.n), Number.MIN_VALUE) };
  for (const [name, types] of EDGE_GROUPS) {
    let both = 0, all = 0;
    for (const type of types) both += 2 * kept[type]!;
    for (const type of a.graph.type) if (types.includes(type)) all++;
    for (const type of b.graph.type) if (types.includes(type)) all++;
    if (all > 0) parts[name] = both / all;
  }
  return { value: worst > 0 ? Math.max(0, 1 - cost / worst) : 1, parts };
}

const profile = (prepared: Prepared): Profile | undefined =>
  prepared.once('cssg', () => (prepared.tree ? profileOf(buildGraph(prepared.tree, prepared.language)) : undefined));

/**
 * Not applicable when the original has no tree, 0 when the reconstruction has none. From arXiv 2601.04085: lifted dependence graphs, a
 * constrained graph edit distance, a score in [0, 1]; labels, costs, normalisation and solver are ours, since the paper's are not published.
 */
export const cssgSimilarity: Metric = (original, reconstruction, constants) => {
  const a = profile(original);
  if (!a) return undefined;
  const b = profile(reconstruction);
  return b ? graphSimilarity(a, b, costsOf(constants), mostNodesOf(constants)) : whole(0, 'does not parse');
};
