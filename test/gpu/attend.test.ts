/** Attention of single heads against the f64 reference, for shared keys, q/k norm and biases; and what is refused. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import type { Engine } from '../../src/model/engine';
import type { ModelConfig } from '../../src/types';
import { transformerForward } from '../reference/transformer';
import type { Parameters } from '../reference/parameters';
import { FAMILIES, oddConfig, openEngine, promptsOf, sampling, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

/** exp(s - lse) from the reference's queries, keys and saved lse. */
function reference(config: ModelConfig, weights: Parameters, tokens: Int32Array, layer: number, head: number): Float64Array {
  const { q, k, lse } = transformerForward(config, weights, tokens, [0, tokens.length]).layers[layer];
  const { num_attention_heads: H, num_key_value_heads: K, head_dim: D } = config, T = tokens.length, kv = Math.floor(head / (H / K));
  const out = new Float64Array(T * T);
  for (let i = 0; i < T; i++) {
    for (let j = 0; j <= i; j++) {
      let dot = 0;
      for (let d = 0; d < D; d++) dot += q[(i * H + head) * D + d] * k[(j * K + kv) * D + d];
      out[i * T + j] = Math.exp(dot / Math.sqrt(D) - lse[i * H + head]);
    }
  }
  return out;
}

const farthest = (got: Float32Array, want: Float64Array): number => want.reduce((worst, x, i) => Math.max(worst, Math.abs(x - got[i])), 0);

test.each(FAMILIES)('every head of every layer: %s', async (_, config) => {
  const { parameters, tensors } = weightsOf(config, 5);
  await engine.load(config, tensors, 0);
  const { tokens } = variedBatch([43], config.vocab_size, 3);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    for (let head = 0; head < config.num_attention_heads; head++) {
      const got = await engine.attend({ tokens, layer, head, model: 'policy' }), want = reference(config, parameters, tokens, layer, head);
      expect(got.length).toBe(43 * 43);
      expect(farthest(got, want), `layer ${layer}, head ${head}`).toBeLessThan(2e-5);
      for (let i = 0; i < 43; i++) expect(got.subarray(i * 43, i * 43 + i + 1).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  }
});

test('the frozen copy answers for itself, one token looks at itself, and 512 are the most', async () => {
  const config = oddConfig({ max_position_embeddings: 1024 }), { parameters, tensors } = weightsOf(config, 6);
  await engine.load(config, tensors, 0);
  await engine.freeze();
  const batch = variedBatch([30, 30], 67, 1), tokens = batch.tokens.slice(0, 30);
  await engine.step(batch, { learningRate: 0.05, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1, ratio: 'none', clip: 'none', epsilonLow: 0, epsilonHigh: 0, dualClip: 0, kl: 'none', klBeta: 0, entropyCoef: 0, temperature: 1 });
  const want = reference(config, parameters, tokens, 1, 2);
  expect(farthest(await engine.attend({ tokens, layer: 1, head: 2, model: 'frozen' }), want)).toBeLessThan(2e-5);
  expect(farthest(await engine.attend({ tokens, layer: 1, head: 2, model: 'policy' }), want)).toBeGreaterThan(1e-3);
  expect(Array.from(await engine.attend({ tokens: Int32Array.of(7), layer: 0, head: 0, model: 'policy' }))).toEqual([1]);
  const { tokens: long } = variedBatch([513], 67, 2), most = long.slice(0, 512);
  expect(farthest(await engine.attend({ tokens: most, layer: 1, head: 3, model: 'frozen' }), reference(config, parameters, most, 1, 3))).toBeLessThan(2e-5);
  await expect(engine.attend({ tokens: long, layer: 0, head: 0, model: 'policy' })).rejects.toThrow(/1 to 512 tokens, and this sequence has 513/);
  await expect(engine.attend({ tokens: new Int32Array(0), layer: 0, head: 0, model: 'policy' })).rejects.toThrow(/has 0/);
  for (const wrong of [{ layer: 2, head: 0 }, { layer: 0, head: 4 }, { layer: -1, head: 0 }, { layer: 0, head: 0.5 }]) await expect(engine.attend({ tokens, model: 'policy', ...wrong })).rejects.toThrow(/2 layers of 4 heads/);
});

test('looking changes nothing: scores and samples around it stay bit for bit', async () => {
  const config = oddConfig();
  await engine.load(config, weightsOf(config, 7).tensors, 0);
  const request = { sequences: promptsOf(5, 67), temperature: 1, model: 'policy' as const }, before = await engine.score(request);
  const [looked, sampled] = await Promise.all([engine.attend({ tokens: variedBatch([50], 67, 1).tokens, layer: 1, head: 0, model: 'policy' }), engine.generate({ ...sampling, prompts: promptsOf(3, 67) })]);
  expect(looked.length).toBe(2500);
  expect((await engine.score(request)).logps).toEqual(before.logps);
  expect((await engine.generate({ ...sampling, prompts: promptsOf(3, 67) })).logps).toEqual(sampled.logps);
});
