/**
 * `npm run build:starter [-- NAME...]`: draws the sample corpus, trains its tokenizer, warm-starts the starter models with the
 * page's own engine on whatever adapter Node finds, and writes public/models/NAME. Interrupted, it resumes from .cache.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { defaults, modelConfig, type Settings } from '../src/config';
import { READER_DETAIL, describe } from '../src/corpus/describe';
import { writeModelFolder } from '../src/formats/model_folder';
import { runLab } from '../src/loop/run';
import { createRng } from '../src/rng';
import { SAMPLE, sampleCorpus } from '../src/synthetic/sample';
import { createTokenizer } from '../src/tokenizer/tokenizer';
import { trainTokenizer } from '../src/tokenizer/train';
import type { Checkpoint, CheckpointStore, MetricRow } from '../src/types';
import { root } from './build.mjs';
import { nodeParts } from './node-lab';

/** Recipe E of the measured ones (0.35M) for the Demo; recipe F (0.11M) for tests and slow adapters. */
const RECIPES: Record<string, Partial<Settings>> = {
  'starter-small': { modelSize: '107k', warmstartSteps: 1800, warmstartLearningRate: 5e-3 },
  starter: { modelSize: '351k', warmstartSteps: 1400, warmstartLearningRate: 4e-3 },
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

async function build(name: string): Promise<void> {
  const recipe = RECIPES[name];
  if (!recipe) throw new Error(`There is no starter called ${name}; known are ${Object.keys(RECIPES).join(', ')}.`);
  const items = sampleCorpus(CODES, 200);
  const rng = createRng(SAMPLE.seed, 0, 999);
  const texts = items.slice(0, VOCABULARY_TEXTS).flatMap(item => [item.code, describe(item, rng, READER_DETAIL)]);
  const tokenizer = await createTokenizer(trainTokenizer(texts, { vocabSize: 512, languages: SAMPLE.languages }));
  const settings: Settings = { ...defaults(), ...recipe, seed: 0, steps: 0, vocabSize: tokenizer.vocabSize, evaluateItems: 48, checkpointSeconds: 60 };
  const config = modelConfig(settings, tokenizer.vocabSize);

  const { engine, parts } = await nodeParts();
  const kept = join(root, '.cache', `${name}.checkpoint`);
  const store = fileStore(kept);
  const resume = (await store.load(name))?.checkpoint;
  const started = performance.now();
  let last: MetricRow = {};
  const summary = await runLab(
    { ...parts, tokenizer, store },
    { runId: name, settings, items, corpusHash: `sample-${SAMPLE.seed}-${CODES}`, model: { config, tensors: null }, ...(resume ? { resume } : {}) },
    { gate: () => Promise.resolve(), stopping: () => false },
    event => {
      if (event.type === 'notice') console.log(`${event.level}: ${event.text}`);
      if (event.type !== 'metrics') return;
      last = { ...last, ...event.row };
      const step = event.row['warmstart/step'];
      if (step !== undefined && (step % 50 === 0 || Object.keys(event.row).length > 9)) {
        console.log(`${name} ${step}/${settings.warmstartSteps} ${((performance.now() - started) / 1000).toFixed(0)} s ${JSON.stringify(event.row)}`);
      }
    },
  );
  const folder = join(root, 'public', 'models', name);
  mkdirSync(folder, { recursive: true });
  const special = (token: string): number => tokenizer.special(token);
  const files = writeModelFolder(config, await engine.exportTensors(), tokenizer.json, {
    dtype: 'F16', tokens: { bos_token_id: special('<|bos|>'), eos_token_id: special('<|end|>'), pad_token_id: special('<|pad|>') },
  });
  for (const file of files) writeFileSync(join(folder, file.name), file.bytes);
  const recipeFile = {
    corpus: { ...SAMPLE, codes: CODES }, seed: settings.seed, settings: recipe, flops: summary.flops, seconds: summary.seconds, tokens: summary.tokens,
    adapter: summary.adapter.description || `${summary.adapter.vendor} ${summary.adapter.architecture}`, last,
  };
  writeFileSync(join(folder, 'recipe.json'), `${JSON.stringify(recipeFile, null, 2)}\n`);
  await engine.close();
  rmSync(kept, { force: true });
  console.log(`${name}: ${files.map(file => `${file.name} ${file.bytes.length} bytes`).join(', ')}`);
}

export async function main(args: string[]): Promise<void> {
  for (const name of args.length ? args : Object.keys(RECIPES)) await build(name);
}
