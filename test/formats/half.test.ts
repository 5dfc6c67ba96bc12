/** Holds the binary16 and bfloat16 conversions against the definition: nearest representable, ties to even. */
import { describe, expect, it } from 'vitest';
import { decodeBF16, decodeF16, f32ToF16Bits } from '../../src/formats/half';
import { draws } from './draws';

const all = new Float32Array(65536);
decodeF16(Uint16Array.from({ length: 65536 }, (_, bits) => bits), all);

/** The finite non-negative binary16 values are increasing in their bits, so the nearest is found by bisection in exact doubles. */
function nearestBits(value: number): number {
  const magnitude = Math.abs(Math.fround(value));
  const sign = Object.is(Math.sign(Math.fround(value)), -0) || value < 0 ? 0x8000 : 0;
  if (magnitude >= 65520) return sign | 0x7c00;
  let low = 0;
  let high = 0x7bff;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (all[middle]! <= magnitude) low = middle;
    else high = middle - 1;
  }
  if (low === 0x7bff) return sign | low;
  const below = magnitude - all[low]!;
  const above = all[low + 1]! - magnitude;
  return sign | (below < above || (below === above && low % 2 === 0) ? low : low + 1);
}

describe('binary16', () => {
  it('decodes known values', () => {
    expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x7c00].map(bits => all[bits])).toEqual([1, -2, 65504, 2 ** -24, 2 ** -14, 0.333251953125, Infinity]);
    expect(Object.is(all[0x8000], -0)).toBe(true);
    expect(all[0x7e00]).toBeNaN();
  });

  it('gives back all 65,536 words', () => {
    let wrong = 0;
    for (let bits = 0; bits < 65536; bits++) {
      const isNaNWord = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
      if (f32ToF16Bits(all[bits]!) !== bits && !isNaNWord) wrong++;
    }
    expect(wrong).toBe(0);
    expect(all[f32ToF16Bits(NaN)]).toBeNaN();
  });

  it('rounds every midpoint of neighbours to the even one, and both sides of it to the nearer', () => {
    let wrong = 0;
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (all[bits]! + all[bits + 1]!) / 2; // exact in float32
      const step = all[bits + 1]! - all[bits]!;
      if (f32ToF16Bits(middle) !== bits + (bits & 1)) wrong++;
      if (f32ToF16Bits(middle - step / 1024) !== bits || f32ToF16Bits(-middle - step / 1024) !== (0x8000 | (bits + 1))) wrong++;
    }
    expect(wrong).toBe(0);
    expect(f32ToF16Bits(65519.99)).toBe(0x7bff);
    expect(f32ToF16Bits(65520)).toBe(0x7c00);
  });

  it('agrees with the nearest value for 20,000 draws of all magnitudes', () => {
    const random = draws(1);
    let wrong = 0;
    for (let i = 0; i < 20000; i++) {
      const value = (random() - 0.5) * 2 ** (random() * 50 - 30);
      if (f32ToF16Bits(value) !== nearestBits(value)) wrong++;
    }
    expect(wrong).toBe(0);
  });
});

describe('bfloat16', () => {
  it('is the upper half of a float32', () => {
    const out = new Float32Array(5);
    decodeBF16(Uint16Array.of(0x3f80, 0xc049, 0x0001, 0x7f7f, 0x8000), out);
    expect([...out]).toEqual([1, -3.140625, 2 ** -133, 2 ** 127 * (2 - 2 ** -7), -0]);
  });
});
