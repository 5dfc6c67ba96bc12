/** The policy kernel against the f64 reference for every ratio, clip and KL mode; tolerance 1e-5 of the largest element. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TRACE, packHyper, policyForward } from '../../src/gpu/ops/policy';
import type { UpdateSettings } from '../../src/types';
import { supervised } from '../fixtures/engine/read';
import { normals, relativeError } from '../reference/finite_difference';
import { policyForwardBackward, type PolicyOutput } from '../reference/policy';
import { Bench, columns, ROWS, segments, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 1e-5;

interface Case { rows: number; spread: number; settings: Partial<UpdateSettings>; onPolicy?: boolean; scale?: number }

/** Runs kernel and reference on the same rows. Row r of the kernel predicts token r+1, so the reference sees everything one place later. */
async function compare({ rows, spread, settings, onPolicy = false, scale = 0 }: Case): Promise<{ want: PolicyOutput; totals: Float32Array; dstat: Float32Array }> {
  const all = { ...supervised, ...settings }, { table, offsets } = segments(rows, 9, 5), normal = normals(rows * 31 + spread * 10);
  const logp = singles(rows, normal).map((x) => -0.5 - Math.abs(x)), entropy = singles(rows, normal).map(Math.abs);
  const old = logp.map((x) => Math.fround(x + spread * normal())), ref = logp.map((x) => Math.fround(x + spread * normal()));
  const advantage = singles(rows, normal), weight = new Float64Array(rows).map((_, r) => Math.fround(r % 3 === 1 ? 0 : (1 + r % 4) / rows));
  // The last row of a segment predicts nothing.
  for (const end of offsets.slice(1)) weight[end - 1] = 0;
  const capacity = rows + 2, pad = (x: Float64Array, width: number): number[] => [...x, ...new Float64Array(2 * width).fill(9)];
  const dstat = bench.out(capacity * 2), totals = bench.f32(new Float32Array(8)), trace = bench.out(capacity * TRACE);
  await bench.run((plan) => policyForward(plan, {
    live: bench.live(rows), hyper: bench.uniform(packHyper(all, !onPolicy, true)), token: bench.u32([...table, ...new Uint32Array(8)]),
    signal: bench.f32(pad(sideBySide(rows, weight, advantage, old, ref), 4)), stat: bench.f32(pad(sideBySide(rows, logp, entropy, new Float64Array(rows), new Float64Array(rows)), 4)),
    mean_log: bench.out(capacity), dstat, terms: bench.f32(new Float32Array(capacity * 8).fill(9)), totals, state: bench.f32([0, 1, 0, 1, 0, 0, scale, 0]), trace,
  }, capacity));
  const want = policyForwardBackward({ logp, entropy, weight, advantage, old: onPolicy ? undefined : old, ref, offsets }, all);
  const scaled = await bench.read(dstat), got = scaled.map((x) => x / Math.max(1, scale));
  expect(relativeError(columns(got, 2, 0, 1).slice(0, rows), want.dlogp)).toBeLessThan(TOLERANCE);
  expect(relativeError(columns(got, 2, 1, 1).slice(0, rows), want.dentropy)).toBeLessThan(TOLERANCE);
  const traced = await bench.read(trace), column = (c: number): Float64Array => columns(traced, TRACE, c, 1).slice(0, rows), trained = weight.map((w) => (w === 0 ? 0 : 1));
  const wanted = [logp.map((x, r) => x * trained[r]), entropy.map((x, r) => x * trained[r]), want.ratios, want.terms, want.dlogp.map((x) => -x)];
  wanted.forEach((values, c) => expect(relativeError(column(c), values), `trace ${c}`).toBeLessThan(TOLERANCE));
  expect(Array.from(column(5))).toEqual(Array.from(want.held));
  const sums = await bench.read(totals), n = want.trainedTokens;
  expect(sums[4]).toBe(n);
  // A sum of n terms of either sign: the tolerance is of their size, not of what is left of them.
  expect(Math.abs(sums[0] - want.loss)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(want.loss)));
  expect(relativeError([sums[1], sums[2], sums[3]], [want.entropy * n, want.kl * n, want.ratioMean * n])).toBeLessThan(TOLERANCE);
  return { want, totals: sums, dstat: scaled };
}

const clip: Partial<UpdateSettings> = { clip: 'min', epsilonLow: 0.2, epsilonHigh: 0.28 };

