/** `npm run record`: makes what the Explain tab ships with, by running it: the recorded run, and what each exhibit measured. Needs a Vulkan adapter in Node. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { presetSettings } from '../src/config';
import type { Settings } from '../src/config';
import { readModelFolder } from '../src/formats/model_folder';
import { runLab } from '../src/loop/run';
import type { RunSummary } from '../src/loop/run';
import { createPrompts } from '../src/rl/prompts';
import { SAMPLE, sampleCorpus } from '../src/synthetic/sample';
import { pieceEnds } from '../src/tokenizer/pieces';
import { createTokenizer } from '../src/tokenizer/tokenizer';
import type { Episode, MetricRow, ModelConfig, NamedTensor, StoryPage, TokenTrace, TokenizerApi, Trainer } from '../src/types';
import { EXHIBIT_BASE, EXHIBITS } from '../src/ui/explain/exhibits';
import { readingsOf } from '../src/ui/explain/readings';
import { packShares, RECORDING_FORMAT } from '../src/ui/explain/recording';
import type { Moved, RecordedAttention, RecordedStep, Recording } from '../src/ui/explain/recording';
import { root } from './build.mjs';
import { nodeParts } from './node-lab';

export const USAGE = `Usage: npm run record [-- --exhibits [NAME,...]]
  Runs a short Demo and writes public/recorded/run.json.
  --exhibits  runs the exhibits instead (all, or the named ones) and writes src/ui/explain/exhibits_measured.json`;

/** Six functions a step and a livelier rate than the Demo's: the whole story in sixty updates. */
const RECORDED: Partial<Settings> = { steps: 60, codesPerStep: 6, learningRate: 3e-4, evaluateEvery: 10, evaluateItems: 24, allMetrics: false };
/** Steps that can be opened. */
const OPENED = [1, 10, 30, 60];
const KEPT = [
  'step', 'num_tokens', 'time/elapsed_seconds', 'reward/mean', 'reward/std', 'frac_reward_zero_std', 'loss', 'grad_norm', 'entropy', 'leak/rate', 'r_doc/pass_rate', 'completions/mean_length',
  ...['similarity', 'shuffled', 'empty', 'oracle', 'floor', 'exact_match', 'execution', 'leak_rate', 'documentation_length'].map((name) => `heldout/${name}`),
];

interface Heard { rows: MetricRow[]; episodes: Map<number, Episode[]>; stories: StoryPage[]; moved: Map<number, Moved[]> }
interface Ended { heard: Heard; summary: RunSummary; trainer: Trainer; tokenizer: TokenizerApi; config: ModelConfig }

/** One run of the sample corpus from a shipped starter. `opened`: steps around which the weights are read. `then` is called with the model as it ended. */
async function play<T>(settings: Settings, opened: readonly number[], then: (ended: Ended) => Promise<T>): Promise<T> {
  const folder = join(root, 'public', 'models', settings.model), names = ['config.json', 'tokenizer.json', 'model.safetensors'];
  const model = readModelFolder(await Promise.all(names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) }))));
  const tokenizer = await createTokenizer(model.tokenizerJson!);
  const { engine, parts } = await nodeParts();
  const heard: Heard = { rows: [], episodes: new Map(), stories: [], moved: new Map() };
  let step = 0, before: NamedTensor[] | null = null;
  try {
    const summary = await runLab(
      { ...parts, tokenizer, store: null },
      { runId: 'record', settings, items: sampleCorpus(), corpusHash: `sample-${SAMPLE.seed}`, model: { config: model.config, tensors: model.tensors } },
      {
        // Awaited before each update: the weights are those that the update starts from, and those that the one before ended with.
        gate: async () => {
          if (before) heard.moved.set(step, movedBetween(before, await engine.exportTensors()));
          before = opened.includes(step + 1) ? await engine.exportTensors() : null;
        },
        stopping: () => false,
      },
      (event) => {
        if (event.type === 'phase' && event.phase === 'update' && event.total === settings.steps) step = event.done;
        if (event.type === 'episodes' && opened.includes(event.step)) heard.episodes.set(event.step, event.episodes);
        if (event.type === 'story') heard.stories.push(event.page);
        if (event.type !== 'metrics') return;
        heard.rows.push(event.row);
        if ((event.row['step'] ?? 0) % 10 === 0) process.stderr.write(`update ${event.row['step']} of ${settings.steps}, reward ${(event.row['reward/mean'] ?? NaN).toFixed(3)}\n`);
      },
    );
    if (before) heard.moved.set(settings.steps, movedBetween(before, await engine.exportTensors()));
    return await then({ heard, summary, trainer: engine, tokenizer, config: model.config });
  } finally {
    await engine.close();
  }
}

/** By part of the model: embedding, each layer, the last norm. */
function movedBetween(before: readonly NamedTensor[], after: readonly NamedTensor[]): Moved[] {
  const sums = new Map<string, { moved: number; size: number }>();
  for (const [i, { name, data }] of before.entries()) {
    const part = /layers\.(\d+)\./.exec(name)?.[1], key = part !== undefined ? `layer ${Number(part) + 1}` : name.includes('embed') ? 'embedding' : 'last norm';
    const sum = sums.get(key) ?? { moved: 0, size: 0 };
    sums.set(key, sum);
    for (let k = 0; k < data.length; k++) { sum.moved += (after[i]!.data[k]! - data[k]!) ** 2; sum.size += data[k]! ** 2; }
  }
  return [...sums].map(([name, { moved, size }]) => ({ name, norm: digits(Math.sqrt(moved)), share: digits(Math.sqrt(moved / size)) }));
}

