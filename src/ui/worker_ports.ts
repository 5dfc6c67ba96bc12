/** Makes the page's workers and wraps them; knows their names and types, not what they compute. */
import * as Comlink from 'comlink';
import { labError } from '../types';
import { RewardPool } from '../reward/pool';
import type { ScoringWorker } from '../reward/pool';
import type { Language, Rewarder, Trainer } from '../types';
import { pageBase } from './base';
import { Lifeline } from './lifeline';
import type { SampleApi } from './sample_worker';
import { spawnSandbox } from './sandbox_frame';
import { spawn } from './spawn';
import type { CorpusView } from './state';
import { createExecutor } from '../sandbox/executor';
import type { SandboxExecutor } from '../sandbox/executor';
import type { PlanInputs } from '../loop/behaviour';
import type { FindIntroduced } from '../loop/safety';
import type { BehaviourApi } from '../../workers/behaviour';
import type { CorpusApi } from '../../workers/corpus';
import type { RewardApi } from '../../workers/reward';
import type { Profiler } from './profile/profiling';
import type { ProbeInput, ProbeOutput } from '../../workers/probe';
import type { TrainerApi } from '../../workers/trainer';

export interface OpenTrainer {
  api: Trainer & Profiler & { probe(input: ProbeInput): Promise<ProbeOutput> };
  /** Ends the worker; calls that wait on it are rejected with DeviceLost. */
  close(): void;
}

export { pageBase };

/** After this long a call that a lost device left unanswered is given up; until then the engine may say it better itself. */
const GRACE_MS = 1_000;

/**
 * A fresh engine in its own worker. When its device dies, every call that waits is rejected with DeviceLost, answered or not.
 * @throws WebGPUUnavailable when the worker finds no adapter
 */
export async function openTrainer(onCompile: (done: number, total: number) => void, onLost: () => void, measures = true, onShrunk: (text: string) => void = () => undefined): Promise<OpenTrainer> {
  const worker = spawn('trainer');
  const remote = Comlink.wrap<TrainerApi>(worker);
  const line = new Lifeline();
  let running = false;
  // Before the engine has spoken its script did not load; after that it is taken for its device.
  failure(worker).catch((error: unknown) => line.cut(running ? deviceLost(error instanceof Error ? error.message : String(error)) : error as Error));
  const close = (): void => { worker.terminate(); line.cut(deviceLost('its worker was ended')); };
  const lost = (reason: string): void => {
    setTimeout(() => line.cut(deviceLost(reason)), GRACE_MS);
    onLost();
  };
  try {
    await line.guard(() => remote.open(Comlink.proxy(onCompile), Comlink.proxy(lost), measures, Comlink.proxy(onShrunk)));
    running = true;
  } catch (error) {
    close();
    throw error;
  }
  const api: OpenTrainer['api'] = {
    adapter: () => line.guard(() => remote.adapter()),
    prefer: wish => line.guard(() => remote.prefer(wish)),
    load: (config, tensors, seed) => line.guard(() => remote.load(config, tensors, seed)),
    generate: (request, onRows, onTokens) => line.guard(() => remote.generate(request, onRows && Comlink.proxy(onRows), onTokens && Comlink.proxy(onTokens))),
    score: request => line.guard(() => remote.score(request)),
    embed: request => line.guard(() => remote.embed(request)),
    attend: request => line.guard(() => remote.attend(request)),
    step: (batch, settings) => line.guard(() => remote.step(batch, settings)),
    freeze: () => line.guard(() => remote.freeze()),
    exportTensors: () => line.guard(() => remote.exportTensors()),
    snapshot: () => line.guard(() => remote.snapshot()),
    restore: state => line.guard(() => remote.restore(state)),
    close: () => line.guard(() => remote.close()),
    profileNext: () => line.guard(() => remote.profileNext()),
    profile: () => line.guard(() => remote.profile()),
    probe: input => line.guard(() => remote.probe(input)),
  };
  return { api, close };
}

