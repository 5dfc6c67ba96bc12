/** Similarity of two texts as the cosine of their embeddings; knows no model: whoever has a frozen one hands in an Embedder. */

import type { Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { withPart } from './aside';

/** A frozen model that turns text into a vector: equal texts must give equal vectors for as long as it lives. */
export interface Embedder {
  /** One vector a text, in order and all of one width. May reject; a vector that is not finite counts as none. */
  embed(texts: string[]): Promise<Float32Array[]>;
}

/** Vectors kept between calls, the least recently asked for dropped first. Originals come back in every step that draws them. */
const ORIGINALS_KEPT = 2048;
/** Rebuilt code comes back too: a group often writes the same. Enough for the largest common step. */
const REBUILT_KEPT = 512;

const NO_DIRECTION = 'the model gave a vector that is 0 or not finite.';

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
 * part is left out of those pairs, the reason says so, and the other parts share its weight; `onFailure` hears the cause. Only DeviceLost
 * and Stopped pass through, because a run answers those itself. An empty reconstruction has the part 0 and is not embedded.
 * @param onFailure hears why parts were left out of a call's scores
 */
export function withEmbedding(inner: Rewarder, embedder: Embedder, onFailure: (cause: string) => void = () => undefined): Rewarder {
  // Two memories: in one, the passing texts would soon drive out those that return.
  const originals = new Memory(ORIGINALS_KEPT), rebuilt = new Memory(REBUILT_KEPT);

  /** Vectors by text; what was asked of the embedder in vain is absent. */
  const vectorsOf = async (pairs: readonly ScoredPair[]): Promise<Map<string, Float32Array>> => {
    const vectors = new Map<string, Float32Array>();
    const missing: string[] = [];
    for (const text of new Set(pairs.flatMap((pair) => [pair.original, pair.reconstruction]))) {
      const found = originals.get(text) ?? rebuilt.get(text);
      if (found) vectors.set(text, found);
      else if (text.trim() !== '') missing.push(text);
    }
    const made = missing.length > 0 ? await embedder.embed(missing) : [];
    missing.forEach((text, i) => { if (made[i]) vectors.set(text, made[i]); });
    for (const [memory, texts] of [[rebuilt, pairs.map((pair) => pair.reconstruction)], [originals, pairs.map((pair) => pair.original)]] as const) {
      for (const text of new Set(texts)) memory.set(text, vectors.get(text));
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
      let left = false;
      const added = scores.map((score, i) => {
        const { original, reconstruction } = pairs[i]!;
        const from = vectors.get(original), to = vectors.get(reconstruction);
        const cosine = reconstruction.trim() === '' ? 0 : from && to ? cosineSimilarity(from, to) : NaN;
        if (Number.isFinite(cosine)) return withPart(score, 'embedding', Math.max(0, cosine), options);
        left = true;
        return { ...score, reason: score.reason === '' ? `no embedding: ${failed || NO_DIRECTION}` : score.reason };
      });
      if (left) onFailure(failed || NO_DIRECTION);
      return added;
    },
  };
}

/** Vectors by text; a Map lists its keys in the order in which they were set, so the first is the one asked for longest ago. */
class Memory {
  private readonly kept = new Map<string, Float32Array>();
  private readonly most: number;

  constructor(most: number) { this.most = most; }

  get(text: string): Float32Array | undefined { return this.kept.get(text); }

  /** Keeps it as the newest. A vector without a direction is a failure, and a failure is not remembered. */
  set(text: string, vector: Float32Array | undefined): void {
    if (!vector || Number.isNaN(cosineSimilarity(vector, vector))) return;
    this.kept.delete(text);
    this.kept.set(text, vector);
    if (this.kept.size > this.most) this.kept.delete(this.kept.keys().next().value!);
  }
}
