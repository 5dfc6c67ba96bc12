/** Launches the matmul shaders; which of them, the tuner says. Bias, residual, SwiGLU and RoPE are epilogues of the product. Operands are f32, or packed halves. */
import { rowsWithin, type Dispatch, type Groups, type Launch, type Plan, type View, type Work } from '../plan';
import type { Shader } from '../shader';
import type { Kernel, Product as AnyProduct } from '../tuner';
import { tuned } from './choice';
import type { Half } from './half';
import { reduceColumns } from './reduce';
import { matmul, matmulThin, matmulTiled, matmulTiledHalf, matmulVec4, matmulWide, matmulWideHalf } from './shaders';

/**
 * `inner` = I, `cols` = O; the rows are `capacity` from `row0` on. `across`: the columns written are some of so many, from `first` on.
 * `half`: inp, weight and dout are packed (ops/half.ts); only where `packs` says so. Everything else stays f32.
 */
export interface MatmulShape { inner: number; cols: number; capacity: number; row0?: number; first?: number; across?: number; half?: boolean }

type Product = Exclude<AnyProduct, 'decode'>;

/** Four floats a load needs rows that start at a multiple of four. */
const byFours = ({ inner, cols, across = cols }: MatmulShape): boolean => inner % 4 === 0 && cols % 4 === 0 && across === cols;

/** Whether there are kernels for packed operands of these sizes. */
export const packs = byFours;

const params = ({ inner, cols, capacity, row0 = 0, first = 0, across = cols }: MatmulShape, more: { splits?: number; head_dim?: number; turned?: number; shift?: number } = {}): Record<string, number> =>
  ({ inner, cols, capacity, row0, first, across, splits: 1, head_dim: 2, turned: 0, shift: 0, ...more });

/** Where the numbers of a matrix begin in its binding. */
const shiftOf = (weight: View | Half): { shift: number } => ({ shift: 'shift' in weight ? weight.shift : 0 });

/** Workgroups that cover `across` columns and the filled rows, a workgroup making so many of each. */
const tiles = (across: number, { capacity, row0 }: MatmulShape, [wide, high]: readonly [number, number]) => (rows: number): Groups =>
  [Math.ceil(across / wide), Math.ceil(rowsWithin(rows, capacity, row0) / high), 1];

/** A product of the filled rows with the whole matrix, which writes one of three in f32; `moved` = floats a row that are read and written besides. */
const work = (product: Product, { inner, cols, capacity, row0 = 0, half = false }: MatmulShape, moved = 0) => (rows: number): Work => {
  const live = rowsWithin(rows, capacity, row0);
  const sizes: Record<Product, number> = { forward: live * cols, backward_inp: live * inner, backward_weight: inner * cols };
  const read = sizes.forward + sizes.backward_inp + sizes.backward_weight - sizes[product];
  return { flops: 2 * live * inner * cols, bytes: 4 * (sizes[product] + live * moved) + (half ? 2 : 4) * read };
};

/** Columns and rows of outputs that one workgroup of each kernel makes. */
const COVERS = { four: [32, 32], wide: [64, 32], by_four: [64, 32], tiled: [64, 64], thin: [16, 4] } as const;
type Covering = keyof typeof COVERS;
const SHADERS: Record<Covering, Shader> = { four: matmulVec4, wide: matmulWide, by_four: matmulWide, tiled: matmulTiled, thin: matmulThin };
/** For packed operands; those that have no such kernel make way for the wide one. */
const HALF: Partial<Record<Covering, Shader>> = { wide: matmulWideHalf, by_four: matmulWideHalf, tiled: matmulTiledHalf };

const shaderOf = (name: Covering, { half }: MatmulShape): Shader => (half === true ? HALF[name] : undefined) ?? SHADERS[name];
const serves = (name: Covering, { half }: MatmulShape): boolean => half !== true || HALF[name] !== undefined;

/** `across`: columns of what is written. Barred kernels lack the entry point and make way for the wide one. */
function launches(plan: Plan, product: Product, shape: MatmulShape, entry: string, across: number, barred: readonly Kernel[] = []): Launch & Pick<Dispatch, 'others' | 'choose'> {
  if (!byFours(shape)) return { shader: matmul, entry, groups: tiles(across, shape, [32, 32]) };
  return tuned<Covering>(
    plan, product, shape, name => ({ shader: shaderOf(name, shape), entry, groups: tiles(across, shape, COVERS[name]) }),
    kernel => (barred.includes(kernel) || !serves(kernel as Covering, shape) ? 'wide' : kernel as Covering),
  );
}

/** out = inp weight^T, plus bias or plus residual when given (not both). */
export function matmulForward(plan: Plan, at: { live: View; inp: View; weight: View; out: View; bias?: View; residual?: View }, shape: MatmulShape): void {
  const { live, inp, weight, out, bias, residual } = at;
  const buffers: Record<string, View> = { live, inp, weight, out };
  let entry = 'forward';
  if (bias) { buffers.bias = bias; entry = 'forward_bias'; }
  if (residual) { buffers.residual = residual; entry = 'forward_residual'; }
  plan.add({ ...launches(plan, 'forward', shape, entry, shape.cols), params: params(shape, shiftOf(weight)), buffers, work: work('forward', shape, residual ? shape.cols : 0) });
}

