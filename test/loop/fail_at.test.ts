/** Every call of a short run to its trainer, its scorer and its interpreter fails once and for good: the run goes on or ends with a named error, what was saved can be resumed, and no rejection is left alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PairScorer } from '../../src/reward/scorer';
import { labError } from '../../src/types';
import type { ErrorName, Executor, Rewarder, Trainer } from '../../src/types';
import { SPECIAL_COUNT } from './small_corpus';
import { MemoryStore } from './small_run';
import { always, tinyRun } from './tiny_run';
import { TabularTrainer } from './tabular_trainer';

const unhandled: unknown[] = [];
const hear = (reason: unknown): void => { unhandled.push(reason); };
beforeAll(() => { process.on('unhandledRejection', hear); });
afterAll(() => { process.off('unhandledRejection', hear); });

interface Faults { calls: number; failAt: number; forever: boolean; error: ErrorName }

/** The same object, whose n-th call of any of these methods is rejected. */
function failing<T extends object>(inner: T, names: readonly (keyof T & string)[], faults: Faults): T {
  const made = inner as Record<string, unknown>;
  for (const name of names) {
    const own = (made[name] as (...args: unknown[]) => Promise<unknown>).bind(inner);
    made[name] = (...args: unknown[]) => {
      const n = ++faults.calls;
      // Some time later, as a worker would.
      return n === faults.failAt || (faults.forever && n > faults.failAt) ? new Promise((_, reject) => { setImmediate(() => { reject(labError(faults.error, `fault ${n}`)); }); }) : own(...args);
    };
  }
  return inner;
}

const python: Executor = { languages: ['python'], run: jobs => Promise.resolve(jobs.map(job => job.inputs.map(() => '1'))) };
const CHANGES = { steps: 2, evaluateEvery: 2, evaluateItems: 2, codesPerStep: 1, documentations: 2, warmstartSteps: 1, warmstartBatch: 1, checkpointSeconds: 3600, allMetrics: true } as const;

const PARTS: [what: string, error: ErrorName, part: (faults: Faults) => { trainer?: Trainer; rewarder?: Rewarder; executor?: Executor }][] = [
  ['trainer', 'DeviceLost', faults => ({ trainer: failing<Trainer>(new TabularTrainer(SPECIAL_COUNT), ['adapter', 'load', 'generate', 'score', 'step', 'freeze', 'snapshot', 'restore'], faults) })],
  ['scorer', 'WorkerFailed', faults => ({ rewarder: failing<Rewarder>(new PairScorer(), ['score'], faults) })],
  ['interpreter', 'WorkerFailed', faults => ({ executor: failing<Executor>({ ...python }, ['run'], faults) })],
];

describe.each(PARTS)('%s', (_, error, part) => {
  it.each([false, true])('each call, forever: %s', async forever => {
    const counting: Faults = { calls: 0, failAt: 0, forever: false, error };
    await tinyRun(CHANGES, { executor: python, ...part(counting), control: always, measured: true });
    expect(counting.calls).toBeGreaterThan(1);
    let ended = 0, went = 0;
    for (let failAt = 1; failAt <= counting.calls; failAt++) {
      const store = new MemoryStore();
      try {
        const { summary } = await tinyRun(CHANGES, { executor: python, ...part({ calls: 0, failAt, forever, error }), store, control: always, measured: true });
        expect(summary.stopped).toBe(false);
        went++;
      } catch (thrown) {
        expect(thrown, `call ${failAt}`).toMatchObject({ name: error });
        ended++;
      }
      const resume = store.saved.at(-1);
      if (resume) expect((await tinyRun(CHANGES, { executor: python, resume, measured: true })).summary, `resumed after call ${failAt}`).toMatchObject({ stopped: false, steps: 2 });
    }
    expect(ended).toBeGreaterThan(0);
    expect(ended + went).toBe(counting.calls);
    // Whatever is still on its way has had its turn.
    await new Promise(resolve => { setTimeout(resolve, 20); });
    expect(unhandled).toEqual([]);
  }, 120_000);
});
