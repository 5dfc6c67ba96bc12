/** Launches shaders/cache.wgsl: keys, values and last hidden states into the decoding slots. */
import { rowGroups, type Plan, type View } from '../plan';
import { cache } from './shaders';

export interface CacheShape { queryHeads: number; keyHeads: number; headDim: number; positions: number; cols: number; capacity: number }

const params = (s: CacheShape): Record<string, number> =>
  ({ query_heads: s.queryHeads, key_heads: s.keyHeads, head_dim: s.headDim, positions: s.positions, cols: s.cols });

export function cacheWrite(plan: Plan, at: { live: View; token: View; fill: View; qkv: View; keys: View; values: View }, shape: CacheShape): void {
  plan.add({ shader: cache, entry: 'write', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.keyHeads * shape.headDim) });
}

export function cacheWriteSlots(plan: Plan, at: { live: View; slots: View; active_slots: View; qkv: View; keys: View; values: View }, shape: CacheShape): void {
  plan.add({ shader: cache, entry: 'write_slots', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.keyHeads * shape.headDim) });
}

export function cacheLast(plan: Plan, at: { live: View; token: View; fill: View; inp: View; hidden: View }, shape: CacheShape): void {
  plan.add({ shader: cache, entry: 'last', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.cols) });
}
