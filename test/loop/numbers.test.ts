/** Numbers that stop being finite, put into a real run at random: nothing of them is saved, and the run is rolled back, slowed, and ended rightly. */
import { describe, expect, it } from 'vitest';
import { MOST_NOT_FINITE, isFinite } from '../../src/loop/rollback';
import { createRng } from '../../src/rng';
import type { Batch, Checkpoint, RunControl, RunEvent, StepMetrics, TrainerState, UpdateSettings } from '../../src/types';
import type { Settings } from '../../src/config';
import { SPECIAL_COUNT } from './small_corpus';
import { MemoryStore } from './small_run';
import { QUICK, always, same, tinyRun } from './tiny_run';
import { TabularTrainer } from './tabular_trainer';

/** Keeps only the newest, as little as a resumed run needs, and looks at every one. */
class Watched extends MemoryStore {
  count = 0;
  override save(checkpoint: Checkpoint): Promise<void> {
    this.count++;
    const { weights, m, v, frozen = [] } = checkpoint.trainer;
    for (const values of [weights, m, v, frozen]) for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) throw new Error(`${values[i]} was saved`);
    // The trainer's own arrays are copies already.
    this.saved = [checkpoint];
    return Promise.resolve();
  }
}

type Kind = 'gradient' | 'loss' | 'weight' | 'snapshot' | 'frozen';
const KINDS: readonly Kind[] = ['gradient', 'loss', 'weight', 'snapshot', 'frozen'];

/** The small model, in which something stops being a number with probability `share` at each step and snapshot. */
class Faulty extends TabularTrainer {
  faults: Record<Kind, number> = { gradient: 0, loss: 0, weight: 0, snapshot: 0, frozen: 0 };
  rates: number[] = [];
  readonly #rng: () => number;
  readonly #share: number;
  readonly #kinds: readonly Kind[];

  constructor(seed: number, share: number, kinds: readonly Kind[] = KINDS) {
    super(SPECIAL_COUNT);
    this.#rng = createRng(seed);
    this.#share = share;
    this.#kinds = kinds;
  }

  get injected(): number { return Object.values(this.faults).reduce((sum, count) => sum + count, 0); }

