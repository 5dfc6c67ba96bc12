/** Tests of how a run takes updates that mixed precision leaves out to lower its loss scale; knows no GPU. */
import { expect, it } from 'vitest';
import type { Batch, MemoryWish, StepMetrics, UpdateSettings } from '../../src/types';
import { SPECIAL_COUNT } from './small_corpus';
import { MemoryStore, run, warmWeights } from './small_run';
import { TabularTrainer } from './tabular_trainer';

/** Not finite until its scale is at most `bearable`; heard: what it was told to be. */
class Scaled extends TabularTrainer {
  heard: MemoryWish[] = [];
  scale = 1024;
  readonly #bearable: number;

  constructor(bearable: number) {
    super(SPECIAL_COUNT);
    this.#bearable = bearable;
  }

  prefer(wish: MemoryWish): Promise<void> {
    this.heard.push(wish);
    return Promise.resolve();
  }

  override async step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    this.poison = this.scale > this.#bearable;
    const metrics = await super.step(batch, settings);
    if (this.poison) this.scale = Math.max(1, this.scale / 2);
    return { ...metrics, lossScale: this.scale };
  }
}

it('updates left out to find the scale do not end a run, and are no warning', async () => {
  const trainer = new Scaled(2);
  const { summary, notices, rows } = await run({ steps: 12, evaluateEvery: 50, evaluateItems: 2, precision: 'f16' }, { trainer, tensors: await warmWeights() });
  expect(trainer.heard[0]).toMatchObject({ precision: 'f16' });
  expect(summary).toMatchObject({ steps: 12, stopped: false });
  expect(notices).not.toContain('not-finite');
  expect(rows.filter((row) => row['loss_scale'] !== undefined).map((row) => row['loss_scale'])).toEqual([512, 256, 128, 64, 32, 16, 8, 4, 2, 2, 2, 2]);
  expect((await trainer.snapshot()).optimizerStep).toBe(3);
});

it('nor those of a warm start', async () => {
  const { rows, notices } = await run({ warmstartSteps: 12, steps: 0, evaluateItems: 2, precision: 'f16' }, { trainer: new Scaled(2) });
  expect(rows.map((row) => row['warmstart/loss_scale']).filter((scale) => scale !== undefined)).toEqual([512, 256, 128, 64, 32, 16, 8, 4, 2, 2, 2, 2]);
  expect(notices).not.toContain('not-finite');
});

it('a scale of 1 that does not help is rolled back twice and then ends it, with nothing saved of them', async () => {
  const trainer = new Scaled(0), store = new MemoryStore();
  await expect(run({ steps: 40, evaluateEvery: 50, precision: 'f16' }, { trainer, store, tensors: await warmWeights() })).rejects.toMatchObject({ name: 'NotFinite' });
  // 1,024 to 2 in nine updates; the one that brings it to 1 and four at 1 count; then five after each rollback.
  expect(trainer.calls.step).toBe(14 + 2 * 5);
  expect(store.saved.map(({ trainer: { optimizerStep } }) => optimizerStep)).toEqual([0, 0, 0]);
});

it('in f32 there is no scale to speak of', async () => {
  const { rows } = await run({ steps: 2, evaluateEvery: 50, evaluateItems: 2 }, { tensors: await warmWeights() });
  for (const row of rows) expect(row).not.toHaveProperty('loss_scale');
});

it('a run does not go on at another precision', async () => {
  const { store } = await run({ steps: 1, evaluateEvery: 50, evaluateItems: 2 }, { tensors: await warmWeights() });
  await expect(run({ steps: 2, precision: 'f16' }, { resume: store.saved.at(-1)! })).rejects.toThrow(/the setting precision/);
});
