/** The list of runs, their looks, what differs between them and what they came to, from plain data. */
import { describe, expect, it } from 'vitest';
import { presetSettings, SETTINGS } from '../../src/config';
import type { MetricRow } from '../../src/types';
import { configDiff, reproduceLine } from '../../src/ui/runs/config_diff';
import { arrange, heldOutAt, newestOfStep, outcomeOf, outcomeWords } from '../../src/ui/runs/run_list';
import type { Row } from '../../src/ui/runs/run_list';
import { lookOf, looksOf } from '../../src/ui/runs/run_looks';
import { sparkPoints } from '../../src/ui/runs/spark';

const row = (name: string, change: Partial<Row['run']> = {}, bytes = NaN): Row => ({
  run: { id: name, name, preset: 'demo', state: 'finished', step: 10, steps: 10, createdAt: 1, corpusId: '', settings: presetSettings('demo'), summary: null, ...change }, corpus: 'Sample corpus', bytes,
});
const measured = (before: number, after: number): Record<string, unknown> => ({ before: { 'heldout/similarity': before }, after: { 'heldout/similarity': after } });

describe('the list', () => {
  const rows = [row('amber-fox', { createdAt: 3, summary: measured(0.2, 0.5) }, 300), row('calm-owl', { createdAt: 2, step: 90, preset: 'lesson', summary: measured(0.1, 0.6) }, 900), row('warm-bee', { createdAt: 4, state: 'stopped', branchOf: { name: 'calm-owl', stage: 'loop', step: 4 } })];
  const names = (...how: [string, Parameters<typeof arrange>[2], Parameters<typeof arrange>[3]]): string[][] => arrange(rows, ...how).map(group => [group.title, ...group.rows.map(({ run }) => run.name)]);
  it('is ordered, with what was not measured last', () => {
    expect(names('', 'newest', 'none')).toEqual([['', 'warm-bee', 'amber-fox', 'calm-owl']]);
    expect(names('', 'name', 'none')).toEqual([['', 'amber-fox', 'calm-owl', 'warm-bee']]);
    expect(names('', 'after', 'none')).toEqual([['', 'calm-owl', 'amber-fox', 'warm-bee']]);
    expect(names('', 'gain', 'none')).toEqual([['', 'calm-owl', 'amber-fox', 'warm-bee']]);
    expect(names('', 'steps', 'none')).toEqual([['', 'calm-owl', 'warm-bee', 'amber-fox']]);
    expect(names('', 'size', 'none')).toEqual([['', 'calm-owl', 'amber-fox', 'warm-bee']]);
  });
  it('is searched by all words, in whatever is written of a run', () => {
    expect(names('owl', 'newest', 'none')).toEqual([['', 'warm-bee', 'calm-owl']]);
    expect(names('owl LESSON', 'newest', 'none')).toEqual([['', 'calm-owl']]);
    expect(names('nothing', 'newest', 'none')).toEqual([]);
  });
  it('is grouped in the order of its first runs', () => {
    expect(names('', 'newest', 'preset')).toEqual([['demo', 'warm-bee', 'amber-fox'], ['lesson', 'calm-owl']]);
    expect(names('', 'newest', 'state')).toEqual([['stopped', 'warm-bee'], ['finished', 'amber-fox', 'calm-owl']]);
  });
});

describe('what a run came to', () => {
  const words = (before: number, after: number, from = NaN, to = NaN): string => outcomeWords(outcomeOf({ before: { 'heldout/similarity': before, 'heldout/shuffled': from }, after: { 'heldout/similarity': after, 'heldout/shuffled': to } }));
  it('is judged with its control', () => {
    expect(words(0.3, 0.5, 0.2, 0.21)).toMatch(/carries more/);
    expect(words(0.3, 0.5, 0.2, 0.35)).toMatch(/likely code/);
    expect(words(0.3, 0.302)).toMatch(/no better/);
    expect(words(0.3, 0.2)).toMatch(/worse/);
    const measured = (evaluateItems: number, after: number): string => outcomeWords(outcomeOf({
      settings: { evaluateItems }, before: { 'heldout/similarity': 0.5 }, after: { 'heldout/similarity': after, 'heldout/variation/similarity': after, 'heldout/combination/similarity': after },
    }));
    expect(measured(2, 0.51)).toMatch(/a little better .* on 4 functions that may be chance/);
    expect(measured(2, 0.45)).toMatch(/a little worse/);
    expect(measured(2, 0.7)).toMatch(/carries more/);
    expect(measured(200, 0.52)).toMatch(/carries more/);
    expect(outcomeWords(outcomeOf(null))).toMatch(/did not measure/);
    expect(outcomeOf({ before: 'x', after: { 'heldout/similarity': '0.5' } }).after).toBeNaN();
  });
});

