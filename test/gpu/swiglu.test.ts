/** The SwiGLU kernels against the f64 reference; tolerance 2e-6 of the largest element, and no NaN for large gates. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { swigluBackward, swigluForward } from '../../src/gpu/ops/swiglu';
import { normals } from '../reference/finite_difference';
import { swigluBackward as referenceBackward, swigluForward as referenceForward } from '../reference/swiglu';
import { Bench, columns, expectWritten, ROWS, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

test.each([...ROWS.map((rows) => [rows, 7]), [3, 1], [2, 65]])('%i rows, F %i', async (rows, F) => {
  const normal = normals(rows + F), inp = singles(rows * 2 * F, normal, 3), dout = singles(rows * F, normal), capacity = rows + 2;
  // exp(100) is infinite in f32: silu must still be 0 and its slope finite.
  inp[0] = -100;
  const live = bench.live(rows), x = bench.f32(inp), out = bench.out(capacity * F), dinp = bench.out(capacity * 2 * F);
  await bench.run((plan) => {
    swigluForward(plan, { live, inp: x, out }, F, capacity);
    swigluBackward(plan, { live, inp: x, dout: bench.f32(dout), dinp }, F, capacity);
  });
  const gate = columns(inp, 2 * F, 0, F), up = columns(inp, 2 * F, F, F), dgate = new Float64Array(gate.length), dup = new Float64Array(up.length);
  referenceBackward(dgate, dup, dout, gate, up);
  const got = await bench.read(out);
  expect(Math.abs(got[0])).toBe(0);
  expectWritten(got, referenceForward(gate, up), 2e-6);
  expectWritten(await bench.read(dinp), sideBySide(rows, dgate, dup), 2e-6);
});
