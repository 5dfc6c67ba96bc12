/** Launches the attention shaders: causal within a segment, grouped heads, nothing T x T kept. */
import { rowGroups, rowsWithin, type Dispatch, type Plan, type View, type Work } from '../plan';
import type { Shader } from '../shader';
import type { CachePrecision } from './cache';
import { attention, attentionSlots, attentionSlotsHalf, attentionTiled } from './shaders';

export interface AttentionShape { queryHeads: number; keyHeads: number; headDim: number; capacity: number }

const params = ({ queryHeads, keyHeads }: AttentionShape): Record<string, number> => ({ query_heads: queryHeads, key_heads: keyHeads });

/**
 * The kernels for `heads` heads of the filled rows. On a GPU a workgroup for sixteen rows shares what it loads, where four tiles of D floats
 * a row fit into what every device has of workgroup memory; on a processor a thread has four rows, or one where D is not a multiple of 4.
 */
function kernels(plan: Plan, { capacity, headDim }: AttentionShape): { shader: Shader; groups: (heads: number) => Dispatch['groups'] } {
  if (headDim % 4 === 0 && headDim <= 64 && !plan.gpu.info.fallback) {
    return { shader: attentionTiled(headDim), groups: heads => rows => [Math.ceil(rowsWithin(rows, capacity) / 16), heads, 1] };
  }
  const each = headDim % 4 ? 1 : 4;
  return {
    shader: attention(headDim),
    groups: heads => {
      const some = rowGroups(Math.ceil(capacity / each), heads);
      return rows => some(Math.ceil(rows / each));
    },
  };
}

/** `products` of D multiply-adds for each pair and head; bytes of queries, keys, values and results. */
const work = ({ queryHeads, keyHeads, headDim, capacity }: AttentionShape, products: number) => (rows: number, pairs: number): Work => {
  const live = rowsWithin(rows, capacity);
  return { flops: 2 * products * pairs * queryHeads * headDim, bytes: 4 * live * (2 * queryHeads + 2 * keyHeads) * headDim };
};

export function attentionForward(plan: Plan, at: { live: View; token: View; qkv: View; out: View; lse: View }, shape: AttentionShape): void {
  const { shader, groups } = kernels(plan, shape);
  plan.add({ shader, entry: 'forward', params: params(shape), buffers: at, groups: groups(shape.queryHeads), work: work(shape, 2) });
}

/** Writes dqkv whole. */
export function attentionBackward(plan: Plan, at: { live: View; token: View; qkv: View; out: View; lse: View; dout: View; delta: View; dqkv: View }, shape: AttentionShape): void {
  const { out: _, ...key } = at;
  const { shader, groups } = kernels(plan, shape);
  plan.add({ shader, entry: 'backward_query', params: params(shape), buffers: at, groups: groups(shape.queryHeads), work: work(shape, 3) });
  plan.add({ shader, entry: 'backward_key', params: params(shape), buffers: key, groups: groups(shape.keyHeads), work: work(shape, 4) });
}

/** One query a row against its slot's cache of `positions` places; `stride` = floats of a row of q. */
export function attentionForwardSlots(
  plan: Plan, at: { live: View; slots: View; active_slots: View; q: View; cache: View; out: View }, shape: AttentionShape & { positions: number; slots: number; stride: number }, precision: CachePrecision = 'f32',
): void {
  const { queryHeads, headDim, capacity, positions, slots, stride } = shape;
  // On a GPU a whole workgroup for a query is what keeps it busy; on a processor its exchanges cost more than they save.
  const shared = headDim % 4 === 0 && headDim <= 256 && !plan.gpu.info.fallback;
  plan.add({
    shader: (precision === 'f16' ? attentionSlotsHalf : attentionSlots)(headDim), entry: shared ? 'forward_shared' : 'forward', params: { ...params(shape), positions, slots, stride }, buffers: at,
    groups: shared ? rows => [rowsWithin(rows, capacity) * queryHeads, 1, 1] : rowGroups(capacity, queryHeads),
  });
}
