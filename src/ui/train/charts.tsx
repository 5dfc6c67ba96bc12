/** Which metrics share a chart and how they are named; the drawing is in chart.tsx. */
import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { formatPlace } from '../place';
import { busy, metricsVersion, metricTable, run, settings } from '../state';
import { Chart } from './chart';
import type { Line } from './chart';
import { ChartsHead } from './charts_head';
import { pinned } from './chart_options';
import { OPEN_RUN } from './chart_source';
import { EventList } from './event_list';

/** The reward stands with its controls in one chart: alone it lies. */
const REWARD: Line[] = [
  { key: 'reward/mean', label: 'reward', color: 'c-reward', smooth: true },
  { key: 'heldout/similarity', label: 'held-out', color: 'c-heldout' },
  { key: 'heldout/shuffled', label: 'shuffled documentation', color: 'c-shuffled', dash: [6, 4] },
  { key: 'heldout/oracle', label: 'oracle', color: 'c-oracle', dash: [2, 3] },
  { key: 'heldout/empty', label: 'no documentation', color: 'c-floor', dash: [4, 4] },
  { key: 'heldout/floor', label: 'floor', color: 'c-floor', dash: [1, 4] },
];
/** A log-likelihood is in nats and below zero: it gets its own axis, and the controls keep theirs. */
const REWARD_NATS: Line[] = REWARD.map(line => (line.key === 'reward/mean' ? { ...line, label: 'reward (nats)', scale: 'right' as const } : line));
/** Whether documentation tells its own function from others: what a rising reward must bring with it. */
const MEANING: Line[] = [
  { key: 'heldout/identification', label: 'right one of 8', color: 'c-heldout' },
  { key: 'heldout/fact_precision', label: 'true facts', color: 'c-oracle', dash: [2, 3] },
  { key: 'heldout/fact_recall', label: 'facts stated', color: 'c-oracle', dash: [6, 2] },
  { key: 'heldout/lift', label: 'lift over none', color: 'c-reward' },
  { key: 'heldout/distinct', label: 'distinct code', color: 'c-floor', dash: [1, 4] },
  { key: 'heldout/gap', label: 'right over wrong (nats)', color: 'c-shuffled', dash: [6, 4], scale: 'right' },
  { key: 'heldout/frozen_gap', label: 'the same, frozen reader', color: 'c-floor', dash: [4, 4], scale: 'right' },
];
const LOSS: Line[] = [
  { key: 'loss', label: 'loss', color: 'c-reward', smooth: true },
];
const WARM: Line[] = [
  { key: 'warmstart/loss', label: 'loss', color: 'c-reward', smooth: true },
  { key: 'warmstart/heldout_loss', label: 'held out', color: 'c-heldout' },
  { key: 'warmstart/oracle', label: 'oracle', color: 'c-oracle', dash: [2, 3], scale: 'right' },
];
const HEALTH: Line[] = [
  { key: 'entropy', label: 'entropy', color: 'c-reward', smooth: true },
  { key: 'grad_norm', label: 'gradient norm', color: 'c-shuffled', smooth: true, scale: 'right', dash: [6, 4] },
];
const TRUTH: Line[] = [
  { key: 'heldout/exact_match', label: 'exact match', color: 'c-heldout' },
  { key: 'heldout/execution', label: 'runs the same', color: 'c-oracle', dash: [2, 3] },
  { key: 'leak/rate', label: 'leak', color: 'c-shuffled', smooth: true, dash: [6, 4] },
];

/** Ways to be paid without documenting, each as a share, and how far the writer's language has moved from where it began. */
const CHEATING: Line[] = [
  { key: 'leak/mean', label: 'copied code', color: 'c-shuffled', smooth: true },
  { key: 'rewards/cheat/mean', label: 'code in disguise', color: 'c-reward', smooth: true, dash: [6, 4] },
  { key: 'rewards/padding/mean', label: 'padded code', color: 'c-floor', smooth: true, dash: [4, 4] },
  { key: 'heldout/overlap', label: 'held-out overlap', color: 'c-heldout', dash: [1, 4] },
  { key: 'heldout/punctuation', label: 'held-out code marks', color: 'c-oracle', dash: [2, 3] },
  { key: 'heldout/language_drift', label: 'drift from the frozen writer (nats)', color: 'c-floor', scale: 'right' },
];

