/** How a configuration scores, and how parts become one number; knows the metrics' names, none of their code. */

import type { Settings } from '../config';
import type { ScoreOptions } from '../types';
import { METRICS, METRIC_NAMES } from './table';

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
