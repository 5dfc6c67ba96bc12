/** Ablations: arms that differ from a base configuration in one thing, what a run of one showed, and the table over seeds; runs nothing and draws nothing. */

import { SETTINGS, WEIGHT_KEYS, defaults } from '../config';
import type { SettingKey, Settings } from '../config';
import { blend, scoreOptions } from '../reward/blend';
import { METRICS, METRIC_NAMES } from '../reward/table';

export interface Arm {
  name: string;
  label: string;
  /** One plain sentence: what is different. */
  meaning: string;
  /** Differences from the base configuration. */
  settings: Partial<Settings>;
}

/** One metric has the whole weight. */
const only = (weight: SettingKey): Partial<Settings> => ({ ...Object.fromEntries(WEIGHT_KEYS.map((key) => [key, 0])), [weight]: 1 });

/** Every arm by its name: the base, one arm a metric, then the stages, the documentation's part, and the kind of reward. */
export const ARMS: readonly Arm[] = [
  { name: 'blend', label: 'Default blend', meaning: 'Nothing differs: the configuration as it is, both stages learning.', settings: {} },
  ...METRIC_NAMES.map((name): Arm => ({ name, label: METRICS[name].label, meaning: `Only this similarity is rewarded: ${METRICS[name].meaning}`, settings: only(METRICS[name].weight) })),
  { name: 'stage1', label: 'Stage 1 only', meaning: 'Only writing documentation is trained; the reader learns nothing.', settings: { readerWeight: 0 } },
  { name: 'stage2', label: 'Stage 2 only', meaning: 'Only rebuilding code is trained; the writer learns nothing.', settings: { writerWeight: 0 } },
  { name: 'no-filter', label: 'Filter off', meaning: 'Nothing is refused or rewritten: any documentation counts in full, copied code too.', settings: { leakPenalty: false, documentationStrictness: 'off' } },
  { name: 'loose-filter', label: 'Loose filter', meaning: 'Small faults of form pass, grave ones take a level off.', settings: { documentationStrictness: 'loose' } },
  { name: 'no-penalty', label: 'Cheating unpunished', meaning: 'Nothing is subtracted for smuggled code or for padding; the filter stays.', settings: { cheatPenalty: 0, paddingPenalty: 0 } },
  { name: 'sections', label: 'Sections', meaning: 'Documentation must have Summary, Params, Returns and Examples; a starter has only ever seen sentences.', settings: { documentationStructure: 'sections' } },
  { name: 'likelihood', label: 'Log-likelihood', meaning: 'The reward is how likely the reader finds the original code, not how similar its reconstruction is.', settings: { reward: 'log-likelihood' } },
  { name: 'identification', label: 'With identification', meaning: 'Added to the reward: the probability with which the reader tells the function from seven others.', settings: { identificationWeight: 1 } },
  { name: 'facts', label: 'With true facts', meaning: 'Added to the reward: how true and how complete the stated facts are.', settings: { factWeight: 1 } },
];

/** Other names of arms, as people say them. */
const ALIASES: Readonly<Record<string, string>> = { 'both': 'blend', 'default': 'blend', 'writer': 'stage1', 'reader': 'stage2' };

/** Undefined when there is no such arm. */
export function armNamed(name: string): Arm | undefined {
  const wanted = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  return ARMS.find((arm) => arm.name === wanted);
}

export interface PlannedRun { arm: Arm; seed: number; settings: Settings }

/**
 * Every arm with every seed. All arms of a seed before the next seed: a queue that ends early has compared something. The gate before the
 * loop only warns: a run that stopped there would leave a hole in the table.
 */
export function planRuns(base: Settings, arms: readonly Arm[], seeds: readonly number[]): PlannedRun[] {
  return seeds.flatMap((seed) => arms.map((arm) => ({ arm, seed, settings: { ...base, loopGate: 'warn' as const, ...arm.settings, seed } })));
}

/** Settings that make no difference to a run that reached its end. */
const IDLE: ReadonlySet<SettingKey> = new Set<SettingKey>(['checkpointSeconds', 'loopGate']);

/** Whether two configurations train and measure alike. A setting that an older version did not know makes them differ. */
export function sameTraining(a: Settings, b: Settings): boolean {
  return SETTINGS.every(({ key }) => IDLE.has(key) || a[key] === b[key]);
}

/** Whether training the reader with `a` or with `b` is scored by the same blend. */
function sameScoring(a: Settings, b: Settings): boolean {
  return a.unparsable === b.unparsable && WEIGHT_KEYS.every((key) => a[key] === b[key]);
}

// ---- what a run showed -------------------------------------------------------------------------------------------------

