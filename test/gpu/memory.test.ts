/** What the engine holds on the device: counted by purpose, and given back whole. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import { supervised } from '../fixtures/engine/read';
import { oddConfig, openEngine, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const config = oddConfig();
const sequences = [Int32Array.of(1, 2, 3), Int32Array.of(4, 5)];

const held = (): Record<string, number> => Object.fromEntries(engine.memory().map(({ purpose, bytes }) => [purpose, bytes]));

/** Everything that a model can make. */
async function work(): Promise<void> {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  await engine.step(variedBatch([9, 20], 67, 0), supervised);
  await engine.freeze();
  await engine.score({ sequences, temperature: 1, model: 'frozen' });
  await engine.embed({ sequences, model: 'policy' });
}

test('the ledger counts by purpose, remembers its peak, and lets go once', () => {
  const { memory } = gpu, usage = GPUBufferUsage.STORAGE, before = memory.bytes;
  const [a, b] = [memory.buffer('cache', 'keys', 1024, usage), memory.buffer('cache', 'values', 256, usage)];
  expect(held()['cache']).toBe(1280);
  expect(memory.peak).toBeGreaterThanOrEqual(before + 1280);
  memory.release(a);
  memory.release(a);
  expect(held()['cache']).toBe(256);
  memory.release(b);
  expect([held()['cache'], memory.bytes]).toEqual([undefined, before]);
  const { limits } = memory;
  memory.limits = { ...limits, buffer: 1000 };
  expect(() => memory.buffer('cache', 'keys', 1024, usage)).toThrow(/need a buffer of 1024 bytes; this GPU allows 1000/);
  memory.limits = limits;
});

test('a loaded model holds its arenas; another one in its place leaves nothing of it; closed, nothing is held', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  const arena = held()['weights'];
  expect(arena).toBeGreaterThan(4 * 67 * 20);
  expect(held()).toEqual({ weights: arena, gradients: arena, moments: 2 * arena, tables: held()['tables'] });
  await work();
  const first = held();
  expect(Object.keys(first).sort()).toEqual(expect.arrayContaining(['activations', 'frozen', 'gradients', 'inputs', 'moments', 'readback', 'tables', 'weights']));
  expect(first['frozen']).toBe(arena);
  const { peak } = gpu.memory;
  await work();
  expect(held()).toEqual(first);
  // Never both at once.
  expect(gpu.memory.peak).toBe(peak);
  const other = await openEngine();
  await other.engine.load(config, null, 0);
  await other.engine.score({ sequences, temperature: 1, model: 'policy' });
  // A step still compiling when the engine closes lets go when it is done.
  const late = other.engine.step(variedBatch([9], 67, 0), supervised).catch(() => undefined);
  await other.engine.close();
  await late;
  expect(other.engine.memory()).toEqual([]);
});
