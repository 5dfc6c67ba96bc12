/** Counts what the engine asks of the device over steps 10 to 20: a steady step creates nothing and keeps to its budget of submits and reads. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import { supervised } from '../fixtures/engine/read';
import { oddConfig, openEngine, promptsOf, sampling, variedBatch, weightsOf } from './engine_fixture';

const CREATES = [
  'createBuffer', 'createBindGroup', 'createBindGroupLayout', 'createPipelineLayout', 'createShaderModule', 'createComputePipeline', 'createComputePipelineAsync', 'createQuerySet',
] as const;

type Counts = Record<(typeof CREATES)[number] | 'submit' | 'mapAsync', number>;

/** Wraps the device's makers, its queue's submit, and every buffer's mapAsync; `counts` grows from then on. */
function countCalls(device: GPUDevice): Counts {
  const counts = { submit: 0, mapAsync: 0 } as Counts;
  const wrap = (target: object, name: keyof Counts): void => {
    const original = (target as Record<string, (...args: unknown[]) => unknown>)[name];
    counts[name] = 0;
    (target as Record<string, unknown>)[name] = function (this: unknown, ...args: unknown[]): unknown {
      counts[name]++;
      return original.apply(this, args);
    };
  };
  for (const name of CREATES) wrap(device, name);
  wrap(device.queue, 'submit');
  wrap(GPUBuffer.prototype, 'mapAsync');
  return counts;
}

let engine: Engine, gpu: Gpu, counts: Counts;
const originalMap = GPUBuffer.prototype.mapAsync;
beforeAll(async () => {
  ({ engine, gpu } = await openEngine());
  // What a fast adapter does: a slow or busy one cuts long submits, and these counts would tell the machine's load.
  gpu.pacer.limit = Infinity;
  counts = countCalls(gpu.device);
});
afterAll(async () => { GPUBuffer.prototype.mapAsync = originalMap; await engine.close(); });

const config = oddConfig({ model_type: 'qwen3', qk_norm: true });

/** What ten rounds add to the counts, after ten to warm up. */
async function steady(round: (k: number) => Promise<unknown>): Promise<Counts> {
  for (let k = 0; k < 10; k++) await round(k);
  const before = { ...counts };
  for (let k = 10; k < 20; k++) await round(k);
  return Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, n - before[name as keyof Counts]])) as Counts;
}

function expectNothingMade(added: Counts): void {
  for (const name of CREATES) expect(added[name], name).toBe(0);
}

test('the counters count: loading and the first step make things', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  await engine.step(variedBatch([9], 67, 0), supervised);
  for (const name of ['createBuffer', 'createBindGroup', 'createComputePipelineAsync', 'createShaderModule', 'submit', 'mapAsync'] as const) expect(counts[name], name).toBeGreaterThan(0);
});

test('training: batches of different shape, one submit and one read a step', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  const added = await steady((k) => engine.step(variedBatch([5 + k, 40 - k, 1 + k % 3], 67, k), { ...supervised, ratio: k % 2 ? 'token' : 'none', clip: 'min', learningRate: 1e-3, maxGradNorm: 1 }));
  expectNothingMade(added);
  expect(added.submit).toBe(10);
  expect(added.mapAsync).toBe(10);
});

test('decoding: other prompts, lengths and settings each time', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  const added = await steady((k) => engine.generate({
    ...sampling, prompts: promptsOf(5 + k % 3, 67), maxNewTokens: 20, step: k, topK: k % 2 ? 5 : 0, repetitionPenalty: k % 3 ? 1.2 : 1, endId: 1000,
  }));
  expectNothingMade(added);
  // 20 tokens are two blocks of 16 and 4, one prefill, one collection: 4 submits; 2 looks and 1 collection: 3 reads.
  expect(added.submit).toBeLessThanOrEqual(40);
  expect(added.mapAsync).toBeLessThanOrEqual(30);
});

test('finished rows stop costing: a round that ends at once submits no further block', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  const request = { ...sampling, prompts: promptsOf(3, 67), temperature: 0, maxNewTokens: 64 };
  const free = await engine.generate({ ...request, endId: 1000 }), before = { ...counts };
  await engine.generate({ ...request, prompts: [request.prompts[0]], endId: free.tokens[0][0] });
  expect(counts.submit - before.submit).toBeLessThanOrEqual(3);
});

test('scoring', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  const added = await steady((k) => engine.score({ sequences: promptsOf(4 + k % 4, 67), temperature: 1 + k / 100, model: 'policy' }));
  expectNothingMade(added);
  expect([added.submit, added.mapAsync]).toEqual([10, 10]);
});

test('a run as the loop makes it: document, reconstruct, score, update', async () => {
  await engine.load(config, weightsOf(config, 1).tensors, 0);
  await engine.freeze();
  const added = await steady(async (k) => {
    await engine.generate({ ...sampling, prompts: promptsOf(4, 67), samplesPerPrompt: 4, step: k });
    await engine.generate({ ...sampling, prompts: promptsOf(16, 67), samplesPerPrompt: 2, step: k, stream: 2 });
    await engine.score({ sequences: promptsOf(6, 67), temperature: 1, model: 'frozen' });
    await engine.step(variedBatch([30, 30], 67, k), { ...supervised, learningRate: 1e-3, maxGradNorm: 1 });
  });
  expectNothingMade(added);
});
