/** The whole reference model: gradients of every parameter by finite differences for each family, packing, causality and the shift by one. */
import { describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../src/types';
import { differences, normals, relativeError } from './finite_difference';
import { parameterShapes, randomParameters } from './parameters';
import type { PolicySettings } from './policy';
import { lossReference, scoreReference, type ReferenceBatch } from './transformer';

function model(change: Partial<ModelConfig>): ModelConfig {
  return {
    model_type: 'llama', vocab_size: 11, hidden_size: 6, intermediate_size: 7, num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 4,
    max_position_embeddings: 64, rms_norm_eps: 1e-5, rope_theta: 100, tie_word_embeddings: true, attention_bias: false, qk_norm: false, ...change,
  };
}

const policy: PolicySettings & { temperature: number } = {
  ratio: 'token', clip: 'none', epsilonLow: 0.2, epsilonHigh: 0.2, dualClip: 0, kl: 'k3', klBeta: 0.1, entropyCoef: 0.05, temperature: 0.8,
};

/** Sequences of 3, 1 and 5 tokens; the first token of each carries no weight. */
function batch(config: ModelConfig, weights: ReturnType<typeof randomParameters>): ReferenceBatch {
  const tokens = [1, 4, 4, 9, 0, 10, 3, 7, 2], offsets = [0, 3, 4, 9];
  const normal = normals(99), { logps } = scoreReference(config, weights, tokens, offsets, 0.8);
  return {
    tokens, offsets, weight: [0, 0.2, 0.1, 0, 0, 0.15, 0, 0.3, 0.25], advantage: tokens.map(() => normal()),
    oldLogps: logps.map((x) => x + 0.1 * normal()), refLogps: logps.map((x) => x + 0.2 * normal()),
  };
}

describe('gradient of every parameter', () => {
  test.each([
    ['llama, tied, one layer, H = K', model({ num_hidden_layers: 1, num_key_value_heads: 2 })],
    ['llama, untied, H/K = 2', model({ tie_word_embeddings: false })],
    ['qwen2, tied, bias, H/K = 4', model({ model_type: 'qwen2', attention_bias: true, num_attention_heads: 4, head_dim: 2 })],
    ['qwen2, untied, bias', model({ model_type: 'qwen2', attention_bias: true, tie_word_embeddings: false })],
    ['qwen3, tied, q/k norm, head size not C/H', model({ model_type: 'qwen3', qk_norm: true, num_attention_heads: 3, num_key_value_heads: 3 })],
    ['qwen3, untied, q/k norm', model({ model_type: 'qwen3', qk_norm: true, tie_word_embeddings: false })],
  ])('%s', (_, config) => {
    const normal = normals(42), weights = randomParameters(config, normal, 0.4), b = batch(config, weights);
    const { gradients } = lossReference(config, weights, b, policy);
    expect(Array.from(gradients.keys())).toEqual(parameterShapes(config).map((p) => p.name));
    for (const [name, data] of weights) {
      // Seven elements of each tensor, spread over it: a wrong path shows in all of them.
      const picks = Array.from(new Set(Array.from({ length: 7 }, (_, i) => Math.floor((i + 0.5) * data.length / 7))));
      const numeric = differences(() => lossReference(config, weights, b, policy).loss, data, picks, 1e-3);
      const analytic = Float64Array.from(picks, (i) => gradients.get(name)![i]);
      // The key bias shifts all scores of a query alike, so parts of its gradient vanish: hence the floor.
      expect(relativeError(analytic, numeric, 1e-4), name).toBeLessThan(1e-6);
    }
  });
});

describe('sequences', () => {
  const config = model({ model_type: 'qwen3', qk_norm: true }), weights = randomParameters(config, normals(1), 0.4);
  test('packed equals alone, to the last bit', () => {
    const packed = scoreReference(config, weights, [1, 2, 3, 4, 5, 6, 7], [0, 3, 7], 1);
    const alone = scoreReference(config, weights, [4, 5, 6, 7], [0, 4], 1);
    expect(Array.from(packed.logits.slice(3 * 11))).toEqual(Array.from(alone.logits));
    expect(Array.from(packed.logps.slice(3))).toEqual(Array.from(alone.logps));
  });
  test('a later token changes no earlier logit', () => {
    const a = scoreReference(config, weights, [1, 2, 3, 4], [0, 4], 1).logits, b = scoreReference(config, weights, [1, 2, 3, 9], [0, 4], 1).logits;
    expect(Array.from(a.slice(0, 33))).toEqual(Array.from(b.slice(0, 33)));
    expect(relativeError(a.slice(33), b.slice(33))).toBeGreaterThan(1e-3);
  });
  test('logps[t] is the log-softmax of logits[t-1] at token t, 0 at starts', () => {
    const tokens = [1, 2, 3, 4, 5], { logits, logps, entropies } = scoreReference(config, weights, tokens, [0, 2, 5], 0.7);
    for (const t of [1, 3, 4]) {
      const row = Array.from(logits.slice((t - 1) * 11, t * 11), (z) => Math.exp(z / 0.7)), sum = row.reduce((a, b) => a + b);
      expect(logps[t]).toBeCloseTo(Math.log(row[tokens[t]] / sum), 12);
      expect(entropies[t]).toBeCloseTo(-row.reduce((h, e) => h + e / sum * Math.log(e / sum), 0), 12);
    }
    expect([logps[0], logps[2], entropies[0], entropies[2]]).toEqual([0, 0, 0, 0]);
  });
  test('tokens of no weight and their sequence leave the gradient alone', () => {
    const with0 = lossReference(config, weights, { tokens: [1, 2, 3, 8, 8], offsets: [0, 3, 5], weight: [0, 1, 1, 0, 0], advantage: [1, 1, 1, 5, 5] }, policy);
    const without = lossReference(config, weights, { tokens: [1, 2, 3], offsets: [0, 3], weight: [0, 1, 1], advantage: [1, 1, 1] }, policy);
    for (const [name, g] of without.gradients) expect(Array.from(with0.gradients.get(name)!), name).toEqual(Array.from(g));
  });
});
