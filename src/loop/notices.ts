/** Says in words what the curves mean; knows evaluation rows and thresholds, sends nothing itself. */

import type { Settings } from '../config';
import type { MetricRow, RunEvent } from '../types';
import type { Lab } from './lab';
import { samplerBound } from './sampler';

export type Notice = Extract<RunEvent, { type: 'notice' }>;

/** What an evaluation left behind for the comparisons of later ones. */
export interface EvaluationPoint { step: number; reward: number; margin: number; shuffled: number; similarity: number; gap: number; leakRate: number; solved?: number }

/** The reader is good enough to teach the writer from here on: measured, oracle execution .16 -> the loop ends at .15; .86 -> .73; .98 -> .88. */
export const ORACLE_READY = 0.8;
/** Movements smaller than these are noise at a few dozen functions. */
const REWARD_GREW = 0.02;
const CONTROL_GREW = 0.01;

const notice = (level: Notice['level'], code: string, text: string): Notice => ({ type: 'notice', level, code, text });
const shown = (value: number): string => value.toFixed(2);

/** The oracle line as a number to act on: execution where it can be measured, else similarity. */
export function oracleLine(row: MetricRow): { value: number; what: string } {
  const execution = row['heldout/oracle_execution'] ?? NaN;
  return Number.isFinite(execution) ? { value: execution, what: 'of the functions rebuilt from their full true documentation run correctly' } : { value: row['heldout/oracle'] ?? NaN, what: 'similarity when rebuilding from the full true documentation' };
}

/** Advice on whether the loop is worth starting, from the evaluation that precedes it. */
export function adviceBeforeLoop(row: MetricRow, settings: Settings): Notice[] {
  const notices: Notice[] = [];
  if (settings.reward === 'log-likelihood') {
    const gap = row['heldout/reference_gap'] ?? NaN, precision = row['heldout/fact_precision'] ?? NaN;
    if (gap < settings.referenceGapGate) notices.push(notice('warning', 'reference-gap', `Right documentation beats wrong documentation by only ${shown(gap)} nats per token; from ${shown(settings.referenceGapGate)} on the loop is worth its time. More warm-start steps help more than more updates.`));
    else if (Number.isFinite(gap)) notices.push(notice('info', 'reference-gap', `Right documentation beats wrong documentation by ${shown(gap)} nats per token: the reader reads, and the loop can start.`));
    // Measured: where most stated facts were false, the loop made them false in a telling way.
    if (precision < settings.factPrecisionGate) notices.push(notice('warning', 'fact-precision', `Only ${Math.round(100 * precision)} % of the facts that the documentation states are true. The loop may teach it to say false things that still tell functions apart; a longer warm start helps.`));
    return notices;
  }
  const { value, what } = oracleLine(row);
  if (value >= ORACLE_READY) notices.push(notice('info', 'oracle-ready', `The reader is ready: ${shown(value)} ${what}. The loop can lift the writer up to there.`));
  else if (Number.isFinite(value)) notices.push(notice('warning', 'oracle-low', `The reader is weak: ${shown(value)} ${what}. The loop cannot lift the writer above its reader; more warm-start steps help more than more updates.`));
  return notices;
}

/** True when the evaluation before the loop says that it is not worth starting. Only the reward by log-likelihood is gated: similarity can rise from anywhere. */
export function gateClosed(row: MetricRow, settings: Settings): boolean {
  if (settings.reward !== 'log-likelihood') return false;
  return (row['heldout/reference_gap'] ?? NaN) < settings.referenceGapGate || (row['heldout/fact_precision'] ?? NaN) < settings.factPrecisionGate;
}

/** Sampler and trainer disagree about what was sampled. */
export function adviceOnSampler(row: MetricRow, lab: Pick<Lab, 'settings' | 'method'>): Notice[] {
  const largest = row['sampler/mismatch_max'], bound = samplerBound(lab);
  if (largest === undefined || bound === 0 || largest <= bound) return [];
  const what = row['sampler/recomputed'] === 1 ? 'They were computed again for this update, as they will be wherever the two differ so much; that takes a forward pass more.' : 'No update uses them with these settings, so nothing was lost.';
  return [notice('warning', 'sampler', `The sampler's log-probabilities differ from the trainer's by up to ${largest.toPrecision(2)} nats, and ${bound} is the most that is let pass. ${what}`)];
}

/** What a held-out evaluation is worth: functions rebuilt from their true documentation that run right, similarity where nothing runs. */
const worth = ({ solved = NaN, similarity }: EvaluationPoint): number => (Number.isFinite(solved) ? solved : similarity);

/** Why the run may end: `patience` evaluations in a row without a better one; null while it may go on. Patience 0 never ends it. */
export function staleness(history: readonly EvaluationPoint[], patience: number): string | null {
  if (patience === 0 || history.length === 0) return null;
  const best = history.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  const since = history.length - 1 - history.indexOf(best);
  if (since < patience) return null;
  return `The run ended early: the best held-out result so far, ${shown(worth(best))}, is that after ${best.step} updates, and ${since} evaluation${since === 1 ? '' : 's'} since brought no better one. It is saved as it stands; branch from an earlier checkpoint to go on from there, or raise the patience.`;
}

/** What an evaluation says beside the ones before it. `history` is in step order and ends with the newest. */
export function adviceFromHistory(history: readonly EvaluationPoint[], settings: Settings): Notice[] {
  const now = history.at(-1), first = history[0];
  if (!now || !first || now === first) return [];
  const notices: Notice[] = [];
  // Two intervals back: one is too noisy at a few dozen functions.
  const before = history.at(-3);
  const byGap = settings.reward === 'log-likelihood';
  const grewControl = before ? (byGap ? now.gap - before.gap : now.margin - before.margin) : NaN;
  if (before && now.reward - before.reward > REWARD_GREW && grewControl < CONTROL_GREW) {
    const what = byGap ? `the gap between right and wrong documentation does not (${shown(before.gap)} to ${shown(now.gap)} nats per token)` : `own minus shuffled documentation does not (${shown(before.margin)} to ${shown(now.margin)})`;
    notices.push(notice('warning', 'reward-without-information', `The reward grows (${shown(before.reward)} to ${shown(now.reward)}) but ${what}: the model is finding answers that fit any function, not describing this one.`));
  }
  if (now.leakRate > 0.05 && now.leakRate > first.leakRate + 0.02) {
    notices.push(notice('warning', 'leak', `${Math.round(100 * now.leakRate)} % of the documentation copies code${settings.leakPenalty ? '' : ' (the leak penalty is off)'}: a high reward now says that copying works, not that documentation is good.`));
  }
  return notices;
}
