/** Tests of what runs side by side: scoring beside decoding, watching beside the next step, a warm-start step beside the making of the next batch. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelConfig } from '../../src/config';
import type { Settings } from '../../src/config';
import { ORACLE, describe as describeItem } from '../../src/corpus/describe';
import { Meter, STREAM, generate, pick } from '../../src/loop/lab';
import type { Lab } from '../../src/loop/lab';
import type { LabDeps } from '../../src/loop/run';
import { Scores } from '../../src/loop/scores';
import { PairScorer } from '../../src/reward/scorer';
import { createPrompts } from '../../src/rl/prompts';
import { createRng, philox } from '../../src/rng';
import { labError } from '../../src/types';
import type { Executor, GeneratedRow, RunEvent, Rewarder, ScoredPair, ScoreOptions } from '../../src/types';
import { SPECIAL_COUNT } from './small_corpus';
import { MemoryStore, SMALL, items, run, timeless, tokenizer, warmWeights } from './small_run';
import type { Ran } from './small_run';
import { TabularTrainer } from './tabular_trainer';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

/** How a trainer may tell of the rows of a generation: before its promise resolves, and after. */
type Telling = (rows: GeneratedRow[], tell: (rows: GeneratedRow[]) => void) => Promise<(() => void) | void>;

const shuffled = (rows: GeneratedRow[]): GeneratedRow[] => pick(rows, rows.length, createRng(rows.length, 3, 1));
const TELLINGS: Record<string, Telling> = {
  'all at once': (rows, tell) => Promise.resolve(tell(rows)),
  'not at all': () => Promise.resolve(),
  'one by one, from the last': async (rows, tell) => { for (const row of rows.toReversed()) { tell([row]); await sleep(0); } },
  'in odd batches, shuffled, some twice': async (rows, tell) => {
    const order = shuffled(rows);
    for (let at = 0, size = 1; at < order.length; at += size, size = (size * 3) % 7 + 1) { await sleep(size % 3); tell(order.slice(Math.max(0, at - 1), at + size)); }
  },
  'half, and the rest too late': (rows, tell) => {
    tell(shuffled(rows).slice(0, rows.length >> 1));
    return Promise.resolve(() => { setTimeout(() => tell(rows), 1); });
  },
};

function teller(telling: Telling): TabularTrainer {
  const trainer = new TabularTrainer(SPECIAL_COUNT), make = trainer.generate.bind(trainer);
  trainer.generate = async (request, onRows) => {
    const generation = await make(request);
    const late = await telling(generation.tokens.map((tokens, row) => ({ row, tokens, logps: generation.logps[row]!, finished: generation.finished[row]! })), onRows ?? (() => undefined));
    late?.();
    return generation;
  };
  return trainer;
}

/** Everything that must not depend on who was first. */
async function facts({ rows, events, trainer, notices }: Ran): Promise<unknown> {
  return { rows: timeless(rows), episodes: events.filter((event) => event.type === 'episodes'), notices, weights: (await trainer.snapshot()).weights };
}

/** Scores as the real one, each message after its own delay: answers come in another order than questions. */
const uneven = (): Rewarder => {
  const inner = new PairScorer();
  let asked = 0;
  return { score: async (pairs, options) => { await sleep(philox(7, 0, 0, asked++)[0] % 6); return inner.score(pairs, options); } };
};

const CONFIGS: Partial<Settings>[] = [
  { reconstructions: 2, rDocMode: 'gate' }, { reward: 'log-likelihood', contrast: 1 }, { embedding: 'policy', weightEmbedding: 0.4, identificationWeight: 0.5 }, { objective: 'backtranslation' },
];

