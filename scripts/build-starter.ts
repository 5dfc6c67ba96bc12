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
import { SAMPLE, sampleCorpus } from '../src/synthetic/sample';
import { createTokenizer } from '../src/tokenizer/tokenizer';
import { trainTokenizer } from '../src/tokenizer/train';
import type { Checkpoint, CheckpointStore, MetricRow } from '../src/types';
import { root } from './build.mjs';
import { nodeParts } from './node-lab';

/**
 * Recipe E of the measured ones (0.35M) for the Demo, recipe F (0.11M) for tests and slow adapters; a list of phases each. JavaScript
 * is longer than the Python they were measured on, and copying digits is the last skill to come: E gets a second phase for it.
 */
const RECIPES: Record<string, Partial<Settings>[]> = {
  'starter-small': [{ modelSize: '107k', warmstartSteps: 1800, warmstartLearningRate: 5e-3 }],
  starter: [
    { modelSize: '351k', warmstartSteps: 1400, warmstartLearningRate: 4e-3 },
    { modelSize: '351k', warmstartSteps: 1500, warmstartLearningRate: 3e-3 },
  ],
};
const CODES = 20000;
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

/** One phase, numbered from 0. */
async function build(name: string, phase: number): Promise<void> {
  const recipe = RECIPES[name]![phase]!;
  const folder = join(root, 'public', 'models', name);
  const items = sampleCorpus(CODES, 200);
  const rng = createRng(SAMPLE.seed, 0, 999);
  const texts = items.slice(0, VOCABULARY_TEXTS).flatMap(item => [item.code, describe(item, rng, READER_DETAIL)]);
  const tokenizer = await createTokenizer(trainTokenizer(texts, { vocabSize: 512, languages: SAMPLE.languages }));
  const settings: Settings = { ...defaults(), ...recipe, seed: phase, steps: 0, vocabSize: tokenizer.vocabSize, evaluateItems: 48, checkpointSeconds: 60 };
  const config = modelConfig(settings, tokenizer.vocabSize);

  const { engine, parts } = await nodeParts();
  const kept = join(root, '.cache', `${name}-${phase}.checkpoint`);
  const store = fileStore(kept);
  const resume = (await store.load(name))?.checkpoint;
  const tensors = phase === 0 ? null : readModelFolder(['config.json', 'model.safetensors'].map(file => ({ name: file, bytes: readFileSync(join(folder, file)) }))).tensors;
  const started = performance.now();
  let last: MetricRow = {};
  const summary = await runLab(
    { ...parts, tokenizer, store },
    { runId: name, settings, items, corpusHash: `sample-${SAMPLE.seed}-${CODES}`, model: { config, tensors }, ...(resume ? { resume } : {}) },
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
  const before: unknown[] = phase === 0 ? [] : (JSON.parse(readFileSync(told, 'utf8')) as { phases: unknown[] }).phases.slice(0, phase);
  const done = {
    seed: settings.seed, settings: recipe, flops: summary.flops, seconds: summary.seconds, tokens: summary.tokens,
    adapter: summary.adapter.description || `${summary.adapter.vendor} ${summary.adapter.architecture}`, last,
  };
  writeFileSync(told, `${JSON.stringify({ corpus: { ...SAMPLE, codes: CODES }, phases: [...before, done] }, null, 2)}\n`);
  await engine.close();
  rmSync(kept, { force: true });
  console.log(`${name}: ${files.map(file => `${file.name} ${file.bytes.length} bytes`).join(', ')}`);
}

export async function main(args: string[]): Promise<void> {
  for (const arg of args.length ? args : Object.keys(RECIPES)) {
    const [name, only] = arg.split(':') as [string, string?];
    const phases = RECIPES[name];
    if (!phases) throw new Error(`There is no starter called ${name}; known are ${Object.keys(RECIPES).join(', ')}.`);
    for (let phase = 0; phase < phases.length; phase++) if (only === undefined || Number(only) === phase) await build(name, phase);
  }
}