/** Whether `matmulSwiglu` can make it: the shapes have to be multiples of four, the half of the columns too. */
export const fusesSwiglu = (shape: MatmulShape): boolean => byFours(shape) && shape.cols % 8 === 0;

/** gate_up = inp weight^T, out = silu(gate) up; `cols` = 2 F. */
export function matmulSwiglu(plan: Plan, at: { live: View; inp: View; weight: View; gate_up: View; out: View }, shape: MatmulShape): void {
  const { live, inp, weight, gate_up, out } = at;
  plan.add({ ...launches(plan, 'forward', shape, 'forward_swiglu', shape.cols, ['four', 'thin']), params: params(shape, shiftOf(weight)), buffers: { live, inp, weight, gate_up, out }, work: work('forward', shape, shape.cols / 2) });
}

/** Whether `matmulRope` can make it. */
export const fusesRope = byFours;

/** out = inp weight^T (+ bias), the first `turned` heads rotated by their row's position. */
export function matmulRope(
  plan: Plan, at: { live: View; token: View; table: View; inp: View; weight: View; out: View; bias?: View }, shape: MatmulShape, heads: { headDim: number; turned: number },
): void {
  const { live, token, table, inp, weight, out, bias } = at;
  plan.add({
    ...launches(plan, 'forward', shape, bias ? 'forward_rope_bias' : 'forward_rope', shape.cols, ['four', 'thin']),
    params: params(shape, { head_dim: heads.headDim, turned: heads.turned, ...shiftOf(weight) }), buffers: { live, token, table, inp, weight, out, ...(bias ? { bias } : {}) }, work: work('forward', shape),
  });
}

/** dinp = dout weight. */
export function matmulBackwardInp(plan: Plan, at: { live: View; dout: View; weight: View; dinp: View }, shape: MatmulShape): void {
  plan.add({ ...launches(plan, 'backward_inp', shape, 'backward_inp', shape.inner), params: params(shape, shiftOf(at.weight)), buffers: at, work: work('backward_inp', shape) });
}

/** Whether `matmulBackwardSwiglu` can make it. */
export const fusesBackward = byFours;

/** dgate_up [rows, 2 I], gates' gradients then ups', from dout weight, which is the gradient of silu(gate) up. */
export function matmulBackwardSwiglu(plan: Plan, at: { live: View; dout: View; weight: View; gate_up: View; dgate_up: View }, shape: MatmulShape): void {
  const { live, dout, weight, gate_up, dgate_up } = at;
  plan.add({
    ...launches(plan, 'backward_inp', shape, 'backward_swiglu', shape.inner, ['four']), params: params(shape, shiftOf(weight)),
    buffers: { live, dout, weight, gate_up_in: gate_up, dinp: dgate_up }, work: work('backward_inp', shape, 3 * shape.inner),
  });
}

/** Sums of rows that are made apart and added up at last: at most so many, and at most so many bytes of them. */
const SPLITS = { most: 16, bytes: 16 << 20 };

/** dweight += dout^T inp. */
export function matmulBackwardWeight(plan: Plan, at: { live: View; dout: View; inp: View; dweight: View }, shape: MatmulShape): void {
  const { inner, cols, capacity } = shape, { live, dout, inp, dweight } = at;
  const whole = (shader: Shader, entry: string, [wide, high]: readonly [number, number]): void => {
    plan.add({ shader, entry, params: params(shape), buffers: at, groups: [Math.ceil(inner / wide), Math.ceil(cols / high), 1], work: work('backward_weight', shape) });
  };
  if (!byFours(shape)) return whole(matmul, 'backward_weight', [32, 32]);
  const wanted = plan.gpu.tuner.kernel('backward_weight', inner, cols, capacity);
  const kernel = serves(wanted.replace('_split', '') as Covering, shape) ? wanted : 'wide';
  const name = kernel.replace('_split', '') as Covering;
  const splits = Math.min(SPLITS.most, Math.floor(SPLITS.bytes / (4 * inner * cols)));
  if (kernel === name || splits < 2) return whole(shaderOf(name, shape), name === 'by_four' ? 'backward_weight_by_four' : 'backward_weight', COVERS[name]);
  const partial = plan.scratch(splits * inner * cols * 4), [wide, high] = COVERS[name];
  plan.add({
    shader: shaderOf(name, shape), entry: 'backward_weight_split', params: params(shape, { splits }), buffers: { live, dout, inp, partial },
    groups: [Math.ceil(inner / wide), Math.ceil(cols / high), splits], work: work('backward_weight', shape),
  });
  reduceColumns(plan, { chunk_sums: partial, out: dweight }, inner * cols);
}
