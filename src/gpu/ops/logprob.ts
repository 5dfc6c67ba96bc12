/** Launches shaders/logprob.wgsl over a slice of the rows, and of the vocabulary where it is too long for one binding. */
import { rowGroups, type Plan, type View } from '../plan';
import { logprob } from './shaders';

/** Rows row0 .. row0 + capacity; `logits` holds just them, and `vocabulary` ids from `first` (0 when absent) on. */
export interface LogprobShape { vocabulary: number; row0: number; capacity: number; first?: number }

const params = ({ vocabulary, row0, capacity, first = 0 }: LogprobShape): Record<string, number> => ({ vocabulary, row0, capacity, first });

export function logprobForward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'forward', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, 1, shape.row0) });
}

/** One slice of the vocabulary; slices go in order, the one at 0 begins. */
export function logprobForwardSlice(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'forward_slice', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, 1, shape.row0) });
}

/** Makes `stat` what one launch over the whole vocabulary would have made it. */
export function logprobFinish(plan: Plan, at: { live: View; token: View; stat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'finish', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, 1, shape.row0) });
}

/** Turns logits into their gradient in place. */
export function logprobBackward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View; dstat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'backward', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.vocabulary, shape.row0) });
}
