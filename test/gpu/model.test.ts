/**
 * The whole model on the GPU: against PyTorch's fixtures, against the f64 reference at odd sizes, over many micro-batches, and a training curve.
 * Tolerances are relative to the largest element of each tensor: values 2e-5, gradients 1e-4.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/model/engine';
import type { Gpu } from '../../src/gpu/device';
import type { Batch, UpdateSettings } from '../../src/types';
import { aggregationWeights, curve, losses, meanBatch, models, pack, supervised, trainingSettings, variantSettings } from '../fixtures/engine/read';
import { relativeError } from '../reference/finite_difference';
import { parameterShapes, type Parameters } from '../reference/parameters';
import { lossReference } from '../reference/transformer';
import { FAMILIES, oddConfig, openEngine, toTensors, variedBatch, weightsOf } from './engine_fixture';

let engine: Engine, gpu: Gpu;
beforeAll(async () => { ({ engine, gpu } = await openEngine()); });
afterAll(async () => { expect(gpu.failure).toBeNull(); await engine.close(); });

const VALUES = 2e-5, GRADIENTS = 1e-4;

const toParameters = (data: Record<string, number[]>): Parameters => new Map(Object.entries(data).map(([name, values]) => [name, Float64Array.from(values)]));

/** Loads a PyTorch fixture's weights. */
async function loadFixture(name: keyof typeof models): Promise<void> {
  const { config, parameters } = models[name];
  await engine.load(config, toTensors(config, toParameters(parameters)), 0);
}

describe.each(Object.keys(models) as (keyof typeof models)[])('PyTorch: %s', (name) => {
  test('logits, log-probabilities, entropies, loss, every gradient', async () => {
    const f = models[name], { tokens, offsets } = pack(f.rows), V = f.config.vocab_size;
    await loadFixture(name);
    const got = await engine.inspect(
      { tokens, offsets, weight: Float32Array.from(f.weight.flat()), advantage: Float32Array.from(f.advantage.flat()) },
      { ...supervised, entropyCoef: f.entropy_coef, temperature: f.temperature });
    f.logits.forEach((logits, i) => {
      const end = offsets[i + 1] * V;
      expect(relativeError(got.logits.slice(end - logits.length, end), logits)).toBeLessThan(VALUES);
    });
    expect(relativeError(got.logps, f.logps.flat())).toBeLessThan(VALUES);
    expect(relativeError(got.entropies, f.entropies.flat())).toBeLessThan(VALUES);
    expect(relativeError([got.metrics.loss], [f.loss], 0.1)).toBeLessThan(VALUES);
    expect(got.named.map((t) => t.name).sort()).toEqual(Object.keys(f.gradients).sort());
    for (const { name: parameter, data } of got.named) expect(relativeError(data, f.gradients[parameter], 1e-2), parameter).toBeLessThan(GRADIENTS);
  });
});

describe('PyTorch: loss variants', () => {
  beforeAll(() => loadFixture(losses.model));
  const { tokens, offsets } = pack(losses.rows);
  test.each(Object.entries(losses.variants))('%s', async (_, v) => {
    const got = await engine.inspect({
      tokens, offsets, weight: Float32Array.from(aggregationWeights(losses, v.aggregation)),
      advantage: Float32Array.from(losses.rows.flatMap((row, i) => row.map(() => v.advantages[i]))),
      oldLogps: Float32Array.from(losses.old.flat()), refLogps: Float32Array.from(losses.ref.flat()),
    }, variantSettings(v, losses.temperature));
    expect(relativeError([got.metrics.loss], [v.loss], 0.1)).toBeLessThan(VALUES);
    expect(relativeError([got.metrics.gradNorm], [v.grad_norm])).toBeLessThan(GRADIENTS);
    expect(relativeError([got.metrics.entropy], [v.entropy])).toBeLessThan(VALUES);
    if (v.kl !== 'none') expect(relativeError([got.metrics.kl], [v.kl_value!])).toBeLessThan(GRADIENTS);
    for (const [parameter, probe] of Object.entries(v.probes)) {
      expect(relativeError(got.named.find((t) => t.name === parameter)!.data, probe, 1e-2), parameter).toBeLessThan(GRADIENTS);
    }
  });
});

test('PyTorch: 20 training steps', async () => {
  await loadFixture(curve.model);
  const settings = { ...trainingSettings(curve.settings), temperature: curve.temperature };
  const steps = [];
  for (let k = 0; k < curve.losses.length; k++) steps.push(await engine.step(meanBatch(curve.batches[k % 2]), settings));
  steps.forEach((s, k) => {
    expect(Math.abs(s.loss - curve.losses[k]), `loss of step ${k}`).toBeLessThan(1e-3);
    expect(Math.abs(s.gradNorm - curve.norms[k]) / curve.norms[k], `norm of step ${k}`).toBeLessThan(5e-3);
    expect(s.finite).toBe(true);
  });
  const exported = await engine.exportTensors();
  for (const [name, values] of Object.entries(curve.final)) expect(relativeError(exported.find((t) => t.name === name)!.data, values), name).toBeLessThan(1e-3);
});

