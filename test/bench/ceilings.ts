/** What this adapter gives at most: bytes copied, a large product in f32 and in f16, and what asking costs by itself. Knows WebGPU, no model. */
import { check, readStaging, type Gpu } from '../../src/gpu/device';
import { createRng } from '../../src/rng';
import { contest, ROUNDS, type Lab } from './contest';
import copyCode from './copy.wgsl?raw';
import { halfProduct } from './product_f16';
import { checkProduct, products } from './products';
import { empty, reasonOf, type Ceilings, type Row } from './rows';
import { median, repeatsFor, spread, takeTurns } from './statistics';
import type { MatmulShape } from './task';

const MEBI = 2 ** 20;
const HALF = 'product, f16 storage';

type Measure = (name: string, size: string, run: (repeats: number) => Promise<void>, most: number, note: (median: number) => string, per?: number) => Promise<number>;

export async function ceilings(lab: Lab): Promise<{ rows: Row[]; ceilings: Ceilings }> {
  const gpu = await lab.open();
  const { device } = gpu;
  const rows: Row[] = [];
  const measure: Measure = async (name, size, run, most, note, per = 1) => {
    lab.tell(`ceilings: ${name}`, 'ours');
    await run(1);
    const start = performance.now();
    await run(1);
    const repeats = repeatsFor(performance.now() - start, lab.software ? 20 : 100, most);
    const times = (await takeTurns([{ peer: 'adapter', run }], { rounds: lab.software ? ROUNDS.software : ROUNDS.gpu, repeats, now: () => performance.now() })).times.get('adapter');
    check(gpu);
    if (!times) throw new Error(`${name} could not be measured.`);
    const middle = median(times) / per;
    rows.push({ ...empty(name, 'adapter', size), median_ms: middle, spread: spread(times), rounds: times.length, note: note(middle) });
    return middle;
  };
  const submitted = async (record: (encoder: GPUCommandEncoder) => void): Promise<void> => {
    const encoder = device.createCommandEncoder();
    record(encoder);
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };

  const size = Math.min(lab.software ? 32 * MEBI : 256 * MEBI, device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const from = device.createBuffer({ size, usage }), to = device.createBuffer({ size, usage });
  const module = device.createShaderModule({ code: copyCode });
  const pipeline = (entryPoint: string): Promise<GPUComputePipeline> => device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint } });
  const [copy, nothing] = await Promise.all([pipeline('copy'), pipeline('nothing')]);
  const group = device.createBindGroup({ layout: copy.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: from } }, { binding: 1, resource: { buffer: to } }] });
  const workgroups = size / 16 / 256, across = Math.min(workgroups, 32768);
  const rate = (ms: number): string => `${(2 * size / ms / 1e6).toFixed(1)} GB/s read and written`;
  const text = `${size / MEBI} MiB`;
  const byCommand = await measure('copy, by command', text, n => submitted(encoder => { for (let i = 0; i < n; i++) encoder.copyBufferToBuffer(from, 0, to, 0, size); }), 64, rate);
  const byKernel = await measure('copy, by kernel', text, n => submitted(encoder => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(copy);
    pass.setBindGroup(0, group);
    for (let i = 0; i < n; i++) pass.dispatchWorkgroups(across, Math.ceil(workgroups / across));
    pass.end();
  }), 64, rate);
  const quickest = Math.min(byCommand, byKernel);
  for (const row of rows) row.roofline = quickest / row.median_ms!;
  from.destroy();
  to.destroy();

  const microseconds = (ms: number): string => `${(ms * 1000).toFixed(1)} us`;
  // So many that the wait at their end does not count.
  const many = 512;
  await measure('empty dispatch', `of ${many} in a pass`, n => submitted(encoder => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(nothing);
    for (let i = 0; i < n * many; i++) pass.dispatchWorkgroups(1);
    pass.end();
  }), 64, microseconds, many);
  await measure('submit and wait', 'one', async n => { for (let i = 0; i < n; i++) await submitted(() => undefined); }, 200, microseconds);
  await smallReadback(gpu, measure, microseconds);
  const edge = lab.software ? 512 : 2048, cube: MatmulShape = { name: 'product', rows: edge, cols: edge, inner: edge };
  const half = await measureHalf(lab, gpu, measure, rows, { ...cube, name: HALF });
  device.destroy();

  // The roof is the fastest product that anyone here can do: a slow kernel of ours must not lower it.
  lab.tell('ceilings: product');
  const cubes = await contest({ ...lab, ceilings: null }, products(cube));
  const fastest = Math.min(...cubes.map(row => row.median_ms ?? Infinity));
  for (const row of cubes) {
    if (row.median_ms === null) continue;
    row.roofline = fastest / row.median_ms;
    row.note = `${rateOf(cube, row.median_ms)}${row.median_ms === fastest ? ', the ceiling' : ''}`;
  }
  // Our own f16 stands after everyone's f32.
  rows.splice(rows.findIndex(row => row.name === HALF), 0, ...cubes);
  const flops = (ms: number): number => 2 * edge ** 3 / ms * 1000;
  return {
    rows,
    ceilings: {
      flops: flops(fastest), bytes: 2 * size / quickest * 1000, halfFlops: half === null ? null : flops(half),
      rates: Object.fromEntries(cubes.flatMap(row => (row.median_ms === null ? [] : [[row.peer, flops(row.median_ms)]]))),
    },
  };
}

const rateOf = ({ rows, cols, inner }: MatmulShape, ms: number): string => `${(2 * rows * cols * inner / ms / 1e6).toFixed(1)} GFLOP/s`;

/** Milliseconds; null where the adapter has no f16, or a row says why it failed. */
async function measureHalf(lab: Lab, gpu: Gpu, measure: Measure, rows: Row[], shape: MatmulShape): Promise<number | null> {
  const size = `${shape.rows} x ${shape.inner} x ${shape.cols}`;
  if (!gpu.device.features.has('shader-f16')) {
    rows.push({ ...empty(HALF, 'adapter', size), skipped: 'no shader-f16 on this adapter' });
    return null;
  }
  lab.tell(`ceilings: ${HALF}`, 'ours');
  const draw = createRng(3, 1, 5);
  // Numbers that f16 holds exactly: what is left to differ is the sum.
  const random = (n: number): Float32Array<ArrayBuffer> => new Float32Array(n).map(() => Math.round(1024 * draw() - 512) / 512);
  const left = random(shape.rows * shape.inner), right = random(shape.cols * shape.inner);
  try {
    const product = await halfProduct(gpu, shape, left, right);
    checkProduct(shape, left, right, await product.result());
    const middle = await measure(HALF, size, n => product.run(n), 64, ms => `${rateOf(shape, ms)}, ${product.way}, f32 sums`);
    await product.close();
    return middle;
  } catch (error) {
    rows.push({ ...empty(HALF, 'adapter', size), error: reasonOf(error) });
    return null;
  }
}

async function smallReadback(gpu: Gpu, measure: Measure, note: (ms: number) => string): Promise<void> {
  const { device } = gpu;
  const source = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  await measure('small readback', '16 bytes', async n => {
    for (let i = 0; i < n; i++) {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(source, 0, staging, 0, 16);
      device.queue.submit([encoder.finish()]);
      await readStaging(gpu, staging, 16);
    }
  }, 200, note);
}
