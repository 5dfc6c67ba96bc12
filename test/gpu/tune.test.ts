/** The tuner on a device: it takes the fastest of what it measured, leaves nothing behind, and settles what it has no time for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/gpu/device';
import { slotsLogits } from '../../src/gpu/ops/slots';
import { Plan, view, type View } from '../../src/gpu/plan';
import { tune } from '../../src/gpu/tune';
import { Tuner, KERNELS } from '../../src/gpu/tuner';

let gpu: Gpu;
beforeAll(async () => { gpu = await openGpu(navigator.gpu); });
afterAll(() => { expect(gpu.failure).toBeNull(); gpu.device.destroy(); });

test('a class of shapes is measured once; the fastest kernel is chosen where it gains a tenth on the guess; its buffers are gone', async () => {
  const shape = { product: 'backward_inp', inner: 32, cols: 64, rows: 65 } as const, before = gpu.memory.bytes, guess = gpu.tuner.kernel('backward_inp', 32, 64, 65);
  await tune(gpu, [shape, { ...shape, rows: 70 }, { ...shape, inner: 33 }], 1e6);
  const [entry, ...more] = gpu.tuner.tuning;
  expect(more).toEqual([]);
  expect(entry!.shape).toBe('backward_inp 32 x 64, rows to 256');
  expect(entry!.candidates.map(({ kernel }) => kernel)).toEqual([...KERNELS.backward_inp]);
  const ms = (kernel: string): number => entry!.candidates.find((candidate) => candidate.kernel === kernel)!.ms;
  const least = Math.min(...entry!.candidates.map((candidate) => candidate.ms));
  expect(least).toBeGreaterThan(0);
  if (entry!.chosen === guess) expect(least).toBeGreaterThan(0.9 * ms(guess));
  else expect([ms(entry!.chosen), least <= 0.9 * ms(guess)]).toEqual([least, true]);
  expect(gpu.tuner.kernel('backward_inp', 32, 64, 200)).toBe(entry!.chosen);
  expect([gpu.memory.bytes, gpu.tuner.force]).toEqual([before, null]);
});

test('decoding\'s fused products are measured too, and plans follow what is chosen for each number of rows', async () => {
  await tune(gpu, [{ product: 'decode', inner: 32, cols: 64, rows: 4 }], 1e6);
  expect(gpu.tuner.tuning.at(-1)!.candidates.map(({ kernel }) => kernel)).toEqual([...KERNELS.decode]);
  gpu.tuner.learn([{ shape: 'decode 32 x 64, rows to 4', chosen: 'thin', candidates: [] }]);
  const plan = new Plan(gpu, 'test'), at = (bytes: number): View => view(gpu.memory.buffer('cache', 'test', bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM));
  slotsLogits(plan, { live: at(16), inp: at(16 * 32 * 4), norm: at(32 * 4), weight: at(64 * 32 * 4), out: at(16 * 64 * 4) }, { inner: 32, cols: 64, eps: 1e-5, capacity: 16 }, { first: 0, across: 64 });
  await plan.build();
  const [command] = plan.commands;
  expect([1, 2, 4, 5, 16].map((rows) => command!.kernels[command!.choose(rows)]!.label)).toEqual(['slots_wide.logits', 'slots_thin.logits', 'slots_thin.logits', 'slots_wide.logits', 'slots_wide.logits']);
});

test('what there is no time for keeps its guess, for good', async () => {
  const guess = new Tuner(gpu.info).kernel('forward', 256, 256, 64);
  await tune(gpu, [{ product: 'forward', inner: 256, cols: 256, rows: 64 }], -1);
  expect(gpu.tuner.tuning.at(-1)).toEqual({ shape: 'forward 256 x 256, rows to 64', chosen: guess, candidates: [] });
  expect(gpu.tuner.knows('forward', 256, 256, 33)).toBe(true);
});

test('what no binding holds is not measured, and nothing is made for it', async () => {
  const { limits } = gpu.memory, known = gpu.tuner.tuning.length, { peak } = gpu.memory;
  gpu.memory.limits = { binding: 64 * 64 * 4, buffer: 1 << 20 };
  await tune(gpu, [{ product: 'forward', inner: 64, cols: 68, rows: 4 }, { product: 'forward', inner: 64, cols: 4, rows: 65 }], 1e6);
  gpu.memory.limits = limits;
  expect([gpu.tuner.tuning.length, gpu.memory.peak, gpu.failure]).toEqual([known, peak, null]);
});
