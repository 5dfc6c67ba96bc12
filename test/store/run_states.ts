/** Knows a small but whole run (a real model's shapes, a trained tokenizer, samples, a corpus) for the tests of files, branches and faults. */
import { corpusHash } from '../../src/corpus/hash';
import { countParameters, expectedTensors } from '../../src/formats/layout';
import { writeModelFolder, type FileEntry } from '../../src/formats/model_folder';
import { defaults } from '../../src/config';
import type { LabStore } from '../../src/store/lab_store';
import { createTokenizer } from '../../src/tokenizer/tokenizer';
import { trainTokenizer } from '../../src/tokenizer/train';
import type { Checkpoint, CodeItem, Episode, MetricRow, ModelConfig, TokenizerApi } from '../../src/types';
import { draws, floats } from '../formats/draws';

export const config: ModelConfig = {
  model_type: 'llama', vocab_size: 300, hidden_size: 4, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 2,
  max_position_embeddings: 32, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
};

export const items: CodeItem[] = Array.from({ length: 6 }, (_, i) => ({
  id: `id${i}`, language: i % 2 ? 'ruby' as const : 'javascript' as const, name: `f${i}`, path: `src/é${i}.js`, startLine: 1, endLine: 3, code: `function f${i}(a) {\n  return a + ${i};\n}`, signature: `function f${i}(a)`, params: ['a'],
  documentation: i % 3 ? '' : 'Adds.', split: i === 5 ? 'heldout' as const : 'train' as const, facts: [{ kind: 'name' as const, sentence: `It is called f${i}.`, values: [`f${i}`] }], ...(i % 2 ? {} : { inputs: [[i, null, 'x']] }),
}));

let made: Promise<TokenizerApi> | undefined;
export function tokenizer(): Promise<TokenizerApi> {
  made ??= createTokenizer(trainTokenizer(items.map(item => item.code), { vocabSize: 290, languages: ['javascript', 'ruby'] }));
  return made;
}

export const settings = { ...defaults(), steps: 12, seed: 9 };

export async function stateOf(runId: string, step: number, stage: 'loop' | 'warmstart' = 'loop'): Promise<Checkpoint> {
  const random = draws(step + 1), length = countParameters(config) + 17;
  return {
    runId, stage, step, seed: 9, settings, corpusHash: await corpusHash(items), tokenizerHash: (await tokenizer()).hash, savedAt: 1000 + step,
    loop: { meter: { prefilled: 1, sampled: 2, scored: 3, trained: step, seconds: { update: step } }, before: { 'heldout/similarity': 0.25 }, after: {}, history: [{ step: 0, best: -Infinity, mean: NaN, zero: -0 }], rewards: [0.5, null], said: ['gate'], rollbacks: 1, notFinite: 0, score: step === 4 ? 9 : 1 },
    trainer: {
      config, weights: floats(random, length), m: floats(random, length), v: floats(random, length), optimizerStep: step * 2, ...(step % 2 ? {} : { frozen: floats(random, length) }),
      kernels: [{ shape: 'forward 64 x 128', chosen: 'tiled' }], lossScale: 512, lossScaleSteps: 3,
    },
  };
}

export const rowOf = (step: number): MetricRow => ({ step, 'reward/mean': step / 7, loss: step === 3 ? NaN : -step, zero: -0 });

export const episodeOf = (step: number, group = 0): Episode => ({
  step, group, itemId: 'id0', language: 'javascript', name: 'f0', path: 'src/é0.js', code: items[0]!.code, documentation: `Adds at ${step}. \u2028"`, documentationLogps: Float32Array.of(-0.1, -1e-30, -Infinity),
  rDoc: 0.5, rDocReason: 'too long', leak: 0.25, reconstructions: [{ code: 'x', similarity: 0.1, parts: { edit: 0.1 }, advantage: -1, finished: true, exact: false, parses: true, discarded: 'copied', trace: { text: 'x', ids: Int32Array.of(5), ends: [1], logps: Float32Array.of(-0.5), clipped: Uint8Array.of(1) } }],
  documentationTrace: { text: 'Adds', ids: Int32Array.of(7, 9), ends: Int32Array.of(2, 4), logps: Float32Array.of(-0.3, -2), after: Float32Array.of(-0.2, NaN) }, lift: 0.01, discarded: '',
  logLikelihood: NaN, terms: { extra: 1 }, reward: 0.3, advantage: 0.7, documentationTokens: 3,
});

function modelFiles(): FileEntry[] {
  const random = draws(3);
  return expectedTensors(config).map(({ name, shape }) => ({ name, shape, data: floats(random, shape.reduce((a, b) => a * b, 1)) })) as unknown as FileEntry[];
}

/** A run with checkpoints 2, 4, ... of the loop, metrics 0..steps, samples of every second step, its own corpus, tokenizer and model. */
export async function wholeRun(store: LabStore, steps = 6): Promise<{ id: string; states: Checkpoint[] }> {
  const own = await tokenizer();
  const corpus = await store.corpora.save('my code', items, await corpusHash(items));
  await store.tokenizers.add('vocabulary', [{ name: 'tokenizer.json', bytes: new TextEncoder().encode(own.json) }], { vocabSize: own.vocabSize, hash: own.hash, corpusId: corpus.id });
  const model = await store.models.add('first model', writeModelFolder(config, modelFiles() as never, own.json, { dtype: 'F32' }), { parameters: 1, modelType: 'llama', source: 'import', runId: '' });
  const { id } = await store.runs.create({ preset: 'folder', settings, corpusId: corpus.id, modelId: model.id, name: 'amber-fox' });
  const states: Checkpoint[] = [];
  for (let step = 2; step <= steps; step += 2) {
    const state = await stateOf(id, step);
    await store.checkpoints.save(state);
    states.push(state);
  }
  await store.runs.appendMetrics(id, Array.from({ length: steps + 2 }, (_, step) => rowOf(step)));
  for (let step = 1; step <= steps + 1; step += 2) await store.runs.saveEpisodes(id, step, [episodeOf(step), episodeOf(step, 1)]);
  await store.runs.update(id, { state: 'running', step: steps, summary: { before: { 'heldout/similarity': 0.2 } }, embedding: { name: 'e', sha256: 'ab' }, saved: { stage: 'loop', step: steps, at: 5 }, marks: [{ kind: 'evaluated', step: 3, stage: 'warmstart', at: 1 }, { kind: 'saved', step: 4, at: 2 }, { kind: 'saved', step: 5, at: 3 }] });
  return { id, states };
}
