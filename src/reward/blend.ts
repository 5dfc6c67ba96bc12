/** Blends the metrics into one score, and scores lists of pairs; knows every metric, no thread and no file. */

import type { Settings } from '../config';
import type { Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { exactMatch } from './exact';
import { Prepared } from './metric';
import { METRICS, METRIC_NAMES, isMetric } from './table';
import type { SyntaxParser } from './tree';

/** How a configuration scores: its weights by metric name, its cap for broken code, its constants. */
export function scoreOptions(settings: Settings): ScoreOptions {
  const weights = Object.fromEntries(METRIC_NAMES.map((name) => [name, settings[METRICS[name].weight]]));
  return {
    weights: { ...weights, embedding: settings.weightEmbedding }, unparsable: settings.unparsable,
    constants: { cssgNodeCost: settings.cssgNodeCost, cssgClassCost: settings.cssgClassCost, cssgEdgeCost: settings.cssgEdgeCost, cssgMostNodes: settings.cssgMostNodes },
  };
}

/** Every metric there is; embedding joins where an embedder is at hand. */
export const EVERY_METRIC: readonly string[] = [...METRIC_NAMES, 'embedding'];

/**
 * Weighted mean of the parts that have a weight and apply; 0 when none does. Weights need not sum to 1: a part that does not apply to a
 * pair gives its share to the others.
 */
export function blend(parts: Record<string, number>, weights: Record<string, number>): number {
  let sum = 0, total = 0;
  for (const [name, part] of Object.entries(parts)) {
    const weight = Object.hasOwn(weights, name) ? weights[name]! : 0;
    sum += weight * part;
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

/** Prepared texts kept between calls; the oldest are dropped. Originals come back in every step that draws them. */
const MOST_KEPT = 2048;

/** Scores pairs with the metrics of the table; without a parser those that need a tree do not apply. */
export class PairScorer implements Rewarder {
  private readonly parser: SyntaxParser | undefined;
  private readonly kept = new Map<string, Prepared>();

  constructor(parser?: SyntaxParser) {
    this.parser = parser;
  }

  private prepare(text: string, language: ScoredPair['language']): Prepared {
    const key = `${language}\u0000${text}`;
    const found = this.kept.get(key) ?? new Prepared(text, language, this.parser);
    // Moved to the end: a Map lists its keys in the order in which they were set.
    this.kept.delete(key);
    this.kept.set(key, found);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value!);
    return found;
  }

  /** One pair. An empty reconstruction scores 0; one that does not parse gets at most `options.unparsable`. */
  scorePair(pair: ScoredPair, options: ScoreOptions): SimilarityScore {
    const original = this.prepare(pair.original, pair.language), reconstruction = this.prepare(pair.reconstruction, pair.language);
    const wanted = options.metrics ?? METRIC_NAMES.filter((name) => (options.weights[name] ?? 0) > 0);
    const parts: Record<string, number> = {};
    let reason = '';
    for (const name of wanted) {
      if (!isMetric(name)) continue;
      const similarity = METRICS[name].metric(original, reconstruction, options.constants ?? {});
      if (!similarity) continue;
      parts[name] = similarity.value;
      for (const [part, value] of Object.entries(similarity.parts)) parts[`${name}/${part}`] = value;
      if (reason === '' && similarity.reason !== undefined) reason = similarity.reason;
    }
    const empty = reconstruction.tokens.length === 0;
    const parses = !empty && reconstruction.tree !== null;
    const broken = original.tree != null && !parses;
    const value = empty ? 0 : blend(parts, options.weights);
    return {
      value: broken ? Math.min(value, options.unparsable) : value, parts, parses, exact: exactMatch(pair.original, pair.reconstruction),
      reason: empty ? 'empty' : broken ? 'does not parse' : reason,
    };
  }

  score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]> {
    return Promise.resolve(pairs.map((pair) => this.scorePair(pair, options)));
  }
}
