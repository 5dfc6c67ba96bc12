/**
 * Training at mixed precision as a whole: gradients against the f64 reference within 8e-3 of each tensor's length (halves round by 2^-11), its memory
 * foretold, its loss curve beside that of f32, and the loss scale: what it saves, how it falls and grows, and that a run goes on with the same bits.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelConfig, presetSettings } from '../../src/config';
import type { Gpu } from '../../src/gpu/device';
import { choose, total } from '../../src/model/budget';
import { Engine } from '../../src/model/engine';
import type { Batch, ModelConfig, NamedTensor, TrainerState, UpdateSettings } from '../../src/types';
import { meanBatch, supervised } from '../fixtures/engine/read';
import { relativeError } from '../reference/finite_difference';
import { lossReference } from '../reference/transformer';
import { FAMILIES, openEngine, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu, plain: Engine;
beforeAll(async () => {
  ({ engine: plain, gpu } = await openEngine());
  engine = new Engine(gpu, { precision: 'f16' });
});
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const VALUES = 5e-3, GRADIENTS = 8e-3;
/** Every size a multiple of four: every product of these is packed. */
const [LLAMA, QWEN2, QWEN3] = FAMILIES.slice(3);
const config = LLAMA[1];
const settings: UpdateSettings = { ...supervised, learningRate: 0.01, maxGradNorm: 1, weightDecay: 0.1 };
const flat = (tensors: NamedTensor[]): Float32Array => Float32Array.from(tensors.flatMap(({ data }) => Array.from(data)));
const weights = async (from = engine): Promise<Float32Array> => flat(await from.exportTensors());
/** |got - want| / |want|: roundings of single numbers, which are random, weigh as they would in a step. */
function apart(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < want.length; i++) { difference += (got[i] - want[i]) ** 2; size += want[i] ** 2; }
  return Math.sqrt(difference / size);
}
/** A count, not toEqual: a diff of thousands of numbers takes minutes to print. */
const differing = (a: Float32Array, b: Float32Array): number => (a.length === b.length ? a.filter((x, i) => !Object.is(x, b[i])).length : Infinity);

describe.each([LLAMA, QWEN2, QWEN3])('reference: %s', (_, model) => {
  test('log-probabilities, loss and every gradient', async () => {
    const { parameters, tensors } = weightsOf(model, 5), batch = variedBatch([1, 2, 63, 64, 65, 7], model.vocab_size, 3);
    const policy: UpdateSettings = { ...supervised, ratio: 'token', clip: 'min', entropyCoef: 0.01, temperature: 0.9 };
    await engine.load(model, tensors, 0);
    const want = lossReference(model, parameters, batch, policy), got = await engine.inspect(batch, policy);
    expect(relativeError(got.logits, want.logits)).toBeLessThan(VALUES);
    expect(relativeError(got.logps, want.logps)).toBeLessThan(VALUES);
    expect(relativeError([got.metrics.loss], [want.loss], 0.1)).toBeLessThan(VALUES);
    for (const { name, data } of got.named) expect(apart(data, want.gradients.get(name)!), name).toBeLessThan(GRADIENTS);
    // Half precision leaves its mark: f32 would be a hundred times closer.
    expect(relativeError(got.logits, want.logits)).toBeGreaterThan(1e-5);
  });
});

test('sizes that are no multiples of four keep to f32', async () => {
  const model = FAMILIES[0][1], { tensors } = weightsOf(model, 5), batch = variedBatch([9, 40], model.vocab_size, 3);
  // Products with the vocabulary of 67 and the width of 37, but not the others.
  await engine.load(model, tensors, 0);
  await plain.load(model, tensors, 0);
  const [half, full] = [await engine.inspect(batch, supervised), await plain.inspect(batch, supervised)];
  for (const [i, { name, data }] of half.named.entries()) expect(apart(data, full.named[i].data), name).toBeLessThan(GRADIENTS);
  expect(differing(half.grads, full.grads)).toBeGreaterThan(0);
  expect((await engine.step(batch, settings)).finite).toBe(true);
});

test('layers made again: the same bits', async () => {
  const again = new Engine(gpu, { precision: 'f16', recompute: 'layers' }), deep = { ...config, num_hidden_layers: 3 }, { tensors } = weightsOf(deep, 6);
  const batch = variedBatch([40, 9, 65], deep.vocab_size, 2), results: [Float32Array, Float32Array][] = [];
  for (const one of [engine, again]) {
    await one.load(deep, tensors, 0);
    const { grads } = await one.inspect(batch, settings);
    for (let k = 0; k < 3; k++) await one.step(batch, settings);
    results.push([grads, await weights(one)]);
  }
  expect(differing(results[0][0], results[1][0])).toBe(0);
  expect(differing(results[0][1], results[1][1])).toBe(0);
  await again.load(config, null, 0);
});

