/** The RoPE kernels and their table against the f64 reference; tolerance 1e-6 of the largest element (the table is rounded once from f64). */
import { afterAll, beforeAll, test } from 'vitest';
import { ropeBackward, ropeForward, ropeForwardSlots, ropeTable } from '../../src/gpu/ops/rope';
import { normals } from '../reference/finite_difference';
import { ropeBackward as referenceBackward, ropeForward as referenceForward } from '../reference/rope';
import { Bench, columns, expectWritten, ROWS, segments, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 1e-6, THETA = 1e4;

test.each([...ROWS.map((rows) => [rows, 3, 6]), [7, 1, 2], [5, 2, 64]])('%i rows, %i heads, D %i: values are left alone', async (rows, heads, D) => {
  const { table, positions } = segments(rows, 40, 5), width = heads * D, stride = width + D, capacity = rows + 2;
  const normal = normals(rows + D), inp = singles(rows * stride, normal), dinp = singles(rows * stride, normal);
  const at = { live: bench.live(rows), token: bench.u32(table), table: bench.f32(ropeTable(64, D, THETA)) }, shape = { heads, headDim: D, stride, capacity };
  const qkv = bench.out(capacity * stride), dqkv = bench.out(capacity * stride);
  bench.write(qkv, inp);
  bench.write(dqkv, dinp);
  await bench.run((plan) => {
    ropeForward(plan, { ...at, qkv }, shape);
    ropeBackward(plan, { ...at, dqkv }, shape);
  });
  const want = new Float64Array(rows * width);
  referenceBackward(want, columns(dinp, stride, 0, width), positions, D, THETA);
  expectWritten(await bench.read(qkv), sideBySide(rows, referenceForward(columns(inp, stride, 0, width), positions, D, THETA), columns(inp, stride, width, D)), TOLERANCE);
  expectWritten(await bench.read(dqkv), sideBySide(rows, want, columns(dinp, stride, width, D)), TOLERANCE);
});

test('a far position is as exact as a near one', async () => {
  const D = 8, inp = singles(D, normals(2)), qkv = bench.f32(inp);
  await bench.run((plan) => ropeForward(plan, {
    live: bench.live(1), token: bench.u32([0, 2047, 0, 2048]), table: bench.f32(ropeTable(2048, D, THETA)), qkv,
  }, { heads: 1, headDim: D, stride: D, capacity: 1 }));
  expectWritten(await bench.read(qkv), referenceForward(inp, [2047], D, THETA), TOLERANCE);
});

test('the decoding form takes positions from the slots', async () => {
  const D = 4, inp = singles(2 * D, normals(3)), qkv = bench.f32(inp), slots = Uint32Array.from([0, 3, 0, 0, 0, 9, 0, 0, 0, 31, 0, 0]);
  await bench.run((plan) => ropeForwardSlots(plan, {
    live: bench.live(2), slots: bench.u32(slots), active_slots: bench.u32([2, 0]), table: bench.f32(ropeTable(32, D, THETA)), qkv,
  }, { heads: 1, headDim: D, stride: D, capacity: 2 }));
  expectWritten(await bench.read(qkv), referenceForward(inp, [31, 3], D, THETA), TOLERANCE);
});
