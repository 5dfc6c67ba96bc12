/** The parts of a run outside a browser: engine on Node's adapter, scorer, interpreter. For building starters and for machines without a screen. */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Parser } from 'web-tree-sitter';
import { presetSettings, type PresetName, type SettingValue, type Settings } from '../src/config';
import { describe } from '../src/corpus/describe';
import { createParser, type GrammarSource } from '../src/corpus/parser';
import { factScore } from '../src/corpus/precision';
import { planInputs } from '../src/execution/inputs/inputs';
import { metricsJsonl, samplesJsonl } from '../src/formats/metrics';
import { readModelFolder, writeModelFolder } from '../src/formats/model_folder';
import { openGpu } from '../src/gpu/device';
import { runLab, type LabDeps } from '../src/loop/run';
import { Engine } from '../src/model/engine';
import { PairScorer } from '../src/reward/scorer';
import { treeSitterParser } from '../src/reward/tree_sitter';
import { SAMPLE, SECOND, sampleCorpus, secondCorpus } from '../src/synthetic/sample';
import { createTokenizer } from '../src/tokenizer/tokenizer';
import type { Episode, Executor, Language, MetricRow } from '../src/types';
import { nodeGpu } from './adapter';
import { root } from './build.mjs';
import { nodeSandbox } from './node-sandbox';

/** Runs what the model wrote, JavaScript and Python, each engine loaded at its first program. Their own limits end what does not end. */
function nodeExecutor(): Executor {
  const opened = new Map<Language, ReturnType<typeof nodeSandbox>>();
  const languages: Language[] = ['javascript', 'python'];
  const judge: NonNullable<Executor['judge']> = async jobs => {
    const results: Awaited<ReturnType<typeof judge>> = [];
    for (const job of jobs) {
      if (!languages.includes(job.language)) { results.push({ outputs: null, ending: 'not run' }); continue; }
      if (!opened.has(job.language)) opened.set(job.language, nodeSandbox(job.language));
      results.push(await (await opened.get(job.language)!)!.run(job));
    }
    return results;
  };
  return { languages, judge, run: async jobs => (await judge(jobs)).map(({ outputs }) => outputs) };
}

const modules = createRequire(import.meta.url);
/** The grammars of the sample corpus, from their packages. */
const nodeGrammars: GrammarSource = {
  runtimeWasm: new Uint8Array(readFileSync(modules.resolve('web-tree-sitter/web-tree-sitter.wasm'))),
  grammar: async file => new Uint8Array(await readFile(modules.resolve(`${file.replace(/\.wasm$/, '')}/${file}`))),
};

/** Everything of a run but its tokenizer and its store, for the sample corpus. */
export async function nodeParts(): Promise<{ engine: Engine; parts: Omit<LabDeps, 'tokenizer' | 'store'> }> {
  const engine = new Engine(await openGpu(await nodeGpu()));
  const parser = await createParser(nodeGrammars);
  await parser.load(['javascript', 'python']);
  await Parser.init();
  const grammar = (language: string): Promise<Uint8Array> => readFile(modules.resolve(`tree-sitter-${language}/tree-sitter-${language}.wasm`));
  const rewarder = new PairScorer(await treeSitterParser({ javascript: await grammar('javascript'), python: await grammar('python') }));
  return { engine, parts: { trainer: engine, rewarder, executor: nodeExecutor(), planInputs: (items, count) => Promise.resolve(items.map(item => planInputs(parser, item, count))), describe, factCheck: factScore } };
}

/**
 * One run of a preset on the sample corpus from a shipped starter, as the page would do it, without the page. Writes
 * metrics.jsonl, samples.jsonl, summary.json and model/ to `out`. `from`: a model folder to begin with instead, on the corpus of the starter named. @throws when there is no adapter or the run fails
 */
export async function runNodeLab(request: { preset: PresetName; settings: Record<string, SettingValue>; out: string; from?: string }): Promise<Record<string, unknown>> {
  const settings = { ...presetSettings(request.preset), ...request.settings } as Settings;
  if (settings.model === 'new') throw new Error('Without a page a run starts from a shipped starter; set model to one of them.');
  const folder = request.from ?? join(root, 'public', 'models', settings.model);
  const names = ['config.json', 'tokenizer.json', 'model.safetensors'];
  const model = readModelFolder(await Promise.all(names.map(async name => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) }))));
  const tokenizer = await createTokenizer(model.tokenizerJson!);
  const second = settings.model === 'starter-python';
  const { engine, parts } = await nodeParts();
  const rows: MetricRow[] = [];
  const episodes: Episode[] = [];
  try {
    const summary = await runLab(
      { ...parts, tokenizer, store: null },
      { runId: 'node', settings, items: second ? secondCorpus() : sampleCorpus(), corpusHash: second ? `second-${SECOND.seed}` : `sample-${SAMPLE.seed}`, model: { config: model.config, tensors: model.tensors } },
      { gate: () => Promise.resolve(), stopping: () => false },
      event => {
        if (event.type === 'notice') process.stderr.write(`${event.level}: ${event.text}\n`);
        if (event.type === 'episodes') episodes.push(...event.episodes);
        if (event.type !== 'metrics') return;
        rows.push(event.row);
        const { step } = event.row;
        if (step !== undefined && step % 10 === 0) process.stderr.write(`update ${step} of ${settings.steps}, reward ${(event.row['reward/mean'] ?? NaN).toFixed(3)}\n`);
      },
    );
    await mkdir(join(request.out, 'model'), { recursive: true });
    const about = { preset: request.preset, seed: settings.seed, ...summary };
    await writeFile(join(request.out, 'metrics.jsonl'), metricsJsonl(rows));
    await writeFile(join(request.out, 'samples.jsonl'), samplesJsonl(episodes));
    await writeFile(join(request.out, 'summary.json'), `${JSON.stringify(about, null, 2)}\n`);
    for (const file of writeModelFolder(model.config, await engine.exportTensors(), tokenizer.json, { dtype: 'F32' })) await writeFile(join(request.out, 'model', file.name), file.bytes);
    return about;
  } finally {
    await engine.close();
  }
}
