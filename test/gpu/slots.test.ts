/** Queries, keys and values of a decoding step against the f64 reference: the queries to their rows, keys and values to their slots' places, as floats and as halves. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ropeTable } from '../../src/gpu/ops/rope';
import { fusesProject, slotsProject } from '../../src/gpu/ops/slots';
import { normals } from '../reference/finite_difference';
import { matmulForward } from '../reference/matmul';
import { rmsnormForward } from '../reference/rmsnorm';
import { ropeForward } from '../reference/rope';
import { BEFORE, Bench, columns, expectWritten, sideBySide, singles } from './bench';
import { unpackHalves } from './half_words';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 2e-6, THETA = 1e4, EPS = 1e-5, PLACES = 7;

const cases = (['wide', 'thin'] as const).flatMap((kernel) => (['f32', 'f16'] as const).flatMap((precision) => [false, true].flatMap((biased) => (
  [[1, 8, 2, 1, 4], [3, 20, 4, 2, 8], [4, 12, 4, 4, 12], [5, 68, 3, 1, 8], [33, 20, 4, 1, 4], [65, 24, 6, 2, 12]] as const).map(
  (sizes) => [kernel, precision, biased ? 'bias' : 'no bias', ...sizes] as const))));

test.each(cases)('%s, %s, %s: %i rows, C %i, H %i, K %i, D %i', async (kernel, precision, biased, rows, C, H, K, D) => {
  const O = (H + 2 * K) * D, KD = K * D, slots = Math.ceil((rows + 3) / 16) * 16, capacity = slots, normal = normals(rows * 100 + C + D);
  const inp = singles(rows * C, normal), norm = singles(C, normal), weight = singles(O * C, normal), bias = singles(O, normal);
  // The rows have slots all over, a few of which nobody has, and positions all over.
  const active = Array.from({ length: rows }, (_, r) => (r * 7 + 2) % slots), place = (slot: number): number => (slot * 3 + 1) % PLACES;
  expect(new Set(active).size).toBe(rows);
  const state = new Uint32Array(slots * 5);
  for (let s = 0; s < slots; s++) state.set([9, place(s), 0, s * 2], s * 4);
  state.set(active, slots * 4);

  const q = bench.out(capacity * H * D), cache = bench.out(2 * slots * PLACES * KD / (precision === 'f16' ? 2 : 1));
  bench.gpu.tuner.force = kernel;
  await bench.run((plan) => slotsProject(plan, {
    live: bench.live(rows), inp: bench.f32(inp), norm: bench.f32(norm), weight: bench.f32(weight), ...(biased === 'bias' ? { bias: bench.f32(bias) } : {}),
    state: bench.u32(state), table: bench.f32(ropeTable(PLACES, D, THETA)), q, cache,
  }, { inner: C, cols: O, eps: EPS, capacity }, { queryHeads: H, keyHeads: K, headDim: D, positions: PLACES, slots }, precision));
  bench.gpu.tuner.force = null;

  const projected = matmulForward(rmsnormForward(inp, norm, EPS).out, weight, biased === 'bias' ? bias : null, C);
  const turned = ropeForward(columns(projected, O, 0, (H + K) * D), active.map(place), D, THETA), all = sideBySide(rows, turned, columns(projected, O, (H + K) * D, KD));
  expectWritten(await bench.read(q), columns(all, O, 0, H * D), TOLERANCE);

  const untouched = precision === 'f32' ? [BEFORE] : Array.from(unpackHalves(new Uint32Array(Float32Array.of(BEFORE).buffer)));
  const want = Float64Array.from({ length: 2 * slots * PLACES * KD }, (_, i) => untouched[i % untouched.length]), written = new Set<number>();
  active.forEach((slot, r) => {
    for (let side = 0; side < 2; side++) {
      for (let d = 0; d < KD; d++) {
        const at = ((side * slots + slot) * PLACES + place(slot)) * KD + d;
        want[at] = all[r * O + H * D + side * KD + d];
        written.add(at);
      }
    }
  });
  const got = precision === 'f32' ? await bench.read(cache) : unpackHalves(await bench.readU32(cache)), largest = want.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  got.forEach((x, i) => {
    if (!written.has(i)) expect(x, `element ${i}`).toBe(want[i]);
    else expect(Math.abs(x - want[i]), `element ${i}`).toBeLessThan(TOLERANCE * largest + (precision === 'f16' ? 2 ** -10 * Math.abs(want[i]) : 0));
  });
});

test('fused where sizes allow: into halves, where two neighbouring pairs are of one head', () => {
  const sizes = { inner: 20, cols: 48 };
  expect([fusesProject(sizes, 6, 'f32'), fusesProject(sizes, 6, 'f16'), fusesProject(sizes, 12, 'f16'), fusesProject({ inner: 20, cols: 36 }, 12, 'f16'), fusesProject({ inner: 22, cols: 48 }, 12, 'f16')]).toEqual([true, false, true, false, false]);
});
