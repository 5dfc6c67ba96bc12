/** Turns the samples of a step into a metric row and episodes; knows names of numbers, not how they came about. */

import { LEAK_GATE } from '../reward/leak';
import { deviation, fractionZeroStd, mean } from '../rl/advantage';
import type { Episode, MetricRow, StepMetrics } from '../types';
import { whyDocumentation, whyReconstruction } from './discards';
import type { Lab } from './lab';
import type { Sample } from './samples';
import { traceOf, tracedSamples } from './traces';

const finite = (values: readonly number[]): number[] => values.filter(Number.isFinite);

/** A step's numbers under TRL's names, ours where TRL has none. NaN = not computed in this step. */
export function stepMetrics(samples: readonly Sample[], update: StepMetrics | null): MetricRow {
  const rewards = finite(samples.map((sample) => sample.reward));
  const lengths = samples.map((sample) => sample.tokens.length);
  const scored = samples.flatMap((sample) => sample.reconstructions);
  const row: MetricRow = {
    'loss': update?.loss ?? NaN, 'grad_norm': update?.gradNorm ?? NaN, 'entropy': update?.entropy ?? NaN, 'kl': update?.kl ?? NaN, ...(update?.lossScale === undefined ? {} : { 'loss_scale': update.lossScale }),
    'clip_ratio/low_mean': update?.clipLow ?? NaN, 'clip_ratio/high_mean': update?.clipHigh ?? NaN, 'ratio/mean': update?.ratioMean ?? NaN,
    'trained_tokens': update?.trainedTokens ?? 0,
    'reward/mean': mean(rewards), 'reward/std': rewards.length > 0 ? deviation(rewards) : NaN, 'frac_reward_zero_std': fractionZeroStd(samples.map((sample) => sample.reward), samples.map((sample) => sample.code)),
    'completions/mean_length': mean(lengths), 'completions/clipped_ratio': mean(samples.map((sample) => (sample.finished ? 0 : 1))),
    'leak/rate': mean(samples.map((sample) => (sample.verdict.leak.score > LEAK_GATE ? 1 : 0))), 'leak/mean': mean(samples.map((sample) => sample.verdict.leak.score)),
    'r_doc/mean': mean(samples.map((sample) => sample.verdict.rDoc)), 'r_doc/pass_rate': mean(samples.map((sample) => (sample.verdict.rDoc === 1 ? 1 : 0))),
    'rewards/similarity/mean': mean(finite(samples.map((sample) => sample.similarity))),
    'rewards/log_likelihood/mean': mean(finite(samples.map((sample) => sample.logLikelihood))),
    'reconstructions/mean_length': mean(scored.map((reconstruction) => reconstruction.tokens.length)),
    'reconstructions/parse_rate': mean(scored.map((reconstruction) => (reconstruction.score?.parses ? 1 : 0))),
    'reconstructions/exact_match': mean(scored.map((reconstruction) => (reconstruction.score?.exact ? 1 : 0))),
    'reconstructions/distinct': scored.length > 0 ? new Set(scored.map((reconstruction) => reconstruction.code)).size / scored.length : NaN,
  };
  for (const part of new Set(scored.flatMap((reconstruction) => Object.keys(reconstruction.score?.parts ?? {})))) {
    row[`rewards/${part}/mean`] = mean(finite(scored.map((reconstruction) => reconstruction.score?.parts[part] ?? NaN)));
  }
  for (const term of new Set(samples.flatMap((sample) => Object.keys(sample.terms)))) {
    row[`rewards/${term}/mean`] = mean(finite(samples.map((sample) => sample.terms[term] ?? NaN)));
  }
  return row;
}

/** What rewarding behaviour cost this step and how much of it could be judged; nothing where it is not rewarded. */
export function executionMetrics({ settings, behaviour }: Pick<Lab, 'settings' | 'behaviour'>, samples: readonly Sample[]): MetricRow {
  const parts = samples.flatMap(({ reconstructions }) => reconstructions.map(({ score }) => score?.parts['execution'] ?? NaN));
  if (!behaviour || !(settings.weightExecution > 0) || parts.length === 0) return {};
  const judged = finite(parts);
  return { ...behaviour.costs(), 'execution/agreement': mean(judged), 'execution/judged_share': judged.length / parts.length };
}

/** One episode for each documentation. */
export function stepEpisodes({ settings, tokenizer }: Pick<Lab, 'settings' | 'tokenizer'>, samples: readonly Sample[], step: number): Episode[] {
  const traced = new Set(tracedSamples(samples, settings.reconstructions));
  return samples.map((sample) => {
    const trace = traced.has(sample) ? traceOf(tokenizer, sample) : undefined;
    return {
      step, group: sample.group, itemId: sample.item.id, language: sample.item.language, name: sample.item.name, path: sample.item.path,
      // The same array twice is stored once.
      code: sample.item.code, documentation: sample.verdict.text, documentationLogps: (trace?.logps as Float32Array | undefined) ?? sample.logps, ...(trace ? { documentationTrace: trace } : {}),
      rDoc: sample.verdict.rDoc, rDocReason: sample.verdict.reason, leak: sample.verdict.leak.score,
      reconstructions: sample.reconstructions.map((reconstruction) => ({
        code: reconstruction.code, similarity: reconstruction.score?.value ?? NaN, parts: reconstruction.score?.parts ?? {}, advantage: reconstruction.advantage,
        finished: reconstruction.finished, exact: reconstruction.score?.exact ?? false, parses: reconstruction.score?.parses ?? false,
        discarded: whyReconstruction(reconstruction, settings), ...(trace ? { trace: traceOf(tokenizer, reconstruction) } : {}),
      })),
      logLikelihood: sample.logLikelihood, terms: sample.terms, reward: sample.reward, advantage: sample.advantage, documentationTokens: sample.tokens.length,
      ...(sample.lift === undefined ? {} : { lift: sample.lift }), discarded: whyDocumentation(sample, samples.filter(({ code }) => code === sample.code), settings),
    };
  });
}
