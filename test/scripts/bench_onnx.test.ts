/** The ONNX export, run by ONNX Runtime's WebAssembly in Node, against the f64 reference: prefill, decoding through the cache, batches. */
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import type { ModelConfig } from '../../src/types';
import { onnxModel, widenedHead } from '../bench/onnx';
import { byteLength, join, varint } from '../bench/protobuf';
import { oddConfig, weightsOf } from '../gpu/engine_fixture';
import { transformerForward } from '../reference/transformer';

ort.env.wasm.numThreads = 1;

const longs = (values: number[], dims: number[]): ort.Tensor => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);

/** Feeds `prompt` at once and the rest token by token through the cache; logits and ids of every position from the prompt's last on. */
async function decode(config: ModelConfig, model: Uint8Array, rows: number[][], prompt: number): Promise<{ logits: Float32Array[]; next: number[][] }> {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const B = rows.length, wide = widenedHead(config.head_dim), K = config.num_key_value_heads;
  let cache: Record<string, ort.Tensor> = {};
  for (let l = 0; l < config.num_hidden_layers; l++) for (const part of ['key', 'value']) cache[`past_key_values.${l}.${part}`] = new ort.Tensor('float32', new Float32Array(0), [B, K, 0, wide]);
  const logits: Float32Array[] = [], next: number[][] = [];
  for (let end = prompt, from = 0; end <= rows[0]!.length; from = end, end++) {
    const out = await session.run({ ...cache, input_ids: longs(rows.flatMap((row) => row.slice(from, end)), [B, end - from]), attention_mask: longs(new Array<number>(B * end).fill(1), [B, end]) });
    logits.push(out['logits']!.data as Float32Array);
    next.push(Array.from(out['next']!.data as BigInt64Array, Number));
    cache = Object.fromEntries(Object.entries(out).filter(([name]) => name.startsWith('present.')).map(([name, value]) => [name.replace('present', 'past_key_values'), value]));
  }
  await session.release();
  return { logits, next };
}

test.each<[string, ModelConfig]>([
  ['heads of 6, widened to 16; tied', oddConfig()],
  ['heads of 16 as they are; untied, one key head', oddConfig({ head_dim: 16, num_key_value_heads: 1, tie_word_embeddings: false })],
  ['heads of 20, widened to 32; four key heads', oddConfig({ head_dim: 20, num_key_value_heads: 4 })],
])('%s: logits and greedy ids equal the reference at every position', async (_, config) => {
  const { parameters, tensors } = weightsOf(config, 5);
  const V = config.vocab_size, rows = [[3, 9, 9, 1, 44, 20, 5], [60, 2, 7, 7, 31, 0, 12]], prompt = 4;
  const { logits, next } = await decode(config, onnxModel(config, tensors, { next: true }), rows, prompt);
  expect(logits).toHaveLength(4);
  rows.forEach((row, b) => {
    const want = transformerForward(config, parameters, row, [0, row.length]).logits;
    logits.forEach((got, i) => {
      const expected = want.subarray((prompt + i - 1) * V, (prompt + i) * V);
      expected.forEach((value, v) => expect(Math.abs(got[b * V + v]! - value), `row ${b} position ${prompt + i - 1} id ${v}`).toBeLessThan(2e-4));
      expect(next[i]![b]).toBe(expected.indexOf(Math.max(...expected)));
    });
  });
});

test('what has no such export is refused', () => {
  const config = oddConfig({ model_type: 'qwen3', qk_norm: true });
  expect(() => onnxModel(config, weightsOf(config, 1).tensors, { next: false })).toThrow(/Llama layout/);
  const llama = oddConfig();
  expect(() => onnxModel(llama, weightsOf(llama, 1).tensors.slice(1), { next: false })).toThrow(/no tensor model.embed_tokens.weight/);
});

test('varints: one byte, the carry, and two\'s complement', () => {
  expect([...varint(0)]).toEqual([0]);
  expect([...varint(127)]).toEqual([127]);
  expect([...varint(300)]).toEqual([0xac, 0x02]);
  expect([...varint(-1)]).toEqual([255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
  expect(byteLength([Uint8Array.of(1, 2), [Uint8Array.of(3)]])).toBe(3);
  expect([...join([Uint8Array.of(1, 2), [Uint8Array.of(3)]])]).toEqual([1, 2, 3]);
});
