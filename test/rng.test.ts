/** Knows the published answers of Philox4x32-10; checks the generator against them and against plain statistics. */
import { describe, expect, it } from 'vitest';
import { choose, createRng, philox, philox4x32, randomInt } from '../src/rng';

const hex = (words: number[]): string => words.map((w) => w.toString(16).padStart(8, '0')).join(' ');

describe('philox', () => {
  it('gives the known answers of Random123', () => {
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(hex(philox4x32([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])))
      .toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    expect(hex(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])))
      .toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
  });

  it('places its four arguments as key (seed, step) and counter (counter, stream, 0, 0)', () => {
    expect(philox(7, 8, 9, 10)).toEqual(philox4x32([10, 9, 0, 0], [7, 8]));
    expect(new Set([philox(1, 2, 3, 4), philox(2, 1, 3, 4), philox(1, 2, 4, 3), philox(1, 2, 3, 5)].map(hex)).size).toBe(4);
  });
});

describe('createRng', () => {
  it('reads the blocks word by word as 24-bit floats', () => {
    const random = createRng(5, 6, 7);
    const words = [...philox(5, 6, 7, 0), ...philox(5, 6, 7, 1)];
    for (const word of words) expect(random()).toBe((word >>> 8) / 2 ** 24);
  });

  it('is uniform: mean 1/2, variance 1/12, each of 16 bins within 5 sigma', () => {
    const random = createRng(1);
    const n = 64000;
    const bins = new Array<number>(16).fill(0);
    let sum = 0, squares = 0;
    for (let i = 0; i < n; i++) {
      const u = random();
      sum += u;
      squares += u * u;
      bins[Math.floor(u * 16)]!++;
    }
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(0.006);
    expect(Math.abs(squares / n - (sum / n) ** 2 - 1 / 12)).toBeLessThan(0.003);
    for (const count of bins) expect(Math.abs(count - n / 16)).toBeLessThan(5 * Math.sqrt(n / 16));
  });

  it('draws integers and elements within bounds', () => {
    const random = createRng(2);
    const seen = new Set<number>();
    for (let i = 0; i < 500; i++) seen.add(randomInt(random, 7));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(['a', 'b']).toContain(choose(random, ['a', 'b']));
  });
});
