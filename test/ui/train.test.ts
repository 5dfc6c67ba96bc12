/** What the Train tab says of a configuration: what is found, what differs, what it will take here. */
import { describe, expect, it } from 'vitest';
import { presetSettings, SETTINGS } from '../../src/config';
import { consequence } from '../../src/ui/consequence';
import { savedAgo } from '../../src/ui/format';
import { predict, workOf } from '../../src/ui/rates';
import { differences, matches } from '../../src/ui/train/settings_form';

const demo = presetSettings('demo');

describe('settings', () => {
  it('are found by words of their name, key or meaning, all of them', () => {
    const found = (words: string): string[] => SETTINGS.filter(setting => matches(setting, words)).map(({ key }) => key);
    expect(found('learning rate')).toContain('learningRate');
    expect(found('LEARNING rate')).not.toContain('seed');
    expect(found('keys values')).toEqual(['cachePrecision']);
    expect(found('')).toHaveLength(SETTINGS.length);
    expect(found('no such words')).toEqual([]);
  });
  it('differ in what was changed and in nothing else', () => {
    expect(differences({ ...demo, steps: 7, seed: 3 }, demo).map(({ setting, own, other }) => [setting.key, own, other])).toEqual([['steps', 7, 120], ['seed', 3, 0]]);
    expect(differences(demo, demo)).toEqual([]);
  });
});

describe('what a configuration takes', () => {
  it('is arithmetic of sampling and of the update, and a checkpoint of four arenas', () => {
    const small = { ...demo, model: 'new' as const, modelSize: '107k' as const, codesPerStep: 2, documentations: 3, reconstructions: 2, maxCodeTokens: 10, maxDocumentationTokens: 8, anchor: 0 };
    const { parameters, samplingFlops, updateFlops, checkpointBytes } = consequence(small, null);
    expect(samplingFlops).toBe(2 * parameters * (2 * 10 + 6 * 16 + 12 * 10));
    expect(updateFlops).toBe(6 * parameters * 18 * 18);
    expect(checkpointBytes).toBe(16 * parameters);
  });
  it('is foretold from what was measured, each part by its own work', () => {
    const rate = { adapter: 'a', at: 1, seconds: { rollout: 2, reward: 1, update: 4, evaluate: 10 }, work: workOf(demo, null) };
    expect(predict(rate, demo, null)).toEqual({ step: expect.closeTo(7, 9), loop: expect.closeTo(7 * 120 + 10 * (1 + 120 / demo.evaluateEvery), 6) });
    // Twice the functions: twice of everything but the anchors of the update; half the measured functions: half the time of an evaluation.
    expect(predict(rate, { ...demo, codesPerStep: demo.codesPerStep * 2, anchor: demo.anchor * 2 }, null).step).toBeCloseTo(14, 9);
    expect(predict(rate, { ...demo, steps: 0, evaluateItems: demo.evaluateItems / 2 }, null).loop).toBeCloseTo(5, 9);
  });
  it('ages', () => {
    expect([savedAgo(0, 1400), savedAgo(0, 12_300), savedAgo(0, 200_000), savedAgo(5000, 0)]).toEqual(['just now', '12 s ago', '3 min ago', 'just now']);
  });
});
