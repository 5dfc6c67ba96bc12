/** Makes the page's workers and wraps them; knows their names and types, not what they compute. */
import * as Comlink from 'comlink';
import type { Language, Trainer } from '../types';
import type { SampleRecipe } from './sample_corpus';
import type { SampleApi } from './sample_worker';
import type { CorpusView } from './state';
import { connectSandbox, createExecutor } from '../sandbox/executor';
import type { SandboxExecutor } from '../sandbox/executor';
import type { CorpusApi } from '../../workers/corpus';
import type { RewardApi } from '../../workers/reward';
import type { TrainerApi } from '../../workers/trainer';

export interface OpenTrainer { api: Trainer & Pick<Comlink.Remote<TrainerApi>, 'probe'>; close(): void }

/** The page's address without query and hash: files beside the page are found from it under any path. */
export function pageBase(): string { return new URL('./', document.baseURI).href; }

/**
 * A fresh engine in its own worker. `onLost` hears of a device that died.
 * @throws WebGPUUnavailable when the worker finds no adapter
 */
export async function openTrainer(onCompile: (done: number, total: number) => void, onLost: (message: string) => void): Promise<OpenTrainer> {
  const worker = new Worker(new URL('../../workers/trainer.ts', import.meta.url), { type: 'module', name: 'trainer' });
  const failed = failure(worker);
  const remote = Comlink.wrap<TrainerApi>(worker);
  const close = (): void => { remote[Comlink.releaseProxy](); worker.terminate(); };
  try {
    await Promise.race([remote.open(Comlink.proxy(onCompile), Comlink.proxy(onLost)), failed]);
  } catch (error) {
    close();
    throw error;
  }
  return { api: remote as unknown as OpenTrainer['api'], close };
}

export interface OpenReward { api: Comlink.Remote<RewardApi>; close(): void }

/** The scoring worker with the grammars of these languages. @throws BadInput when a grammar does not load */
export async function openReward(languages: Language[]): Promise<OpenReward> {
  const worker = new Worker(new URL('../../workers/reward.ts', import.meta.url), { type: 'module', name: 'reward' });
  const failed = failure(worker);
  const remote = Comlink.wrap<RewardApi>(worker);
  const close = (): void => { remote[Comlink.releaseProxy](); worker.terminate(); };
  try {
    await Promise.race([remote.open(pageBase(), languages), failed]);
  } catch (error) {
    close();
    throw error;
  }
  return { api: remote, close };
}

/** A worker whose script does not load never answers: its error event is the only sign. */
export function failure(worker: Worker): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', event => reject(new Error(`A worker of this page did not start or stopped: ${event.message || 'its script did not load'}.`)));
  });
  failed.catch(() => undefined);
  return failed;
}

export interface OpenCorpus { api: Comlink.Remote<CorpusApi>; close(): void; failed: Promise<never> }

/** The worker that reads folders; made when the first one is dropped. */
export function openCorpus(): OpenCorpus {
  const worker = new Worker(new URL('../../workers/corpus.ts', import.meta.url), { type: 'module', name: 'corpus' });
  const remote = Comlink.wrap<CorpusApi>(worker);
  return { api: remote, failed: failure(worker), close: () => { remote[Comlink.releaseProxy](); worker.terminate(); } };
}

/** The sample corpus, drawn in a worker that ends with it. */
export async function drawSample(recipe: SampleRecipe): Promise<CorpusView> {
  const worker = new Worker(new URL('./sample_worker.ts', import.meta.url), { type: 'module', name: 'sample' });
  try {
    return await Promise.race([Comlink.wrap<SampleApi>(worker).draw(recipe), failure(worker)]);
  } finally {
    worker.terminate();
  }
}

/** Runs functions of the model in the sandbox worker; the wall clock on this side kills one that hangs. */
export function openExecutor(): SandboxExecutor {
  return createExecutor({ spawn: () => connectSandbox(new Worker(new URL('../../workers/sandbox.ts', import.meta.url), { type: 'module', name: 'sandbox' })) });
}