test.each(ROWS)('%i rows, clipped token ratio with k3 and entropy', async (rows) => {
  await compare({ rows, spread: 0.5, settings: { ...clip, ratio: 'token', kl: 'k3', klBeta: 0.1, entropyCoef: 0.02 } });
});

describe.each(['none', 'token', 'sequence', 'product'] as const)('ratio %s', (ratio) => {
  test.each(['none', 'min', 'cispo'] as const)('clip %s', async (mode) => {
    // CISPO weighs a ratio; without one the switch means nothing.
    if (ratio === 'none' && mode === 'cispo') return;
    const epsilonHigh = mode === 'cispo' ? 1.4 : 0.28;
    const { want, totals } = await compare({ rows: 131, spread: ratio === 'product' ? 0.15 : 0.6, settings: { ratio, clip: mode, epsilonLow: 0.2, epsilonHigh } });
    // For CISPO a token counts as clipped above the cap itself, as TRL counts it, and never below.
    if (mode !== 'none') expect([totals[5], totals[6]]).toEqual([want.clipLow * want.trainedTokens, want.clipHigh * want.trainedTokens].map(Math.round));
    if (mode === 'min' && ratio === 'token') {
      expect(Math.min(totals[5], totals[6])).toBeGreaterThan(0);
      // Some are held and some are not: the flag says something.
      const held = want.held.filter((x) => x === 1).length;
      expect(held).toBeGreaterThan(5);
      expect(held).toBeLessThan(want.trainedTokens - 5);
    }
  });
});

test.each(['k1', 'k2', 'k3'] as const)('KL %s alone', async (kl) => {
  await compare({ rows: 65, spread: 0.7, settings: { ratio: 'none', kl, klBeta: 0.3 } });
});

test('k3 past its cap of 10 has no gradient', async () => {
  const { want } = await compare({ rows: 65, spread: 6, settings: { ratio: 'none', kl: 'k3', klBeta: 0.3 } });
  expect(want.kl).toBeGreaterThan(2);
});

test('a loss scale multiplies the gradients, and nothing that is reported', async () => {
  const settings = { ...clip, ratio: 'token', kl: 'k3', klBeta: 0.1, entropyCoef: 0.02 } as const, one = await compare({ rows: 65, spread: 0.5, settings });
  const scaled = await compare({ rows: 65, spread: 0.5, settings, scale: 1024 });
  expect(Array.from(scaled.dstat.subarray(0, 130))).toEqual(Array.from(one.dstat.subarray(0, 130), (x) => x * 1024));
  expect(scaled.totals).toEqual(one.totals);
});

test('dual clip', async () => {
  await compare({ rows: 65, spread: 1, settings: { ...clip, ratio: 'token', dualClip: 1.5 } });
});

test('log ratios past 20 end there', async () => {
  await compare({ rows: 65, spread: 15, settings: { ratio: 'token', clip: 'none' } });
});

test('without old log-probabilities every ratio is 1 and no clip acts', async () => {
  for (const ratio of ['token', 'sequence', 'product'] as const) {
    const { want } = await compare({ rows: 65, spread: 1, settings: { ...clip, ratio }, onPolicy: true });
    expect(want.ratioMean).toBeCloseTo(1, 12);
    expect(want.clipHigh + want.clipLow).toBe(0);
  }
});

test('totals of several micro-batches add up', async () => {
  const totals = bench.f32(new Float32Array(8)), rows = 3;
  const at = {
    live: bench.live(rows), hyper: bench.uniform(packHyper(supervised, false, false)), token: bench.u32([0, 0, 0, 3, 0, 1, 0, 3, 0, 2, 0, 3]),
    signal: bench.f32([1, 2, 0, 0, 0.5, 1, 0, 0, 0, 0, 0, 0]), stat: bench.f32([-1, 3, 0, 0, -2, 1, 0, 0, 0, 0, 0, 0]),
    mean_log: bench.out(rows), dstat: bench.out(rows * 2), terms: bench.out(rows * 8), totals, state: bench.f32(new Float32Array(8)), trace: bench.out(rows * TRACE),
  };
  await bench.run((plan) => { policyForward(plan, at, rows); policyForward(plan, at, rows); });
  // Loss 1*2*1 + 0.5*1*2 = 3, entropy 4, ratio 2, trained 2; twice.
  expect(Array.from(await bench.read(totals))).toEqual([6, 8, 0, 4, 4, 0, 0, 0]);
});
