/** Launches shaders/logprob.wgsl over a slice of the rows. */
import { threadGroups, type Plan, type View } from '../plan';
import { logprob } from './shaders';

/** Rows row0 .. row0 + capacity; `logits` holds just them. */
export interface LogprobShape { vocabulary: number; row0: number; capacity: number }

export function logprobForward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'forward', params: { ...shape }, buffers: at, groups: threadGroups(shape.capacity) });
}

/** Turns logits into their gradient in place. */
export function logprobBackward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View; dstat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'backward', params: { ...shape }, buffers: at, groups: threadGroups(shape.capacity * shape.vocabulary) });
}
