/** What is said of folders that are no encoder's, and the choice of one as the page makes it: what was in use stays in use. */
import { beforeEach, expect, test } from 'vitest';
import { fromFileList } from '../../../src/corpus/sources';
import { PairScorer } from '../../../src/reward/scorer';
import { withEmbedding } from '../../../src/reward/embedding';
import { filesOf, readEncoderFolder } from '../../../src/ui/embedding_folder';
import { Encoders } from '../../../src/ui/embedding_model';
import { encoder, encoderLoading, encoderProblem } from '../../../src/ui/state';
import type { ScoredPair } from '../../../src/types';
import { CONFIG, encoderFiles, expectedVector, TOKENIZER, WIDTH } from '../../fixtures/encoder/tiny_encoder';

beforeEach(() => { encoder.value = null; encoderLoading.value = null; encoderProblem.value = ''; });

const read = async (files: File[]) => readEncoderFolder(await filesOf(fromFileList(files)));

test('a bad folder is BadInput that names what is wrong', async () => {
  const cases: [string, Record<string, BlobPart | null>][] = [
    ['no config.json', { 'config.json': null }],
    ['no tokenizer.json', { 'tokenizer.json': null }],
    ['no onnx/model.onnx', { 'onnx/model.onnx': null }],
    ['no tokenizer.json, no onnx/model.onnx', { 'tokenizer.json': null, 'onnx/model.onnx': null }],
    ['model.safetensors is another format', { 'onnx/model.onnx': null, 'model.safetensors': 'x' }],
    ['config.json could not be read', { 'config.json': '{' }],
    ['config.json holds no object', { 'config.json': '[]' }],
    ['"model_type"', { 'config.json': '{}' }],
    ['tokenizer.json has no "model"', { 'tokenizer.json': '{}' }],
    ['tokenizer_config.json could not be read', { 'tokenizer_config.json': 'nope' }],
    ['config.json has 1048577 bytes', { 'config.json': ' '.repeat(2 ** 20 + 1) }],
    ['model.onnx is empty', { 'onnx/model.onnx': '' }],
    ['pointer of Git LFS', { 'onnx/model.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n' }],
    ['is a web page', { 'onnx/model.onnx': '<!DOCTYPE html><html>' }],
    ['model.onnx_data is empty', { 'onnx/model.onnx_data': '' }],
  ];
  for (const [words, changes] of cases) {
    await expect(read(encoderFiles(changes)), words).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining(words) });
    await expect(read(encoderFiles(changes)), words).rejects.toThrow(/The embedding model in use is unchanged\./);
  }
  await expect(read([])).rejects.toThrow(/no config.json, no tokenizer.json, no onnx\/model.onnx/);
  await expect(read([new File(['PK'], 'tiny.zip')])).rejects.toThrow(/tiny.zip is an archive/);
});

test('the longest text is what both the tokenizer and the model allow', async () => {
  const lengthOf = async (config: object, tokenizer?: object) => (JSON.parse((await read(encoderFiles({
    'config.json': JSON.stringify({ ...CONFIG, ...config }), ...(tokenizer ? { 'tokenizer_config.json': JSON.stringify(tokenizer) } : {}),
  }))).tokenizerConfig) as { model_max_length?: number }).model_max_length;
  expect(await lengthOf({})).toBe(32);
  expect(await lengthOf({}, { model_max_length: 1e30 })).toBe(32);
  expect(await lengthOf({}, { model_max_length: 16 })).toBe(16);
  // RoBERTa counts positions from its padding token's id on.
  expect(await lengthOf({ model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 })).toBe(512);
  expect(await lengthOf({ max_position_embeddings: undefined })).toBeUndefined();
});

test('a folder handle is walked, as far as a model\'s folder goes', async () => {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('tiny-handle', { create: true });
  for (const file of encoderFiles()) {
    const path = file.webkitRelativePath.split('/').slice(1);
    let folder = root;
    for (const part of path.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
    const stream = await (await folder.getFileHandle(path.at(-1)!, { create: true })).createWritable();
    await stream.write(await file.arrayBuffer());
    await stream.close();
  }
  const found = await readEncoderFolder(await filesOf([{ kind: 'folder', handle: root }]));
  expect(found).toMatchObject({ name: 'tiny-handle', modelName: 'model', weights: null });
  expect(JSON.parse(found.tokenizer)).toEqual(TOKENIZER);
});

test('choosing takes it into use and scores with it; a bad folder after it changes nothing', async () => {
  const encoders = new Encoders(), chosen = (files: File[]) => filesOf(fromFileList(files));
  await expect(encoders.use('wasm')).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining('none is chosen') });
  expect(await encoders.choose(chosen(encoderFiles()), 'wasm')).toBe(true);
  expect(encoder.value).toEqual({ name: 'tiny', dimensions: WIDTH, device: 'wasm' });
  expect(encoderLoading.value).toBeNull();
  for (const [bad, words] of [[{ 'tokenizer.json': null }, 'no tokenizer.json'], [{ 'onnx/model.onnx': 'rubbish that is no model' }, 'could not be opened']] as const) {
    expect(await encoders.choose(chosen(encoderFiles(bad, 'other/')), 'wasm')).toBe(false);
    expect(encoderProblem.value).toContain(words);
    expect(encoder.value).toEqual({ name: 'tiny', dimensions: WIDTH, device: 'wasm' });
    expect(encoderLoading.value).toBeNull();
  }
  const { embedder, identity } = await encoders.use('wasm');
  expect(identity).toEqual({ name: 'tiny', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const original = 'function add(a, b) { return a + b; }', other = 'function sub(a, b) { return a - b; }';
  const pairs: ScoredPair[] = [original, other].map((reconstruction) => ({ original, reconstruction, language: 'javascript' }));
  const [same, different] = await withEmbedding(new PairScorer(), embedder).score(pairs, { weights: { embedding: 1 }, unparsable: 1 });
  expect(same).toMatchObject({ value: 1, parts: { embedding: 1 } });
  const left = expectedVector(original), right = expectedVector(other);
  expect(different!.value).toBeCloseTo(Math.max(0, left.reduce((sum, value, i) => sum + value * right[i]!, 0)), 5);
  expect(different!.value).toBeLessThan(0.999);
  // Another model takes its place, and the worker of the first is gone.
  expect(await encoders.choose(chosen(encoderFiles({}, 'second/')), 'wasm')).toBe(true);
  expect((await encoders.use('wasm')).identity.name).toBe('second');
  await expect(embedder.embed([original])).rejects.toThrow(/was closed/);
});

test('of two choices the later one counts, though the earlier ends last', async () => {
  const encoders = new Encoders();
  let release: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => { release = resolve; }).then(() => filesOf(fromFileList(encoderFiles({}, 'slow/'))));
  const first = encoders.choose(slow, 'wasm');
  const second = encoders.choose(filesOf(fromFileList(encoderFiles({}, 'quick/'))), 'wasm');
  expect(await second).toBe(true);
  release();
  expect(await first).toBe(false);
  expect(encoder.value?.name).toBe('quick');
});
