/** Measures which kernel makes each product of a model fastest on this adapter; knows shapes and the clock, no model. */
import type { Gpu } from './device';
import { matmulBackwardInp, matmulBackwardWeight, matmulForward } from './ops/matmul';
import { slotsLogits } from './ops/slots';
import { buildAll, Plan, view, type View } from './plan';
import { Timer } from './timer';
import { KERNELS, shapeClass, type Kernel, type Product, type Tuning } from './tuner';

export interface ProductShape { product: Product; inner: number; cols: number; rows: number }

/** A product with more work than this is measured at fewer rows: a slow GPU must finish it well before it is reset. */
const MOST_FLOPS = 2e9;
const ROUNDS = 3;
/** A round of one candidate lasts so long at least: clocks in browsers are coarse. */
const ROUND_MS = 2;
const MOST_REPEATS = 256;
/** A kernel is preferred to the guess for a gain that is more than noise. */
const GAIN = 0.9;

/**
 * Measures the classes of shapes that the tuner does not know yet, the largest products first, until `budget` ms are over, compiling not
 * counted; for the rest the guess is settled, because a kernel that changed from one visit to the next would change the bits of a resumed
 * run. What does not fit the device's limits is left out. Nothing else may use the device meanwhile.
 */
export async function tune(gpu: Gpu, shapes: readonly ProductShape[], budget: number): Promise<void> {
  const { tuner, memory: { limits } } = gpu;
  const classes = new Map<string, ProductShape>();
  for (const shape of shapes) {
    const { product, inner, cols, rows } = shape;
    const name = shapeClass(product, inner, cols, rows);
    const fits = 4 * Math.max(inner * cols, rows * inner, rows * cols) <= Math.min(limits.binding, limits.buffer);
    if (inner % 4 === 0 && cols % 4 === 0 && fits && !tuner.knows(product, inner, cols, rows) && !classes.has(name)) classes.set(name, shape);
  }
  const size = ({ inner, cols, rows }: ProductShape): number => inner * cols * rows;
  let spent = 0;
  for (const [name, shape] of [...classes].sort((a, b) => size(b[1]) - size(a[1]))) {
    const { product, inner, cols, rows } = shape;
    const guess = tuner.kernel(product, inner, cols, rows);
    if (spent > budget) {
      tuner.learn([{ shape: name, chosen: guess, candidates: [] }]);
      continue;
    }
    const { candidates, ms } = await measure(gpu, shape);
    spent += ms;
    const best = candidates.reduce((a, b) => (b.ms < a.ms ? b : a)), own = candidates.find(({ kernel }) => kernel === guess);
    tuner.learn([{ shape: name, chosen: own && best.ms > GAIN * own.ms ? guess : best.kernel, candidates }]);
  }
}

/** Times of all candidates, and how long the measuring took. */
async function measure(gpu: Gpu, { product, inner, cols, rows: asked }: ProductShape): Promise<{ candidates: Tuning[number]['candidates']; ms: number }> {
  const { device, memory, tuner } = gpu;
  const rows = Math.min(asked, Math.max(64, Math.floor(MOST_FLOPS / (2 * inner * cols))));
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const made: GPUBuffer[] = [];
  const buffer = (floats: number): View => {
    made.push(memory.buffer('activations', 'tuning', floats * 4, usage));
    return view(made.at(-1)!);
  };
  const kernels = KERNELS[product].filter(kernel => kernel !== 'thin' || rows <= 128);
  const plans: { kernel: Kernel; plan: Plan; least: number }[] = [];
  const before = tuner.force;
  try {
    const [live, a, w, c, g] = [buffer(4), buffer(rows * inner), buffer(inner * cols), buffer(rows * cols), buffer(inner)];
    device.queue.writeBuffer(live.buffer, 0, Uint32Array.of(rows, 0, 0, 0));
    const shape = { inner, cols, capacity: rows };
    for (const kernel of kernels) {
      const plan = new Plan(gpu, 'tuning');
      plans.push({ kernel, plan, least: Infinity });
      tuner.force = kernel;
      if (product === 'forward') matmulForward(plan, { live, inp: a, weight: w, out: c }, shape);
      else if (product === 'decode') slotsLogits(plan, { live, inp: a, norm: g, weight: w, out: c }, { ...shape, eps: 1e-5 }, { first: 0, across: cols });
      else if (product === 'backward_inp') matmulBackwardInp(plan, { live, dout: c, weight: w, dinp: a }, shape);
      else matmulBackwardWeight(plan, { live, dout: c, inp: a, dweight: w }, shape);
    }
    tuner.force = before;
    await buildAll(plans.map(({ plan }) => plan));
    // The first run also compiles, on some drivers.
    for (const { plan } of plans) await lasts(gpu, plan, rows, 1);
    const started = performance.now();
    let once = Infinity;
    for (const { plan } of plans) once = Math.min(once, await lasts(gpu, plan, rows, 1));
    const repeats = Math.max(1, Math.min(MOST_REPEATS, Math.ceil(ROUND_MS / Math.max(once, ROUND_MS / MOST_REPEATS))));
    for (let round = 0; round < ROUNDS; round++) {
      for (const one of plans) one.least = Math.min(one.least, await lasts(gpu, one.plan, rows, repeats) / repeats);
    }
    return { candidates: plans.map(({ kernel, least }) => ({ kernel, ms: least })), ms: performance.now() - started };
  } finally {
    tuner.force = before;
    for (const { plan } of plans) plan.destroy();
    for (const one of made) memory.release(one);
  }
}

/** Milliseconds of the plan, so many times over: by timestamps, or by the clock less what an empty submit takes. */
async function lasts(gpu: Gpu, plan: Plan, rows: number, times: number): Promise<number> {
  const { device } = gpu;
  const record = (pass: GPUComputePassEncoder): void => { for (let i = 0; i < times; i++) plan.encode(pass, 0, plan.commands.length, rows); };
  if (device.features.has('timestamp-query')) {
    const timer = new Timer(gpu, 1), encoder = device.createCommandEncoder();
    timer.record(encoder, plan.label, { flops: 0, bytes: 0 }, record);
    device.queue.submit([encoder.finish()]);
    const [span] = await timer.spans();
    return span!.ms;
  }
  const clock = async (work: boolean): Promise<number> => {
    const encoder = device.createCommandEncoder();
    if (work) {
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
    }
    const began = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - began;
  };
  const empty = await clock(false);
  return Math.max(0, await clock(true) - empty);
}
