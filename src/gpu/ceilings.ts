/** What this adapter gives at most with the engine's own product and a plain copy, per second: the roof that a profile is held against. */
import { check, type Gpu } from './device';
import { matmulForward } from './ops/matmul';
import { Plan, view } from './plan';

const MEBI = 2 ** 20;

/** A measured submit lasts at least so long, ms: what the submit itself takes must not count. */
const LEAST_MS = 20;
const MOST_TIMES = 512;

/** Takes some tenths of a second, and frees what it made. */
export async function measureCeilings(gpu: Gpu): Promise<{ flops: number; bytes: number }> {
  const { device, info, memory } = gpu;
  const edge = info.fallback ? 256 : 2048, size = (info.fallback ? 32 : 64) * MEBI;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const made: GPUBuffer[] = [];
  const buffer = (bytes: number): GPUBuffer => {
    made.push(memory.buffer('activations', 'ceiling', bytes, usage));
    return made.at(-1)!;
  };
  const plan = new Plan(gpu, 'ceiling');
  try {
    const [live, inp, weight, out] = [buffer(16), buffer(4 * edge ** 2), buffer(4 * edge ** 2), buffer(4 * edge ** 2)];
    const [from, to] = [buffer(size), buffer(size)];
    device.queue.writeBuffer(live, 0, Uint32Array.of(edge, 0, 0, 0));
    // Memory that was never written may be one page of zeros, which is no memory to read.
    for (let at = 0; at < size; at += MEBI) device.queue.writeBuffer(from, at, new Uint8Array(MEBI).fill(1 + at / MEBI));
    matmulForward(plan, { live: view(live), inp: view(inp), weight: view(weight), out: view(out) }, { inner: edge, cols: edge, capacity: edge });
    await plan.build();
    const clock = async (record: (encoder: GPUCommandEncoder) => void): Promise<number> => {
      const encoder = device.createCommandEncoder();
      record(encoder);
      await device.queue.onSubmittedWorkDone();
      const began = performance.now();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - began;
    };
    /** Seconds of one: the least of three tries, less an empty submit. */
    const best = async (record: (encoder: GPUCommandEncoder, times: number) => void): Promise<number> => {
      await clock(encoder => { record(encoder, 1); });
      const times = Math.max(1, Math.min(MOST_TIMES, Math.ceil(LEAST_MS / Math.max(0.04, await clock(encoder => { record(encoder, 1); })))));
      let least = Infinity;
      for (let i = 0; i < 3; i++) {
        const empty = await clock(() => undefined);
        least = Math.min(least, Math.max(1e-3, await clock(encoder => { record(encoder, times); }) - empty));
      }
      return least / times / 1000;
    };
    const product = await best((encoder, times) => {
      const pass = encoder.beginComputePass();
      for (let i = 0; i < times; i++) plan.encode(pass, 0, plan.commands.length, edge);
      pass.end();
    });
    const copy = await best((encoder, times) => { for (let i = 0; i < times; i++) encoder.copyBufferToBuffer(from, 0, to, 0, size); });
    check(gpu);
    return { flops: 2 * edge ** 3 / product, bytes: 2 * size / copy };
  } finally {
    plan.destroy();
    for (const one of made) memory.release(one);
  }
}
