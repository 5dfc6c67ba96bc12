/** Tests of what a documentation can earn besides similarity, on the small real model. */
import { describe, expect, it } from 'vitest';
import { Meter } from '../../src/loop/lab';
import type { Lab } from '../../src/loop/lab';
import { AMONG, contrasted, extraTerms, frozenProbability, identification, offsets } from '../../src/loop/terms';
import { newSample } from '../../src/loop/samples';
import type { Sample } from '../../src/loop/samples';
import { ORACLE, describe as describeItem } from '../../src/corpus/describe';
import { factScore } from '../../src/corpus/precision';
import { modelConfig } from '../../src/config';
import type { Settings } from '../../src/config';
import { PairScorer } from '../../src/reward/scorer';
import { methodOf } from '../../src/rl/methods';
import { createPrompts } from '../../src/rl/prompts';
import { createRng } from '../../src/rng';
import { mean } from '../../src/rl/advantage';
import type { CodeItem } from '../../src/types';
import { SPECIAL_COUNT } from './small_corpus';
import { SMALL, items, run, tokenizer, warmWeights } from './small_run';
import { TabularTrainer } from './tabular_trainer';

async function warmLab(changes: Partial<Settings> = {}): Promise<{ lab: Lab; some: CodeItem[] }> {
  const settings: Settings = { ...SMALL, ...changes }, trainer = new TabularTrainer(SPECIAL_COUNT);
  await trainer.load(modelConfig(settings, tokenizer.vocabSize), await warmWeights(), 0);
  await trainer.freeze();
  const lab: Lab = {
    trainer, tokenizer, prompts: createPrompts(tokenizer, settings.maxDocumentationTokens), rewarder: new PairScorer(), executor: null, describe: describeItem, factCheck: factScore,
    settings, method: methodOf(settings), train: items, meter: new Meter(1),
  };
  // Different functions: equal ones could not be told apart.
  const some = [...new Map(items.map((item) => [item.code, item])).values()].slice(0, 10);
  return { lab, some };
}

function sampleOf(lab: Lab, some: readonly CodeItem[], code: number, documentation: string): Sample {
  return newSample(lab, some[code]!, { code, group: 0, prompt: [] }, { tokens: new Int32Array(4), logps: new Float32Array(4), finished: true }, documentation);
}

const truth = (lab: Lab, item: CodeItem): string => lab.describe(item, createRng(5), ORACLE);

describe('identification', () => {
  it('is high for true documentation, one in eight on average for another function\'s, exactly that for none', async () => {
    const { lab, some } = await warmLab();
    const own = some.map((item, code) => sampleOf(lab, some, code, truth(lab, item)));
    const strange = some.map((_, code) => sampleOf(lab, some, code, truth(lab, some[(code + 3) % some.length]!)));
    const right = mean(await identification(lab, some, own, 0)), wrong = mean(await identification(lab, some, strange, 0));
    expect(right).toBeGreaterThan(0.3);
    expect(wrong).toBeLessThan(right / 2);
    // The empty documentation is its own prior: all eight are equally likely.
    for (const value of await identification(lab, some, some.map((_, code) => sampleOf(lab, some, code, '')), 0)) expect(value).toBeCloseTo(1 / AMONG, 5);
  });

  it('compares every documentation of a step with the same others, seven at most, never itself', async () => {
    const { lab } = await warmLab();
    expect(offsets(lab, 10, AMONG - 1, 4)).toEqual(offsets(lab, 10, AMONG - 1, 4));
    expect(offsets(lab, 10, AMONG - 1, 4)).not.toEqual(offsets(lab, 10, AMONG - 1, 5));
    expect(new Set(offsets(lab, 10, AMONG - 1, 4)).size).toBe(7);
    expect(offsets(lab, 10, AMONG - 1, 4).every((offset) => offset >= 1 && offset <= 9)).toBe(true);
    expect(offsets(lab, 3, AMONG - 1, 4)).toHaveLength(2);
    expect(offsets(lab, 1, AMONG - 1, 4)).toEqual([]);
  });
});

