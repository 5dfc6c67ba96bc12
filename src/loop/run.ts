/** A whole run: warm start, loop, evaluation, checkpoints, stop and exact resume; knows the order of things, not how any of them is done. */

import { validate } from '../config';
import type { Settings } from '../config';
import { countParameters } from '../formats/layout';
import { mean } from '../rl/advantage';
import { methodOf } from '../rl/methods';
import { PROMPT_OVERHEAD, createPrompts } from '../rl/prompts';
import type { Prompts } from '../rl/prompts';
import type { Embedder } from '../reward/embedding';
import { labError } from '../types';
import type {
  AdapterInfo, Checkpoint, CheckpointStore, CodeItem, Executor, MetricRow, ModelConfig, NamedTensor, Phase, Rewarder, RunControl, RunEvent, Split, TokenizerApi, Trainer,
} from '../types';
import { batcoderStep } from './batcoder';
import { Behaviour } from './behaviour';
import type { PlanInputs } from './behaviour';
import { withExecution } from '../reward/execution';
import { embeddingRewarder } from './embedding';
import { evaluate, evaluateOracle, heldOut, mergeSplits } from './evaluate';
import { Meter, underWay } from './lab';
import type { Describe, FactCheck, Lab } from './lab';
import { ORACLE_READY, adviceBeforeLoop, adviceFromHistory, adviceOnSampler, gateClosed, oracleLine, staleness } from './notices';
import { checkGroups } from './objectives';
import { MOST_NOT_FINITE, isFinite, rateScale, rollBack, startLoop } from './rollback';
import { RunState, checkResume, saveCheckpoint } from './state';
import { checkRunnable, isUcoderStep, turnOf, ucoderStep } from './ucoder';
import { heldOutLoss, warmstartBatch, warmstartStep } from './warmstart';

export interface LabDeps {
  trainer: Trainer;
  tokenizer: TokenizerApi;
  rewarder: Rewarder;
  /** The encoder that a person chose; needed where the settings take embeddings from a model. */
  embedder?: Embedder | null;
  /** null = nothing is run, and execution is not reported. */
  executor: Executor | null;
  /** Makes inputs to run functions on; absent or null = only the corpus's own inputs are run. */
  planInputs?: PlanInputs | null;
  /** null = nothing is saved. */
  store: CheckpointStore | null;
  describe: Describe;
  factCheck?: FactCheck;
}

export interface RunSpec {
  runId: string;
  settings: Settings;
  items: CodeItem[];
  corpusHash: string;
  /** Absent = the trainer holds its model already. `tensors` null = random weights from the seed. */
  model?: { config: ModelConfig; tensors: NamedTensor[] | null };
  resume?: Checkpoint;
}

export interface RunSummary {
  runId: string;
  settings: Settings;
  /** Completed updates of the loop, and warm-start steps. */
  steps: number; warmstartSteps: number;
  /** True: stopped before its end, with a checkpoint saved. */
  stopped: boolean;
  adapter: AdapterInfo;
  parameters: number;
  items: { train: number; heldout: number; left: number; languages: Record<string, number> };
  /** Evaluations before the loop's first and after its last update; empty when there was none. */
  before: MetricRow; after: MetricRow;
  seconds: Record<string, number>;
  flops: number;
  tokens: { prefilled: number; sampled: number; scored: number; trained: number };
}

/** How often the warm start measures its held-out loss and the oracle line. */
const WARMSTART_EVALUATIONS = 20;

/** Items short enough to learn from and in a language the tokenizer speaks. */
export function usableItems(items: readonly CodeItem[], prompts: Prompts, settings: Settings): CodeItem[] {
  return items.filter((item) => prompts.speaks(item.language) && prompts.ids(item.code).length + 1 <= settings.maxCodeTokens);
}

/**
 * Runs from the start or from a checkpoint to the end or to a stop. Resumes exactly: every draw is keyed by (seed, step, stream), so the
 * counters and the trainer's state are all there is. Throws BadInput for a configuration that cannot run, BadCheckpoint for a checkpoint of
 * another run, NotFinite when updates stay not finite though the run was rolled back, and whatever the trainer throws (DeviceLost, OutOfMemory).
 */
