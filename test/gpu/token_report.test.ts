/** What a step says of each token, against the f64 reference: odd shapes, several micro-batches, split vocabularies, layers made again; and that it costs nothing unasked. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { Draft } from '../../src/gpu/workspace';
import { choose } from '../../src/model/budget';
import type { Engine } from '../../src/model/engine';
import { Head } from '../../src/model/head';
import type { Batch, ModelConfig, TokenReport, UpdateSettings } from '../../src/types';
import { supervised } from '../fixtures/engine/read';
import { relativeError } from '../reference/finite_difference';
import { lossReference } from '../reference/transformer';
import { oddConfig, openEngine, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const TOLERANCE = 1e-4;
const clipped: UpdateSettings = { ...supervised, ratio: 'token', clip: 'min', epsilonLow: 0.2, epsilonHigh: 0.28, kl: 'k3', klBeta: 0.05, entropyCoef: 0.01, temperature: 0.9, tokens: true };

/** One step against the reference. The batch comes with old log-probabilities far enough off that some tokens are clipped. */
async function compare(config: ModelConfig, lengths: number[], seed: number): Promise<{ report: TokenReport; batch: Batch }> {
  const { parameters, tensors } = weightsOf(config, seed);
  await engine.load(config, tensors, 0);
  const plain = variedBatch(lengths, config.vocab_size, seed), { logps } = lossReference(config, parameters, plain, clipped);
  const batch: Batch = { ...plain, oldLogps: Float32Array.from(logps, (x, t) => x + 0.4 * Math.sin(t * 2.7)), refLogps: Float32Array.from(logps, (x, t) => x + 0.2 * Math.cos(t * 1.3)) };
  const want = lossReference(config, parameters, batch, clipped), { perToken: report } = await engine.step(batch, clipped);
  const trained = (values: Float64Array): Float64Array => values.map((x, t) => (batch.weight[t] === 0 ? 0 : x));
  const pairs: [keyof TokenReport, Float64Array][] = [['logps', trained(want.logps)], ['entropies', trained(want.entropies)], ['ratios', want.ratios], ['terms', want.terms], ['pushes', want.dlogp.map((x) => -x)]];
  for (const [name, values] of pairs) expect(relativeError(report![name], values), name).toBeLessThan(TOLERANCE);
  expect(Array.from(report!.clipped)).toEqual(Array.from(want.held));
  return { report: report!, batch };
}

test('packed sequences of 1 to 65 tokens: some are held by the clip, masked ones are 0', async () => {
  const { report, batch } = await compare(oddConfig(), [1, 2, 63, 64, 65, 7], 5);
  expect(report.clipped.reduce((a, b) => a + b, 0)).toBeGreaterThan(10);
  batch.weight.forEach((weight, t) => { if (weight === 0) expect([report.logps[t], report.pushes[t], report.clipped[t]]).toEqual([0, 0, 0]); });
});

test('ten micro-batches, more than one submit holds', async () => {
  const small = oddConfig({ vocab_size: 17, hidden_size: 8, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 4 });
  const { batch } = await compare(small, Array.from({ length: 650 }, (_, s) => 1 + (s * 17) % 53), 2);
  expect(batch.tokens.length).toBeGreaterThan(8.1 * 2048);
});

test('a vocabulary and rows that take several slices', async () => {
  const wide = oddConfig({ vocab_size: 4099, hidden_size: 4, intermediate_size: 4, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 4 });
  const { limits } = gpu.memory, lengths = Array.from({ length: 25 }, (_, s) => 40 + s % 9);
  try {
    gpu.memory.limits = { ...limits, binding: 512 * 1024 };
    const { shape } = choose(gpu, wide);
    expect(shape.slices.map(({ count }) => count)).toEqual([2048, 2048, 3]);
    expect(new Head(shape, gpu.memory.limits.binding, new Draft()).slices).toBeGreaterThan(3);
    await compare(wide, lengths, 3);
  } finally {
    gpu.memory.limits = limits;
  }
});

test('layers made again on the way back', async () => {
  await engine.prefer({ recompute: 'layers' });
  await compare(oddConfig({ model_type: 'qwen3', qk_norm: true }), [33, 20, 5], 4);
  await engine.prefer({ recompute: 'none' });
});

test('on policy every ratio is 1, and a term is its push', async () => {
  const config = oddConfig();
  await engine.load(config, weightsOf(config, 5).tensors, 0);
  const batch = variedBatch([17, 31], config.vocab_size, 0), { perToken } = await engine.step(batch, { ...supervised, ratio: 'token', clip: 'min', tokens: true });
  batch.weight.forEach((weight, t) => { if (weight !== 0) expect([perToken!.ratios[t], perToken!.terms[t]]).toEqual([1, Math.fround(weight * batch.advantage[t])]); });
  expect(Array.from(perToken!.pushes)).toEqual(Array.from(perToken!.terms));
});

test('asked for, a steady step still is one submit and one read and makes nothing; unasked, nothing comes and no bit of the weights differs', async () => {
  const config = oddConfig();
  gpu.pacer.limit = Infinity;
  const run = async (tokens: boolean): Promise<{ weights: number[]; counts: number[] }> => {
    await engine.load(config, weightsOf(config, 1).tensors, 0);
    const step = async (k: number): Promise<void> => {
      const metrics = await engine.step(variedBatch([5 + k, 40 - k, 1 + k % 3], config.vocab_size, k), { ...clipped, tokens, learningRate: 1e-3, maxGradNorm: 1 });
      expect(metrics.perToken?.logps.length).toBe(tokens ? 46 + k % 3 : undefined);
    };
    for (let k = 0; k < 4; k++) await step(k);
    const counts = [0, 0, 0], { device } = gpu, map = GPUBuffer.prototype.mapAsync, create = device.createBuffer.bind(device), submit = device.queue.submit.bind(device.queue);
    GPUBuffer.prototype.mapAsync = function (...args) { counts[0]++; return map.apply(this, args); };
    device.createBuffer = (descriptor) => { counts[1]++; return create(descriptor); };
    device.queue.submit = (buffers) => { counts[2]++; return submit(buffers); };
    for (let k = 4; k < 10; k++) await step(k);
    GPUBuffer.prototype.mapAsync = map;
    device.createBuffer = create;
    device.queue.submit = submit;
    return { counts, weights: (await engine.exportTensors()).flatMap(({ data }) => Array.from(data)) };
  };
  const asked = await run(true), plain = await run(false);
  expect(asked.counts).toEqual([6, 0, 6]);
  expect(plain.counts).toEqual([6, 0, 6]);
  expect(asked.weights.filter((x, i) => x !== plain.weights[i]).length).toBe(0);
});
