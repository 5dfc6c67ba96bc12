/** How a configuration scores, and how parts become one number; knows the metrics' names, none of their code. */

import type { Settings } from '../config';
import type { ScoreOptions } from '../types';
import { EVERY_ENTRY } from './table';

/** How a configuration scores: its weights by metric name, its cap for broken code, its constants. */
export function scoreOptions(settings: Settings): ScoreOptions {
  return {
    weights: Object.fromEntries(EVERY_METRIC.map((name) => [name, settings[EVERY_ENTRY[name]!.weight] as number])), unparsable: settings.unparsable,
    constants: { cssgNodeCost: settings.cssgNodeCost, cssgClassCost: settings.cssgClassCost, cssgEdgeCost: settings.cssgEdgeCost, cssgMostNodes: settings.cssgMostNodes },
  };
}

/** Every metric there is; embedding and execution join where an embedder and a sandbox are at hand. */
export const EVERY_METRIC: readonly string[] = Object.keys(EVERY_ENTRY);

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
