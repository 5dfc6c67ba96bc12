/**
 * Decoding on the GPU against the f64 reference run over the engine's own tokens: log-probabilities to 1e-3, greedy choices, filtered draws
 * id for id on the same Philox numbers, endings, and independence of a row from its company.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { fusesProject } from '../../src/gpu/ops/slots';
import { cacheBytes } from '../../src/model/decoder';
import type { Engine } from '../../src/model/engine';
import { philox4x32 } from '../../src/rng';
import type { GeneratedRow, GenerateRequest, Generation, ModelConfig, NamedTensor } from '../../src/types';
import { supervised } from '../fixtures/engine/read';
import type { Parameters } from '../reference/parameters';
import { sampleForward } from '../reference/sample';
import { transformerForward } from '../reference/transformer';
import { FAMILIES, oddConfig, openEngine, promptsOf, sampling, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const config = oddConfig({ model_type: 'qwen2', attention_bias: true }), V = config.vocab_size;
const { parameters, tensors } = weightsOf(config, 21, 0.5);

function uniformOf(request: GenerateRequest, row: number, generated: number): number {
  return (philox4x32([((row << 16) | generated) >>> 0, request.stream, 0, 0], [request.seed, request.step])[0] >>> 8) / 2 ** 24;
}

/** Follows the engine's tokens with the reference and checks every choice; returns how many draws fell on a boundary to within f32's rounding. */
function follow(model: ModelConfig, weights: Parameters, request: GenerateRequest, got: Generation, rows: number[]): number {
  let near = 0;
  for (const row of rows) {
    const prompt = request.prompts[Math.floor(row / request.samplesPerPrompt)], made = got.tokens[row], all = [...prompt, ...made];
    const { logits } = transformerForward(model, weights, all, [0, all.length]);
    for (let n = 0; n < made.length; n++) {
      const at = prompt.length + n - 1, z = logits.slice(at * model.vocab_size, (at + 1) * model.vocab_size), seen = all.slice(0, prompt.length + n);
      const u = uniformOf(request, row, n), want = sampleForward(z, seen, u, request);
      if (made[n] !== want.id) {
        const sides = [-1e-5, 1e-5].map((d) => sampleForward(z.map((x, v) => (v === made[n] ? x + 1e-5 : x)), seen, Math.min(1 - 1e-9, Math.max(0, u + d)), request).id);
        expect(sides, `row ${row} token ${n}: ${made[n]} for ${want.id}`).toContain(made[n]);
        near++;
        continue;
      }
      expect(Math.abs(got.logps[row][n] - want.logp), `row ${row} token ${n}`).toBeLessThan(1e-4);
    }
  }
  return near;
}

describe.each([
  ['greedy', { temperature: 0 }], ['plain', {}], ['warm', { temperature: 1.4 }], ['top-k', { topK: 7 }], ['top-p', { topP: 0.8 }], ['min-p', { minP: 0.1 }],
  ['penalty', { repetitionPenalty: 1.5 }], ['everything', { temperature: 0.9, topK: 20, topP: 0.95, minP: 0.02, repetitionPenalty: 1.2 }],
] as [string, Partial<GenerateRequest>][])('%s', (_, change) => {
  beforeAll(async () => { await engine.load(config, tensors, 0); });

  test('every choice is the reference sampler\'s', async () => {
    const request = { ...sampling, prompts: promptsOf(5, V), samplesPerPrompt: 3, maxNewTokens: 20, ...change }, got = await engine.generate(request);
    expect(got.tokens.length).toBe(15);
    expect(follow(config, parameters, request, got, got.tokens.map((_, row) => row))).toBeLessThanOrEqual(2);
  });

  test('log-probabilities equal those of score and of the training forward within 1e-3', async () => {
    const request = { ...sampling, prompts: promptsOf(4, V), samplesPerPrompt: 2, ...change, seed: 99 }, got = await engine.generate(request);
    const temperature = request.temperature === 0 ? 1 : request.temperature, sequences = got.tokens.map((made, row) => Int32Array.of(...request.prompts[row >> 1], ...made));
    const { logps } = await engine.score({ sequences, temperature, model: 'policy' });
    const offsets = Int32Array.from([0, ...sequences.map((_, s) => sequences.slice(0, s + 1).reduce((n, x) => n + x.length, 0))]);
    const tokens = Int32Array.from(sequences.flatMap((s) => Array.from(s))), ones = new Float32Array(tokens.length).fill(1);
    const trained = await engine.inspect({ tokens, offsets, weight: ones, advantage: ones }, { ...supervised, temperature });
    got.logps.forEach((mine, row) => mine.forEach((logp, n) => {
      const at = request.prompts[row >> 1].length + n;
      expect(Math.abs(logp - logps[row][at])).toBeLessThan(1e-3);
      expect(Math.abs(logp - trained.logps[offsets[row] + at])).toBeLessThan(1e-3);
    }));
  });
});

