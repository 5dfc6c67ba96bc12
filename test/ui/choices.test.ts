/** Costs, groups and searches worked out from plain data. */
import { describe, expect, it } from 'vitest';
import { defaults, presetSettings } from '../../src/config';
import type { CodeItem, Episode, ModelConfig } from '../../src/types';
import { countParameters } from '../../src/formats/layout';
import { consequence, warmstartPairs } from '../../src/ui/consequence';
import { groupEpisodes, marksOf } from '../../src/ui/episode_filter';
import type { EpisodeFilter } from '../../src/ui/episode_filter';
import { searchItems } from '../../src/ui/data/search';
import { Batched, INTERVAL_MS } from '../../src/ui/batched';

const starter: ModelConfig = {
  model_type: 'llama', vocab_size: 512, hidden_size: 80, intermediate_size: 216, num_hidden_layers: 4, num_attention_heads: 4, num_key_value_heads: 4, head_dim: 20,
  max_position_embeddings: 256, rms_norm_eps: 1e-5, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
};

describe('pairs of the warm start', () => {
  it('are shared out by the mix and counted by where their documentation comes from', () => {
    const item = { split: 'train', documentation: '', facts: [] } as unknown as CodeItem;
    const items = [item, { ...item, documentation: 'Adds.' }, { ...item, facts: [{ kind: 'name', sentence: 'Named a.', values: ['a'] }] }, { ...item, split: 'heldout', documentation: 'No.' }] as CodeItem[];
    const s = { ...defaults(), warmstartBatch: 40, mixLm: 0.1, mixWriter: 0.35, mixReader: 0.55 };
    expect(warmstartPairs(s, items)).toMatchObject({ functions: 3, ownText: 1, sentences: 1 });
    const { lm, writer, reader } = warmstartPairs(s, items);
    expect([lm, writer, reader].map(Math.round)).toEqual([4, 14, 22]);
  });
});

describe('consequence', () => {
  it('counts the parameters of the measured sizes', () => {
    expect(countParameters(starter)).toBe(351_440);
    expect(countParameters({ ...starter, hidden_size: 48, intermediate_size: 128, num_hidden_layers: 3, head_dim: 12 })).toBe(107_856);
    // Qwen2: biases on q, k, v; Qwen3: two norms of head size; an untied head once more the embedding; fewer key heads.
    expect(countParameters({ ...starter, attention_bias: true }) - 351_440).toBe(4 * 240);
    expect(countParameters({ ...starter, qk_norm: true }) - 351_440).toBe(4 * 40);
    expect(countParameters({ ...starter, tie_word_embeddings: false }) - 351_440).toBe(512 * 80);
    expect(351_440 - countParameters({ ...starter, num_key_value_heads: 2 })).toBe(4 * 2 * 80 * 40);
  });
  it('counts sequences and tokens of an update', () => {
    const s = { ...presetSettings('demo'), codesPerStep: 3, documentations: 4, reconstructions: 2, maxDocumentationTokens: 10, maxCodeTokens: 100 };
    expect(consequence(s, starter)).toMatchObject({ parameters: 351_440, trainingBytes: 351_440 * 16, sequencesPerStep: 36, tokensPerStep: 12 * 10 + 24 * 100 });
  });
});

const episode = (itemId: string, group: number, over: Partial<Episode> = {}): Episode => ({
  step: 1, group, itemId, language: 'python', name: itemId, path: 'a.py', code: 'x', documentation: 'Does x.', rDoc: 1, rDocReason: '', leak: 0,
  reconstructions: [{ code: 'x', similarity: 0.5, parts: {}, advantage: 1, finished: true, exact: false, parses: true }],
  logLikelihood: NaN, reward: 0.5, advantage: 1, documentationTokens: 5, ...over,
});

describe('groups of samples', () => {
  it('keeps order, sorts samples, and gives the deviation with n - 1', () => {
    const groups = groupEpisodes([episode('b', 1, { reward: 1 }), episode('a', 0), episode('b', 0, { reward: 0 })], new Set());
    expect(groups.map(g => [g.itemId, g.episodes.map(e => e.group), g.mean])).toEqual([['b', [0, 1], 0.5], ['a', [0], 0.5]]);
    expect(groups[0]!.deviation).toBeCloseTo(Math.SQRT1_2, 12);
    expect(groups[1]!.deviation).toBe(0);
  });
  it('shows samples under any chosen filter, with the statistics of the whole group', () => {
    const all = [
      episode('a', 0), episode('a', 1, { rDoc: 0, reward: 0, rDocReason: 'copies the code', advantage: -1 }), episode('a', 2, { advantage: 0 }),
      episode('b', 0, { reconstructions: [{ code: '(', similarity: 0, parts: {}, advantage: 0, finished: false, exact: false, parses: false }] }),
    ];
    const ids = (...filters: EpisodeFilter[]): string[] => groupEpisodes(all, new Set(filters)).flatMap(g => g.episodes.map(e => `${e.itemId}${e.group}`));
    expect(ids()).toEqual(['a0', 'a1', 'a2', 'b0']);
    expect(ids('refused')).toEqual(['a1']);
    expect(ids('zero')).toEqual(['a2']);
    expect(ids('truncated')).toEqual(['b0']);
    expect(ids('unparsable', 'zero')).toEqual(['a2', 'b0']);
    expect(groupEpisodes(all, new Set(['refused']))[0]).toMatchObject({ hidden: 2, mean: expect.closeTo(1 / 3, 10) as number });
    expect(marksOf(all[3]!)).toEqual(['truncated', 'unparsable']);
  });
});

describe('search', () => {
  const item = (name: string, path: string, code: string): CodeItem => ({ id: name, language: 'go', name, path, startLine: 1, endLine: 2, code, signature: '', params: [], documentation: '', split: 'train', facts: [] });
  const items = [item('alpha', 'x/one.go', 'return betaValue'), item('beta', 'x/two.go', 'return 1'), item('gamma', 'beta/three.go', '')];
  it('finds every word anywhere, names first', () => {
    const names = (query: string): string[] => searchItems(items, query).map(i => i.name);
    expect(names('')).toEqual(['alpha', 'beta', 'gamma']);
    expect(names('BETA')).toEqual(['beta', 'alpha', 'gamma']);
    expect(names('go return')).toEqual(['alpha', 'beta']);
    expect(names('nothing')).toEqual([]);
  });
});

describe('Batched', () => {
  it('flushes once per interval and never loses the last touch', () => {
    let flushed = 0;
    const timers: { f: () => void; ms: number }[] = [];
    const batch = new Batched(() => { flushed++; }, (f, ms) => timers.push({ f, ms }));
    for (let i = 0; i < 1000; i++) batch.touch();
    expect([flushed, timers.length, timers[0]!.ms]).toEqual([0, 1, INTERVAL_MS]);
    timers[0]!.f();
    expect(flushed).toBe(1);
    batch.touch();
    expect(timers.length).toBe(2);
    timers[1]!.f();
    expect(flushed).toBe(2);
  });
});
