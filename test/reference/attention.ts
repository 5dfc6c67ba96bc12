/** f64 reference of causal attention over packed sequences with grouped heads: knows where each token's sequence starts. */

export interface AttentionShape {
  /** Query heads, key-value heads (H a multiple of K), head size. */
  H: number; K: number; D: number;
  /** [N]: index of the first token of the sequence that token n belongs to. */
  start: ArrayLike<number>;
}

/**
 * out[i,h] = sum_{j=start[i]..i} p_ij v[j, floor(h/(H/K))],  p = softmax(q.k / sqrt(D)).
 * @param q [N, H*D] @param k [N, K*D] @param v [N, K*D]
 * @returns out [N, H*D] and lse [N,H] = log sum exp of the scaled scores: all the backward needs to rebuild p, so T x T is never kept.
 */
export function attentionForward(q: Float64Array, k: Float64Array, v: Float64Array, shape: AttentionShape): { out: Float64Array; lse: Float64Array } {
  const { H, K, D, start } = shape;
  const N = q.length / (H * D), scale = 1 / Math.sqrt(D);
  const out = new Float64Array(N * H * D), lse = new Float64Array(N * H);
  for (let i = 0; i < N; i++) {
    for (let h = 0; h < H; h++) {
      const qi = (i * H + h) * D, kv = Math.floor(h / (H / K));
      const first = start[i], scores = new Float64Array(i - first + 1);
      let max = -Infinity;
      for (let j = first; j <= i; j++) {
        const kj = (j * K + kv) * D;
        let dot = 0;
        for (let d = 0; d < D; d++) dot += q[qi + d] * k[kj + d];
        scores[j - first] = dot * scale;
        max = Math.max(max, dot * scale);
      }
      let sum = 0;
      for (const s of scores) sum += Math.exp(s - max);
      lse[i * H + h] = max + Math.log(sum);
      for (let j = first; j <= i; j++) {
        const p = Math.exp(scores[j - first] - lse[i * H + h]), vj = (j * K + kv) * D;
        for (let d = 0; d < D; d++) out[qi + d] += p * v[vj + d];
      }
    }
  }
  return { out, lse };
}

/**
 * dq, dk, dv += gradient. With delta_i = dout_i . out_i: ds_ij = p_ij (dout_i . v_j - delta_i), as in FlashAttention (arXiv 2205.14135).
 * Key-value gradients collect the H/K query heads that share them.
 */
export function attentionBackward(
  dq: Float64Array, dk: Float64Array, dv: Float64Array,
  dout: Float64Array, q: Float64Array, k: Float64Array, v: Float64Array, out: Float64Array, lse: Float64Array, shape: AttentionShape,
): void {
  const { H, K, D, start } = shape;
  const N = q.length / (H * D), scale = 1 / Math.sqrt(D);
  for (let i = 0; i < N; i++) {
    for (let h = 0; h < H; h++) {
      const qi = (i * H + h) * D, kv = Math.floor(h / (H / K));
      let delta = 0;
      for (let d = 0; d < D; d++) delta += dout[qi + d] * out[qi + d];
      for (let j = start[i]; j <= i; j++) {
        const kj = (j * K + kv) * D;
        let dot = 0, dp = 0;
        for (let d = 0; d < D; d++) {
          dot += q[qi + d] * k[kj + d];
          dp += dout[qi + d] * v[kj + d];
        }
        const p = Math.exp(dot * scale - lse[i * H + h]);
        const ds = p * (dp - delta) * scale;
        for (let d = 0; d < D; d++) {
          dv[kj + d] += p * dout[qi + d];
          dq[qi + d] += ds * k[kj + d];
          dk[kj + d] += ds * q[qi + d];
        }
      }
    }
  }
}
