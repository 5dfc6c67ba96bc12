/** Launches shaders/embedding.wgsl; shapes are there. */
import { rowGroups, type Plan, type View } from '../plan';
import { embedding } from './shaders';

export function embeddingForward(plan: Plan, at: { live: View; token: View; weight: View; out: View }, cols: number, capacity: number): void {
  plan.add({ shader: embedding, entry: 'forward', params: { cols, capacity }, buffers: at, groups: rowGroups(capacity, cols) });
}

/** Ids from the decoding slots. */
export function embeddingForwardSlots(plan: Plan, at: { live: View; slots: View; active_slots: View; weight: View; out: View }, cols: number, capacity: number): void {
  plan.add({ shader: embedding, entry: 'forward_slots', params: { cols, capacity }, buffers: at, groups: rowGroups(capacity, cols) });
}

export function embeddingBackward(plan: Plan, at: { live: View; occurrences: View; dout: View; dweight: View }, cols: number, capacity: number): void {
  plan.add({ shader: embedding, entry: 'backward', params: { cols, capacity }, buffers: at, groups: rowGroups(capacity, cols) });
}
