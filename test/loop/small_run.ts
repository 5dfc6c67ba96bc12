/** A warmed-up tabular model on the small corpus, and runs from it: the real loop in Node in about a second. */
import { defaults, modelConfig } from '../../src/config';
import type { Settings } from '../../src/config';
import { ORACLE, describe as describeItem } from '../../src/corpus/describe';
import { factScore } from '../../src/corpus/precision';
import { runLab } from '../../src/loop/run';
import type { LabDeps, RunSpec, RunSummary } from '../../src/loop/run';
import { PairScorer } from '../../src/reward/scorer';
import { createRng } from '../../src/rng';
import type { Checkpoint, CheckpointStore, Executor, MetricRow, NamedTensor, Rewarder, RunControl, RunEvent } from '../../src/types';
import { SPECIAL_COUNT, smallCorpus, wordTokenizer } from './small_corpus';
import { TabularTrainer } from './tabular_trainer';

export const items = smallCorpus();
const rng = createRng(1);
export const tokenizer = wordTokenizer(items.flatMap((item) => [item.code, ...Object.values(item.phrases!).flat(), ...Array.from({ length: 6 }, () => describeItem(item, rng, ORACLE))]));

export const SMALL: Settings = {
  ...defaults(), steps: 6, evaluateEvery: 3, evaluateItems: 8, codesPerStep: 3, documentations: 4, maxDocumentationTokens: 24, maxCodeTokens: 40,
  learningRate: 0.01, warmstartSteps: 0, warmstartBatch: 16, warmstartLearningRate: 0.03, rDocMode: 'additive',
};

export class MemoryStore implements CheckpointStore {
  saved: Checkpoint[] = [];
  save(checkpoint: Checkpoint): Promise<void> {
    this.saved.push(structuredClone(checkpoint));
    return Promise.resolve();
  }
  load(runId: string) {
    const checkpoint = this.saved.filter((one) => one.runId === runId).at(-1);
    return Promise.resolve(checkpoint ? { checkpoint, notice: '' } : null);
  }
}

export interface Ran { summary: RunSummary; events: RunEvent[]; rows: MetricRow[]; notices: string[]; trainer: TabularTrainer; store: MemoryStore }

const free: RunControl = { gate: () => Promise.resolve(), stopping: () => false };

/** Runs the loop. `tensors` null = random weights; `events` is filled as they come. */
export async function run(changes: Partial<Settings>, options: { tensors?: NamedTensor[] | null; resume?: Checkpoint; control?: RunControl; spec?: Partial<RunSpec>; trainer?: TabularTrainer; executor?: Executor; store?: MemoryStore; rewarder?: Rewarder; describe?: LabDeps['describe']; events?: RunEvent[] } = {}): Promise<Ran> {
  const settings: Settings = { ...SMALL, ...changes };
  const trainer = options.trainer ?? new TabularTrainer(SPECIAL_COUNT), store = options.store ?? new MemoryStore();
  const events = options.events ?? [];
  const summary = await runLab(
    { trainer, tokenizer, rewarder: options.rewarder ?? new PairScorer(), executor: options.executor ?? null, store, describe: options.describe ?? describeItem, factCheck: factScore },
    { runId: 'run', settings, items, corpusHash: 'corpus', model: { config: modelConfig(settings, tokenizer.vocabSize), tensors: options.tensors ?? null }, ...(options.resume ? { resume: options.resume } : {}), ...options.spec },
    options.control ?? free, (event) => events.push(structuredClone(event)));
  const rows = events.flatMap((event) => (event.type === 'metrics' ? [event.row] : []));
  return { summary, events, rows, notices: events.flatMap((event) => (event.type === 'notice' ? [event.code] : [])), trainer, store };
}

let warm: Promise<NamedTensor[]> | undefined;
/** Weights after 250 warm-start steps, made once for each test file. */
export function warmWeights(): Promise<NamedTensor[]> {
  warm ??= run({ warmstartSteps: 250, steps: 0, evaluateItems: 2 }).then(({ trainer }) => trainer.exportTensors());
  return warm;
}

/** Rows without the numbers that depend on the clock. */
export function timeless(rows: readonly MetricRow[]): MetricRow[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !/seconds|_time|per_second|^overlap/.test(key))));
}