describe('checkpoints of a run', () => {
  it('are told by the last evaluation up to them, one a step', () => {
    const rows: MetricRow[] = [{ step: 0, 'heldout/similarity': 0.2 }, { step: 1, loss: 1 }, { step: 2, 'heldout/similarity': 0.4 }, { 'warmstart/step': 9, 'heldout/similarity': 1 }];
    expect([heldOutAt(rows, 0), heldOutAt(rows, 1), heldOutAt(rows, 5), heldOutAt([], 3)]).toEqual([0.2, 0.2, 0.4, NaN]);
    const list = [['loop', 4, 3], ['loop', 4, 2], ['loop', 2, 1], ['warmstart', 4, 0]].map(([stage, step, order]) => ({ stage: stage as string, step: step as number, order }));
    expect(newestOfStep(list).map(({ order }) => order)).toEqual([3, 1, 0]);
  });
});

describe('looks', () => {
  it('differ in colour and dash between neighbours, and are 32', () => {
    const all = Array.from({ length: 32 }, (_, i) => JSON.stringify(lookOf(i)));
    expect(new Set(all).size).toBe(32);
    for (let i = 0; i < 31; i++) {
      expect(lookOf(i).color).not.toBe(lookOf(i + 1).color);
      expect(lookOf(i).dash).not.toEqual(lookOf(i + 1).dash);
    }
  });
  it('stay when a run is added', () => {
    const two = [{ id: 'b', createdAt: 2 }, { id: 'a', createdAt: 1 }], before = looksOf(two), after = looksOf([{ id: 'c', createdAt: 3 }, ...two]);
    expect([...before].every(([id, look]) => JSON.stringify(after.get(id)) === JSON.stringify(look))).toBe(true);
    expect(after.get('c')).toEqual(lookOf(2));
  });
});

describe('settings side by side', () => {
  const base = presetSettings('demo');
  it('show what differs, or everything', () => {
    const diff = configDiff([base, { ...base, seed: 7, leakPenalty: !base.leakPenalty }, base], false);
    expect(diff.map(({ key, values }) => [key, values])).toEqual([['seed', [0, 7, 0]], ['leakPenalty', [base.leakPenalty, !base.leakPenalty, base.leakPenalty]]]);
    expect(configDiff([base, base], false)).toEqual([]);
    const all = configDiff([base, { ...base, seed: 7 }], true);
    expect(all.length).toBe(SETTINGS.length);
    expect(all.filter(({ differs }) => differs).map(({ key }) => key)).toEqual(['seed']);
  });
  it('are told in one line that makes the run again', () => {
    expect(reproduceLine({ name: 'amber-fox', preset: 'demo', settings: { ...base, seed: 7 } }, { version: '0.1.0', corpus: 'Sample corpus', corpusHash: 'ab12', query: 'preset=demo&seed=7' }))
      .toBe('BatCoder Lab 0.1.0, run amber-fox: ?preset=demo&seed=7, seed 7, corpus Sample corpus (SHA-256 ab12)');
  });
});

describe('a spark line', () => {
  it('spans its box, thins what is long, and needs two values', () => {
    expect(sparkPoints([1], 60, 18)).toBe('');
    expect(sparkPoints([0, 1, 0.5], 60, 18)).toBe('0.0,18.0 30.0,0.0 60.0,9.0');
    expect(sparkPoints([2, 2], 60, 18)).toBe('0.0,9.0 60.0,9.0');
    expect(sparkPoints(Array.from({ length: 400 }, (_, i) => i), 60, 18).split(' ').length).toBe(40);
  });
});
