/** Counter-based random draws: knows Philox4x32-10 and nothing of what is drawn with it. */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** Weyl increments of the two key words (golden ratio, sqrt 3 - 1). */
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two u32. Split in 16-bit halves, so every partial product is exact in a double. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/**
 * Philox4x32-10 on a full counter and key (all words u32).
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011); Random123.
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let c0 = counter[0] >>> 0, c1 = counter[1] >>> 0, c2 = counter[2] >>> 0, c3 = counter[3] >>> 0;
  let k0 = key[0] >>> 0, k1 = key[1] >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(MULTIPLIER_0, c0), low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = mulHigh(MULTIPLIER_1, c2), low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * Four u32 draws of key (seed, step) at counter (counter, stream, 0, 0). Arguments are taken modulo 2^32.
 * The same four numbers always give the same draws, on any machine and in any order of calls.
 */
export function philox(seed: number, step: number, stream: number, counter: number): [number, number, number, number] {
  return philox4x32([counter, stream, 0, 0], [seed, step]);
}

/**
 * A sequence of floats in [0, 1), 24 bits each (exact in f32), reading `philox(seed, step, stream, 0, 1, 2, ...)` word by word.
 * Its state is the position alone: two generators of the same arguments give the same sequence.
 */
export function createRng(seed: number, step = 0, stream = 0): () => number {
  let counter = 0;
  let block: [number, number, number, number] = [0, 0, 0, 0];
  let next = 4;
  return () => {
    if (next === 4) {
      block = philox(seed, step, stream, counter++);
      next = 0;
    }
    return (block[next++]! >>> 8) / 0x1000000;
  };
}

/** Integer in [0, bound); `bound` from 1 to 2^24. */
export function randomInt(random: () => number, bound: number): number {
  return Math.floor(random() * bound);
}

/** One element of a non-empty list. */
export function choose<T>(random: () => number, list: readonly T[]): T {
  return list[randomInt(random, list.length)] as T;
}
