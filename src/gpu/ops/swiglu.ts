/** Launches shaders/swiglu.wgsl; `cols` = F. */
import { rowGroups, type Plan, type View } from '../plan';
import { swiglu } from './shaders';

export function swigluForward(plan: Plan, at: { live: View; inp: View; out: View }, cols: number, capacity: number): void {
  plan.add({ shader: swiglu, entry: 'forward', params: { cols }, buffers: at, groups: rowGroups(capacity, cols) });
}

export function swigluBackward(plan: Plan, at: { live: View; inp: View; dout: View; dinp: View }, cols: number, capacity: number): void {
  plan.add({ shader: swiglu, entry: 'backward', params: { cols }, buffers: at, groups: rowGroups(capacity, cols) });
}