export async function runLab(deps: LabDeps, spec: RunSpec, control: RunControl, emit: (event: RunEvent) => void): Promise<RunSummary> {
  const { trainer, tokenizer } = deps;
  const { settings } = spec;
  const problems = validate(settings);
  if (problems.length > 0) throw labError('BadInput', `These settings cannot run: ${problems.join(' ')} Nothing was started; correct them and start again.`);
  const method = methodOf(settings);
  checkGroups({ settings, method });
  const prompts = createPrompts(tokenizer, settings.maxDocumentationTokens);
  if (spec.resume) checkResume(spec.resume, settings, spec.corpusHash, tokenizer.hash);

  emit({ type: 'phase', phase: 'load', done: 0, total: 1 });
  await trainer.prefer?.({ recompute: settings.recompute, precision: settings.precision, cachePrecision: settings.cachePrecision });
  if (spec.resume) await trainer.restore(spec.resume.trainer);
  else if (spec.model) await trainer.load(spec.model.config, spec.model.tensors, settings.seed);
  const config = spec.resume?.trainer.config ?? spec.model?.config ?? (await trainer.snapshot()).config;
  const longest = settings.maxDocumentationTokens + settings.maxCodeTokens + PROMPT_OVERHEAD;
  if (longest > config.max_position_embeddings) throw labError('BadInput', `The longest documentation and function together need ${longest} positions and the model has ${config.max_position_embeddings}. Nothing was started; lower one of the lengths.`);
  if (tokenizer.vocabSize > config.vocab_size) throw labError('BadInput', `The tokenizer has ${tokenizer.vocabSize} tokens and the model ${config.vocab_size}. Nothing was started; use the tokenizer that belongs to the model.`);

  const usable = usableItems(spec.items, prompts, settings);
  const train = usable.filter((item) => item.split === 'train');
  const splits = heldOut(usable, settings.evaluateItems);
  if (train.length < 2) throw labError('BadInput', `Of ${spec.items.length} functions only ${train.length} can be learned from (at most ${settings.maxCodeTokens} tokens, in a language of the tokenizer). Nothing was started; add code, or raise the longest function.`);
  checkRunnable(settings, train, deps.executor);
  if (splits.size === 0) emit({ type: 'notice', level: 'warning', code: 'no-heldout', text: 'No function is held out, so nothing but the reward can be shown, and the reward alone does not tell whether anything was learned.' });

  const state = RunState.from(spec.resume);
  const behaviour = deps.executor && deps.planInputs ? new Behaviour({ executor: deps.executor, plan: deps.planInputs, items: usable, count: settings.executionInputs, emit }) : null;
  if (settings.weightExecution > 0 && !behaviour) throw labError('BadInput', 'Execution has a share of the reward and there is nothing here to run code with. Nothing was started; set its share (weightExecution) to 0.');
  if (settings.weightExecution > 0) behaviour!.tellMissing();
  const embedded = embeddingRewarder(deps, settings, emit);
  const lab: Lab = {
    trainer, tokenizer, prompts, rewarder: behaviour ? withExecution(embedded, (pairs) => behaviour.judge(pairs)) : embedded, executor: deps.executor, behaviour, describe: deps.describe, factCheck: deps.factCheck ?? null,
    settings, method, train, meter: new Meter(countParameters(config), state.meter), rateScale: rateScale(state.rollbacks), positions: config.max_position_embeddings,
  };
  const run = new Run(lab, spec, deps.store, state, splits, control, emit);
  if (spec.resume) emit({ type: 'notice', level: 'info', code: 'resumed', text: `Resumed after ${state.step} ${state.stage === 'loop' ? 'updates' : 'warm-start steps'}.` });
  // Saved before the first step too: a run killed in its first minute is then resumed, not lost.
  else await run.checkpoint();
  let finished: boolean;
  try {
    finished = await run.warmstart() && await run.loop();
  } finally {
    await run.told();
  }
  await run.checkpoint();
  if (!finished) emit({ type: 'notice', level: 'info', code: 'stopped', text: `Stopped after ${state.step} ${state.stage === 'loop' ? 'updates' : 'warm-start steps'}; ${deps.store ? 'the run is saved and can be resumed' : 'nothing was saved'}.` });

  const languages: Record<string, number> = {};
  for (const item of usable) languages[item.language] = (languages[item.language] ?? 0) + 1;
  const { seconds, ...tokens } = lab.meter.state;
  return {
    runId: spec.runId, settings, steps: state.stage === 'loop' ? state.step : 0, warmstartSteps: state.stage === 'loop' ? settings.warmstartSteps : state.step, stopped: !finished,
    adapter: await trainer.adapter(), parameters: lab.meter.parameters,
    items: { train: train.length, heldout: usable.length - train.length, left: spec.items.length - usable.length, languages },
    before: state.before, after: state.after, seconds, flops: lab.meter.flops, tokens,
  };
}

class Run {
  private savedAt = performance.now();
  /** What is still to be told of the newest step; the run goes on meanwhile, but never saves what was not told. */
  private telling: Promise<void> = Promise.resolve();
  private readonly lab: Lab;
  private readonly spec: RunSpec;
  private readonly store: CheckpointStore | null;
  private readonly state: RunState;
  private readonly splits: ReadonlyMap<Split, CodeItem[]>;
  private readonly control: RunControl;
  private readonly emit: (event: RunEvent) => void;