test('a vocabulary and rows in slices: the gradients of one piece', async () => {
  const model: ModelConfig = { ...config, vocab_size: 1032, max_position_embeddings: 64 }, { tensors } = weightsOf(model, 3), batch = variedBatch([40, 64, 30], model.vocab_size, 4);
  await engine.load(model, tensors, 0);
  const one = await engine.inspect(batch, supervised), { limits } = gpu.memory;
  try {
    gpu.memory.limits = { ...limits, binding: 32 * 1024, buffer: 80 * 1024 };
    const choice = choose(gpu, model, { precision: 'f16' });
    expect(choice.shape.slices.length).toBeGreaterThan(2);
    expect(choice.shards.length).toBeGreaterThan(2);
    await engine.load(model, tensors, 0);
    const many = await engine.inspect(batch, supervised);
    expect(relativeError(many.logits, one.logits)).toBeLessThan(1e-6);
    for (const [i, { name, data }] of many.named.entries()) expect(relativeError(data, one.named[i].data, 1e-3), name).toBeLessThan(1e-3);
  } finally {
    gpu.memory.limits = limits;
  }
  await engine.load(config, null, 0);
});

test.each<[string, ModelConfig]>([
  ['demo: the 0.1M starter', modelConfig({ ...presetSettings('demo'), modelSize: '107k' }, 512)],
  ['overnight: a new model', modelConfig(presetSettings('overnight'), 2048)],
])('%s: memory is foretold, with less of it for activations', async (_, model) => {
  const own = await openEngine(), half = new Engine(own.gpu, { precision: 'f16' });
  const { uses } = choose(own.gpu, model, { precision: 'f16' }), full = choose(own.gpu, model);
  const of = (all: typeof uses, purpose: string): number => all.find((use) => use.purpose === purpose)!.bytes;
  await half.load(model, null, 0);
  await half.step(variedBatch([9, 20], 67, 0), supervised);
  await half.score({ sequences: [Int32Array.of(1, 2, 3)], temperature: 1, model: 'policy' });
  // What plans keep of their dispatches' sizes is small and known only when they are made.
  for (const { purpose, bytes } of half.memory().filter(use => use.purpose !== 'parameters')) expect(Math.abs(of(uses, purpose) / bytes - 1), purpose).toBeLessThan(0.05);
  expect(Math.abs(total(uses) / own.gpu.memory.bytes - 1)).toBeLessThan(0.05);
  expect(of(uses, 'weights') / of(full.uses, 'weights')).toBeCloseTo(1.5, 1);
  expect(of(uses, 'activations')).toBeLessThan(0.98 * of(full.uses, 'activations'));
  await half.close();
  expect(own.gpu.memory.bytes).toBe(0);
});

test('a curve of 20 steps beside that of f32', async () => {
  const { tensors } = weightsOf(config, 4, 0.1), rows = [0, 1, 2].map((s) => Array.from({ length: 40 }, (_, t) => (t * (s + 3) + s) % 31)), losses: number[][] = [];
  for (const one of [engine, plain]) {
    await one.load(config, tensors, 0);
    const curve: number[] = [];
    for (let k = 0; k < 20; k++) curve.push((await one.step(meanBatch(rows), { ...settings, learningRate: 0.005 })).loss);
    losses.push(curve);
  }
  const [half, full] = losses;
  expect(full[19]).toBeLessThan(0.5 * full[0]);
  expect(Math.max(...half.map((loss, k) => Math.abs(loss - full[k])))).toBeLessThan(5e-3);
  expect(half).not.toEqual(full);
});

/** The engine's state with another loss scale. */
const scaled = async (state: TrainerState, lossScale: number, lossScaleSteps = 0): Promise<void> => engine.restore({ ...state, lossScale, lossScaleSteps });

