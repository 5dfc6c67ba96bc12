/** Launches shaders/attention.wgsl: causal within a segment, grouped heads, nothing T x T kept. */
import { rowGroups, type Plan, type View } from '../plan';
import { attention } from './shaders';

export interface AttentionShape { queryHeads: number; keyHeads: number; headDim: number; capacity: number; positions?: number }

const params = ({ queryHeads, keyHeads, positions = 0 }: AttentionShape): Record<string, number> =>
  ({ query_heads: queryHeads, key_heads: keyHeads, positions });

export function attentionForward(plan: Plan, at: { live: View; token: View; qk: View; qkv: View; out: View; lse: View }, shape: AttentionShape): void {
  plan.add({ shader: attention(shape.headDim), entry: 'forward', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.queryHeads) });
}

/** Writes dqk whole and the value part of dqkv. */
export function attentionBackward(
  plan: Plan,
  at: { live: View; token: View; qk: View; qkv: View; out: View; lse: View; dout: View; delta: View; dqk: View; dqkv: View },
  shape: AttentionShape,
): void {
  const { live, token, qk, qkv, out, lse, dout, delta, dqk, dqkv } = at;
  const kernel = attention(shape.headDim);
  plan.add({ shader: kernel, entry: 'backward_query', params: params(shape), buffers: { live, token, qk, qkv, out, lse, dout, delta, dqk }, groups: rowGroups(shape.capacity, shape.queryHeads) });
  plan.add({ shader: kernel, entry: 'backward_key', params: params(shape), buffers: { live, token, qk, qkv, lse, dout, delta, dqk, dqkv }, groups: rowGroups(shape.capacity, shape.keyHeads) });
}

/** One query a row against its slot's cache of `positions` places. */
export function attentionForwardSlots(plan: Plan, at: { live: View; slots: View; active_slots: View; qk: View; keys: View; values: View; out: View }, shape: AttentionShape): void {
  plan.add({ shader: attention(shape.headDim), entry: 'forward_slots', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.queryHeads) });
}
