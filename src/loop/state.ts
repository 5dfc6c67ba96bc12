/** What of a run must outlive it: counters and the running record, written into and read from a checkpoint; knows no storage. */

import { defaults } from '../config';
import type { SettingKey, Settings } from '../config';
import { labError } from '../types';
import type { Checkpoint, CheckpointStore, MetricRow, TrainerState } from '../types';
import type { Lab, MeterState } from './lab';
import type { EvaluationPoint } from './notices';

/** Settings that may differ when a run goes on: they change how long it is, how it is watched and laid in memory, not what an update does (`recompute` up to rounding: larger micro-batches fit). */
const FREE: ReadonlySet<SettingKey> = new Set<SettingKey>(['steps', 'evaluateEvery', 'evaluateItems', 'evaluateTemperature', 'checkpointSeconds', 'referenceGapGate', 'factPrecisionGate', 'loopGate', 'allMetrics', 'traceGroups', 'recompute']);

interface Saved { meter: MeterState; before: MetricRow; after: MetricRow; history: EvaluationPoint[]; rewards: number[]; said: string[]; rollbacks?: number; notFinite?: number }

/** JSON has no NaN: it comes back as null. */
function numbers(row: Record<string, number | null>): Record<string, number> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? NaN]));
}

/** The loop-side state of a run. Draws need none: they are keyed by step. */
export class RunState {
  stage: Checkpoint['stage'] = 'warmstart';
  /** Completed updates of the stage. */
  step = 0;
  meter: MeterState | undefined = undefined;
  before: MetricRow = {};
  after: MetricRow = {};
  history: EvaluationPoint[] = [];
  /** Mean rewards since the last evaluation. */
  rewards: number[] = [];
  /** Times that the run went back to a checkpoint because its numbers were not finite; each halves the learning rate. */
  rollbacks = 0;
  /** Updates in a row, up to now, that were not finite. */
  notFinite = 0;
  private said = new Set<string>();

  static from(checkpoint: Checkpoint | undefined): RunState {
    const state = new RunState();
    if (!checkpoint) return state;
    const saved = checkpoint.loop as unknown as Saved;
    state.stage = checkpoint.stage;
    state.step = checkpoint.step;
    state.meter = saved.meter;
    state.before = numbers(saved.before);
    state.after = numbers(saved.after);
    state.history = saved.history.map((point) => numbers(point as unknown as Record<string, number | null>) as unknown as EvaluationPoint);
    state.rewards = saved.rewards.map((reward: number | null) => reward ?? NaN);
    state.said = new Set(saved.said);
    state.rollbacks = saved.rollbacks ?? 0;
    state.notFinite = saved.notFinite ?? 0;
    return state;
  }

  enterLoop(): void {
    this.stage = 'loop';
    this.step = 0;
  }

  /** True once for each name over the whole life of the run. */
  firstTime(name: string): boolean {
    if (this.said.has(name)) return false;
    this.said.add(name);
    return true;
  }

  toJson(meter: MeterState): Record<string, unknown> {
    const saved: Saved = { meter, before: this.before, after: this.after, history: this.history, rewards: this.rewards, said: [...this.said], rollbacks: this.rollbacks, notFinite: this.notFinite };
    return JSON.parse(JSON.stringify(saved)) as Record<string, unknown>;
  }
}

/** Refuses a checkpoint that belongs to other code, another tokenizer or other learning settings. Throws BadCheckpoint. */
export function checkResume(checkpoint: Checkpoint, settings: Settings, corpusHash: string, tokenizerHash: string): void {
  const differing: string[] = [], usual = defaults();
  if (checkpoint.corpusHash !== corpusHash) differing.push('the corpus');
  if (checkpoint.tokenizerHash !== tokenizerHash) differing.push('the tokenizer');
  for (const key of Object.keys(settings) as SettingKey[]) {
    // A warm start's length shapes its learning rate; once it is over it is only a number.
    // A setting younger than the checkpoint had its default's effect then.
    if (!FREE.has(key) && (checkpoint.settings[key] ?? usual[key]) !== settings[key]) differing.push(`the setting ${key}`);
  }
  if (differing.length > 0) throw labError('BadCheckpoint', `The saved run does not fit what it is resumed with: ${differing.join(', ')} differ. Nothing was changed; restore them, or start a new run.`);
  if (checkpoint.step < 0 || !Number.isInteger(checkpoint.step)) throw labError('BadCheckpoint', 'The saved run has an impossible step count. Nothing was changed; use an older checkpoint.');
}

/** Writes the run where it stands, with what the trainer was found to be. */
export async function saveCheckpoint(lab: Lab, store: CheckpointStore, spec: { runId: string; corpusHash: string }, state: RunState, trainer: TrainerState): Promise<void> {
  await store.save({
    runId: spec.runId, stage: state.stage, step: state.step, seed: lab.settings.seed, settings: { ...lab.settings },
    corpusHash: spec.corpusHash, tokenizerHash: lab.tokenizer.hash, trainer, loop: state.toJson(lab.meter.state), savedAt: Date.now(),
  });
}