/** What is told of held-out code. All but `shuffled` mean the same in every arm. */
export const MEASURES = {
  similarity: { label: 'similarity', meaning: 'Of held-out reconstructions, always by the default blend, whatever the arm rewards.' },
  exact: { label: 'exact match', meaning: 'Share rebuilt exactly.' },
  execution: { label: 'execution', meaning: 'Share that gives the same results when run.' },
  shuffled: { label: 'shuffled control', meaning: 'Similarity from another function\'s documentation, in what the arm rewards: it should not rise.' },
  leak: { label: 'leak', meaning: 'Share of documentations that copy the code.' },
} as const;
export type Measure = keyof typeof MEASURES;
export const MEASURE_NAMES = Object.keys(MEASURES) as Measure[];

/** NaN = the evaluation did not have it (nothing can be run, or an older version wrote it). */
export interface Measures extends Record<Measure, number> { metrics: Record<string, number> }

export interface AblationResult {
  arm: string;
  seed: number;
  settings: Settings;
  updates: number;
  before: Measures; after: Measures;
  seconds: number;
  adapter: string;
}

type Row = Readonly<Record<string, unknown>>;
const asRow = (value: unknown): Row => (typeof value === 'object' && value !== null ? value as Row : {});
/** Summaries pass through JSON, which has no NaN: it comes back as null. */
const numberAt = (row: Row, key: string): number => (typeof row[key] === 'number' ? row[key] : NaN);

/**
 * The fixed yardstick: the default blend of the evaluation's mean of each metric. The mean of blends is the blend of means as long as every
 * weighted metric applies to every pair. Without those means the run's own similarity, if it was blended by default; else NaN.
 */
export function yardstick(row: Row, settings: Settings): number {
  const { weights } = scoreOptions(defaults());
  const means = Object.fromEntries(Object.keys(weights).filter((name) => weights[name]! > 0).map((name) => [name, numberAt(row, `heldout/${name}`)]));
  if (Object.values(means).every(Number.isFinite)) return blend(means, weights);
  return sameScoring(settings, defaults()) ? numberAt(row, 'heldout/similarity') : NaN;
}

function measuresOf(row: Row, settings: Settings): Measures {
  const metrics = Object.fromEntries([...METRIC_NAMES, 'embedding'].map((name) => [name, numberAt(row, `heldout/${name}`)]));
  return {
    similarity: yardstick(row, settings), exact: numberAt(row, 'heldout/exact_match'), execution: numberAt(row, 'heldout/execution'),
    shuffled: numberAt(row, 'heldout/shuffled'), leak: numberAt(row, 'heldout/leak_rate'), metrics: Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
  };
}

/** Reads a run's summary, as it comes from the loop or out of a file. @throws when it has no evaluations, or was stopped before its end */
export function resultOf(planned: PlannedRun, summary: Row): AblationResult {
  const what = `${planned.arm.name} with seed ${planned.seed}`;
  if (summary['stopped'] === true) throw new Error(`${what} was stopped after ${numberAt(summary, 'steps')} of ${planned.settings.steps} updates.`);
  const before = asRow(summary['before']), after = asRow(summary['after']);
  if (!Object.hasOwn(before, 'heldout/similarity') || !Object.hasOwn(after, 'heldout/similarity')) throw new Error(`${what} has no evaluations on held-out functions to compare.`);
  const adapter = asRow(summary['adapter']);
  const seconds = Object.values(asRow(summary['seconds'])).reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0);
  return {
    arm: planned.arm.name, seed: planned.seed, settings: planned.settings, updates: numberAt(summary, 'steps'),
    before: measuresOf(before, planned.settings), after: measuresOf(after, planned.settings), seconds,
    adapter: `${String(adapter['vendor'] ?? '')} ${String(adapter['architecture'] ?? '')}${adapter['fallback'] === true ? ' (software)' : ''}`.trim(),
  };
}

/** Results as they were written; null, which stands for NaN in JSON, is NaN again. @throws when it is no list of results */
export function readResults(json: unknown): AblationResult[] {
  const results = asRow(json)['results'];
  if (!Array.isArray(results)) throw new Error('there is no list of results in it');
  return results.map((found: unknown) => {
    const row = asRow(found), side = (name: string): Measures => {
      const values = asRow(row[name]);
      return { ...Object.fromEntries(MEASURE_NAMES.map((measure) => [measure, numberAt(values, measure)])) as Record<Measure, number>, metrics: asRow(values['metrics']) as Record<string, number> };
    };
    if (typeof row['arm'] !== 'string' || typeof row['seed'] !== 'number' || typeof row['settings'] !== 'object') throw new Error('a result has no arm, seed or settings');
    return { arm: row['arm'], seed: row['seed'], settings: row['settings'] as Settings, updates: numberAt(row, 'updates'), before: side('before'), after: side('after'), seconds: numberAt(row, 'seconds'), adapter: String(row['adapter']) };
  });
}

