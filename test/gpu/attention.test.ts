/** The attention kernels against the f64 reference; tolerance 5e-6 of the largest element. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attentionBackward, attentionForward, attentionForwardSlots } from '../../src/gpu/ops/attention';
import type { Plan } from '../../src/gpu/plan';
import { attentionBackward as referenceBackward, attentionForward as referenceForward } from '../reference/attention';
import { normals, relativeError } from '../reference/finite_difference';
import { Bench, expectWritten, ROWS, segments, sideBySide, singles } from './bench';
import { half, packHalves } from './half_words';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const TOLERANCE = 5e-6;

/** Runs the kernels that an adapter of this kind takes. */
async function runAs(kind: 'software' | 'gpu', build: (plan: Plan) => void): Promise<void> {
  const { info } = bench.gpu, { fallback } = info;
  info.fallback = kind === 'software';
  await bench.run(build);
  info.fallback = fallback;
}

describe('packed', () => {
  // H/K of 1, 2 and 4; head sizes 2, 6, 16; one segment longer than the workgroup in the last.
  // Sizes by fours take the kernel of four queries by four keys; on a GPU the tiles of sixteen.
  const fours = [[1, 2, 1, 4, 1], [3, 4, 2, 12, 3], [65, 4, 2, 20, 23], [66, 4, 4, 8, 3], [131, 4, 1, 12, 70], [131, 2, 2, 64, 131]];
  // At D 64 blocks are of 8 rows, up to 48 of 16, which fill workgroup memory; segments within a tile, across tiles, all of length 1, longer than any.
  const tiles = [...fours.filter(([, , , D]) => D !== 8), ...ROWS.map((rows) => [rows, 4, 2, 20, 40]), [131, 4, 2, 4, 1], [64, 2, 1, 64, 17], [17, 1, 1, 48, 9]];
  test.each([
    ...[...ROWS.map((rows) => [rows, 4, 2, 6, 23]), [17, 2, 2, 2, 5], [31, 4, 1, 16, 11], [97, 1, 1, 6, 97], ...fours].map((sizes) => ['software', ...sizes] as const),
    ...tiles.map((sizes) => ['gpu', ...sizes] as const)] as ['software' | 'gpu', number, number, number, number, number][])(
    '%s: %i rows, H %i, K %i, D %i, segments up to %i', async (kind, rows, H, K, D, longest) => {
      const { table, start } = segments(rows, longest, 5), normal = normals(rows + H * 7 + D), capacity = rows + 3;
      const QD = H * D, KD = K * D, q = singles(rows * QD, normal), k = singles(rows * KD, normal), v = singles(rows * KD, normal), dout = singles(rows * QD, normal);
      const shape = { queryHeads: H, keyHeads: K, headDim: D, capacity };
      const at = { live: bench.live(rows), token: bench.u32(table), qkv: bench.f32(sideBySide(rows, q, k, v)) };
      const out = bench.out(capacity * QD), lse = bench.out(capacity * H), dqkv = bench.out(capacity * (QD + 2 * KD));
      await runAs(kind, (plan) => {
        attentionForward(plan, { ...at, out, lse }, shape);
        attentionBackward(plan, { ...at, out, lse, dout: bench.f32(dout), delta: bench.out(capacity * H), dqkv }, shape);
      });
      const want = referenceForward(q, k, v, { H, K, D, start });
      const dq = new Float64Array(q.length), dk = new Float64Array(k.length), dv = new Float64Array(v.length);
      referenceBackward(dq, dk, dv, dout, q, k, v, want.out, want.lse, { H, K, D, start });
      expectWritten(await bench.read(out), want.out, TOLERANCE);
      expectWritten(await bench.read(lse), want.lse, TOLERANCE);
      expectWritten(await bench.read(dqkv), sideBySide(rows, dq, dk, dv), TOLERANCE);
    });

  test.each([['software', 2], ['software', 4], ['gpu', 4]] as const)('%s: scores of 60 stay finite, D %i', async (kind, D) => {
    const rows = 5, normal = normals(4), q = singles(rows * D, normal, 60), k = singles(rows * D, normal), v = singles(rows * D, normal);
    const token = bench.u32(Array.from({ length: rows }, (_, r) => [0, r, 0, rows]).flat());
    const out = bench.out(rows * D);
    await runAs(kind, (plan) => attentionForward(plan, {
      live: bench.live(rows), token, qkv: bench.f32(sideBySide(rows, q, k, v)), out, lse: bench.out(rows),
    }, { queryHeads: 1, keyHeads: 1, headDim: D, capacity: rows }));
    expectWritten(await bench.read(out), referenceForward(q, k, v, { H: 1, K: 1, D, start: new Array<number>(rows).fill(0) }).out, 1e-5);
  });
});

describe.each(['f32', 'f16'] as const)('decoding from a cache of %s', (precision) => {
  test.each([['forward', 2], ['forward', 6], ['forward', 12], ['forward_shared', 12], ['forward_shared', 64]] as const)('%s, D %i: a query against its slot\'s cache is the last row of the packed form', async (entry, D) => {
    const H = 4, K = 2, places = 131, slotsCount = 3, normal = normals(6), KD = K * D;
    const given = { keys: singles(slotsCount * places * KD, normal), values: singles(slotsCount * places * KD, normal) }, q = singles(3 * H * D, normal);
    const held = precision === 'f32' ? given : { keys: given.keys.map(half), values: given.values.map(half) };
    const both = [...held.keys, ...held.values], cache = precision === 'f32' ? bench.f32(both) : bench.u32(packHalves(both));
    // Slot 2 is at position 130, slot 0 at 3, slot 1 at 0.
    const slots = [0, 3, 0, 0, 0, 0, 0, 1, 0, 130, 0, 0], active = [2, 0, 1], out = bench.out(4 * H * D);
    await runAs(entry === 'forward' ? 'software' : 'gpu', (plan) => attentionForwardSlots(plan, {
      live: bench.live(3), slots: bench.u32(slots), active_slots: bench.u32(active), q: bench.f32(sideBySide(3, q, new Float64Array(12))), cache, out,
    }, { queryHeads: H, keyHeads: K, headDim: D, capacity: 4, positions: places, slots: slotsCount, stride: H * D + 4 }, precision));
    const want = ({ keys, values }: typeof given): Float64Array => Float64Array.from(active.flatMap((slot, row) => {
      const length = slots[slot * 4 + 1] + 1, from = slot * places * KD, all = new Float64Array(length * H * D);
      all.set(q.subarray(row * H * D, (row + 1) * H * D), (length - 1) * H * D);
      const full = referenceForward(all, keys.slice(from, from + length * KD), values.slice(from, from + length * KD), { H, K, D, start: new Array<number>(length).fill(0) });
      return Array.from(full.out.slice((length - 1) * H * D));
    }));
    const got = await bench.read(out);
    expectWritten(got, want(held), TOLERANCE);
    // What rounding keys and values costs: about the last bit of a half.
    if (precision === 'f16') {
      const cost = relativeError(got.subarray(0, 3 * H * D), want(given));
      expect(cost).toBeLessThan(2 ** -10);
      expect(cost).toBeGreaterThan(2 ** -14);
    }
  });
});
