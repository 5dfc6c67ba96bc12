/** Launches the RMSNorm shaders; shapes are in shaders/rmsnorm.wgsl. */
import { moves, rowGroups, threadGroups, type Launch, type Plan, type View } from '../plan';
import { reduceColumns } from './reduce';
import { rmsnorm, rmsnormShared, rmsnormSubgroups } from './shaders';

export interface NormShape { cols: number; capacity: number; eps: number; chunk: number }

/** On a GPU a workgroup shares a row, by its subgroups where the device has them; on a processor a thread has a row to itself. */
function kernel({ gpu: { info } }: Plan, capacity: number): Pick<Launch, 'shader' | 'groups'> {
  if (info.fallback) return { shader: rmsnorm, groups: rowGroups(capacity) };
  return { shader: info.features.includes('subgroups') ? rmsnormSubgroups : rmsnormShared, groups: rowGroups(capacity, 64) };
}

export function rmsnormForward(plan: Plan, at: { live: View; inp: View; weight: View; out: View; rstd: View }, { cols, capacity, eps, chunk }: NormShape): void {
  plan.add({ ...kernel(plan, capacity), entry: 'forward', params: { cols, eps, chunk }, buffers: at, work: moves(2 * cols, capacity) });
}

/** Adds to dinp and dweight; `chunk_sums` holds ceil(capacity / chunk) rows of C floats, exactly. */
export function rmsnormBackward(
  plan: Plan,
  at: { live: View; inp: View; weight: View; rstd: View; dout: View; dinp: View; chunk_sums: View; dweight: View },
  { cols, capacity, eps, chunk }: NormShape,
): void {
  const { live, inp, weight, rstd, dout, dinp, chunk_sums, dweight } = at;
  const params = { cols, eps, chunk };
  plan.add({ ...kernel(plan, capacity), entry: 'backward_inp', params, buffers: { live, inp, weight, rstd, dout, dinp }, work: moves(4 * cols, capacity) });
  plan.add({ shader: rmsnorm, entry: 'backward_weight', params, buffers: { live, inp, rstd, dout, chunk_sums }, groups: threadGroups(Math.ceil(capacity / chunk) * cols), work: moves(2 * cols, capacity) });
  reduceColumns(plan, { chunk_sums, out: dweight }, cols);
}
