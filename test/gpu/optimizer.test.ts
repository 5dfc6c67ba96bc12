/** The gradient norm and AdamW kernels against the f64 reference and PyTorch's trajectory; tolerance 2e-6. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adamwUpdate } from '../../src/gpu/ops/adamw';
import { gradNorm, SQUARES } from '../../src/gpu/ops/gradnorm';
import { packHyper } from '../../src/gpu/ops/policy';
import type { View } from '../../src/gpu/plan';
import type { UpdateSettings } from '../../src/types';
import { optimizer, supervised, trainingSettings } from '../fixtures/engine/read';
import { adamwStep } from '../reference/adamw';
import { normals, relativeError } from '../reference/finite_difference';
import { clipFactor, gradnormForward } from '../reference/gradnorm';
import { Bench, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 2e-6;

/** Norm, clip and update of one arena. */
async function update(at: { weights: View; grads: View; m: View; v: View; state: View }, length: number, decayed: number, settings: UpdateSettings, loss = 0): Promise<void> {
  const hyper = bench.uniform(packHyper(settings, false, false)), { weights, grads, m, v, state } = at;
  await bench.run((plan) => {
    gradNorm(plan, { hyper, grads: [grads], squares: bench.out(SQUARES), totals: bench.f32([loss, 0, 0, 0, 0, 0, 0, 0]), state });
    adamwUpdate(plan, { hyper, weights, grads, m, v, state }, length, decayed);
  });
}

// 1, around the workgroup, around the 4096 combs of the norm.
test.each([1, 63, 64, 65, 131, 4095, 4097, 10007])('%i parameters, three steps', async (length) => {
  const settings = { ...supervised, learningRate: 0.01, weightDecay: 0.2, maxGradNorm: 2 }, normal = normals(length), decayed = Math.floor(length / 2);
  const weight = singles(length, normal), m = new Float64Array(length), v = new Float64Array(length), state = bench.f32(new Float32Array(8));
  const at = { weights: bench.f32(weight), m: bench.f32(m), v: bench.f32(v), state };
  for (let step = 1; step <= 3; step++) {
    const g = singles(length, normal, step / Math.sqrt(length)), norm = gradnormForward([g]), factor = clipFactor(norm, 2);
    await update({ ...at, grads: bench.f32(g) }, length, decayed, settings);
    adamwStep(weight.subarray(0, decayed), g.subarray(0, decayed), m.subarray(0, decayed), v.subarray(0, decayed), 2, step, factor, settings);
    adamwStep(weight.subarray(decayed), g.subarray(decayed), m.subarray(decayed), v.subarray(decayed), 1, step, factor, settings);
    const got = await bench.read(state);
    expect(Array.from(got.subarray(0, 2))).toEqual([step, 1]);
    expect(relativeError([got[2], got[3]], [norm, factor])).toBeLessThan(TOLERANCE);
  }
  expect(relativeError(await bench.read(at.weights), weight)).toBeLessThan(TOLERANCE);
  expect(relativeError(await bench.read(at.m), m)).toBeLessThan(TOLERANCE);
  expect(relativeError(await bench.read(at.v), v)).toBeLessThan(TOLERANCE);
});

