/** Tests of whole runs: learning, exact resume, stop and pause, refusals, and what a run says of itself. */
import { describe, expect, it } from 'vitest';
import { ORACLE_READY } from '../../src/loop/notices';
import { labError, type MemoryWish, type RunControl, type RunEvent } from '../../src/types';
import type { Settings } from '../../src/config';
import { MemoryStore, SMALL, items, run, timeless, warmWeights } from './small_run';
import { TabularTrainer } from './tabular_trainer';
import { SPECIAL_COUNT } from './small_corpus';

describe('a run', () => {
  it('warm-starts: held-out loss falls and the oracle line rises', async () => {
    const { rows, notices, summary } = await run({ warmstartSteps: 250, steps: 0, evaluateItems: 16 });
    const measured = rows.filter((row) => row['warmstart/heldout_loss'] !== undefined);
    expect(measured.length).toBe(21);
    expect(measured[0]!['warmstart/heldout_loss']).toBeGreaterThan(4.5);
    expect(measured.at(-1)!['warmstart/heldout_loss']).toBeLessThan(0.6);
    expect(measured[0]!['warmstart/oracle']).toBeLessThan(0.1);
    expect(measured.at(-1)!['warmstart/oracle']).toBeGreaterThan(0.9);
    expect(measured.at(-1)!['warmstart/reference_gap']).toBeGreaterThan(1);
    expect(measured.at(-1)!['warmstart/learning_rate']).toBeLessThan(0.1 * 0.03 * 1.05);
    expect(notices.filter((code) => code === 'oracle-ready').length).toBeGreaterThan(0);
    expect(ORACLE_READY).toBe(0.8);
    expect(summary).toMatchObject({ warmstartSteps: 250, steps: 0, stopped: false });
    expect(summary.tokens.sampled).toBeGreaterThan(0);
  });

  it('learns: reward and held-out similarity rise on both splits, the shuffled control does not', async () => {
    const { rows, summary } = await run({ steps: 40, codesPerStep: 4, documentations: 8, evaluateEvery: 40, evaluateItems: 16 }, { tensors: await warmWeights() });
    const { before, after } = summary;
    for (const split of ['variation', 'combination']) expect(after[`heldout/${split}/similarity`]! - before[`heldout/${split}/similarity`]!, split).toBeGreaterThan(0.08);
    expect(after['heldout/shuffled']! - before['heldout/shuffled']!).toBeLessThan(0.06);
    expect(after['heldout/identification']! - before['heldout/identification']!).toBeGreaterThan(0.3);
    expect(after['heldout/gap']! - before['heldout/gap']!).toBeGreaterThan(0.2);
    expect(after['heldout/frozen_gap']! - before['heldout/frozen_gap']!).toBeGreaterThan(0.2);
    expect(after['heldout/leak_rate']).toBeLessThan(0.05);
    const rewards = rows.filter((row) => row['reward/mean'] !== undefined).map((row) => row['reward/mean']!);
    expect(rewards.length).toBe(40);
    const part = (from: number, to: number): number => rewards.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
    expect(part(30, 40) - part(0, 5)).toBeGreaterThan(0.08);
    expect(summary.flops).toBe(summary.parameters * (2 * (summary.tokens.prefilled + summary.tokens.sampled + summary.tokens.scored) + 6 * summary.tokens.trained));
  });

  it('gives one row a step with the agreed names, and the controls on evaluation steps', async () => {
    const { rows, events } = await run({}, { tensors: await warmWeights() });
    expect(rows.map((row) => row['step'])).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const row of rows.slice(1)) for (const name of ['loss', 'reward/mean', 'reward/std', 'frac_reward_zero_std', 'grad_norm', 'entropy', 'completions/mean_length', 'leak/rate', 'tokens_per_second']) expect(Number.isFinite(row[name]), name).toBe(true);
    for (const row of [rows[0]!, rows[3]!, rows[6]!]) for (const name of ['similarity', 'shuffled', 'exact_match', 'lift', 'variation/similarity', 'combination/shuffled', 'oracle', 'floor', 'empty', 'identification']) expect(Number.isFinite(row[`heldout/${name}`]), name).toBe(true);
    expect(rows[1]).not.toHaveProperty('heldout/similarity');
    const episodes = events.flatMap((event) => (event.type === 'episodes' ? event.episodes : []));
    expect(episodes.length).toBe(6 * 3 * 4);
    expect(episodes.every((episode) => items.some((item) => item.id === episode.itemId && item.split === 'train'))).toBe(true);
    for (const episode of episodes) if (Number.isFinite(episode.reward)) expect(Math.abs(episode.advantage)).toBeLessThan(4);
  });
});

