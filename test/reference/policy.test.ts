/** The loss reference: hand-computed values, and gradients against differences of the loss with its stop-gradients held fixed. */
import { describe, expect, test } from 'vitest';
import { expectGradient, normalArray, normals } from './finite_difference';
import { policyForwardBackward, type PolicyInput, type PolicySettings } from './policy';

const base: PolicySettings = { ratio: 'token', clip: 'min', epsilonLow: 0.2, epsilonHigh: 0.28, dualClip: 0, kl: 'none', klBeta: 0, entropyCoef: 0 };

function one(logp: number, advantage: number, old: number, settings: Partial<PolicySettings>, ref?: number): ReturnType<typeof policyForwardBackward> {
  return policyForwardBackward({
    logp: Float64Array.of(logp), entropy: Float64Array.of(0.5), weight: [1], advantage: [advantage], old: [old], ref: ref === undefined ? undefined : [ref], offsets: [0, 1],
  }, { ...base, ...settings });
}

/** Three sequences of 13, 1 and 17 tokens; every fourth token masked; ratios on both sides of the clip for both signs of the advantage. */
function sample(seed: number, spread: number): PolicyInput {
  const normal = normals(seed), N = 31, logp = normalArray(N, normal).map((x) => -1 - Math.abs(x));
  return {
    logp, entropy: normalArray(N, normal), old: logp.map((x) => x + spread * normal()), ref: logp.map((x) => x + 0.3 * normal()),
    weight: new Float64Array(N).map((_, t) => (t % 4 === 0 ? 0 : 0.05 + 0.01 * (t % 5))), advantage: normalArray(N, normal), offsets: [0, 13, 14, 31],
  };
}

