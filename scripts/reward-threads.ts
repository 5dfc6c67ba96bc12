/** Scoring workers on Node's threads, for the reward's pool; knows how to bundle and start them, not what they compute. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { build } from 'vite';
import type { ScoringWorker } from '../src/reward/pool';
import type { Language } from '../src/types';
import { root } from './build.mjs';
import type { RewardThread } from './reward-thread';
import { grammarFiles } from './vite-grammars';


export interface RewardThreads {
  /** Starts a thread with the grammars loaded. */
  spawn: () => Promise<ScoringWorker>;
  /** Removes the bundle; threads that run go on. */
  remove(): void;
}

/** Bundles `entry` (a thread such as scripts/reward-thread.ts) for threads that score these languages. `data` reaches them as workerData. */
export async function rewardThreads(languages: readonly Language[], entry = 'scripts/reward-thread.ts', data: Record<string, unknown> = {}): Promise<RewardThreads> {
  // Inside node_modules, so that the built file finds its packages.
  const folder = mkdtempSync(join(root, 'node_modules', '.reward-threads-'));
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: entry, outDir: folder, emptyOutDir: true, rollupOptions: { output: { entryFileNames: 'thread.mjs' } } },
  });
  const grammars = Object.fromEntries(languages.map((language) => [language, join(root, 'node_modules', grammarFiles[`tree-sitter-${language}.wasm`]!)]));
  const spawn = async (): Promise<ScoringWorker> => {
    const worker = new Worker(join(folder, 'thread.mjs'), { workerData: { ...data, grammars } });
    const gone = new Promise<string>((resolve) => {
      worker.once('error', (error) => { resolve(error instanceof Error ? error.message : String(error)); });
      worker.once('exit', (code) => { resolve(`its thread ended with ${code}`); });
    });
    const remote = Comlink.wrap<RewardThread>(nodeEndpoint(worker));
    await Promise.race([remote.open(), gone.then((why) => { throw new Error(`A scoring thread did not start: ${why}.`); })]);
    return { score: (pairs, options) => remote.score(pairs, options), gone, terminate: () => { void worker.terminate(); } };
  };
  return { spawn, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}
