/** CodeBLEU (arXiv 2009.10297), as its package computes it and with its traps mended; knows no parser. */

import type { Metric, Prepared, Similarity } from '../metric';
import type { TreeNode } from '../tree';
import { codeTree, subtreeNumbering } from './code_tree';
import { dataFlow } from './data_flow';
import type { DataFlow } from './data_flow';
import { FLOW_RULES } from './flow_rules';
import { KEYWORDS } from './keywords';
import { bleu, gramsOf, ngramF1, weightedRecall } from './ngrams';
import type { Grams } from './ngrams';

const splitGrams = (prepared: Prepared): Grams => prepared.once('codebleu_split', () => gramsOf(prepared.text.trim().split(/\s+/).filter((token) => token !== '')));
const lexicalGrams = (prepared: Prepared): Grams => prepared.once('codebleu_tokens', () => gramsOf(prepared.tokens.map((token) => token.replace(/\s+/g, ' '))));
const treeOf = (prepared: Prepared): TreeNode | undefined =>
  prepared.once('codebleu_tree', () => (prepared.tree ? codeTree(prepared.tree, prepared.parsed, prepared.language) : undefined));
const flowOf = (prepared: Prepared, root: TreeNode): DataFlow => prepared.once('codebleu_flow', () => dataFlow(root, FLOW_RULES[prepared.language]));

function counted<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Size of the multiset intersection. */
function inCommon<T>(one: readonly T[], other: readonly T[]): number {
  const counts = counted(other);
  let sum = 0;
  for (const [item, count] of counted(one)) sum += Math.min(count, counts.get(item) ?? 0);
  return sum;
}

const f1 = (common: number, one: number, other: number): number => (one + other > 0 ? (2 * common) / (one + other) : 0);

const TOO_LARGE = 'too large: data flow not extracted';
const result = (value: number, ngram: number, weighted: number, ast: number, dataflow: number | undefined, reason?: string): Similarity => ({
  value, parts: { ngram, weighted, ast, ...(dataflow !== undefined && { dataflow }) }, ...(reason !== undefined && { reason }),
});

/**
 * As published, each part a quarter: BLEU over white-space tokens, its recall with keywords ahead, the share of the original's sub-trees
 * and of its data-flow triples found in the reconstruction. A data-flow share of 0 counts as 1 (`or 1` in the code): a free quarter.
 */
export const codebleu: Metric = (original, reconstruction) => {
  const left = treeOf(original), right = treeOf(reconstruction);
  if (!left) return undefined;
  const reference = splitGrams(original), candidate = splitGrams(reconstruction);
  const ngram = bleu(reference, candidate), weighted = weightedRecall(reference, candidate, KEYWORDS[original.language]);
  if (!right) return result(0, ngram, weighted, 0, 0, 'does not parse');
  const numbered = subtreeNumbering(), known = numbered(left), found = new Set(numbered(right));
  const ast = known.filter((subtree) => found.has(subtree)).length / known.length;
  const expected = flowOf(original, left), given = flowOf(reconstruction, right);
  const dataflow = expected.triples.length === 0 ? 0 : inCommon(expected.triples, given.triples) / expected.triples.length;
  return result((ngram + weighted + ast + (dataflow || 1)) / 4, ngram, weighted, ast, dataflow, expected.complete && given.complete ? undefined : TOO_LARGE);
};

/**
 * Ours: every part is the F1 of both directions over multisets, n-grams are of lexical tokens without comments, and where neither side has
 * data flow, or the original is too large for it, that part is left out and the others share its weight. Symmetric; 1 for equal code of any
 * length.
 */
export const codebleuFixed: Metric = (original, reconstruction) => {
  const left = treeOf(original), right = treeOf(reconstruction);
  if (!left) return undefined;
  const one = lexicalGrams(original), other = lexicalGrams(reconstruction);
  const ngram = ngramF1(one, other), weighted = ngramF1(one, other, KEYWORDS[original.language]);
  if (!right) return result(0, ngram, weighted, 0, 0, 'does not parse');
  const numbered = subtreeNumbering(), a = numbered(left), b = numbered(right);
  const ast = f1(inCommon(a, b), a.length, b.length);
  const expected = flowOf(original, left), given = flowOf(reconstruction, right);
  const triples = expected.triples.length + given.triples.length;
  const dataflow = expected.complete && (triples > 0 || !given.complete) ? f1(inCommon(expected.triples, given.triples), expected.triples.length, given.triples.length) : undefined;
  const value = dataflow === undefined ? (ngram + weighted + ast) / 3 : (ngram + weighted + ast + dataflow) / 4;
  return result(value, ngram, weighted, ast, dataflow, expected.complete && given.complete ? undefined : TOO_LARGE);
};