// On a software adapter the wide kernels decode; `thin` is what a GPU takes for few rows.
test.each([...FAMILIES.map(([name, family]) => ['chosen', name, family] as const), ...FAMILIES.slice(3).map(([name, family]) => ['thin', name, family] as const)])('%s, %s: the cached forward equals the full one', async (kernel, _, family) => {
  const { parameters: weights, tensors: named } = weightsOf(family, 31, 0.5);
  gpu.tuner.force = kernel === 'thin' ? kernel : null;
  await engine.load(family, named, 0);
  const request = { ...sampling, prompts: promptsOf(6, family.vocab_size), maxNewTokens: 40, endId: -1 >>> 0 }, got = await engine.generate(request);
  gpu.tuner.force = null;
  expect(got.tokens.every((t) => t.length === 40)).toBe(true);
  expect(follow(family, weights, request, got, [0, 1, 2, 3, 4, 5])).toBeLessThanOrEqual(2);
});

/** Its cache and all that goes with it, by the ledger, and what a request gives. */
async function withCache(cachePrecision: 'f32' | 'f16', family: ModelConfig, named: NamedTensor[], request: GenerateRequest): Promise<{ got: Generation; again: Generation; bytes: number }> {
  await engine.prefer({ cachePrecision });
  await engine.load(family, named, 0);
  const got = await engine.generate(request), again = await engine.generate(request), bytes = engine.memory().find(({ purpose }) => purpose === 'cache')!.bytes;
  await engine.prefer({ cachePrecision: 'f32' });
  return { got, again, bytes };
}

