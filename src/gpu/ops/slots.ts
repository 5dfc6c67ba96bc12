/** Launches shaders/slots_wide.wgsl and slots_thin.wgsl: the products of a decoding step, RMSNorm, RoPE, SwiGLU and the cache in them. */
import { rowsWithin, type Dispatch, type Launch, type Plan, type View } from '../plan';
import { withCache, type CachePrecision } from './cache';
import { tuned } from './choice';
import { slotsThin, slotsWide } from './shaders';

export interface SlotsShape { inner: number; cols: number; eps: number; capacity: number }
export interface CachePlace { queryHeads: number; keyHeads: number; headDim: number; positions: number; slots: number }

/** Whether the sizes allow it: four floats a load, and the two sides of a pair in whole fours. */
export const fusesPairs = ({ inner, cols }: Pick<SlotsShape, 'inner' | 'cols'>): boolean => inner % 4 === 0 && cols % 8 === 0;
/** The same for queries, keys and values: into halves, two neighbouring pairs have to be of one head. */
export const fusesProject = (sizes: Pick<SlotsShape, 'inner' | 'cols'>, headDim: number, precision: CachePrecision): boolean => fusesPairs(sizes) && (precision === 'f32' || headDim % 4 === 0);
/** The same for logits that are columns first.. of `across`. */
export const fusesLogits = ({ inner, cols, first, across }: { inner: number; cols: number; first: number; across: number }): boolean => [inner, cols, first, across].every(size => size % 4 === 0);

const COVERS = { wide: [64, 32], thin: [16, 4] } as const;
const SHADERS = { wide: slotsWide, thin: slotsThin };

function launches(plan: Plan, entry: string, shape: SlotsShape): Launch & Pick<Dispatch, 'others' | 'choose'> {
  return tuned(plan, 'decode', shape, (name: keyof typeof COVERS) => {
    const [across, down] = COVERS[name];
    return { shader: SHADERS[name], entry, groups: rows => [Math.ceil(shape.cols / across), Math.ceil(rowsWithin(rows, shape.capacity) / down), 1] };
  }, kernel => kernel as keyof typeof COVERS);
}

const params = ({ inner, cols, eps }: SlotsShape, place?: CachePlace, slice = { first: 0, across: cols }): Record<string, number> => ({
  inner, cols, eps, ...slice, query_heads: place?.queryHeads ?? 1, key_heads: place?.keyHeads ?? 1, head_dim: place?.headDim ?? 2, positions: place?.positions ?? 0, slots: place?.slots ?? 0,
});
const work = ({ inner, cols, capacity }: SlotsShape): Dispatch['work'] => rows => {
  const live = rowsWithin(rows, capacity);
  return { flops: 2 * live * inner * cols, bytes: 4 * (live * (inner + cols) + inner * cols) };
};

/** Queries to q [rows, H D], keys and values to the cache. */
export function slotsProject(
  plan: Plan, at: { live: View; inp: View; norm: View; weight: View; bias?: View; state: View; table: View; q: View; cache: View }, shape: SlotsShape, place: CachePlace, precision: CachePrecision = 'f32',
): void {
  const entry = `project${precision === 'f16' ? '_half' : ''}${at.bias ? '_bias' : ''}`;
  plan.add({ ...launches(plan, entry, shape), params: params(shape, place), buffers: withCache(at, precision), work: work(shape) });
}

/** out [rows, F], `cols` = 2 F. */
export function slotsGated(plan: Plan, at: { live: View; inp: View; norm: View; weight: View; out: View }, shape: SlotsShape): void {
  plan.add({ ...launches(plan, 'gated', shape), params: params(shape), buffers: at, work: work(shape) });
}

/** Columns first..first + O of out [rows, across]. */
export function slotsLogits(plan: Plan, at: { live: View; inp: View; norm: View; weight: View; out: View }, shape: SlotsShape, slice: { first: number; across: number }): void {
  plan.add({ ...launches(plan, 'logits', shape), params: params(shape, undefined, slice), buffers: at, work: work(shape) });
}
