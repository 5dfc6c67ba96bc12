/** Knows how to draw repeatable numbers for the tests of this folder and of the store; knows nothing of what they are used for. */

/** Mulberry32: uniform in [0, 1), 32 bits of state. */
export function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `length` float32 values around zero, of mixed magnitude. */
export function floats(random: () => number, length: number): Float32Array {
  return Float32Array.from({ length }, () => (random() - 0.5) * 10 ** (random() * 6 - 4));
}
