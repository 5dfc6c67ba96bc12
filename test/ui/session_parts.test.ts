/** The decisions of the session that need no browser: the sample's recipe, what a checkpoint knows, reports and stored settings. */
import { describe, expect, it } from 'vitest';
import { presetSettings } from '../../src/config';
import type { CorpusReport } from '../../src/corpus/corpus';
import type { MetricRow } from '../../src/types';
import { nameOf, viewOf } from '../../src/ui/library';
import { knownTo } from '../../src/store/branch';
import { settingsOf, trainingSettings } from '../../src/ui/run_shelf';
import { sampleView } from '../../src/ui/sample_corpus';
import { sliderReach } from '../../src/ui/train/settings_form';

describe('sample corpus', () => {
  it('has three splits, counted, and is the same every time', async () => {
    const view = await sampleView(200, 30);
    expect(view.report).toMatchObject({ functions: 260, train: 200, heldout: 60, withDocumentation: 260 });
    expect(view.report?.languages.reduce((n, l) => n + l.functions, 0)).toBe(260);
    expect(view.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(view.items.map(i => i.id)).size).toBe(260);
    expect((await sampleView(200, 30)).hash).toBe(view.hash);
    expect((await sampleView(201, 30)).hash).not.toBe(view.hash);
  });
});

describe('what a checkpoint knows', () => {
  const rows: MetricRow[] = [{ 'warmstart/step': 0 }, { 'warmstart/step': 5 }, { 'warmstart/step': 6 }, { step: 0 }, { step: 3 }, { step: 4 }];
  const kept = (stage: 'warmstart' | 'loop', step: number, history: unknown[] = []): number[] => rows.map((row, i) => (knownTo({ stage, step, loop: { history } }, row) ? i : -1)).filter(i => i >= 0);
  it('keeps rows that will not be made again, and only those', () => {
    expect(kept('loop', 3)).toEqual([0, 1, 2, 3, 4]);
    // A loop at step 0 evaluates again before its first update.
    expect(kept('loop', 0)).toEqual([0, 1, 2]);
    // Unless it was stopped right after that evaluation.
    expect(kept('loop', 0, [{ step: 0 }])).toEqual([0, 1, 2, 3]);
    expect(kept('warmstart', 5)).toEqual([0, 1]);
    expect(kept('warmstart', 0)).toEqual([]);
  });
});

describe('stored settings', () => {
  it('come back as they were, with defaults for what an older record lacks', () => {
    const own = { ...presetSettings('folder'), steps: 7 };
    expect(settingsOf({ settings: { ...own } })).toEqual(own);
    expect(settingsOf({ settings: { steps: 9, gone: 1 } })).toEqual({ ...presetSettings('demo'), steps: 9 });
    expect(settingsOf({ settings: { steps: -9 } })).toEqual(presetSettings('demo'));
    expect(trainingSettings({ name: 'amber-fox', settings: { ...own } })).toEqual(own);
    expect(() => trainingSettings({ name: 'amber-fox', settings: { steps: -9 } })).toThrow(/^amber-fox was made with settings .* Nothing was started/);
  });
});

describe('report of a folder', () => {
  const report: CorpusReport = {
    files: 38, characters: 1, found: 140, functions: 110, train: 93, heldout: 17, documented: 30,
    languages: [{ language: 'javascript', files: 38, functions: 110, documented: 30 }], duplicates: { exact: 20, near: 10 }, crossing: 2, splitBy: 'file',
    leftOut: [{ reason: 'ignored by .gitignore', count: 301, examples: ['a'] }, { reason: 'function: too long', count: 4, examples: [] }], notices: ['cap'], hash: 'h', account: { files: [], unlistedFiles: 0, unlistedFunctions: 0 },
  };
  it('counts files apart from functions', () => {
    const view = viewOf(report);
    expect(view).toMatchObject({ filesSeen: 339, filesUsed: 38, duplicates: 30, withDocumentation: 30 });
    expect(view.leftOut.map(l => l.reason)).toEqual(['ignored by .gitignore', 'function: too long']);
    expect(view.notices).toEqual(['cap', '2 held-out functions were dropped because training has a near-copy of them.']);
  });
  it('is named after what was dropped', () => {
    const file = new File([''], 'x');
    expect(nameOf([{ kind: 'files', files: [{ path: 'lodash-es/add.js', file }] }])).toBe('lodash-es');
    expect(nameOf([{ kind: 'files', files: [{ path: 'add.js', file }] }])).toBe('Files');
    expect(nameOf([{ kind: 'zip', file: new File([''], 'my code.zip') }])).toBe('my code');
    expect(nameOf([])).toBe('Files');
  });
});

describe('sliders', () => {
  it('span what people choose, never past the range', () => {
    expect([sliderReach(120, 100_000), sliderReach(0, 200_000), sliderReach(2e-4, 0.01), sliderReach(8, 64), sliderReach(512, 16_384)]).toEqual([1200, 100, 0.01, 64, 5120]);
  });
});