describe('the loss scale', () => {
  const batch = variedBatch([17, 31], config.vocab_size, 0), { tensors, parameters } = weightsOf(config, 4);

  test('gradients that half precision loses arrive with it', async () => {
    // A loss so small that its gradients by the logits are below the smallest half.
    const faint: Batch = { ...batch, weight: batch.weight.map((w) => w * 1e-6) }, head = 'model.layers.1.mlp.down_proj.weight';
    const want = lossReference(config, parameters, faint, supervised).gradients.get(head)!;
    await engine.load(config, tensors, 0);
    const state = await engine.snapshot(), errors: number[] = [];
    for (const scale of [1, 1024, 65536]) {
      await scaled(state, scale);
      const { named } = await engine.inspect(faint, supervised);
      errors.push(apart(named.find(({ name }) => name === head)!.data, want));
    }
    expect(errors[0]).toBeGreaterThan(0.5);
    expect(errors[2]).toBeLessThan(GRADIENTS);
    expect(errors[1]).toBeLessThan(errors[0]);
  });

  test('starts at 1,024, and is no part of what is reported', async () => {
    await engine.load(config, tensors, 0);
    await plain.load(config, tensors, 0);
    const [half, full] = [await engine.step(batch, settings), await plain.step(batch, settings)];
    expect(half.lossScale).toBe(1024);
    expect(full).not.toHaveProperty('lossScale');
    expect(relativeError([half.loss, half.gradNorm], [full.loss, full.gradNorm])).toBeLessThan(VALUES);
    expect(await engine.snapshot()).toMatchObject({ lossScale: 1024, lossScaleSteps: 1 });
    expect(await plain.snapshot()).not.toHaveProperty('lossScale');
  });

  test('too high it is halved with the weights untouched, step by step, until one is taken', async () => {
    await engine.load(config, tensors, 0);
    const loud: Batch = { ...batch, weight: batch.weight.map((w) => w * 1e4) }, before = await weights(), steps = [];
    await scaled(await engine.snapshot(), 65536, 7);
    for (let k = 0; k < 16 && steps.at(-1)?.finite !== true; k++) {
      steps.push(await engine.step(loud, settings));
      if (!steps.at(-1)!.finite) expect(differing(await weights(), before)).toBe(0);
    }
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.length).toBeLessThan(16);
    steps.forEach(({ finite, lossScale }, k) => {
      const last = k === steps.length - 1;
      expect([finite, lossScale]).toEqual([last, 65536 / 2 ** (last ? k : k + 1)]);
    });
    expect(differing(await weights(), before)).toBeGreaterThan(0);
    expect(await engine.snapshot()).toMatchObject({ optimizerStep: 1, lossScale: steps.at(-1)!.lossScale, lossScaleSteps: 1 });
  });

  test('after 200 finite steps in a row it doubles, and the step that does so is divided by the old one', async () => {
    await engine.load(config, tensors, 0);
    const start = await engine.snapshot(), ends: Float32Array[] = [];
    for (const steps of [199, 0]) {
      await scaled(start, 512, steps);
      expect((await engine.step(batch, settings)).lossScale).toBe(steps === 199 ? 1024 : 512);
      ends.push(await weights());
    }
    expect(differing(ends[0], ends[1])).toBe(0);
    await scaled(start, 512, 199);
    await engine.step(batch, settings);
    expect(await engine.snapshot()).toMatchObject({ lossScale: 1024, lossScaleSteps: 0 });
    await scaled(start, 65536, 199);
    expect((await engine.step(batch, settings)).lossScale).toBeLessThanOrEqual(65536);
  });

  test('a batch that is never finite brings it to 1 and no further', async () => {
    await engine.load(config, tensors, 0);
    const bad: Batch = { ...batch, advantage: batch.advantage.map((a, t) => (batch.weight[t] === 0 ? a : NaN)) };
    await scaled(await engine.snapshot(), 4);
    const seen = [];
    for (let k = 0; k < 4; k++) seen.push((await engine.step(bad, settings)).lossScale);
    expect(seen).toEqual([2, 1, 1, 1]);
    expect((await engine.step(batch, settings)).finite).toBe(true);
  });

  test('a run goes on from a snapshot with the same bits; one without a scale starts anew', async () => {
    await engine.load(config, tensors, 0);
    await scaled(await engine.snapshot(), 512, 197);
    const run = async (from: number, to: number): Promise<void> => { for (let k = from; k < to; k++) await engine.step(variedBatch([17, 31, 5], config.vocab_size, k), settings); };
    await run(0, 2);
    const middle = await engine.snapshot();
    await run(2, 5);
    const end = await engine.snapshot();
    await run(5, 6);
    await engine.restore(middle);
    await run(2, 5);
    const again = await engine.snapshot();
    expect(differing(again.weights, end.weights)).toBe(0);
    expect(again).toMatchObject({ lossScale: 1024, lossScaleSteps: 2, optimizerStep: 5 });
    const { lossScale: _, lossScaleSteps: __, ...old } = middle;
    await engine.restore(old);
    expect(await engine.snapshot()).toMatchObject({ lossScale: 1024, lossScaleSteps: 0 });
  });
});

test('the precision is a wish like any other: it holds from the next load or restore on', async () => {
  const own = new Engine(gpu), { tensors } = weightsOf(config, 4), batch = variedBatch([17, 31], config.vocab_size, 0);
  await own.load(config, tensors, 0);
  const state = await own.snapshot(), full = await own.step(batch, settings);
  await own.restore(state);
  await own.prefer({ precision: 'f16' });
  expect(await own.step(batch, settings)).toEqual(full);
  await own.restore(state);
  expect((await own.step(batch, settings)).lossScale).toBe(1024);
  await own.prefer({ precision: 'f32' });
  await own.restore(state);
  expect(await own.step(batch, settings)).toEqual(full);
  await own.load(config, null, 0);
});
