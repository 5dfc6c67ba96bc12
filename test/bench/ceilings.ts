/** What this adapter gives at most: bytes copied, a large product, and what asking costs by itself. Knows WebGPU, no model. */
import { check, readStaging, type Gpu } from '../../src/gpu/device';
import { contest, ROUNDS, type Lab } from './contest';
import copyCode from './copy.wgsl?raw';
import { products } from './products';
import { empty, type Ceilings, type Row } from './rows';
import { median, repeatsFor, spread, takeTurns } from './statistics';

const MEBI = 2 ** 20;

export async function ceilings(lab: Lab): Promise<{ rows: Row[]; ceilings: Ceilings }> {
  const gpu = await lab.open();
  const { device } = gpu;
  const rows: Row[] = [];
  const measure = async (name: string, size: string, run: (repeats: number) => Promise<void>, most: number, note: (median: number) => string, per = 1): Promise<number> => {
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
  device.destroy();

  // The roof is the fastest product that anyone here can do: a slow kernel of ours must not lower it.
  const edge = lab.software ? 512 : 2048;
  lab.tell('ceilings: product');
  const cubes = await contest({ ...lab, ceilings: null }, products({ name: 'product', rows: edge, cols: edge, inner: edge }));
  const fastest = Math.min(...cubes.map(row => row.median_ms ?? Infinity));
  for (const row of cubes) if (row.median_ms !== null) row.note = `${(2 * edge ** 3 / row.median_ms / 1e6).toFixed(1)} GFLOP/s${row.median_ms === fastest ? ', the ceiling' : ''}`;
  return { rows: [...rows, ...cubes], ceilings: { flops: 2 * edge ** 3 / fastest * 1000, bytes: 2 * size / Math.min(byCommand, byKernel) * 1000 } };
}

async function smallReadback(gpu: Gpu, measure: (name: string, size: string, run: (n: number) => Promise<void>, most: number, note: (ms: number) => string) => Promise<number>, note: (ms: number) => string): Promise<void> {
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
