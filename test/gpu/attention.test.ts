/** The attention kernels against the f64 reference; tolerance 5e-6 of the largest element. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { attentionBackward, attentionForward, attentionForwardSlots } from '../../src/gpu/ops/attention';
import { attentionBackward as referenceBackward, attentionForward as referenceForward } from '../reference/attention';
import { normals } from '../reference/finite_difference';
import { BEFORE, Bench, expectWritten, ROWS, segments, sideBySide, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 5e-6;

describe('packed', () => {
  // H/K of 1, 2 and 4; head sizes 2, 6, 16; one segment longer than the workgroup in the last.
  test.each([...ROWS.map((rows) => [rows, 4, 2, 6, 23]), [17, 2, 2, 2, 5], [31, 4, 1, 16, 11], [97, 1, 1, 6, 97]])(
    '%i rows, H %i, K %i, D %i, segments up to %i', async (rows, H, K, D, longest) => {
      const { table, start } = segments(rows, longest, 5), normal = normals(rows + H * 7 + D), capacity = rows + 3;
      const QD = H * D, KD = K * D, q = singles(rows * QD, normal), k = singles(rows * KD, normal), v = singles(rows * KD, normal), dout = singles(rows * QD, normal);
      // What projection left in the query and key columns of qkv must not matter: attention reads those from qk.
      const junk = singles(rows * (QD + KD), normal);
      const shape = { queryHeads: H, keyHeads: K, headDim: D, capacity };
      const at = { live: bench.live(rows), token: bench.u32(table), qk: bench.f32(sideBySide(rows, q, k)), qkv: bench.f32(sideBySide(rows, junk, v)) };
      const out = bench.out(capacity * QD), lse = bench.out(capacity * H), dqk = bench.out(capacity * (QD + KD)), dqkv = bench.out(capacity * (QD + 2 * KD));
      await bench.run((plan) => {
        attentionForward(plan, { ...at, out, lse }, shape);
        attentionBackward(plan, { ...at, out, lse, dout: bench.f32(dout), delta: bench.out(capacity * H), dqk, dqkv }, shape);
      });
      const want = referenceForward(q, k, v, { H, K, D, start });
      const dq = new Float64Array(q.length), dk = new Float64Array(k.length), dv = new Float64Array(v.length);
      referenceBackward(dq, dk, dv, dout, q, k, v, want.out, want.lse, { H, K, D, start });
      expectWritten(await bench.read(out), want.out, TOLERANCE);
      expectWritten(await bench.read(lse), want.lse, TOLERANCE);
      expectWritten(await bench.read(dqk), sideBySide(rows, dq, dk), TOLERANCE);
      expectWritten(await bench.read(dqkv), sideBySide(rows, new Float64Array(rows * (QD + KD)).fill(BEFORE), dv), TOLERANCE);
    });

  test('scores of 60 stay finite', async () => {
    const rows = 5, D = 2, normal = normals(4), q = singles(rows * D, normal, 60), k = singles(rows * D, normal), v = singles(rows * D, normal);
    const token = bench.u32(Array.from({ length: rows }, (_, r) => [0, r, 0, rows]).flat());
    const out = bench.out(rows * D);
    await bench.run((plan) => attentionForward(plan, {
      live: bench.live(rows), token, qk: bench.f32(sideBySide(rows, q, k)), qkv: bench.f32(sideBySide(rows, q, k, v)), out, lse: bench.out(rows),
    }, { queryHeads: 1, keyHeads: 1, headDim: D, capacity: rows }));
    expectWritten(await bench.read(out), referenceForward(q, k, v, { H: 1, K: 1, D, start: new Array<number>(rows).fill(0) }).out, 1e-5);
  });
});

test('decoding: a query against its slot\'s cache is the last row of the packed form', async () => {
  const H = 4, K = 2, D = 6, places = 9, slotsCount = 3, normal = normals(6), KD = K * D;
  const keys = singles(slotsCount * places * KD, normal), values = singles(slotsCount * places * KD, normal), q = singles(2 * H * D, normal);
  // Slot 2 is at position 8, slot 0 at 3; slot 1 is not active.
  const slots = [0, 3, 0, 0, 0, 5, 0, 1, 0, 8, 0, 0], active = [2, 0], out = bench.out(2 * H * D);
  await bench.run((plan) => attentionForwardSlots(plan, {
    live: bench.live(2), slots: bench.u32(slots), active_slots: bench.u32(active), qk: bench.f32(sideBySide(2, q, new Float64Array(2 * KD))), keys: bench.f32(keys), values: bench.f32(values), out,
  }, { queryHeads: H, keyHeads: K, headDim: D, capacity: 2, positions: places }));
  const want = active.flatMap((slot, row) => {
    const length = slots[slot * 4 + 1] + 1, from = slot * places * KD, all = new Float64Array(length * H * D);
    all.set(q.subarray(row * H * D, (row + 1) * H * D), (length - 1) * H * D);
    const full = referenceForward(all, keys.slice(from, from + length * KD), values.slice(from, from + length * KD), { H, K, D, start: new Array<number>(length).fill(0) });
    return Array.from(full.out.slice((length - 1) * H * D));
  });
  expectWritten(await bench.read(out), Float64Array.from(want), TOLERANCE);
});
