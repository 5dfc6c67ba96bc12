/** f64 reference of the token log-probability and the entropy of its distribution: knows logit rows and targets, no sequences. */

/**
 * Row n: p = softmax(logits[n]/temperature); logp = log p[target]; entropy = -sum p log p.
 * @param logits [N,V] @param targets [N]; a negative target marks a row that predicts nothing: its results are 0
 * @returns logp, entropy, lse, all [N]; lse is of the scaled logits
 */
export function logprobForward(
  logits: Float64Array, targets: ArrayLike<number>, temperature: number,
): { logp: Float64Array; entropy: Float64Array; lse: Float64Array } {
  const N = targets.length, V = logits.length / N;
  const logp = new Float64Array(N), entropy = new Float64Array(N), lse = new Float64Array(N);
  for (let n = 0; n < N; n++) {
    if (targets[n] < 0) continue;
    let max = -Infinity;
    for (let j = 0; j < V; j++) max = Math.max(max, logits[n * V + j] / temperature);
    let sum = 0, dot = 0;
    for (let j = 0; j < V; j++) {
      const z = logits[n * V + j] / temperature - max, e = Math.exp(z);
      sum += e;
      dot += e * z;
    }
    lse[n] = max + Math.log(sum);
    logp[n] = logits[n * V + targets[n]] / temperature - lse[n];
    // H = lse - E[z]: the shift by max cancels.
    entropy[n] = Math.log(sum) - dot / sum;
  }
  return { logp, entropy, lse };
}

/**
 * dlogits += (1/temperature) * ( dlogp*(onehot(target) - p) - dentropy * p*(log p + H) ).
 * @param dlogp [N] @param dentropy [N]; rows with a negative target receive nothing
 */
export function logprobBackward(
  dlogits: Float64Array, dlogp: Float64Array, dentropy: Float64Array,
  logits: Float64Array, targets: ArrayLike<number>, entropy: Float64Array, lse: Float64Array, temperature: number,
): void {
  const N = targets.length, V = logits.length / N;
  for (let n = 0; n < N; n++) {
    if (targets[n] < 0) continue;
    for (let j = 0; j < V; j++) {
      const log = logits[n * V + j] / temperature - lse[n], p = Math.exp(log);
      const hit = j === targets[n] ? 1 : 0;
      dlogits[n * V + j] += (dlogp[n] * (hit - p) - dentropy[n] * p * (log + entropy[n])) / temperature;
    }
  }
}
