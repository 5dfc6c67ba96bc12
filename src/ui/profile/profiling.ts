/** Asks the engine of the run under way for a profile and waits until it is there; knows order and words, no view and no worker. */
import { signal } from '@preact/signals';
import type { EngineProfile, WorkProfile } from '../../types';

type Work = WorkProfile['work'];

/** A piece of work as it was profiled, with the run it was part of and when it arrived here. */
export interface Taken { profile: WorkProfile; run: string; at: number }

export interface ProfileView {
  /** The newest reading of the engine; null until there was one. */
  engine: EngineProfile | null;
  /** The newest profile of each kind of work of this visit; an engine that was replaced takes none of them with it. */
  taken: Partial<Record<Work, Taken>>;
  /** Work that is to be timed and has not been done yet. */
  waiting: Work[];
  /** Why waiting ended without a profile; '' when it did not. */
  problem: string;
}

export const NO_PROFILE: ProfileView = { engine: null, taken: {}, waiting: [], problem: '' };
export const profile = signal<ProfileView>(NO_PROFILE);

/** What is asked of the engine. */
export interface Profiler { profileNext(): Promise<void>; profile(): Promise<EngineProfile> }

/** A step takes seconds, and a reading costs a message: twice a second is soon enough. */
const POLL_MS = 500;

export class Profiling {
  readonly #engine: () => Profiler | undefined;
  readonly #run: () => string | null;
  readonly #later: (ms: number) => Promise<void>;

  /** @param engine the engine that is open @param run the name of the run under way, null when there is none */
  constructor(engine: () => Profiler | undefined, run: () => string | null, later: (ms: number) => Promise<void> = ms => new Promise(resolve => { setTimeout(resolve, ms); })) {
    this.#engine = engine;
    this.#run = run;
    this.#later = later;
  }

  /** Reads what the engine has, memory above all; shows nothing new when no engine is open or it has no model yet. */
  async read(): Promise<void> {
    const engine = this.#engine();
    if (engine) await this.#read(engine, this.#run() ?? '').catch(() => undefined);
  }

  /** Has the next step and the next block of decoding timed. Resolves when both are there, or with the reason in `problem`. */
  async next(): Promise<void> {
    if (profile.peek().waiting.length > 0) return;
    const engine = this.#engine(), run = this.#run();
    if (!engine || run === null) {
      profile.value = { ...profile.peek(), problem: 'No run is under way, so there is no step to time. Start a run, then press the button again.' };
      return;
    }
    const waiting: Work[] = ['train', 'decode'];
    profile.value = { ...profile.peek(), waiting, problem: '' };
    try {
      // What the engine already has is not what is waited for.
      await this.#read(engine, run).catch(() => undefined);
      profile.value = { ...profile.peek(), waiting };
      await engine.profileNext();
      while (profile.peek().waiting.length > 0) {
        // Read once more after the end: the last step may have been the one.
        const ended = this.#run() === null;
        if (this.#engine() !== engine) throw new Error('The graphics device was lost or closed before the step was timed. Nothing of it was kept; press the button again once a run goes on.');
        await this.#read(engine, run);
        if (ended) break;
        if (profile.peek().waiting.length > 0) await this.#later(POLL_MS);
      }
      const missing = profile.peek().waiting;
      if (missing.length > 0) throw new Error(`The run ended before ${missing.map(work => WORDS[work]).join(' and ')} came. What had been timed by then is shown; start or resume a run for the rest.`);
    } catch (error) {
      profile.value = { ...profile.peek(), problem: error instanceof Error ? error.message : String(error) };
    } finally {
      profile.value = { ...profile.peek(), waiting: [] };
    }
  }

  async #read(engine: Profiler, run: string): Promise<void> {
    const found = await engine.profile(), before = profile.peek();
    const fresh = found.works.filter(work => !same(work, before.taken[work.work]?.profile));
    const taken = { ...before.taken, ...Object.fromEntries(fresh.map(work => [work.work, { profile: work, run, at: Date.now() }])) };
    profile.value = { ...before, engine: found, taken, waiting: before.waiting.filter(work => !fresh.some(one => one.work === work)) };
  }
}

const WORDS: Record<Work, string> = { train: 'a training step', decode: 'a block of decoding' };

/** Every reading is a copy: the clocks tell whether it is of the same work. No two pieces of work take the same time to the last bit. */
function same(a: WorkProfile, b: WorkProfile | undefined): boolean {
  return b !== undefined && a.wallMs === b.wallMs && a.cpuMs === b.cpuMs && a.tokens === b.tokens && a.spans.length === b.spans.length
    && a.spans.every((span, i) => span.startMs === b.spans[i]!.startMs && span.ms === b.spans[i]!.ms);
}
