/** Rewards of sampled documentation; knows the two kinds of reward and the two ways of the documentation check, not the update. */

import { EVERY_METRIC, scoreOptions } from '../reward/blend';
import { paddingReport } from '../reward/cheat_padding';
import { mean } from '../rl/advantage';
import type { CodeItem, ScoredPair } from '../types';
import { readerLogLikelihood, underWay } from './lab';
import type { Lab } from './lab';
import type { Reconstruction, Sample } from './samples';
import type { Scores } from './scores';
import { contrasted, extraTerms } from './terms';

/** Penalties of the additive check: 0.1 for bad form, 0.3 x leak; log-likelihood has a wider spread and takes 1.5 times as much. Measured. */
const FORM_PENALTY = 0.1;
const LEAK_PENALTY = 0.3;
const LOG_LIKELIHOOD_SCALE = 1.5;

/**
 * The reward of one documentation. Gate: R_sim x R_doc; a log-likelihood enters as exp(mean log p), the geometric mean probability in
 * (0, 1], since a negative number times 0 would be a prize. Additive: R_sim less penalties. `extra` is what other terms add. NaN when
 * there is nothing to judge by.
 */
export function combine(similarity: number, sample: Pick<Sample, 'verdict'> & { tokens: ArrayLike<number> }, settings: Lab['settings'], extra = 0): number {
  const { verdict } = sample;
  const length = (settings.lengthCost * sample.tokens.length) / settings.maxDocumentationTokens;
  const likelihood = settings.reward === 'log-likelihood';
  if (settings.rDocMode === 'gate') {
    if (verdict.rDoc === 0) return 0;
    // A contrast is a difference of log-likelihoods and can be positive: the ratio of probabilities is squashed into (0, 1).
    const value = !likelihood ? similarity : settings.contrast > 0 ? 1 / (1 + Math.exp(-similarity)) : Math.exp(similarity);
    return Math.max(0, value + extra - length) * verdict.rDoc;
  }
  const scale = likelihood ? LOG_LIKELIHOOD_SCALE : 1;
  const leak = settings.leakPenalty ? verdict.leak.score : 0;
  return similarity + extra - scale * (FORM_PENALTY * (verdict.form === 1 ? 0 : 1) + LEAK_PENALTY * leak) - length;
}

const afterPadding = (similarity: number, padding: number, { paddingPenalty }: Pick<Lab['settings'], 'paddingPenalty'>): number => Math.max(0, similarity - paddingPenalty * padding);

/** What a similarity is worth once the padding of the reconstruction is paid for. */
export function lessPadding(similarity: number, { original, reconstruction, language }: ScoredPair, settings: Pick<Lab['settings'], 'paddingPenalty'>): { padding: number; paid: number } {
  const padding = paddingReport(original, reconstruction, language).score;
  return { padding, paid: afterPadding(similarity, padding, settings) };
}

function rebuiltPairs(samples: readonly Sample[]): { pair: ScoredPair; reconstruction: Reconstruction }[] {
  return samples.flatMap(({ item, reconstructions }) => reconstructions.map((reconstruction) =>
    ({ pair: { original: item.code, reconstruction: reconstruction.code, language: item.language }, reconstruction })));
}

/** What the reader itself makes of the documentation: its likelihoods where they are the reward, and the sum of the other terms. */
async function askReader(lab: Lab, items: readonly CodeItem[], samples: readonly Sample[], step: number): Promise<{ likely: number[] | null; extra: number[] }> {
  let likely: number[] | null = null;
  if (lab.settings.reward === 'log-likelihood') {
    const own = await readerLogLikelihood(lab, samples.map((sample) => ({ documentation: sample.verdict.text, item: sample.item })));
    samples.forEach((sample, i) => { sample.logLikelihood = own[i]!; });
    likely = await contrasted(lab, items, samples, own, step);
  }
  return { likely, extra: await extraTerms(lab, items, samples, step) };
}

/**
 * Fills in similarity, log-likelihood and reward of every sample. `scores` are those of its reconstructions, most of them under way since
 * they ended. Back-translation is reward-free: its samples keep NaN.
 */
export async function rewardSamples(lab: Lab, items: readonly CodeItem[], samples: readonly Sample[], step: number, scores: Scores): Promise<void> {
  const { settings } = lab, scored = underWay(scores.all());
  // The reader needs the GPU and no score: it is asked while the rewarder is still at work.
  const asked = settings.objective === 'backtranslation' ? null : await askReader(lab, items, samples, step);
  const found = await scored;
  samples.flatMap(({ reconstructions }) => reconstructions).forEach((reconstruction, i) => {
    reconstruction.score = found[i]!;
    reconstruction.paid = afterPadding(found[i]!.value, reconstruction.padding, settings);
  });
  for (const sample of samples) sample.similarity = mean(sample.reconstructions.map((reconstruction) => reconstruction.score!.value));
  if (!asked) return;
  const judged = asked.likely ?? samples.map((sample) => mean(sample.reconstructions.map((reconstruction) => reconstruction.paid)));
  samples.forEach((sample, i) => { sample.reward = combine(judged[i]!, sample, settings, asked.extra[i]); });
}

/**
 * The metrics that are not rewarded, on the step's reconstructions, merged into their parts: they are watched all the same. Runs
 * beside the update; a failure here is no reason to end a run, and its metrics are left out.
 */
export async function watchMetrics(lab: Lab, samples: readonly Sample[]): Promise<void> {
  const rebuilt = rebuiltPairs(samples), options = scoreOptions(lab.settings);
  if (rebuilt.length === 0) return;
  const scores = await lab.rewarder.score(rebuilt.map(({ pair }) => pair), { ...options, metrics: EVERY_METRIC.filter((name) => !(options.weights[name]! > 0)) });
  rebuilt.forEach(({ reconstruction }, i) => { if (reconstruction.score) reconstruction.score.parts = { ...scores[i]!.parts, ...reconstruction.score.parts }; });
}
