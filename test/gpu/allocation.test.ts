/** Room on the device that runs out: at every buffer of a small load, and under a ledger with an end. The model is laid smaller or the call says the numbers; nothing is garbage, nothing leaks. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import { supervised } from '../fixtures/engine/read';
import { relativeError } from '../reference/finite_difference';
import { oddConfig, openEngine, promptsOf, sampling, variedBatch, weightsOf } from './engine_fixture';

let gpu: Gpu, engine: Engine;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const config = oddConfig({ max_position_embeddings: 64 }), { tensors } = weightsOf(config, 1);
const batch = variedBatch([9, 20], 67, 0), settings = { ...supervised, learningRate: 1e-3, maxGradNorm: 1 };
const request = { ...sampling, prompts: promptsOf(3, 67), temperature: 0, endId: 1000, maxNewTokens: 4 };

interface Outcome { loss: number; tokens: number[]; logps: number[]; weights: number[] }

/** Everything that makes buffers. */
async function work(): Promise<Outcome> {
  await engine.load(config, tensors, 0);
  await engine.freeze();
  const { loss } = await engine.step(batch, settings);
  const { tokens } = await engine.generate(request);
  const { logps } = await engine.score({ sequences: tokens, temperature: 1, model: 'frozen' });
  return { loss, tokens: tokens.flatMap(row => [...row]), logps: logps.flatMap(row => [...row]), weights: (await engine.exportTensors()).flatMap(({ data }) => [...data]) };
}

/** Makes the n-th buffer that is asked for through the ledger fail as a full device does: the buffer is invalid and the scope around it hears of it. */
function failAt(n: number, forever: boolean): { made: () => number; undo: () => void } {
  const { device } = gpu, own = { create: device.createBuffer, pop: device.popErrorScope, push: device.pushErrorScope };
  let made = 0, scoped = false, hit = false;
  device.pushErrorScope = filter => { scoped = filter === 'out-of-memory'; own.push.call(device, filter); };
  device.createBuffer = descriptor => {
    if (!scoped) return own.create.call(device, descriptor);
    scoped = false;
    made++;
    if (forever ? made < n : made !== n) return own.create.call(device, descriptor);
    hit = true;
    own.push.call(device, 'validation');
    const invalid = own.create.call(device, { ...descriptor, usage: 0 });
    void own.pop.call(device);
    return invalid;
  };
  device.popErrorScope = () => {
    const told = own.pop.call(device);
    if (!hit) return told;
    hit = false;
    return told.then(() => new GPUOutOfMemoryError('full'));
  };
  return { made: () => made, undo: () => { Object.assign(device, { createBuffer: own.create, popErrorScope: own.pop, pushErrorScope: own.push }); } };
}

function expectSame(got: Outcome, want: Outcome): void {
  expect(got.tokens).toEqual(want.tokens);
  expect(relativeError([got.loss], [want.loss])).toBeLessThan(1e-5);
  expect(relativeError(got.logps, want.logps)).toBeLessThan(2e-5);
  expect(relativeError(got.weights, want.weights)).toBeLessThan(1e-5);
}

test('at each buffer of load, freeze, step, decoding and scoring: the numbers are right or the call says why there are none', async () => {
  const want = await work();
  const counter = failAt(Infinity, false);
  expectSame(await work(), want);
  counter.undo();
  const buffers = counter.made(), shrunk: string[] = [];
  engine.onShrunk = text => { shrunk.push(text); };
  let went = 0, stopped = 0;
  for (let n = 1; n <= buffers; n++) {
    const fault = failAt(n, false);
    await engine.prefer({ tokens: 2048, recompute: 'none' });
    try {
      expectSame(await work(), want);
      went++;
    } catch (error) {
      expect(error, `buffer ${n}`).toMatchObject({ name: 'OutOfMemory', message: expect.stringMatching(/no room for \d+ bytes more .* beside the \d+ bytes/) as string });
      stopped++;
    } finally {
      fault.undo();
    }
    expect(gpu.failure).toBeNull();
  }
  // The four arenas of a load, its state and its table cannot be smaller; everything after them can.
  expect(stopped).toBe(6);
  expect(went).toBe(buffers - 6);
  expect(shrunk.length).toBe(went);
  expect(shrunk[1]).toMatch(/From here on 1024 tokens are trained at once instead of 2048/);
  // What fails for good ends with the numbers, and holds no more than the model itself.
  for (const n of [stopped + 1, stopped + 3, buffers - 2]) {
    const fault = failAt(n, true);
    await expect(work()).rejects.toMatchObject({ name: 'OutOfMemory' });
    fault.undo();
    expect(gpu.failure).toBeNull();
  }
  engine.onShrunk = null;
  expectSame(await work(), want);
});

test('under a ledger with an end: as few tokens as have room, said in numbers, and the same numbers computed', async () => {
  await engine.close();
  ({ engine, gpu } = await openEngine());
  const shrunk: string[] = [];
  engine.onShrunk = text => { shrunk.push(text); };
  const want = await work(), whole = gpu.memory.bytes;
  expect(shrunk).toEqual([]);
  await engine.load(config, tensors, 0);
  const model = gpu.memory.bytes;
  gpu.memory.limits = { ...gpu.memory.limits, total: Math.round(model + (whole - model) / 3) };
  await engine.load(config, tensors, 0);
  expectSame(await work(), want);
  expect(gpu.memory.bytes).toBeLessThanOrEqual(gpu.memory.limits.total!);
  expect(shrunk[0]).toMatch(/From here on 1024 tokens are trained at once instead of 2048\.|rows are written at once/);
  gpu.memory.limits = { ...gpu.memory.limits, total: model + 1000 };
  await expect(work()).rejects.toMatchObject({ name: 'OutOfMemory', message: expect.stringContaining('Nothing smaller is left') as string });
  gpu.memory.limits = { ...gpu.memory.limits, total: 1000 };
  await expect(work()).rejects.toThrow(/no room for \d+ bytes more \(weights: weights\) beside the 0 bytes/);
  expect(gpu.memory.count).toBe(0);
});

test('a load during a generation is refused in words, and the generation is whole', async () => {
  gpu.memory.limits = { ...gpu.memory.limits, total: Infinity };
  await engine.load(config, tensors, 0);
  const state = await engine.snapshot(), long = { ...request, maxNewTokens: 40 }, want = await engine.generate(long);
  const generation = engine.generate(long);
  await new Promise(resolve => { setTimeout(resolve, 1); });
  await expect(engine.load(config, tensors, 0)).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining('is generating') as string });
  await expect(engine.restore(state)).rejects.toThrow(/is generating/);
  expect((await generation).tokens).toEqual(want.tokens);
  // A step under way is waited for.
  const step = engine.step(batch, settings);
  await engine.load(config, tensors, 0);
  expect((await step).finite).toBe(true);
});
