/**
 * UCoder's round (arXiv 2512.17385) on one page: problems, rating, heads, tests, answers run in the sandbox, consensus, update. It knows the
 * algorithm and asks interfaces for the rest. Departures from the paper, each a setting:
 *  1. A round is one update on a few problems, not six rounds of three epochs: it takes turns with BatCoder's (`objective` in-turn), and
 *     held-out results decide when to end (`patience`).
 *  2. `problems` come from the corpus: BatCoder's first stage documents a function, its documentation is the problem, its check the rating,
 *     its inputs, and some made for it, the tests; only a model that follows instructions can make up its own (stages 1 to 4 by template).
 *  3. A signature is the output on every test (`signature`); the paper speaks of pass and fail, and of output hashes.
 *  4. tau is a share of the answers (`minShare`), which is also the confidence shown; the paper names no value.
 *  5. `pick` can learn from other answers than the consensus, for comparison.
 */

import { scoreOptions } from '../reward/blend';
import { mean } from '../rl/advantage';
import { buildBatch } from '../rl/batch';
import type { Row } from '../rl/batch';
import { methodOf, updateSettings } from '../rl/methods';
import { createRng } from '../rng';
import { labError } from '../types';
import type { CodeItem, MetricRow, StepMetrics } from '../types';
import { CONFIDENT } from '../ucoder/consensus';
import type { StepListener, StepResult } from './batcoder';
import { draftOf, following } from './draft';
import { STREAM, generate, pick, slowed, sound } from './lab';
import type { Lab } from './lab';
import { judgeAnswers, probe, probingMetrics, recordOf } from './probing';
import type { Probed } from './probing';
import { problemsOf } from './problems';
import { stepEpisodes, stepMetrics } from './report';
import { rewardSamples } from './rewards';
import { reconstruct } from './samples';
import type { Sample } from './samples';
import { Scores } from './scores';
import { StepClock } from './step_clock';

/** Whether update `step` (from 0) is a round of UCoder. In turn the first is BatCoder's: its writer is what makes problems worth solving. */
export function isUcoderStep({ objective }: Lab['settings'], step: number): boolean {
  return objective === 'ucoder' || (objective === 'in-turn' && step % 2 === 1);
}

/** What an update of a run is made with: where the systems take turns, each has its own objective and what belongs to it. */
export function turnOf(lab: Lab, step: number): Lab {
  if (lab.settings.objective !== 'in-turn') return lab;
  const settings: Lab['settings'] = { ...lab.settings, objective: isUcoderStep(lab.settings, step) ? 'ucoder' : 'policy' };
  return { ...lab, settings, method: methodOf(settings) };
}

/** Refuses rounds that could run nothing, before anything is trained. Throws BadInput. */
export function checkRunnable({ objective }: Pick<Lab['settings'], 'objective'>, train: readonly CodeItem[], executor: Lab['executor']): void {
  if (objective !== 'ucoder' && objective !== 'in-turn') return;
  if (executor && train.some(({ language }) => executor.languages.includes(language))) return;
  throw labError('BadInput', 'UCoder runs what the model writes, and there is no sandbox for the languages of this corpus. Nothing was started; choose functions in a language that can be run, or another objective.');
}

/** One round from `step` completed updates to `step + 1`, as `batcoderStep`. */
export async function ucoderStep(lab: Lab, step: number, listen: StepListener = {}): Promise<StepResult | null> {
  const { meter, method } = lab, executor = lab.executor!, { phase = () => undefined, rows: told, sampled } = listen;
  // One problem a function, n answers each; what is sampled is scored by similarity only to be looked at.
  const settings: Lab['settings'] = { ...lab.settings, documentations: 1, reconstructions: lab.settings.candidates, reward: 'similarity', objective: 'ucoder', rDocMode: 'gate' };
  const round: Lab = { ...lab, settings };
  const clock = new StepClock(meter);
  const items = pick(lab.train.filter(({ language }) => executor.languages.includes(language)), settings.codesPerStep, createRng(settings.seed, step, STREAM.items));
  lab.behaviour?.begin();
  const draft = listen.draft && draftOf(items, step + 1, listen.draft);

  phase('document');
  const { samples, inputs, row: proposed } = await meter.time('document', () => problemsOf(round, items, step, following(items.length, told, (sample) => draft?.documented(sample))));
  phase('reconstruct');
  const scores = new Scores(round, scoreOptions(settings));
  await meter.time('reconstruct', () => reconstruct(round, samples, step, (pairs) => {
    // A problem without an original has nothing to be similar to.
    if (settings.problems !== 'model') scores.ask(pairs);
    draft?.rebuilt();
  }, told));
  phase('reward');
  const seconds = meter.mark().seconds['execute'] ?? 0;
  const { probed, programs } = await meter.time('execute', async () => {
    const tests = await testsOf(round, samples, inputs);
    return probe(executor, samples, (sample) => tests.get(sample) ?? [], settings);
  });
  if (settings.problems !== 'model') await meter.time('reward', () => rewardSamples(round, items, samples, step, scores));
  draft?.judged(samples);

  phase('update');
  const chosen = await choices(round, probed, step);
  const rows = chosen.flatMap(({ row }) => (row ? [row] : []));
  if (!await clock.aside(sampled, phase)) return null;
  const batch = buildBatch(rows, method.aggregation, { reader: { weight: 1, maxLength: settings.maxCodeTokens } });
  const update = slowed(lab, updateSettings(settings, method, step));
  let metrics: StepMetrics | null = null;
  if (batch) {
    metrics = await meter.time('update', () => lab.trainer.step(batch, update));
    meter.state.trained += batch.tokens.length;
  }
  const right = chosen.filter(({ row, probed: { right: known } }) => row && known);
  const row: MetricRow = {
    step: step + 1, ...stepMetrics(samples, metrics), ...proposed, ...probingMetrics(probed, samples.length, programs),
    'ucoder/learned': rows.length, 'ucoder/learned_right': mean(right.map(({ right: is }) => (is ? 1 : 0))), 'ucoder/seconds': (meter.state.seconds['execute'] ?? 0) - seconds,
    'learning_rate': update.learningRate, ...clock.row(),
  };
  const episodes = stepEpisodes(round, samples, step + 1);
  chosen.forEach(({ probed: one, answer, why }) => { episodes[samples.indexOf(one.sample)]!.consensus = recordOf(one, answer, why); });
  return { finite: metrics ? sound(metrics) : true, reward: mean(samples.map((sample) => sample.reward).filter(Number.isFinite)), report: Promise.resolve({ row, episodes }) };
}

