/** What a run keeps of single tokens: the text token by token, the numbers of the update, what it did to them, why samples taught nothing, and what all this costs to keep. */
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src/config';
import { samplesJsonl } from '../../src/formats/metrics';
import { whyDocumentation, whyReconstruction } from '../../src/loop/discards';
import type { Sample } from '../../src/loop/samples';
import { TRACED } from '../../src/loop/traces';
import { pieceEnds } from '../../src/tokenizer/pieces';
import type { Episode, TokenTrace } from '../../src/types';
import { run, timeless, tokenizer, warmWeights } from './small_run';

async function episodesOf(changes: Partial<Settings>): Promise<Episode[]> {
  const { events } = await run({ steps: 2, evaluateEvery: 10, evaluateItems: 2, ...changes }, { tensors: await warmWeights() });
  return events.flatMap((event) => (event.type === 'episodes' ? event.episodes : []));
}

const tracesOf = (episode: Episode): { trace: TokenTrace; advantage: number }[] => [{ trace: episode.documentationTrace!, advantage: episode.advantage }, ...episode.reconstructions.map(({ trace, advantage }) => ({ trace: trace!, advantage }))];
const values = (list: ArrayLike<number> | undefined): number[] => Array.from(list!);

describe('traces of a run', () => {
  it('hold each completion whole: text, ids and the numbers of the update, one a token', async () => {
    const episodes = await episodesOf({});
    expect(episodes.length).toBe(2 * 3 * 4);
    for (const episode of episodes) {
      expect(episode.documentationTrace!.ids.length).toBe(episode.documentationTokens);
      expect(values(episode.documentationTrace!.logps)).toEqual(values(episode.documentationLogps));
      episode.reconstructions.forEach(({ code, trace }) => { expect(trace!.text).toBe(code); });
      for (const { trace, advantage } of tracesOf(episode)) {
        const n = trace.ids.length;
        for (const list of [trace.ends, trace.logps, trace.entropies, trace.ratios, trace.terms, trace.pushes, trace.clipped]) expect(list!.length).toBe(n);
        expect(trace.ends[n - 1]).toBe(trace.text.length);
        expect(tokenizer.decode(trace.ids)).toBe(trace.text);
        // One update on what was just sampled: every ratio is 1, nothing is clipped, and each token is pushed where the advantage points.
        values(trace.ratios).forEach((ratio) => { expect(ratio).toBeCloseTo(1, 5); });
        expect(new Set(values(trace.clipped))).toEqual(new Set([0]));
        expect(new Set(values(trace.pushes).map(Math.sign))).toEqual(new Set([Math.sign(advantage)]));
        expect(values(trace.entropies).every((entropy) => entropy >= 0 && entropy < 6)).toBe(true);
      }
    }
  });

  it('follow the first groups past the update: what it pushed up went up, what it pushed down went down', async () => {
    const episodes = await episodesOf({ traceGroups: 2 });
    const followed = new Map<number, Set<string>>();
    const moved = { up: [] as number[], down: [] as number[] };
    for (const episode of episodes) {
      if (episode.documentationTrace!.after) followed.set(episode.step, (followed.get(episode.step) ?? new Set()).add(episode.itemId));
      expect(Number.isFinite(episode.lift)).toBe(episode.documentationTrace!.after !== undefined);
      for (const { trace } of tracesOf(episode)) {
        expect(trace.after?.length).toBe(episode.documentationTrace!.after ? trace.ids.length : undefined);
        if (trace.after) values(trace.after).forEach((after, t) => { if (trace.pushes![t] !== 0) moved[trace.pushes![t]! > 0 ? 'up' : 'down'].push(after - trace.logps[t]!); });
      }
    }
    expect([...followed.values()].map((ids) => ids.size)).toEqual([2, 2]);
    const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(Math.min(moved.up.length, moved.down.length)).toBeGreaterThan(30);
    expect(mean(moved.up)).toBeGreaterThan(0.002);
    expect(mean(moved.down)).toBeLessThan(-0.002);
  });

  it('are made without changing a number of the run, and nothing is scored for them when off', async () => {
    const tensors = await warmWeights(), changes = { steps: 3, evaluateEvery: 10, evaluateItems: 2 };
    const [off, on] = [await run({ ...changes, traceGroups: 0 }, { tensors }), await run({ ...changes, traceGroups: 1 }, { tensors })];
    const counted = /^num_tokens$|^flops$/;
    const same = (rows: ReturnType<typeof timeless>): unknown => rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !counted.test(name))));
    expect(same(timeless(on.rows))).toEqual(same(timeless(off.rows)));
    expect(on.trainer.calls.score - off.trainer.calls.score).toBe(3 * 2);
    const [last] = off.events.flatMap((event) => (event.type === 'episodes' ? event.episodes : []));
    expect([last!.lift, last!.documentationTrace!.after, last!.documentationTrace!.ratios!.length]).toEqual([undefined, undefined, last!.documentationTokens]);
  });

  it('with two updates a batch, hold the ratios of the second', async () => {
    const ratios = (await episodesOf({ updatesPerBatch: 2, method: 'grpo' })).flatMap((episode) => values(episode.documentationTrace!.ratios));
    expect(Math.max(...ratios)).toBeGreaterThan(1.01);
    expect(Math.min(...ratios)).toBeLessThan(0.99);
  });

  it(`end after ${TRACED} completions of a step, documentations with what was rebuilt from them`, async () => {
    const episodes = await episodesOf({ steps: 1, codesPerStep: 2, documentations: 40, reconstructions: 3 });
    expect(episodes.map((episode) => episode.documentationTrace !== undefined)).toEqual(Array.from({ length: 80 }, (_, i) => i < 32));
    expect(episodes.slice(0, 32).every((episode) => episode.reconstructions.every(({ trace }) => trace !== undefined))).toBe(true);
    expect(episodes[32]!.documentationLogps!.length).toBe(episodes[32]!.documentationTokens);
  });

  it('survive cloning and export; a trace costs at most 29 bytes a token, its text and 160 bytes', async () => {
    const episodes = await episodesOf({ steps: 1, traceGroups: 64 });
    const bare = episodes.map(({ documentationTrace: _, ...episode }) => ({ ...episode, reconstructions: episode.reconstructions.map(({ trace: __, ...made }) => made) }));
    expect(structuredClone(episodes)).toEqual(episodes);
    const all = episodes.flatMap(tracesOf), tokens = all.reduce((sum, { trace }) => sum + trace.ids.length, 0), text = all.reduce((sum, { trace }) => sum + trace.text.length, 0);
    const added = serialize(episodes).length - serialize(bare).length;
    expect(added).toBeLessThan(29 * tokens + text + 160 * all.length);
    const lines = samplesJsonl(episodes).trim().split('\n').map((line) => JSON.parse(line) as { documentation_trace: TokenTrace; reconstructions: { trace: TokenTrace }[]; lift: number });
    lines.forEach((line, i) => {
      const { documentationTrace: trace, lift } = episodes[i]!;
      expect([line.documentation_trace.text, values(line.documentation_trace.ids), line.lift]).toEqual([trace!.text, values(trace!.ids), lift]);
      values(line.documentation_trace.pushes).forEach((push, t) => { expect(Math.abs(push - trace!.pushes![t]!)).toBeLessThanOrEqual(5.1e-5 * Math.abs(push)); });
    });
  });
});

