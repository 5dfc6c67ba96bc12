/** Rewards of sampled documentation; knows the two kinds of reward and the two ways of the documentation check, not the update. */

import { scoreOptions } from '../reward/blend';
import { mean } from '../rl/advantage';
import { createRng } from '../rng';
import type { CodeItem } from '../types';
import { STREAM, pick, readerLogLikelihood } from './lab';
import type { Lab } from './lab';
import type { Sample } from './samples';

/** Penalties of the additive check: 0.1 for bad form, 0.3 x leak; log-likelihood has a wider spread and takes 1.5 times as much. Measured. */
const FORM_PENALTY = 0.1;
const LEAK_PENALTY = 0.3;
const LOG_LIKELIHOOD_SCALE = 1.5;

/**
 * The reward of one documentation. Gate: R_sim x R_doc; a log-likelihood enters as exp(mean log p), the geometric mean probability in
 * (0, 1], since a negative number times 0 would be a prize. Additive: R_sim less penalties. NaN when there is nothing to judge by.
 */
export function combine(similarity: number, sample: Pick<Sample, 'verdict'> & { tokens: ArrayLike<number> }, settings: Lab['settings']): number {
  const { verdict } = sample;
  const length = (settings.lengthCost * sample.tokens.length) / settings.maxDocumentationTokens;
  const likelihood = settings.reward === 'log-likelihood';
  if (settings.rDocMode === 'gate') {
    if (verdict.rDoc === 0) return 0;
    // A contrast is a difference of log-likelihoods and can be positive: the ratio of probabilities is squashed into (0, 1).
    const value = !likelihood ? similarity : settings.contrast > 0 ? 1 / (1 + Math.exp(-similarity)) : Math.exp(similarity);
    return Math.max(0, value - length) * verdict.rDoc;
  }
  const scale = likelihood ? LOG_LIKELIHOOD_SCALE : 1;
  const leak = settings.leakPenalty ? verdict.leak.score : 0;
  return similarity - scale * (FORM_PENALTY * (verdict.form === 1 ? 0 : 1) + LEAK_PENALTY * leak) - length;
}

/** Fills in scores, similarity, log-likelihood and reward of every sample. Back-translation is reward-free: its samples keep NaN. */
export async function rewardSamples(lab: Lab, items: readonly CodeItem[], samples: readonly Sample[], step: number): Promise<void> {
  const { settings } = lab;
  const rebuilt = samples.flatMap((sample) => sample.reconstructions.map((reconstruction) => ({ sample, reconstruction })));
  const scores = await lab.rewarder.score(
    rebuilt.map(({ sample, reconstruction }) => ({ original: sample.item.code, reconstruction: reconstruction.code, language: sample.item.language })),
    scoreOptions(settings));
  rebuilt.forEach(({ reconstruction }, i) => { reconstruction.score = scores[i]!; });
  for (const sample of samples) sample.similarity = mean(sample.reconstructions.map((reconstruction) => reconstruction.score!.value));
  if (settings.objective === 'backtranslation') return;

  let judged = samples.map((sample) => sample.similarity);
  if (settings.reward === 'log-likelihood') {
    const own = await readerLogLikelihood(lab, samples.map((sample) => ({ documentation: sample.verdict.text, item: sample.item })));
    samples.forEach((sample, i) => { sample.logLikelihood = own[i]!; });
    judged = own;
    const offsets = contrastOffsets(lab, items.length, step);
    if (offsets.length > 0) {
      // The same documentation against other functions, and the same others for a whole group: another documentation's score would
      // be equal for all of the group and cancel in its mean.
      const others = await readerLogLikelihood(lab, samples.flatMap((sample) => offsets.map((offset) => ({ documentation: sample.verdict.text, item: items[(sample.code + offset) % items.length]! }))));
      judged = own.map((value, i) => value - mean(others.slice(i * offsets.length, (i + 1) * offsets.length)));
    }
  }
  samples.forEach((sample, i) => { sample.reward = combine(judged[i]!, sample, settings); });
}

function contrastOffsets(lab: Lab, codes: number, step: number): number[] {
  const { contrast, seed } = lab.settings;
  return pick(Array.from({ length: Math.max(0, codes - 1) }, (_, i) => i + 1), contrast, createRng(seed, step, STREAM.contrast));
}
