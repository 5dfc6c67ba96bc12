/** The copies into the decoding slots: exact, element by element. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheLast, cacheWrite, cacheWriteSlots } from '../../src/gpu/ops/cache';
import { BEFORE, Bench } from './bench';

let bench: Bench;
beforeAll(async () => { bench = await Bench.open(); });
afterAll(() => bench.close());

const H = 2, K = 1, D = 2, C = 3, S = 4, PLACES = 5, WIDTH = K * D;
const shape = (capacity: number) => ({ queryHeads: H, keyHeads: K, headDim: D, positions: PLACES, cols: C, capacity });
/** Every element names its place: row * 100 + column. */
const named = (rows: number, width: number): number[] => Array.from({ length: rows * width }, (_, i) => Math.floor(i / width) * 100 + i % width);

test('write and last: a prompt fills all slots of its samples, once each', async () => {
  // Prompt of 3 tokens for slots 0 and 1, prompt of 2 tokens for slot 3; slot 2 is nobody's.
  const live = bench.live(5), token = bench.u32([9, 0, 0, 3, 9, 1, 0, 3, 9, 2, 0, 3, 9, 0, 3, 5, 9, 1, 3, 5]), fill = bench.u32([0, 2, 0, 2, 0, 2, 3, 1, 3, 1]);
  const keys = bench.out(S * PLACES * WIDTH), values = bench.out(S * PLACES * WIDTH), hidden = bench.out(S * C);
  await bench.run((plan) => {
    cacheWrite(plan, { live, token, fill, qkv: bench.f32(named(5, (H + 2 * K) * D)), keys, values }, shape(6));
    cacheLast(plan, { live, token, fill, inp: bench.f32(named(5, C)), hidden }, shape(6));
  });
  const wantKeys = new Array<number>(S * PLACES * WIDTH).fill(BEFORE), wantValues = wantKeys.slice(), wantHidden = new Array<number>(S * C).fill(BEFORE);
  for (const [slot, place, row] of [[0, 0, 0], [0, 1, 1], [0, 2, 2], [1, 0, 0], [1, 1, 1], [1, 2, 2], [3, 0, 3], [3, 1, 4]]) {
    for (let d = 0; d < WIDTH; d++) {
      wantKeys[(slot * PLACES + place) * WIDTH + d] = row * 100 + H * D + d;
      wantValues[(slot * PLACES + place) * WIDTH + d] = row * 100 + (H + K) * D + d;
    }
  }
  for (const [slot, row] of [[0, 2], [1, 2], [3, 4]]) for (let c = 0; c < C; c++) wantHidden[slot * C + c] = row * 100 + c;
  expect(Array.from(await bench.read(keys))).toEqual(wantKeys);
  expect(Array.from(await bench.read(values))).toEqual(wantValues);
  expect(Array.from(await bench.read(hidden))).toEqual(wantHidden);
});

test('write_slots: each active slot at its own position', async () => {
  const slots = bench.u32([0, 1, 0, 0, 0, 0, 0, 1, 0, 4, 0, 0, 0, 2, 0, 0]), active_slots = bench.u32([2, 0, 3, 0]);
  const keys = bench.out(S * PLACES * WIDTH), values = bench.out(S * PLACES * WIDTH);
  await bench.run((plan) => cacheWriteSlots(plan, {
    live: bench.live(3), slots, active_slots, qkv: bench.f32(named(4, (H + 2 * K) * D)), keys, values,
  }, shape(4)));
  const want = new Array<number>(S * PLACES * WIDTH).fill(BEFORE), wantValues = want.slice();
  for (const [slot, place, row] of [[2, 4, 0], [0, 1, 1], [3, 2, 2]]) {
    for (let d = 0; d < WIDTH; d++) {
      want[(slot * PLACES + place) * WIDTH + d] = row * 100 + H * D + d;
      wantValues[(slot * PLACES + place) * WIDTH + d] = row * 100 + (H + K) * D + d;
    }
  }
  expect(Array.from(await bench.read(keys))).toEqual(want);
  expect(Array.from(await bench.read(values))).toEqual(wantValues);
});
