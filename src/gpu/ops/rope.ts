/** Launches shaders/rope.wgsl and makes its table. */
import { moves, rowGroups, type Dispatch, type Plan, type View } from '../plan';
import { rope } from './shaders';

/** `heads` = H + K, those that are turned; `stride` = floats of a row. */
export interface RopeShape { heads: number; headDim: number; stride: number; capacity: number }

const params = ({ heads, headDim, stride }: RopeShape): Record<string, number> => ({ heads, head_dim: headDim, stride });
const groups = ({ heads, headDim, capacity }: RopeShape): Dispatch['groups'] => rowGroups(capacity, heads * (headDim / 2));

const work = ({ heads, headDim, capacity }: RopeShape): Dispatch['work'] => moves(2 * heads * headDim, capacity);

/** In place. */
export function ropeForward(plan: Plan, at: { live: View; token: View; table: View; qkv: View }, shape: RopeShape): void {
  plan.add({ shader: rope, entry: 'forward', params: params(shape), buffers: at, groups: groups(shape), work: work(shape) });
}

/** In place, positions from the decoding slots. */
export function ropeForwardSlots(plan: Plan, at: { live: View; slots: View; active_slots: View; table: View; qkv: View }, shape: RopeShape): void {
  plan.add({ shader: rope, entry: 'forward_slots', params: params(shape), buffers: at, groups: groups(shape), work: work(shape) });
}

/** Turns the gradient back, in place. */
export function ropeBackward(plan: Plan, at: { live: View; token: View; table: View; dqkv: View }, shape: RopeShape): void {
  const { live, token, table, dqkv } = at;
  plan.add({ shader: rope, entry: 'backward', params: params(shape), buffers: { live, token, table, qkv: dqkv }, groups: groups(shape), work: work(shape) });
}

/** (cos, sin) of position * theta^(-2i/D), rounded once from f64: [positions, D/2] pairs. */
export function ropeTable(positions: number, headDim: number, theta: number): Float32Array {
  const half = headDim / 2;
  const table = new Float32Array(positions * half * 2);
  for (let p = 0; p < positions; p++) {
    for (let i = 0; i < half; i++) {
      const angle = p * theta ** (-2 * i / headDim);
      table[(p * half + i) * 2] = Math.cos(angle);
      table[(p * half + i) * 2 + 1] = Math.sin(angle);
    }
  }
  return table;
}