describe('a cache of halves', () => {
  // Weights as they are in a trained model rather than large ones, which make much of every difference.
  const SCALE = 0.2, BOUND = 5e-3;

  test.each(FAMILIES.flatMap(([name, family]) => (['chosen', 'thin'] as const).map((kernel) => [kernel, name, family] as const)))('%s, %s: greedy choices and log-probabilities of floats to within 5e-3, in half the bytes', async (kernel, _, family) => {
    const { parameters: weights, tensors: named } = weightsOf(family, 31, SCALE), { vocab_size: across, num_attention_heads: H, num_key_value_heads: K, head_dim: D, hidden_size: C } = family;
    const request = { ...sampling, prompts: promptsOf(6, across), maxNewTokens: 40, endId: -1 >>> 0, temperature: 0 };
    gpu.tuner.force = kernel === 'thin' ? kernel : null;
    const whole = await withCache('f32', family, named, request), halves = await withCache('f16', family, named, request);
    gpu.tuner.force = null;
    expect(halves.again).toEqual(halves.got);
    let largest = 0;
    halves.got.tokens.forEach((made, row) => {
      const prompt = request.prompts[row], all = [...prompt, ...made], { logits } = transformerForward(family, weights, all, [0, all.length]);
      made.forEach((id, n) => {
        const z = logits.subarray((prompt.length + n - 1) * across, (prompt.length + n) * across), best = Math.max(...z);
        const logp = z[id] - best - Math.log(z.reduce((sum, x) => sum + Math.exp(x - best), 0));
        largest = Math.max(largest, Math.abs(halves.got.logps[row][n] - logp));
        expect(best - z[id], `row ${row} token ${n}`).toBeLessThan(2 * BOUND);
      });
    });
    expect(largest).toBeLessThan(BOUND);
    // Halves they are, in every family.
    expect(largest).toBeGreaterThan(1e-5);
    const size = { slots: 16, positions: 128 }, saved = family.num_hidden_layers * cacheBytes(family, { ...size, cachePrecision: 'f16' });
    // Where only floats are projected into the cache in one kernel, halves have rows of keys and values on the way.
    const sizes = { inner: C, cols: (H + 2 * K) * D }, fuses = (precision: 'f32' | 'f16'): boolean => !family.qk_norm && fusesProject(sizes, D, precision);
    expect(cacheBytes(family, { ...size, cachePrecision: 'f32' }) * family.num_hidden_layers).toBe(2 * saved);
    expect(whole.bytes - halves.bytes).toBe(saved - (fuses('f32') && !fuses('f16') ? size.slots * 2 * K * D * 4 : 0));
  });

  test('the sampler stays within 5e-3 of the trainer, whatever is drawn', async () => {
    const { tensors: named } = weightsOf(config, 21, SCALE);
    const request = { ...sampling, prompts: promptsOf(20, V), samplesPerPrompt: 8, maxNewTokens: 40, temperature: 1.2, endId: 5 }, { got, again } = await withCache('f16', config, named, request);
    expect(again).toEqual(got);
    const sequences = got.tokens.map((made, row) => Int32Array.of(...request.prompts[row >> 3], ...made)), { logps } = await engine.score({ sequences, temperature: 1.2, model: 'policy' });
    const gaps = got.logps.flatMap((mine, row) => Array.from(mine, (logp, n) => Math.abs(logp - logps[row][request.prompts[row >> 3].length + n])));
    expect(Math.max(...gaps)).toBeLessThan(BOUND);
  });

  test('where one binding holds no cache of floats for all rows, halves still decode them all', async () => {
    const request = { ...sampling, prompts: promptsOf(60, V), samplesPerPrompt: 2, maxNewTokens: 20, temperature: 0 }, { limits } = gpu.memory;
    const free = [await withCache('f32', config, tensors, request), await withCache('f16', config, tensors, request)];
    gpu.memory.limits = { ...limits, binding: cacheBytes(config, { slots: 128, positions: 128, cachePrecision: 'f16' }) };
    const bound = [await withCache('f32', config, tensors, request), await withCache('f16', config, tensors, request)];
    gpu.memory.limits = limits;
    expect(bound.map(({ got }) => got)).toEqual(free.map(({ got }) => got));
    expect(bound[1].bytes).toBe(free[1].bytes);
    expect(bound[0].bytes).toBeLessThan(0.6 * free[0].bytes);
  });
});

test.each(['f32', 'f16'] as const)('any number of positions, %s: a cache begins its values wherever its keys end', async (precision) => {
  const short = oddConfig({ num_key_value_heads: 1, max_position_embeddings: 33 }), { parameters: weights, tensors: named } = weightsOf(short, 5, 0.5);
  const request = { ...sampling, prompts: promptsOf(6, short.vocab_size), maxNewTokens: 40, temperature: 0, endId: -1 >>> 0 }, { got } = await withCache(precision, short, named, request);
  // 33 positions, and the longest prompt has 9.
  expect(got.tokens.every((made) => made.length === 24)).toBe(true);
  if (precision === 'f32') expect(follow(short, weights, request, got, [0, 1, 2, 3, 4, 5])).toBe(0);
  else expect(got.tokens).toEqual((await withCache('f32', short, named, request)).got.tokens);
});

