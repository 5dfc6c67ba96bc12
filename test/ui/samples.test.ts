/** The Samples tab's decisions on plain data: how each token looks, which sample an address means, what is missing, counts of filters, one text of two. */
import { describe, expect, it } from 'vitest';
import type { Episode, TokenTrace } from '../../src/types';
import { countMarks, groupEpisodes } from '../../src/ui/episode_filter';
import { intraline } from '../../src/ui/intraline';
import { choose } from '../../src/ui/samples/choice';
import { changeOf, fate, lacks, looksOf, scaleOf, spelled, textOf } from '../../src/ui/samples/token_looks';

const trace: TokenTrace = {
  text: 'ab c', ids: [5, 6, 7, 2], ends: [1, 3, 4, 4], logps: [-0.01, -1, -3, -6], entropies: [0.01, 0.6, 1.5, 3], ratios: [1, 1, 1.5, 1], terms: [4, -1, 0, 0], pushes: [4, -1, 0, 0], clipped: [0, 0, 1, 0], after: [-0.01, -0.9, -3.4, -5],
};

describe('looks of tokens', () => {
  const scale = scaleOf([trace, undefined]);
  it('say by kind, level and words what the update did', () => {
    expect(scale.push).toBe(4);
    expect(scale.change).toBeCloseTo(1, 12);
    const looks = (mode: Parameters<typeof looksOf>[1]): [string, number][] => looksOf(trace, mode, scale).map(({ kind, level }) => [kind, level]);
    expect(looks('push')).toEqual([['up', 4], ['down', 1], ['clipped', 0], ['zero', 0]]);
    expect(looks('change')).toEqual([['zero', 0], ['up', 1], ['down', 2], ['up', 4]]);
    expect(looks('entropy')).toEqual([['amount', 0], ['amount', 2], ['amount', 3], ['amount', 4]]);
    expect(looks('logp')).toEqual([['amount', 0], ['amount', 2], ['amount', 3], ['amount', 4]]);
    expect(looksOf(trace, 'push', scale).map(({ words }) => words)).toEqual(['pushed up, +4', 'pushed down, −1', 'clipped: its ratio had moved far enough, and it was left alone, 0', 'not pushed: its advantage or weight is 0, 0']);
    expect(fate({ ...trace, pushes: [1, 1, 2, 1] }, 2).words).toBe('clipped: its ratio was capped');
    expect(fate({ ...trace, pushes: [NaN] }, 0)).toEqual({ kind: 'zero', words: 'its term is no number' });
    // Beside a group that was pushed harder, the same push is faint.
    expect(looksOf(trace, 'push', { push: 400, change: 1 })[0]!.level).toBe(1);
  });
  it('cut the text at the ends, and show white space where it must be seen', () => {
    expect([0, 1, 2, 3].map((t) => textOf(trace, t))).toEqual(['a', 'b ', 'c', '']);
    expect([spelled('b \n\t'), spelled('')]).toEqual(['b·⏎⇥', '(no text of its own)']);
    expect(changeOf(trace, 1)).toBeCloseTo(0.1, 12);
  });
  it('say what is not recorded instead of drawing it as zero', () => {
    const sampled: TokenTrace = { text: 'ab c', ids: trace.ids, ends: trace.ends, logps: trace.logps };
    expect(lacks(sampled, 'push')).toMatch(/in no update/);
    expect(lacks(sampled, 'change')).toMatch(/Functions followed past the update/);
    expect(lacks(sampled, 'entropy')).toMatch(/in none/);
    expect([lacks(sampled, 'logp'), lacks(trace, 'change')]).toEqual(['', '']);
    expect(looksOf(sampled, 'push', scale).every(({ kind }) => kind === 'none')).toBe(true);
    expect(scaleOf([sampled])).toEqual({ push: 0, change: 0 });
  });
});

const episode = (itemId: string, group: number, over: Partial<Episode> = {}): Episode => ({
  step: 3, group, itemId, language: 'python', name: itemId, path: 'a.py', code: 'x', documentation: 'Does x.', rDoc: 1, rDocReason: '', leak: 0, reconstructions: [],
  logLikelihood: NaN, reward: 0.5, advantage: 1, documentationTokens: 5, ...over,
});

describe('an address', () => {
  const all = [episode('a', 0), episode('a', 1, { advantage: 0 }), episode('b', 0), episode('b', 1)], groups = groupEpisodes(all, new Set());
  it('finds its sample and its neighbours, across groups', () => {
    const { episode: found, before, after, missing, group } = choose(all, groups, { step: 3, item: 'a', group: 1 });
    expect([found, before, after, missing, group]).toEqual([all[1], all[0], all[2], '', 0]);
    expect(choose(all, groups, { step: 3 })).toMatchObject({ episode: all[0], before: undefined, after: all[1], missing: '' });
    expect(choose(all, groups, { step: 3, item: 'b', group: 1 })).toMatchObject({ episode: all[3], after: undefined, group: 1 });
  });
  it('says what is missing, and shows the nearest', () => {
    expect(choose(all, groups, { step: 3, item: 'z', group: 0 })).toMatchObject({ episode: all[0], missing: expect.stringMatching(/a function that step 3 has no sample of/) as string });
    expect(choose(all, groups, { step: 3, item: 'b', group: 7 })).toMatchObject({ episode: all[2], missing: expect.stringMatching(/sample 8 of b, and step 3 has 2 of it/) as string });
    expect(choose(all, groupEpisodes(all, new Set(['zero'])), { step: 3, item: 'b', group: 1 }).missing).toMatch(/sample 2 of b, which is hidden by the filters/);
    expect(choose([], [], { step: 3, item: 'b', group: 1 })).toMatchObject({ episode: undefined, missing: '' });
  });
});

it('filters are counted, also those a sample shares', () => {
  const all = [episode('a', 0), episode('a', 1, { advantage: 0, reward: NaN }), episode('a', 2, { advantage: 0, rDoc: 0, rDocReason: 'truncated' })];
  expect(countMarks(all)).toEqual({ zero: 2, refused: 1, truncated: 1, unparsable: 0, unscored: 1 });
});

it('one text of two holds both: without what was put in it is the original, without what is lost the reconstruction', () => {
  const [a, b] = ['return n >= 9;\n}', 'return m <= 9;\n'], { unified } = intraline(a, b);
  const without = (kind: string): string => unified.filter((piece) => piece.kind !== kind).map(({ text }) => text).join('');
  expect([without('added'), without('removed')]).toEqual([a, b]);
});
