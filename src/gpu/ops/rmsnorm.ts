/** Launches shaders/rmsnorm.wgsl; shapes are there. */
import { rowGroups, threadGroups, type Plan, type View } from '../plan';
import { reduceColumns } from './reduce';
import { rmsnorm } from './shaders';

export interface NormShape { cols: number; capacity: number; eps: number; chunk: number }

export function rmsnormForward(plan: Plan, at: { live: View; inp: View; weight: View; out: View; rstd: View }, { cols, capacity, eps, chunk }: NormShape): void {
  plan.add({ shader: rmsnorm, entry: 'forward', params: { cols, eps, chunk }, buffers: at, groups: rowGroups(capacity) });
}

/** Adds to dinp and dweight; `chunk_sums` holds ceil(capacity / chunk) rows of C floats, exactly. */
export function rmsnormBackward(
  plan: Plan,
  at: { live: View; inp: View; weight: View; rstd: View; dout: View; dinp: View; chunk_sums: View; dweight: View },
  { cols, capacity, eps, chunk }: NormShape,
): void {
  const { live, inp, weight, rstd, dout, dinp, chunk_sums, dweight } = at;
  const params = { cols, eps, chunk };
  plan.add({ shader: rmsnorm, entry: 'backward_inp', params, buffers: { live, inp, weight, rstd, dout, dinp }, groups: rowGroups(capacity) });
  plan.add({ shader: rmsnorm, entry: 'backward_weight', params, buffers: { live, inp, rstd, dout, chunk_sums }, groups: threadGroups(Math.ceil(capacity / chunk) * cols) });
  reduceColumns(plan, { chunk_sums, out: dweight }, cols);
}
