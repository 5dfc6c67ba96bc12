/** Runs on four functions and their vocabulary: for tests that need many of them, where what is learned does not matter. */
import { modelConfig } from '../../src/config';
import type { Settings } from '../../src/config';
import { describe as describeItem } from '../../src/corpus/describe';
import { factScore } from '../../src/corpus/precision';
import { runLab } from '../../src/loop/run';
import type { RunSummary } from '../../src/loop/run';
import { PairScorer } from '../../src/reward/scorer';
import type { Checkpoint, CheckpointStore, CodeItem, Executor, MetricRow, NamedTensor, Rewarder, RunControl, RunEvent, Trainer } from '../../src/types';
import { SPECIAL_COUNT, wordTokenizer } from './small_corpus';
import { MemoryStore, SMALL, items } from './small_run';
import { TabularTrainer } from './tabular_trainer';

const withInputs = (item: CodeItem): CodeItem => ({ ...item, inputs: [[[1, 2, 3]]] });
/** With arguments to run them on, for whoever has an interpreter. */
export const few = items.filter(item => item.split === 'train').slice(0, 4).map(withInputs);
/** Two more, for runs that measure: a split of one is not measured. */
const heldOut = items.filter(item => item.split === 'variation').slice(0, 2).map(withInputs);
export const tokenizer = wordTokenizer([...few, ...heldOut].map(item => item.code));

export const QUICK = { steps: 25, evaluateEvery: 25, evaluateItems: 2, codesPerStep: 2, documentations: 2, checkpointSeconds: 3600, learningRateWarmup: 1 } as const;
export const free: RunControl = { gate: () => Promise.resolve(), stopping: () => false };
export const always: RunControl = { ...free, wantsSave: () => true };

/** Vectors are compared without printing them. */
export const same = (a: Float32Array | undefined, b: Float32Array | undefined): boolean => a !== undefined && a.length === b?.length && a.every((value, i) => value === b[i]);

interface Parts { trainer?: Trainer; store?: CheckpointStore; control?: RunControl; resume?: Checkpoint; tensors?: NamedTensor[]; rewarder?: Rewarder; executor?: Executor | null; heard?: RunEvent[]; measured?: boolean }
export interface TinyRun { summary: RunSummary; rows: MetricRow[]; notices: string[]; trainer: Trainer }

/** `heard` is filled as events come; `measured`: functions are held out. */
export async function tinyRun(changes: Partial<Settings>, { trainer = new TabularTrainer(SPECIAL_COUNT), store = new MemoryStore(), control = free, resume, tensors, rewarder = new PairScorer(), executor = null, heard = [], measured = false }: Parts = {}): Promise<TinyRun> {
  const settings: Settings = { ...SMALL, ...changes };
  const summary = await runLab(
    { trainer, tokenizer, rewarder, executor, store, describe: describeItem, factCheck: factScore },
    { runId: 'run', settings, items: measured ? [...few, ...heldOut] : few, corpusHash: 'corpus', model: { config: modelConfig(settings, tokenizer.vocabSize), tensors: tensors ?? null }, ...(resume ? { resume } : {}) }, control,
    event => { heard.push(structuredClone(event)); });
  return { summary, rows: heard.flatMap(event => (event.type === 'metrics' ? [event.row] : [])), notices: heard.flatMap(event => (event.type === 'notice' ? [event.code] : [])), trainer };
}
