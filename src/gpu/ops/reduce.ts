/** Launches shaders/reduce.wgsl: sums over rows in a fixed order. */
import { threadGroups, type Plan, type View } from '../plan';
import { reduce } from './shaders';

/** out[c] += sum of the chunks; `chunk_sums` must be exactly chunks x cols. */
export function reduceColumns(plan: Plan, at: { chunk_sums: View; out: View }, cols: number): void {
  plan.add({ shader: reduce, entry: 'columns', params: { cols, chunk: 0 }, buffers: at, groups: threadGroups(cols) });
}

/** dbias[c] += sum_r inp[r, c]. */
export function biasBackward(plan: Plan, at: { live: View; inp: View; chunk_sums: View; dbias: View }, cols: number, capacity: number, chunk: number): void {
  const { live, inp, chunk_sums, dbias } = at;
  plan.add({ shader: reduce, entry: 'chunks', params: { cols, chunk }, buffers: { live, inp, chunk_sums }, groups: threadGroups(Math.ceil(capacity / chunk) * cols) });
  reduceColumns(plan, { chunk_sums, out: dbias }, cols);
}
