/** f64 reference of the gated activation of the feed-forward layer: knows two equal vectors, element by element. */

/** out = silu(gate) * up, silu(x) = x / (1 + exp(-x)). Source: Shazeer 2020 (arXiv 2002.05202). All [N,F]. */
export function swigluForward(gate: Float64Array, up: Float64Array): Float64Array {
  return gate.map((x, i) => x / (1 + Math.exp(-x)) * up[i]);
}

/** dgate += dout * up * s*(1 + x*(1-s)), s = sigmoid(x);  dup += dout * silu(x). */
export function swigluBackward(dgate: Float64Array, dup: Float64Array, dout: Float64Array, gate: Float64Array, up: Float64Array): void {
  for (let i = 0; i < gate.length; i++) {
    const x = gate[i], s = 1 / (1 + Math.exp(-x));
    dgate[i] += dout[i] * up[i] * s * (1 + x * (1 - s));
    dup[i] += dout[i] * x * s;
  }
}
