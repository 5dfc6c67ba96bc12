/** Every forward/backward pair of the reference against finite differences, on shapes of 1, odd numbers and primes. */
import { describe, expect, test } from 'vitest';
import { attentionBackward, attentionForward } from './attention';
import { embeddingBackward, embeddingForward } from './embedding';
import { dot, expectGradient, normalArray, normals, relativeError } from './finite_difference';
import { logprobBackward, logprobForward } from './logprob';
import { matmulBackward, matmulForward } from './matmul';
import { qknormBackward, qknormForward } from './qknorm';
import { residualBackward, residualForward } from './residual';
import { rmsnormBackward, rmsnormForward } from './rmsnorm';
import { ropeBackward, ropeForward } from './rope';
import { swigluBackward, swigluForward } from './swiglu';

/** Starts a gradient buffer at nonzero values, so that `=` in place of `+=` is seen. */
const seeded = (n: number): Float64Array => new Float64Array(n).fill(0.25);
const minus = (a: Float64Array): Float64Array => a.map((x) => x - 0.25);

describe('embedding', () => {
  test.each([[1, 1, 1], [7, 3, 5], [17, 13, 3]])('N %i, V %i, C %i', (N, V, C) => {
    const normal = normals(N), weight = normalArray(V * C, normal), mix = normalArray(N * C, normal);
    const tokens = Int32Array.from({ length: N }, (_, n) => (n * 5 + 1) % V);
    const dweight = seeded(V * C);
    embeddingBackward(dweight, mix, tokens, C);
    expectGradient(() => dot(embeddingForward(weight, tokens, C), mix), weight, minus(dweight));
  });
  test('an id outside the table is refused', () => {
    expect(() => embeddingForward(new Float64Array(6), [3], 2)).toThrow(/outside the vocabulary of 3/);
  });
});

describe('rmsnorm', () => {
  test.each([[1, 1], [1, 7], [3, 17], [7, 3]])('N %i, C %i', (N, C) => {
    const normal = normals(N * 100 + C), inp = normalArray(N * C, normal), weight = normalArray(C, normal), mix = normalArray(N * C, normal);
    const f = (): number => dot(rmsnormForward(inp, weight, 1e-2).out, mix);
    const dinp = seeded(N * C), dweight = seeded(C);
    rmsnormBackward(dinp, dweight, mix, inp, weight, rmsnormForward(inp, weight, 1e-2).rstd);
    expectGradient(f, inp, minus(dinp));
    expectGradient(f, weight, minus(dweight));
  });
  test('known value: (3,4) has mean square 12.5', () => {
    const { out } = rmsnormForward(Float64Array.of(3, 4), Float64Array.of(1, 2), 0);
    expect(relativeError(out, [3 / Math.sqrt(12.5), 8 / Math.sqrt(12.5)])).toBeLessThan(1e-15);
  });
});

test.each([[1, 1, 2], [3, 3, 7], [7, 2, 4]])('qknorm: N %i, %i heads, D %i', (N, heads, D) => {
  const normal = normals(N + heads), inp = normalArray(N * heads * D, normal), weight = normalArray(D, normal), mix = normalArray(inp.length, normal);
  const f = (): number => dot(qknormForward(inp, weight, 1e-2).out, mix);
  const dinp = seeded(inp.length), dweight = seeded(D);
  qknormBackward(dinp, dweight, mix, inp, weight, qknormForward(inp, weight, 1e-2).rstd);
  expectGradient(f, inp, minus(dinp));
  expectGradient(f, weight, minus(dweight));
});

test.each([[1, 1, 1, true], [3, 7, 5, false], [7, 3, 17, true]])('matmul: N %i, O %i, C %i, bias %s', (N, O, C, biased) => {
  const normal = normals(N + O + C), inp = normalArray(N * C, normal), weight = normalArray(O * C, normal);
  const bias = biased ? normalArray(O, normal) : null, mix = normalArray(N * O, normal);
  const f = (): number => dot(matmulForward(inp, weight, bias, C), mix);
  const dinp = seeded(N * C), dweight = seeded(O * C), dbias = biased ? seeded(O) : null;
  matmulBackward(dinp, dweight, dbias, mix, inp, weight, C);
  expectGradient(f, inp, minus(dinp));
  expectGradient(f, weight, minus(dweight));
  if (bias && dbias) expectGradient(f, bias, minus(dbias));
});

