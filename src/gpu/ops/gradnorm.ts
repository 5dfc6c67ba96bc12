/** Launches shaders/gradnorm.wgsl: norm, clip factor and whether the step may happen, all on the GPU. */
import type { Plan, View } from '../plan';
import { gradnorm } from './shaders';

/** Floats of the scratch buffer `squares`. */
export const SQUARES = 4096;

export function gradNorm(plan: Plan, at: { hyper: View; grads: View; squares: View; totals: View; state: View }, length: number): void {
  const { hyper, grads, squares, totals, state } = at;
  plan.add({ shader: gradnorm, entry: 'squares_of', params: { length }, buffers: { grads, squares }, groups: [SQUARES / 64, 1, 1] });
  plan.add({ shader: gradnorm, entry: 'finish', params: { length }, buffers: { hyper, squares, totals, state }, groups: [1, 1, 1] });
}
