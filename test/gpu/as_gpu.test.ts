/** The whole engine with the kernels that a GPU is given, on whatever adapter there is: what it trains and writes is what the software kernels do. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGpu, type Gpu } from '../../src/gpu/device';
import { Tuner } from '../../src/gpu/tuner';
import { Engine } from '../../src/model/engine';
import { relativeError } from '../reference/finite_difference';
import { supervised } from '../fixtures/engine/read';
import { oddConfig, promptsOf, sampling, variedBatch, weightsOf } from './engine_fixture';

const opened: { engine: Engine; gpu: Gpu }[] = [];
beforeAll(async () => {
  for (const fallback of [true, false]) {
    const gpu = await openGpu(navigator.gpu);
    gpu.info.fallback = fallback;
    gpu.tuner = new Tuner(gpu.info);
    gpu.pacer.limit = Infinity;
    const engine = new Engine(gpu);
    engine.tuningBudget = 0;
    opened.push({ engine, gpu });
  }
});
afterAll(async () => {
  for (const { engine, gpu } of opened) {
    expect(gpu.failure).toBeNull();
    await engine.close();
  }
});

test('a step, log-probabilities and greedy tokens', async () => {
  const config = oddConfig({ vocab_size: 72, hidden_size: 32, intermediate_size: 44, head_dim: 8 }), { tensors } = weightsOf(config, 3);
  const batch = variedBatch([40, 3, 17, 70], config.vocab_size, 1);
  const results = [];
  for (const { engine } of opened) {
    await engine.load(config, tensors, 0);
    const metrics = await engine.step(batch, { ...supervised, learningRate: 1e-2, maxGradNorm: 1 });
    const weights = (await engine.exportTensors()).flatMap(({ data }) => Array.from(data));
    const { logps } = await engine.score({ sequences: promptsOf(6, config.vocab_size), temperature: 1, model: 'policy' });
    const written = await engine.generate({ ...sampling, prompts: promptsOf(20, config.vocab_size), temperature: 0, maxNewTokens: 24 });
    await engine.profileNext();
    await engine.step(batch, supervised);
    const kernels = (await engine.profile()).works.find(({ work }) => work === 'train')!.spans.map(({ kernel }) => kernel);
    results.push({ metrics, weights, logps: logps.flatMap((row) => Array.from(row)), tokens: written.tokens.map((row) => Array.from(row)), kernels: new Set(kernels) });
  }
  const [software, gpu] = results;
  // Not the same kernels, or nothing would be compared.
  for (const kernel of ['attention_tiled_8.forward', 'attention_tiled_8.backward_key', 'logprob_shared.forward']) expect([gpu!.kernels.has(kernel), software!.kernels.has(kernel)], kernel).toEqual([true, false]);
  expect([...gpu!.kernels].some((kernel) => /^rmsnorm_(shared|subgroups)\.forward$/.test(kernel))).toBe(true);
  expect(gpu!.metrics.loss).toBeCloseTo(software!.metrics.loss, 5);
  expect(gpu!.metrics.gradNorm).toBeCloseTo(software!.metrics.gradNorm, 4);
  // The first step of AdamW takes the sign of tiny gradients, which rounding may turn.
  expect(relativeError(Float64Array.from(gpu!.weights), Float64Array.from(software!.weights))).toBeLessThan(2e-3);
  expect(relativeError(Float64Array.from(gpu!.logps), Float64Array.from(software!.logps))).toBeLessThan(2e-3);
  expect(gpu!.tokens.filter((row, r) => row.join() !== software!.tokens[r]!.join()).length).toBeLessThanOrEqual(1);
});
