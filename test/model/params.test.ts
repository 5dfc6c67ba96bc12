/** Where parameters lie: aligned blocks, fused neighbours, decay below the line, nothing lost on the way in and out. */
import { expect, test } from 'vitest';
import { expectedTensors } from '../../src/formats/layout';
import { initialWeights, layoutOf, packTensors, shardsOf, sliceOf, unpackTensors, vocabularySlices } from '../../src/model/params';
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

test('a vocabulary is one slice where it fits a binding, and else runs of a multiple of 64 ids that fit', () => {
  const long = config({ vocab_size: 1000, hidden_size: 100 });
  expect(vocabularySlices(long, 400_000)).toEqual([{ first: 0, count: 1000 }]);
  expect(vocabularySlices(long, 399_999)).toEqual([{ first: 0, count: 960 }, { first: 960, count: 40 }]);
  expect(vocabularySlices(long, 100 * 4 * 200).map(({ count }) => count)).toEqual([192, 192, 192, 192, 192, 40]);
  // 64 rows of logits have to fit as well: 64 x 4 bytes an id.
  expect(vocabularySlices(config({ vocab_size: 1000, hidden_size: 6 }), 64 * 4 * 130)[0]).toEqual({ first: 0, count: 128 });
  expect(() => vocabularySlices(long, 64 * 399)).toThrow(/64 rows of 100 numbers need 25600 bytes in one binding; this GPU allows 25536/);
});

test('shards: as few as can be, none over the limit, no block across two, every float in one', () => {
  for (const tied of [true, false]) {
    const wide = config({ vocab_size: 300, hidden_size: 32, tie_word_embeddings: tied });
    const layout = layoutOf(wide);
    expect(shardsOf(layout, wide, vocabularySlices(wide, Infinity), Infinity)).toEqual([{ start: 0, length: layout.length }]);
    const bytes = 64 * 2 * 64 * 4;
    const slices = vocabularySlices(wide, bytes);
    const shards = shardsOf(layout, wide, slices, bytes);
    expect(slices.map(({ count }) => count)).toEqual([128, 128, 44]);
    expect(shards.reduce((at, { start, length }) => { expect(start).toBe(at); return at + length; }, 0)).toBe(layout.length);
    for (const { length } of shards) expect(length * 4).toBeLessThanOrEqual(bytes);
    const holds = ({ offset, size }: { offset: number; size: number }): boolean => shards.some(({ start, length }) => offset >= start && offset + size <= start + length);
    const vocabulary = new Set([layout.embedding, layout.head]);
    for (const block of layout.blocks) {
      if (!vocabulary.has(block)) expect(holds(block)).toBe(true);
      else for (const slice of slices) expect(holds(sliceOf(block, slice, 32))).toBe(true);
    }
    expect(shards.length).toBeLessThanOrEqual(Math.ceil(layout.length * 4 / bytes) + 2);
    for (const { start } of shards) expect(start % 64).toBe(0);
  }
  const layout = layoutOf(config({}));
  expect(() => shardsOf(layout, config({}), [{ first: 0, count: 11 }], 256)).toThrow(/The model needs \d+ bytes in one binding; this GPU allows 256/);
});
