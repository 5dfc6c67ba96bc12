/** Holds the Explain tab's data to what it claims: prompts are what the model reads, formulas give the recorded numbers, excerpts are in our source, exhibits show what they say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromQuery, presetSettings } from '../../src/config';
import { deviation, mean } from '../../src/rl/advantage';
import { METHODS, methodOf } from '../../src/rl/methods';
import { createPrompts } from '../../src/rl/prompts';
import { createTokenizer } from '../../src/tokenizer/tokenizer';
import type { StoryPage } from '../../src/types';
import { levelOf, topOf } from '../../src/ui/explain/attention';
import { cut, EXCERPTS, methodLine, piecesOf } from '../../src/ui/explain/excerpts';
import { exhibitQuery, exhibitSettings } from '../../src/ui/explain/exhibit_list';
import { EXHIBITS } from '../../src/ui/explain/exhibits';
import { advantagesBy, advantageText, readerJudged, sideBySide, surrogate, writerJudged } from '../../src/ui/explain/formula';
import { MEASURED } from '../../src/ui/explain/measured';
import { readerPrompt, writerPrompt } from '../../src/ui/explain/prompt_text';
import type { PromptPiece } from '../../src/ui/explain/prompt_text';
import { readingsOf } from '../../src/ui/explain/readings';
import { packShares, readRecording, recordedRows, recordedShares } from '../../src/ui/explain/recording';
import { changes, factsOf } from '../../src/ui/explain/story_words';

const text = readFileSync(new URL('../../public/recorded/run.json', import.meta.url), 'utf8');
const recording = readRecording(text), settings = { ...presetSettings('demo'), ...recording.settings };

describe('the recorded run', () => {
  it('is small, whole and of this version', () => {
    expect(text.length).toBeLessThan(400_000);
    expect(recording.stories[0]!.step).toBe(0);
    expect(recording.stories.at(-1)!.step).toBe(recording.about.updates);
    for (const { entries } of recording.stories) {
      expect(entries.map(one => one.itemId)).toEqual(recording.stories[0]!.entries.map(one => one.itemId));
      expect(entries.length).toBe(10);
    }
    expect(recordedRows(recording.metrics).map(row => row['step'])).toEqual(Array.from({ length: recording.about.updates + 1 }, (_, i) => i));
    for (const { episodes, moved, step } of recording.steps) {
      expect(episodes.length).toBe(settings.codesPerStep * settings.documentations);
      expect(moved.length).toBe(recording.config.num_hidden_layers + 2);
      expect(moved.every(({ norm }) => norm > 0)).toBe(true);
      const row = recordedRows(recording.metrics).find(one => one['step'] === step)!;
      expect(mean(episodes.map(e => e.reward))).toBeCloseTo(row['reward/mean']!, 3);
    }
    expect(() => readRecording('{"format":"other"}')).toThrow('does not belong to this version');
    expect(() => readRecording(text.replace('"steps":', '"stepz":'))).toThrow('does not belong');
  });

  it('shows attention whose rows sum to 1 within what a byte can hold', () => {
    const { num_hidden_layers: layers, num_attention_heads: heads } = recording.config;
    for (const one of recording.attention) {
      const T = one.pieces.length;
      for (const head of [0, layers * heads - 1]) {
        const shares = recordedShares(one, head);
        for (const i of [0, 5, T - 1]) {
          expect(Math.abs(shares.subarray(i * T, i * T + T).reduce((a, b) => a + b, 0) - 1)).toBeLessThan((i + 1) / 500);
          expect(shares.subarray(i * T + i + 1, (i + 1) * T).every(share => share === 0)).toBe(true);
        }
      }
      expect(one.pieces[0]).toBe('<|bos|>');
      expect(one.pieces.includes(one.kind === 'writer' ? '<|doc|>' : '<|code|>')).toBe(true);
    }
    const shares = [Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0, 0.2, 0.8), Float32Array.of(1, 0, 0, 1, 0, 0, 0.4, 0.4, 0.2)];
    const packed = { kind: 'writer' as const, name: 'f', pieces: ['a', 'b', 'c'], shares: packShares(shares, 3) };
    recordedShares(packed, 1).forEach((share, i) => { expect(share).toBeCloseTo(shares[1]![i]!, 2); });
    expect(topOf([0.1, 0.005, 0.6, 0.295], 3)).toEqual([{ at: 2, share: 0.6 }, { at: 3, share: 0.295 }, { at: 0, share: 0.1 }]);
    expect([0, 0.01, 0.25, 1].map(levelOf)).toEqual([0, 1, 5, 9]);
  });
});

describe('the formula', () => {
  it('gives the recorded advantages from the recorded rewards, for documentation and for code', () => {
    const { advantage } = methodOf(settings);
    for (const { episodes } of recording.steps) {
      for (const judged of [writerJudged(episodes), readerJudged(episodes, settings)]) {
        advantagesBy(advantage, judged, settings.advantageEpsilon).forEach((made, i) => { expect(made).toBeCloseTo(judged[i]!.advantage, 4); });
        expect(judged.some(({ advantage: one }) => Math.abs(one) > 0.5)).toBe(true);
      }
    }
  });

  it('gives the terms that the GPU wrote: one weight times the term of every token of a stage', () => {
    const method = methodOf(settings);
    for (const { episodes } of recording.steps) {
      for (const judged of [writerJudged(episodes), readerJudged(episodes, settings)]) {
        const weights = judged.flatMap(({ trace, advantage }) => (trace?.terms && Math.abs(advantage) > 0.05 ? Array.from(trace.terms, (term, t) => term / surrogate(method, advantage, trace.ratios![t]!, trace.logps[t]!).l) : []));
        expect(weights.length).toBeGreaterThan(30);
        for (const weight of weights) expect(Math.abs(weight / weights[0]! - 1)).toBeLessThan(2e-3);
      }
    }
  });

  it('clips as each method does', () => {
    const at = (name: keyof typeof METHODS, A: number, rho: number): number => surrogate(METHODS[name], A, rho, -0.5).l;
    expect([at('grpo', 2, 1.5), at('grpo', -2, 1.5), at('grpo', -2, 0.5), at('grpo', 2, 0.5)]).toEqual([2.4, -3, -1.6, 1]);
    expect([at('dapo', 2, 1.5), at('cispo', 2, 9), at('cispo', 2, 1.5), at('reinforce', 2, 9)]).toEqual([2.56, -5, -1.5, -1]);
    expect(surrogate(METHODS.gspo, 1, 1.001, -1)).toMatchObject({ l: 1.0004, held: true });
  });

  it('sets the methods side by side on the same samples, and says what it did', () => {
    const judged = writerJudged(recording.steps[0]!.episodes), own = judged[0]!, sides = new Map(sideBySide(judged, own, 0, 0.01).map(side => [side.name, side]));
    const rewards = judged.filter(one => one.group === own.group).map(one => one.reward), all = judged.map(one => one.reward), n = rewards.length;
    expect(sides.size).toBe(10);
    expect(sides.get('grpo')!.A).toBeCloseTo((own.reward - mean(rewards)) / (deviation(rewards) + 0.01), 10);
    expect(sides.get('dr-grpo')!.A).toBeCloseTo(own.reward - mean(rewards), 10);
    expect(sides.get('rloo')!.A).toBeCloseTo(own.reward - (mean(rewards) * n - own.reward) / (n - 1), 10);
    expect(sides.get('cispo')!.A).toBeCloseTo((own.reward - mean(rewards)) / (deviation(all) + 0.01), 10);
    expect(sides.get('reinforce')!.A).toBeCloseTo(own.reward - mean(all), 10);
    // Whitened over tokens: centred, so the sides weighted by their lengths cancel.
    const whitened = advantagesBy('whiten', judged, 0.01);
    expect(whitened.reduce((sum, one, i) => sum + one * judged[i]!.length, 0)).toBeCloseTo(0, 3);
    expect(advantageText('group-std', { own: 0.5, group: [0.5, 0.7, 0.3], all: [] }, 0.01)).toEqual({ formula: 'A = (r − mean of the group) / (deviation of the group + ε)', numbers: '(0.500 − 0.500) / (0.200 + 0.010)' });
  });
});

describe('what stands beside it', () => {
  it('is the prompt that the model reads, token for token', async () => {
    const tokenizer = await createTokenizer(readFileSync(new URL('../../public/models/starter-small/tokenizer.json', import.meta.url), 'utf8'));
    const prompts = createPrompts(tokenizer, 1000), { code, documentation } = recording.steps[0]!.episodes[0]!;
    const ids = (pieces: PromptPiece[]): number[] => pieces.flatMap(piece => (piece.special ? [tokenizer.special(piece.text)] : tokenizer.encode(piece.text)));
    expect(ids(writerPrompt(code, 'javascript'))).toEqual(prompts.writer(prompts.ids(code), 'javascript'));
    expect(ids(readerPrompt(documentation, 'javascript'))).toEqual(prompts.reader(prompts.documentation(documentation), 'javascript'));
  });

  it('is our source, cut where it computes the number', () => {
    expect(EXCERPTS.advantage.code).toContain('centred / (std + epsilon)');
    expect(EXCERPTS.reward.code).toContain('* verdict.rDoc');
    expect(EXCERPTS.term.code).toContain('let clipped = clamp(rho, 1.0 - hyper.epsilon_low');
    expect(EXCERPTS.weight.code).toContain("case 'token-mean'");
    for (const name of Object.keys(METHODS)) expect(methodLine(name).code).toMatch(/GRPO/);
    for (const { file, line, code } of Object.values(EXCERPTS)) expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').split('\n')[line - 1]).toContain(code.split('\n')[0]!);
    expect(() => cut('f', 'a\nb', 'a', 'c')).toThrow('has no lines from "a" to "c"');
    expect(piecesOf("let a = 1.5; // 'x'")).toEqual([{ kind: 'keyword', text: 'let' }, { kind: 'plain', text: ' a = ' }, { kind: 'number', text: '1.5' }, { kind: 'plain', text: '; ' }, { kind: 'comment', text: "// 'x'" }]);
  });

  it('is the story in numbers', () => {
    const entry = { itemId: 'i', language: 'javascript' as const, name: 'f', params: ['a', 'b'], code: '', documentation: 'Adds a.', rDoc: 1, rDocReason: '', reconstruction: '', similarity: 0.5, exact: false, shuffled: 0.4 };
    const first: StoryPage = { step: 0, entries: [entry, { ...entry, itemId: 'j', similarity: 0.7 }] };
    const now: StoryPage = { step: 8, entries: [{ ...entry, documentation: 'Adds a to b and returns it.', similarity: 0.9, exact: true }, { ...entry, itemId: 'j', similarity: 0.8, rDoc: 0 }] };
    expect(factsOf(now)).toEqual({ similarity: expect.closeTo(0.85, 10) as number, shuffled: 0.4, exact: 1, length: 4.5, named: 1, refused: 1 });
    const said = changes(first, now, { first: { 'heldout/similarity': 0.6, 'heldout/shuffled': 0.4 }, now: { 'heldout/similarity': 0.8, 'heldout/shuffled': 0.41 } });
    expect(said[0]).toBe('Rebuilt from its own documentation, a function came back by 0.600 at step 0 and by 0.850 at step 8: it rose. 1 of 2 are exactly the original now, 0 at the start.');
    expect(said[1]).toContain('1 of 2 name every parameter, 0 at the start. 1 documentation was refused.');
    expect(said[2]).toContain('Only the first rose');
    expect(changes(first, now, { first: { 'heldout/similarity': 0.6, 'heldout/shuffled': 0.4 }, now: { 'heldout/similarity': 0.8, 'heldout/shuffled': 0.5 } })[2]).toContain('Both rose');
  });
});

describe('exhibits', () => {
  it('are links that set exactly their settings', () => {
    for (const exhibit of EXHIBITS) {
      const read = fromQuery(exhibitQuery(exhibit).split('#')[0]!.slice(1));
      expect(read.errors).toEqual([]);
      expect(read.settings).toEqual(exhibitSettings(exhibit));
      expect(exhibitQuery(exhibit)).toMatch(/#explain$/);
    }
    expect(new Set(EXHIBITS.map(one => one.id)).size).toBe(EXHIBITS.length);
  });

  it('were measured, and say what was measured', () => {
    const of = (id: string) => { const { before, after } = MEASURED[id]!; return { before, after, gain: after.similarity! - before.similarity!, control: after.shuffled! - before.shuffled! }; };
    for (const exhibit of EXHIBITS) {
      expect(MEASURED[exhibit.id]).toMatchObject({ updates: exhibitSettings(exhibit).steps, seed: 0 });
      for (const name of exhibit.shows) expect(MEASURED[exhibit.id]!.after[name], `${exhibit.id} ${name}`).not.toBeNull();
    }
    const base = of('as-it-is');
    expect(base.gain).toBeGreaterThan(0.05);
    expect(base.control).toBeLessThan(0.03);
    // What each `right` choice claims.
    expect(of('leak').after.copied!).toBeLessThan(0.1);
    expect(of('leak').after.reward!).toBeLessThan(0.9);
    expect(of('reader-only').gain / base.gain).toBeLessThan(0.4);
    expect(of('writer-only').gain / base.gain).toBeGreaterThan(0.75);
    expect(of('no-reward').gain / base.gain).toBeGreaterThan(0.3);
    expect(of('no-reward').gain / base.gain).toBeLessThan(0.8);
    expect(of('too-fast').after.similarity!).toBeLessThan(0.1);
    expect(of('generic').after.similarity! - of('generic').after.shuffled!).toBeGreaterThan(0.15);
    expect(of('generic').control).toBeLessThan(0.03);
    expect([of('no-signal').after.silent, of('no-signal').after.exact]).toEqual([1, 0]);
    expect(EXHIBITS.map(one => [one.id, one.right])).toEqual([['as-it-is', 0], ['leak', 0], ['reader-only', 1], ['writer-only', 0], ['no-reward', 1], ['too-fast', 2], ['generic', 0], ['no-signal', 1]]);
  });

  it('read a run as it was: first and last updates, first and last evaluation', () => {
    const rows = Array.from({ length: 12 }, (_, step) => ({ step, 'reward/mean': step / 10, ...(step === 0 || step === 11 ? { 'heldout/similarity': step } : {}), 'frac_reward_zero_std': NaN }));
    expect(readingsOf(rows)).toMatchObject({ before: { reward: 0.2, similarity: 0, silent: null }, after: { reward: 0.9, similarity: 11, silent: null } });
  });
});
