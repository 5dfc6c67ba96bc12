/** Tree similarity by edit distance (TSED, arXiv 2404.08817), as published and on the full tree; knows no parser. */

import { whole } from '../metric';
import type { Metric, Prepared, Similarity } from '../metric';
import type { TreeNode } from '../tree';
import { editDistance, treeSize } from './edit_distance';
import type { EditCosts, OrderedTree } from './edit_distance';
import { fullTree, publishedTree } from './labels';

/** The paper's example weights, which its code uses. */
const PUBLISHED: EditCosts = { delete: 1, insert: 0.8, rename: 1 };
const EVEN: EditCosts = { delete: 1, insert: 1, rename: 1 };

/** max(0, (N - distance) / N), N = node count of the larger tree. */
export function treeSimilarity(original: OrderedTree, reconstruction: OrderedTree, costs: EditCosts): Similarity {
  const most = Math.max(treeSize(original), treeSize(reconstruction));
  const { cost, exact } = editDistance(original, reconstruction, costs);
  return whole(Math.max(0, (most - cost) / most), exact ? undefined : 'too large: trees compared child by child');
}

const over = (key: string, read: (nodes: readonly TreeNode[], text: string) => OrderedTree, costs: EditCosts): Metric => {
  const treeOf = (prepared: Prepared): OrderedTree | undefined => prepared.once(key, () => (prepared.tree ? read(prepared.tree, prepared.parsed) : undefined));
  return (original, reconstruction) => {
    const left = treeOf(original), right = treeOf(reconstruction);
    if (!left) return undefined;
    return right ? treeSimilarity(left, right, costs) : whole(0, 'does not parse');
  };
};

/** As published: blind to names, literals and most operators; an inserted node costs less than a deleted one, so it is not symmetric. */
export const tsed: Metric = over('tsed', publishedTree, PUBLISHED);
/** On the full tree with equal costs; symmetric. */
export const tsedFull: Metric = over('tsed_full', fullTree, EVEN);
