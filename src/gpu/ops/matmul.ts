/** Launches the matmul shaders; which of them, the tuner says. Bias, residual, SwiGLU and RoPE are epilogues of the product. */
import { rowsWithin, type Dispatch, type Groups, type Launch, type Plan, type View, type Work } from '../plan';
import type { Shader } from '../shader';
import { ROW_CLASSES, rowClass, type Kernel, type Product } from '../tuner';
import { reduceColumns } from './reduce';
import { matmul, matmulThin, matmulTiled, matmulVec4, matmulWide } from './shaders';

/** `inner` = I, `cols` = O; the rows are `capacity` from `row0` on. `across`: the columns written are some of so many, from `first` on. */
export interface MatmulShape { inner: number; cols: number; capacity: number; row0?: number; first?: number; across?: number }

/** Four floats a load needs rows that start at a multiple of four. */
const byFours = ({ inner, cols, across = cols }: MatmulShape): boolean => inner % 4 === 0 && cols % 4 === 0 && across === cols;

const params = ({ inner, cols, capacity, row0 = 0, first = 0, across = cols }: MatmulShape, more: { splits?: number; head_dim?: number; turned?: number } = {}): Record<string, number> =>
  ({ inner, cols, capacity, row0, first, across, splits: 1, head_dim: 2, turned: 0, ...more });

/** Workgroups that cover `across` columns and the filled rows, a workgroup making so many of each. */
const tiles = (across: number, { capacity, row0 }: MatmulShape, [wide, high]: readonly [number, number]) => (rows: number): Groups =>
  [Math.ceil(across / wide), Math.ceil(rowsWithin(rows, capacity, row0) / high), 1];

/** A product of the filled rows with the whole matrix; `moved` = floats a row that are read and written besides. */
const work = ({ inner, cols, capacity, row0 = 0 }: MatmulShape, moved = 0) => (rows: number): Work => {
  const live = rowsWithin(rows, capacity, row0);
  return { flops: 2 * live * inner * cols, bytes: 4 * (live * (inner + cols + moved) + inner * cols) };
};

/** Columns and rows of outputs that one workgroup of each kernel makes. */
const COVERS = { four: [32, 32], wide: [64, 32], by_four: [64, 32], tiled: [64, 64], thin: [16, 4] } as const;
const SHADERS: Record<keyof typeof COVERS, Shader> = { four: matmulVec4, wide: matmulWide, by_four: matmulWide, tiled: matmulTiled, thin: matmulThin };

/** The kernels that the tuner wants for any number of rows up to the capacity, each once, and which of them for how many. */
function launches(plan: Plan, product: Product, shape: MatmulShape, entry: string, across: number, barred: readonly Kernel[] = []): Pick<Dispatch, 'shader' | 'entry' | 'groups' | 'others' | 'choose'> {
  if (!byFours(shape)) return { shader: matmul, entry, groups: tiles(across, shape, [32, 32]) };
  const classes = ROW_CLASSES.slice(0, rowClass(shape.capacity) + 1).map(rows => {
    const kernel = plan.gpu.tuner.kernel(product, shape.inner, shape.cols, Math.min(rows, shape.capacity));
    return barred.includes(kernel) ? 'wide' : kernel as keyof typeof COVERS;
  });
  const kernels = [...new Set(classes)];
  const [first, ...others] = kernels.map((name): Launch => ({ shader: SHADERS[name], entry, groups: tiles(across, shape, COVERS[name]) }));
  const index = classes.map(name => kernels.indexOf(name)), { capacity, row0 } = shape;
  return { ...first!, others, choose: rows => index[Math.min(index.length - 1, rowClass(Math.max(1, rowsWithin(rows, capacity, row0))))]! };
}