describe('endings', () => {
  beforeAll(async () => { await engine.load(config, tensors, 0); });

  // 16 tokens go between two looks at what is left: lengths on both sides of that.
  test.each([1, 2, 15, 16, 17, 33])('at most %i new tokens; a row ends with its first end token', async (maxNewTokens) => {
    const request = { ...sampling, prompts: promptsOf(6, V), samplesPerPrompt: 4, maxNewTokens, temperature: 2 };
    const free = await engine.generate({ ...request, endId: V + 5 });
    expect(free.tokens.every((t) => t.length === maxNewTokens)).toBe(true);
    expect(free.finished.some((f) => f)).toBe(false);
    // The commonest id as end token: most rows stop, at different lengths.
    const counts = new Map<number, number>();
    for (const id of free.tokens.flatMap((t) => Array.from(t))) counts.set(id, (counts.get(id) ?? 0) + 1);
    const endId = [...counts].sort((a, b) => b[1] - a[1])[0][0], got = await engine.generate({ ...request, endId });
    got.tokens.forEach((made, row) => {
      const end = free.tokens[row].indexOf(endId), length = end < 0 ? maxNewTokens : end + 1;
      expect(Array.from(made)).toEqual(Array.from(free.tokens[row].slice(0, length)));
      expect(got.logps[row].length).toBe(length);
      expect(got.finished[row]).toBe(end >= 0);
    });
    expect(got.finished.filter((f) => f).length).toBeGreaterThan(0);
  });

  test('no prompts give nothing; an empty prompt and one without room are refused', async () => {
    expect(await engine.generate({ ...sampling, prompts: [] })).toEqual({ tokens: [], logps: [], finished: [] });
    await expect(engine.generate({ ...sampling, prompts: [new Int32Array(0)] })).rejects.toThrow(/empty/);
    await expect(engine.generate({ ...sampling, prompts: [new Int32Array(256)] })).rejects.toThrow(/no room/);
  });
});

describe('a row depends on its own prompt and number only', () => {
  beforeAll(async () => { await engine.load(config, tensors, 0); });
  const request: GenerateRequest = { ...sampling, prompts: promptsOf(12, V), maxNewTokens: 24, temperature: 1.2 };
  const row = (g: Generation, i: number): unknown => [Array.from(g.tokens[i]), Array.from(g.logps[i]), g.finished[i]];

  test('the same request twice, and after another one', async () => {
    const first = await engine.generate(request);
    await engine.generate({ ...request, seed: 500, repetitionPenalty: 1.3 });
    expect(await engine.generate(request)).toEqual(first);
  });
  test('other company', async () => {
    const first = await engine.generate(request), few = await engine.generate({ ...request, prompts: request.prompts.slice(0, 3) });
    const others = request.prompts.map((p, i) => (i === 4 ? p : Int32Array.of(3, 3, 3, i))), mixed = await engine.generate({ ...request, prompts: others });
    for (const i of [0, 1, 2]) expect(row(few, i)).toEqual(row(first, i));
    expect(row(mixed, 4)).toEqual(row(first, 4));
    expect(row(mixed, 5)).not.toEqual(row(first, 5));
  });
  test('seed, step, stream and number each change the draws', async () => {
    const base = await engine.generate({ ...request, prompts: [request.prompts[1], request.prompts[1]] });
    expect(row(base, 0)).not.toEqual(row(base, 1));
    for (const change of [{ seed: 12 }, { step: 5 }, { stream: 2 }]) {
      expect(row(await engine.generate({ ...request, prompts: [request.prompts[1]], ...change }), 0), JSON.stringify(change)).not.toEqual(row(base, 0));
    }
  });
  test('more rows than decode at once: slots that rows leave go to the next prompts, and every row is what it is alone', async () => {
    // Rows end at different lengths, so prompts wait for slots one by one.
    const many = { ...request, prompts: promptsOf(90, V), samplesPerPrompt: 2, maxNewTokens: 60, endId: 5, temperature: 1.5 };
    const heard: GeneratedRow[] = [], calls: number[] = [];
    const got = await engine.generate(many, (rows) => { heard.push(...rows); calls.push(rows.length); });
    expect(new Set(got.tokens.map((made) => made.length)).size).toBeGreaterThan(20);
    expect(follow(config, parameters, many, got, [0, 1, 127, 128, 129, 150, 179])).toBeLessThanOrEqual(2);
    // Handed over row by row, each once, before the whole: short ones first.
    expect(calls.length).toBeGreaterThan(4);
    expect(heard.map(({ row }) => row).sort((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, r) => r));
    for (const { row, tokens, logps, finished } of heard) expect([tokens, logps, finished]).toEqual([got.tokens[row], got.logps[row], got.finished[row]]);
    expect(heard[0].tokens.length).toBeLessThanOrEqual(16);
    expect(heard.findIndex(({ row }) => row > 127)).toBeLessThan(heard.findIndex(({ tokens }) => tokens.length === 60));
  });
  test('more rows than decode at once: the second round goes on numbering', async () => {
    const many = { ...request, prompts: promptsOf(70, V), samplesPerPrompt: 2, maxNewTokens: 6 }, got = await engine.generate(many);
    expect(got.tokens.length).toBe(140);
    expect(follow(config, parameters, many, got, [0, 63, 64, 127, 128, 129, 139])).toBeLessThanOrEqual(1);
  });
});

