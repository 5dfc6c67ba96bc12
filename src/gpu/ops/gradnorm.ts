/** Launches shaders/gradnorm.wgsl: norm, clip factor and whether the step may happen, all on the GPU. */
import type { Plan, View } from '../plan';
import { gradnorm } from './shaders';

/** Floats of the scratch buffer `squares`. */
export const SQUARES = 4096;

/** `grads` are the parts of the arena in order, all of their floats. */
export function gradNorm(plan: Plan, at: { hyper: View; grads: readonly View[]; squares: View; totals: View; state: View }): void {
  const { hyper, grads, squares, totals, state } = at;
  let start = 0;
  for (const part of grads) {
    const length = part.size / 4;
    plan.add({ shader: gradnorm, entry: 'squares_of', params: { length, start }, buffers: { grads: part, squares }, groups: [SQUARES / 64, 1, 1], work: () => ({ flops: 2 * length, bytes: 4 * length }) });
    start += length;
  }
  plan.add({ shader: gradnorm, entry: 'finish', params: { length: start, start: 0 }, buffers: { hyper, squares, totals, state }, groups: [1, 1, 1] });
}