it('says how the model is to be laid in memory before it makes or restores it', async () => {
  class Listening extends TabularTrainer {
    readonly heard: string[] = [];
    prefer(wish: MemoryWish): Promise<void> {
      this.heard.push(`prefer ${wish.recompute}, ${wish.cachePrecision}`);
      return Promise.resolve();
    }
    override load(...of: Parameters<TabularTrainer['load']>): ReturnType<TabularTrainer['load']> {
      this.heard.push('load');
      return super.load(...of);
    }
    override restore(...of: Parameters<TabularTrainer['restore']>): ReturnType<TabularTrainer['restore']> {
      this.heard.push('restore');
      return super.restore(...of);
    }
  }
  const [first, second] = [new Listening(SPECIAL_COUNT), new Listening(SPECIAL_COUNT)], short = { steps: 1, evaluateItems: 2 };
  const { store } = await run({ ...short, recompute: 'layers', cachePrecision: 'f16' }, { trainer: first });
  expect(first.heard.slice(0, 2)).toEqual(['prefer layers, f16', 'load']);
  // What a layer keeps changes no number but by rounding, so a run that ran out of memory may go on with the other way.
  await run({ ...short, steps: 2, cachePrecision: 'f16' }, { trainer: second, resume: store.saved.at(-1)! });
  expect(second.heard.slice(0, 2)).toEqual(['prefer none, f16', 'restore']);
  // What the cache is kept as changes what is sampled.
  await expect(run({ ...short, steps: 2 }, { resume: store.saved.at(-1)! })).rejects.toThrow(/cachePrecision|Keys and values/);
});

describe('resume', () => {
  for (const changes of [{}, { method: 'reinforce++' }, { method: 'grpo', updatesPerBatch: 2 }, { reward: 'log-likelihood', objective: 'rft', anchor: 4, aggregation: 'sequence-mean' }] as const) {
    it(`is exact: 20 = 10 + 10 (${JSON.stringify(changes)})`, async () => {
      const tensors = await warmWeights();
      const whole = await run({ ...changes, steps: 20, evaluateEvery: 10 }, { tensors });
      const first = await run({ ...changes, steps: 10, evaluateEvery: 10 }, { tensors });
      const second = await run({ ...changes, steps: 20, evaluateEvery: 10 }, { resume: first.store.saved.at(-1)! });
      expect(timeless([...first.rows, ...second.rows])).toEqual(timeless(whole.rows));
      expect((await second.trainer.snapshot()).weights).toEqual((await whole.trainer.snapshot()).weights);
      expect(second.summary.before).toEqual(whole.summary.before);
      expect(second.summary.flops).toBe(whole.summary.flops);
      expect(second.notices).toContain('resumed');
    });
  }

  it('is exact through the warm start and into the loop, from a store that keeps JSON', async () => {
    const settings = { warmstartSteps: 30, steps: 4, evaluateEvery: 2 };
    const whole = await run(settings);
    let asked = 0;
    const first = await run(settings, { control: { gate: () => Promise.resolve(), stopping: () => ++asked > 17 } });
    const checkpoint = first.store.saved.at(-1)!;
    expect(checkpoint).toMatchObject({ stage: 'warmstart', step: 17, seed: 0, corpusHash: 'corpus' });
    expect(first.summary).toMatchObject({ stopped: true, warmstartSteps: 17, steps: 0 });
    const second = await run(settings, { resume: { ...checkpoint, loop: JSON.parse(JSON.stringify(checkpoint.loop)) as Record<string, unknown> } });
    expect(timeless([...first.rows, ...second.rows])).toEqual(timeless(whole.rows));
  });

  it('refuses a checkpoint of another corpus, tokenizer or learning settings, and allows a longer run', async () => {
    const { store } = await run({ steps: 1 }, { tensors: await warmWeights() });
    const resume = store.saved.at(-1)!;
    await expect(run({ steps: 1 }, { resume, spec: { corpusHash: 'other' } })).rejects.toMatchObject({ name: 'BadCheckpoint', message: expect.stringContaining('the corpus') as string });
    await expect(run({ steps: 1, learningRate: 0.005 }, { resume })).rejects.toThrow(/setting learningRate/);
    await expect(run({ steps: 1 }, { resume: { ...resume, tokenizerHash: 'x' } })).rejects.toThrow(/the tokenizer/);
    expect((await run({ steps: 2, evaluateEvery: 1, evaluateItems: 4 }, { resume })).summary.steps).toBe(2);
  });
});

