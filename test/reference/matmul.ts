/** f64 reference of the linear layer: knows a weight stored [out,in] as Hugging Face stores it, and an optional bias. */

/**
 * out = inp @ weight^T (+ bias).
 * @param inp [N,C] @param weight [O,C] @param bias [O] or null @returns out [N,O]
 */
export function matmulForward(inp: Float64Array, weight: Float64Array, bias: Float64Array | null, C: number): Float64Array {
  const N = inp.length / C, O = weight.length / C;
  const out = new Float64Array(N * O);
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      let sum = bias ? bias[o] : 0;
      for (let c = 0; c < C; c++) sum += inp[n * C + c] * weight[o * C + c];
      out[n * O + o] = sum;
    }
  }
  return out;
}

/** dinp += dout @ weight;  dweight += dout^T @ inp;  dbias += column sums of dout. Any of the three may be null: not wanted. */
export function matmulBackward(
  dinp: Float64Array | null, dweight: Float64Array | null, dbias: Float64Array | null,
  dout: Float64Array, inp: Float64Array, weight: Float64Array, C: number,
): void {
  const N = inp.length / C, O = weight.length / C;
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      const d = dout[n * O + o];
      if (dbias) dbias[o] += d;
      for (let c = 0; c < C; c++) {
        if (dinp) dinp[n * C + c] += d * weight[o * C + c];
        if (dweight) dweight[o * C + c] += d * inp[n * C + c];
      }
    }
  }
}