describe('rows that end early', () => {
  for (const changes of CONFIGS) {
    it(`give the same run whenever they are told of (${JSON.stringify(changes)})`, async () => {
      const tensors = await warmWeights(), settings = { ...changes, steps: 2, evaluateEvery: 2, evaluateItems: 2 };
      const expected = await facts(await run(settings, { tensors }));
      for (const [name, telling] of Object.entries(TELLINGS)) {
        expect(await facts(await run(settings, { tensors, trainer: teller(telling), rewarder: uneven() })), name).toEqual(expected);
      }
    });
  }

  it('are heard of once each, before the generation is over, whatever the trainer does', async () => {
    for (const [name, telling] of Object.entries(TELLINGS)) {
      const trainer = teller(telling);
      await trainer.load(modelConfig(SMALL, tokenizer.vocabSize), await warmWeights(), 0);
      const lab = { trainer, settings: SMALL, prompts: createPrompts(tokenizer, 24), meter: new Meter(1) } as unknown as Lab;
      const heard: number[] = [];
      let over = false;
      const prompts = [[1, 3, 5, 20, 4], [1, 3, 5, 21, 22, 4], [1, 3, 5, 4]];
      const generation = await generate(lab, { prompts, samples: 3, maxNewTokens: 12, temperature: 1, seed: 1, step: 0, stream: 2 }, (rows) => {
        expect(over, name).toBe(false);
        for (const { row, tokens } of rows) { heard.push(row); expect(tokens.length).toBeGreaterThan(0); }
      });
      over = true;
      await sleep(5);
      expect(heard.sort((a, b) => a - b), name).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(generation.tokens.length).toBe(9);
      expect(lab.meter.state.prefilled).toBe(15);
    }
  });

  it('are being scored while others decode, and the rows say how much of that was hidden', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), inner = new PairScorer(), log: string[] = [], make = trainer.generate.bind(trainer);
    trainer.tokenMs = 4;
    trainer.generate = async (request, onRows) => {
      if (request.stream === STREAM.document) log.length = 0;
      const generation = await make(request, onRows);
      if (request.stream === STREAM.reconstruct) log.push('decoded');
      return generation;
    };
    const rewarder: Rewarder = {
      score: async (pairs, options) => {
        if (!options.metrics) log.push(String(pairs.length));
        await sleep(options.metrics ? 0 : 5);
        return inner.score(pairs, options);
      },
    };
    const { rows } = await run({ steps: 1, evaluateItems: 2, documentations: 8 }, { tensors: await warmWeights(), trainer, rewarder });
    // All 24 in several messages, every one of them before the decoding was over; the evaluation that follows logs its own.
    const beside = log.slice(0, log.indexOf('decoded')).map(Number);
    expect(beside.length).toBeGreaterThan(2);
    expect(beside.reduce((sum, pairs) => sum + pairs, 0)).toBe(24);
    const row = rows.find((one) => one['step'] === 1)!;
    expect(row['overlap/seconds_saved']).toBeGreaterThan(0.01);
    expect(row['overlap/share']).toBeGreaterThan(0.1);
    expect(row['overlap/share']).toBeLessThanOrEqual(1);
  });
});

describe('an evaluation', () => {
  it('asks the model on and runs what was rebuilt while scores are out', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), inner = new PairScorer(), score = trainer.score.bind(trainer), log: string[] = [];
    trainer.score = (request) => { log.push('model'); return score(request); };
    const rewarder: Rewarder = { score: async (pairs, options) => { await sleep(150); log.push('scored'); return inner.score(pairs, options); } };
    const executor: Executor = { languages: ['python'], run: async (jobs) => { log.push('sandbox'); await sleep(1); return jobs.map(({ code }) => [code]); } };
    const some = { items: items.slice(0, 60).map((item) => ({ ...item, inputs: [[1]] })) }, settings = { steps: 0, evaluateItems: 2 }, tensors = await warmWeights();
    const { summary } = await run(settings, { tensors, trainer, rewarder, executor, spec: some });
    // Right and wrong documentation, the oracle, the frozen reader, and the two views of the language: five questions to the model.
    const first = log.slice(0, log.indexOf('scored'));
    expect(first.filter((what) => what === 'model').length).toBe(5);
    expect(first.filter((what) => what === 'sandbox').length).toBe(1);
    expect(summary.before).toEqual((await run(settings, { tensors, executor, spec: some })).summary.before);
  });
});

