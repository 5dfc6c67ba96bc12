/** Tests of whose log-probabilities an update is given: the sampler's where it agrees with the trainer, the trainer's where it does not. */
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/config';
import type { Settings } from '../../src/config';
import { STREAM } from '../../src/loop/lab';
import { samplerBound } from '../../src/loop/sampler';
import { methodOf } from '../../src/rl/methods';
import type { Batch, Generation, RunEvent, ScoreRequest } from '../../src/types';
import { SPECIAL_COUNT } from './small_corpus';
import { run, warmWeights } from './small_run';
import type { Ran } from './small_run';
import { TabularTrainer } from './tabular_trainer';

interface Seen extends Ran { batches: Batch[]; scored: number[]; drawn: Map<number, Generation>; weights: Float32Array }

/** Runs with a sampler that is off by so much, and keeps what was trained on, how many rows each scoring pass of the policy had, and what was drawn. */
async function watched(changes: Partial<Settings>, offset = 0, steps = 1): Promise<Seen> {
  const trainer = new TabularTrainer(SPECIAL_COUNT), batches: Batch[] = [], scored: number[] = [], drawn = new Map<number, Generation>();
  const step = trainer.step.bind(trainer), score = trainer.score.bind(trainer), make = trainer.generate.bind(trainer);
  let looping = false;
  trainer.samplerOffset = offset;
  trainer.step = (batch, settings) => { batches.push(batch); looping = false; return step(batch, settings); };
  trainer.score = (request: ScoreRequest) => { if (looping && request.model === 'policy') scored.push(request.sequences.length); return score(request); };
  trainer.generate = async (request, onRows) => {
    const generation = await make(request, onRows);
    if (request.stream === STREAM.document) looping = true;
    // The first measurement stands between the samples of the first update and the rest of it, and scores rows of its own.
    if (request.stream === STREAM.evaluationDocument) looping = false;
    if (request.stream === STREAM.document || request.stream === STREAM.reconstruct) drawn.set(request.stream, generation);
    return generation;
  };
  const ran = await run({ steps, evaluateEvery: steps, evaluateItems: 2, allMetrics: false, ...changes }, { tensors: await warmWeights(), trainer });
  return { ...ran, batches, scored, drawn, weights: (await trainer.snapshot()).weights };
}

/** The old log-probabilities of a batch's trained tokens. */
function oldOf({ batches }: Seen): number[] {
  const [batch] = batches;
  return batch!.oldLogps ? Array.from(batch!.oldLogps).filter((_, i) => batch!.weight[i] !== 0) : [];
}

const sampled = ({ drawn }: Seen): number[] => [STREAM.document, STREAM.reconstruct].flatMap((stream) => drawn.get(stream)!.logps.flatMap((row) => Array.from(row)));
const row = ({ rows }: Seen, step = 1): Record<string, number> => rows.find((one) => one['step'] === step)!;
const notices = ({ events }: Ran): string[] => events.flatMap((event: RunEvent) => (event.type === 'notice' && event.code === 'sampler' ? [event.text] : []));
const TWICE: Partial<Settings> = { updatesPerBatch: 2, method: 'grpo' };

