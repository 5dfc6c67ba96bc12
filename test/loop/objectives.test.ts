/** Tests that every method and objective runs, trains on what it says, and that the documentation check gates as it should. */
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config';
import type { Settings } from '../../src/config';
import { combine } from '../../src/loop/rewards';
import { drawKind, warmstartRate } from '../../src/loop/warmstart';
import type { DocumentationVerdict } from '../../src/rl/document';
import type { Batch, UpdateSettings } from '../../src/types';
import { SMALL, run, tokenizer, warmWeights } from './small_run';
import { SPECIAL_COUNT } from './small_corpus';
import { TabularTrainer } from './tabular_trainer';

interface Seen { batch: Batch; settings: UpdateSettings }

/** Runs one update and keeps what the trainer was given. */
async function oneStep(changes: Partial<Settings>): Promise<Seen[] & { finite: boolean; episodes: number[][] }> {
  const trainer = new TabularTrainer(SPECIAL_COUNT), seen: Seen[] = [];
  const step = trainer.step.bind(trainer);
  trainer.step = (batch, settings) => { seen.push({ batch, settings }); return step(batch, settings); };
  const tensors = await warmWeights();
  const before = tensors[0]!.data;
  const { events } = await run({ steps: 1, evaluateItems: 2, ...changes }, { tensors, trainer });
  const { weights } = await trainer.snapshot();
  const episodes = events.flatMap((event) => (event.type === 'episodes' ? event.episodes.map((episode) => [episode.rDoc, episode.reward, episode.advantage, episode.reconstructions.length]) : []));
  return Object.assign(seen, { finite: weights.every(Number.isFinite) && weights.some((value, i) => value !== before[i]), episodes });
}

/** Per sequence of a batch: first token after bos, trained tokens, and the sum of weights. */
function sequences({ batch }: Seen): { kind: string; trained: number; weight: number; advantages: number[] }[] {
  return Array.from({ length: batch.offsets.length - 1 }, (_, s) => {
    const from = batch.offsets[s]!, to = batch.offsets[s + 1]!;
    const weights = [...batch.weight.slice(from, to)];
    return {
      kind: batch.tokens[from + 1] === tokenizer.special('<|code|>') ? 'writer' : 'reader', trained: weights.filter((weight) => weight !== 0).length,
      weight: weights.reduce((sum, weight) => sum + weight, 0), advantages: [...batch.advantage.slice(from, to)].filter((_, i) => weights[i] !== 0),
    };
  });
}

const methods = SETTINGS.find((setting) => setting.key === 'method')!.choices as Settings['method'][];

describe('methods', () => {
  for (const method of methods) {
    it(`${method} makes a finite update that moves the weights`, async () => {
      const seen = await oneStep({ method });
      expect(seen.length).toBe(1);
      expect(seen.finite).toBe(true);
      const rows = sequences(seen[0]!);
      expect(rows.filter((row) => row.kind === 'writer').length).toBe(12);
      expect(rows.filter((row) => row.kind === 'reader').length).toBe(12);
    });
  }
  it('group-normalised advantages sum to 0 in each group; whitened ones over all tokens', async () => {
    const rows = sequences((await oneStep({ method: 'grpo' }))[0]!);
    for (let group = 0; group < 6; group++) expect(rows.slice(group * 4, group * 4 + 4).reduce((sum, row) => sum + row.advantages[0]!, 0), String(group)).toBeCloseTo(0, 4);
    const tokens = sequences((await oneStep({ method: 'reinforce++' }))[0]!).filter((row) => row.kind === 'writer').flatMap((row) => row.advantages);
    expect(tokens.reduce((sum, value) => sum + value, 0) / tokens.length).toBeCloseTo(0, 5);
    expect(tokens.reduce((sum, value) => sum + value * value, 0) / (tokens.length - 1)).toBeCloseTo(1, 4);
  });
  it('asks the frozen model for a KL in the loss, and keeps old log-probabilities for a second update', async () => {
    const [kl] = await oneStep({ kl: 'k3', klBeta: 0.1 });
    expect(kl!.batch.refLogps).toBeDefined();
    expect(kl!.settings).toMatchObject({ kl: 'k3', klBeta: 0.1 });
    const twice = await oneStep({ updatesPerBatch: 2, method: 'gspo' });
    expect(twice.length).toBe(2);
    expect(twice[1]!.batch.oldLogps!.some((value) => value < 0)).toBe(true);
  });
  it('weighs both stages the same, or as the settings say', async () => {
    const total = (seen: Seen, kind: string): number => sequences(seen).filter((row) => row.kind === kind).reduce((sum, row) => sum + row.weight, 0);
    const [equal] = await oneStep({});
    expect(total(equal!, 'writer')).toBeCloseTo(1, 4);
    expect(total(equal!, 'reader')).toBeCloseTo(1, 4);
    const [half] = await oneStep({ readerWeight: 0.5 });
    expect(total(half!, 'reader')).toBeCloseTo(0.5, 4);
    const [none] = await oneStep({ readerWeight: 0 });
    expect(sequences(none!).every((row) => row.kind === 'writer')).toBe(true);
  });
});

