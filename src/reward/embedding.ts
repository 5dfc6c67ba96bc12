/** Similarity of two texts as the cosine of their embeddings; knows no model: whoever has a frozen one hands in an Embedder. */

import type { Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { blend } from './blend';

/** A frozen model that turns text into a vector: equal texts must give equal vectors for as long as it lives. */
export interface Embedder {
  /** One vector a text, in order and all of one width. May reject; a vector that is not finite counts as none. */
  embed(texts: string[]): Promise<Float32Array[]>;
}

/** Vectors of originals kept between calls; the least recently asked for are dropped. Rebuilt code rarely comes back, originals do. */
const MOST_KEPT = 2048;

/** Errors that belong to the run, not to a score: it recovers from a lost device by itself, and a stop is no failure. */
const RUN_ERRORS = new Set(['DeviceLost', 'Stopped']);

/** Cosine of the angle in [-1, 1], exactly 1 for equal vectors; NaN when the widths differ, a vector is 0, or a number is not finite. */
export function cosineSimilarity(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return NaN;
  let dot = 0, a = 0, b = 0;
  for (let i = 0; i < left.length; i++) {
    const x = left[i]!, y = right[i]!;
    dot += x * y;
    a += x * x;
    b += y * y;
  }
  // One root of the product, not the product of two roots: for equal vectors this is the root of a square, so the quotient is 1.
  return Math.max(-1, Math.min(1, dot / Math.sqrt(a * b)));
}

/**
 * A rewarder that adds `parts.embedding` = max(0, cosine) to what `inner` says, where it has a weight or is asked for, and blends anew:
 * 0 for an empty reconstruction, at most `options.unparsable` for one that does not parse, as PairScorer does.
 *
 * Every distinct text of a call is embedded once. A failure never ends a run: when the embedder rejects, or its vectors have no cosine, the
 * part is left out of those pairs, the reason says so, and the other parts share its weight; `onFailure` hears it. Only DeviceLost
 * and Stopped pass through, because a run answers those itself. An empty reconstruction has the part 0 and is not embedded.
 * @param onFailure hears in one sentence why parts were left out
 */
export function withEmbedding(inner: Rewarder, embedder: Embedder, onFailure: (message: string) => void = () => undefined): Rewarder {
  const kept = new Map<string, Float32Array>();

  /** Vectors by text; what was asked of the embedder in vain is absent. */
  const vectorsOf = async (pairs: readonly ScoredPair[]): Promise<Map<string, Float32Array>> => {
    const originals = new Set(pairs.map((pair) => pair.original));
    const vectors = new Map<string, Float32Array>();
    const missing: string[] = [];
    for (const text of new Set(pairs.flatMap((pair) => [pair.original, pair.reconstruction]))) {
      const found = kept.get(text);
      if (found) vectors.set(text, found);
      else if (text.trim() !== '') missing.push(text);
    }
    const made = missing.length > 0 ? await embedder.embed(missing) : [];
    missing.forEach((text, i) => { if (made[i]) vectors.set(text, made[i]); });
    for (const text of originals) {
      const vector = vectors.get(text);
      // A vector without a direction is a failure, and a failure is not remembered.
      if (!vector || Number.isNaN(cosineSimilarity(vector, vector))) continue;
      // Moved to the end: a Map lists its keys in the order in which they were set.
      kept.delete(text);
      kept.set(text, vector);
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    }
    return vectors;
  };

  return {
    async score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]> {
      if (!((options.weights['embedding'] ?? 0) > 0) && options.metrics?.includes('embedding') !== true) return inner.score(pairs, options);
      let failed = '';
      const embedded = vectorsOf(pairs).catch((error: unknown) => {
        if (error instanceof Error && RUN_ERRORS.has(error.name)) throw error;
        failed = error instanceof Error ? error.message : String(error);
        return new Map<string, Float32Array>();
      });
      const [scores, vectors] = await Promise.all([inner.score(pairs, options), embedded]);
      let left = 0;
      const added = scores.map((score, i) => {
        const { original, reconstruction } = pairs[i]!;
        const from = vectors.get(original), to = vectors.get(reconstruction);
        const cosine = reconstruction.trim() === '' ? 0 : from && to ? cosineSimilarity(from, to) : NaN;
        if (Number.isFinite(cosine)) return rescored(score, Math.max(0, cosine), options);
        left++;
        return { ...score, reason: score.reason === '' ? `no embedding: ${failed || 'a vector is not finite'}` : score.reason };
      });
      if (left > 0) onFailure(`The embedding was left out of ${left} of ${pairs.length} scores: ${failed || 'the model gave a vector that is not finite, or is 0.'}`);
      return added;
    },
  };
}

/** The score with its part added and the blend made anew. */
function rescored(score: SimilarityScore, embedding: number, options: ScoreOptions): SimilarityScore {
  const parts = { ...score.parts, embedding };
  // A reconstruction that does not parse is capped only where the original does: the reason tells the two apart.
  const broken = !score.parses && score.reason === 'does not parse';
  const value = score.reason === 'empty' ? 0 : blend(parts, options.weights);
  return { ...score, parts, value: broken ? Math.min(value, options.unparsable) : value };
}
