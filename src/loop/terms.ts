/** What a documentation can earn besides similarity: recognition by the reader, a frozen reader's view, true facts; knows no update. */

import { mean } from '../rl/advantage';
import { createRng } from '../rng';
import type { CodeItem } from '../types';
import { STREAM, pick, readerLogLikelihood, readerLogLikelihoods } from './lab';
import type { Lab } from './lab';
import type { Sample } from './samples';

/** Functions among which the right one is to be recognised, itself included. */
export const AMONG = 8;

/** Steps from a function to the others it is compared with: the same for all documentations of a step, so none is asked harder questions. */
export function offsets(lab: Lab, codes: number, count: number, step: number): number[] {
  return pick(Array.from({ length: Math.max(0, codes - 1) }, (_, i) => i + 1), count, createRng(lab.settings.seed, step, STREAM.contrast));
}

/**
 * Probability that the reader, asked which of up to 8 functions the documentation belongs to, says the right one: with a uniform prior,
 * P(c | d) = softmax_c(log p(c | d) - log p(c | empty documentation)), in nats over whole functions, so that short and common functions,
 * likely under any documentation, have no advantage.
 */
export async function identification(lab: Lab, items: readonly CodeItem[], samples: readonly Sample[], step: number): Promise<number[]> {
  const others = offsets(lab, items.length, AMONG - 1, step);
  const candidates = samples.map((sample) => [sample.item, ...others.map((offset) => items[(sample.code + offset) % items.length]!)]);
  const plain = await readerLogLikelihoods(lab, items.map((item) => ({ documentation: '', item })));
  const prior = new Map(items.map((item, i) => [item, plain[i]!.total]));
  const asked = await readerLogLikelihoods(lab, samples.flatMap((sample, i) => candidates[i]!.map((item) => ({ documentation: sample.verdict.text, item }))));
  let at = 0;
  return candidates.map((among) => {
    const scores = among.map((item) => asked[at++]!.total - (prior.get(item) ?? 0));
    const most = Math.max(...scores);
    return Math.exp(scores[0]! - most) / scores.reduce((sum, score) => sum + Math.exp(score - most), 0);
  });
}

/** Geometric mean probability of the original's tokens under the reader as it was before the loop. */
export async function frozenProbability(lab: Lab, samples: readonly Sample[]): Promise<number[]> {
  return (await readerLogLikelihood(lab, samples.map((sample) => ({ documentation: sample.verdict.text, item: sample.item })), 'frozen')).map(Math.exp);
}

/** Log-likelihood of the original less its mean over other functions of the step under the same documentation, nats per token. */
export async function contrasted(lab: Lab, items: readonly CodeItem[], samples: readonly Sample[], own: readonly number[], step: number): Promise<number[]> {
  const others = offsets(lab, items.length, lab.settings.contrast, step);
  if (others.length === 0) return [...own];
  // Another documentation's score of the same code would be equal for a whole group and cancel in its mean: other code it must be.
  const scores = await readerLogLikelihood(lab, samples.flatMap((sample) => others.map((offset) => ({ documentation: sample.verdict.text, item: items[(sample.code + offset) % items.length]! }))));
  return own.map((value, i) => value - mean(scores.slice(i * others.length, (i + 1) * others.length)));
}

/** Fills in the terms and returns their weighted sum for each sample. What needs the model is computed only where it has a weight. */
export async function extraTerms(lab: Lab, items: readonly CodeItem[], samples: readonly Sample[], step: number): Promise<number[]> {
  const { settings } = lab;
  const sums = samples.map(() => 0);
  const add = (name: string, values: readonly number[], weight: number): void => values.forEach((value, i) => {
    samples[i]!.terms[name] = value;
    if (Number.isFinite(value)) sums[i]! += weight * value;
  });
  if (settings.identificationWeight > 0) add('identification', await identification(lab, items, samples, step), settings.identificationWeight);
  if (settings.frozenWeight > 0) add('frozen_reader', await frozenProbability(lab, samples), settings.frozenWeight);
  // A price, not a prize: a documentation that hands the code over pays what it earned by it.
  add('cheat', samples.map((sample) => sample.cheat), -settings.cheatPenalty);
  add('padding', samples.map((sample) => mean(sample.reconstructions.map((reconstruction) => reconstruction.padding))), 0);
  if (lab.factCheck) {
    add('fact_precision', samples.map(({ facts }) => facts!.precision), 0);
    add('fact_recall', samples.map(({ facts }) => facts!.recall), 0);
    add('facts', samples.map(({ facts }) => facts!.f1), settings.factWeight);
  }
  return sums;
}