describe('scores', () => {
  const pair = (i: number): ScoredPair => ({ original: 'def f(a):\n    return a', reconstruction: `def f(a):\n    return a${' + a'.repeat(i)}`, language: 'python' });
  const options: ScoreOptions = { weights: { edit: 1 }, unparsable: 1 };
  it('come in the order of places; with embeddings all pairs go in one message, in that order too', async () => {
    const expected = await new PairScorer().score([0, 1, 2, 3, 4].map(pair), options);
    for (const [embedding, messages] of [['off', [[3, 0], [4], [2, 1]]], ['policy', [[0, 1, 2, 3, 4]]]] as const) {
      const sent: number[][] = [], inner = new PairScorer();
      const rewarder: Rewarder = { score: async (pairs, how) => { sent.push(pairs.map(({ reconstruction }) => (reconstruction.match(/\+/g) ?? []).length)); await sleep(8 - 2 * sent.length); return inner.score(pairs, how); } };
      const scores = new Scores({ rewarder, settings: { ...SMALL, embedding } }, options);
      for (const batch of [[3, 0], [4], [], [2, 1]]) scores.ask(batch.map((place) => ({ place, pair: pair(place) })));
      expect(await scores.all()).toEqual(expected);
      expect(sent).toEqual(messages);
    }
  });
  it('count the seconds in which any of them was under way once', async () => {
    const scores = new Scores({ rewarder: { score: async () => { await sleep(40); return []; } }, settings: SMALL }, options);
    expect(scores.seconds).toBe(0);
    const began = performance.now();
    scores.ask([{ place: 0, pair: pair(0) }]);
    await sleep(20);
    expect(scores.seconds).toBeGreaterThan(0.015);
    scores.ask([{ place: 1, pair: pair(1) }]);
    await scores.all();
    const { seconds } = scores, passed = (performance.now() - began) / 1000;
    // Two messages of 40 ms each, side by side.
    expect(seconds).toBeGreaterThan(0.055);
    expect(seconds).toBeLessThanOrEqual(passed);
    expect(seconds).toBeGreaterThan(0.8 * passed);
    await sleep(20);
    expect(scores.seconds).toBe(seconds);
  });
});

describe('a failure beside the decoding', () => {
  const unhandled: unknown[] = [], note = (error: unknown): void => { unhandled.push(error); };
  beforeAll(() => { process.on('unhandledRejection', note); });
  afterAll(() => { process.off('unhandledRejection', note); });

  it('of the rewarder ends the run once, with its own words', async () => {
    const tensors = await warmWeights();
    for (const first of [1, 2, 5]) {
      const trainer = new TabularTrainer(SPECIAL_COUNT), inner = new PairScorer();
      trainer.tokenMs = 1;
      let asked = 0;
      const rewarder: Rewarder = { score: (pairs, options) => (++asked >= first ? Promise.reject(labError('BadInput', `no score ${asked}`)) : inner.score(pairs, options)) };
      await expect(run({ steps: 2, evaluateItems: 2 }, { tensors, trainer, rewarder }), String(first)).rejects.toMatchObject({ name: 'BadInput', message: expect.stringMatching(/^no score \d+$/) as string });
      expect(trainer.calls.step).toBe(0);
    }
    await sleep(20);
    expect(unhandled).toEqual([]);
  });

  it('of the device ends it too, though scores fail after it; the rows so far were told', async () => {
    const tensors = await warmWeights(), trainer = new TabularTrainer(SPECIAL_COUNT), inner = new PairScorer(), make = trainer.generate.bind(trainer);
    let lost = false;
    trainer.generate = async (request, onRows) => {
      const generation = await make(request, onRows);
      if (request.step !== 2 || request.stream !== 3) return generation;
      lost = true;
      throw labError('DeviceLost', 'gone');
    };
    const rewarder: Rewarder = { score: async (pairs, options) => { await sleep(3); if (lost) throw labError('Stopped', 'ended'); return inner.score(pairs, options); } };
    const events: RunEvent[] = [];
    await expect(run({ steps: 5, evaluateEvery: 5, evaluateItems: 2 }, { tensors, trainer, rewarder, events })).rejects.toMatchObject({ name: 'DeviceLost' });
    const told = events.length;
    expect(events.flatMap((event) => (event.type === 'metrics' ? [event.row['step']] : []))).toEqual([0, 1, 2]);
    await sleep(20);
    expect(events.length).toBe(told);
    expect(unhandled).toEqual([]);
  });
});

