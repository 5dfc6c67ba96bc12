/** f64 reference of one training step: knows how loss, clipping and AdamW follow each other, and leaves each to its own file. */
import type { ModelConfig, UpdateSettings } from '../../src/types';
import { adamwStep } from './adamw';
import { clipFactor, gradnormForward } from './gradnorm';
import { parameterRanks, zerosLike, type Parameters } from './parameters';
import { lossReference, type ReferenceBatch, type ReferenceResult } from './transformer';

/** Weights and both moments; `step` counts updates done. */
export interface ReferenceState { weights: Parameters; m: Parameters; v: Parameters; step: number }

/** A state at step 0 over the given weights (not copied). */
export function referenceState(weights: Parameters): ReferenceState {
  return { weights, m: zerosLike(weights), v: zerosLike(weights), step: 0 };
}

/** One update in place; the result's loss and metrics are those before it. */
export function stepReference(
  config: ModelConfig, state: ReferenceState, batch: ReferenceBatch, settings: UpdateSettings,
): ReferenceResult & { gradNorm: number } {
  const result = lossReference(config, state.weights, batch, settings);
  const gradNorm = gradnormForward(result.gradients.values());
  applyReference(config, state, result.gradients, settings);
  return { ...result, gradNorm };
}

/** Clips the gradients to maxGradNorm and applies AdamW to every tensor, in place. */
export function applyReference(config: ModelConfig, state: ReferenceState, gradients: Parameters, settings: UpdateSettings): void {
  const factor = clipFactor(gradnormForward(gradients.values()), settings.maxGradNorm);
  const ranks = parameterRanks(config);
  state.step++;
  for (const [name, weight] of state.weights) {
    adamwStep(weight, gradients.get(name)!, state.m.get(name)!, state.v.get(name)!, ranks.get(name)!, state.step, factor, settings);
  }
}
