/** Launches shaders/swiglu.wgsl; `cols` = F. */
import { moves, rowGroups, type Plan, type View } from '../plan';
import { swiglu } from './shaders';

export function swigluForward(plan: Plan, at: { live: View; inp: View; out: View }, cols: number, capacity: number): void {
  plan.add({ shader: swiglu, entry: 'forward', params: { cols }, buffers: at, groups: rowGroups(capacity, cols), work: moves(3 * cols, capacity) });
}

export function swigluBackward(plan: Plan, at: { live: View; inp: View; dout: View; dinp: View }, cols: number, capacity: number): void {
  plan.add({ shader: swiglu, entry: 'backward', params: { cols }, buffers: at, groups: rowGroups(capacity, cols), work: moves(5 * cols, capacity) });
}
