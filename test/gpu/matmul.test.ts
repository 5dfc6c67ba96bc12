/** The matmul kernels and the bias gradient against the f64 reference; tolerance 2e-6 of the largest element (inner sizes up to 131). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { matmulBackwardInp, matmulBackwardSwiglu, matmulBackwardWeight, matmulForward, matmulRope, matmulSwiglu } from '../../src/gpu/ops/matmul';
import { ropeTable } from '../../src/gpu/ops/rope';
import { biasBackward } from '../../src/gpu/ops/reduce';
import { KERNELS, type Kernel } from '../../src/gpu/tuner';
import { normals } from '../reference/finite_difference';
import { matmulBackward as referenceBackward, matmulForward as referenceForward } from '../reference/matmul';
import { residualForward } from '../reference/residual';
import { ropeForward as referenceRope } from '../reference/rope';
import { swigluBackward as referenceSwigluBackward, swigluForward as referenceSwiglu } from '../reference/swiglu';
import { BEFORE, Bench, columns, expectAdded, expectWritten, segments, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 2e-6;
// Rows, inner, columns: 1, primes, and both sides of the 4-wide register tile, the 32-wide workgroup tile and 64.
// Rows, inner, columns: 1, primes, and both sides of the 4-wide register tile, the 32-wide workgroup tile and 64.
const ODD: Shape[] = [[1, 1, 1], [3, 7, 5], [31, 4, 33], [63, 17, 64], [64, 65, 63], [65, 64, 31], [131, 131, 37], [2, 3, 131]];
// Multiples of four take the kernels that load four floats at a time, of which the tuner chooses.
const FOURS: Shape[] = [[1, 4, 4], [3, 8, 12], [5, 68, 20], [63, 64, 36], [65, 36, 64], [131, 68, 132], [64, 128, 4]];
type Shape = [number, number, number];
const CASES: [Kernel | 'chosen', number, number, number][] = [
  ...[...ODD, ...FOURS].map(([rows, I, O]): [Kernel | 'chosen', number, number, number] => ['chosen', rows, I, O]),
  ...[...new Set(Object.values(KERNELS).flat())].flatMap((kernel) => FOURS.map(([rows, I, O]): [Kernel, number, number, number] => [kernel, rows, I, O])),
];

afterEach(() => { bench.gpu.tuner.force = null; });

test.each(CASES)('%s: %i rows, I %i, O %i', async (kernel, rows, I, O) => {
  bench.gpu.tuner.force = kernel === 'chosen' ? null : kernel;
  const normal = normals(rows * 1e4 + I * 100 + O), inp = singles(rows * I, normal), weight = singles(O * I, normal);
  const bias = singles(O, normal), residual = singles(rows * O, normal), dout = singles(rows * O, normal);
  const capacity = rows + 5, shape = { inner: I, cols: O, capacity }, live = bench.live(rows), chunk = 7;
  const [x, w, g] = [bench.f32(inp), bench.f32(weight), bench.f32(dout)];
  const plain = bench.out(capacity * O), biased = bench.out(capacity * O), added = bench.out(capacity * O);
  const dinp = bench.out(capacity * I), dweight = bench.out(O * I), dbias = bench.out(O);
  await bench.run((plan) => {
    matmulForward(plan, { live, inp: x, weight: w, out: plain }, shape);
    matmulForward(plan, { live, inp: x, weight: w, out: biased, bias: bench.f32(bias) }, shape);
    matmulForward(plan, { live, inp: x, weight: w, out: added, residual: bench.f32(residual) }, shape);
    matmulBackwardInp(plan, { live, dout: g, weight: w, dinp }, shape);
    matmulBackwardWeight(plan, { live, dout: g, inp: x, dweight }, shape);
    biasBackward(plan, { live, inp: g, chunk_sums: bench.out(Math.ceil(capacity / chunk) * O), dbias }, O, capacity, chunk);
  });
  const want = referenceForward(inp, weight, null, I), wantInp = new Float64Array(rows * I), wantWeight = new Float64Array(O * I), wantBias = new Float64Array(O);
  referenceBackward(wantInp, wantWeight, wantBias, dout, inp, weight, I);
  expectWritten(await bench.read(plain), want, TOLERANCE);
  expectWritten(await bench.read(biased), referenceForward(inp, weight, bias, I), TOLERANCE);
  expectWritten(await bench.read(added), residualForward(residual, want), TOLERANCE);
  expectWritten(await bench.read(dinp), wantInp, TOLERANCE);
  expectAdded(await bench.read(dweight), wantWeight, TOLERANCE);
  expectAdded(await bench.read(dbias), wantBias, TOLERANCE);
});

test.each([[5, 6], [4, 8]])('a slice of the rows: those from row0 on, as many as are live; I %i, O %i', async (I, O) => {
  const normal = normals(8), inp = singles(4 * I, normal), weight = singles(O * I, normal);
  // Live rows 67, slice from 64 with room for 4: three rows are computed.
  const out = bench.out(4 * O), none = bench.out(4 * O);
  await bench.run((plan) => {
    matmulForward(plan, { live: bench.live(67), inp: bench.f32(inp), weight: bench.f32(weight), out }, { inner: I, cols: O, capacity: 4, row0: 64 });
    matmulForward(plan, { live: bench.live(60), inp: bench.f32(inp), weight: bench.f32(weight), out: none }, { inner: I, cols: O, capacity: 4, row0: 64 });
  });
  expectWritten(await bench.read(out), referenceForward(inp.slice(0, 3 * I), weight, null, I), TOLERANCE);
  expect((await bench.read(none)).every((v) => v === BEFORE)).toBe(true);
});

test.each(['wide', 'tiled'] as const)('%s with SwiGLU: the gate and its two inputs', async (kernel) => {
  bench.gpu.tuner.force = kernel;
  for (const [rows, I, F] of [[1, 4, 4], [65, 36, 20], [67, 20, 68]] as const) {
    const normal = normals(rows + F), inp = singles(rows * I, normal), weight = singles(2 * F * I, normal);
    const gate_up = bench.out((rows + 3) * 2 * F), out = bench.out((rows + 3) * F);
    await bench.run((plan) => { matmulSwiglu(plan, { live: bench.live(rows), inp: bench.f32(inp), weight: bench.f32(weight), gate_up, out }, { inner: I, cols: 2 * F, capacity: rows + 3 }); });
    const both = referenceForward(inp, weight, null, I);
    expectWritten(await bench.read(gate_up), both, TOLERANCE);
    expectWritten(await bench.read(out), referenceSwiglu(columns(both, 2 * F, 0, F), columns(both, 2 * F, F, F)), TOLERANCE);
  }
});

test.each(['wide', 'tiled'] as const)('%s back through SwiGLU: the gradients of gate and up', async (kernel) => {
  bench.gpu.tuner.force = kernel;
  for (const [rows, F, C] of [[1, 4, 4], [65, 20, 36], [67, 68, 20]] as const) {
    const normal = normals(rows + F), dout = singles(rows * C, normal), weight = singles(C * F, normal), gate_up = singles(rows * 2 * F, normal), dgate_up = bench.out((rows + 3) * 2 * F);
    await bench.run((plan) => { matmulBackwardSwiglu(plan, { live: bench.live(rows), dout: bench.f32(dout), weight: bench.f32(weight), gate_up: bench.f32(gate_up), dgate_up }, { inner: F, cols: C, capacity: rows + 3 }); });
    const d = new Float64Array(rows * F), dgate = new Float64Array(rows * F), dup = new Float64Array(rows * F);
    referenceBackward(d, null, null, dout, new Float64Array(rows * F), weight, F);
    referenceSwigluBackward(dgate, dup, d, columns(gate_up, 2 * F, 0, F), columns(gate_up, 2 * F, F, F));
    expectWritten(await bench.read(dgate_up), sideBySide(rows, dgate, dup), TOLERANCE);
  }
});

test.each([['wide', false], ['wide', true], ['tiled', false], ['tiled', true]] as const)('%s with RoPE, bias %s: queries and keys turned, values not', async (kernel, biased) => {
  bench.gpu.tuner.force = kernel;
  // Heads of 6 and 10: pairs that are not four floats apart.
  for (const [rows, I, H, K, D] of [[1, 4, 1, 1, 4], [65, 20, 4, 2, 6], [37, 36, 2, 2, 10]] as const) {
    const O = (H + 2 * K) * D, normal = normals(rows + O), inp = singles(rows * I, normal), weight = singles(O * I, normal), bias = singles(O, normal);
    const { table, positions } = segments(rows, 23, 7), out = bench.out((rows + 2) * O);
    await bench.run((plan) => {
      matmulRope(plan, {
        live: bench.live(rows), token: bench.u32(table), table: bench.f32(ropeTable(64, D, 1e4)), inp: bench.f32(inp), weight: bench.f32(weight), out, ...(biased ? { bias: bench.f32(bias) } : {}),
      }, { inner: I, cols: O, capacity: rows + 2 }, { headDim: D, turned: H + K });
    });
    const plain = referenceForward(inp, weight, biased ? bias : null, I), width = (H + K) * D;
    const want = sideBySide(rows, referenceRope(columns(plain, O, 0, width), positions, D, 1e4), columns(plain, O, width, K * D));
    expectWritten(await bench.read(out), want, TOLERANCE);
  }
});