const policy: UpdateSettings = { ...supervised, ratio: 'token', clip: 'min', kl: 'k3', klBeta: 0.05, entropyCoef: 0.01, temperature: 0.9 };

/** The batch with old and reference log-probabilities a little off the current ones. */
function offPolicy(batch: Batch, logps: Float64Array): Batch {
  return { ...batch, oldLogps: Float32Array.from(logps, (x, t) => x + 0.3 * Math.sin(t * 2.7)), refLogps: Float32Array.from(logps, (x, t) => x + 0.2 * Math.cos(t * 1.3)) };
}

describe.each(FAMILIES)('reference: %s', (_, config) => {
  test('packed sequences of 1 to 65 tokens, clipped ratio, KL, entropy', async () => {
    const { parameters, tensors } = weightsOf(config, 5);
    await engine.load(config, tensors, 0);
    const plain = variedBatch([1, 2, 63, 64, 65, 7], config.vocab_size, 3);
    const batch = offPolicy(plain, lossReference(config, parameters, plain, supervised).logps);
    const want = lossReference(config, parameters, batch, policy), got = await engine.inspect(batch, policy);
    expect(relativeError(got.logits, want.logits)).toBeLessThan(VALUES);
    expect(relativeError(got.logps, want.logps)).toBeLessThan(VALUES);
    expect(relativeError([got.metrics.loss], [want.loss], 0.1)).toBeLessThan(VALUES);
    expect(got.metrics.trainedTokens).toBe(want.trainedTokens);
    expect(relativeError([got.metrics.clipLow, got.metrics.clipHigh], [want.clipLow, want.clipHigh])).toBeLessThan(1e-6);
    expect(parameterShapes(config).map((p) => p.name).sort()).toEqual(got.named.map((t) => t.name).sort());
    for (const { name, data } of got.named) expect(relativeError(data, want.gradients.get(name)!, 1e-4), name).toBeLessThan(GRADIENTS);
  });

  test('score gives the same log-probabilities, at another temperature too', async () => {
    const { parameters, tensors } = weightsOf(config, 6);
    await engine.load(config, tensors, 0);
    const batch = variedBatch([5, 1, 66, 2], config.vocab_size, 8);
    for (const temperature of [1, 0.6]) {
      const want = lossReference(config, parameters, batch, { ...supervised, temperature }).logps;
      const sequences = [0, 1, 2, 3].map((s) => batch.tokens.slice(batch.offsets[s], batch.offsets[s + 1]));
      const { logps } = await engine.score({ sequences, temperature, model: 'policy' });
      expect(logps.map((l) => l.length)).toEqual([5, 1, 66, 2]);
      expect(relativeError(logps.flatMap((l) => Array.from(l)), want)).toBeLessThan(VALUES);
    }
  });
});