describe('a step that is only watched any more', () => {
  /** The metrics that are not rewarded take their time. */
  const slowToWatch = (ms: number): Rewarder => {
    const inner = new PairScorer();
    return { score: async (pairs, options) => { if (options.metrics && !options.metrics.includes('edit')) await sleep(ms); return inner.score(pairs, options); } };
  };
  const story = (events: RunEvent[]): string[] => events.flatMap((event) => (event.type === 'metrics' ? [`row ${event.row['step']}`]
    : event.type === 'phase' && (event.phase === 'document' || (event.phase === 'checkpoint' && event.done === 0)) ? [`${event.phase} ${event.done}`] : []));

  it('does not hold up the next; rows come in order, all of them before anything is saved', async () => {
    const tensors = await warmWeights();
    const { events, rows, store } = await run({ steps: 4, evaluateEvery: 4, evaluateItems: 2, checkpointSeconds: 3600 }, { tensors, rewarder: slowToWatch(120) });
    expect(story(events)).toEqual(['checkpoint 0', 'document 0', 'row 0', 'document 1', 'row 1', 'document 2', 'row 2', 'document 3', 'row 3', 'row 4', 'checkpoint 0']);
    expect(rows[1]!['rewards/bleu/mean']).toBeGreaterThan(0);
    const inOrder = await run({ steps: 4, evaluateEvery: 4, evaluateItems: 2, checkpointSeconds: 3600 }, { tensors });
    expect(timeless(rows)).toEqual(timeless(inOrder.rows));
    expect(store.saved.at(-1)!.loop['history']).toEqual(inOrder.store.saved.at(-1)!.loop['history']);
  });

  it('is told of before a save that is asked for, a pause and a stop', async () => {
    const tensors = await warmWeights(), store = new MemoryStore();
    let asked = 0;
    const { events, summary } = await run({ steps: 9, evaluateEvery: 9, evaluateItems: 2 }, {
      tensors, store, rewarder: slowToWatch(60), control: { gate: () => Promise.resolve(), stopping: () => asked > 3, wantsSave: () => ++asked === 2 },
    });
    expect(summary).toMatchObject({ stopped: true, steps: 3 });
    expect(story(events)).toEqual(['checkpoint 0', 'document 0', 'row 0', 'row 1', 'checkpoint 0', 'document 1', 'document 2', 'row 2', 'row 3', 'checkpoint 0']);
    expect(store.saved.map(({ step }) => step)).toEqual([0, 1, 3]);
  });
});

describe('the warm start', () => {
  it('makes the next batch while a step is at work, and the same ones as one after the other', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), log: string[] = [], step = trainer.step.bind(trainer);
    const batches = new Set<string>();
    trainer.step = async (batch, settings) => {
      log.push('handed over');
      batches.add(batch.tokens.join());
      const metrics = await step(batch, settings);
      await sleep(1);
      log.push('done');
      return metrics;
    };
    const describe: LabDeps['describe'] = (item, rng, detail) => { if (detail !== ORACLE && log.at(-1) !== 'describing') log.push('describing'); return describeItem(item, rng, detail); };
    const settings = { warmstartSteps: 45, steps: 0, evaluateItems: 2, mixLm: 0 };
    const { rows } = await run(settings, { trainer, describe }), plain = await run(settings);
    // Measured after every third, with documentation of its own.
    expect(log.slice(log.indexOf('handed over')).slice(0, 10)).toEqual(['handed over', 'describing', 'done', 'handed over', 'describing', 'done', 'handed over', 'describing', 'done', 'describing']);
    expect(log.filter((what) => what === 'handed over').length).toBe(45);
    expect(batches.size).toBe(45);
    expect(timeless(rows)).toEqual(timeless(plain.rows));
  });

  it('ends once when a step fails, with its rows so far', async () => {
    const trainer = new TabularTrainer(SPECIAL_COUNT), step = trainer.step.bind(trainer);
    trainer.step = async (batch, settings) => { await sleep(1); return trainer.calls.step >= 7 ? Promise.reject(labError('DeviceLost', 'gone')) : step(batch, settings); };
    const events: RunEvent[] = [];
    await expect(run({ warmstartSteps: 100, steps: 0, evaluateItems: 2 }, { trainer, events })).rejects.toMatchObject({ name: 'DeviceLost' });
    expect(events.flatMap((event) => (event.type === 'metrics' ? [event.row['warmstart/step']] : []))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
