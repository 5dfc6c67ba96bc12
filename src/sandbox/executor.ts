/** The parent's side of the sandbox: workers, clocks and restarts. Knows that a program may hang its worker, not what it does. */
import * as Comlink from 'comlink';
import { labError, type Executor, type Language } from '../types';
import type { SandboxApi, SandboxRequest } from './serve';

/** A worker that was started: what it offers and the way to kill it. */
export interface SandboxWorker {
  api: Pick<SandboxApi, 'ready' | 'run'>;
  terminate(): void;
}

/** The worker's side as seen through comlink. */
export function connectSandbox(worker: Worker): SandboxWorker {
  return { api: Comlink.wrap<SandboxApi>(worker), terminate: () => { worker.terminate(); } };
}

export interface ExecutorOptions {
  /** Starts a worker; called again after every kill. */
  spawn: () => SandboxWorker;
  /** Wall clock of one job, ms. Far above the sandbox's own deadline, which ends all but long native calls. */
  jobMs?: number;
  /** Wall clock of a worker's start, ms. */
  startMs?: number;
  /** A worker is replaced after so many jobs, which gives back the memory that WebAssembly never shrinks. */
  jobsPerWorker?: number;
}

export interface SandboxExecutor extends Executor {
  /** Workers killed by the clock so far. */
  kills(): number;
  /** Kills the worker; jobs under way give null. A later run starts a new one. */
  close(): void;
}

const LANGUAGES: Language[] = ['javascript'];
/** Jobs in the worker's queue at once: hides the way there and back. */
const AHEAD = 8;

/**
 * An Executor over one worker. The wall clock here is the real limit: a job that says nothing for `jobMs` ends with its
 * worker, gives null, and the jobs after it run in a new one. Calls queue up behind each other.
 */
export function createExecutor(options: ExecutorOptions): SandboxExecutor {
  const { spawn, jobMs = 1000, startMs = 30000, jobsPerWorker = 2000 } = options;
  let worker: SandboxWorker | undefined;
  let jobsDone = 0, kills = 0, generation = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const discard = (): void => {
    worker?.terminate();
    worker = undefined;
    generation++;
  };
  const start = async (): Promise<SandboxWorker> => {
    if (worker !== undefined && jobsDone >= jobsPerWorker) discard();
    if (worker !== undefined) return worker;
    jobsDone = 0;
    worker = spawn();
    const started = worker;
    const outcome = await within(started.api.ready().then(() => 'ready' as const), startMs).catch((error: unknown) => error);
    if (outcome === 'ready') return started;
    discard();
    throw labError('Stopped', `The sandbox for running code did not start (${outcome === TIMEOUT ? `nothing after ${startMs} ms` : String(outcome)}). No function was run; reload the page, or train without execution.`);
  };

  /** Runs the jobs from `first` on until one hangs; answers where to go on. */
  const runUntilHang = async (jobs: SandboxRequest[], outputs: (string[] | null)[], first: number): Promise<number> => {
    const { api } = await start();
    const mine = generation;
    const asked: Promise<string[] | null>[] = [];
    for (let i = first; i < jobs.length; i++) {
      while (asked.length < Math.min(jobs.length - first, i - first + AHEAD)) {
        const answer = api.run(jobs[first + asked.length]!);
        answer.catch(() => undefined);
        asked.push(answer);
      }
      // The clock of a job starts when the one before it is answered: the worker takes them in order.
      const answer = await within(asked[i - first]!, jobMs).catch(() => null);
      jobsDone++;
      if (generation !== mine) return jobs.length;
      if (answer === TIMEOUT) {
        kills++;
        discard();
        return i + 1;
      }
      outputs[i] = wellFormed(answer, jobs[i]!.inputs.length);
      if (jobsDone >= jobsPerWorker) return i + 1;
    }
    return jobs.length;
  };

  return {
    languages: [...LANGUAGES],
    run(jobs) {
      const mine = queue.then(async () => {
        const outputs: (string[] | null)[] = jobs.map(() => null);
        // Only these are sent; the answers go back to their places.
        const places = jobs.flatMap((job, i) => (LANGUAGES.includes(job.language) ? [i] : []));
        const requests = places.map((place) => jobs[place]!);
        const answers: (string[] | null)[] = requests.map(() => null);
        for (let next = 0; next < requests.length;) next = await runUntilHang(requests, answers, next);
        places.forEach((place, i) => { outputs[place] = answers[i]!; });
        return outputs;
      });
      queue = mine.catch(() => undefined);
      return mine;
    },
    kills: () => kills,
    close: discard,
  };
}

const TIMEOUT = Symbol('timeout');

function within<T>(promise: Promise<T>, ms: number): Promise<T | typeof TIMEOUT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<typeof TIMEOUT>((resolve) => { timer = setTimeout(() => { resolve(TIMEOUT); }, ms); });
  return Promise.race([promise, timeout]).finally(() => { clearTimeout(timer); });
}

/** The answer comes from beside hostile code: anything but a text per argument list counts as not run. */
function wellFormed(answer: unknown, length: number): string[] | null {
  return Array.isArray(answer) && answer.length === length && answer.every((text) => typeof text === 'string') ? answer as string[] : null;
}