describe('old log-probabilities', () => {
  it('are the sampler\'s where it agrees: eight rows are scored, not all 24', async () => {
    const seen = await watched(TWICE);
    expect(seen.scored).toEqual([8]);
    expect(seen.batches.length).toBe(2);
    expect(oldOf(seen)).toEqual(sampled(seen));
    expect(row(seen)).toMatchObject({ 'sampler/mismatch_max': 0, 'sampler/mismatch_mean': 0, 'sampler/recomputed': 0 });
    expect(notices(seen)).toEqual([]);
  });

  it('are computed again where it is off by 0.01: the run is that of an exact sampler, and a notice says so once', async () => {
    const off = await watched(TWICE, 0.01, 3), exact = await watched(TWICE, 0, 3);
    expect(off.scored).toEqual([8, 24, 8, 24, 8, 24]);
    for (const step of [1, 2, 3]) {
      expect(row(off, step)['sampler/mismatch_max']).toBeCloseTo(0.01, 5);
      expect(row(off, step)['sampler/mismatch_mean']).toBeCloseTo(0.01, 5);
      expect(row(off, step)['sampler/recomputed']).toBe(1);
    }
    expect(oldOf(off)).toEqual(oldOf(exact));
    expect(off.weights).toEqual(exact.weights);
    expect(notices(off)).toHaveLength(1);
    expect(notices(off)[0]).toMatch(/by up to 0\.010 nats, and 0\.001 is the most.*computed again/);
    // An episode shows what the update was given.
    const shown = off.events.flatMap((event) => (event.type === 'episodes' && event.step === 3 ? event.episodes.flatMap(({ documentationLogps }) => Array.from(documentationLogps!)) : []));
    expect(shown[0]).toBeCloseTo(off.drawn.get(STREAM.document)!.logps[0]![0]! - 0.01, 5);
  });

  it('follow the bound: 0.02 lets an error of 0.01 pass, 0 lets nothing pass and compares every row', async () => {
    const loose = await watched({ ...TWICE, samplerBound: 0.02 }, 0.01), exact = await watched(TWICE), always = await watched({ ...TWICE, samplerBound: 0 });
    expect(row(loose)).toMatchObject({ 'sampler/recomputed': 0 });
    expect(notices(loose)).toEqual([]);
    oldOf(loose).forEach((old, i) => expect(old).toBeCloseTo(oldOf(exact)[i]! + 0.01, 5));
    expect(loose.weights).not.toEqual(exact.weights);
    expect(always.scored).toEqual([24]);
    expect(row(always)).toMatchObject({ 'sampler/mismatch_max': 0, 'sampler/recomputed': 1 });
    expect(always.weights).toEqual(exact.weights);
    expect(notices(await watched({ ...TWICE, samplerBound: 0 }, 0.01))).toEqual([]);
  });

  it('that are no numbers agree with nothing', async () => {
    const seen = await watched(TWICE, NaN);
    expect(row(seen)).toMatchObject({ 'sampler/mismatch_max': NaN, 'sampler/recomputed': 1 });
    expect(seen.weights).toEqual((await watched(TWICE)).weights);
  });

  it('of rows that nobody sampled are scored, and only those', async () => {
    const seen = await watched({ ...TWICE, anchor: 3 });
    expect(seen.scored).toEqual([8, 3]);
    const old = oldOf(seen), drawn = sampled(seen);
    expect(old.slice(0, drawn.length)).toEqual(drawn);
    expect(old.length).toBeGreaterThan(drawn.length);
    expect(old.every((value) => value < 0)).toBe(true);
    const twin = await watched({ ...TWICE, anchor: 3, samplerBound: 0 });
    expect(seen.weights).toEqual(twin.weights);
  });

  it('may be off by a tenth of a narrow clip range at most', () => {
    const bound = (changes: Partial<Settings>): number => { const settings = { ...defaults(), ...changes }; return samplerBound({ settings, method: methodOf(settings) }); };
    expect(bound({})).toBe(1e-3);
    expect(bound({ method: 'gspo' })).toBeCloseTo(3e-5, 12);
    expect(bound({ method: 'cispo' })).toBe(1e-3);
    expect(bound({ samplerBound: 0.5 })).toBeCloseTo(0.02, 12);
    expect(bound({ samplerBound: 0, method: 'gspo' })).toBe(0);
  });
});

describe('a KL in the reward', () => {
  it('is measured from the sampler\'s log-probabilities, or from the trainer\'s where they differ', async () => {
    const KL: Partial<Settings> = { method: 'reinforce++', klBeta: 0.5 };
    const exact = await watched(KL, 0, 2), off = await watched(KL, 0.01, 2), loose = await watched({ ...KL, samplerBound: 1 }, 0.01, 2);
    expect([exact.scored, off.scored, loose.scored]).toEqual([[8, 8], [8, 24, 8, 24], [8, 8]]);
    expect(off.weights).toEqual(exact.weights);
    expect(row(off)['sampler/recomputed']).toBe(1);
    expect(exact.batches[0]!.oldLogps).toBeUndefined();
    // The same 0.01 at every token is whitened away but for its growth towards the start of a text.
    expect(Math.max(...exact.batches[0]!.advantage.map((value, i) => Math.abs(value - loose.batches[0]!.advantage[i]!)))).toBeGreaterThan(1e-3);
    expect(loose.weights).not.toEqual(exact.weights);
  });
});

describe('an update that asks for none', () => {
  it('is compared in every tenth step, for the chart; nothing is replaced', async () => {
    const seen = await watched({ codesPerStep: 2, documentations: 2 }, 0.01, 12);
    expect(seen.scored).toEqual([8, 8]);
    expect(seen.rows.filter((one) => 'sampler/mismatch_max' in one).map((one) => one['step'])).toEqual([1, 11]);
    expect(row(seen, 11)).not.toHaveProperty('sampler/recomputed');
    expect(row(seen, 11)['sampler/mismatch_max']).toBeCloseTo(0.01, 5);
    expect(seen.weights).toEqual((await watched({ codesPerStep: 2, documentations: 2 }, 0, 12)).weights);
    expect(notices(seen)).toHaveLength(1);
    expect(notices(seen)[0]).toMatch(/No update uses them/);
  });
  it('is not compared where nothing is sampled; of samples that are only read from, four documentations and the three shown rebuilt', async () => {
    expect(row(await watched({ objective: 'sft' }))).not.toHaveProperty('sampler/mismatch_max');
    const seen = await watched({ objective: 'backtranslation', updatesPerBatch: 2 });
    expect(seen.scored).toEqual([7, 12]);
    expect(row(seen)).not.toHaveProperty('sampler/recomputed');
  });
});
