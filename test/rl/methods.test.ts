/** Tests of the named methods as switches. */
import { describe, expect, it } from 'vitest';
import { SETTINGS, defaults } from '../../src/config';
import type { Settings } from '../../src/config';
import { METHODS, methodOf, updateSettings } from '../../src/rl/methods';

const settings = (changes: Partial<Settings>): Settings => ({ ...defaults(), ...changes });

describe('methods', () => {
  it('are all there', () => {
    expect(Object.keys(METHODS)).toEqual(SETTINGS.find((setting) => setting.key === 'method')!.choices);
  });
  it('have their papers\' switches', () => {
    const of = (method: Settings['method']) => methodOf(settings({ method }));
    expect(of('proven')).toMatchObject({ advantage: 'group-std', ratio: 'token', clip: 'min', epsilonLow: 0.2, epsilonHigh: 0.28, kl: 'none', aggregation: 'token-mean' });
    expect(of('reinforce')).toMatchObject({ advantage: 'batch-mean', ratio: 'none', clip: 'none', kl: 'none' });
    expect(of('reinforce++')).toMatchObject({ advantage: 'whiten', ratio: 'token', kl: 'k1', klBeta: 0.01, klIn: 'reward', aggregation: 'dapo' });
    expect(of('reinforce++-baseline')).toMatchObject({ advantage: 'group-mean-whiten', klIn: 'reward' });
    expect(of('grpo')).toMatchObject({ advantage: 'group-std', epsilonHigh: 0.2, aggregation: 'sequence-mean' });
    expect(of('dr-grpo')).toMatchObject({ advantage: 'group-mean', aggregation: 'dr_grpo' });
    expect(of('dapo')).toMatchObject({ epsilonLow: 0.2, epsilonHigh: 0.28, aggregation: 'dapo' });
    expect(of('rloo')).toMatchObject({ advantage: 'leave-one-out', ratio: 'product', klBeta: 0.05, klIn: 'reward', aggregation: 'sequence-sum' });
    expect(of('gspo')).toMatchObject({ ratio: 'sequence', epsilonLow: 3e-4, epsilonHigh: 4e-4, aggregation: 'sequence-mean' });
    expect(of('cispo')).toMatchObject({ advantage: 'group-mean-batch-std', clip: 'cispo', epsilonHigh: 5, aggregation: 'dapo' });
  });
  it('yield to the settings', () => {
    expect(methodOf(settings({ method: 'gspo', epsilonLow: 0.1, epsilonHigh: 0.3, aggregation: 'dapo', kl: 'k3', klBeta: 0.04 }))).toMatchObject({ epsilonLow: 0.1, epsilonHigh: 0.3, aggregation: 'dapo', kl: 'k3', klBeta: 0.04, klIn: 'loss' });
    expect(methodOf(settings({ method: 'reinforce++', kl: 'none' }))).toMatchObject({ kl: 'none', klBeta: 0 });
    expect(methodOf(settings({ kl: 'k1' }))).toMatchObject({ kl: 'k1', klBeta: 0.01, klIn: 'reward' });
  });
  it('become supervised under the other objectives', () => {
    for (const objective of ['rft', 'sft', 'backtranslation'] as const) {
      const s = settings({ objective, method: 'reinforce++', temperature: 0.7, aggregation: 'sequence-mean' });
      expect(methodOf(s)).toMatchObject({ ratio: 'none', clip: 'none', kl: 'none', aggregation: 'sequence-mean' });
      expect(updateSettings(s, methodOf(s), 0).temperature).toBe(1);
    }
  });
});

describe('update settings', () => {
  it('warm the rate up and keep a reward KL out of the loss', () => {
    const s = settings({ method: 'reinforce++', temperature: 0.7 });
    const rates = [0, 1, 4, 5, 100].map((step) => updateSettings(s, methodOf(s), step).learningRate);
    expect(rates).toEqual([2e-4 / 5, (2e-4 * 2) / 5, 2e-4, 2e-4, 2e-4]);
    expect(updateSettings(s, methodOf(s), 0)).toMatchObject({ kl: 'none', klBeta: 0, temperature: 0.7, beta1: 0.9, beta2: 0.95, weightDecay: 0, maxGradNorm: 1 });
    const k3 = settings({ kl: 'k3' });
    expect(updateSettings(k3, methodOf(k3), 0)).toMatchObject({ kl: 'k3', klBeta: 0.01 });
    expect(updateSettings(settings({ learningRateWarmup: 0 }), methodOf(s), 0).learningRate).toBe(2e-4);
  });
});
