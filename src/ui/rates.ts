/** How long steps took in this browser, kept per adapter, and what that says of a configuration; knows settings and sizes, no clock. */
import { signal } from '@preact/signals';
import type { Settings } from '../config';
import { consequence } from './consequence';
import type { ModelConfig } from '../types';
import type { Part } from './eta';
import { recall, remember } from './remembered';

const KEY = 'batcoder.rates';
/** Counts what was kept in this visit: who shows a rate hears of a newer one. */
const kept = signal(0);

export interface Rate {
  adapter: string; at: number;
  seconds: Partial<Record<Part, number>>;
  /** What a step asked for: arithmetic of sampling and of the update, pairs to score, functions to measure. */
  work: Work;
}
export interface Work { sampling: number; update: number; pairs: number; measured: number }

export function workOf(settings: Settings, starter: ModelConfig | null): Work {
  const { samplingFlops, updateFlops } = consequence(settings, starter);
  return { sampling: samplingFlops, update: updateFlops, pairs: settings.codesPerStep * settings.documentations * settings.reconstructions, measured: consequence(settings, starter).parameters * settings.evaluateItems };
}

/** Seconds of a step and of a whole loop with its evaluations, scaled by the work of each part. Halves and doubles are honest; a model a hundred times larger is a guess. */
export function predict(rate: Rate, settings: Settings, starter: ModelConfig | null): { step: number; loop: number } {
  const own = workOf(settings, starter), { seconds, work } = rate;
  const step = (seconds.rollout ?? 0) * own.sampling / work.sampling + (seconds.reward ?? 0) * own.pairs / work.pairs + (seconds.update ?? 0) * own.update / work.update;
  const evaluation = (seconds.evaluate ?? 0) * own.measured / work.measured;
  return { step, loop: step * settings.steps + evaluation * (1 + Math.ceil(settings.steps / settings.evaluateEvery)) };
}

function all(): Record<string, Rate> {
  try {
    const read = JSON.parse(recall(KEY) ?? '{}') as unknown;
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? read as Record<string, Rate> : {};
  } catch {
    return {};
  }
}

/** null = nothing was measured on this adapter by this browser. */
export function rateOf(adapter: string): Rate | null {
  void kept.value;
  const rates = all(), rate = Object.hasOwn(rates, adapter) ? rates[adapter] : undefined;
  return rate && Number.isFinite(rate.at) && Object.values(rate.work ?? {}).length === 4 && Object.values(rate.work).every(n => n > 0) && (rate.seconds?.update ?? 0) > 0 ? rate : null;
}

export function keepRate(rate: Rate): void {
  remember(KEY, JSON.stringify({ ...all(), [rate.adapter]: rate }));
  kept.value++;
}
