/** The reference against PyTorch's float64 autograd, to 1e-9: models, loss variants, AdamW, a 20-step training run. */
import { describe, expect, test } from 'vitest';
import { aggregationWeights, curve, losses, models, optimizer, pack, supervised, trainingSettings, variantSettings } from '../fixtures/engine/read';
import { adamwStep } from './adamw';
import { relativeError } from './finite_difference';
import { clipFactor, gradnormForward } from './gradnorm';
import { referenceState, stepReference } from './optimizer';
import { parameterShapes, type Parameters } from './parameters';
import { lossReference } from './transformer';

const TOLERANCE = 1e-9;

function toParameters(data: Record<string, number[]>): Parameters {
  return new Map(Object.entries(data).map(([name, values]) => [name, Float64Array.from(values)]));
}

describe.each(Object.entries(models))('%s', (_, fixture) => {
  const { tokens, offsets } = pack(fixture.rows), weights = toParameters(fixture.parameters);
  const result = lossReference(fixture.config, weights,
    { tokens, offsets, weight: fixture.weight.flat(), advantage: fixture.advantage.flat() },
    { ...supervised, entropyCoef: fixture.entropy_coef, temperature: fixture.temperature });

  test('logits, log-probabilities, entropies, loss', () => {
    const V = fixture.config.vocab_size;
    fixture.logits.forEach((logits, i) => {
      const end = offsets[i + 1] * V;
      expect(relativeError(result.logits.slice(end - logits.length, end), logits)).toBeLessThan(TOLERANCE);
    });
    expect(relativeError(result.logps, fixture.logps.flat())).toBeLessThan(TOLERANCE);
    expect(relativeError(result.entropies, fixture.entropies.flat())).toBeLessThan(TOLERANCE);
    expect(relativeError([result.loss], [fixture.loss])).toBeLessThan(TOLERANCE);
  });

  test('the gradient of every parameter, by name', () => {
    expect(Array.from(result.gradients.keys()).sort()).toEqual(Object.keys(fixture.gradients).sort());
    expect(parameterShapes(fixture.config).map((p) => p.name)).toEqual(Object.keys(fixture.parameters));
    // The floor serves the key bias: a shift of all keys changes little, but its gradient is not exactly 0 under RoPE.
    for (const [name, gradient] of result.gradients) expect(relativeError(gradient, fixture.gradients[name], 1e-3), name).toBeLessThan(TOLERANCE);
  });
});

describe('loss variants', () => {
  const { config, parameters } = models[losses.model], { tokens, offsets } = pack(losses.rows);
  test.each(Object.entries(losses.variants))('%s', (_, v) => {
    const result = lossReference(config, toParameters(parameters), {
      tokens, offsets, weight: aggregationWeights(losses, v.aggregation), advantage: losses.rows.flatMap((row, i) => row.map(() => v.advantages[i])),
      oldLogps: losses.old.flat(), refLogps: losses.ref.flat(),
    }, variantSettings(v, losses.temperature));
    expect(relativeError([result.loss], [v.loss])).toBeLessThan(TOLERANCE);
    expect(relativeError([gradnormForward(result.gradients.values())], [v.grad_norm])).toBeLessThan(TOLERANCE);
    expect(relativeError([result.entropy], [v.entropy])).toBeLessThan(TOLERANCE);
    if (v.kl !== 'none') expect(relativeError([result.kl], [v.kl_value!])).toBeLessThan(TOLERANCE);
    for (const [name, probe] of Object.entries(v.probes)) expect(relativeError(result.gradients.get(name)!, probe, 1e-3), name).toBeLessThan(TOLERANCE);
  });
});

test('AdamW: five steps, some clipped', () => {
  const settings = trainingSettings(optimizer.settings), weights = optimizer.start.map((x) => Float64Array.from(x));
  const m = weights.map((w) => new Float64Array(w.length)), v = weights.map((w) => new Float64Array(w.length));
  const factors = optimizer.steps.map((step, k) => {
    const gradients = step.gradients.map((g) => Float64Array.from(g)), norm = gradnormForward(gradients), factor = clipFactor(norm, settings.maxGradNorm);
    expect(relativeError([norm], [step.norm])).toBeLessThan(TOLERANCE);
    weights.forEach((w, i) => adamwStep(w, gradients[i], m[i], v[i], optimizer.ranks[i], k + 1, factor, settings));
    weights.forEach((w, i) => expect(relativeError(w, step.weights[i])).toBeLessThan(TOLERANCE));
    return factor;
  });
  expect(factors[0]).toBe(1);
  expect(factors[4]).toBeLessThan(0.2);
});

test('20 training steps: losses, gradient norms, final weights', () => {
  const { config, parameters } = models[curve.model], settings = { ...trainingSettings(curve.settings), temperature: curve.temperature };
  const state = referenceState(toParameters(parameters));
  const steps = curve.losses.map((_, k) => {
    const rows = curve.batches[k % 2], count = rows.reduce((n, row) => n + row.length - 1, 0);
    const batch = { ...pack(rows), weight: rows.flatMap((row) => row.map((_, t) => (t === 0 ? 0 : 1 / count))), advantage: rows.flat().map(() => 1) };
    return stepReference(config, state, batch, settings);
  });
  expect(relativeError(steps.map((s) => s.loss), curve.losses)).toBeLessThan(TOLERANCE);
  expect(relativeError(steps.map((s) => s.gradNorm), curve.norms)).toBeLessThan(TOLERANCE);
  for (const [name, values] of Object.entries(curve.final)) expect(relativeError(state.weights.get(name)!, values), name).toBeLessThan(TOLERANCE);
});
