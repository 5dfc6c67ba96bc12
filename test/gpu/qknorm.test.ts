/** The q/k norm kernels against the f64 reference; tolerance 2e-6 of the largest element. */
import { afterAll, beforeAll, test } from 'vitest';
import { qknormBackward, qknormForward } from '../../src/gpu/ops/qknorm';
import { normals } from '../reference/finite_difference';
import { qknormBackward as referenceBackward, qknormForward as referenceForward } from '../reference/qknorm';
import { Bench, columns, expectAdded, expectWritten, ROWS, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const EPS = 1e-5, TOLERANCE = 2e-6;

test.each([...ROWS.map((rows) => [rows, 3, 1, 6]), [7, 1, 1, 2], [5, 4, 2, 64]])('%i rows, H %i, K %i, D %i', async (rows, H, K, D) => {
  const normal = normals(rows + H + D), stride = (H + 2 * K) * D, Q = H * D, KD = K * D;
  const qkv = singles(rows * stride, normal), q_weight = singles(D, normal), k_weight = singles(D, normal), dout = singles(rows * stride, normal);
  const capacity = rows + 2, chunk = 7, shape = { queryHeads: H, keyHeads: K, headDim: D, stride, capacity, eps: EPS, chunk };
  const live = bench.live(rows), at = { live, inp: bench.f32(qkv), weight: bench.f32([...q_weight, ...k_weight]) };
  const out = bench.out(capacity * stride), rstd = bench.out(capacity * (H + K)), dinp = bench.out(capacity * stride), dweights = bench.out(2 * D);
  await bench.run((plan) => {
    qknormForward(plan, { ...at, out, rstd }, shape);
    qknormBackward(plan, { ...at, rstd, dout: bench.f32(dout), dinp, chunk_sums: bench.out(Math.ceil(capacity / chunk) * 2 * D), dweight: dweights }, shape);
  });
  const q = columns(qkv, stride, 0, Q), k = columns(qkv, stride, Q, KD);
  const wantQ = referenceForward(q, q_weight, EPS), wantK = referenceForward(k, k_weight, EPS);
  const dq = new Float64Array(q.length), dk = new Float64Array(k.length), dqWeight = new Float64Array(D), dkWeight = new Float64Array(D);
  referenceBackward(dq, dqWeight, columns(dout, stride, 0, Q), q, q_weight, wantQ.rstd);
  referenceBackward(dk, dkWeight, columns(dout, stride, Q, KD), k, k_weight, wantK.rstd);
  expectWritten(await bench.read(out), sideBySide(rows, wantQ.out, wantK.out, columns(qkv, stride, Q + KD, KD)), TOLERANCE);
  expectWritten(await bench.read(rstd), sideBySide(rows, wantQ.rstd, wantK.rstd), TOLERANCE);
  // Values pass through, both ways.
  expectWritten(await bench.read(dinp), sideBySide(rows, dq, dk, columns(dout, stride, Q + KD, KD)), TOLERANCE);
  expectAdded(await bench.read(dweights), Float64Array.of(...dqWeight, ...dkWeight), TOLERANCE);
});
