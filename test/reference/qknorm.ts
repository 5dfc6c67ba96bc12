/** f64 reference of Qwen3's norm of each query or key head: knows heads as rows of D, and leaves the formula to rmsnorm. */
import { rmsnormBackward, rmsnormForward } from './rmsnorm';

/**
 * RMSNorm of every head on its own, one weight [D] shared by all heads; comes before RoPE.
 * @param inp [N, heads*D] @param weight [D] @returns out [N, heads*D], rstd [N*heads]
 */
export function qknormForward(inp: Float64Array, weight: Float64Array, eps: number): { out: Float64Array; rstd: Float64Array } {
  // Heads lie next to each other in a row, so [N, heads*D] read as [N*heads, D] is the same memory.
  return rmsnormForward(inp, weight, eps);
}

/** dinp, dweight += gradient; shapes as in the forward. */
export function qknormBackward(
  dinp: Float64Array, dweight: Float64Array, dout: Float64Array, inp: Float64Array, weight: Float64Array, rstd: Float64Array,
): void {
  rmsnormBackward(dinp, dweight, dout, inp, weight, rstd);
}
