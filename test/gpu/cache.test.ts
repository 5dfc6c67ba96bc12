/** The copies into the decoding slots: exact, element by element. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheWrite, cacheWriteSlots } from '../../src/gpu/ops/cache';
import { BEFORE, Bench } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const H = 2, K = 1, D = 2, S = 4, PLACES = 5, WIDTH = K * D;
const shape = (capacity: number) => ({ queryHeads: H, keyHeads: K, headDim: D, positions: PLACES, slots: S, capacity });
/** Every element names its place: row * 100 + column. */
const named = (rows: number): number[] => Array.from({ length: rows * (H + 2 * K) * D }, (_, i) => Math.floor(i / ((H + 2 * K) * D)) * 100 + i % ((H + 2 * K) * D));

/** The cache with the keys and values of `row` at each (slot, place), everything else untouched. */
function cacheWith(filled: [slot: number, place: number, row: number][]): number[] {
  const want = new Array<number>(2 * S * PLACES * WIDTH).fill(BEFORE);
  for (const [slot, place, row] of filled) {
    for (let d = 0; d < WIDTH; d++) {
      want[(slot * PLACES + place) * WIDTH + d] = row * 100 + H * D + d;
      want[((S + slot) * PLACES + place) * WIDTH + d] = row * 100 + (H + K) * D + d;
    }
  }
  return want;
}

test('write: a prompt fills all slots of its samples, wherever they are, once each', async () => {
  // Prompt of 3 tokens for slots 3 and 0, prompt of 2 tokens for slot 1; slot 2 is nobody's.
  const live = bench.live(5), token = bench.u32([9, 0, 0, 3, 9, 1, 0, 3, 9, 2, 0, 3, 9, 0, 3, 5, 9, 1, 3, 5]), fill = bench.u32([0, 2, 0, 2, 0, 2, 2, 1, 2, 1]);
  const cache = bench.out(2 * S * PLACES * WIDTH);
  await bench.run((plan) => cacheWrite(plan, { live, token, fill, targets: bench.u32([3, 0, 1, 77]), qkv: bench.f32(named(5)), cache }, shape(6)));
  expect(Array.from(await bench.read(cache))).toEqual(cacheWith([[3, 0, 0], [3, 1, 1], [3, 2, 2], [0, 0, 0], [0, 1, 1], [0, 2, 2], [1, 0, 3], [1, 1, 4]]));
});

test('write_slots: each active slot at its own position', async () => {
  const slots = bench.u32([0, 1, 0, 0, 0, 0, 0, 1, 0, 4, 0, 0, 0, 2, 0, 0]), active_slots = bench.u32([2, 0, 3, 0]);
  const cache = bench.out(2 * S * PLACES * WIDTH);
  await bench.run((plan) => cacheWriteSlots(plan, { live: bench.live(3), slots, active_slots, qkv: bench.f32(named(4)), cache }, shape(4)));
  expect(Array.from(await bench.read(cache))).toEqual(cacheWith([[2, 4, 0], [0, 1, 1], [3, 2, 2]]));
});
