/** The matmul kernels and the bias gradient against the f64 reference; tolerance 2e-6 of the largest element (inner sizes up to 131). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matmulBackwardInp, matmulBackwardWeight, matmulForward } from '../../src/gpu/ops/matmul';
import { biasBackward } from '../../src/gpu/ops/reduce';
import { normals } from '../reference/finite_difference';
import { matmulBackward as referenceBackward, matmulForward as referenceForward } from '../reference/matmul';
import { residualForward } from '../reference/residual';
import { BEFORE, Bench, expectAdded, expectWritten, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 2e-6;
// Rows, inner, columns: 1, primes, and both sides of the 4-wide register tile, the 32-wide workgroup tile and 64.
const SHAPES = [[1, 1, 1], [3, 7, 5], [31, 4, 33], [63, 17, 64], [64, 65, 63], [65, 64, 31], [131, 131, 37], [2, 3, 131],
  // Multiples of four take the kernel that loads four floats at a time.
  [1, 4, 4], [3, 8, 12], [63, 64, 36], [65, 36, 64], [131, 68, 132], [64, 128, 4]];

test.each(SHAPES)('%i rows, I %i, O %i', async (rows, I, O) => {
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
