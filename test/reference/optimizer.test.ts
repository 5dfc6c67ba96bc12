/** Gradient norm, clipping, AdamW and drawing: values computed by hand or by the defining formula. */
import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/rng';
import { adamwStep } from './adamw';
import { clipFactor, gradnormForward } from './gradnorm';
import { sampleForward, type SampleSettings } from './sample';

describe('gradnorm', () => {
  test('one vector across arrays', () => {
    expect(gradnormForward([Float64Array.of(3), Float64Array.of(0, 4)])).toBe(5);
    expect(gradnormForward([])).toBe(0);
  });
  test('clips above the limit only; 0 is off', () => {
    expect(clipFactor(5, 1)).toBeCloseTo(1 / 5.000001, 15);
    expect(clipFactor(0.5, 1)).toBe(1);
    expect(clipFactor(1e9, 0)).toBe(1);
  });
});

describe('adamw', () => {
  const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5 };
  test('the first step is lr * sign of the gradient, after decay on matrices only', () => {
    for (const [rank, decayed] of [[2, 0.95], [1, 1]]) {
      const weight = Float64Array.of(1, 1), m = new Float64Array(2), v = new Float64Array(2);
      adamwStep(weight, Float64Array.of(4, -0.01), m, v, rank, 1, 0.5, settings);
      expect(weight[0]).toBeCloseTo(decayed - 0.1, 6);
      expect(weight[1]).toBeCloseTo(decayed + 0.1, 6);
      expect(m[0]).toBeCloseTo(0.2, 14);
      expect(v[0]).toBeCloseTo(0.004, 14);
    }
  });
  test('second step by hand', () => {
    const weight = Float64Array.of(0), m = Float64Array.of(0.1), v = Float64Array.of(0.001);
    adamwStep(weight, Float64Array.of(-2), m, v, 1, 2, 1, settings);
    const mhat = (0.09 - 0.2) / 0.19, vhat = (0.000999 + 0.004) / (1 - 0.998001);
    expect(weight[0]).toBeCloseTo(-0.1 * mhat / (Math.sqrt(vhat) + 1e-8), 14);
  });
});

describe('sample', () => {
  const plain: SampleSettings = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  const logits = [0.1, 0.4, 0.2, 0.3].map((p) => Math.log(p) + 3);
  test('inverse CDF in id order', () => {
    expect([0, 0.0999, 0.1001, 0.4999, 0.5001, 0.6999, 0.7001, 0.9999].map((u) => sampleForward(logits, [], u, plain).id)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(sampleForward(logits, [], 0.2, plain).logp).toBeCloseTo(Math.log(0.4), 12);
  });
  test('filters keep the sets they are defined to keep', () => {
    const kept = (change: Partial<SampleSettings>): number[] => sampleForward(logits, [], 0.5, { ...plain, ...change }).kept;
    expect(kept({ topK: 2 })).toEqual([1, 3]);
    expect(kept({ topP: 0.69 })).toEqual([1, 3]);
    expect(kept({ topP: 0.71 })).toEqual([1, 2, 3]);
    expect(kept({ topK: 3, topP: 0.5 })).toEqual([1, 3]);
    expect(kept({ minP: 0.51 })).toEqual([1, 3]);
    expect(kept({ minP: 0.49 })).toEqual([1, 2, 3]);
    expect(kept({ topP: 1e-9 })).toEqual([1]);
    // At temperature 0.5 the masses are squared: 0.01, 0.16, 0.04, 0.09 of 0.30.
    expect(kept({ temperature: 0.5, minP: 0.26 })).toEqual([1, 3]);
  });
  test('the penalty divides positive and multiplies negative scores, and leaves the reported log-probability alone', () => {
    const settings = { ...plain, temperature: 0, repetitionPenalty: 2 };
    expect(sampleForward([1.5, 1, -1], [0, 0], 0, settings)).toMatchObject({ id: 1 });
    expect(sampleForward([-1.5, -1, -1.2], [1], 0, settings).id).toBe(2);
    expect(sampleForward([2, 2, 1], [], 0, settings).id).toBe(0);
    const logp = sampleForward([1.5, 1, -1], [0], 0, settings).logp;
    expect(logp).toBeCloseTo(1 - Math.log(Math.exp(1.5) + Math.exp(1) + Math.exp(-1)), 12);
  });
  test('20,000 draws follow the filtered distribution', () => {
    const random = createRng(5), counts = new Float64Array(4), n = 20000;
    for (let i = 0; i < n; i++) counts[sampleForward(logits, [], random(), { ...plain, topK: 3 }).id]++;
    const expected = [0, 4 / 9, 2 / 9, 3 / 9];
    expected.forEach((p, id) => expect(Math.abs(counts[id] / n - p)).toBeLessThan(4 * Math.sqrt(p * (1 - p) / n) + 1e-12));
  });
});
