/** The embedding worker in a real browser: a folder's encoder against the same numbers worked out by hand, and models it refuses. */
import { afterEach, expect, test } from 'vitest';
import { fromFileList } from '../../../src/corpus/sources';
import { cosineSimilarity } from '../../../src/reward/embedding';
import { filesOf, readEncoderFolder } from '../../../src/ui/embedding_folder';
import { openEncoder } from '../../../src/ui/embedding_port';
import type { OpenEncoder } from '../../../src/ui/embedding_port';
import type { EmbeddingDevice } from '../../../workers/embedding';
import { CONFIG, encoderFiles, expectedVector, onnxModel, TOKENIZER, tokensOf, WIDTH, WORDS } from '../../fixtures/encoder/tiny_encoder';

const TEXTS = [
  'function add(a, b) { return a + b; }', 'function sub(a, b) { return a - b; }', 'return a', '',
  'a name that is not in the vocabulary', 'function add(a, b)\n{\n  return a + b;\n}',
];

const opened: OpenEncoder[] = [];
afterEach(() => { for (const encoder of opened.splice(0)) encoder.close(); });

async function open(files: File[], device: EmbeddingDevice = 'wasm', onProgress: (done: number, total: number) => void = () => undefined): Promise<OpenEncoder> {
  const encoder = await openEncoder(await readEncoderFolder(await filesOf(fromFileList(files))), device, onProgress);
  opened.push(encoder);
  return encoder;
}

function expectClose(vector: Float32Array, expected: number[], tolerance = 1e-5): void {
  expect(vector).toHaveLength(expected.length);
  expected.forEach((value, k) => expect(Math.abs(vector[k]! - value), `component ${k}`).toBeLessThan(tolerance));
}

test('vectors are the normalised means of the states, to 1e-5; equal tokens have similarity 1, others less', async () => {
  const told: [number, number][] = [];
  const { embedder, dimensions, sha256 } = await open(encoderFiles(), 'wasm', (done, total) => told.push([done, total]));
  expect(dimensions).toBe(WIDTH);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const vectors = await embedder.embed(TEXTS);
  vectors.forEach((vector, i) => expectClose(vector, expectedVector(TEXTS[i]!)));
  // Layout is no token of this tokenizer, so the last text is the first.
  expect(cosineSimilarity(vectors[0]!, vectors[5]!)).toBe(1);
  for (const i of [1, 2, 3, 4]) expect(cosineSimilarity(vectors[0]!, vectors[i]!)).toBeLessThan(0.999);
  // A text's vector does not depend on its company.
  expect(await embedder.embed([TEXTS[2]!])).toEqual([vectors[2]]);
  expect(await embedder.embed([])).toEqual([]);
  // The runtime came whole, and bytes only ever grew.
  expect(told.at(-1)![0]).toBe(told.at(-1)![1]);
  expect(told.at(-1)![0]).toBeGreaterThan(1e7);
  told.forEach(([done, total], i) => { expect(done).toBeLessThanOrEqual(total); if (i > 0) expect(done).toBeGreaterThanOrEqual(told[i - 1]![0]); });
});

test('a longer text is cut at the positions the model has', async () => {
  const { embedder } = await open(encoderFiles({ 'tokenizer_config.json': JSON.stringify({ model_max_length: 1e30 }) }));
  const long = Array.from({ length: 40 }, (_, i) => WORDS[4 + i % 6]).join(' ');
  expect(tokensOf(long).length).toBe(42);
  const [vector] = await embedder.embed([long]);
  expectClose(vector!, expectedVector(long, CONFIG.max_position_embeddings));
  expect(expectedVector(long).some((value, k) => Math.abs(value - vector![k]!) > 1e-4)).toBe(true);
});

test('files beside each other, a quantized name and a folder in a folder are found, too', async () => {
  for (const files of [
    encoderFiles({ 'onnx/model.onnx': null, 'model.onnx': onnxModel() }, ''),
    encoderFiles({ 'onnx/model.onnx': null, 'onnx/model_quantized.onnx': onnxModel() }, 'tiny-quantized/'),
    encoderFiles({ 'README.md': 'About it.' }, 'models/tiny/'),
  ]) {
    const { embedder } = await open(files);
    expectClose((await embedder.embed([TEXTS[0]!]))[0]!, expectedVector(TEXTS[0]!));
  }
});

test('a model that cannot embed is refused with words, whatever is wrong with it', async () => {
  const refused: [string, Record<string, BlobPart>][] = [
    ['protobuf', { 'onnx/model.onnx': 'this is no protocol buffer at all' }],
    ['gives sentence_score, none of which is a state', { 'onnx/model.onnx': onnxModel('sentence_score') }],
    ['gives logits, none of which is a state', { 'onnx/model.onnx': onnxModel('logits') }],
    // A tokenizer without a token for what it does not know.
    ['BigInt', { 'tokenizer.json': JSON.stringify({ ...TOKENIZER, model: { type: 'WordLevel', vocab: TOKENIZER.model.vocab } }) }],
  ];
  for (const [words, changes] of refused) {
    await expect(open(encoderFiles(changes)), words).rejects.toMatchObject({ name: 'BadInput', message: expect.stringMatching(new RegExp(`tiny could not be opened: .*${words}.*Nothing was changed`)) });
  }
});

test('nothing but the page\'s own files is asked for', async () => {
  const before = performance.getEntriesByType('resource').length;
  await open(encoderFiles());
  const names = performance.getEntriesByType('resource').slice(before).map((entry) => entry.name);
  expect(names.filter((name) => new URL(name).origin !== location.origin)).toEqual([]);
});

test('on the GPU the same vectors, where the browser has one', async ({ skip }) => {
  if (!await navigator.gpu?.requestAdapter()) skip('no WebGPU adapter');
  const { embedder } = await open(encoderFiles(), 'webgpu');
  const vectors = await embedder.embed(TEXTS);
  vectors.forEach((vector, i) => expectClose(vector, expectedVector(TEXTS[i]!), 1e-4));
});
