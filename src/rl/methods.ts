/** The named policy-gradient methods as switches of one loss; knows papers' choices, not kernels. */

import type { Settings } from '../config';
import type { UpdateSettings } from '../types';
import type { AdvantageKind } from './advantage';

/**
 * How token losses are averaged. `token-mean` and `bnpo`: over the tokens of the stage. `dapo`: over the tokens of the whole batch.
 * `sequence-mean`: over each completion, then over completions. `sequence-sum`: completions alone. `dr_grpo`: completions times the
 * longest allowed length.
 */
export type Aggregation = 'token-mean' | 'sequence-mean' | 'sequence-sum' | 'dr_grpo' | 'bnpo' | 'dapo';

export interface Method {
  advantage: AdvantageKind;
  ratio: UpdateSettings['ratio'];
  clip: UpdateSettings['clip'];
  epsilonLow: number; epsilonHigh: number;
  dualClip: number;
  kl: UpdateSettings['kl'];
  klBeta: number;
  /** `reward`: beta k1 is taken off the reward (per token to go, or as a sum for RLOO); `loss`: it is a term of the loss. */
  klIn: 'reward' | 'loss';
  aggregation: Aggregation;
}

const GRPO: Method = { advantage: 'group-std', ratio: 'token', clip: 'min', epsilonLow: 0.2, epsilonHigh: 0.2, dualClip: 0, kl: 'none', klBeta: 0, klIn: 'loss', aggregation: 'sequence-mean' };

/** Numbers: the papers, and TRL, verl and OpenRLHF where a paper is silent. */
export const METHODS: Readonly<Record<Settings['method'], Method>> = {
  // Measured in the prototype: group-normalised, a token mean for each stage, no KL.
  'proven': { ...GRPO, epsilonHigh: 0.28, aggregation: 'token-mean' },
  'reinforce': { ...GRPO, advantage: 'batch-mean', ratio: 'none', clip: 'none', aggregation: 'sequence-sum' },
  // arXiv 2501.03262; KL weight as OpenRLHF.
  'reinforce++': { ...GRPO, advantage: 'whiten', kl: 'k1', klBeta: 0.01, klIn: 'reward', aggregation: 'dapo' },
  'reinforce++-baseline': { ...GRPO, advantage: 'group-mean-whiten', kl: 'k1', klBeta: 0.01, klIn: 'reward', aggregation: 'dapo' },
  // arXiv 2402.03300; KL off as in TRL.
  'grpo': GRPO,
  // arXiv 2503.20783.
  'dr-grpo': { ...GRPO, advantage: 'group-mean', aggregation: 'dr_grpo' },
  // arXiv 2503.14476; no dynamic sampling here.
  'dapo': { ...GRPO, epsilonHigh: 0.28, aggregation: 'dapo' },
  // arXiv 2402.14740; weights as TRL RLOOConfig. The product ratio's gradient lands on every token, so a sum is right.
  'rloo': { ...GRPO, advantage: 'leave-one-out', ratio: 'product', kl: 'k1', klBeta: 0.05, klIn: 'reward', aggregation: 'sequence-sum' },
  // arXiv 2507.18071.
  'gspo': { ...GRPO, ratio: 'sequence', epsilonLow: 3e-4, epsilonHigh: 4e-4 },
  // arXiv 2506.13585; 5 caps the ratio itself.
  'cispo': { ...GRPO, advantage: 'group-mean-batch-std', clip: 'cispo', epsilonLow: 0, epsilonHigh: 5, aggregation: 'dapo' },
};

/** The method of a configuration, with what the settings override. Objectives other than policy are supervised: no ratio, clip or KL. */
export function methodOf(settings: Settings): Method {
  const named = METHODS[settings.method];
  const kl = settings.kl === 'method' ? named.kl : settings.kl;
  const method: Method = {
    ...named,
    aggregation: settings.aggregation === 'method' ? named.aggregation : settings.aggregation,
    epsilonLow: settings.epsilonLow > 0 ? settings.epsilonLow : named.epsilonLow,
    epsilonHigh: settings.epsilonHigh > 0 ? settings.epsilonHigh : named.epsilonHigh,
    kl,
    klBeta: kl === 'none' ? 0 : settings.klBeta > 0 ? settings.klBeta : named.klBeta > 0 ? named.klBeta : 0.01,
    // A KL that the method does not have itself goes where its estimator has the right gradient: the loss.
    klIn: settings.kl === 'method' ? named.klIn : kl === 'k1' ? 'reward' : 'loss',
  };
  if (settings.objective === 'policy') return method;
  return { ...method, ratio: 'none', clip: 'none', dualClip: 0, kl: 'none', klBeta: 0, aggregation: settings.aggregation === 'method' ? 'token-mean' : settings.aggregation };
}

/** Optimizer and loss switches of one update; `step` is 0-based and sets the warm-up of the rate. */
export function updateSettings(settings: Settings, method: Method, step: number): UpdateSettings {
  const inLoss = method.kl !== 'none' && method.klIn === 'loss';
  return {
    learningRate: settings.learningRate * Math.min(1, (step + 1) / Math.max(1, settings.learningRateWarmup)),
    beta1: settings.beta1, beta2: settings.beta2, epsilon: 1e-8, weightDecay: settings.weightDecay, maxGradNorm: settings.maxGradNorm,
    ratio: method.ratio, clip: method.clip, epsilonLow: method.epsilonLow, epsilonHigh: method.epsilonHigh, dualClip: method.dualClip,
    kl: inLoss ? method.kl : 'none', klBeta: inLoss ? method.klBeta : 0, entropyCoef: settings.entropyCoef,
    // Supervised targets were not sampled: they are learned as they are.
    temperature: settings.objective === 'policy' ? settings.temperature : 1,
  };
}
