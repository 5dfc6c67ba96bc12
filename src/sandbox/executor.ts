/** The parent's side of the sandbox: workers, clocks and restarts. Knows that a program may hang or forge, not what it does. */
import { labError, type Executor, type Language } from '../types';
import { ENGINES, MOST_OUTPUT, MOST_SAID, type Ending, type EngineFacts, type EngineName, type SandboxApi, type SandboxRequest, type Verdict } from './languages';

/** A worker that was started: what it offers and the way to kill it. */
export interface SandboxWorker {
  /** `run` rejects when the worker said what it was not asked, or is gone. */
  api: SandboxApi;
  terminate(): void;
}

export interface ExecutorOptions {
  /** Starts a worker of an engine; called again after every kill. */
  spawn: (engine: EngineName) => SandboxWorker;
  /** The engines that there are here; default all. */
  engines?: readonly EngineFacts[];
  /** Workers of one engine side by side. */
  workers?: number;
  /** Instead of the engine's own: see EngineFacts. */
  jobMs?: number; startMs?: number; jobsPerWorker?: number;
}

/** How a job ended, as the parent knows it: 'killed' by the clock, 'odd' when its worker forged messages, 'not run' where no worker took it. */
export interface Judged { outputs: string[] | null; ending: Ending | 'killed' | 'odd' | 'not run'; said?: string }

export interface SandboxExecutor extends Executor {
  /**
   * As `run`, with the reason that each job ended. `onDone` counts jobs that ended. @throws WorkerFailed when an engine did not start: none of its
   * jobs was run
   */
  judge(jobs: readonly SandboxRequest[], onDone?: (done: number) => void): Promise<Judged[]>;
  /** Workers killed by the clock so far. */
  kills(): number;
  /** Kills the workers; jobs under way give null. A later run starts new ones. */
  close(): void;
}

/**
 * An Executor over a few workers of each engine. The wall clock here is the real limit: a job that says nothing for `jobMs` ends with its
 * worker, gives null, and the jobs after it run in a new one. A worker has one job at a time, so what escaped in it can
 * answer for that job alone. Calls queue up behind each other.
 */
export function createExecutor(options: ExecutorOptions): SandboxExecutor {
  const engines = options.engines ?? ENGINES;
  const lanes = new Map<EngineName, Lane[]>();
  let queue: Promise<unknown> = Promise.resolve();
  let closed = 0;

  const lanesOf = (engine: EngineFacts): Lane[] => {
    let found = lanes.get(engine.name);
    if (!found) lanes.set(engine.name, (found = Array.from({ length: options.workers ?? 1 }, () => new Lane(engine, options))));
    return found;
  };

  const judge: SandboxExecutor['judge'] = (jobs, onDone) => {
    const mine = queue.then(async () => {
      const verdicts: Judged[] = jobs.map(() => ({ outputs: null, ending: 'not run' }));
      const asked = closed;
      let done = 0;
      const works = engines.flatMap((engine) => {
        const places = jobs.flatMap((job, i) => (engine.languages.includes(job.language) ? [i] : []));
        let next = 0;
        return lanesOf(engine).slice(0, places.length).map(async (lane) => {
          while (next < places.length && closed === asked) {
            const place = places[next++]!;
            verdicts[place] = await lane.judge(jobs[place]!);
            onDone?.(++done);
          }
        });
      });
      const results = await Promise.allSettled(works);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
      return verdicts;
    });
    queue = mine.catch(() => undefined);
    return mine;
  };

  const all = (): Lane[] => [...lanes.values()].flat();
  return {
    languages: engines.flatMap(({ languages }) => languages) as Language[],
    judge,
    run: async jobs => (await judge(jobs)).map(({ outputs }) => outputs),
    kills: () => all().reduce((sum, lane) => sum + lane.kills, 0),
    close: () => {
      closed++;
      for (const lane of all()) lane.discard();
    },
  };
}

/** One worker after another, each with one job at a time. */
class Lane {
  kills = 0;
  #worker: SandboxWorker | undefined;
  #jobsDone = 0;
  /** Of the worker that there is: what waits for it is left when it is discarded. */
  #leave: () => void = () => undefined;
  #left: Promise<typeof LEFT> = new Promise(() => undefined);
  readonly #engine: EngineFacts;
  readonly #spawn: () => SandboxWorker;
  readonly #jobMs: number;
  readonly #startMs: number;
  readonly #jobsPerWorker: number;

