/** f64 reference of RMSNorm over rows: knows one vector at a time, nothing of layers. */

/**
 * out = weight * inp * rstd, rstd = 1 / sqrt(mean(inp^2) + eps). Source: Zhang and Sennrich 2019 (arXiv 1910.07467), as in Llama.
 * @param inp [N,C] @param weight [C] @returns out [N,C], rstd [N]
 */
export function rmsnormForward(inp: Float64Array, weight: Float64Array, eps: number): { out: Float64Array; rstd: Float64Array } {
  const C = weight.length, N = inp.length / C;
  const out = new Float64Array(N * C), rstd = new Float64Array(N);
  for (let n = 0; n < N; n++) {
    let sum = 0;
    for (let c = 0; c < C; c++) sum += inp[n * C + c] ** 2;
    const r = 1 / Math.sqrt(sum / C + eps);
    rstd[n] = r;
    for (let c = 0; c < C; c++) out[n * C + c] = inp[n * C + c] * r * weight[c];
  }
  return { out, rstd };
}

/**
 * dweight[c] += sum_n dout*x*rstd;  dinp += rstd*(g - x*rstd^2 * mean(g*x)) with g = dout*weight.
 * The mean comes from differentiating rstd, which every channel of the row shares.
 */
export function rmsnormBackward(
  dinp: Float64Array, dweight: Float64Array, dout: Float64Array, inp: Float64Array, weight: Float64Array, rstd: Float64Array,
): void {
  const C = weight.length, N = inp.length / C;
  for (let n = 0; n < N; n++) {
    const r = rstd[n];
    let dot = 0;
    for (let c = 0; c < C; c++) dot += dout[n * C + c] * weight[c] * inp[n * C + c];
    const mean = dot / C;
    for (let c = 0; c < C; c++) {
      const x = inp[n * C + c], d = dout[n * C + c];
      dweight[c] += d * x * r;
      dinp[n * C + c] += r * (d * weight[c] - x * r * r * mean);
    }
  }
}
