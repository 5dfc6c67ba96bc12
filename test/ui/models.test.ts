/** Names of models, choices, what is tried and how, and which tokens were likeliest, from plain data. */
import { describe, expect, it } from 'vitest';
import { presetSettings } from '../../src/config';
import { likeliest } from '../../src/model/likeliest';
import type { CodeItem, ModelConfig } from '../../src/types';
import { beforeAndAfter, choicesOf } from '../../src/ui/models/model_state';
import type { ModelEntry } from '../../src/ui/models/model_state';
import { formatRef, parseRef } from '../../src/ui/models/refs';
import type { ModelRef } from '../../src/ui/models/refs';
import { boxed, BOXES, meanScore, samplingOf } from '../../src/ui/models/trial';
import type { TrialSample } from '../../src/ui/models/trial';
import { pickable } from '../../src/ui/models/try_state';

describe('references', () => {
  it('come back as they went', () => {
    const refs: ModelRef[] = [{ kind: 'starter', name: 'starter-small' }, { kind: 'stored', id: 'lx3-1a' }, { kind: 'checkpoint', run: 'lx3-1a', order: 12 }, { kind: 'beginning', run: 'lx3-1a' }];
    for (const ref of refs) expect(parseRef(formatRef(ref))).toEqual(ref);
    for (const text of ['', 'new', 'run:abc', 'run:@3', 'run:abc@x', 'stored:', 'other:abc', 'begin:']) expect(parseRef(text)).toBeUndefined();
  });
});

const config = { num_hidden_layers: 1 } as ModelConfig;
const entry = (name: string, steps: number[]): ModelEntry => ({
  ref: `run:${name}@${steps.length - 1}`, name, kind: 'run', from: '', config, parameters: 1, bytes: 1, createdAt: 1, runId: name,
  checkpoints: steps.map((step, i) => ({ ref: `run:${name}@${steps.length - 1 - i}`, order: steps.length - 1 - i, stage: 'loop' as const, step, savedAt: 1, bytes: 1, score: null, config })),
});
const starter: ModelEntry = { ...entry('starter', []), ref: 'starter', kind: 'starter', runId: '' };

describe('choices', () => {
  it('are what there is, with what each run began with', () => {
    expect(choicesOf([starter, entry('amber-fox', [8, 4])]).map(({ ref, label }) => [ref, label])).toEqual([
      ['starter', 'starter'], ['run:amber-fox@1', 'amber-fox, newest: step 8'], ['run:amber-fox@0', 'amber-fox, step 4'], ['begin:amber-fox', 'amber-fox, what it began with'],
    ]);
  });
  it('begin with before and after: of the open run, else of the newest that has learned', () => {
    expect(beforeAndAfter([starter], '')).toEqual({ left: 'starter', right: null });
    expect(beforeAndAfter([starter, entry('new', [0]), entry('b', [3, 0]), entry('a', [9])], '')).toEqual({ left: 'begin:b', right: 'run:b@1' });
    expect(beforeAndAfter([starter, entry('b', [3]), entry('a', [9])], 'a')).toEqual({ left: 'begin:a', right: 'run:a@0' });
  });
});

describe('sampling', () => {
  it('is training\'s own at first, one sample', () => {
    const s = { ...presetSettings('demo'), topP: 0.9, maxCodeTokens: 77 };
    expect(samplingOf(s)).toMatchObject({ temperature: s.temperature, topP: 0.9, codeTokens: 77, documentationTokens: s.maxDocumentationTokens, samples: 1 });
  });
  it('takes numbers into their range', () => {
    const box = (key: string) => BOXES.find(one => one.key === key)!;
    expect([boxed(box('samples'), '99'), boxed(box('samples'), '0'), boxed(box('samples'), '2.6'), boxed(box('temperature'), '0.33'), boxed(box('seed'), ''), boxed(box('topP'), 'x')]).toEqual([8, 1, 3, 0.33, undefined, undefined]);
  });
  it('has a mean score over the samples that have one', () => {
    const sample = (value: number | null): TrialSample => ({ documentation: null, verdict: null, code: null, score: value === null ? null : { value, parts: {}, parses: true, exact: false, reason: '' } });
    expect(meanScore({ samples: [sample(0.25), sample(null), sample(0.75)] })).toBe(0.5);
    expect(meanScore({ samples: [sample(null)] })).toBeNaN();
  });
});

describe('functions to try', () => {
  it('are held-out ones first, as many as asked for', () => {
    const items = (['train', 'heldout', 'train', 'variation'] as const).map((split, i) => ({ id: String(i), split, name: `f${i}`, path: 'a.js', code: i === 2 ? 'needle' : 'x' })) as CodeItem[];
    const ids = (search: string, most?: number): string[][] => { const { heldOut, training } = pickable(items, search, most); return [heldOut.map(({ id }) => id), training.map(({ id }) => id)]; };
    expect(ids('')).toEqual([['1', '3'], ['0', '2']]);
    expect(ids('', 3)).toEqual([['1', '3'], ['0']]);
    expect(ids('NEEDLE')).toEqual([[], ['2']]);
  });
});

describe('likeliest tokens', () => {
  it('are five, by probability, and of equal ones the smaller id first', () => {
    const logits = Float32Array.of(0, 2, 1, 2, -1, 1), { p, among } = likeliest(logits, 1, 4), total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    expect(among.map(({ id }) => id)).toEqual([1, 3, 2, 5, 0]);
    expect(among[0]!.p).toBeCloseTo(Math.exp(2) / total, 12);
    expect(p).toBeCloseTo(Math.exp(-1) / total, 12);
    // Half the temperature squares the odds; large logits do not overflow.
    expect(likeliest(Float32Array.of(1000, 999), 0.5, 1).p).toBeCloseTo(1 / (1 + Math.exp(2)), 12);
  });
});
