/** Launches shaders/embedding.wgsl; shapes are there. */
import { moves, rowGroups, type Plan, type View } from '../plan';
import { embedding } from './shaders';

/** A run of the vocabulary: `count` ids from `first` on. */
export interface Slice { first: number; count: number }

/** All ids that the weight has rows for. */
const whole = (weight: View, cols: number): Slice => ({ first: 0, count: weight.size / 4 / cols });
const params = (cols: number, capacity: number, { first, count }: Slice): Record<string, number> => ({ cols, capacity, first, ids: count });

/** `weight` holds the rows of the slice; with several, each writes the rows of `out` whose ids it has. */
export function embeddingForward(plan: Plan, at: { live: View; token: View; weight: View; out: View }, cols: number, capacity: number, slice = whole(at.weight, cols)): void {
  plan.add({ shader: embedding, entry: 'forward', params: params(cols, capacity, slice), buffers: at, groups: rowGroups(capacity, cols), work: moves(2 * cols, capacity) });
}

/** Ids from the decoding slots. */
export function embeddingForwardSlots(plan: Plan, at: { live: View; slots: View; active_slots: View; weight: View; out: View }, cols: number, capacity: number, slice = whole(at.weight, cols)): void {
  plan.add({ shader: embedding, entry: 'forward_slots', params: params(cols, capacity, slice), buffers: at, groups: rowGroups(capacity, cols), work: moves(2 * cols, capacity) });
}

export function embeddingBackward(plan: Plan, at: { live: View; occurrences: View; dout: View; dweight: View }, cols: number, capacity: number, slice = whole(at.dweight, cols)): void {
  plan.add({ shader: embedding, entry: 'backward', params: params(cols, capacity, slice), buffers: at, groups: rowGroups(capacity, cols), work: moves(2 * cols, capacity) });
}