function deviceLost(reason: string): Error {
  return labError('DeviceLost', `The graphics device was lost (${reason || 'the browser gave no reason'}). The step under way was not finished. Resume the run from its last checkpoint.`);
}

export interface OpenReward { api: Rewarder; close(): void }

/** Scoring workers at most; one core is left to the page and the one that feeds the GPU. */
const MOST_REWARD_WORKERS = 4;

/** The scoring workers, `most` of them, with the grammars of these languages. @throws BadInput when a grammar does not load */
export async function openReward(languages: Language[], most = MOST_REWARD_WORKERS): Promise<OpenReward> {
  const open = async (): Promise<ScoringWorker> => {
    const worker = spawn('reward');
    const failed = failure(worker);
    const remote = Comlink.wrap<RewardApi>(worker);
    const terminate = (): void => { worker.terminate(); };
    try {
      await Promise.race([remote.open(pageBase(), languages), failed]);
    } catch (error) {
      terminate();
      throw error;
    }
    return { score: (pairs, options) => remote.score(pairs, options), terminate, gone: failed.catch((error: unknown) => (error instanceof Error ? error.message : String(error))) };
  };
  const pool = new RewardPool({ spawn: open, workers: Math.min(most, (navigator.hardwareConcurrency || 2) - 1) });
  try {
    await pool.open();
  } catch (error) {
    pool.close();
    throw error;
  }
  return { api: pool, close: () => { pool.close(); } };
}

/** A worker whose script does not load never answers: its error event is the only sign. */
export function failure(worker: Worker): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', event => reject(labError('WorkerFailed', `A worker of this page did not start or stopped: ${event.message || 'its script did not load'}.`)));
  });
  failed.catch(() => undefined);
  return failed;
}

export interface OpenCorpus { api: Comlink.Remote<CorpusApi>; close(): void; failed: Promise<never> }

/** The worker that reads folders; made when the first one is dropped. */
export function openCorpus(): OpenCorpus {
  const worker = spawn('corpus');
  const remote = Comlink.wrap<CorpusApi>(worker);
  return { api: remote, failed: failure(worker), close: () => { remote[Comlink.releaseProxy](); worker.terminate(); } };
}

/** The sample corpus, or the one in a second language, drawn in a worker that ends with it. */
export async function drawSample(second = false): Promise<CorpusView> {
  const worker = spawn('sample');
  try {
    const api = Comlink.wrap<SampleApi>(worker);
    return await Promise.race([second ? api.drawSecond() : api.draw(), failure(worker)]);
  } finally {
    worker.terminate();
  }
}

/** Runs functions of the model in sandbox workers; the wall clock on this side kills one that hangs. */
export function openExecutor(): SandboxExecutor {
  return createExecutor({ spawn: spawnSandbox, workers: 2 });
}

export interface OpenBehaviour { plan: PlanInputs; introduced: FindIntroduced; close(): void }

/** Makes inputs for functions and looks for insecure patterns, in a worker that starts when it is first asked. */
export function openBehaviour(): OpenBehaviour {
  let worker: Worker | undefined, remote: Comlink.Remote<BehaviourApi> | undefined, failed: Promise<never> | undefined;
  const api = (): Comlink.Remote<BehaviourApi> => {
    if (!worker) failed = failure(worker = spawn('behaviour'));
    return (remote ??= Comlink.wrap<BehaviourApi>(worker));
  };
  return {
    // Facts and phrases stay here: a tree is all that is read.
    plan: (items, count) => {
      const asked = api().plan(`${pageBase()}grammars/`, items.map(({ id, language, name, code, documentation, tags }) => ({ id, language, name, code, documentation, ...(tags === undefined ? {} : { tags }) })), count);
      return Promise.race([asked, failed!]);
    },
    introduced: pairs => {
      const asked = api().introduced(`${pageBase()}grammars/`, [...pairs]);
      return Promise.race([asked, failed!]);
    },
    close: () => { worker?.terminate(); },
  };
}
