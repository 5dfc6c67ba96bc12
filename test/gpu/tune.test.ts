/** The tuner on a device: it takes the fastest of what it measured, leaves nothing behind, and settles what it has no time for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/gpu/device';
import { tune } from '../../src/gpu/tune';
import { Tuner, KERNELS } from '../../src/gpu/tuner';

let gpu: Gpu;
beforeAll(async () => { gpu = await openGpu(navigator.gpu); });
afterAll(() => { expect(gpu.failure).toBeNull(); gpu.device.destroy(); });

test('a class of shapes is measured once; the chosen kernel is the fastest; its buffers are gone', async () => {
  const shape = { product: 'backward_inp', inner: 32, cols: 64, rows: 65 } as const, before = gpu.memory.bytes;
  await tune(gpu, [shape, { ...shape, rows: 70 }, { ...shape, inner: 33 }], 1e6);
  const [entry, ...more] = gpu.tuner.tuning;
  expect(more).toEqual([]);
  expect(entry!.shape).toBe('backward_inp 32 x 64, rows to 256');
  expect(entry!.candidates.map(({ kernel }) => kernel)).toEqual([...KERNELS.backward_inp]);
  const least = Math.min(...entry!.candidates.map(({ ms }) => ms));
  expect(least).toBeGreaterThan(0);
  expect(entry!.candidates.find(({ kernel }) => kernel === entry!.chosen)!.ms).toBe(least);
  expect(gpu.tuner.kernel('backward_inp', 32, 64, 200)).toBe(entry!.chosen);
  expect([gpu.memory.bytes, gpu.tuner.force]).toEqual([before, null]);
});

test('what there is no time for keeps its guess, for good', async () => {
  const guess = new Tuner(gpu.info).kernel('forward', 256, 256, 64);
  await tune(gpu, [{ product: 'forward', inner: 256, cols: 256, rows: 64 }], -1);
  expect(gpu.tuner.tuning.at(-1)).toEqual({ shape: 'forward 256 x 256, rows to 64', chosen: guess, candidates: [] });
  expect(gpu.tuner.knows('forward', 256, 256, 33)).toBe(true);
});
