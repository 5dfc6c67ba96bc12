/** f64 reference of one AdamW step on one tensor: knows weights, moments and a clip factor, nothing of schedules. */
import type { UpdateSettings } from '../../src/types';

export type AdamwSettings = Pick<UpdateSettings, 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>;

/**
 * In place: p *= 1 - lr*wd (rank 2 only);  m, v moving averages of g and g^2;  p -= lr * mhat / (sqrt(vhat) + eps).
 * Source: Loshchilov and Hutter (arXiv 1711.05101) in PyTorch's form. Norm weights and biases are rank 1 and do not decay.
 * @param step 1 for the first update @param factor the gradient is multiplied by it first (clipping)
 */
export function adamwStep(
  weight: Float64Array, gradient: Float64Array, m: Float64Array, v: Float64Array,
  rank: number, step: number, factor: number, settings: AdamwSettings,
): void {
  const { learningRate: lr, beta1, beta2, epsilon, weightDecay } = settings;
  const decay = rank === 2 ? 1 - lr * weightDecay : 1;
  const correction1 = 1 - beta1 ** step, correction2 = 1 - beta2 ** step;
  for (let i = 0; i < weight.length; i++) {
    const g = gradient[i] * factor;
    m[i] = beta1 * m[i] + (1 - beta1) * g;
    v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    weight[i] = weight[i] * decay - lr * (m[i] / correction1) / (Math.sqrt(v[i] / correction2) + epsilon);
  }
}
