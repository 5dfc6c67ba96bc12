/** Where parameters lie: aligned blocks, fused neighbours, decay below the line, nothing lost on the way in and out. */
import { expect, test } from 'vitest';
import { expectedTensors } from '../../src/formats/layout';
import { initialWeights, layoutOf, packTensors, unpackTensors } from '../../src/model/params';
import type { ModelConfig } from '../../src/types';

const config = (change: Partial<ModelConfig>): ModelConfig => ({
  model_type: 'llama', vocab_size: 11, hidden_size: 6, intermediate_size: 7, num_hidden_layers: 2, num_attention_heads: 3, num_key_value_heads: 1, head_dim: 2,
  max_position_embeddings: 16, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false, ...change,
});

for (const change of [{}, { tie_word_embeddings: false }, { model_type: 'qwen2', attention_bias: true }, { model_type: 'qwen3', qk_norm: true }] as Partial<ModelConfig>[]) {
  test(`names, shapes and round trip: ${JSON.stringify(change)}`, () => {
    const layout = layoutOf(config(change));
    const shapes = (list: { name: string; shape: number[] }[]): string[] => list.map(({ name, shape }) => `${name} ${shape.join('x')}`).sort();
    expect(shapes(layout.slots)).toEqual(shapes(expectedTensors(config(change))));
    const weights = initialWeights(config(change), layout, 5);
    expect(packTensors(layout, unpackTensors(layout, weights))).toEqual(weights);
    for (const block of [layout.embedding, layout.head, layout.finalNorm, ...layout.layers.flatMap(layer => Object.values(layer).filter(Boolean))]) expect(block!.offset % 64).toBe(0);
    for (const slot of layout.slots) expect(slot.offset < layout.decayed).toBe(slot.shape.length === 2);
  });
}

test('a new model has the scales that its comment promises', () => {
  const wide = config({ vocab_size: 400, hidden_size: 64, intermediate_size: 96, num_attention_heads: 4, head_dim: 16 });
  const layout = layoutOf(wide);
  const tensors = unpackTensors(layout, initialWeights(wide, layout, 1));
  const deviation = (name: string): number => {
    const { data } = tensors.find(tensor => tensor.name === name)!;
    return Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
  };
  expect(deviation('model.embed_tokens.weight')).toBeCloseTo(0.02, 3);
  expect(deviation('model.layers.1.self_attn.q_proj.weight')).toBeCloseTo(1 / 8, 2);
  expect(deviation('model.layers.0.mlp.down_proj.weight')).toBeCloseTo(0.5 / Math.sqrt(96), 2);
  expect(deviation('model.norm.weight')).toBe(1);
});

test('a missing and a misshapen tensor are named', () => {
  const layout = layoutOf(config({}));
  const tensors = unpackTensors(layout, new Float32Array(layout.length));
  expect(() => packTensors(layout, tensors.filter(tensor => !tensor.name.endsWith('1.mlp.up_proj.weight')))).toThrow(/model\.layers\.1\.mlp\.up_proj\.weight/);
  expect(() => packTensors(layout, tensors.map(tensor => (tensor.name === 'model.norm.weight' ? { ...tensor, shape: [3, 2] } : tensor)))).toThrow(/model\.norm\.weight has shape 3 x 2/);
});