  constructor(lab: Lab, spec: RunSpec, store: CheckpointStore | null, state: RunState, splits: ReadonlyMap<Split, CodeItem[]>, control: RunControl, emit: (event: RunEvent) => void) {
    this.lab = lab;
    this.spec = spec;
    this.store = store;
    this.state = state;
    this.splits = splits;
    this.control = control;
    this.emit = emit;
  }

  /** False when stopped. */
  async warmstart(): Promise<boolean> {
    const { lab, state } = this;
    const { warmstartSteps } = lab.settings;
    if (state.stage === 'loop') return true;
    const every = Math.max(1, Math.ceil(warmstartSteps / WARMSTART_EVALUATIONS));
    if (state.step === 0 && warmstartSteps > 0) this.emit({ type: 'metrics', row: { 'warmstart/step': 0, ...await this.warmstartEvaluation() } });
    let batch = state.step < warmstartSteps ? warmstartBatch(lab, state.step) : null;
    while (batch) {
      if (await this.stopped()) return false;
      const update = underWay(warmstartStep(lab, state.step, batch));
      // Made while the GPU is at work on the last one.
      batch = state.step + 1 < warmstartSteps ? warmstartBatch(lab, state.step + 1) : null;
      const { row, finite } = await update;
      state.step++;
      await this.watch(finite);
      if (state.step % every === 0 || state.step === warmstartSteps) Object.assign(row, await this.warmstartEvaluation());
      this.emit({ type: 'metrics', row });
      this.phase('warmstart', state.step, warmstartSteps);
      await this.checkpointWhenDue();
    }
    await startLoop(lab, warmstartSteps > 0);
    state.enterLoop();
    // A warm start is long: what it made is not left to the next due checkpoint, and it is what the loop's first steps can go back to.
    if (warmstartSteps > 0) await this.checkpoint();
    return true;
  }

  private async warmstartEvaluation(): Promise<MetricRow> {
    const bySplit = new Map<string, MetricRow>();
    this.phase('evaluate', 0, 1);
    await this.lab.meter.time('evaluate', async () => {
      for (const [split, items] of this.splits) bySplit.set(split, { ...await heldOutLoss(this.lab, items), ...await evaluateOracle(this.lab, items) });
    });
    const row = mergeSplits('warmstart', bySplit);
    const { value, what } = oracleLine({ 'heldout/oracle_execution': row['warmstart/oracle_execution'] ?? NaN, 'heldout/oracle': row['warmstart/oracle'] ?? NaN });
    if (value >= ORACLE_READY && this.state.firstTime('oracle-ready')) this.emit({ type: 'notice', level: 'info', code: 'oracle-ready', text: `The reader is good enough to start the loop: ${value.toFixed(2)} ${what}.` });
    return row;
  }

  /** False when stopped. */
  async loop(): Promise<boolean> {
    const { lab, state } = this;
    const { steps, evaluateEvery, loopGate } = lab.settings;
    // The first measurement and the first update's samples come from the same weights, whichever is first: samples are sooner to be seen.
    const early = steps > 0 && loopGate !== 'stop';
    if (state.history.length === 0 && !early && !await this.before()) return false;
    while (state.step < steps) {
      if (await this.stopped()) return false;
      const done = state.step;
      const result = await (isUcoderStep(lab.settings, done) ? ucoderStep : batcoderStep)(turnOf(lab, done), done, {
        phase: (phase) => this.phase(phase, done, steps), rows: (ready, total) => this.emit({ type: 'rows', done: ready, total }),
        draft: (draft, row) => this.emit({ type: 'draft', draft, ...(row ? { row } : {}) }),
        ...(state.history.length === 0 ? { sampled: async () => await this.before() && !this.control.stopping() } : {}),
      });
      if (!result) return false;
      const { finite, reward, report } = result;
      await lab.meter.time('metrics', () => this.told());
      state.step++;
      state.rewards.push(reward);
      await this.watch(finite);
      const evaluated = state.step % evaluateEvery === 0 || state.step === steps;
      if (evaluated) {
        state.after = await this.evaluation();
        for (const notice of adviceFromHistory(state.history, lab.settings)) this.emit(notice);
      }
      const stale = evaluated && state.step < steps ? staleness(state.history, lab.settings.patience) : null;
      const evaluation = evaluated ? state.after : {};
      this.telling = underWay(report.then(({ row, episodes }) => {
        for (const notice of adviceOnSampler(row, lab)) if (state.firstTime(notice.code)) this.emit(notice);
        this.emit({ type: 'episodes', step: done + 1, episodes });
        this.emit({ type: 'metrics', row: { ...row, ...evaluation } });
      }));
      this.phase('update', state.step, steps);
      if (stale) {
        this.emit({ type: 'notice', level: 'info', code: 'no-gain', text: stale });
        return true;
      }
      await this.checkpointWhenDue();
    }
    return true;
  }

