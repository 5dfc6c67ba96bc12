/** Launches shaders/cache.wgsl: keys and values into the decoding slots. */
import { rowGroups, type Plan, type View } from '../plan';
import { cache } from './shaders';

export interface CacheShape { queryHeads: number; keyHeads: number; headDim: number; positions: number; slots: number; capacity: number }

const params = (s: CacheShape): Record<string, number> => ({ query_heads: s.queryHeads, key_heads: s.keyHeads, head_dim: s.headDim, positions: s.positions, slots: s.slots });

/** `targets` lists slots; each row's `fill` says which of them. */
export function cacheWrite(plan: Plan, at: { live: View; token: View; fill: View; targets: View; qkv: View; cache: View }, shape: CacheShape): void {
  plan.add({ shader: cache, entry: 'write', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.keyHeads * shape.headDim) });
}

export function cacheWriteSlots(plan: Plan, at: { live: View; slots: View; active_slots: View; qkv: View; cache: View }, shape: CacheShape): void {
  plan.add({ shader: cache, entry: 'write_slots', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.keyHeads * shape.headDim) });
}
