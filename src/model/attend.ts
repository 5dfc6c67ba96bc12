/** The share of attention that one head gives to each token before a position, from its queries and keys; knows no GPU. */

/** How rows of queries, keys and values lie: heads of queries, then of keys, then of values, `stride` floats a row. */
export interface QkvShape { queryHeads: number; keyHeads: number; headDim: number; stride: number }

/** T x T, row-major: entry i * T + j is what position i gives to j; 0 where j comes after i. The sums are f64. */
export function attentionOf(qkv: Float32Array, { queryHeads, keyHeads, headDim, stride }: QkvShape, head: number): Float32Array<ArrayBuffer> {
  const rows = qkv.length / stride, scale = 1 / Math.sqrt(headDim);
  const query = head * headDim, key = (queryHeads + Math.floor(head / (queryHeads / keyHeads))) * headDim;
  const out = new Float32Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    const scores = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      for (let d = 0; d < headDim; d++) dot += qkv[i * stride + query + d]! * qkv[j * stride + key + d]!;
      scores[j] = dot * scale;
    }
    const top = scores.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += scores[j] = Math.exp(scores[j]! - top);
    for (let j = 0; j <= i; j++) out[i * rows + j] = scores[j]! / sum;
  }
  return out;
}
