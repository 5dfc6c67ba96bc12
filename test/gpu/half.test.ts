/** Packing to half precision, bit for bit, and the products of packed operands against the f64 reference on the same rounded numbers; tolerance as in f32, 2e-6. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { halfAll, halfRows } from '../../src/gpu/ops/half';
import { matmulBackwardInp, matmulBackwardWeight, matmulForward, matmulRope, matmulSwiglu, packs } from '../../src/gpu/ops/matmul';
import { ropeTable } from '../../src/gpu/ops/rope';
import type { Plan, View } from '../../src/gpu/plan';
import { KERNELS, type Kernel } from '../../src/gpu/tuner';
import { halfView } from '../../src/model/halves';
import { normals } from '../reference/finite_difference';
import { halfFromBits, halfOf } from '../reference/half';
import { matmulBackward as referenceBackward, matmulForward as referenceForward } from '../reference/matmul';
import { residualForward } from '../reference/residual';
import { ropeForward as referenceRope } from '../reference/rope';
import { swigluForward as referenceSwiglu } from '../reference/swiglu';
import { BEFORE, Bench, columns, expectAdded, expectWritten, ROWS, segments, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());
afterEach(() => { bench.gpu.tuner.force = null; });

const TOLERANCE = 2e-6;

/** The halves in a buffer of words. */
const halves = (words: Uint32Array): number[] => [...words].flatMap((word) => [halfFromBits(word & 0xffff), halfFromBits(word >>> 16)]);

describe('packing', () => {
  const packed = async (data: ArrayLike<number>): Promise<number[]> => {
    const out = bench.u32(new Uint32Array(data.length / 2));
    await bench.run((plan) => halfAll(plan, { inp: bench.f32(data), out }, data.length));
    return halves(await bench.readU32(out));
  };

  test('every half comes back as it is, and what lies between two goes to the nearer, ties to the even one', async () => {
    const all = Array.from({ length: 1 << 16 }, (_, bits) => halfFromBits(bits)).filter((x) => Math.abs(x) >= 2 ** -14 && Number.isFinite(x));
    expect(await packed(all)).toEqual(all);
    const between = all.slice(0, -4).flatMap((x, i) => {
      const step = all[i + 1] - x;
      return Math.abs(step) < Math.abs(x) ? [0.25, 0.5, 0.75, 0.5000001].map((share) => Math.fround(x + share * step)) : [];
    });
    expect(between.length).toBeGreaterThan(200_000);
    const got = await packed(between);
    expect(got.filter((x, i) => x !== halfOf(between[i])).length).toBe(0);
  });

  test('below the smallest normal half: the nearest half or 0, as the adapter has it', async () => {
    const small = singles(4096, normals(3), 1e-5);
    (await packed(small)).forEach((x, i) => { if (x !== 0) expect(Math.abs(x - small[i])).toBeLessThan(2 ** -24); });
    expect((await packed([1e-9, -1e-9, 0, -0])).every((x) => x === 0)).toBe(true);
  });

  test('past the largest half and for what is no number: an infinity', async () => {
    const inputs = [65504, -65504, 65519, -65519, 65520, -65520, 1e5, -1e5, 3e38, -3e38, Infinity, -Infinity];
    const kept = [65504, -65504, 65504, -65504];
    expect(await packed(inputs)).toEqual([...kept, ...inputs.slice(4).map((x) => Math.sign(x) * Infinity)]);
    expect((await packed([NaN, 1, 1, NaN])).map(Number.isFinite)).toEqual([false, true, true, false]);
  });

  test.each(ROWS)('%i live rows: those, and no other', async (rows) => {
    const cols = 12, data = singles((rows + 3) * cols, normals(rows)), out = bench.out((rows + 3) * cols / 2);
    await bench.run((plan) => halfRows(plan, { live: bench.live(rows), inp: bench.f32(data), out }, { cols, capacity: rows + 3 }));
    const words = await bench.readU32(out);
    expect(halves(words.subarray(0, rows * cols / 2))).toEqual(Array.from(data.subarray(0, rows * cols), halfOf));
    expect(new Float32Array(words.buffer).subarray(rows * cols / 2).every((x) => x === BEFORE)).toBe(true);
  });

  test('a slice of the rows: those of it that are live', async () => {
    const out = bench.out(4 * 4 / 2), none = bench.out(4 * 4 / 2), data = singles(16, normals(1));
    await bench.run((plan) => {
      halfRows(plan, { live: bench.live(67), inp: bench.f32(data), out }, { cols: 4, capacity: 4, row0: 64 });
      halfRows(plan, { live: bench.live(60), inp: bench.f32(data), out: none }, { cols: 4, capacity: 4, row0: 64 });
    });
    const words = await bench.readU32(out);
    expect(halves(words.subarray(0, 6))).toEqual(Array.from(data.subarray(0, 12), halfOf));
    expect(new Float32Array(words.buffer).subarray(6).every((x) => x === BEFORE)).toBe(true);
    expect((await bench.read(none)).every((x) => x === BEFORE)).toBe(true);
  });
});

/** The data packed, beginning `from` numbers into its buffer. */
function pack(plan: Plan, data: Float64Array, from = 0): View & { shift: number } {
  const all = new Float64Array(from + data.length).fill(7), out = bench.u32(new Uint32Array(all.length / 2));
  all.set(data, from);
  halfAll(plan, { inp: bench.f32(all), out }, all.length);
  return halfView(out.buffer, from, data.length);
}