  /** What the loop starts from, measured. False: it is not worth starting. */
  private async before(): Promise<boolean> {
    const { lab, state } = this, { settings } = lab;
    const row = await this.evaluation();
    state.before = row;
    state.after = row;
    this.emit({ type: 'metrics', row: { step: 0, 'num_tokens': lab.meter.tokens, 'time/elapsed_seconds': lab.meter.elapsed, ...row } });
    for (const notice of adviceBeforeLoop(row, settings)) this.emit(notice);
    if (settings.loopGate !== 'stop' || settings.steps === 0 || !gateClosed(row, settings)) return true;
    this.emit({ type: 'notice', level: 'warning', code: 'gate', text: 'The loop was not started: the model does not yet read or write well enough for it to learn anything true. The run is saved; resume it to start the loop all the same, or start a new run with a longer warm start or more code.' });
    return false;
  }

  /** Everything up to here has been told. @throws what kept it from being told */
  told(): Promise<void> {
    return this.telling;
  }

  private async evaluation(): Promise<MetricRow> {
    const { lab, state } = this;
    const row = await lab.meter.time('evaluate', () => evaluate(lab, this.splits, true, (done, total) => this.phase('evaluate', done, total), (entries) => {
      if (entries.length > 0) this.emit({ type: 'story', page: { step: state.step, entries } });
    }));
    const value = (name: string): number => row[`heldout/${name}`] ?? NaN;
    const reward = mean(state.rewards.filter(Number.isFinite));
    state.history.push({ step: state.step, reward, margin: value('margin'), shuffled: value('shuffled'), similarity: value('similarity'), gap: value('gap'), leakRate: value('leak_rate'), solved: value('oracle_execution') });
    state.rewards = [];
    return row;
  }

  private phase(phase: Phase, done: number, total: number): void {
    this.emit({ type: 'phase', phase, done, total });
  }

  /** Saves if asked to, waits at the gate (a pause) and says whether the run should stop here. */
  private async stopped(): Promise<boolean> {
    if (this.control.wantsSave?.() === true) await this.checkpoint();
    await this.control.gate();
    return this.control.stopping();
  }

  private async watch(finite: boolean): Promise<void> {
    const { state } = this;
    state.notFinite = finite ? 0 : state.notFinite + 1;
    if (finite) return;
    this.emit({ type: 'notice', level: 'warning', code: 'not-finite', text: 'The gradient of this update was not a finite number; the weights were left as they were.' });
    if (state.notFinite < MOST_NOT_FINITE) return;
    await this.rollBack(`${MOST_NOT_FINITE} updates in a row had a loss or gradient that is not a finite number.`);
    // Due at the end of this step, when it was measured and told: the run goes on at the lower rate from there, however it ends.
    this.savedAt = -Infinity;
  }

  private async rollBack(cause: string): Promise<void> {
    const { lab, store, spec, state } = this;
    await this.told();
    const text = await rollBack(lab, store, spec.runId, state, cause);
    this.emit({ type: 'notice', level: 'warning', code: 'rolled-back', text });
    this.emit({ type: 'notice', level: 'warning', code: 'rate-halved', text: `The learning rate is at ${rateScale(state.rollbacks)} of its setting from here on.` });
  }

  private async checkpointWhenDue(): Promise<void> {
    // In the middle of bad updates what is there to go back to stays as far back as it is.
    if (this.state.notFinite === 0 && performance.now() - this.savedAt >= this.lab.settings.checkpointSeconds * 1000) await this.checkpoint();
  }

  /** Saves the run where it stands, never numbers that are not finite; without a store it does nothing. */
  async checkpoint(): Promise<void> {
    await this.told();
    if (!this.store) return;
    const { lab, spec, state, store } = this;
    this.phase('checkpoint', 0, 1);
    await lab.meter.time('checkpoint', async () => {
      let trainer = await lab.trainer.snapshot();
      while (!isFinite(trainer)) {
        await this.rollBack('The model held numbers that are not finite, so it was not saved.');
        trainer = await lab.trainer.snapshot();
      }
      await saveCheckpoint(lab, store, spec, state, trainer);
    });
    this.savedAt = performance.now();
    this.phase('checkpoint', 1, 1);
  }
}
