/** Tests of the controls: strangers, splits, execution, notices, and the tabular model's own gradient. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/config';
import { heldOut, mergeSplits, strangers } from '../../src/loop/evaluate';
import { definedName, executionPasses } from '../../src/loop/execution';
import { countParameters } from '../../src/formats/layout';
import { pick } from '../../src/loop/lab';
import { adviceBeforeLoop, adviceFromHistory } from '../../src/loop/notices';
import type { EvaluationPoint } from '../../src/loop/notices';
import { createRng } from '../../src/rng';
import type { CodeItem, Executor, UpdateSettings } from '../../src/types';
import { items, run, tokenizer, warmWeights } from './small_run';
import { SPECIAL_COUNT } from './small_corpus';
import { TabularTrainer } from './tabular_trainer';

describe('held-out items', () => {
  it('are the same each time, per split, and never training items', () => {
    const chosen = heldOut(items, 10);
    expect([...chosen.keys()]).toEqual(['variation', 'combination']);
    for (const [split, members] of chosen) {
      expect(members.length).toBe(10);
      expect(new Set(members).size).toBe(10);
      expect(members.every((item) => item.split === split)).toBe(true);
    }
    expect(heldOut(items, 10).get('variation')).toEqual(chosen.get('variation'));
    expect(heldOut(items.filter((item) => item.split === 'train'), 10).size).toBe(0);
  });
  it('get a stranger of other code, in their language where there is one', () => {
    for (const size of [2, 3, 7, 12, 40]) {
      const some = items.slice(0, size).map((item, i) => ({ ...item, language: size > 3 && i % 2 ? 'ruby' as const : item.language }));
      strangers(some).forEach((j, i) => {
        expect(j).not.toBe(i);
        expect(some[j]!.code).not.toBe(some[i]!.code);
        expect(some[j]!.language).toBe(some[i]!.language);
      });
    }
    expect(strangers([{ ...items[0]!, language: 'go' }, items[1]!])).toEqual([1, 0]);
  });
  it('merge into means without NaN', () => {
    const merged = mergeSplits('heldout', new Map([['variation', { a: 1, b: NaN }], ['combination', { a: 3, b: 5 }]]));
    expect(merged).toMatchObject({ 'heldout/a': 2, 'heldout/b': 5, 'heldout/variation/a': 1, 'heldout/combination/b': 5 });
    expect(mergeSplits('x', new Map([['heldout', { a: 1 }]]))).toEqual({ 'x/a': 1 });
  });
});

describe('execution', () => {
  const item = (name: string, code: string, inputs: unknown[][]): CodeItem => ({ ...items[0]!, language: 'javascript', name, code, inputs });
  const executor: Executor = {
    languages: ['javascript'],
    run: (jobs) => Promise.resolve(jobs.map(({ code, name, inputs }) => {
      try {
        const f = runInNewContext(`${code}; ${name}`, {}, { timeout: 500 }) as (...args: unknown[]) => unknown;
        return inputs.map((input) => { try { return JSON.stringify(f(...input)) ?? 'undefined'; } catch { return 'ERR'; } });
      } catch { return null; }
    })),
  };
  it('passes equal behaviour under another name, and fails what differs or does not run', async () => {
    const add = item('add', 'function add(a) { return a + 1; }', [[1], [2]]);
    const cases = ['function plus(b) { return 1 + b; }', 'function add(a) { return a + 2; }', 'function add(a) { return a === 1 ? 2 : 4; }', 'function add(', ''];
    const passes = await executionPasses({ executor }, cases.map(() => add), [cases, cases.map(() => add.code)]);
    expect(passes).toEqual([[1, 0, 0, 0, 0], [1, 1, 1, 1, 1]]);
  });
  it('leaves out what cannot be run', async () => {
    const broken = item('f', 'function f(', [[1]]), failing = item('f', 'function f() { throw elsewhere; }', [[1], [2]]), without = item('g', 'function g() {}', []), python = { ...item('h', 'def h(): pass', [[1]]), language: 'python' as const };
    expect(await executionPasses({ executor }, [broken, failing, without, python], [['x', failing.code, 'x', 'x']])).toEqual([[]]);
    expect(await executionPasses({ executor: null }, [item('f', 'function f() {}', [[]])], [['x']])).toEqual([[]]);
  });
  it('finds names', () => {
    expect(definedName('const f = (a) => a', 'javascript', 'x')).toBe('f');
    expect(definedName('def empty?(a)', 'ruby', 'x')).toBe('empty?');
    expect(definedName('    def go_on(a):', 'python', 'x')).toBe('go_on');
    expect(definedName('function g() {}', 'typescript', 'x')).toBe('g');
    expect(definedName('fn f() {}', 'rust', 'x')).toBe('x');
    // With functions of its own before it, and words like one in a comment.
    expect(definedName('def part(a):\n    return a\n\ndef whole(a):\n    return part(a)', 'python', 'whole')).toBe('whole');
    expect(definedName('// The function that sums.\nconst one = (a) => a;\nfunction sum(a) {}', 'javascript', 'sum')).toBe('sum');
  });
  it('reaches the evaluation row', async () => {
    const pass: Executor = { languages: ['python'], run: (jobs) => Promise.resolve(jobs.map(({ code }) => [code])) };
    const { summary } = await run({ steps: 0 }, { tensors: await warmWeights(), executor: pass, spec: { items: items.map((one) => ({ ...one, inputs: [[1]] })) } });
    expect(summary.before['heldout/oracle_execution']).toBe(summary.before['heldout/oracle_exact_match']);
    expect(summary.before['heldout/oracle_execution']).toBeGreaterThan(0);
  });
});

describe('notices', () => {
  const point = (reward: number, margin: number, gap: number, leakRate = 0): EvaluationPoint => ({ step: 0, reward, margin, shuffled: 0, similarity: 0, gap, leakRate });
  const codes = (history: EvaluationPoint[], changes = {}): string[] => adviceFromHistory(history, { ...defaults(), ...changes }).map((notice) => notice.code);
  it('say when the reward grows and own minus shuffled does not', () => {
    expect(codes([point(0.4, 0.1, 0), point(0.45, 0.1, 0), point(0.5, 0.1, 0)])).toEqual(['reward-without-information']);
    expect(codes([point(0.4, 0.1, 0), point(0.45, 0.13, 0), point(0.5, 0.16, 0)])).toEqual([]);
    expect(codes([point(0.4, 0.1, 0), point(0.4, 0.1, 0), point(0.41, 0.1, 0)])).toEqual([]);
    expect(codes([point(NaN, 0.1, 0), point(0.45, 0.1, 0), point(0.5, 0.1, 0)])).toEqual([]);
    expect(codes([point(0.4, 0.1, 0.2), point(0.45, 0.1, 0.4), point(0.5, 0.1, 0.6)], { reward: 'log-likelihood' })).toEqual([]);
    expect(codes([point(-2, 0.1, 0.2), point(-1.9, 0.2, 0.2), point(-1.8, 0.3, 0.2)], { reward: 'log-likelihood' })).toEqual(['reward-without-information']);
  });
  it('say when documentation leaks', () => {
    expect(codes([point(0.4, 0.1, 0, 0), point(0.4, 0.1, 0, 0.08)])).toEqual(['leak']);
    expect(codes([point(0.4, 0.1, 0, 0.08), point(0.4, 0.1, 0, 0.08)])).toEqual([]);
  });
  it('advise before the loop', () => {
    const before = (row: Record<string, number>, changes = {}): string[] => adviceBeforeLoop(row, { ...defaults(), ...changes }).map((notice) => `${notice.level} ${notice.code}`);
    expect(before({ 'heldout/oracle': 0.99, 'heldout/oracle_execution': 0.5 })).toEqual(['warning oracle-low']);
    expect(before({ 'heldout/oracle': 0.9, 'heldout/oracle_execution': NaN })).toEqual(['info oracle-ready']);
    expect(before({ 'heldout/reference_gap': 0.5, 'heldout/fact_precision': 0.3 }, { reward: 'log-likelihood' })).toEqual(['warning reference-gap', 'warning fact-precision']);
    expect(before({ 'heldout/reference_gap': 1.2, 'heldout/fact_precision': 0.6 }, { reward: 'log-likelihood' })).toEqual(['info reference-gap']);
  });
});

describe('counting', () => {
  it('knows parameters of the measured sizes and of a Qwen layout', () => {
    const base = { model_type: 'llama' as const, vocab_size: 512, hidden_size: 80, intermediate_size: 216, num_hidden_layers: 4, num_attention_heads: 4, num_key_value_heads: 4, head_dim: 20, max_position_embeddings: 256, rms_norm_eps: 1e-5, rope_theta: 1e4, tie_word_embeddings: true, attention_bias: false, qk_norm: false };
    expect(countParameters(base)).toBe(351440);
    // Untied head 512*80; biases 4*(80+40+40); q and k norms 4*2*20; k and v of half the heads: 4*2*40*80 fewer.
    expect(countParameters({ ...base, num_key_value_heads: 2, tie_word_embeddings: false, attention_bias: true, qk_norm: true })).toBe(351440 + 40960 + 640 + 160 - 25600);
  });
  it('picks without repeats, all when there are too few', () => {
    const drawn = pick([1, 2, 3, 4, 5], 3, createRng(4));
    expect(new Set(drawn).size).toBe(3);
    expect(pick([1, 2], 5, createRng(4)).sort()).toEqual([1, 2]);
  });
});

describe('the tabular model', () => {
  it('has the gradient that finite differences find, for every loss switch', async () => {
    const config = { model_type: 'llama' as const, vocab_size: tokenizer.vocabSize, hidden_size: 4, intermediate_size: 4, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 64, rms_norm_eps: 1e-5, rope_theta: 1e4, tie_word_embeddings: true, attention_bias: false, qk_norm: false };
    const base: UpdateSettings = { learningRate: 0, beta1: 0, beta2: 0, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1e9, ratio: 'none', clip: 'none', epsilonLow: 0.2, epsilonHigh: 0.2, dualClip: 0, kl: 'none', klBeta: 0, entropyCoef: 0, temperature: 1 };
    const tokens = Int32Array.of(1, 3, 5, 20, 4, 30, 31, 2);
    const part = (values: number[]) => Float32Array.of(0, 0, 0, 0, 0, ...values);
    const batch = { tokens, offsets: Int32Array.of(0, 8), weight: part([0.5, 0.25, 0.25]), advantage: part([1, -2, 0.5]), oldLogps: part([-5, -5.1, -4.9]), refLogps: part([-5.2, -4.8, -5]) };
    for (const change of [{}, { ratio: 'token' }, { kl: 'k2', klBeta: 0.5 }, { ratio: 'token', clip: 'min', kl: 'k3', klBeta: 0.3, entropyCoef: 0.1, temperature: 0.8 }] as Partial<UpdateSettings>[]) {
      const settings = { ...base, ...change };
      const trainer = new TabularTrainer(SPECIAL_COUNT);
      await trainer.load(config, null, 3);
      const state = await trainer.snapshot();
      await trainer.step(batch, settings);
      // beta1 = 0 leaves the gradient itself in m.
      const { m } = await trainer.snapshot();
      const largest = [...m.keys()].sort((a, b) => Math.abs(m[b]!) - Math.abs(m[a]!)).slice(0, 5);
      for (const index of largest) {
        const losses: number[] = [];
        for (const sign of [1, -1]) {
          const weights = state.weights.slice();
          weights[index] = weights[index]! + sign * 1e-2;
          await trainer.restore({ ...state, weights });
          losses.push((await trainer.step(batch, settings)).loss);
        }
        expect((losses[0]! - losses[1]!) / 2e-2, JSON.stringify(change)).toBeCloseTo(m[index]!, 3);
      }
    }
  });
});
