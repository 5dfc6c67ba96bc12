/** Carries a queue of ablation runs through the same driver as any run, one after the other; knows order and names, no view and no engine. */
import { signal } from '@preact/signals';
import type { LabStore } from '../../store/lab_store';
import type { RunRecord } from '../../store/runs';
import { labError } from '../../types';
import { sameTraining } from '../../loop/ablation';
import type { PlannedRun } from '../../loop/ablation';
import { settingsOf } from '../run_shelf';
import { planProblems, readPlan, runName, runsOf } from './ablation_plan';
import type { AblationPlan } from './ablation_plan';

export interface QueueView {
  state: 'idle' | 'running' | 'stopping';
  /** Runs that are there, of all. */
  done: number; total: number;
  /** Name of the run under way; '' between runs. */
  current: string;
  /** Seconds that each run of this queue took from its beginning to its end. */
  took: number[];
  /** Why the queue ended before its end; '' when it did not. */
  problem: string;
}

const IDLE: QueueView = { state: 'idle', done: 0, total: 0, current: '', took: [], problem: '' };
export const queue = signal<QueueView>(IDLE);
/** The queue that was started last, of this visit or an earlier one. */
export const lastPlan = signal<AblationPlan | null>(null);

/** What the queue needs of the run driver: begin with a saved record, wait for its end, stop at the next step. */
export interface Runner { begin(id: string): Promise<void>; ended(): Promise<unknown>; stop(): void }

const STORED = 'ablation';

export class AblationQueue {
  readonly #store: Pick<LabStore, 'runs' | 'settings'>;
  readonly #runner: Runner;
  readonly #refresh: () => Promise<void>;

  constructor(store: Pick<LabStore, 'runs' | 'settings'>, runner: Runner, refresh: () => Promise<void>) {
    this.#store = store;
    this.#runner = runner;
    this.#refresh = refresh;
  }

  /** Brings back the plan of an earlier visit. */
  async restore(): Promise<void> { lastPlan.value ??= readPlan(await this.#store.settings.get(STORED)); }

  /**
   * Runs what is not there yet, and goes on with what was begun. Ends early when a run is stopped or fails; starting again goes on there.
   * @throws BadInput when the plan cannot run; nothing is started then
   */
  async start(plan: AblationPlan): Promise<void> {
    if (queue.peek().state !== 'idle') throw labError('BadInput', 'A queue is under way. Nothing was started; stop it first.');
    const problems = planProblems(plan);
    if (problems.length > 0) throw labError('BadInput', `${problems.join(' ')} Nothing was started; choose other arms or settings.`);
    const runs = runsOf(plan);
    lastPlan.value = plan;
    queue.value = { ...IDLE, state: 'running', total: runs.length };
    await this.#store.settings.set(STORED, plan).catch(() => undefined); // unsaved, it is just not offered again after a reload
    try {
      for (const planned of runs) {
        if (queue.peek().state === 'stopping') break;
        if (!await this.#run(planned, plan)) break;
      }
    } finally {
      queue.value = { ...queue.peek(), state: 'idle', current: '' };
      await this.#refresh();
    }
  }

  /** Stops the run under way at its next step, saved, and begins no other. */
  stop(): void {
    if (queue.peek().state !== 'running') return;
    queue.value = { ...queue.peek(), state: 'stopping' };
    this.#runner.stop();
  }

  /** False when the queue is to end here. */
  async #run(planned: PlannedRun, plan: AblationPlan): Promise<boolean> {
    const name = runName(planned), alike = (await this.#store.runs.list()).filter(record => record.corpusId === plan.corpusId && sameTraining(settingsOf(record), planned.settings));
    const done = (): void => { queue.value = { ...queue.peek(), done: queue.peek().done + 1 }; };
    if (alike.some(record => record.state === 'finished')) { done(); return true; }
    // A run of one's own with the same settings is left alone unless it is finished: its name says whose it is.
    const begun = alike.find(record => record.name === name);
    const record = begun ?? await this.#store.runs.create({ preset: plan.preset, settings: planned.settings, corpusId: plan.corpusId, name });
    queue.value = { ...queue.peek(), current: name };
    await this.#refresh();
    const started = performance.now();
    let failed = '';
    try {
      await this.#runner.begin(record.id);
      await this.#runner.ended();
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
    const ended: RunRecord = await this.#store.runs.get(record.id);
    if (ended.state === 'finished') {
      // One that was begun earlier took less than a whole run.
      queue.value = { ...queue.peek(), took: begun ? queue.peek().took : [...queue.peek().took, (performance.now() - started) / 1000] };
      done();
      return true;
    }
    const asked = queue.peek().state === 'stopping';
    queue.value = { ...queue.peek(), problem: failed !== '' && ended.state === 'failed' ? `${name} failed: ${failed}` : asked ? '' : `${name} was stopped.` };
    return false;
  }
}