/** out = inp weight^T, plus bias or plus residual when given (not both). */
export function matmulForward(plan: Plan, at: { live: View; inp: View; weight: View; out: View; bias?: View; residual?: View }, shape: MatmulShape): void {
  const { live, inp, weight, out, bias, residual } = at;
  const buffers: Record<string, View> = { live, inp, weight, out };
  let entry = 'forward';
  if (bias) { buffers.bias = bias; entry = 'forward_bias'; }
  if (residual) { buffers.residual = residual; entry = 'forward_residual'; }
  plan.add({ ...launches(plan, 'forward', shape, entry, shape.cols), params: params(shape), buffers, work: work(shape, residual ? shape.cols : 0) });
}

/** Whether `matmulSwiglu` can make it: the shapes have to be multiples of four, the half of the columns too. */
export const fusesSwiglu = (shape: MatmulShape): boolean => byFours(shape) && shape.cols % 8 === 0;

/** gate_up = inp weight^T, out = silu(gate) up; `cols` = 2 F. */
export function matmulSwiglu(plan: Plan, at: { live: View; inp: View; weight: View; gate_up: View; out: View }, shape: MatmulShape): void {
  const { live, inp, weight, gate_up, out } = at;
  plan.add({ ...launches(plan, 'forward', shape, 'forward_swiglu', shape.cols, ['four', 'thin']), params: params(shape), buffers: { live, inp, weight, gate_up, out }, work: work(shape, shape.cols / 2) });
}

/** Whether `matmulRope` can make it. */
export const fusesRope = (shape: MatmulShape): boolean => byFours(shape);

/** out = inp weight^T (+ bias), the first `turned` heads rotated by their row's position. */
export function matmulRope(
  plan: Plan, at: { live: View; token: View; table: View; inp: View; weight: View; out: View; bias?: View }, shape: MatmulShape, heads: { headDim: number; turned: number },
): void {
  const { live, token, table, inp, weight, out, bias } = at;
  plan.add({
    ...launches(plan, 'forward', shape, bias ? 'forward_rope_bias' : 'forward_rope', shape.cols, ['four', 'thin']),
    params: params(shape, { head_dim: heads.headDim, turned: heads.turned }), buffers: { live, token, table, inp, weight, out, ...(bias ? { bias } : {}) }, work: work(shape),
  });
}

/** dinp = dout weight. */
export function matmulBackwardInp(plan: Plan, at: { live: View; dout: View; weight: View; dinp: View }, shape: MatmulShape): void {
  plan.add({ ...launches(plan, 'backward_inp', shape, 'backward_inp', shape.inner), params: params(shape), buffers: at, work: work(shape) });
}

/** Sums of rows that are made apart and added up at last: at most so many, and at most so many bytes of them. */
const SPLITS = { most: 16, bytes: 16 << 20 };

/** dweight += dout^T inp. */
export function matmulBackwardWeight(plan: Plan, at: { live: View; dout: View; inp: View; dweight: View }, shape: MatmulShape): void {
  const { inner, cols, capacity } = shape, { live, dout, inp, dweight } = at;
  const whole = (shader: Shader, entry: string, [wide, high]: readonly [number, number]): void => {
    plan.add({ shader, entry, params: params(shape), buffers: at, groups: [Math.ceil(inner / wide), Math.ceil(cols / high), 1], work: work(shape) });
  };
  if (!byFours(shape)) return whole(matmul, 'backward_weight', [32, 32]);
  const kernel = plan.gpu.tuner.kernel('backward_weight', inner, cols, capacity);
  const name = kernel.replace('_split', '') as keyof typeof COVERS;
  const splits = Math.min(SPLITS.most, Math.floor(SPLITS.bytes / (4 * inner * cols)));
  if (kernel === name || splits < 2) return whole(SHADERS[name], name === 'by_four' ? 'backward_weight_by_four' : 'backward_weight', COVERS[name]);
  const partial = plan.scratch(splits * inner * cols * 4), [wide, high] = COVERS[name];
  plan.add({
    shader: SHADERS[name], entry: 'backward_weight_split', params: params(shape, { splits }), buffers: { live, dout, inp, partial },
    groups: [Math.ceil(inner / wide), Math.ceil(cols / high), splits], work: work(shape),
  });
  reduceColumns(plan, { chunk_sums: partial, out: dweight }, inner * cols);
}
