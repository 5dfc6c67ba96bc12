/** Launches shaders/cache.wgsl: keys and values into the decoding slots, as floats or as halves. */
import { rowGroups, type Dispatch, type Plan, type View } from '../plan';
import { cache } from './shaders';

/** What a key or a value is kept as. Halves are two in a word, packed and unpacked by core WGSL: no feature is asked for, and all arithmetic is f32. */
export type CachePrecision = 'f32' | 'f16';

export interface CacheShape { queryHeads: number; keyHeads: number; headDim: number; positions: number; slots: number; capacity: number }

const params = (s: CacheShape): Record<string, number> => ({ query_heads: s.queryHeads, key_heads: s.keyHeads, head_dim: s.headDim, positions: s.positions, slots: s.slots });

/** Buffers with the cache under the name that its kind has in WGSL. */
export function withCache<T extends { cache: View }>({ cache: held, ...others }: T, precision: CachePrecision): Record<string, View> {
  return { ...(others as Record<string, View>), [precision === 'f16' ? 'cache_half' : 'cache']: held };
}

function copies(entry: string, at: { cache: View }, shape: CacheShape, precision: CachePrecision): Dispatch {
  const halves = precision === 'f16', width = shape.keyHeads * shape.headDim;
  return { shader: cache, entry: halves ? `${entry}_half` : entry, params: params(shape), buffers: withCache(at, precision), groups: rowGroups(shape.capacity, halves ? width / 2 : width) };
}

/** `targets` lists slots; each row's `fill` says which of them. */
export function cacheWrite(plan: Plan, at: { live: View; token: View; fill: View; targets: View; qkv: View; cache: View }, shape: CacheShape, precision: CachePrecision = 'f32'): void {
  plan.add(copies('write', at, shape, precision));
}

export function cacheWriteSlots(plan: Plan, at: { live: View; slots: View; active_slots: View; qkv: View; cache: View }, shape: CacheShape, precision: CachePrecision = 'f32'): void {
  plan.add(copies('write_slots', at, shape, precision));
}
