/** The parent's side of the sandbox: workers, clocks and restarts. Knows that a program may hang or forge, not what it does. */
import { labError, type Executor } from '../types';
import type { Ending, Verdict } from './quickjs';
import { LANGUAGES, type SandboxApi, type SandboxRequest } from './languages';

/** A worker that was started: what it offers and the way to kill it. */
export interface SandboxWorker {
  /** `run` rejects when the worker said what it was not asked, or is gone. */
  api: SandboxApi;
  terminate(): void;
}

export interface ExecutorOptions {
  /** Starts a worker; called again after every kill. */
  spawn: () => SandboxWorker;
  /** Workers side by side. */
  workers?: number;
  /** Wall clock of one job, ms. Far above the sandbox's own deadline, which ends all but long native calls. */
  jobMs?: number;
  /** Wall clock of a worker's start, ms. */
  startMs?: number;
  /** A worker is replaced after so many jobs, which gives back the memory that WebAssembly never shrinks. */
  jobsPerWorker?: number;
}

/** How a job ended, as the parent knows it: 'killed' by the clock, 'odd' when its worker forged messages, 'not run' where no worker took it. */
export interface Judged { outputs: string[] | null; ending: Ending | 'killed' | 'odd' | 'not run' }

export interface SandboxExecutor extends Executor {
  /** As `run`, with the reason that each job ended. */
  judge(jobs: readonly SandboxRequest[]): Promise<Judged[]>;
  /** Workers killed by the clock so far. */
  kills(): number;
  /** Kills the workers; jobs under way give null. A later run starts new ones. */
  close(): void;
}

/** Most characters that all outputs of a job may have together; the sandbox keeps to it, so more comes from something else. */
export const MOST_OUTPUT = 65536;

/**
 * An Executor over a few workers. The wall clock here is the real limit: a job that says nothing for `jobMs` ends with its
 * worker, gives null, and the jobs after it run in a new one. A worker has one job at a time, so what escaped in it can
 * answer for that job alone. Calls queue up behind each other.
 */
export function createExecutor(options: ExecutorOptions): SandboxExecutor {
  const lanes = Array.from({ length: options.workers ?? 1 }, () => new Lane(options));
  let queue: Promise<unknown> = Promise.resolve();
  let closed = 0;

  const judge = (jobs: readonly SandboxRequest[]): Promise<Judged[]> => {
    const mine = queue.then(async () => {
      const verdicts: Judged[] = jobs.map(() => ({ outputs: null, ending: 'not run' }));
      const places = jobs.flatMap((job, i) => (LANGUAGES.includes(job.language) ? [i] : []));
      const asked = closed;
      let next = 0;
      const work = async (lane: Lane): Promise<void> => {
        while (next < places.length && closed === asked) {
          const place = places[next++]!;
          verdicts[place] = await lane.judge(jobs[place]!);
        }
      };
      const results = await Promise.allSettled(lanes.slice(0, places.length).map(work));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
      return verdicts;
    });
    queue = mine.catch(() => undefined);
    return mine;
  };

  return {
    languages: [...LANGUAGES],
    judge,
    run: async jobs => (await judge(jobs)).map(({ outputs }) => outputs),
    kills: () => lanes.reduce((sum, lane) => sum + lane.kills, 0),
    close: () => {
      closed++;
      for (const lane of lanes) lane.discard();
    },
  };
}

/** One worker after another, each with one job at a time. */
class Lane {
  kills = 0;
  #worker: SandboxWorker | undefined;
  #jobsDone = 0;
  #generation = 0;
  readonly #spawn: () => SandboxWorker;
  readonly #jobMs: number;
  readonly #startMs: number;
  readonly #jobsPerWorker: number;

  constructor({ spawn, jobMs = 2000, startMs = 30000, jobsPerWorker = 50 }: ExecutorOptions) {
    this.#spawn = spawn;
    this.#jobMs = jobMs;
    this.#startMs = startMs;
    this.#jobsPerWorker = jobsPerWorker;
  }

  discard(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#generation++;
  }

  async judge(job: SandboxRequest): Promise<Judged> {
    for (let again = false; ; again = true) {
      const { api } = await this.#start();
      const mine = this.#generation;
      const answer = await within(api.run(job), this.#jobMs).catch(() => null);
      // Closed meanwhile.
      if (this.#generation !== mine) return { outputs: null, ending: 'not run' };
      this.#jobsDone++;
      if (answer === TIMEOUT) {
        this.kills++;
        this.discard();
        return { outputs: null, ending: 'killed' };
      }
      const verdict = wellFormed(answer, job.inputs.length);
      if (verdict !== null) return verdict;
      this.discard();
      // The job before this one may have done it. In a worker of its own it shows who.
      if (again) return { outputs: null, ending: 'odd' };
    }
  }

  async #start(): Promise<SandboxWorker> {
    if (this.#worker !== undefined && this.#jobsDone >= this.#jobsPerWorker) this.discard();
    if (this.#worker !== undefined) return this.#worker;
    this.#jobsDone = 0;
    const started = this.#spawn();
    this.#worker = started;
    const outcome = await within(started.api.ready().then(() => 'ready' as const), this.#startMs).catch((error: unknown) => error);
    if (outcome === 'ready') return started;
    this.discard();
    throw labError('Stopped', `The sandbox for running code did not start (${outcome === TIMEOUT ? `nothing after ${this.#startMs} ms` : String(outcome)}). No function was run; reload the page, or train without execution.`);
  }
}

const TIMEOUT = Symbol('timeout');

function within<T>(promise: Promise<T>, ms: number): Promise<T | typeof TIMEOUT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<typeof TIMEOUT>((resolve) => { timer = setTimeout(() => { resolve(TIMEOUT); }, ms); });
  return Promise.race([promise, timeout]).finally(() => { clearTimeout(timer); });
}

const ENDINGS: readonly Ending[] = ['ran', 'undefined', 'threw', 'time', 'memory', 'stack', 'no output'];

/** The answer comes from beside hostile code: anything but a text per argument list, short enough, and a known ending counts as a forgery. */
function wellFormed(answer: unknown, length: number): Verdict | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const { outputs, ending } = answer as { outputs?: unknown; ending?: unknown };
  if (!ENDINGS.includes(ending as Ending)) return null;
  if (outputs === null) return { outputs, ending: ending as Ending };
  if (!Array.isArray(outputs) || outputs.length !== length || !outputs.every((text) => typeof text === 'string')) return null;
  const most = MOST_OUTPUT + 3 * length;
  return (outputs as string[]).reduce((sum, text) => sum + text.length, 0) > most ? null : { outputs: outputs as string[], ending: ending as Ending };
}
