/**
 * BatCoder's step (Xu et al. 2026, arXiv 2602.02554) on one page: document, filter, reconstruct, reward, advantage, update. It knows the
 * algorithm and asks interfaces for the rest. Departures from the paper as publicly described, each a setting:
 *  1. Documentation is plain sentences by default; the paper's sections are `documentationStructure`.
 *  2. The reward is R_sim x R_doc, as in the paper; `rDocMode` additive takes small penalties off R_sim instead.
 *  3. R_sim blends token, character and tree similarity by default; the paper's semantic graphs are a weight of the blend (`weightCssg`), since
 *     its constants are unpublished. `reward` can also be the reader's log-likelihood of the original, and then the reader learns the
 *     original itself, supervised, and reconstructions are only shown. Recognition, a frozen reader and true facts can be added.
 *  4. R_doc includes a leak gate: documentation that copies the code is refused (`leakPenalty`); code in disguise and padded code have a
 *     price (`cheatPenalty`, `paddingPenalty`). The paper's own counter-measure is unknown.
 *  5. The estimator is a setting (`method`); the paper names REINFORCE++. Each stage is normalised alone, and both weigh the
 *     same, but under `dapo` aggregation, which averages over the tokens of both as published.
 *  6. `objective` can be best-of-K rejection sampling, supervised pairs, or reward-free back-translation, for comparison.
 *  7. `anchor` adds warm-start pairs to every update, so that the reader keeps reading documentation other than its own.
 */

import { scoreOptions } from '../reward/blend';
import { mean } from '../rl/advantage';
import { buildBatch } from '../rl/batch';
import { updateSettings } from '../rl/methods';
import { createRng } from '../rng';
import type { Draft, Episode, MetricRow, Phase, StepMetrics } from '../types';
import { draftOf, following } from './draft';
import { STREAM, pick, slowed, sound } from './lab';
import type { Lab } from './lab';
import { trainingRows } from './objectives';
import { executionMetrics, stepEpisodes, stepMetrics } from './report';
import { rewardSamples, watchMetrics } from './rewards';
import { checkSampler } from './sampler';
import { document, reconstruct } from './samples';
import type { Sample } from './samples';
import { Scores } from './scores';
import { StepClock } from './step_clock';
import { follow, shareReport, tracedSamples } from './traces';

export interface StepReport { row: MetricRow; episodes: Episode[] }
/** `report` comes when the metrics that are only watched are in: the next step need not wait for it. `reward` is the step's mean. */
export interface StepResult { finite: boolean; reward: number; report: Promise<StepReport> }

/** Who follows a step. `sampled` is awaited between the advantages and the update, with the weights that sampled; false = no update is made. */
export interface StepListener {
  phase?: (name: Phase) => void;
  rows?: (done: number, total: number) => void;
  draft?: (draft: Draft, row?: MetricRow) => void;
  sampled?: () => Promise<boolean>;
}

/** One update from `step` completed updates to `step + 1`. The same (settings, weights, step) gives the same result. null = `sampled` said no. */
export async function batcoderStep(lab: Lab, step: number, listen: StepListener = {}): Promise<StepResult | null> {
  const { settings, method, meter } = lab, { phase = () => undefined, rows: told, sampled } = listen;
  const clock = new StepClock(meter);
  const items = pick(lab.train, settings.codesPerStep, createRng(settings.seed, step, STREAM.items));

  lab.behaviour?.begin();
  const draft = listen.draft && draftOf(items, step + 1, listen.draft);
  let samples: Sample[] = [], hidden = NaN, agreement: MetricRow = {};
  const scores = new Scores(lab, scoreOptions(settings));
  if (settings.objective !== 'sft') {
    phase('document');
    samples = await meter.time('document', () => document(lab, items, step, following(items.length * settings.documentations, told, (sample) => draft?.documented(sample))));
    phase('reconstruct');
    // The rewarder has the first reconstructions while the last are still being written.
    await meter.time('reconstruct', () => reconstruct(lab, samples, step, (pairs) => {
      scores.ask(pairs);
      draft?.rebuilt();
    }, told));
    hidden = scores.seconds;
    phase('reward');
    // The GPU is free until the last scores are in: the sampler is compared with the trainer meanwhile.
    [agreement] = await meter.time('reward', () => Promise.all([checkSampler(lab, samples, step), rewardSamples(lab, items, samples, step, scores)]));
  }

  const executed = executionMetrics(lab, samples);
  phase('update');
  const watched = settings.allMetrics ? watchMetrics(lab, samples).catch(() => undefined) : Promise.resolve();
  const rows = await meter.time('update', () => trainingRows(lab, items, samples, step));
  draft?.judged(samples);
  if (!await clock.aside(sampled, phase)) return null;
  const batch = buildBatch(rows, method.aggregation, {
    writer: { weight: settings.writerWeight, maxLength: settings.maxDocumentationTokens },
    reader: { weight: settings.readerWeight, maxLength: settings.maxCodeTokens },
    anchor: { weight: 1, maxLength: settings.maxCodeTokens },
  });
  let metrics: StepMetrics | null = null, finite = true;
  const update = slowed(lab, updateSettings(settings, method, step));
  for (let u = 0; batch && u < settings.updatesPerBatch; u++) {
    metrics = await meter.time('update', () => lab.trainer.step(batch, { ...update, tokens: u + 1 === settings.updatesPerBatch }));
    finite &&= sound(metrics);
    meter.state.trained += batch.tokens.length;
  }
  if (metrics?.perToken) shareReport(tracedSamples(samples, settings.reconstructions), rows, metrics.perToken);
  await meter.time('follow', () => follow(lab, samples));

  const counted: MetricRow = {
    ...agreement, ...executed, 'learning_rate': update.learningRate, 'overlap/seconds_saved': hidden, 'overlap/share': hidden / scores.seconds,
    ...clock.row(),
  };
  return {
    finite, reward: mean(samples.map((sample) => sample.reward).filter(Number.isFinite)),
    report: watched.then(() => ({ row: { step: step + 1, ...stepMetrics(samples, metrics), ...counted }, episodes: stepEpisodes(lab, samples, step + 1) })),
  };
}
