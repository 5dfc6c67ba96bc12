/** The embedding worker in a real browser: a folder's encoder against the same numbers worked out by hand. */
import * as Comlink from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { cosineSimilarity } from '../../../src/reward/embedding';
import { readEncoderFolder } from '../../../src/ui/embedding_folder';
import type { EmbeddingApi, EncoderFolder } from '../../../workers/embedding';
import { CONFIG, encoderFiles, expectedVector, onnxModel, tokensOf, WIDTH } from './tiny_encoder';

const TEXTS = [
  'function add(a, b) { return a + b; }', 'function sub(a, b) { return a - b; }', 'return a', '',
  'a name that is not in the vocabulary', 'function add(a, b)\n{\n  return a + b;\n}',
];

const workers: Worker[] = [];
afterEach(() => { for (const worker of workers.splice(0)) worker.terminate(); });

function start(): Comlink.Remote<EmbeddingApi> {
  const worker = new Worker(new URL('../../../workers/embedding.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return Comlink.wrap<EmbeddingApi>(worker);
}
const quiet = Comlink.proxy(() => undefined);
const open = async (folder: EncoderFolder) => { const api = start(); return { api, opened: await api.open(folder, 'wasm', quiet) }; };

test('vectors are the normalised means of the states, to 1e-5', async () => {
  const { api, opened } = await open(await readEncoderFolder(encoderFiles()));
  expect(opened).toEqual({ dimensions: WIDTH });
  const vectors = await api.embed(TEXTS);
  vectors.forEach((vector, i) => {
    const expected = expectedVector(TEXTS[i]!);
    expect(vector).toHaveLength(WIDTH);
    expected.forEach((value, k) => expect(Math.abs(vector[k]! - value), `${TEXTS[i]} [${k}]`).toBeLessThan(1e-5));
  });
  // Layout is no token of this tokenizer, so the last text is the first; another function is another vector.
  expect(cosineSimilarity(vectors[0]!, vectors[5]!)).toBe(1);
  for (const i of [1, 2, 3, 4]) expect(cosineSimilarity(vectors[0]!, vectors[i]!)).toBeLessThan(0.999);
  // A text's vector does not depend on its company.
  expect(await api.embed([TEXTS[2]!])).toEqual([vectors[2]]);
  expect(await api.embed([])).toEqual([]);
});
