/** The judge of every gradient here: knows how to difference a scalar function numerically and compare, nothing of the function. */
import { expect } from 'vitest';
import { createRng } from '../../src/rng';

/** A stream of standard normal numbers (Box-Muller) that depends on the seed alone. */
export function normals(seed: number): () => number {
  const random = createRng(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** n numbers scale * normal. */
export function normalArray(n: number, normal: () => number, scale = 1): Float64Array {
  return new Float64Array(n).map(() => scale * normal());
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Largest |a-b| over the larger of |b|'s maximum and `floor`. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>, floor = 1e-12): number {
  expect(a.length).toBe(b.length);
  let difference = 0, size = floor;
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) return NaN;
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(b[i]));
  }
  return difference / size;
}

/**
 * Fourth-order central differences of f along every element of x (x is restored): (8(f1-f-1) - (f2-f-2)) / 12h, error O(h^4).
 * @param picks element indices to probe; all when absent
 */
export function differences(f: () => number, x: Float64Array, picks: number[] = Array.from(x.keys()), h = 1e-3): Float64Array {
  const out = new Float64Array(picks.length);
  picks.forEach((i, n) => {
    const keep = x[i];
    const at = (k: number): number => { x[i] = keep + k * h; return f(); };
    out[n] = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
    x[i] = keep;
  });
  return out;
}

/** Asserts that `gradient` is the derivative of f by x to a relative error below `tolerance` of the largest element. */
export function expectGradient(f: () => number, x: Float64Array, gradient: Float64Array, tolerance = 1e-6, picks?: number[]): void {
  const numeric = differences(f, x, picks);
  const analytic = picks ? Float64Array.from(picks, (i) => gradient[i]) : gradient;
  expect(relativeError(analytic, numeric, 1e-7)).toBeLessThan(tolerance);
}
