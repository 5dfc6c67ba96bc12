/** f64 reference of the global gradient norm and its clipping: knows a list of gradients as one long vector. */

/** sqrt of the sum of squares over all arrays. */
export function gradnormForward(gradients: Iterable<Float64Array>): number {
  let sum = 0;
  for (const gradient of gradients) for (const g of gradient) sum += g * g;
  return Math.sqrt(sum);
}

/** Factor that brings the norm to `max` at most: min(1, max / (norm + 1e-6)), as PyTorch's clip_grad_norm_; 1 when max is 0 (off). */
export function clipFactor(norm: number, max: number): number {
  return max > 0 ? Math.min(1, max / (norm + 1e-6)) : 1;
}
