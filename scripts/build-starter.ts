/**
 * `npm run build:starter [-- NAME[:PHASE]...]`: draws the sample corpus, trains its tokenizer, warm-starts the starter models with
 * the page's own engine on whatever adapter Node finds, and writes public/models/NAME. A later phase goes on from the files of the
 * one before. Interrupted, it resumes from .cache.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { defaults, modelConfig, type Settings } from '../src/config';
import { READER_DETAIL, describe } from '../src/corpus/describe';
import { readModelFolder, writeModelFolder } from '../src/formats/model_folder';
import { runLab } from '../src/loop/run';
import { createRng } from '../src/rng';
import { SAMPLE, SECOND, grownCorpus, sampleCorpus } from '../src/synthetic/sample';
import { withLanguage } from '../src/tokenizer/grow';
import { createTokenizer } from '../src/tokenizer/tokenizer';
import { trainTokenizer } from '../src/tokenizer/train';
import type { Checkpoint, CheckpointStore, CodeItem, Language, MetricRow, ModelConfig, NamedTensor } from '../src/types';
import { root } from './build.mjs';
import { nodeParts } from './node-lab';

/**
 * Recipe E of the measured ones (0.35M) for the Demo, recipe F (0.11M) for tests and slow adapters; a list of phases each. JavaScript
 * is longer than the Python they were measured on, and copying digits is the last skill to come: E gets a second phase for it.
 */
interface Recipe {
  phases: Partial<Settings>[];
  /** Goes on from another starter's files with one more language, and learns from both. */
  grown?: { from: string; language: Language };
}

const RECIPES: Record<string, Recipe> = {
  'starter-small': { phases: [{ modelSize: '107k', warmstartSteps: 1800, warmstartLearningRate: 5e-3 }] },
  starter: {
    phases: [
      { modelSize: '351k', warmstartSteps: 1400, warmstartLearningRate: 4e-3 },
      { modelSize: '351k', warmstartSteps: 1500, warmstartLearningRate: 3e-3 },
    ],
  },
  // It reads as much Python as JavaScript, and hardly any documentation of it.
  'starter-python': { grown: { from: 'starter', language: 'python' }, phases: [{ modelSize: '351k', warmstartSteps: 600, warmstartLearningRate: 2e-3, maxCodeTokens: 110 }] },
};
const CODES = 20000;
/** A new token begins as the first language's, a little apart from it. */
const APART = 0.02;
const VOCABULARY_TEXTS = 4000;

/** One checkpoint in one file, replaced whole. */
function fileStore(path: string): CheckpointStore {
  return {
    save: checkpoint => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, serialize(checkpoint));
      renameSync(`${path}.new`, path);
      return Promise.resolve();
    },
    load: () => Promise.resolve(existsSync(path) ? { checkpoint: deserialize(readFileSync(path)) as Checkpoint, notice: '' } : null),
  };
}

interface Starter { config: ModelConfig; tensors: NamedTensor[]; tokenizerJson: string }

function readStarter(name: string): Starter {
  const model = readModelFolder(['config.json', 'tokenizer.json', 'model.safetensors'].map(file => ({ name: file, bytes: readFileSync(join(root, 'public', 'models', name, file)) })));
  if (model.tokenizerJson === null) throw new Error(`The starter ${name} has no tokenizer.`);
  return { config: model.config, tensors: model.tensors, tokenizerJson: model.tokenizerJson };
}

function vocabularyOf(items: readonly CodeItem[]): string {
  const rng = createRng(SAMPLE.seed, 0, 999);
  return trainTokenizer(items.slice(0, VOCABULARY_TEXTS).flatMap(item => [item.code, describe(item, rng, READER_DETAIL)]), { vocabSize: 512, languages: SAMPLE.languages });
}

/** The starter with a token for one more language. */
function grow({ config, tensors, tokenizerJson }: Starter, language: Language): Starter {
  const { json, id } = withLanguage(tokenizerJson, language), C = config.hidden_size, rng = createRng(SECOND.seed, 0, 998);
  const like = Number((JSON.parse(tokenizerJson) as { model: { vocab: Record<string, number> } }).model.vocab[`<|${SAMPLE.languages[0]}|>`]);
  if (id !== config.vocab_size) throw new Error(`The model has ${config.vocab_size} tokens and the new one would be ${id}.`);
  return {
    config: { ...config, vocab_size: id + 1 }, tokenizerJson: json,
    tensors: tensors.map(tensor => {
      if (tensor.name !== 'model.embed_tokens.weight') return tensor;
      const data = new Float32Array((id + 1) * C);
      data.set(tensor.data);
      for (let c = 0; c < C; c++) data[id * C + c] = tensor.data[like * C + c]! + APART * (rng() - 0.5);
      return { ...tensor, shape: [id + 1, C], data };
    }),
  };
}

