/** Long work cut into many submits gives, bit for bit, what one submit gives. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import { supervised } from '../fixtures/engine/read';
import { oddConfig, openEngine, promptsOf, sampling, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const config = oddConfig({ model_type: 'qwen3', qk_norm: true });

async function work(limit: number): Promise<{ results: unknown[]; submits: number }> {
  gpu.pacer.limit = limit;
  await engine.load(config, weightsOf(config, 3).tensors, 0);
  const before = gpu.pacer.seen.submits, results: unknown[] = [];
  for (let k = 0; k < 4; k++) {
    results.push(await engine.step(variedBatch([40, 3, 17 + k], config.vocab_size, k), { ...supervised, learningRate: 1e-2, maxGradNorm: 1 }));
    results.push(await engine.generate({ ...sampling, prompts: promptsOf(5, config.vocab_size), maxNewTokens: 20, step: k }));
    results.push(await engine.score({ sequences: promptsOf(6, config.vocab_size), temperature: 1, model: 'policy' }));
    results.push(await engine.embed({ sequences: promptsOf(3, config.vocab_size), model: 'policy' }));
  }
  results.push(await engine.exportTensors());
  return { results, submits: gpu.pacer.seen.submits - before };
}

test('training, decoding, scoring and embedding', async () => {
  const whole = await work(Infinity), cut = await work(1e-6), paced = await work(200);
  expect(cut.results).toEqual(whole.results);
  expect(paced.results).toEqual(whole.results);
  expect(cut.submits).toBeGreaterThan(10 * whole.submits);
});
