/** Measures which kernel makes each product of a model fastest on this adapter; knows shapes and the clock, no model. */
import type { Gpu } from './device';
import { matmulBackwardInp, matmulBackwardWeight, matmulForward } from './ops/matmul';
import { Plan, view, type View } from './plan';
import { KERNELS, shapeClass, type Kernel, type Product, type Tuning } from './tuner';

export interface ProductShape { product: Product; inner: number; cols: number; rows: number }

/** Products larger than this are measured at fewer rows: a shape's best kernel does not hang on the last thousand. */
const MOST_ROWS = 2048;
/** Rounds of all candidates in turn, and how long one round of one should last, ms: browsers' clocks are coarse. */
const ROUNDS = 3;
const ROUND_MS = 2;
const MOST_REPEATS = 64;

/**
 * Measures the classes of shapes that the tuner does not know yet, the largest products first, until `budget` ms are over; for the rest
 * the guess is settled, because a kernel that changed from one visit to the next would change the bits of a resumed run. Compiling counts.
 * Nothing else may use the device meanwhile.
 */
export async function tune(gpu: Gpu, shapes: readonly ProductShape[], budget: number, now: () => number = () => performance.now()): Promise<void> {
  const started = now();
  const classes = new Map<string, ProductShape>();
  for (const shape of shapes) {
    const { product, inner, cols, rows } = shape;
    const name = shapeClass(product, inner, cols, rows);
    if (inner % 4 === 0 && cols % 4 === 0 && !gpu.tuner.knows(product, inner, cols, rows) && !classes.has(name)) classes.set(name, shape);
  }
  const size = ({ inner, cols, rows }: ProductShape): number => inner * cols * rows;
  for (const [name, shape] of [...classes].sort((a, b) => size(b[1]) - size(a[1]))) {
    const { product, inner, cols, rows } = shape;
    const settled = { shape: name, chosen: gpu.tuner.kernel(product, inner, cols, rows), candidates: [] };
    gpu.tuner.learn([now() - started > budget ? settled : await measure(gpu, name, shape, now)]);
  }
}

async function measure(gpu: Gpu, name: string, { product, inner, cols, rows: asked }: ProductShape, now: () => number): Promise<Tuning[number]> {
  const { device, memory, tuner } = gpu;
  const rows = Math.min(asked, MOST_ROWS);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const made: GPUBuffer[] = [];
  const buffer = (floats: number): View => {
    made.push(memory.buffer('activations', 'tuning', floats * 4, usage));
    return view(made.at(-1)!);
  };
  const [live, a, w, c] = [buffer(4), buffer(rows * inner), buffer(inner * cols), buffer(rows * cols)];
  device.queue.writeBuffer(live.buffer, 0, Uint32Array.of(rows, 0, 0, 0));
  const shape = { inner, cols, capacity: rows };
  const kernels = KERNELS[product].filter(kernel => kernel !== 'thin' || rows <= 64);
  const plans: { kernel: Kernel; plan: Plan; least: number }[] = [];
  const before = tuner.force;
  try {
    for (const kernel of kernels) {
      const plan = new Plan(gpu, 'tuning');
      tuner.force = kernel;
      if (product === 'forward') matmulForward(plan, { live, inp: a, weight: w, out: c }, shape);
      else if (product === 'backward_inp') matmulBackwardInp(plan, { live, dout: c, weight: w, dinp: a }, shape);
      else matmulBackwardWeight(plan, { live, dout: c, inp: a, dweight: w }, shape);
      plans.push({ kernel, plan, least: Infinity });
    }
    tuner.force = before;
    await Promise.all(plans.map(({ plan }) => plan.build()));
    const run = async (plan: Plan, times: number): Promise<number> => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let i = 0; i < times; i++) plan.encode(pass, 0, plan.commands.length, rows);
      pass.end();
      const began = now();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return (now() - began) / times;
    };
    for (const { plan } of plans) await run(plan, 1);
    const once = Math.min(...await inTurn(plans, ({ plan }) => run(plan, 1)));
    const repeats = Math.max(1, Math.min(MOST_REPEATS, Math.ceil(ROUND_MS / Math.max(once, 0.01))));
    for (let round = 0; round < ROUNDS; round++) await inTurn(plans, async one => { one.least = Math.min(one.least, await run(one.plan, repeats)); });
  } finally {
    tuner.force = before;
    for (const { plan } of plans) plan.destroy();
    for (const one of made) memory.release(one);
  }
  const candidates = plans.map(({ kernel, least }) => ({ kernel, ms: least }));
  return { shape: name, chosen: candidates.reduce((best, one) => (one.ms < best.ms ? one : best)).kernel, candidates };
}

async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of all) results.push(await work(one));
  return results;
}
