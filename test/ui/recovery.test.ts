/** A graphics device lost in every phase of a run: on from the last checkpoint to the same end; twice, or with no new device, an end in the right words. */
import { describe, expect, it } from 'vitest';
import { RECOVERY_MS, blamesMemory, withRecovery } from '../../src/ui/recovery';
import type { Return } from '../../src/ui/recovery';
import { labError } from '../../src/types';
import type { Phase, RunControl, RunEvent, Trainer } from '../../src/types';
import { SPECIAL_COUNT } from '../loop/small_corpus';
import { MemoryStore, run, timeless } from '../loop/small_run';
import { TabularTrainer } from '../loop/tabular_trainer';

/** Dies at the first call that comes in a given phase, for good, as a device does. */
class Mortal extends TabularTrainer {
  dead = false;
  readonly #doomed: () => boolean;

  constructor(doomed: () => boolean) {
    super(SPECIAL_COUNT);
    this.#doomed = doomed;
    for (const name of ['load', 'generate', 'score', 'step', 'freeze', 'snapshot', 'restore'] as const) {
      const own = (this as Trainer)[name].bind(this) as (...args: unknown[]) => Promise<unknown>;
      Object.assign(this, {
        [name]: (...args: unknown[]) => {
          this.dead ||= this.#doomed();
          return this.dead ? Promise.reject(labError('DeviceLost', 'The GPU was lost (test).')) : own(...args);
        },
      });
    }
  }
}

const CHANGES = { steps: 3, evaluateEvery: 2, evaluateItems: 2, codesPerStep: 2, documentations: 2, warmstartSteps: 4, checkpointSeconds: 3600 } as const;
/** Saves before every second step. */
const everySecond = (): RunControl => {
  let asked = 0;
  return { gate: () => Promise.resolve(), stopping: () => false, wantsSave: () => ++asked % 2 === 0 };
};

/** A run whose device is lost in `phase`, the `times` first times that it comes to it after `after` steps of the loop. */
async function lose(phase: Phase, times: number, options: { after?: number; gap?: number; adapters?: number } = {}) {
  const store = new MemoryStore(), seen: { returns: Return[]; rows: Map<string, unknown>; deaths: number } = { returns: [], rows: new Map(), deaths: 0 };
  let now = 0, phaseNow: Phase = 'load', steps = 0, adapters = options.adapters ?? Infinity;
  const open = (): Mortal => new Mortal(() => {
    if (seen.deaths >= times || phaseNow !== phase || steps < (options.after ?? 0)) return false;
    seen.deaths++;
    now += options.gap ?? 0;
    return true;
  });
  const hear = (event: RunEvent): number => {
    if (event.type === 'phase') phaseNow = event.phase;
    if (event.type === 'metrics') {
      if (event.row['step'] !== undefined) steps = event.row['step'];
      seen.rows.set(`${event.row['warmstart/step'] ?? ''} ${event.row['step'] ?? ''}`, timeless([event.row])[0]);
    }
    return 0;
  };
  let trainer = open();
  const result = await withRecovery({
    attempt: from => run(CHANGES, {
      trainer, store, control: everySecond(), ...(from?.checkpoint ? { resume: from.checkpoint } : {}),
      events: Object.assign([] as RunEvent[], { push: hear }),
    }),
    load: async () => (await store.load('run'))?.checkpoint,
    canBegin: true,
    reopen: from => {
      if (--adapters < 0) return Promise.reject(labError('WebGPUUnavailable', 'The browser offers no GPU adapter.'));
      seen.returns.push(from);
      trainer = open();
      return Promise.resolve();
    },
    now: () => now,
  });
  return { ...seen, result, store };
}

describe('lost once', () => {
  const undisturbed = (async () => {
    const { rows, trainer } = await run(CHANGES, { control: everySecond() });
    return { rows: timeless(rows), weights: (await trainer.snapshot()).weights };
  })();

  it.each<[Phase, number]>([['load', 0], ['warmstart', 0], ['evaluate', 0], ['document', 1], ['reconstruct', 1], ['reward', 0], ['update', 2], ['evaluate', 2], ['checkpoint', 0], ['checkpoint', 1]])(
    'in %s after %i updates: the same rows, the same weights', async (phase, after) => {
      const whole = await undisturbed, { deaths, returns, rows, result, store } = await lose(phase, 1, { after });
      expect(deaths).toBe(1);
      expect(returns.length).toBe(1);
      expect([...rows.values()]).toEqual(whole.rows);
      const { weights } = store.saved.at(-1)!.trainer;
      expect(weights.every((value, i) => value === whole.weights[i])).toBe(true);
      expect(result.summary).toMatchObject({ stopped: false, steps: 3 });
      // At most one interval is done again: saves came before every second step.
      if (phase === 'update' && after === 2) expect(returns[0]!.checkpoint!.step).toBeGreaterThanOrEqual(1);
    });
});

describe('lost twice', () => {
  it('within two minutes: an end that says where the run is saved, and no third try', async () => {
    const lost = lose('update', 9, { after: 1, gap: RECOVERY_MS - 1 });
    await expect(lost).rejects.toMatchObject({ name: 'DeviceGone', message: expect.stringMatching(/a second time within two minutes.*saved at step \d+ of the loop.*restart the browser, then resume/) as string });
  });

  it('within two minutes: one retry', async () => {
    let attempts = 0;
    await expect(withRecovery({ attempt: () => { attempts++; return Promise.reject(labError('DeviceLost', 'gone.')); }, load: () => Promise.resolve(undefined), canBegin: true, reopen: () => Promise.resolve(), now: () => 5 })).rejects.toThrow(/no checkpoint yet/);
    expect(attempts).toBe(2);
  });

  it('more than two minutes apart: recovered each time', async () => {
    const { deaths, result } = await lose('update', 3, { after: 1, gap: RECOVERY_MS * 2 });
    expect(deaths).toBe(3);
    expect(result.summary.stopped).toBe(false);
  });
});

it('a browser that gives no new device: the graphics process is gone, and the run is saved at its step', async () => {
  await expect(lose('update', 1, { after: 1, adapters: 0 })).rejects.toMatchObject({ name: 'DeviceGone', message: expect.stringMatching(/graphics process is gone until the browser is restarted. The run is saved at step \d+ of the loop/) as string });
  await expect(lose('load', 1, { adapters: 0 })).rejects.toThrow(/no checkpoint yet and begins again/);
});

it('without a checkpoint and without a beginning there is nothing to go on from; other errors pass', async () => {
  const parts = { load: () => Promise.resolve(undefined), canBegin: false, reopen: () => Promise.reject(new Error('asked')), now: () => 0 };
  await expect(withRecovery({ ...parts, attempt: () => Promise.reject(labError('DeviceLost', 'first')) })).rejects.toThrow('first');
  await expect(withRecovery({ ...parts, canBegin: true, attempt: () => Promise.reject(labError('BadModel', 'bad')) })).rejects.toThrow('bad');
});

it('memory is blamed by what the browser said', () => {
  expect(blamesMemory(labError('DeviceLost', 'The GPU was lost (VK_ERROR_OUT_OF_DEVICE_MEMORY).'))).toBe(true);
  expect(blamesMemory(labError('DeviceLost', 'The GPU was lost (GPU process crashed).'))).toBe(false);
});