describe('pieces', () => {
  it('stand end to end and give the text back, characters of several tokens included', () => {
    const bytes = { decode: (ids: ArrayLike<number>) => new TextDecoder().decode(Uint8Array.from(ids)) };
    const text = 'aé→🙂b\uFFFD', ids = new TextEncoder().encode(text);
    const { text: whole, ends } = pieceEnds(bytes, ids);
    expect(whole).toBe(text);
    expect(ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end)).join('')).toBe(text);
    expect(ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end))).toEqual(['a', '', 'é', '', '', '→', '', '', '', '🙂', 'b', '\uFFFD', '', '']);
    expect(pieceEnds(bytes, [])).toEqual({ text: '', ends: [] });
    // Cut within a character.
    expect(pieceEnds(bytes, ids.slice(0, 2))).toEqual({ text: 'a\uFFFD', ends: [1, 2] });
  });
});

describe('reasons', () => {
  const sample = (over: Partial<Sample> = {}): Sample => ({ tokens: Int32Array.of(1, 2), finished: true, reward: 0.5, advantage: 1, verdict: { rDoc: 1, reason: '' }, ...over } as Sample);
  const rules = { objective: 'policy', reward: 'similarity', rDocMode: 'gate', writerWeight: 1, readerWeight: 1 } as const;
  it.each<[string, Partial<Sample>, Partial<Sample>, object, RegExp]>([
    ['nothing to say', {}, { reward: 0.2 }, {}, /^$/],
    ['equal rewards', { advantage: 0 }, {}, {}, /^All 2 rewards of its group are the same/],
    ['at the mean', { advantage: 0 }, { reward: 0.2 }, {}, /^Its reward is the mean of its group/],
    ['alone', { advantage: 0 }, { reward: NaN }, {}, /^No other sample of its group was scored/],
    ['refused and cut', { finished: false, reward: 0, advantage: -1, verdict: { rDoc: 0, reason: 'no end' } as never }, {}, {}, /^It was cut at 2 tokens, .* was refused \(no end\): its reward is 0, and nothing was rebuilt/],
    ['refused where refusing only costs', { verdict: { rDoc: 0, reason: 'no end' } as never }, {}, { rDocMode: 'additive' }, /^$/],
    ['empty', { tokens: new Int32Array(0) }, {}, {}, /^It has no token/],
    ['not scored', { reward: NaN, advantage: 0 }, {}, {}, /^It was not scored/],
    ['not the best', { advantage: 0, reward: 0.1 }, {}, { objective: 'rft' }, /^Only the best/],
    ['best with a fault', { advantage: 0, verdict: { rDoc: 0.5, reason: 'x' } as never }, { reward: 0.2 }, { objective: 'rft' }, /^It was the best of its group, but/],
    ['back-translation', { reward: NaN, advantage: 0 }, {}, { objective: 'backtranslation' }, /^Back-translation learns without a reward/],
    ['no writer', {}, {}, { writerWeight: 0 }, /writer weighs 0/],
  ])('%s', (_, own, other, change, words) => {
    const one = sample(own);
    expect(whyDocumentation(one, [one, sample(other)], { ...rules, ...change })).toMatch(words);
  });
  it('of reconstructions', () => {
    const made = { finished: true, score: { parses: true }, advantage: 1, tokens: Int32Array.of(1) } as Parameters<typeof whyReconstruction>[0];
    expect(whyReconstruction(made, rules)).toBe('');
    expect(whyReconstruction({ ...made, finished: false, score: { parses: false } as never }, rules)).toBe('It was cut at 1 tokens, before it had ended. It does not parse.');
    expect(whyReconstruction({ ...made, advantage: 0 }, rules)).toMatch(/^Its score is that of its group/);
    expect(whyReconstruction(made, { ...rules, reward: 'log-likelihood' })).toMatch(/only looked at/);
  });
});
