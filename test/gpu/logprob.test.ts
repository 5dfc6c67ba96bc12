/** The log-probability kernels against the f64 reference: values to 5e-6, gradients to 5e-6 of the largest element. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logprobBackward, logprobFinish, logprobForward, logprobForwardSlice } from '../../src/gpu/ops/logprob';
import { packHyper } from '../../src/gpu/ops/policy';
import { supervised } from '../fixtures/engine/read';
import { normals, relativeError } from '../reference/finite_difference';
import { logprobBackward as referenceBackward, logprobForward as referenceForward } from '../reference/logprob';
import { nextTokens } from '../reference/transformer';
import { BEFORE, Bench, columns, ROWS, segments, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 5e-6;
const hyper = (temperature: number) => bench.uniform(packHyper({ ...supervised, temperature }, false, false));

// On a processor a thread has a row; on a GPU a workgroup.
describe.each(['processor', 'GPU'])('%s', (kind) => {
  beforeAll(() => { bench.gpu.info.fallback = kind === 'processor'; });
  test.each([...ROWS.map((rows) => [rows, 17, 0.75]), [7, 2, 1], [5, 257, 1.5], [3, 64, 1], [2, 65, 1]])('%i rows, V %i, temperature %f', async (rows, V, temperature) => {
    const { table, ids, offsets } = segments(rows, 11, V), normal = normals(rows + V), capacity = rows + 2;
    const logits = singles(rows * V, normal, 3), dlogp = singles(rows, normal), dentropy = singles(rows, normal);
    const targets = nextTokens(ids, offsets);
    // A row that ends its segment predicts nothing: the loss gives it no gradient.
    targets.forEach((target, r) => { if (target < 0) dlogp[r] = dentropy[r] = 0; });
    const at = {
      live: bench.live(rows), hyper: hyper(temperature), token: bench.u32(table), stat: bench.out(capacity * 4),
      logits: bench.f32([...logits, ...new Float64Array(2 * V).fill(BEFORE)]),
    };
    const shape = { vocabulary: V, row0: 0, capacity };
    await bench.run((plan) => logprobForward(plan, at, shape));
    const stat = await bench.read(at.stat), want = referenceForward(logits, targets, temperature);
    const predicting = (x: ArrayLike<number>, width: number, column: number): number[] => Array.from(targets).flatMap((target, r) => (target < 0 ? [] : [x[r * width + column]]));
    expect(relativeError(predicting(stat, 4, 0), predicting(want.logp, 1, 0))).toBeLessThan(TOLERANCE);
    expect(relativeError(predicting(stat, 4, 1), predicting(want.entropy, 1, 0))).toBeLessThan(TOLERANCE);
    expect(relativeError(predicting(stat, 4, 2), predicting(want.lse, 1, 0))).toBeLessThan(TOLERANCE);
    targets.forEach((target, r) => { if (target < 0) expect(stat[r * 4]).toBe(0); });

    const { stat: made, ...rest } = at;
    await bench.run((plan) => logprobBackward(plan, { ...rest, stat: made, dstat: bench.f32([...sideBySide(rows, dlogp, dentropy), 0, 0, 0, 0]) }, shape));
    const wantLogits = new Float64Array(rows * V), got = await bench.read(at.logits);
    referenceBackward(wantLogits, dlogp, dentropy, logits, targets, want.entropy, want.lse, temperature);
    expect(relativeError(got.subarray(0, rows * V), wantLogits)).toBeLessThan(TOLERANCE);
    expect(got.subarray(rows * V).every((x) => x === BEFORE)).toBe(true);
    targets.forEach((target, r) => { if (target < 0) expect(got.subarray(r * V, (r + 1) * V).every((x) => x === 0)).toBe(true); });
  });

  describe('slices', () => {
    test('a slice of the rows gives what the whole gives, and writes only its own statistics', async () => {
      const rows = 70, V = 9, normal = normals(70), logits = singles(rows * V, normal), { table, ids, offsets } = segments(rows, 13, V), stat = bench.out(rows * 4);
      await bench.run((plan) => logprobForward(plan, {
        live: bench.live(rows), hyper: hyper(1), token: bench.u32(table), logits: bench.f32(logits.slice(64 * V)), stat,
      }, { vocabulary: V, row0: 64, capacity: 64 }));
      const got = await bench.read(stat), targets = nextTokens(ids, offsets), want = referenceForward(logits, targets, 1);
      expect(got.subarray(0, 64 * 4).every((x) => x === BEFORE)).toBe(true);
      expect(relativeError(columns(got, 4, 0, 1).slice(64), want.logp.slice(64))).toBeLessThan(TOLERANCE);
    });

    // The largest logit rises, falls, and stays in the first slice; ids of one slice, of three, of one each, and of more than a workgroup's threads.
    test.each([[[17]], [[5, 9, 3]], [[1, 1, 15]], [[64, 131, 5]], [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]])('ids in slices of %j', async (counts) => {
      const rows = 70, V = counts.reduce((a, b) => a + b, 0), temperature = 0.8, normal = normals(5), { table, ids, offsets } = segments(rows, 11, V), targets = nextTokens(ids, offsets);
      const logits = singles(rows * V, normal, 4), dlogp = singles(rows, normal), dentropy = singles(rows, normal);
      targets.forEach((target, r) => { if (target < 0) dlogp[r] = dentropy[r] = 0; });
      const firsts = counts.map((_, i) => counts.slice(0, i).reduce((a, b) => a + b, 0)), parts = counts.map((count, i) => bench.f32(columns(logits, V, firsts[i], count)));
      const shape = (i: number) => ({ vocabulary: counts[i], first: firsts[i], row0: 0, capacity: rows });
      const at = { live: bench.live(rows), hyper: hyper(temperature), token: bench.u32(table), stat: bench.out(rows * 4) };
      const dstat = bench.f32(sideBySide(rows, dlogp, dentropy));
      await bench.run((plan) => {
        parts.forEach((part, i) => logprobForwardSlice(plan, { ...at, logits: part }, shape(i)));
        logprobFinish(plan, { live: at.live, token: at.token, stat: at.stat }, shape(0));
      });
      const stat = await bench.read(at.stat), want = referenceForward(logits, targets, temperature);
      targets.forEach((target, r) => { if (target < 0) expect(stat[r * 4]).toBe(0); });
      const predicting = (x: ArrayLike<number>): number[] => Array.from(targets).flatMap((target, r) => (target < 0 ? [] : [x[r]]));
      expect(relativeError(predicting(columns(stat, 4, 0, 1)), predicting(want.logp))).toBeLessThan(TOLERANCE);
      expect(relativeError(predicting(columns(stat, 4, 1, 1)), predicting(want.entropy))).toBeLessThan(TOLERANCE);
      expect(relativeError(predicting(columns(stat, 4, 2, 1)), predicting(want.lse))).toBeLessThan(TOLERANCE);
      expect(columns(stat, 4, 3, 1).every((x) => x === 0)).toBe(true);
      await bench.run((plan) => parts.forEach((part, i) => logprobBackward(plan, { ...at, logits: part, dstat }, shape(i))));
      const wantLogits = new Float64Array(rows * V);
      referenceBackward(wantLogits, dlogp, dentropy, logits, targets, want.entropy, want.lse, temperature);
      const got = await Promise.all(parts.map(async (part) => Float64Array.from(await bench.read(part))));
      expect(relativeError(sideBySide(rows, ...got), wantLogits)).toBeLessThan(TOLERANCE);
    });

    test('logits of 1e4 stay finite, ids in slices too', async () => {
      const stat = bench.out(8), shape = (first: number, count: number) => ({ vocabulary: count, first, row0: 0, capacity: 2 });
      const at = { live: bench.live(2), hyper: hyper(1), token: bench.u32([0, 0, 0, 2, 3, 1, 0, 2]), stat };
      await bench.run((plan) => {
        logprobForwardSlice(plan, { ...at, logits: bench.f32([-1e4, 1e4, 0, 0]) }, shape(0, 2));
        logprobForwardSlice(plan, { ...at, logits: bench.f32([1e4, 1e4, 1e4, 0, 0, 0]) }, shape(2, 3));
        logprobFinish(plan, at, shape(0, 2));
      });
      const got = await bench.read(stat);
      expect(got[0]).toBeCloseTo(-Math.log(4), 5);
      expect(got[1]).toBeCloseTo(Math.log(4), 5);
    });

    test('logits of 1e4 stay finite', async () => {
      const V = 5, stat = bench.out(8);
      await bench.run((plan) => logprobForward(plan, {
        live: bench.live(2), hyper: hyper(1), token: bench.u32([0, 0, 0, 2, 3, 1, 0, 2]), logits: bench.f32([1e4, 1e4, 1e4, 1e4, -1e4, 0, 0, 0, 0, 0]), stat,
      }, { vocabulary: V, row0: 0, capacity: 2 }));
      const got = await bench.read(stat);
      expect(got[0]).toBeCloseTo(-Math.log(4), 5);
      expect(got[1]).toBeCloseTo(Math.log(4), 5);
    });
  });
});