  #hit(...among: Kind[]): Kind | null {
    const may = among.filter(kind => this.#kinds.includes(kind));
    if (may.length === 0 || this.#rng() >= this.#share) return null;
    const kind = may[Math.floor(this.#rng() * may.length)]!;
    this.faults[kind]++;
    return kind;
  }

  #bad(): number { return [NaN, Infinity, -Infinity][Math.floor(this.#rng() * 3)]!; }

  override async step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    this.rates.push(settings.learningRate);
    const kind = this.#hit('gradient', 'loss', 'weight', 'frozen');
    if (kind === 'weight' || kind === 'frozen') {
      const state = await super.snapshot(), values = kind === 'weight' ? state.weights : state.frozen ?? state.m;
      values[Math.floor(this.#rng() * values.length)] = this.#bad();
      await super.restore(state);
    }
    this.poison = kind === 'gradient';
    const metrics = await super.step(batch, settings);
    return kind === 'loss' ? { ...metrics, loss: this.#bad() } : metrics;
  }

  override async snapshot(): Promise<TrainerState> {
    const state = await super.snapshot();
    if (this.#hit('snapshot')) state[this.#rng() < 0.5 ? 'm' : 'v'][Math.floor(this.#rng() * state.m.length)] = this.#bad();
    return state;
  }
}


describe('rolling back', { timeout: 120_000 }, () => {
  it('after five updates in a row, at half the rate each time, then ends; a resumed run keeps the rate', async () => {
    const trainer = new Faulty(1, 1, ['gradient']), store = new MemoryStore();
    const first = tinyRun(QUICK, { trainer, store });
    await expect(first).rejects.toMatchObject({ name: 'NotFinite', message: expect.stringMatching(/rolled back 2 times already.*0\.25 of its setting/) as string });
    expect(trainer.rates).toEqual([0.01, 0.005, 0.0025].flatMap(rate => Array.from({ length: MOST_NOT_FINITE }, () => rate)));
    expect(same((await trainer.snapshot()).weights, store.saved[0]!.trainer.weights)).toBe(true);
    // The start, and one save after each rollback.
    expect(store.saved.map(({ step, loop }) => [step, loop['rollbacks']])).toEqual([[0, 0], [MOST_NOT_FINITE, 1], [2 * MOST_NOT_FINITE, 2]]);
    const healthy = new Faulty(1, 0);
    const { rows } = await tinyRun({ ...QUICK, steps: 7 }, { trainer: healthy, resume: store.saved[1]! });
    expect(new Set(healthy.rates)).toEqual(new Set([0.005]));
    expect(rows.at(-1)!['learning_rate']).toBe(0.005);
  });

  it('goes back to the weights and moments of the last checkpoint, counts steps on, and says so', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), store = new MemoryStore();
    const step = trainer.step.bind(trainer);
    let calls = 0;
    trainer.step = async (batch, settings) => {
      trainer.poison = ++calls > 4 && calls <= 4 + MOST_NOT_FINITE;
      return step(batch, settings);
    };
    const { notices, summary, rows } = await tinyRun({ ...QUICK, steps: 12, evaluateEvery: 12 }, { trainer, store, control: { gate: () => Promise.resolve(), stopping: () => false, wantsSave: () => calls === 3 } });
    expect(notices.filter(code => code === 'rolled-back').length).toBe(1);
    expect(summary.stopped).toBe(false);
    // Saved at the start, when asked after three updates, after the rollback, and at the end.
    expect(store.saved.map(({ step: at, trainer: { optimizerStep } }) => [at, optimizerStep])).toEqual([[0, 0], [3, 3], [9, 3], [12, 6]]);
    expect(same(store.saved[2]!.trainer.weights, store.saved[1]!.trainer.weights)).toBe(true);
    expect(same(store.saved[2]!.trainer.m, store.saved[1]!.trainer.m)).toBe(true);
    expect(rows.map(row => row['step'])).toEqual(Array.from({ length: 13 }, (_, i) => i));
  });

  it('is saved when its step was told and measured, not before: a run killed at that save misses nothing', async () => {
    for (const changes of [{ steps: 5, evaluateEvery: 5 }, { steps: 1, warmstartSteps: 5 }] satisfies Partial<Settings>[]) {
      const trainer = new TabularTrainer(SPECIAL_COUNT), store = new MemoryStore(), heard: RunEvent[] = [], told: [number, boolean][] = [];
      const step = trainer.step.bind(trainer), save = store.save.bind(store);
      let calls = 0;
      trainer.step = (batch, settings) => { trainer.poison = ++calls <= MOST_NOT_FINITE; return step(batch, settings); };
      store.save = checkpoint => {
        const row = heard.findLast(event => event.type === 'metrics')?.row ?? {}, measure = checkpoint.stage === 'loop' ? 'heldout/similarity' : 'warmstart/oracle';
        if (checkpoint.loop['rollbacks'] === 1) told.push([checkpoint.step - row[checkpoint.stage === 'loop' ? 'step' : 'warmstart/step']!, row[measure]! >= 0]);
        return save(checkpoint);
      };
      await tinyRun({ ...QUICK, ...changes }, { trainer, store, heard, measured: true });
      expect(told[0]).toEqual([0, true]);
    }
  });

  it('into the warm start\'s last checkpoint gives the loop fresh moments and a frozen copy', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), store = new MemoryStore();
    const step = trainer.step.bind(trainer);
    let calls = 0;
    trainer.step = (batch, settings) => { trainer.poison = ++calls > 6; return step(batch, settings); };
    // Loses the checkpoint that is made on entering the loop, so that only those of the warm start are left.
    const save = store.save.bind(store);
    store.save = checkpoint => (checkpoint.stage === 'loop' && checkpoint.step === 0 ? Promise.resolve() : save(checkpoint));
    await expect(tinyRun({ ...QUICK, steps: 8, warmstartSteps: 6 }, { trainer, store, control: { ...always, wantsSave: () => calls <= 6 } })).resolves.toMatchObject({ summary: { stopped: false } });
    const rolled = store.saved.find(({ loop }) => loop['rollbacks'] === 1)!, before = store.saved.filter(({ stage }) => stage === 'warmstart').at(-1)!;
    expect([rolled.stage, rolled.step, rolled.trainer.optimizerStep]).toEqual(['loop', 5, 0]);
    expect(same(rolled.trainer.weights, before.trainer.weights)).toBe(true);
    expect(same(rolled.trainer.frozen, before.trainer.weights)).toBe(true);
    expect(rolled.trainer.m.every(value => value === 0)).toBe(true);
  });

  it('has nowhere to go back to without a store, or when the model is bad from the start', async () => {
    const { trainer } = await tinyRun({ ...QUICK, steps: 0 }), bad = await trainer.exportTensors();
    bad[0]!.data[7] = NaN;
    await expect(tinyRun(QUICK, { tensors: bad })).rejects.toMatchObject({ name: 'NotFinite', message: expect.stringContaining('no checkpoint to go back to') as string });
  });
});

it('1,000 faults at random places: no state that is not finite is saved, every run ends finished or with NotFinite, and both happen', async () => {
  const rng = createRng(5), control: RunControl = { ...always, wantsSave: () => rng() < 0.3 };
  let injected = 0, finished = 0, refused = 0, saves = 0;
  const kinds: Record<Kind, number> = { gradient: 0, loss: 0, weight: 0, snapshot: 0, frozen: 0 };
  for (let seed = 1; injected < 1000; seed++) {
    // Every fourth run samples; the others learn from pairs, so that many steps take little time.
    const quick: Partial<Settings> = { ...QUICK, codesPerStep: 1, ...(seed % 4 === 0 ? { steps: 6, evaluateEvery: 6 } : { steps: 150, evaluateEvery: 150, objective: 'sft' }) };
    const trainer = new Faulty(seed, [0.3, 0.55, 0.4][seed % 3]!, seed % 5 < 2 ? ['gradient', 'loss'] : KINDS), store = new Watched();
    try {
      const { summary } = await tinyRun(quick, { trainer, store, control });
      expect(summary).toMatchObject({ stopped: false, steps: quick.steps });
      finished++;
      expect(isFinite(store.saved[0]!.trainer)).toBe(true);
    } catch (error) {
      expect(error).toMatchObject({ name: 'NotFinite' });
      refused++;
      // What is left can be gone on with.
      if (store.saved.length > 0) expect((await tinyRun({ ...quick, steps: store.saved[0]!.step }, { resume: store.saved[0]! })).summary.stopped).toBe(false);
    }
    injected += trainer.injected;
    saves += store.count;
    for (const kind of KINDS) kinds[kind] += trainer.faults[kind];
  }
  for (const kind of KINDS) expect(kinds[kind], kind).toBeGreaterThan(5);
  expect(finished).toBeGreaterThan(5);
  expect(refused).toBeGreaterThan(5);
  expect(saves).toBeGreaterThan(200);
}, 240_000);
