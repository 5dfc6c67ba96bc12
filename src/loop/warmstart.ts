/** Next-token training on code and on pairs in both task formats, asymmetric on purpose; knows no reward. */

import type { Settings } from '../config';
import { buildBatch } from '../rl/batch';
import type { Row } from '../rl/batch';
import { createRng } from '../rng';
import type { Batch, CodeItem, MetricRow } from '../types';
import { STREAM, readerDetail, scoreCompletions, slowed, sound, writerDetail } from './lab';
import type { Lab } from './lab';

const WARM_UP_STEPS = 50;
const LAST_RATE = 0.1;
export type PairKind = 'lm' | 'writer' | 'reader';

/** Peak rate after 50 steps, then a cosine down to a tenth; `step` is 0-based. */
export function warmstartRate(settings: Settings, step: number): number {
  const { warmstartLearningRate: peak, warmstartSteps: steps } = settings;
  if (step < WARM_UP_STEPS) return (peak * (step + 1)) / WARM_UP_STEPS;
  const done = (step - WARM_UP_STEPS) / Math.max(1, steps - WARM_UP_STEPS);
  return peak * (LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
}

/**
 * One training sequence. Everything but the leading special tokens is learned, in the first half of a pair too: the code side is what a
 * language model learns from, and the documentation side costs little.
 */
export function warmstartRow(lab: Pick<Lab, 'prompts' | 'describe' | 'settings'>, item: CodeItem, kind: PairKind, rng: () => number): Row {
  const { prompts, settings } = lab;
  let sequence: number[], learnedFrom: number;
  if (kind === 'lm') {
    sequence = [...prompts.lm(item.language), ...prompts.completion(item.code)];
    learnedFrom = 2;
  } else if (kind === 'writer') {
    sequence = [...prompts.writer(prompts.ids(item.code), item.language), ...prompts.documentationCompletion(lab.describe(item, rng, writerDetail(settings)))];
    learnedFrom = 3;
  } else {
    const detail = rng() < settings.readerPreciseShare ? readerDetail(settings) : writerDetail(settings);
    sequence = [...prompts.reader(prompts.documentation(lab.describe(item, rng, detail)), item.language), ...prompts.completion(item.code)];
    learnedFrom = 2;
  }
  return { prompt: sequence.slice(0, learnedFrom), completion: sequence.slice(learnedFrom), advantage: 1, stage: 'warmstart' };
}

/** The kind that a uniform draw falls on under the mix. */
export function drawKind(settings: Settings, draw: number): PairKind {
  const { mixLm, mixWriter, mixReader } = settings;
  const at = draw * (mixLm + mixWriter + mixReader);
  return at < mixLm ? 'lm' : at < mixLm + mixWriter ? 'writer' : 'reader';
}

/** The rows of a step: a function of (seed, step) alone, so a resumed run reads the same data. */
export function warmstartRows(lab: Pick<Lab, 'prompts' | 'describe' | 'settings' | 'train'>, step: number): Row[] {
  const rng = createRng(lab.settings.seed, step, STREAM.warmstart);
  return Array.from({ length: lab.settings.warmstartBatch }, () => {
    const item = lab.train[Math.floor(rng() * lab.train.length)]!;
    const kind = drawKind(lab.settings, rng());
    return warmstartRow(lab, item, item.undocumented === true ? 'lm' : kind, rng);
  });
}

/** What the step trains on; the same for the same settings and step. */
export function warmstartBatch(lab: Lab, step: number): Batch {
  return buildBatch(warmstartRows(lab, step), 'token-mean')!;
}

/** One warm-start update, with the GPU before the first wait. */
export async function warmstartStep(lab: Lab, step: number, batch: Batch): Promise<{ row: MetricRow; finite: boolean }> {
  const { settings, meter } = lab;
  const started = performance.now();
  const update = slowed(lab, {
    learningRate: warmstartRate(settings, step), beta1: settings.beta1, beta2: settings.beta2, epsilon: 1e-8, weightDecay: settings.warmstartWeightDecay, maxGradNorm: settings.maxGradNorm,
    ratio: 'none', clip: 'none', epsilonLow: 0, epsilonHigh: 0, dualClip: 0, kl: 'none', klBeta: 0, entropyCoef: 0, temperature: 1,
  });
  const metrics = await meter.time('warmstart', () => lab.trainer.step(batch, update));
  meter.state.trained += batch.tokens.length;
  const seconds = (performance.now() - started) / 1000;
  return {
    row: {
      'warmstart/step': step + 1, 'warmstart/loss': metrics.loss, 'warmstart/grad_norm': metrics.gradNorm, 'warmstart/entropy': metrics.entropy, 'warmstart/learning_rate': update.learningRate,
      ...(metrics.lossScale === undefined ? {} : { 'warmstart/loss_scale': metrics.lossScale }),
      'warmstart/tokens': metrics.tokens, 'warmstart/num_tokens': meter.tokens, 'warmstart/elapsed_seconds': meter.elapsed, 'warmstart/tokens_per_second': batch.tokens.length / seconds, 'flops': meter.flops,
    },
    finite: sound(metrics),
  };
}

/** Held-out loss in nats per token of each kind, on the same pairs every time, and of all three by the mix's shares. */
export async function heldOutLoss(lab: Lab, items: readonly CodeItem[]): Promise<MetricRow> {
  const { mixLm, mixWriter, mixReader } = lab.settings;
  const shares: Record<PairKind, number> = { lm: mixLm, writer: mixWriter, reader: mixReader };
  const row: MetricRow = {};
  let sum = 0;
  for (const kind of ['lm', 'writer', 'reader'] as const) {
    const rng = createRng(lab.settings.seed, 0, STREAM.heldOutPairs);
    const logps = await scoreCompletions(lab, items.map((item) => warmstartRow(lab, item, kind, rng)).map(({ prompt, completion }) => ({ prompt, completion })), 'policy', 1);
    let total = 0, tokens = 0;
    for (const sequence of logps) for (const value of sequence) { total -= value; tokens++; }
    row[`heldout_loss/${kind}`] = total / tokens;
    sum += (shares[kind] / (mixLm + mixWriter + mixReader)) * (total / tokens);
  }
  return { 'heldout_loss': sum, ...row };
}