/** One phase, numbered from 0. */
async function build(name: string, phase: number): Promise<void> {
  const { phases, grown } = RECIPES[name]!, recipe = phases[phase]!;
  const folder = join(root, 'public', 'models', name);
  const items = grown ? grownCorpus(CODES, 200) : sampleCorpus(CODES, 200);
  const before = phase > 0 ? readStarter(name) : grown ? grow(readStarter(grown.from), grown.language) : null;
  const tokenizer = await createTokenizer(before ? before.tokenizerJson : vocabularyOf(items));
  const settings: Settings = { ...defaults(), ...recipe, seed: phase, steps: 0, vocabSize: tokenizer.vocabSize, evaluateItems: 48, checkpointSeconds: 60 };
  const config = before?.config ?? modelConfig(settings, tokenizer.vocabSize), tensors = before?.tensors ?? null;

  const { engine, parts } = await nodeParts();
  const kept = join(root, '.cache', `${name}-${phase}.checkpoint`);
  const store = fileStore(kept);
  const resume = (await store.load(name))?.checkpoint;
  const started = performance.now();
  let last: MetricRow = {};
  const summary = await runLab(
    { ...parts, tokenizer, store },
    { runId: name, settings, items, corpusHash: `${grown ? 'grown' : 'sample'}-${SAMPLE.seed}-${CODES}`, model: { config, tensors }, ...(resume ? { resume } : {}) },
    { gate: () => Promise.resolve(), stopping: () => false },
    event => {
      if (event.type === 'notice') console.log(`${event.level}: ${event.text}`);
      if (event.type !== 'metrics') return;
      last = { ...last, ...event.row };
      const step = event.row['warmstart/step'];
      if (step !== undefined && (step % 50 === 0 || Object.keys(event.row).length > 9)) {
        console.log(`${name}:${phase} ${step}/${settings.warmstartSteps} ${((performance.now() - started) / 1000).toFixed(0)} s ${JSON.stringify(event.row)}`);
      }
    },
  );
  mkdirSync(folder, { recursive: true });
  const special = (token: string): number => tokenizer.special(token);
  const files = writeModelFolder(config, await engine.exportTensors(), tokenizer.json, {
    dtype: 'F16', tokens: { bos_token_id: special('<|bos|>'), eos_token_id: special('<|end|>'), pad_token_id: special('<|pad|>') },
  });
  for (const file of files) writeFileSync(join(folder, file.name), file.bytes);
  const told = join(folder, 'recipe.json');
  const earlier: unknown[] = phase === 0 ? [] : (JSON.parse(readFileSync(told, 'utf8')) as { phases: unknown[] }).phases.slice(0, phase);
  const done = {
    seed: settings.seed, settings: recipe, flops: summary.flops, seconds: summary.seconds, tokens: summary.tokens,
    adapter: summary.adapter.description || `${summary.adapter.vendor} ${summary.adapter.architecture}`, last,
  };
  writeFileSync(told, `${JSON.stringify({ corpus: grown ? { ...grown, ...SECOND, codes: CODES } : { ...SAMPLE, codes: CODES }, phases: [...earlier, done] }, null, 2)}\n`);
  await engine.close();
  rmSync(kept, { force: true });
  console.log(`${name}: ${files.map(file => `${file.name} ${file.bytes.length} bytes`).join(', ')}`);
}

export async function main(args: string[]): Promise<void> {
  for (const arg of args.length ? args : Object.keys(RECIPES)) {
    const [name, only] = arg.split(':') as [string, string?];
    const phases = RECIPES[name]?.phases;
    if (!phases) throw new Error(`There is no starter called ${name}; known are ${Object.keys(RECIPES).join(', ')}.`);
    for (let phase = 0; phase < phases.length; phase++) if (only === undefined || Number(only) === phase) await build(name, phase);
  }
}
