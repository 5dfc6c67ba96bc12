/** Launches shaders/matmul.wgsl, or matmul_vec4.wgsl where the shape allows; the residual add and the bias are epilogues. */
import { rowsWithin, type Groups, type Plan, type View, type Work } from '../plan';
import type { Shader } from '../shader';
import { matmul, matmulVec4 } from './shaders';

/** `inner` = I, `cols` = O; the rows are `capacity` from `row0` on. */
export interface MatmulShape { inner: number; cols: number; capacity: number; row0?: number }

const TILE = 32;
/** Four floats a load needs rows that start at a multiple of four. */
const kernel = ({ inner, cols }: MatmulShape): Shader => (inner % 4 === 0 && cols % 4 === 0 ? matmulVec4 : matmul);
const params = ({ inner, cols, capacity, row0 = 0 }: MatmulShape): Record<string, number> => ({ inner, cols, capacity, row0 });

/** Tiles of TILE x TILE outputs, `cols` of them across and the filled rows down. */
const tiles = (cols: number, { capacity, row0 }: MatmulShape) => (rows: number): Groups =>
  [Math.ceil(cols / TILE), Math.ceil(rowsWithin(rows, capacity, row0) / TILE), 1];

/** A product of the filled rows with the whole matrix; `moved` = floats a row that are read and written besides. */
const work = ({ inner, cols, capacity, row0 }: MatmulShape, moved = 0) => (rows: number): Work => {
  const live = rowsWithin(rows, capacity, row0);
  return { flops: 2 * live * inner * cols, bytes: 4 * (live * (inner + cols + moved) + inner * cols) };
};

/** out = inp weight^T, plus bias or plus residual when given (not both). */
export function matmulForward(plan: Plan, at: { live: View; inp: View; weight: View; out: View; bias?: View; residual?: View }, shape: MatmulShape): void {
  const { live, inp, weight, out, bias, residual } = at;
  const groups = tiles(shape.cols, shape);
  const buffers: Record<string, View> = { live, inp, weight, out };
  let entry = 'forward';
  if (bias) { buffers.bias = bias; entry = 'forward_bias'; }
  if (residual) { buffers.residual = residual; entry = 'forward_residual'; }
  plan.add({ shader: kernel(shape), entry, params: params(shape), buffers, groups, work: work(shape, residual ? shape.cols : 0) });
}

/** dinp = dout weight. */
export function matmulBackwardInp(plan: Plan, at: { live: View; dout: View; weight: View; dinp: View }, shape: MatmulShape): void {
  plan.add({ shader: kernel(shape), entry: 'backward_inp', params: params(shape), buffers: at, groups: tiles(shape.inner, shape), work: work(shape) });
}

/** dweight += dout^T inp. */
export function matmulBackwardWeight(plan: Plan, at: { live: View; dout: View; inp: View; dweight: View }, shape: MatmulShape): void {
  plan.add({ shader: kernel(shape), entry: 'backward_weight', params: params(shape), buffers: at, groups: [Math.ceil(shape.inner / TILE), Math.ceil(shape.cols / TILE), 1], work: work(shape) });
}