describe('steering', () => {
  it('saves at the next boundary when asked to, once', async () => {
    let asked = 0;
    const { store } = await run({ steps: 4, evaluateEvery: 4 }, { control: { gate: () => Promise.resolve(), stopping: () => false, wantsSave: () => ++asked === 3 } });
    // After two updates, and at the end.
    expect(store.saved.map((checkpoint) => checkpoint.step)).toEqual([0, 2, 4]);
  });

  it('stops at a step boundary with a checkpoint, and waits at the gate', async () => {
    let open: () => void = () => undefined, gates = 0, stopping = false;
    const control = { gate: () => (++gates === 3 ? new Promise<void>((resolve) => { open = resolve; }) : Promise.resolve()), stopping: () => stopping };
    const tensors = await warmWeights();
    const trainer = new TabularTrainer(SPECIAL_COUNT);
    const running = run({ steps: 50, evaluateEvery: 50 }, { tensors, control, trainer });
    while (gates < 3) await new Promise((resolve) => { setTimeout(resolve, 5); });
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    expect(trainer.calls.step).toBe(2);
    stopping = true;
    open();
    const { summary, store, notices } = await running;
    expect(summary).toMatchObject({ stopped: true, steps: 2 });
    expect(store.saved.at(-1)).toMatchObject({ stage: 'loop', step: 2 });
    expect(notices).toContain('stopped');
  });

  it('stopped during its first measurement samples that step again, and counts its tokens once', async () => {
    const tensors = await warmWeights(), whole = await run({ steps: 2 }, { tensors });
    const store = new MemoryStore(), events: RunEvent[] = [];
    const control: RunControl = { gate: () => Promise.resolve(), stopping: () => events.some((event) => event.type === 'phase' && event.phase === 'evaluate') };
    const first = await run({ steps: 2 }, { tensors, store, events, control });
    expect([first.summary.stopped, first.summary.steps, first.rows.map((row) => row['step'])]).toEqual([true, 0, [0]]);
    expect(Object.values(first.summary.seconds).every((seconds) => seconds >= 0)).toBe(true);
    const second = await run({ steps: 2 }, { resume: store.saved.at(-1)!, store });
    expect(second.rows.map((row) => row['step'])).toEqual([1, 2]);
    expect(second.summary.tokens).toEqual(whole.summary.tokens);
    expect(timeless(second.rows)).toEqual(timeless(whole.rows.slice(1)));
  });

  it('killed before its first due checkpoint goes on from its start and ends the same', async () => {
    const tensors = await warmWeights(), changes = { steps: 4, checkpointSeconds: 3600 }, store = new MemoryStore(), trainer = new TabularTrainer(SPECIAL_COUNT);
    const step = trainer.step.bind(trainer);
    trainer.step = (batch, settings) => (trainer.calls.step >= 2 ? Promise.reject(labError('DeviceLost', 'gone')) : step(batch, settings));
    await expect(run(changes, { tensors, trainer, store })).rejects.toMatchObject({ name: 'DeviceLost' });
    const resumed = await run(changes, { resume: store.saved.at(-1)! }), whole = await run(changes, { tensors });
    expect((await resumed.trainer.snapshot()).weights).toEqual((await whole.trainer.snapshot()).weights);
  });

  it('stops once at a closed gate where the preset says so, and goes on when resumed', async () => {
    const changes: Partial<Settings> = { steps: 2, reward: 'log-likelihood', objective: 'rft', referenceGapGate: 5, loopGate: 'stop' }, tensors = await warmWeights();
    const first = await run(changes, { tensors });
    expect(first.summary).toMatchObject({ stopped: true, steps: 0 });
    expect(first.notices).toContain('gate');
    const second = await run(changes, { resume: first.store.saved.at(-1)! });
    expect(second.summary).toMatchObject({ stopped: false, steps: 2 });
    expect((await run({ ...changes, loopGate: 'warn' }, { tensors })).summary).toMatchObject({ stopped: false, steps: 2 });
    expect((await run({ ...changes, referenceGapGate: 0, factPrecisionGate: 0 }, { tensors })).summary.stopped).toBe(false);
    expect((await run({ ...changes, reward: 'similarity' }, { tensors })).summary.stopped).toBe(false);
  });

  it('saves every checkpointSeconds and at the end', async () => {
    const { store } = await run({ steps: 2, checkpointSeconds: 3600 }, { tensors: await warmWeights() });
    expect(store.saved.map((checkpoint) => checkpoint.step)).toEqual([0, 2]);
    expect(store.saved[1]!.trainer.frozen).toBeDefined();
    expect(store.saved[1]!.trainer.optimizerStep).toBe(2);
  });

  it('passes a lost device on', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), store = new MemoryStore();
    const step = trainer.step.bind(trainer);
    trainer.step = (batch, settings) => (trainer.calls.step >= 2 ? Promise.reject(labError('DeviceLost', 'gone')) : step(batch, settings));
    await expect(run({ steps: 5 }, { tensors: await warmWeights(), trainer, store })).rejects.toMatchObject({ name: 'DeviceLost' });
  });

  it('gives up when rolling back did not help, and saves nothing of the updates that were not finite', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), store = new MemoryStore();
    trainer.poison = true;
    const tensors = await warmWeights();
    await expect(run({ steps: 20, evaluateEvery: 50 }, { tensors, trainer, store })).rejects.toMatchObject({ name: 'NotFinite' });
    expect(trainer.calls.step).toBe(15);
    expect((await trainer.snapshot()).weights).toEqual(tensors[0]!.data);
    expect(store.saved.map((checkpoint) => [checkpoint.step, checkpoint.trainer.optimizerStep])).toEqual([[0, 0], [5, 0], [10, 0]]);
  });
});