/** How much is done in a second, and how much of the scoring went on beside the decoding. */
const SPEED: Line[] = [
  { key: 'tokens_per_second', label: 'tokens a second', color: 'c-reward', smooth: true },
  { key: 'overlap/share', label: 'scoring hidden', color: 'c-oracle', smooth: true, scale: 'right', dash: [2, 3] },
];
/** What rewarding behaviour costs, and what of it can be judged at all. */
const EXECUTION: Line[] = [
  { key: 'execution/agreement', label: 'outputs that agree', color: 'c-heldout', smooth: true },
  { key: 'execution/judged_share', label: 'can be judged', color: 'c-floor', smooth: true, dash: [4, 4] },
  { key: 'execution/seconds', label: 'seconds an update', color: 'c-reward', smooth: true, scale: 'right', dash: [6, 4] },
];
/** How far the sampler's log-probabilities are from the trainer's: above the bound they are computed again. */
const SAMPLER: Line[] = [
  { key: 'sampler/mismatch_max', label: 'largest', color: 'c-shuffled', dash: [6, 4] },
  { key: 'sampler/mismatch_mean', label: 'mean', color: 'c-reward' },
];

/** UCoder's rounds: how far the answers agree, and, watched by the originals, what that is worth. */
const CONSENSUS: Line[] = [
  { key: 'ucoder/confidence', label: 'agree', color: 'c-reward', smooth: true },
  { key: 'ucoder/abstained', label: 'abstained', color: 'c-floor', smooth: true, dash: [4, 4] },
  { key: 'ucoder/right', label: 'answers right', color: 'c-heldout', smooth: true },
  { key: 'ucoder/learned_right', label: 'learned right', color: 'c-oracle', smooth: true, dash: [2, 3] },
];

/** Ten times a second something changes in a run, but this hardly ever: the charts need not be drawn for the rest. */
const nats = computed(() => (run.value.settings ?? settings.value).reward === 'log-likelihood');
const executes = computed(() => (run.value.settings ?? settings.value).weightExecution > 0);
const any = computed(() => { void metricsVersion.value; return { loop: metricTable().length > 0, warm: metricTable('warmstart').length > 0, rounds: metricTable().column('ucoder/problems').some(Number.isFinite) }; });
const begun = computed(() => busy.value || any.value.loop || any.value.warm), warmedUp = computed(() => any.value.warm), looped = computed(() => any.value.loop), rounds = computed(() => any.value.rounds);

/** Shows the samples of a step. */
export function openStep(step: number): void {
  const { id } = run.peek();
  location.hash = formatPlace({ tab: 'samples', step, ...(id ? { run: id } : {}) });
}

export function Charts(): JSX.Element | null {
  const warmed = warmedUp.value;
  // Before the first run there is something better to look at than empty axes.
  if (!begun.value) return null;
  const charts: Parameters<typeof Chart>[0][] = [
    { title: 'Reward and its controls', lines: nats.value ? REWARD_NATS : REWARD, range: [0, 1], ...(nats.value ? { rightLabel: 'nats' } : {}) },
    { title: 'Exact match, execution, leak', lines: TRUTH, range: [0, 1] },
    ...(rounds.value ? [{ title: 'Consensus of answers', lines: CONSENSUS, range: [0, 1] as [number, number] }] : []),
    { title: 'Does it tell functions apart?', lines: MEANING, range: [0, 1], rightLabel: 'nats' },
    { title: 'Is it cheating?', lines: CHEATING, range: [0, 1], rightLabel: 'nats' },
    { title: 'Loss', lines: LOSS },
    ...(warmed ? [{ title: 'Warm start', source: OPEN_RUN.warmstart, group: 'warmstart', lines: WARM, rightLabel: 'similarity' }] : []),
    { title: 'Entropy and gradient norm', lines: HEALTH, rightLabel: 'norm' },
    { title: 'Speed', lines: SPEED, rightLabel: 'share' },
    ...(executes.value ? [{ title: 'Execution: agreement and cost', lines: EXECUTION, range: [0, 1] as [number, number], rightLabel: 'seconds' }] : []),
    { title: 'Sampler against trainer (nats)', lines: SAMPLER },
  ];
  // While only the warm start has values, its chart is the one to look at.
  const order = (title: string): number => (pinned.value.includes(title) ? pinned.value.indexOf(title) : title === 'Warm start' && !looped.value ? 100 : 101);
  charts.sort((a, b) => order(a.title) - order(b.title));
  return (
    <section aria-label="Charts">
      <ChartsHead groups={warmed ? ['loop', 'warmstart'] : ['loop']} />
      <div class="charts">
        {charts.map(chart => <Chart key={chart.title} {...chart} {...(chart.group === 'warmstart' ? {} : { onPick: openStep })} />)}
      </div>
      <EventList />
      <p class="muted">Click a chart, or move its cursor with the arrow keys and press Enter, to open the samples of that step; drag to look closer. Held-out and shuffled should part: when both rise together, the model learned to please, not to document.</p>
    </section>
  );
}
