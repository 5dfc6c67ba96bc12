/** Whether the sampler's log-probabilities may stand for the trainer's: measured on a few rows, replaced where they may not. Knows no loss. */

import { mean } from '../rl/advantage';
import type { Method } from '../rl/methods';
import { createRng } from '../rng';
import type { MetricRow } from '../types';
import { STREAM, pick, scoreCompletions } from './lab';
import type { Lab } from './lab';
import type { Sample } from './samples';

/** Rows of each stage that are scored again. */
const COMPARED = 4;
/** Where no update uses them the comparison is for the chart alone, and made in every so many steps. */
const COMPARED_EVERY = 10;
/** A ratio that the sampler put off by this share of the clip range would be clipped for nothing. */
const OF_CLIP = 0.1;

/** Whether the method takes a distance from the frozen model off the reward: it is measured where the samples were drawn. */
export function chargesKl(method: Method): boolean {
  return method.kl !== 'none' && method.klIn === 'reward' && method.klBeta > 0;
}

/** Whether an update asks what the log-probabilities of its samples were. Back-translation learns from nothing that was sampled. */
function asksForOld({ settings, method }: Pick<Lab, 'settings' | 'method'>): boolean {
  return chargesKl(method) || (settings.updatesPerBatch > 1 && settings.objective !== 'backtranslation');
}

/** The largest difference in nats that is let pass. GSPO's clip range is narrower than the usual bound. */
export function samplerBound({ settings, method }: Pick<Lab, 'settings' | 'method'>): number {
  return method.clip === 'min' ? Math.min(settings.samplerBound, OF_CLIP * Math.min(method.epsilonLow, method.epsilonHigh)) : settings.samplerBound;
}

interface Written { prompt: number[]; tokens: Int32Array; logps: Float32Array }

/**
 * Compares sampler and trainer in one scoring pass over a few rows of each stage, the same ones whenever the step is done again. Where an
 * update asks for the log-probabilities of its samples and the two differ by more than the bound anywhere, all samples get the trainer's.
 * With the bound 0 they get them in any case, and every row is compared.
 */
export async function checkSampler(lab: Lab, samples: readonly Sample[], step: number): Promise<MetricRow> {
  const asked = asksForOld(lab), bound = samplerBound(lab);
  if (samples.length === 0 || (!asked && step % COMPARED_EVERY !== 0)) return {};
  const rng = createRng(lab.settings.seed, step, STREAM.sampler), stages: (readonly Written[])[] = [samples, samples.flatMap(({ reconstructions }) => reconstructions)];
  const all = stages.flat(), compared = asked && bound === 0 ? all : stages.flatMap((rows) => pick(rows, COMPARED, rng));
  const views = await trainersView(lab, compared);
  const gaps = compared.flatMap(({ logps }, i) => Array.from(logps, (logp, t) => Math.abs(logp - views[i]![t]!)));
  // A NaN stays one through Math.max, and no bound lets it pass.
  const largest = gaps.reduce((most, gap) => Math.max(most, gap), 0), row: MetricRow = { 'sampler/mismatch_max': largest, 'sampler/mismatch_mean': mean(gaps) };
  if (!asked) return row;
  const differ = bound === 0 || !(largest <= bound);
  if (differ) {
    const own = compared === all ? views : await trainersView(lab, all);
    all.forEach((written, i) => { written.logps = own[i]!; });
  }
  return { ...row, 'sampler/recomputed': differ ? 1 : 0 };
}

function trainersView(lab: Lab, rows: readonly Written[]): Promise<Float32Array[]> {
  return scoreCompletions(lab, rows.map(({ prompt, tokens }) => ({ prompt, completion: tokens })), 'policy', lab.settings.temperature);
}