const digits = (value: number): number => Number(value.toPrecision(4));
const shortened = (values: ArrayLike<number>): number[] => Array.from(values, digits);

function trimmed({ text, ids, ends, logps, entropies, ratios, terms, pushes, clipped, after }: TokenTrace): TokenTrace {
  const optional = Object.fromEntries(Object.entries({ entropies, ratios, terms, pushes, clipped, after }).flatMap(([name, values]) => (values ? [[name, shortened(values)]] : [])));
  return { text, ids: Array.from(ids), ends: Array.from(ends), logps: shortened(logps), ...optional };
}

/** The episodes of a step: tokens for the first function only, which is the one that was followed past the update. */
function recordedStep(step: number, episodes: readonly Episode[], moved: Moved[]): RecordedStep {
  const first = episodes[0]!.itemId;
  return {
    step, moved,
    episodes: episodes.map(({ documentationLogps: _none, documentationTrace, reconstructions, logLikelihood: _nan, ...rest }) => ({
      ...rest, logLikelihood: null as unknown as number, ...(documentationTrace && rest.itemId === first ? { documentationTrace: trimmed(documentationTrace) } : {}),
      reconstructions: reconstructions.map(({ trace, parts, ...made }) => ({
        ...made, parts: Object.fromEntries(Object.entries(parts).filter(([name]) => !name.includes('/')).map(([name, value]) => [name, digits(value)])),
        ...(trace && rest.itemId === first ? { trace: trimmed(trace) } : {}),
      })),
    })),
  };
}

/** Every head over the code with its documentation, and over the documentation with what was rebuilt from it: of the shortest function that was rebuilt exactly. */
async function attention({ trainer, tokenizer, config, heard }: Ended): Promise<RecordedAttention[]> {
  const last = [...heard.episodes.values()].at(-1)!.filter((episode) => episode.documentationTrace && episode.reconstructions[0]?.trace);
  const exact = last.filter(({ reconstructions }) => reconstructions[0]!.exact), from = exact.length > 0 ? exact : last;
  const chosen = from.reduce((a, b) => (b.code.length + b.documentation.length < a.code.length + a.documentation.length ? b : a));
  const prompts = createPrompts(tokenizer, 1000);
  const named = (ids: readonly number[], specials: Readonly<Record<number, string>>): string[] => {
    const { text, ends } = pieceEnds(tokenizer, ids);
    return ids.map((id, i) => specials[id] ?? text.slice(ends[i - 1] ?? 0, ends[i]));
  };
  const specials = Object.fromEntries(['<|bos|>', '<|end|>', '<|code|>', '<|doc|>', `<|${chosen.language}|>`].map((name) => [tokenizer.special(name), name]));
  const sequences = [
    { kind: 'writer' as const, ids: [...prompts.writer(prompts.ids(chosen.code), chosen.language), ...Array.from(chosen.documentationTrace!.ids)] },
    { kind: 'reader' as const, ids: [...prompts.reader(prompts.documentation(chosen.documentation), chosen.language), ...Array.from(chosen.reconstructions[0]!.trace!.ids)] },
  ];
  const made: RecordedAttention[] = [];
  for (const { kind, ids } of sequences) {
    const heads: Float32Array[] = [];
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      for (let head = 0; head < config.num_attention_heads; head++) heads.push(await trainer.attend!({ tokens: Int32Array.from(ids), layer, head, model: 'policy' }));
    }
    made.push({ kind, name: chosen.name, pieces: named(ids, specials), shares: packShares(heads, ids.length) });
  }
  return made;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  process.stderr.write(`${path.slice(root.length)}: ${Math.round(text.length / 1000)} kB\n`);
}

async function record(): Promise<void> {
  const settings = { ...presetSettings('demo'), ...RECORDED };
  const recording = await play(settings, OPENED, async (ended): Promise<Recording> => {
    const { heard, summary, config } = ended;
    return {
      format: RECORDING_FORMAT,
      about: { adapter: summary.adapter.description || summary.adapter.vendor, seed: settings.seed, updates: summary.steps, model: settings.model, parameters: summary.parameters, recorded: new Date().toISOString().slice(0, 10) },
      settings: RECORDED, config: { num_hidden_layers: config.num_hidden_layers, num_attention_heads: config.num_attention_heads },
      metrics: Object.fromEntries(KEPT.map((name) => [name, heard.rows.map((row) => (Number.isFinite(row[name]) ? digits(row[name]!) : null))])),
      stories: heard.stories,
      steps: OPENED.map((step) => recordedStep(step, heard.episodes.get(step)!, heard.moved.get(step) ?? [])),
      attention: await attention(ended),
    };
  });
  await write(join(root, 'public/recorded/run.json'), `${JSON.stringify(recording)}\n`);
}

async function measure(names: readonly string[]): Promise<void> {
  const path = join(root, 'src/ui/explain/exhibits_measured.json');
  const measured = JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as Record<string, unknown>;
  for (const { id, settings } of EXHIBITS.filter((exhibit) => names.length === 0 || names.includes(exhibit.id))) {
    const own = { ...presetSettings('demo'), ...EXHIBIT_BASE, ...settings };
    process.stderr.write(`${id}\n`);
    measured[id] = await play({ ...own, traceGroups: 0 }, [], ({ heard, summary }) => Promise.resolve({
      seed: own.seed, updates: summary.steps, adapter: summary.adapter.description || summary.adapter.vendor, ...readingsOf(heard.rows),
    }));
    await write(path, `${JSON.stringify(measured, null, 2)}\n`);
  }
}

export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: { exhibits: { type: 'boolean' } }, allowPositionals: true });
  await (values.exhibits ? measure(positionals.flatMap((names) => names.split(','))) : record());
}
