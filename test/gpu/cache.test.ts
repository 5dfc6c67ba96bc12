/** The copies into the decoding slots: exact, element by element; as halves, those of numbers that a half holds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheWrite, cacheWriteSlots, type CachePrecision } from '../../src/gpu/ops/cache';
import type { View } from '../../src/gpu/plan';
import { BEFORE, Bench } from './bench';
import { unpackHalves } from './half_words';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const H = 2, K = 2, D = 6, S = 4, PLACES = 5, WIDTH = K * D;
const shape = (capacity: number) => ({ queryHeads: H, keyHeads: K, headDim: D, positions: PLACES, slots: S, capacity });
/** Every element names its place: row * 100 + column. */
const named = (rows: number): number[] => Array.from({ length: rows * (H + 2 * K) * D }, (_, i) => Math.floor(i / ((H + 2 * K) * D)) * 100 + i % ((H + 2 * K) * D));

/** What an untouched word of two halves reads as. */
const UNTOUCHED = Array.from(unpackHalves(new Uint32Array(Float32Array.of(BEFORE).buffer)));

/** The cache with the keys and values of `row` at each (slot, place), everything else untouched. */
function cacheWith(precision: CachePrecision, filled: [slot: number, place: number, row: number][]): number[] {
  const want = Array.from({ length: 2 * S * PLACES * WIDTH }, (_, i) => (precision === 'f16' ? UNTOUCHED[i % 2] : BEFORE));
  for (const [slot, place, row] of filled) {
    for (let d = 0; d < WIDTH; d++) {
      want[(slot * PLACES + place) * WIDTH + d] = row * 100 + H * D + d;
      want[((S + slot) * PLACES + place) * WIDTH + d] = row * 100 + (H + K) * D + d;
    }
  }
  return want;
}

describe.each(['f32', 'f16'] as const)('%s', (precision) => {
  const room = (): View => bench.out(2 * S * PLACES * WIDTH / (precision === 'f16' ? 2 : 1));
  const read = async (cache: View): Promise<number[]> => Array.from(precision === 'f16' ? unpackHalves(await bench.readU32(cache)) : await bench.read(cache));

  test('write: a prompt fills all slots of its samples, wherever they are, once each', async () => {
    // Prompt of 3 tokens for slots 3 and 0, prompt of 2 tokens for slot 1; slot 2 is nobody's.
    const live = bench.live(5), token = bench.u32([9, 0, 0, 3, 9, 1, 0, 3, 9, 2, 0, 3, 9, 0, 3, 5, 9, 1, 3, 5]), fill = bench.u32([0, 2, 0, 2, 0, 2, 2, 1, 2, 1]);
    const cache = room();
    await bench.run((plan) => cacheWrite(plan, { live, token, fill, targets: bench.u32([3, 0, 1, 77]), qkv: bench.f32(named(5)), cache }, shape(6), precision));
    expect(await read(cache)).toEqual(cacheWith(precision, [[3, 0, 0], [3, 1, 1], [3, 2, 2], [0, 0, 0], [0, 1, 1], [0, 2, 2], [1, 0, 3], [1, 1, 4]]));
  });

  test('write_slots: each active slot at its own position', async () => {
    const slots = bench.u32([0, 1, 0, 0, 0, 0, 0, 1, 0, 4, 0, 0, 0, 2, 0, 0]), active_slots = bench.u32([2, 0, 3, 0]);
    const cache = room();
    await bench.run((plan) => cacheWriteSlots(plan, { live: bench.live(3), slots, active_slots, qkv: bench.f32(named(4)), cache }, shape(4), precision));
    expect(await read(cache)).toEqual(cacheWith(precision, [[2, 4, 0], [0, 1, 1], [3, 2, 2]]));
  });
});

test('a half is off by its last bit at most, and what is past its range becomes its largest', async () => {
  const wide = [1 / 3, -0.1, 1000.3, 1e-4, 65504, 65519, 1e6, -1e6, 3e38, -3e38, 0, 2049], cache = bench.out(WIDTH);
  await bench.run((plan) => cacheWriteSlots(plan, { live: bench.live(1), slots: bench.u32([0, 0, 0, 0]), active_slots: bench.u32([0]), qkv: bench.f32([...wide, ...wide]), cache }, { queryHeads: 0, keyHeads: K, headDim: D, positions: 1, slots: 1, capacity: 1 }, 'f16'));
  const got = unpackHalves(await bench.readU32(cache));
  [...wide, ...wide].forEach((x, i) => {
    const held = Math.sign(x) * Math.min(65504, Math.abs(x));
    expect(Math.abs(got[i] - held), `${x}`).toBeLessThanOrEqual(2 ** -10 * Math.abs(held));
  });
});