/**
 * Stage 4: the inputs that came with a problem; else the function's own, and where these are few some made from its types, examples, literals
 * and use. Of many the maker prefers those on which the original answers differently: that is all the answers owe to it.
 */
async function testsOf({ settings, behaviour }: Lab, samples: readonly Sample[], made: ReadonlyMap<Sample, unknown[][]>): Promise<Map<Sample, unknown[][]>> {
  const own = (sample: Sample): unknown[][] => made.get(sample) ?? sample.item.inputs ?? [];
  const few = samples.filter((sample) => !made.has(sample) && own(sample).length < settings.tests && sample.item.code !== '');
  const planned = await behaviour?.tried(few.map(({ item }) => item)) ?? [];
  const more = new Map(few.map((sample, i): [Sample, unknown[][]] => { const plan = planned[i]; return [sample, plan && 'inputs' in plan ? plan.inputs : []]; }));
  return new Map(samples.map((sample) => {
    const all = new Map([...own(sample), ...more.get(sample) ?? []].map((input) => [JSON.stringify(input), input]));
    return [sample, [...all.values()].slice(0, settings.tests)];
  }));
}

interface Choice {
  probed: Probed;
  /** Place of the learned answer; -1: none, or none of the sampled ones. */
  answer: number;
  /** Whether it behaves as the original; null: not known. */
  right: boolean | null;
  why: string;
  row: Row | null;
}

/** Stage 6: what each problem is answered with from now on. */
async function choices(lab: Lab, probed: readonly Probed[], step: number): Promise<Choice[]> {
  const { settings, prompts } = lab;
  const sampledAnswer = (one: Probed, answer: number, why: string): Choice => {
    const made = one.sample.reconstructions[answer]!;
    made.advantage = 1;
    return { probed: one, answer, why, right: one.right?.[answer] ?? null, row: { prompt: made.prompt, completion: made.tokens, advantage: 1, stage: 'reader' } };
  };
  const none = (one: Probed, why: string): Choice => ({ probed: one, answer: -1, why, right: null, row: null });
  const ran = ({ consensus }: Probed): number[] => consensus.executed.flatMap((share, r) => (share > 0 && share >= settings.reliability ? [r] : []));
  if (settings.pick === 'greedy') return greedy(lab, probed, step);
  const rng = createRng(settings.seed, step, STREAM.choose);
  return probed.map((one) => {
    const { consensus, sample } = one, n = sample.reconstructions.length, reliable = ran(one);
    if (settings.pick === 'truth') {
      if (sample.item.code === '') return none(one, 'There is no original to learn from.');
      return { probed: one, answer: -1, why: 'The original was learned, for comparison.', right: true, row: { prompt: sample.reconstructions[0]!.prompt, completion: prompts.completion(sample.item.code), advantage: 1, stage: 'reader' } };
    }
    if (reliable.length === 0) return none(one, `None of ${n} answers ran on enough of the tests.`);
    if (settings.pick === 'random') return sampledAnswer(one, reliable[Math.floor(rng() * reliable.length)]!, `One of ${reliable.length} answers that run, drawn at random, for comparison.`);
    if (settings.pick === 'reward') {
      const best = reliable.reduce((a, b) => (sample.reconstructions[b]!.paid > sample.reconstructions[a]!.paid ? b : a));
      return sampledAnswer(one, best, 'The answer most similar to the original, for comparison.');
    }
    const size = consensus.clusters[0]?.members.length ?? 0;
    if (consensus.chosen === null) return none(one, `Abstained: the largest cluster has ${size} of ${n} answers, and ${consensus.smallest} have to agree.`);
    return sampledAnswer(one, consensus.chosen, `${size} of ${n} answers behave the same${consensus.confidence >= CONFIDENT ? '' : ', which is seldom enough'}; of these it runs on most tests and is the likeliest text.`);
  });
}

/** The likeliest answer to each problem, for comparison: one more generation, run like the others to watch it. */
async function greedy(lab: Lab, probed: readonly Probed[], step: number): Promise<Choice[]> {
  const { settings } = lab, prompts = probed.map(({ sample }) => sample.reconstructions[0]!.prompt);
  const { tokens } = await generate(lab, { prompts, samples: 1, maxNewTokens: settings.maxCodeTokens, temperature: 0, seed: settings.seed, step, stream: STREAM.greedy });
  const codes = tokens.map((ids) => lab.tokenizer.decode(ids)), right = await judgeAnswers(lab.executor!, probed.map((one, i) => ({ probed: one, code: codes[i]! })));
  return probed.map((one, i) => {
    const code = codes[i]!, answer = one.sample.reconstructions.findIndex((made) => made.code === code);
    return { probed: one, answer, right: right[i]!, why: 'The likeliest answer, for comparison.', row: { prompt: prompts[i]!, completion: tokens[i]!, advantage: 1, stage: 'reader' } };
  });
}