describe('objectives', () => {
  it('rft trains on the best documentation of each function and the original, with advantage 1', async () => {
    const seen = await oneStep({ objective: 'rft', documentations: 8 });
    const rows = sequences(seen[0]!);
    expect(rows.length).toBeLessThanOrEqual(6);
    expect(rows.length % 2).toBe(0);
    expect(rows.every((row) => row.advantages.every((advantage) => advantage === 1))).toBe(true);
    const groups = [0, 1, 2].map((group) => seen.episodes.slice(group * 8, group * 8 + 8));
    for (const group of groups) for (const [, reward, advantage] of group) if (advantage === 1) expect(reward).toBe(Math.max(...group.map(([, one]) => one!)));
    expect(seen[0]!.settings).toMatchObject({ ratio: 'none', clip: 'none' });
  });
  it('sft needs no sample; back-translation trains the reader on every sample without a reward', async () => {
    const sft = await oneStep({ objective: 'sft' });
    expect(sft.episodes).toEqual([]);
    expect(sequences(sft[0]!).filter((row) => row.kind === 'writer').length).toBe(6);
    expect(sequences(sft[0]!).filter((row) => row.kind === 'reader').length).toBe(12);
    const bt = await oneStep({ objective: 'backtranslation' });
    expect(sequences(bt[0]!).map((row) => row.kind)).toEqual(Array(12).fill('reader'));
    expect(bt.episodes.every(([, reward]) => Number.isNaN(reward))).toBe(true);
  });
  it('log-likelihood policy shows the reader originals, anchored by warm-start pairs', async () => {
    const rows = sequences((await oneStep({ reward: 'log-likelihood', anchor: 5, documentations: 4 }))[0]!);
    const readers = rows.filter((row) => row.kind === 'reader');
    expect(rows.filter((row) => row.kind === 'writer').length).toBe(12);
    expect(readers.length).toBeGreaterThan(5);
    expect(readers.length).toBeLessThanOrEqual(6 + 5);
    expect(readers.every((row) => row.advantages.every((advantage) => advantage === 1))).toBe(true);
  });
  it('a contrast changes the log-likelihood reward within a group', async () => {
    const [plain, contrast] = [await oneStep({ reward: 'log-likelihood' }), await oneStep({ reward: 'log-likelihood', contrast: 2 })];
    const spread = plain.episodes.slice(0, 4).map(([, reward], i) => reward! - contrast.episodes[i]![1]!);
    expect(Math.max(...spread) - Math.min(...spread)).toBeGreaterThan(1e-3);
  });
});

describe('documentation check', () => {
  it('gate: refused documentation earns 0 and is not rebuilt; additive rebuilds everything', async () => {
    const gated = await oneStep({ rDocMode: 'gate', documentations: 16, codesPerStep: 6 });
    const refused = gated.episodes.filter(([rDoc]) => rDoc === 0);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(([, reward, , rebuilt]) => reward === 0 && rebuilt === 0)).toBe(true);
    expect(gated.episodes.filter(([rDoc]) => rDoc! > 0).every(([, , , rebuilt]) => rebuilt === 1)).toBe(true);
    expect((await oneStep({ documentations: 16, codesPerStep: 6 })).episodes.every(([, , , rebuilt]) => rebuilt === 1)).toBe(true);
  });
  const sample = (rDoc: number, form: number, leakScore: number) => ({ tokens: { length: 12 }, verdict: { text: '', rDoc, form, reason: '', leak: { run: 0, fourGrams: 0, overlap: 0, punctuation: 0, score: leakScore } } satisfies DocumentationVerdict });
  it('combines by hand', () => {
    const gate: Settings = { ...SMALL, rDocMode: 'gate' }, likely: Settings = { ...gate, reward: 'log-likelihood' };
    expect(combine(0.8, sample(0.5, 0.5, 0), gate)).toBeCloseTo(0.4, 12);
    expect(combine(NaN, sample(0, 0, 0), gate)).toBe(0);
    expect(combine(-2, sample(1, 1, 0), likely)).toBeCloseTo(Math.exp(-2), 12);
    expect(combine(-2, sample(0, 0, 0), likely)).toBe(0);
    expect(combine(0.8, sample(0.5, 0.5, 0.2), SMALL)).toBeCloseTo(0.8 - 0.1 - 0.06, 12);
    expect(combine(0.8, sample(0, 1, 1), { ...SMALL, leakPenalty: false })).toBeCloseTo(0.8, 12);
    expect(combine(-2, sample(0, 0, 0.5), { ...SMALL, reward: 'log-likelihood' })).toBeCloseTo(-2 - 1.5 * (0.1 + 0.15), 12);
    // 12 of 24 tokens at cost 0.4.
    expect(combine(0.8, sample(1, 1, 0), { ...SMALL, lengthCost: 0.4 })).toBeCloseTo(0.6, 12);
  });
});

describe('warm start', () => {
  it('has the measured schedule and mix', () => {
    const s: Settings = { ...SMALL, warmstartSteps: 1050, warmstartLearningRate: 1, mixLm: 0.1, mixWriter: 0.35, mixReader: 0.55 };
    expect([0, 24, 49, 50, 550, 1050, 2000].map((step) => warmstartRate(s, step))).toEqual([0.02, 0.5, 1, 1, expect.closeTo(0.55, 9) as number, expect.closeTo(0.1, 9) as number, expect.closeTo(0.1, 9) as number]);
    expect([0, 0.099, 0.1, 0.449, 0.4501, 0.999].map((draw) => drawKind(s, draw))).toEqual(['lm', 'lm', 'writer', 'writer', 'reader', 'reader']);
  });
});
