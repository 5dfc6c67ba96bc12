/** Launches shaders/logprob.wgsl over a slice of the rows. */
import { rowGroups, type Plan, type View } from '../plan';
import { logprob } from './shaders';

/** Rows row0 .. row0 + capacity; `logits` holds just them. */
export interface LogprobShape { vocabulary: number; row0: number; capacity: number }

export function logprobForward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'forward', params: { ...shape }, buffers: at, groups: rowGroups(shape.capacity, 1, shape.row0) });
}

/** Turns logits into their gradient in place. */
export function logprobBackward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View; dstat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'backward', params: { ...shape }, buffers: at, groups: rowGroups(shape.capacity, shape.vocabulary, shape.row0) });
}
