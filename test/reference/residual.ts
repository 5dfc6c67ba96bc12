/** f64 reference of the residual sum: knows two equal vectors. */

/** out = inp + branch, any equal shapes. */
export function residualForward(inp: Float64Array, branch: Float64Array): Float64Array {
  return inp.map((x, i) => x + branch[i]);
}

/** dinp += dout and dbranch += dout. */
export function residualBackward(dinp: Float64Array, dbranch: Float64Array, dout: Float64Array): void {
  for (let i = 0; i < dout.length; i++) {
    dinp[i] += dout[i];
    dbranch[i] += dout[i];
  }
}