describe('values by hand', () => {
  test('inside the clip: -rho A', () => {
    const r = one(-1, 2, -1.1, {});
    expect(r.loss).toBeCloseTo(-2 * Math.exp(0.1), 14);
    expect(r.dlogp[0]).toBeCloseTo(-2 * Math.exp(0.1), 14);
    expect(r.ratioMean).toBeCloseTo(Math.exp(0.1), 14);
  });
  test('above the clip with A > 0: the bound, no gradient, counted', () => {
    const r = one(-1, 2, -2, {});
    expect(r.loss).toBeCloseTo(-2.56, 14);
    expect(r.dlogp[0]).toBe(0);
    expect([r.clipLow, r.clipHigh]).toEqual([0, 1]);
  });
  test('below the clip with A < 0: the bound, no gradient, counted', () => {
    const r = one(-2, -2, -1, {});
    expect(r.loss).toBeCloseTo(1.6, 14);
    expect(r.dlogp[0]).toBe(0);
    expect([r.clipLow, r.clipHigh]).toEqual([1, 0]);
  });
  test('dual clip: for A < 0 the loss ends at c |A|', () => {
    expect(one(-1, -2, -3, {}).loss).toBeCloseTo(2 * Math.exp(2), 12);
    const r = one(-1, -2, -3, { dualClip: 3 });
    expect(r.loss).toBeCloseTo(6, 14);
    expect(r.dlogp[0]).toBe(0);
  });
  test('cispo: the capped ratio weighs log p and never stops the gradient', () => {
    const r = one(-1, 2, -4, { clip: 'cispo', epsilonHigh: 5 });
    expect(r.loss).toBeCloseTo(10, 14);
    expect(r.dlogp[0]).toBeCloseTo(-10, 14);
    expect(r.clipHigh).toBe(1);
  });
  test('supervised: the loss is -log p', () => {
    expect(one(-1.25, 1, 0, { ratio: 'none', clip: 'none' }).loss).toBeCloseTo(1.25, 14);
  });
  test('on-policy: the ratio is 1 in value, not in gradient', () => {
    const r = policyForwardBackward({ logp: Float64Array.of(-1), entropy: Float64Array.of(0), weight: [0.5], advantage: [3], offsets: [0, 1] }, base);
    expect([r.loss, r.dlogp[0], r.ratioMean]).toEqual([-1.5, -1.5, 1]);
  });
  test.each([['k1', 0.5, 1], ['k2', 0.125, 0.5], ['k3', Math.exp(-0.5) - 0.5, 1 - Math.exp(-0.5)]] as const)('%s at d = 0.5', (kl, value, slope) => {
    const r = one(-1, 0, -1, { kl, klBeta: 2 }, -1.5);
    expect(r.kl).toBeCloseTo(value, 14);
    expect(r.loss).toBeCloseTo(2 * value, 14);
    expect(r.dlogp[0]).toBeCloseTo(2 * slope, 14);
  });
  test('k3 ends at 10 without gradient; the log ratio at 20', () => {
    const r = one(-9, 0, -9, { kl: 'k3', klBeta: 1 }, -1);
    expect([r.kl, r.dlogp[0]]).toEqual([10, 0]);
    expect(one(-1, 1, -99, { clip: 'none' }).ratioMean).toBeCloseTo(Math.exp(20), 0);
  });
  test('sequence ratio: exp of the mean over weighted tokens; product: exp of the sum', () => {
    const input: PolicyInput = {
      logp: Float64Array.of(-5, -1, -2), entropy: new Float64Array(3), weight: [0, 1, 1], advantage: [9, 1, 1], old: [0, -1.1, -2.3], offsets: [0, 3],
    };
    const s = policyForwardBackward(input, { ...base, ratio: 'sequence', clip: 'none' });
    expect(s.loss).toBeCloseTo(-2 * Math.exp(0.2), 14);
    expect(s.dlogp[1]).toBeCloseTo(-Math.exp(0.2), 14);
    expect(policyForwardBackward(input, { ...base, ratio: 'product', clip: 'none' }).loss).toBeCloseTo(-2 * Math.exp(0.4), 14);
  });
  test('entropy bonus and metrics are means over trained tokens', () => {
    const r = policyForwardBackward({
      logp: Float64Array.of(-1, -1, -1), entropy: Float64Array.of(9, 1, 2), weight: [0, 0.5, 0.25], advantage: [0, 0, 0], offsets: [0, 3],
    }, { ...base, entropyCoef: 0.1 });
    expect(r.entropy).toBe(1.5);
    expect(r.trainedTokens).toBe(2);
    expect(r.loss).toBeCloseTo(-0.1, 14);
    expect(Array.from(r.dentropy)).toEqual([0, -0.05, -0.025]);
  });
  test('nothing trained: zeros, never NaN', () => {
    const r = policyForwardBackward({ logp: Float64Array.of(-1), entropy: Float64Array.of(1), weight: [0], advantage: [1], offsets: [0, 1] }, base);
    expect([r.loss, r.entropy, r.kl, r.ratioMean, r.trainedTokens]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('gradients', () => {
  const token: Partial<PolicySettings>[] = [
    { ratio: 'none', clip: 'none' }, { clip: 'none' }, {}, { dualClip: 1.2 },
    { kl: 'k1', klBeta: 0.3 }, { kl: 'k2', klBeta: 0.3 }, { kl: 'k3', klBeta: 0.3, entropyCoef: 0.2 },
  ];
  test.each(token)('token level %j', (change) => {
    for (const spread of [0.05, 1]) {
      const input = sample(7, spread), settings = { ...base, ...change };
      const { dlogp, dentropy } = policyForwardBackward(input, settings);
      const f = (): number => policyForwardBackward(input, settings).loss;
      expectGradient(f, input.logp, dlogp);
      expectGradient(f, input.entropy, dentropy);
    }
  });
  test('spread 1 really visits both clips', () => {
    const r = policyForwardBackward(sample(7, 1), base);
    expect(r.clipLow).toBeGreaterThan(0);
    expect(r.clipHigh).toBeGreaterThan(0);
  });
  test('sequence and product: the gradient of the sequence value, spread evenly over its tokens, when weights are equal', () => {
    // True d/dlogp_t of sum_t w*l(s) is (count * w) * dl/ds * s * (1/count or 1); the token form gives w * dl/ds * s:
    // equal for the mean, and 1/count of it for the product.
    for (const ratio of ['sequence', 'product'] as const) {
      // 9 trained tokens in the first sequence, 13 in the last.
      const per = (first: number, last: number) => (_: number, t: number) => (t % 4 === 0 || t === 13 ? 0 : t < 13 ? first : last);
      const input = { ...sample(11, 0.02), weight: new Float64Array(31).map(per(0.2, 0.1)), advantage: new Float64Array(31).map(per(1.5, -0.5)) };
      const settings = { ...base, ratio };
      const { dlogp } = policyForwardBackward(input, settings);
      const expected = ratio === 'sequence' ? dlogp : dlogp.map((d, t) => d * per(9, 13)(0, t));
      expectGradient(() => policyForwardBackward(input, settings).loss, input.logp, expected);
    }
  });
  test('cispo: the gradient of the loss with the capped ratio frozen', () => {
    const input = sample(13, 1), settings: PolicySettings = { ...base, clip: 'cispo', epsilonHigh: 1.5 };
    const { dlogp, clipHigh } = policyForwardBackward(input, settings);
    expect(clipHigh).toBeGreaterThan(0);
    const frozen = input.logp.map((x, t) => Math.min(Math.exp(x - input.old![t]), 1.5));
    const f = (): number => input.logp.reduce((sum, x, t) => sum - input.weight[t] * frozen[t] * input.advantage[t] * x, 0);
    expectGradient(f, input.logp, dlogp);
    expect(policyForwardBackward(input, settings).loss).toBeCloseTo(f(), 14);
  });
});
