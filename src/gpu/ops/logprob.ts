/** Launches the log-probability shaders over a slice of the rows, and of the vocabulary where it is too long for one binding. */
import { moves, rowGroups, type Dispatch, type Launch, type Plan, type View } from '../plan';
import { logprob, logprobShared } from './shaders';

/** Rows row0 .. row0 + capacity; `logits` holds just them, and `vocabulary` ids from `first` (0 when absent) on. */
export interface LogprobShape { vocabulary: number; row0: number; capacity: number; first?: number }

const params = ({ vocabulary, row0, capacity, first = 0 }: LogprobShape): Record<string, number> => ({ vocabulary, row0, capacity, first });

/** Logits read, or read and written. */
const work = ({ vocabulary, capacity, row0 }: LogprobShape, times: number): Dispatch['work'] => moves(times * vocabulary, capacity, row0);

/** On a GPU a workgroup shares a row of ids; on a processor a thread has a row to itself. */
function forward(plan: Plan, { capacity, row0 }: LogprobShape): Pick<Launch, 'shader' | 'groups'> {
  return plan.gpu.info.fallback ? { shader: logprob, groups: rowGroups(capacity, 1, row0) } : { shader: logprobShared, groups: rowGroups(capacity, 64, row0) };
}

export function logprobForward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View }, shape: LogprobShape): void {
  plan.add({ ...forward(plan, shape), entry: 'forward', params: params(shape), buffers: at, work: work(shape, 1) });
}

/** One slice of the vocabulary; slices go in order, the one at 0 begins. */
export function logprobForwardSlice(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View }, shape: LogprobShape): void {
  plan.add({ ...forward(plan, shape), entry: 'forward_slice', params: params(shape), buffers: at, work: work(shape, 1) });
}

/** Makes `stat` what one launch over the whole vocabulary would have made it. */
export function logprobFinish(plan: Plan, at: { live: View; token: View; stat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'finish', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, 1, shape.row0) });
}

/** Turns logits into their gradient in place. */
export function logprobBackward(plan: Plan, at: { live: View; hyper: View; token: View; logits: View; stat: View; dstat: View }, shape: LogprobShape): void {
  plan.add({ shader: logprob, entry: 'backward', params: params(shape), buffers: at, groups: rowGroups(shape.capacity, shape.vocabulary, shape.row0), work: work(shape, 2) });
}
