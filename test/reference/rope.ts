/** f64 reference of rotary position embedding: knows positions and heads, nothing of sequences or attention. */

/**
 * out = x*cos + rotate_half(x)*sin per head; angle of pair (i, i+D/2) at position p is p * theta^(-2i/D).
 * Source: Su et al. 2021 (arXiv 2104.09864), with Hugging Face's half-split pairing.
 * @param inp [N, heads*D] @param positions [N], 0 at the start of each sequence @returns out, as inp
 */
export function ropeForward(inp: Float64Array, positions: ArrayLike<number>, D: number, theta: number): Float64Array {
  const out = new Float64Array(inp.length);
  rotate(out, inp, positions, D, theta, 1);
  return out;
}

/** dinp += the rotation by the opposite angle: a rotation's transpose is its inverse. */
export function ropeBackward(dinp: Float64Array, dout: Float64Array, positions: ArrayLike<number>, D: number, theta: number): void {
  rotate(dinp, dout, positions, D, theta, -1);
}

function rotate(to: Float64Array, from: Float64Array, positions: ArrayLike<number>, D: number, theta: number, sign: number): void {
  const N = positions.length, width = from.length / N, half = D / 2;
  for (let n = 0; n < N; n++) {
    for (let i = 0; i < half; i++) {
      const angle = positions[n] * theta ** (-2 * i / D);
      const cos = Math.cos(angle), sin = sign * Math.sin(angle);
      for (let h = n * width; h < (n + 1) * width; h += D) {
        const a = from[h + i], b = from[h + half + i];
        to[h + i] += a * cos - b * sin;
        to[h + half + i] += b * cos + a * sin;
      }
    }
  }
}
