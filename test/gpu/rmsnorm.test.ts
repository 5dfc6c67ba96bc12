/** The RMSNorm kernels against the f64 reference; tolerance 5e-6 (C of 1 cancels almost wholly) of the largest element. */
import { afterAll, beforeAll, test } from 'vitest';
import { rmsnormBackward, rmsnormForward } from '../../src/gpu/ops/rmsnorm';
import { normals } from '../reference/finite_difference';
import { rmsnormBackward as referenceBackward, rmsnormForward as referenceForward } from '../reference/rmsnorm';
import { Bench, expectAdded, expectWritten, ROWS, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const EPS = 1e-5, TOLERANCE = 5e-6;

const SIZES = [...ROWS.map((rows) => [rows, 17]), [3, 1], [5, 64], [2, 65], [3, 131]];
// What an adapter is taken for: on a processor a thread has a row; on a GPU a workgroup, by its subgroups where it has them.
const ADAPTERS = [
  ['a processor', { fallback: true }], ['a GPU', { fallback: false, features: [] }], ['a GPU with subgroups', { fallback: false, features: ['subgroups'] }],
] as const;

test.for(ADAPTERS.flatMap(([name, info]) => SIZES.map(([rows, C]) => [name, rows, C, info] as const)))('%s: %i rows, C %i', async ([name, rows, C, info], { skip }) => {
  skip(name === 'a GPU with subgroups' && !bench.gpu.device.features.has('subgroups'), 'this adapter has no subgroups');
  const normal = normals(rows * 100 + C), inp = singles(rows * C, normal), weight = singles(C, normal), dout = singles(rows * C, normal);
  // 7 rows a chunk: several chunks, the last one partly filled, and one beyond the live rows.
  const capacity = rows + 9, chunk = 7, shape = { cols: C, capacity, eps: EPS, chunk };
  const live = bench.live(rows), at = { inp: bench.f32(inp), weight: bench.f32(weight) };
  const out = bench.out(capacity * C), rstd = bench.out(capacity), dinp = bench.out(capacity * C), dweight = bench.out(C);
  const real = { ...bench.gpu.info };
  Object.assign(bench.gpu.info, info);
  await bench.run((plan) => {
    rmsnormForward(plan, { live, ...at, out, rstd }, shape);
    rmsnormBackward(plan, { live, ...at, rstd, dout: bench.f32(dout), dinp, chunk_sums: bench.out(Math.ceil(capacity / chunk) * C), dweight }, shape);
  });
  Object.assign(bench.gpu.info, real);
  const want = referenceForward(inp, weight, EPS), wantInp = new Float64Array(rows * C), wantWeight = new Float64Array(C);
  referenceBackward(wantInp, wantWeight, dout, inp, weight, want.rstd);
  expectWritten(await bench.read(out), want.out, TOLERANCE);
  expectWritten(await bench.read(rstd), want.rstd, TOLERANCE);
  expectAdded(await bench.read(dinp), wantInp, TOLERANCE);
  expectAdded(await bench.read(dweight), wantWeight, TOLERANCE);
});
