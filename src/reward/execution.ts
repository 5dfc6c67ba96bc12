/** Similarity of behaviour as a part of the blend; knows neither sandbox nor inputs: whoever runs code hands in a judge. */
import type { Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { withPart } from './aside';

/** Agreement of each pair in [0, 1]; NaN where the original cannot be judged by running. */
export type BehaviourJudge = (pairs: readonly ScoredPair[]) => Promise<number[]>;

/**
 * A rewarder that adds `parts.execution` where it has a weight. What cannot be judged has no such part, and the others share its weight: where
 * it is alone in the blend, all reconstructions of such a function get 0, so that none is learned from. It is never run only to be watched.
 */
export function withExecution(inner: Rewarder, judge: BehaviourJudge): Rewarder {
  return {
    async score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]> {
      if (!((options.weights['execution'] ?? 0) > 0) || options.metrics?.includes('execution') === false) return inner.score(pairs, options);
      const [scores, agreements] = await Promise.all([inner.score(pairs, options), judge(pairs)]);
      return scores.map((score, i) => (Number.isFinite(agreements[i]) ? withPart(score, 'execution', agreements[i]!, options) : score));
    },
  };
}