test('the frozen copy speaks with the weights of its day', async () => {
  await engine.load(config, tensors, 0);
  const request: GenerateRequest = { ...sampling, prompts: promptsOf(3, V), temperature: 0 };
  await expect(engine.generate({ ...request, model: 'frozen' })).rejects.toThrow(/no frozen copy/);
  const before = await engine.generate(request);
  await engine.freeze();
  for (let k = 0; k < 5; k++) await engine.step(variedBatch([30, 30], V, k), { ...supervised, learningRate: 0.05, maxGradNorm: 1 });
  expect((await engine.generate({ ...request, model: 'frozen' })).tokens).toEqual(before.tokens);
  expect((await engine.generate(request)).tokens).not.toEqual(before.tokens);
  const sequences = [Int32Array.of(1, 2, 3, 4)], score = async (model: 'policy' | 'frozen') => (await engine.score({ sequences, temperature: 1, model })).logps[0];
  expect(await score('frozen')).not.toEqual(await score('policy'));
});

// Its own device: a failure here would otherwise fail every test after it.
test('two requests at once give what each gives alone', async () => {
  const own = await openEngine();
  await own.engine.load(config, tensors, 0);
  const a: GenerateRequest = { ...sampling, prompts: promptsOf(12, V), maxNewTokens: 24, seed: 71 }, b = { ...a, seed: 72, maxNewTokens: 30 };
  const alone = [await own.engine.generate(a), await own.engine.generate(b)];
  const together = await Promise.all([own.engine.generate(a), own.engine.generate(b)]);
  expect(own.gpu.failure).toBeNull();
  expect(together).toEqual(alone);
  await own.engine.close();
});

test('generating, scoring and training at once give what they give one after another', async () => {
  const own = await openEngine(), request: GenerateRequest = { ...sampling, prompts: promptsOf(12, V), maxNewTokens: 24 };
  await own.engine.load(config, tensors, 0);
  await own.engine.freeze();
  const sequences = promptsOf(9, V), batch = variedBatch([30, 30], V, 1), quiet = { ...supervised, maxGradNorm: 1 };
  const work = [
    () => own.engine.generate({ ...request, model: 'frozen' }), () => own.engine.score({ sequences, temperature: 1, model: 'frozen' }),
    () => own.engine.score({ sequences: sequences.slice(2), temperature: 0.7, model: 'policy' }), () => own.engine.step(batch, quiet),
  ];
  const alone = [];
  for (const job of work) alone.push(await job());
  expect(await Promise.all(work.map((job) => job()))).toEqual(alone);
  expect(own.gpu.failure).toBeNull();
  await own.engine.close();
});