describe('batches', () => {
  const config = oddConfig({ model_type: 'qwen3', qk_norm: true });

  test('more tokens than one micro-batch holds: the gradients add up', async () => {
    const small = { ...config, vocab_size: 17, hidden_size: 8, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 4 };
    const { parameters, tensors } = weightsOf(small, 9);
    await engine.load(small, tensors, 0);
    // Nine micro-batches of 2,048 on a software adapter, one more than a submit takes; five of 4,096 on a GPU.
    const batch = variedBatch(Array.from({ length: 650 }, (_, s) => 1 + (s * 17) % 53), small.vocab_size, 2);
    expect(batch.tokens.length).toBeGreaterThan(8.1 * 2048);
    const want = lossReference(small, parameters, batch, supervised), got = await engine.inspect(batch, supervised);
    expect(relativeError(got.logps, want.logps)).toBeLessThan(VALUES);
    for (const { name, data } of got.named) expect(relativeError(data, want.gradients.get(name)!, 1e-3), name).toBeLessThan(GRADIENTS);
    expect(relativeError([got.metrics.loss, got.metrics.entropy], [want.loss, want.entropy], 0.1)).toBeLessThan(VALUES);
    expect(got.metrics.trainedTokens).toBe(want.trainedTokens);
    const step = await engine.step(batch, { ...supervised, maxGradNorm: 1 });
    expect(relativeError([step.loss], [want.loss], 0.1)).toBeLessThan(VALUES);
    expect(relativeError([step.gradNorm], [Math.sqrt([...want.gradients.values()].reduce((sum, g) => sum + g.reduce((a, x) => a + x * x, 0), 0))])).toBeLessThan(GRADIENTS);
  });

  test('a vocabulary whose logits take several slices', async () => {
    const wide = { ...config, vocab_size: 4099, hidden_size: 4, intermediate_size: 4, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 4 };
    const { parameters, tensors } = weightsOf(wide, 12);
    // 16 MiB of logits are 960 rows of 4,099: this batch reaches into the second slice.
    const { limits } = gpu.memory;
    gpu.memory.limits = { ...limits, binding: 16 * 2 ** 20 };
    await engine.load(wide, tensors, 0);
    const batch = variedBatch(Array.from({ length: 25 }, (_, s) => 40 + s % 9), wide.vocab_size, 5);
    expect(batch.tokens.length).toBeGreaterThan(1000);
    const want = lossReference(wide, parameters, batch, supervised), got = await engine.inspect(batch, supervised);
    gpu.memory.limits = limits;
    expect(relativeError(got.logits, want.logits)).toBeLessThan(VALUES);
    expect(relativeError(got.logps, want.logps)).toBeLessThan(VALUES);
    for (const { name, data } of got.named) expect(relativeError(data, want.gradients.get(name)!, 1e-3), name).toBeLessThan(GRADIENTS);
  });

  test('a KL term without reference log-probabilities takes the current ones, detached', async () => {
    const { parameters, tensors } = weightsOf(config, 4);
    await engine.load(config, tensors, 0);
    const batch = variedBatch([17, 31], config.vocab_size, 0), settings: UpdateSettings = { ...supervised, kl: 'k3', klBeta: 0.5 };
    const want = lossReference(config, parameters, batch, settings), got = await engine.inspect(batch, settings);
    expect(want.kl).toBe(0);
    expect(got.metrics.kl).toBe(0);
    expect(relativeError([got.metrics.loss], [want.loss], 0.1)).toBeLessThan(VALUES);
  });

  test('masked sequences add exactly nothing to any gradient', async () => {
    await engine.load(config, weightsOf(config, 4).tensors, 0);
    const batch = variedBatch([33, 20], config.vocab_size, 1), noise = variedBatch([40, 9], config.vocab_size, 7);
    const padded: Batch = {
      tokens: Int32Array.of(...batch.tokens, ...noise.tokens), offsets: Int32Array.of(...batch.offsets, 53 + 40, 53 + 49),
      weight: Float32Array.of(...batch.weight, ...new Float32Array(49)), advantage: Float32Array.of(...batch.advantage, ...noise.advantage),
    };
    const alone = await engine.inspect(batch, supervised), together = await engine.inspect(padded, supervised);
    for (const { name, data } of alone.named) {
      const other = together.named.find((t) => t.name === name)!.data;
      // The embedding of an id that only padding holds stays exactly 0; everything else is bit for bit the same.
      expect(data.every((x, i) => x === other[i]), name).toBe(true);
    }
  });

  test('the same step twice gives the same bits; 3 + 3 steps through a snapshot give those of 6', async () => {
    const settings = { ...policy, learningRate: 0.01, maxGradNorm: 1 };
    const run = async (from: number, to: number): Promise<void> => {
      for (let k = from; k < to; k++) await engine.step(variedBatch([17, 31, 5], config.vocab_size, k), settings);
    };
    const weights = async (): Promise<number[]> => (await engine.exportTensors()).flatMap((t) => Array.from(t.data));
    const { tensors } = weightsOf(config, 4);
    await engine.load(config, tensors, 0);
    await run(0, 6);
    const six = await weights();
    await engine.load(config, tensors, 0);
    await run(0, 3);
    const half = await engine.snapshot();
    await run(3, 5);
    await engine.restore(half);
    await run(3, 6);
    // A count, not toEqual: a diff of thousands of numbers takes minutes to print.
    const again = await weights();
    expect(again.filter((x, i) => x !== six[i]).length).toBe(0);
    expect(again.length).toBe(six.length);
    expect((await engine.snapshot()).optimizerStep).toBe(6);
  });

  test('an advantage that is not a number changes nothing and is reported', async () => {
    const { tensors } = weightsOf(config, 4);
    await engine.load(config, tensors, 0);
    const batch = variedBatch([17, 31], config.vocab_size, 0);
    batch.advantage[9] = NaN;
    batch.weight[9] = 1;
    const settings = { ...supervised, learningRate: 0.01, maxGradNorm: 1 }, metrics = await engine.step(batch, settings);
    expect(metrics.finite).toBe(false);
    for (const { name, data } of await engine.exportTensors()) expect(data.every((x, i) => x === tensors.find((t) => t.name === name)!.data[i]), name).toBe(true);
    expect((await engine.step(variedBatch([17, 31], config.vocab_size, 0), settings)).finite).toBe(true);
    expect((await engine.snapshot()).optimizerStep).toBe(1);
  });

  test('refused batches say why, and leave the trainer able to go on', async () => {
    await engine.load(config, weightsOf(config, 4).tensors, 0);
    const good = variedBatch([17, 31], config.vocab_size, 0), bad = { ...good, tokens: good.tokens.map(() => 67) };
    // A step that never settles shows as a word here, not as a run that hangs.
    const bounded = (step: Promise<unknown>): Promise<unknown> => Promise.race([
      step.catch((error: unknown) => String(error)), new Promise((resolve) => setTimeout(() => resolve('stuck'), 20_000)),
    ]);
    // More refusals than there are staging buffers: none may be lost to them.
    for (let i = 0; i < 5; i++) expect(await bounded(engine.step(bad, supervised)), `refusal ${i}`).toMatch(/BadInput.*outside the vocabulary of 67/);
    expect(await bounded(engine.step({ ...good, weight: new Float32Array(48) }, supervised))).toMatch(/no trained token/);
    const settled = await bounded(engine.step(good, { ...supervised, maxGradNorm: 1 }));
    expect(settled).toMatchObject({ finite: true });
  });
});
