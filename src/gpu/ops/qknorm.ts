/** Launches shaders/qknorm.wgsl (Qwen3's RMSNorm on queries and keys). */
import { rowGroups, threadGroups, type Plan, type View } from '../plan';
import { reduceColumns } from './reduce';
import { qknorm } from './shaders';

export interface QkNormShape { queryHeads: number; keyHeads: number; headDim: number; stride: number; capacity: number; eps: number; chunk: number }

const params = (s: QkNormShape): Record<string, number> =>
  ({ query_heads: s.queryHeads, key_heads: s.keyHeads, head_dim: s.headDim, stride: s.stride, eps: s.eps, chunk: s.chunk });

export function qknormForward(plan: Plan, at: { live: View; inp: View; weight: View; out: View; rstd: View }, shape: QkNormShape): void {
  plan.add({ shader: qknorm, entry: 'forward', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.stride / shape.headDim) });
}

/** Writes dinp whole; adds to `dweight`, q_norm then k_norm side by side. */
export function qknormBackward(
  plan: Plan,
  at: { live: View; inp: View; weight: View; rstd: View; dout: View; dinp: View; chunk_sums: View; dweight: View },
  shape: QkNormShape,
): void {
  const { live, inp, weight, rstd, dout, dinp, chunk_sums, dweight } = at;
  plan.add({ shader: qknorm, entry: 'backward_inp', params: params(shape), buffers: { live, inp, weight, rstd, dout, dinp }, groups: rowGroups(shape.capacity, shape.stride / shape.headDim) });
  plan.add({ shader: qknorm, entry: 'backward_weight', params: params(shape), buffers: { live, inp, rstd, dout, chunk_sums }, groups: threadGroups(Math.ceil(shape.capacity / shape.chunk) * 2 * shape.headDim) });
  reduceColumns(plan, { chunk_sums, out: dweight }, 2 * shape.headDim);
}