  constructor(engine: EngineFacts, { spawn, jobMs, startMs, jobsPerWorker }: ExecutorOptions) {
    this.#engine = engine;
    this.#spawn = () => spawn(engine.name);
    this.#jobMs = jobMs ?? engine.jobMs;
    this.#startMs = startMs ?? engine.startMs;
    this.#jobsPerWorker = jobsPerWorker ?? engine.jobsPerWorker;
  }

  discard(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#leave();
  }

  async judge(job: SandboxRequest): Promise<Judged> {
    for (let again = false; ; again = true) {
      const worker = await this.#start();
      // Closed meanwhile.
      if (worker === LEFT) return { outputs: null, ending: 'not run' };
      const answer = await within(Promise.race([this.#left, worker.api.run(job)]), this.#jobMs).catch(() => null);
      if (answer === LEFT) return { outputs: null, ending: 'not run' };
      this.#jobsDone++;
      if (answer === TIMEOUT) {
        this.kills++;
        this.discard();
        return { outputs: null, ending: 'killed' };
      }
      const verdict = wellFormed(answer, job.inputs?.length ?? null);
      if (verdict !== null) return verdict;
      this.discard();
      // The job before this one may have done it. In a worker of its own it shows who.
      if (again) return { outputs: null, ending: 'odd' };
    }
  }

  async #start(): Promise<SandboxWorker | typeof LEFT> {
    if (this.#worker !== undefined && this.#jobsDone >= this.#jobsPerWorker) this.discard();
    if (this.#worker !== undefined) return this.#worker;
    this.#jobsDone = 0;
    const started = this.#spawn();
    this.#worker = started;
    this.#left = new Promise((resolve) => { this.#leave = () => { resolve(LEFT); }; });
    const outcome = await within(Promise.race([this.#left, started.api.ready().then(() => 'ready' as const)]), this.#startMs).catch((error: unknown) => error);
    if (outcome === LEFT) return LEFT;
    if (outcome === 'ready') return started;
    this.discard();
    throw labError('WorkerFailed', `The sandbox for running code (${this.#engine.label}) did not start (${outcome === TIMEOUT ? `not within ${Math.round(this.#startMs / 1000)} s` : outcome instanceof Error ? outcome.message : String(outcome)}). Nothing was run by it; try again, reload the page, or choose what needs no ${this.#engine.label}.`);
  }
}

const TIMEOUT = Symbol('timeout'), LEFT = Symbol('left');

function within<T>(promise: Promise<T>, ms: number): Promise<T | typeof TIMEOUT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<typeof TIMEOUT>((resolve) => {
    // This side may have been too busy to hear what was said in time: what has arrived is heard before the time counts as over.
    timer = setTimeout(() => { timer = setTimeout(() => { resolve(TIMEOUT); }, 0); }, ms);
  });
  return Promise.race([promise, timeout]).finally(() => { clearTimeout(timer); });
}

const ENDINGS: readonly Ending[] = ['ran', 'undefined', 'threw', 'time', 'memory', 'stack', 'no output'];

/**
 * The answer comes from beside hostile code: anything but a text per argument list (none for tests, whose `length` is null), short enough, and
 * a known ending counts as a forgery.
 */
function wellFormed(answer: unknown, length: number | null): Verdict | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const { outputs, ending, said } = answer as { outputs?: unknown; ending?: unknown; said?: unknown };
  if (!ENDINGS.includes(ending as Ending)) return null;
  if (said !== undefined && (typeof said !== 'string' || said.length > MOST_SAID)) return null;
  const told = { ending: ending as Ending, ...(said === undefined ? {} : { said }) };
  if (outputs === null) return { outputs, ...told };
  if (length === null || !Array.isArray(outputs) || outputs.length !== length || !outputs.every((text) => typeof text === 'string')) return null;
  const most = MOST_OUTPUT + 3 * length;
  return (outputs as string[]).reduce((sum, text) => sum + text.length, 0) > most ? null : { outputs: outputs as string[], ...told };
}

