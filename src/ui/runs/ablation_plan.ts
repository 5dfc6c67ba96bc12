/** What a person asks of a queue of ablations, and what is already known of it; knows lists of runs, neither storage nor the engine. */
import { isPreset, validate } from '../../config';
import type { PresetName, Settings } from '../../config';
import { ARMS, armNamed, planRuns, resultOf, sameTraining } from '../../loop/ablation';
import type { AblationResult, PlannedRun } from '../../loop/ablation';
import type { RunListing } from '../state';

/** Plain data, kept between visits so that a queue can go on. */
export interface AblationPlan {
  preset: PresetName;
  /** What all arms have in common. */
  base: Settings;
  /** Names of arms. */
  arms: string[];
  seeds: number[];
  corpusId: string; corpusHash: string;
}

/** More would run for days and is a slip of the keyboard. */
const MOST_SEEDS = 20;

export const runsOf = (plan: AblationPlan): PlannedRun[] => planRuns(plan.base, ARMS.filter(arm => plan.arms.includes(arm.name)), plan.seeds);

/** What the list of runs calls it. */
export const runName = (planned: PlannedRun): string => `${planned.arm.label}, seed ${planned.seed}`;

/** Whole numbers between commas or blanks, each once; null when anything else is among them, or none, or too many. */
export function readSeeds(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(part => part !== '');
  if (parts.length === 0 || parts.length > MOST_SEEDS || parts.some(part => !/^\d{1,9}$/.test(part))) return null;
  return [...new Set(parts.map(Number))];
}

/** A stored plan that can still run; null for anything else, such as one of a version with other settings. */
export function readPlan(stored: unknown): AblationPlan | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { preset, base, arms, seeds, corpusId, corpusHash } = stored as Record<string, unknown>;
  const listOf = (list: unknown, test: (entry: unknown) => boolean): boolean => Array.isArray(list) && list.length > 0 && list.every(test);
  const sound = typeof preset === 'string' && isPreset(preset) && typeof base === 'object' && base !== null && validate(base as Record<string, unknown>).length === 0
    && listOf(arms, name => typeof name === 'string' && armNamed(name) !== undefined) && listOf(seeds, seed => Number.isInteger(seed)) && typeof corpusId === 'string' && typeof corpusHash === 'string';
  return sound ? stored as AblationPlan : null;
}

/** Why a plan cannot run, one sentence each; empty when it can. */
export function planProblems(plan: AblationPlan): string[] {
  if (plan.arms.length === 0) return ['Choose at least one arm.'];
  return [...new Set(runsOf({ ...plan, seeds: plan.seeds.slice(0, 1) }).flatMap(planned => validate(planned.settings).map(problem => `${planned.arm.label}: ${problem}`)))];
}

/** The finished run of the list that a planned one would repeat: same settings, same functions. */
export function finishedRun(planned: PlannedRun, plan: Pick<AblationPlan, 'corpusHash'>, runs: readonly RunListing[]): RunListing | undefined {
  return runs.find(run => run.state === 'finished' && run.summary !== null && sameTraining(run.settings, planned.settings)
    && (run.summary['corpus'] as { hash?: unknown } | undefined)?.hash === plan.corpusHash);
}

/** Results of the plan that are there, whoever started the runs. */
export function resultsOf(plan: AblationPlan, runs: readonly RunListing[]): AblationResult[] {
  return runsOf(plan).flatMap(planned => {
    const summary = finishedRun(planned, plan, runs)?.summary;
    try {
      return summary ? [resultOf(planned, summary)] : [];
    } catch {
      return []; // a run without held-out functions has nothing to compare
    }
  });
}

/** Settings that decide how long an update or an evaluation takes, as far as they are known beforehand. */
const PACE = ['model', 'modelSize', 'vocabSize', 'codesPerStep', 'documentations', 'reconstructions', 'maxDocumentationTokens', 'maxCodeTokens', 'evaluateItems', 'reward', 'objective', 'updatesPerBatch'] as const;

/**
 * Seconds that one run of these settings would take, from the newest finished run in this browser of the same pace: its time by update and
 * by evaluation, scaled to the numbers of both. NaN when there is none: a guess would be worth nothing on an adapter nobody has timed.
 */
export function secondsOfRun(settings: Settings, runs: readonly RunListing[]): number {
  const known = runs.find(run => run.state === 'finished' && run.settings.steps > 0 && PACE.every(key => run.settings[key] === settings[key]) && typeof run.summary?.['seconds'] === 'object');
  if (!known) return NaN;
  const { evaluate = 0, warmstart = 0, checkpoint: _idle, ...updating } = known.summary!['seconds'] as Record<string, number>;
  const evaluations = (own: Settings): number => 1 + Math.ceil(own.steps / own.evaluateEvery);
  const update = Object.values(updating).reduce((sum, seconds) => sum + (Number.isFinite(seconds) ? seconds : 0), 0) / known.settings.steps;
  const warm = known.settings.warmstartSteps > 0 ? warmstart / known.settings.warmstartSteps * settings.warmstartSteps : settings.warmstartSteps > 0 ? NaN : 0;
  return warm + update * settings.steps + evaluate / evaluations(known.settings) * evaluations(settings);
}