/** The result of a planned run among those that are there. */
export function finished(planned: PlannedRun, results: readonly AblationResult[]): AblationResult | undefined {
  return results.find((result) => result.arm === planned.arm.name && result.seed === planned.seed && sameTraining(result.settings, planned.settings));
}

// ---- over seeds --------------------------------------------------------------------------------------------------------

/** Of the finite values; `sd` is the sample's (n - 1) and NaN below two. */
export interface Spread { n: number; mean: number; sd: number; min: number; max: number }

export function spread(values: readonly number[]): Spread {
  const known = values.filter(Number.isFinite), n = known.length;
  if (n === 0) return { n, mean: NaN, sd: NaN, min: NaN, max: NaN };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const sd = n < 2 ? NaN : Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd, min: Math.min(...known), max: Math.max(...known) };
}

export interface ArmSummary {
  arm: string; label: string;
  results: AblationResult[];
  before: Record<Measure, Spread>; after: Record<Measure, Spread>;
  /** Held-out mean of each metric after the run, by the metric's name. */
  metrics: Record<string, Spread>;
  seconds: Spread;
}

/** One entry an arm that has results, in the order of the arms. */
export function summarise(results: readonly AblationResult[]): ArmSummary[] {
  return ARMS.flatMap(({ name, label }) => {
    const own = results.filter((result) => result.arm === name).sort((a, b) => a.seed - b.seed);
    if (own.length === 0) return [];
    const over = (side: 'before' | 'after'): Record<Measure, Spread> => Object.fromEntries(MEASURE_NAMES.map((measure) => [measure, spread(own.map((result) => result[side][measure]))])) as Record<Measure, Spread>;
    const names = [...METRIC_NAMES, 'embedding'].filter((metric) => own.some((result) => Object.hasOwn(result.after.metrics, metric)));
    return [{
      arm: name, label, results: own, before: over('before'), after: over('after'), seconds: spread(own.map((result) => result.seconds)),
      metrics: Object.fromEntries(names.map((metric) => [metric, spread(own.map((result) => result.after.metrics[metric] ?? NaN))])),
    }];
  });
}

const number = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '–');

/** Mean, then standard deviation and range where there are several: `0.967 ± 0.010 (0.957..0.977)`. */
export function spreadText({ n, mean, sd, min, max }: Spread): string {
  return n < 2 ? number(mean) : `${number(mean)} ± ${number(sd)} (${number(min)}..${number(max)})`;
}

/** Mean before, and where it went. */
export function changeText(before: Spread, after: Spread): string {
  return `${number(before.mean)} → ${spreadText(after)}`;
}

/** Both tables: what each arm reached, and where it left every metric. `time` writes seconds. */
export function ablationMarkdown(summaries: readonly ArmSummary[], time: (seconds: number) => string): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [line(head), line(head.map(() => '---')), ...rows.map(line)];
  const results = summaries.flatMap((summary) => summary.results);
  const updates = [...new Set(results.map((result) => result.updates))].join(', '), adapters = [...new Set(results.map((result) => result.adapter))].join(', ');
  const metrics = [...METRIC_NAMES, 'embedding'].filter((name) => summaries.some((summary) => (summary.metrics[name]?.n ?? 0) > 0));
  return [
    '# Ablations', '',
    'Held-out functions, before the first and after the last update: mean over the seeds, ± standard deviation, (least..most).', '',
    ...table(['arm', 'seeds', ...MEASURE_NAMES.map((measure) => MEASURES[measure].label), 'time a run'], summaries.map((summary) => [
      summary.label, summary.results.map((result) => result.seed).join(', '), ...MEASURE_NAMES.map((measure) => changeText(summary.before[measure], summary.after[measure])), time(summary.seconds.mean),
    ])), '',
    ...MEASURE_NAMES.map((measure) => `- ${MEASURES[measure].label}: ${MEASURES[measure].meaning}`),
    `- Updates: ${updates}. Adapter: ${adapters}.`, '',
    ...(metrics.length === 0 ? [] : [
      '## Every metric after the run', '', 'Mean over the seeds on held-out functions, whichever metric was rewarded.', '',
      ...table(['arm', ...metrics], summaries.map((summary) => [summary.label, ...metrics.map((name) => number(summary.metrics[name]?.mean ?? NaN))])), '',
    ]),
  ].join('\n');
}