describe('refusals', () => {
  it('come before anything is sampled', async () => {
    await expect(run({ steps: -1 })).rejects.toThrow(/Updates \(steps\)/);
    await expect(run({}, { spec: { items: items.slice(0, 1) } })).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining('can be learned from') as string });
    await expect(run({ maxCodeTokens: 8 })).rejects.toThrow(/only 0 can be learned from/);
    const trainer = new TabularTrainer(SPECIAL_COUNT);
    const { config } = { config: { model_type: 'llama' as const, vocab_size: 10, hidden_size: 8, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 8, max_position_embeddings: 40, rms_norm_eps: 1e-5, rope_theta: 1e4, tie_word_embeddings: true, attention_bias: false, qk_norm: false } };
    await expect(run({}, { trainer, spec: { model: { config, tensors: null } } })).rejects.toThrow(/need 69 positions and the model has 40/);
    await expect(run({}, { trainer, spec: { model: { config: { ...config, max_position_embeddings: 100 }, tensors: null } } })).rejects.toThrow(/The tokenizer has \d+ tokens and the model 10/);
    expect(trainer.calls).toEqual({ generate: 0, score: 0, step: 0 });
    expect(SMALL.documentations).toBe(4);
  });
  it('warn when nothing is held out', async () => {
    const { notices, rows } = await run({ steps: 1 }, { tensors: await warmWeights(), spec: { items: items.filter((item) => item.split === 'train') } });
    expect(notices).toContain('no-heldout');
    expect(rows.length).toBe(2);
  });
});