describe('rope', () => {
  test.each([[1, 1, 2], [7, 3, 4], [3, 2, 10]])('N %i, %i heads, D %i', (N, heads, D) => {
    const normal = normals(N + D), inp = normalArray(N * heads * D, normal), mix = normalArray(inp.length, normal);
    const positions = Int32Array.from({ length: N }, (_, n) => n % 5);
    const dinp = seeded(inp.length);
    ropeBackward(dinp, mix, positions, D, 100);
    expectGradient(() => dot(ropeForward(inp, positions, D, 100), mix), inp, minus(dinp));
  });
  test('scores depend on the distance of positions alone', () => {
    const normal = normals(3), q = normalArray(8, normal), k = normalArray(8, normal);
    const score = (i: number, j: number): number => dot(ropeForward(q, [i], 8, 1e4), ropeForward(k, [j], 8, 1e4));
    expect(score(9, 4)).toBeCloseTo(score(25, 20), 12);
    expect(Math.abs(score(9, 4) - score(9, 5))).toBeGreaterThan(1e-3);
  });
  test('known value: the first pair turns by one radian per position', () => {
    const out = ropeForward(Float64Array.of(1, 0, 0, 0), [1], 4, 1e4);
    expect(relativeError(out, [Math.cos(1), 0, Math.sin(1), 0])).toBeLessThan(1e-15);
  });
});

describe('attention', () => {
  test.each([[[1], 1, 1, 1], [[3, 1, 4], 2, 1, 3], [[7], 3, 3, 2], [[2, 5], 4, 1, 5], [[1, 6], 4, 2, 3]] as [number[], number, number, number][])(
    'lengths %j, H %i, K %i, D %i', (lengths, H, K, D) => {
      const start = lengths.flatMap((length, s) => Array.from({ length }, () => lengths.slice(0, s).reduce((a, b) => a + b, 0)));
      const N = start.length, shape = { H, K, D, start }, normal = normals(N * H);
      const q = normalArray(N * H * D, normal), k = normalArray(N * K * D, normal), v = normalArray(N * K * D, normal), mix = normalArray(q.length, normal);
      const f = (): number => dot(attentionForward(q, k, v, shape).out, mix);
      const { out, lse } = attentionForward(q, k, v, shape);
      const dq = seeded(q.length), dk = seeded(k.length), dv = seeded(v.length);
      attentionBackward(dq, dk, dv, mix, q, k, v, out, lse, shape);
      expectGradient(f, q, minus(dq));
      expectGradient(f, k, minus(dk));
      expectGradient(f, v, minus(dv));
    });
  test('packing changes nothing: each sequence gives what it gives alone', () => {
    const D = 3, normal = normals(5), q = normalArray(5 * D, normal), k = normalArray(5 * D, normal), v = normalArray(5 * D, normal);
    const packed = attentionForward(q, k, v, { H: 1, K: 1, D, start: [0, 0, 2, 2, 2] }).out;
    const alone = attentionForward(q.slice(2 * D), k.slice(2 * D), v.slice(2 * D), { H: 1, K: 1, D, start: [0, 0, 0] }).out;
    expect(Array.from(packed.slice(2 * D))).toEqual(Array.from(alone));
    expect(Array.from(packed.slice(2 * D, 3 * D))).toEqual(Array.from(v.slice(2 * D, 3 * D)));
  });
});

test.each([1, 7, 17])('swiglu and residual: %i elements', (n) => {
  const normal = normals(n), a = normalArray(n, normal), b = normalArray(n, normal), mix = normalArray(n, normal);
  const da = seeded(n), db = seeded(n);
  swigluBackward(da, db, mix, a, b);
  expectGradient(() => dot(swigluForward(a, b), mix), a, minus(da));
  expectGradient(() => dot(swigluForward(a, b), mix), b, minus(db));
  const dc = seeded(n), dd = seeded(n);
  residualBackward(dc, dd, mix);
  expectGradient(() => dot(residualForward(a, b), mix), a, minus(dc));
  expectGradient(() => dot(residualForward(a, b), mix), b, minus(dd));
});

describe('logprob', () => {
  test.each([[1, 2, 1], [3, 7, 0.7], [7, 17, 1.3]])('N %i, V %i, temperature %f', (N, V, temperature) => {
    const normal = normals(N + V), logits = normalArray(N * V, normal, 2), a = normalArray(N, normal), b = normalArray(N, normal);
    const targets = Int32Array.from({ length: N }, (_, n) => (n % 3 === 1 ? -1 : (n * 5) % V));
    const f = (): number => {
      const { logp, entropy } = logprobForward(logits, targets, temperature);
      return dot(logp, a) + dot(entropy, b);
    };
    const { entropy, lse } = logprobForward(logits, targets, temperature);
    const dlogits = seeded(N * V);
    logprobBackward(dlogits, a, b, logits, targets, entropy, lse, temperature);
    expectGradient(f, logits, minus(dlogits));
  });
  test('uniform logits: logp is -log V, entropy log V; large logits stay finite', () => {
    const { logp, entropy } = logprobForward(new Float64Array(5).fill(1e4), [2], 0.5);
    expect(logp[0]).toBeCloseTo(-Math.log(5), 10);
    expect(entropy[0]).toBeCloseTo(Math.log(5), 10);
  });
});