const FOURS: [number, number, number][] = [[1, 4, 4], [3, 8, 12], [5, 68, 20], [63, 64, 36], [65, 36, 64], [131, 68, 132], [64, 128, 4]];
const KERNEL_NAMES: (Kernel | 'chosen')[] = ['chosen', ...new Set(Object.values(KERNELS).flat())];

test.each(KERNEL_NAMES.flatMap((kernel) => FOURS.map((sizes) => [kernel, ...sizes] as const)))('%s: %i rows, I %i, O %i', async (kernel, rows, I, O) => {
  bench.gpu.tuner.force = kernel === 'chosen' ? null : kernel;
  const normal = normals(rows * 1e4 + I * 100 + O), inp = singles(rows * I, normal), weight = singles(O * I, normal);
  const bias = singles(O, normal), residual = singles(rows * O, normal), dout = singles(rows * O, normal);
  const capacity = rows + 5, shape = { inner: I, cols: O, capacity, half: true }, live = bench.live(rows);
  expect(packs(shape)).toBe(true);
  const plain = bench.out(capacity * O), biased = bench.out(capacity * O), added = bench.out(capacity * O), dinp = bench.out(capacity * I), dweight = bench.out(O * I);
  await bench.run((plan) => {
    // A matrix at 64 numbers from the start lies at no multiple of 256 bytes once it is packed.
    const [x, w, g] = [pack(plan, inp), pack(plan, weight, 64), pack(plan, dout)];
    expect(w).toMatchObject({ offset: 0, shift: 16 });
    matmulForward(plan, { live, inp: x, weight: w, out: plain }, shape);
    matmulForward(plan, { live, inp: x, weight: w, out: biased, bias: bench.f32(bias) }, shape);
    matmulForward(plan, { live, inp: x, weight: w, out: added, residual: bench.f32(residual) }, shape);
    matmulBackwardInp(plan, { live, dout: g, weight: w, dinp }, shape);
    matmulBackwardWeight(plan, { live, dout: g, inp: x, dweight }, shape);
  });
  const [x, w, g] = [inp.map(halfOf), weight.map(halfOf), dout.map(halfOf)];
  const want = referenceForward(x, w, null, I), wantInp = new Float64Array(rows * I), wantWeight = new Float64Array(O * I);
  referenceBackward(wantInp, wantWeight, new Float64Array(O), g, x, w, I);
  expectWritten(await bench.read(plain), want, TOLERANCE);
  expectWritten(await bench.read(biased), referenceForward(x, w, bias, I), TOLERANCE);
  expectWritten(await bench.read(added), residualForward(residual, want), TOLERANCE);
  expectWritten(await bench.read(dinp), wantInp, TOLERANCE);
  expectAdded(await bench.read(dweight), wantWeight, TOLERANCE);
});

test.each(['wide', 'tiled'] as const)('%s with SwiGLU', async (kernel) => {
  bench.gpu.tuner.force = kernel;
  for (const [rows, I, F] of [[1, 4, 4], [65, 36, 20], [67, 20, 68]] as const) {
    const normal = normals(rows + F), inp = singles(rows * I, normal), weight = singles(2 * F * I, normal);
    const gate_up = bench.out((rows + 3) * 2 * F), out = bench.out((rows + 3) * F);
    await bench.run((plan) => { matmulSwiglu(plan, { live: bench.live(rows), inp: pack(plan, inp), weight: pack(plan, weight), gate_up, out }, { inner: I, cols: 2 * F, capacity: rows + 3, half: true }); });
    const both = referenceForward(inp.map(halfOf), weight.map(halfOf), null, I);
    expectWritten(await bench.read(gate_up), both, TOLERANCE);
    expectWritten(await bench.read(out), referenceSwiglu(columns(both, 2 * F, 0, F), columns(both, 2 * F, F, F)), TOLERANCE);
  }
});

test.each([['wide', false], ['wide', true], ['tiled', false], ['tiled', true]] as const)('%s with RoPE, bias %s', async (kernel, biased) => {
  bench.gpu.tuner.force = kernel;
  for (const [rows, I, H, K, D] of [[1, 4, 1, 1, 4], [65, 20, 4, 2, 6], [37, 36, 2, 2, 10]] as const) {
    const O = (H + 2 * K) * D, normal = normals(rows + O), inp = singles(rows * I, normal), weight = singles(O * I, normal), bias = singles(O, normal);
    const { table, positions } = segments(rows, 23, 7), out = bench.out((rows + 2) * O);
    await bench.run((plan) => {
      matmulRope(plan, {
        live: bench.live(rows), token: bench.u32(table), table: bench.f32(ropeTable(64, D, 1e4)), inp: pack(plan, inp), weight: pack(plan, weight, 64), out, ...(biased ? { bias: bench.f32(bias) } : {}),
      }, { inner: I, cols: O, capacity: rows + 2, half: true }, { headDim: D, turned: H + K });
    });
    const plain = referenceForward(inp.map(halfOf), weight.map(halfOf), biased ? bias : null, I), width = (H + K) * D;
    const want = sideBySide(rows, referenceRope(columns(plain, O, 0, width), positions, D, 1e4), columns(plain, O, width, K * D));
    expectWritten(await bench.read(out), want, TOLERANCE);
  }
});