describe('gradients multiplied by a loss scale', () => {
  const state = (steps: number, scale: number, count: number): number[] => [steps, 1, 0, 1, 0, 0, scale, count];

  // A power of two changes no bit of what is divided by it.
  test.each([0.5, 0])('the bits of an update without it, norms clipped to %d', async (maxGradNorm) => {
    const length = 131, normal = normals(7), weight = singles(length, normal), g = singles(length, normal), settings = { ...supervised, learningRate: 0.01, weightDecay: 0.2, maxGradNorm };
    const results: number[][] = [];
    for (const scale of [0, 1, 1024]) {
      const at = { weights: bench.f32(weight), m: bench.f32(new Float64Array(length)), v: bench.f32(new Float64Array(length)), state: bench.f32(state(3, scale, 5)) };
      await update({ ...at, grads: bench.f32(g.map((x) => x * Math.max(1, scale))) }, length, 64, settings);
      const [taken, finite, norm, factor, , , now, count] = await bench.read(at.state);
      expect([taken, finite, now, count]).toEqual([4, 1, scale, scale ? 6 : 5]);
      results.push([norm, factor * Math.max(1, scale), ...await bench.read(at.weights), ...await bench.read(at.m), ...await bench.read(at.v)]);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  // Steps taken, finite, scale and count of a step; the update itself still divides by the old scale.
  test.each<[string, number, number[], number[]]>([
    ['200 in a row double it', 2, state(0, 512, 199), [1, 1, 1024, 0]],
    ['199 do not', 2, state(0, 512, 198), [1, 1, 512, 199]],
    ['65,536 is the most', 2, state(0, 65536, 199), [1, 1, 65536, 0]],
    ['one that is not finite halves it', NaN, state(9, 512, 150), [9, 0, 256, 0]],
    ['so does an infinite one', Infinity, state(9, 2, 0), [9, 0, 1, 0]],
    ['1 is the least', NaN, state(9, 1, 3), [9, 0, 1, 0]],
    ['where there is none it stays away', NaN, state(9, 0, 0), [9, 0, 0, 0]],
  ])('%s', async (_, gradient, before, after) => {
    const at = { weights: bench.f32([1]), m: bench.f32([0]), v: bench.f32([0]), state: bench.f32(before) };
    await update({ ...at, grads: bench.f32([gradient]) }, 1, 1, { ...supervised, learningRate: 0.5, maxGradNorm: 0, beta1: 0 });
    const got = await bench.read(at.state);
    expect([got[0], got[1], got[6], got[7]]).toEqual(after);
    expect((await bench.read(at.m))[0]).toBe(Number.isFinite(gradient) ? gradient / before[6] : 0);
  });
});

test('PyTorch\'s five steps, some clipped', async () => {
  const settings = trainingSettings(optimizer.settings), start = optimizer.start.flat(), length = start.length;
  const at = { weights: bench.f32(start), m: bench.f32(new Float32Array(length)), v: bench.f32(new Float32Array(length)), state: bench.f32(new Float32Array(8)) };
  for (const step of optimizer.steps) {
    await update({ ...at, grads: bench.f32(step.gradients.flat()) }, length, optimizer.start[0].length, settings);
    expect(relativeError(await bench.read(at.weights), step.weights.flat())).toBeLessThan(5e-6);
  }
});

// Parts that begin inside a comb of the norm, and one that ends at a whole number of combs.
test.each([[[64, 4096, 1]], [[4096, 64]], [[5000, 5000, 7]], [[1, 63, 9999]]])('an arena in parts of %j: the same bits as whole', async (lengths) => {
  const length = lengths.reduce((a, b) => a + b), data = singles(length, normals(length)), start = (i: number): number => lengths.slice(0, i).reduce((a, b) => a + b, 0);
  const run = async (grads: View[]): Promise<number[]> => {
    const state = bench.f32(new Float32Array(8)), squares = bench.out(SQUARES), hyper = bench.uniform(packHyper({ ...supervised, maxGradNorm: 2 }, false, false));
    await bench.run((plan) => gradNorm(plan, { hyper, grads, squares, totals: bench.f32(new Float32Array(8)), state }));
    return [...await bench.read(state), ...await bench.read(squares)];
  };
  const parts = await run(lengths.map((n, i) => bench.f32(data.subarray(start(i), start(i) + n)))), whole = await run([bench.f32(data)]);
  expect(parts).toEqual(whole);
  expect(relativeError([whole[2]], [gradnormForward([data])])).toBeLessThan(TOLERANCE);
});

describe('a step that is not finite leaves weights, moments and the count alone', () => {
  test.each([['NaN gradient', NaN, 0], ['infinite gradient', Infinity, 0], ['gradient whose square overflows', 1e30, 0], ['NaN loss', 1, NaN]])('%s', async (_, bad, loss) => {
    const start = [1, -2, 3], at = { weights: bench.f32(start), grads: bench.f32([0.1, bad, 0.2]), m: bench.f32([1, 1, 1]), v: bench.f32([2, 2, 2]), state: bench.f32([4, 1, 0, 0, 0, 0, 0, 0]) };
    await update(at, 3, 3, { ...supervised, learningRate: 1, maxGradNorm: 1 }, loss);
    expect(Array.from(await bench.read(at.weights))).toEqual(start);
    expect(Array.from(await bench.read(at.m))).toEqual([1, 1, 1]);
    expect(Array.from(await bench.read(at.v))).toEqual([2, 2, 2]);
    expect(Array.from((await bench.read(at.state)).subarray(0, 2))).toEqual([4, 0]);
  });
});
