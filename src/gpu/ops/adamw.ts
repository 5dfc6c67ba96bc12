/** Launches shaders/adamw.wgsl: one dispatch over a part of the arenas; matrices lie below `decayed`. */
import { threadGroups, type Plan, type View } from '../plan';
import { adamw } from './shaders';

export function adamwUpdate(plan: Plan, at: { hyper: View; weights: View; grads: View; m: View; v: View; state: View }, length: number, decayed: number): void {
  plan.add({ shader: adamw, entry: 'update', params: { length, decayed }, buffers: at, groups: threadGroups(Math.ceil(length / 4)), work: () => ({ flops: 14 * length, bytes: 28 * length }) });
}