describe('the frozen reader', () => {
  it('is a probability, and does not move when the policy does', async () => {
    const { lab, some } = await warmLab();
    const samples = some.slice(0, 3).map((item, code) => sampleOf(lab, some, code, truth(lab, item)));
    const before = await frozenProbability(lab, samples);
    for (const value of before) expect(value > 0 && value <= 1).toBe(true);
    const state = await lab.trainer.snapshot();
    await lab.trainer.restore({ ...state, weights: state.weights.map((weight, i) => weight + Math.sin(i)) });
    expect(await frozenProbability(lab, samples)).toEqual(before);
    expect(await lab.trainer.score({ sequences: [Int32Array.of(5, 6, 7)], temperature: 1, model: 'policy' })).not.toEqual(await lab.trainer.score({ sequences: [Int32Array.of(5, 6, 7)], temperature: 1, model: 'frozen' }));
  });
});

describe('contrast', () => {
  it('takes the other functions\' mean off, and is the log-likelihood itself with none', async () => {
    const { lab, some } = await warmLab({ contrast: 2, codesPerStep: 8 });
    const samples = some.map((item, code) => sampleOf(lab, some, code, truth(lab, item)));
    const [first] = await contrasted(lab, some, samples, samples.map(() => 10), 1);
    const [second] = await contrasted(lab, some, samples, samples.map(() => 11), 1);
    expect(second! - first!).toBeCloseTo(1, 9);
    expect(first!).toBeGreaterThan(10);
    expect(await contrasted({ ...lab, settings: { ...lab.settings, contrast: 0 } }, some, samples, samples.map(() => 10), 1)).toEqual(samples.map(() => 10));
  });
});

describe('terms', () => {
  it('are added by their weights; facts are counted without one', async () => {
    const { lab, some } = await warmLab();
    const samples = some.map((item, code) => sampleOf(lab, some, code, truth(lab, item)));
    // Honest documentation pays nothing for cheating.
    for (const sum of await extraTerms(lab, some, samples, 0)) expect(sum).toBeCloseTo(0, 9);
    for (const sample of samples) {
      expect(Object.keys(sample.terms).sort()).toEqual(['cheat', 'fact_precision', 'fact_recall', 'facts', 'padding']);
      expect(sample.terms['fact_precision']).toBe(1);
    }
    const weighted = { ...lab, settings: { ...lab.settings, identificationWeight: 0.5, frozenWeight: 0.25, factWeight: 2 } };
    const sums = await extraTerms(weighted, some, samples, 0);
    samples.forEach(({ terms }, i) => expect(sums[i]!).toBeCloseTo(0.5 * terms['identification']! + 0.25 * terms['frozen_reader']! + 2 * terms['facts']!, 9));
    const [spy] = [sampleOf(lab, some, 0, `Spelled: ${[...some[0]!.code.replace(/\W/g, '')].join(' ')}.`)];
    expect((await extraTerms(lab, some, [spy!], 0))[0]!).toBeLessThan(-0.5);
    const [liar] = [sampleOf(lab, some, 0, 'Named nonsense. Calls explode and vanish.')];
    await extraTerms(lab, some, [liar!], 0);
    expect(liar!.terms['fact_precision']).toBe(0);
  });

  it('reach the rows of a run, and change its rewards', async () => {
    const tensors = await warmWeights();
    const plain = await run({ steps: 2, evaluateEvery: 2 }, { tensors }), paid = await run({ steps: 2, evaluateEvery: 2, identificationWeight: 1, frozenWeight: 1 }, { tensors });
    const row = paid.rows.find(({ step }) => step === 1)!;
    for (const name of ['rewards/identification/mean', 'rewards/frozen_reader/mean', 'rewards/facts/mean', 'rewards/chrf/mean', 'rewards/exact/mean']) expect(row[name], name).toBeGreaterThanOrEqual(0);
    const before = plain.rows.find(({ step }) => step === 1)!;
    expect(before['rewards/identification/mean']).toBeUndefined();
    expect(row['reward/mean']! - before['reward/mean']!).toBeCloseTo(row['rewards/identification/mean']! + row['rewards/frozen_reader/mean']!, 6);
    const evaluation = plain.rows.find(({ step }) => step === 0)!;
    for (const name of ['chrf', 'edit', 'exact', 'fact_recall']) expect(Number.isFinite(evaluation[`heldout/${name}`]), name).toBe(true);
  });
});
