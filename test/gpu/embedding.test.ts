/** The embedding kernels against the f64 reference; tolerance 1e-6 of the largest element (a copy, and sums of a few rows). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embeddingBackward, embeddingForward, embeddingForwardSlots } from '../../src/gpu/ops/embedding';
import { embeddingBackward as referenceBackward, embeddingForward as referenceForward } from '../reference/embedding';
import { normals } from '../reference/finite_difference';
import { BEFORE, Bench, expectAdded, expectWritten, ROWS, segments, singles } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const V = 13, C = 7;

/** Distinct ids, rows sorted by id, and where each id's rows begin. */
function occurrencesOf(ids: number[], capacity: number): { occurrences: Uint32Array; unique: number } {
  const order = ids.map((_, r) => r).sort((a, b) => ids[a] - ids[b] || a - b), distinct = [...new Set(ids)].sort((a, b) => a - b);
  const occurrences = new Uint32Array(3 * capacity + 1);
  occurrences.set(distinct);
  occurrences.set(order, capacity);
  occurrences.set([...distinct.map((id) => order.findIndex((r) => ids[r] === id)), ids.length], 2 * capacity);
  return { occurrences, unique: distinct.length };
}

test.each(ROWS)('forward: %i rows in a larger capacity', async (rows) => {
  const { table, ids } = segments(rows, 9, V), weight = singles(V * C, normals(rows)), capacity = rows + 3;
  const out = bench.out(capacity * C);
  await bench.run((plan) => embeddingForward(plan, { live: bench.live(rows), token: bench.u32(table), weight: bench.f32(weight), out }, C, capacity));
  expectWritten(await bench.read(out), referenceForward(weight, ids, C), 1e-7);
});

test.each(ROWS)('backward: %i rows, ids repeat, adds to what is there', async (rows) => {
  const { ids } = segments(rows, 9, V), dout = singles(rows * C, normals(rows)), capacity = rows + 3;
  const { occurrences, unique } = occurrencesOf(ids, capacity);
  const dweight = bench.out(V * C), want = new Float64Array(V * C);
  await bench.run((plan) => embeddingBackward(plan, { live: bench.live(rows, unique), occurrences: bench.u32(occurrences), dout: bench.f32(dout), dweight }, C, capacity));
  referenceBackward(want, dout, ids, C);
  expectAdded(await bench.read(dweight), want, 1e-6);
});

// A slice at the start, in the middle and at the end of the vocabulary.
const SLICES = [{ first: 0, count: 5 }, { first: 5, count: 6 }, { first: 11, count: 2 }];

test('slices of the vocabulary together write what the whole does, and leave the rows of others alone', async () => {
  const rows = 65, { table, ids } = segments(rows, 9, V), weight = singles(V * C, normals(rows)), out = bench.out(rows * C), one = bench.out(rows * C);
  const slice = (data: Float64Array, { first, count }: (typeof SLICES)[0]): Float64Array => data.subarray(first * C, (first + count) * C);
  const at = { live: bench.live(rows), token: bench.u32(table) };
  await bench.run((plan) => {
    for (const ids of SLICES) embeddingForward(plan, { ...at, weight: bench.f32(slice(weight, ids)), out }, C, rows, ids);
    embeddingForward(plan, { ...at, weight: bench.f32(slice(weight, SLICES[1])), out: one }, C, rows, SLICES[1]);
  });
  const want = referenceForward(weight, ids, C), got = await bench.read(one);
  expectWritten(await bench.read(out), want, 1e-7);
  expect(got.every((x, i) => { const id = ids[Math.floor(i / C)]; return x === (id >= 5 && id < 11 ? Math.fround(want[i]) : BEFORE); })).toBe(true);
});

test('gradients by slices: each adds its own rows', async () => {
  const rows = 65, { ids } = segments(rows, 9, V), dout = singles(rows * C, normals(rows));
  const { occurrences, unique } = occurrencesOf(ids, rows), parts = SLICES.map(({ count }) => bench.out(count * C)), want = new Float64Array(V * C);
  await bench.run((plan) => {
    SLICES.forEach((slice, i) => embeddingBackward(plan, { live: bench.live(rows, unique), occurrences: bench.u32(occurrences), dout: bench.f32(dout), dweight: parts[i] }, C, rows, slice));
  });
  referenceBackward(want, dout, ids, C);
  const got = await Promise.all(parts.map((part) => bench.read(part)));
  expectAdded(Float32Array.from(got.flatMap((part) => [...part])), want, 1e-6);
});

test('forward_slots reads the last token of each active slot', async () => {
  const weight = singles(V * C, normals(1)), slots = Uint32Array.from([5, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0]), out = bench.out(3 * C);
  await bench.run((plan) => embeddingForwardSlots(plan, {
    live: bench.live(2), slots: bench.u32(slots), active_slots: bench.u32([2, 1, 0]), weight: bench.f32(weight), out,
  }, C, 3));
  expectWritten(await bench.read(out), referenceForward(weight, [0, 12], C), 1e-7);
  expect(V).toBeGreaterThan(12);
});
