/** Carries one run from Start to its end: workers, the loop, what it says, saving, a lost device. Knows no view. */
import { effect } from '@preact/signals';
import type { Settings } from '../config';
import type { RunSummary } from '../loop/run';
import type { Embedder } from '../reward/embedding';
import { LANGUAGES } from '../sandbox/languages';
import { acquireRun } from '../store/browser_storage';
import type { LabStore } from '../store/lab_store';
import { knownTo } from '../store/branch';
import { createMetricLog } from '../store/metric_log';
import type { MetricLog } from '../store/metric_log';
import type { RunRecord } from '../store/runs';
import { labError } from '../types';
import type { Checkpoint, CheckpointStore, Language, MarkKind, MetricRow, ModelConfig, RunEvent } from '../types';
import { milestone } from './announcer';
import { probeCapability } from './capability_probe';
import { Batched } from './batched';
import { evaluationsAhead, RunClock } from './eta';
import type { Encoders } from './embedding_model';
import { describeFailure, isStop } from './failures';
import type { Library } from './library';
import type { Beginning, Models } from './models';
import { askBeforeClosing, keepAwake, whenHidden } from './page_life';
import { withRecovery } from './recovery';
import type { RunShelf } from './run_shelf';
import { keepRate, workOf } from './rates';
import { trainingSettings } from './run_shelf';
import { adapter, addEpisodes, addMetrics, addNotice, addStory, busy, capability, clearRunData, corpus, draft, EMPTY_RUN, failure, marks, metricTable, model as modelView, preset, resumable, run, settings } from './state';
import type { RunView } from './state';
import { engineFetch } from './sandbox_frame';
import { speech } from './speech';
import { Steering } from './steering';
import { markOfNotice, withMark } from './train/marks';
import type { PlanInputs } from '../loop/behaviour';
import { openBehaviour, openExecutor, openReward, openTrainer } from './worker_ports';
import type { OpenTrainer } from './worker_ports';

export class RunDriver {
  readonly #store: LabStore;
  readonly #library: Library;
  readonly #models: Models;
  readonly #encoders: Encoders;
  readonly #shelf: RunShelf;
  readonly #clock = new RunClock();
  /** Kernels were compiled since the last row: its speed says nothing of the next. */
  #warming = false;
  /** Numbers of the step under way that its row will hold too. */
  #early: MetricRow | undefined;
  #trainer: OpenTrainer | undefined;
  #steering: Steering | undefined;
  #preparing: AbortController | undefined;
  #ended: Promise<Record<string, unknown>> = Promise.reject(labError('BadInput', 'No run was started. Start one first.'));
  /** Whose model the engine holds, once its run has begun. */
  #held: { run: string; config: ModelConfig; tokenizer: Beginning['tokenizer'] } | undefined;
  #samplesWritten: Promise<void> = Promise.resolve();
  /** How far the phase under way was when it was told last. */
  #counted = { done: 0, total: 0 };
  #changes: Partial<RunView> = {};
  readonly #batch = new Batched(() => { this.#flush(); });

  constructor(store: LabStore, library: Library, models: Models, encoders: Encoders, shelf: RunShelf) {
    this.#store = store;
    this.#library = library;
    this.#models = models;
    this.#encoders = encoders;
    this.#shelf = shelf;
    this.#ended.catch(() => undefined);
  }

  /** The summary of the run that was started last; rejects with the error that ended it. */
  ended(): Promise<Record<string, unknown>> { return this.#ended; }

  pause(): void { this.#steering?.pause(); }
  proceed(): void { this.#steering?.proceed(); }
  step(): void { this.#steering?.step(); }
  save(): void { this.#steering?.save(); }
  stop(): void {
    // Answered at once, however long what is under way still takes.
    if (this.#preparing) { this.#preparing.abort(); this.#flush(); run.value = { ...run.peek(), state: 'stopping' }; }
    this.#steering?.stop();
  }

  /** The engine that is open now; none before the first run and after a lost device. */
  get engine(): OpenTrainer['api'] | undefined { return this.#trainer?.api; }

  /** The run whose model is in the engine, with what it takes to speak to it. */
  get held(): { run: string; config: ModelConfig; tokenizer: Beginning['tokenizer'] } | undefined { return this.#held; }

  /** The engine's worker, opened when first needed. */
  async trainer(): Promise<OpenTrainer> {
    if (this.#trainer) return this.#trainer;
    this.#set({ doing: 'Opening the graphics adapter' });
    const opened = await openTrainer(
      (done, total) => {
        this.#clock.warm();
        this.#warming = true;
        this.#set({ compiling: done < total ? { done, total } : null, doing: '' });
      },
      // A run hears of it from its own call; without one, the next start opens a new engine.
      () => { if (!busy.peek() && this.#trainer === opened) this.#closeTrainer(); },
      true,
      text => { addNotice('warning', 'shrunk', text, run.peek().step); },
    );
    this.#trainer = opened;
    adapter.value = await opened.api.adapter();
    return opened;
  }

  /**
   * Starts a new run with the settings in the store, or goes on with a saved one. Resolves when the loop has taken over.
   * @throws whatever keeps it from starting; the failure is shown and the record marked
   */
  async begin(resumeId?: string): Promise<void> {
    if (busy.peek()) throw labError('BadInput', 'A run is under way. Nothing was started; stop it first.');
    if (capability.peek().kind !== 'ready') throw labError('WebGPUUnavailable', 'This browser gives no graphics adapter to the page. Nothing was started; see the note on the Train tab.');
    failure.value = null;
    resumable.value = null;
    clearRunData();
    this.#clock.reset();
    this.#early = undefined;
    run.value = { ...EMPTY_RUN, state: 'starting', doing: 'Preparing' };
    speech.announce('Run started.', true);
    this.#preparing = new AbortController();
    let record: RunRecord | undefined;
    let release: (() => void) | null = null;
    try {
      record = resumeId === undefined ? await this.#create() : await this.#store.runs.get(resumeId);
      release = await acquireRun(record.id);
      if (!release) throw labError('RunHeld', `${record.name} is being trained in another tab. Nothing was started; go on there, or stop it first.`);
      const prepared = await this.#prepare(record, this.#preparing.signal);
      const held = record;
      const unlock = release;
      this.#ended = this.#drive(held, prepared).finally(unlock);
      this.#ended.catch(() => undefined);
    } catch (error) {
      release?.();
      await this.#fail(record, error);
      this.#ended = Promise.reject(error as Error);
      this.#ended.catch(() => undefined);
      throw error;
    } finally {
      this.#preparing = undefined;
    }
  }

  async #create(): Promise<RunRecord> {
    const data = corpus.peek();
    if (!data) throw labError('BadInput', 'There is no corpus yet. Nothing was started; wait for the sample corpus or drop a folder.');
    return this.#store.runs.create({ preset: preset.peek(), settings: { ...settings.peek() }, corpusId: data.id });
  }

  /** Everything a run needs, from storage where it goes on. */
  async #prepare(record: RunRecord, signal: AbortSignal): Promise<Prepared> {
    const own = trainingSettings(record);
    this.#set({ id: record.id, name: record.name, preset: record.preset, settings: own, steps: own.steps });
    this.#flush();
    const embedder = own.embedding === 'model' ? await this.#encoder(record, own.embeddingDevice) : null;
    const data = await this.#library.open(record.corpusId);
    const saved = await this.#store.checkpoints.load(record.id);
    const trainer = await this.trainer();
    let beginning: Beginning | null = null;
    if (!saved) {
      // A run that died before its first checkpoint begins anew: what it had told so far is told again.
      await this.#store.runs.trimMetrics(record.id, () => false);
      await this.#store.runs.trimEpisodes(record.id, 0);
      // '' in a record that never began says nothing yet: a model may have been loaded for it.
      const known = record.modelId !== '' ? record.modelId : record.state !== 'new' && own.model === 'starter' ? '' : null;
      beginning = await this.#models.beginning(own, data.items, data.id, known, done => this.#set({ doing: `Training the tokenizer: ${Math.round(done * 100)} %`, done: Math.round(done * 100), total: 100 }), signal);
      await this.#store.runs.update(record.id, { state: 'running', modelId: beginning.modelId });
    } else {
      await this.#store.runs.trimMetrics(record.id, row => knownTo(saved.checkpoint, row));
      await this.#store.runs.trimEpisodes(record.id, saved.checkpoint.stage === 'loop' ? saved.checkpoint.step : 0);
      await this.#shelf.showData(record.id);
      if (saved.notice) addNotice('warning', 'older-checkpoint', saved.notice, saved.checkpoint.step);
      this.#stand(own, saved.checkpoint);
      await this.#store.runs.update(record.id, { state: 'running' });
    }
    if (signal.aborted) throw labError('Stopped', 'The run was stopped before its first step. Nothing was trained.');
    return { settings: own, data, embedder, trainer, beginning, checkpoint: saved?.checkpoint, tokenizer: beginning?.tokenizer ?? await this.#models.tokenizer(saved!.checkpoint.tokenizerHash) };
  }

  /** The chosen encoder, written into the run's record. @throws BadInput when there is none, or the run began with another */
  async #encoder(record: RunRecord, device: Settings['embeddingDevice']): Promise<Embedder> {
    this.#set({ doing: 'Opening the embedding model' });
    const { embedder, identity } = await this.#encoders.use(device, record.embedding?.name);
    const begun = record.embedding;
    if (begun && begun.sha256 !== identity.sha256) throw labError('BadInput', `${record.name} was scored by ${begun.name}, and ${identity.name} is another model (SHA-256 ${begun.sha256.slice(0, 12)} and ${identity.sha256.slice(0, 12)}). Nothing was started; choose the folder of the first.`);
    if (!begun) await this.#store.runs.update(record.id, { embedding: identity });
    return embedder;
  }

  async #drive(record: RunRecord, prepared: Prepared): Promise<Record<string, unknown>> {
    const { data, settings: own } = prepared;
    const steering = new Steering(state => {
      this.#remember(own);
      this.#clock.reset();
      this.#flush();
      const was = run.peek().state;
      run.value = { ...run.peek(), state, left: null };
      if (state === 'paused') this.#mark(record.id, 'paused');
      if (state === 'running' && was === 'paused') this.#mark(record.id, 'resumed');
      if (state === 'paused') { speech.announce('Run paused.', true); void this.#store.runs.update(record.id, { state: 'paused' }).catch(() => undefined); }
    });
    this.#steering = steering;
    const shown = whenHidden(() => { steering.save(); });
    const log = createMetricLog(rows => this.#store.runs.appendMetrics(record.id, rows), error => addNotice('warning', 'metrics-unsaved', error.message, run.peek().step));
    const languages = [...new Set(data.items.map(item => item.language))] as Language[];
    const dims = keepAwake();
    const closes = askBeforeClosing(() => run.peek().step !== run.peek().savedStep);
    const executor = own.weightExecution > 0 || data.items.some(item => LANGUAGES.includes(item.language)) ? openExecutor() : null, behaviour = openBehaviour();
    const untold = executor ? this.#tellFetching() : undefined;
    let reward: Awaited<ReturnType<typeof openReward>> | undefined;
    try {
      this.#set({ doing: 'Loading grammars' });
      reward = await openReward(languages);
      run.value = { ...run.peek(), state: steering.state };
      this.#set({ doing: '' });
      const summary = await this.#lab(record, prepared, { steering, log, reward: reward.api, executor, plan: behaviour.plan });
      const stopped = summary.stopped;
      const text = plain({ ...summary, seed: own.seed, preset: record.preset, corpus: { name: data.name, hash: data.hash, functions: data.items.length, languages: summary.items.languages, report: data.report } });
      await this.#saveLog(log);
      await this.#store.runs.update(record.id, { state: stopped ? 'stopped' : 'finished', step: summary.steps, summary: text });
      this.#flush();
      run.value = { ...run.peek(), state: stopped ? 'stopped' : 'finished', phase: null, left: null };
      speech.announce(stopped ? 'Run stopped and saved.' : 'Run finished.', true);
      await (stopped ? this.#shelf.offer(record.id) : this.#shelf.refresh());
      return text;
    } catch (error) {
      await log.flush().catch(() => undefined);
      await this.#fail(record, error);
      throw error;
    } finally {
      this.#remember(own);
      reward?.close();
      untold?.();
      executor?.close();
      behaviour.close();
      dims();
      closes();
      shown();
      this.#steering = undefined;
    }
  }

  /** A phase that waits for an interpreter says so, with its size. Returns what ends this. */
  #tellFetching(): () => void {
    let told = false;
    return effect(() => {
      const fetching = engineFetch.value;
      if (fetching) this.#set({ doing: fetching.words, done: fetching.done, total: fetching.total });
      else if (told) this.#set({ doing: '', ...this.#counted });
      told = fetching !== null;
    });
  }

  /** The loop; after a lost device once more from the last checkpoint, on a new device. */
  async #lab(record: RunRecord, prepared: Prepared, parts: { steering: Steering; log: MetricLog; reward: Awaited<ReturnType<typeof openReward>>['api']; executor: ReturnType<typeof openExecutor> | null; plan: PlanInputs }): Promise<RunSummary> {
    const { data, settings: own, tokenizer, beginning, embedder } = prepared;
    // The loop's code comes with the first run: the page itself is drawn without it.
    const [{ runLab }, { describe }, { factScore }] = await Promise.all([import('../loop/run'), import('../corpus/describe'), import('../corpus/precision')]);
    let { trainer } = prepared;
    const store: CheckpointStore = {
      load: id => this.#store.checkpoints.load(id),
      save: async state => {
        // What the checkpoint knows of is not made again: it is written first, or a tab that is killed now would have lost it.
        await this.#saveLog(parts.log);
        await this.#samplesWritten;
        await this.#store.checkpoints.save(state);
        this.#set({ savedAt: state.savedAt, savedStep: state.step });
        this.#mark(record.id, 'saved', own.warmstartSteps === 0 ? { stage: 'loop', step: state.stage === 'loop' ? state.step : 0 } : state);
        await this.#store.runs.update(record.id, { step: state.stage === 'loop' ? state.step : 0, saved: { stage: state.stage, step: state.step, at: state.savedAt } });
      },
    };
    const load = async (): Promise<Checkpoint | undefined> => (await this.#store.checkpoints.load(record.id))?.checkpoint;
    return withRecovery<RunSummary>({
      attempt: from => {
        const checkpoint = from ? from.checkpoint : prepared.checkpoint;
        this.#held = { run: record.id, config: checkpoint?.trainer.config ?? beginning!.config, tokenizer };
        return runLab(
          { trainer: trainer.api, tokenizer, rewarder: parts.reward, embedder, executor: parts.executor, planInputs: parts.plan, store, describe, factCheck: factScore },
          { runId: record.id, settings: own, items: data.items, corpusHash: data.hash, ...(checkpoint ? { resume: checkpoint } : { model: { config: beginning!.config, tensors: beginning!.tensors } }) },
          parts.steering, event => this.#hear(event, record.id, parts.log),
        );
      },
      load, canBegin: beginning !== null, now: () => performance.now(),
      // Before the first checkpoint the run begins again: little is lost, and its draws are the same.
      reopen: async ({ checkpoint, memory }) => {
        this.#mark(record.id, 'lost');
        this.#closeTrainer();
        const step = checkpoint?.stage === 'loop' ? checkpoint.step : 0;
        this.#stand(own, checkpoint ?? { stage: own.warmstartSteps > 0 ? 'warmstart' : 'loop', step: 0 });
        await this.#saveLog(parts.log);
        await this.#store.runs.trimMetrics(record.id, row => checkpoint !== undefined && knownTo(checkpoint, row));
        await this.#store.runs.trimEpisodes(record.id, step);
        trainer = await this.trainer();
        this.#mark(record.id, 'recovered');
        if (memory) await trainer.api.prefer?.({ share: 0.5 });
        addNotice('warning', 'device-recovered', `${checkpoint ? `The graphics device was lost and a new one has taken over from the checkpoint of step ${checkpoint.step}.`
          : 'The graphics device was lost before the first checkpoint. A new one has taken over, and the run begins again.'}${memory ? ' It had run out of memory, so fewer tokens are trained at once.' : ''}`, step);
        this.#clock.reset();
      },
    });
  }

  #hear(event: RunEvent, runId: string, log: MetricLog): void {
    switch (event.type) {
      case 'phase':
        this.#clock.hear(event.phase, event.done, performance.now());
        this.#counted = { done: event.done, total: event.total };
        this.#set({ phase: event.phase, ...this.#counted, rows: { done: 0, total: 0 }, doing: '' });
        break;
      case 'rows': this.#set({ rows: { done: event.done, total: event.total } }); break;
      case 'draft':
        draft.value = event.draft;
        // The first measurement comes between the samples of the first step and its update: its reward is shown meanwhile.
        if (event.row && metricTable().length === 0) { this.#early = event.row; addMetrics(event.row); }
        break;
      case 'metrics': {
        addMetrics(event.row);
        if (this.#early && (event.row['step'] ?? 0) < this.#early['step']!) addMetrics(this.#early);
        else this.#early = undefined;
        log.add(event.row);
        this.#progress(event.row);
        break;
      }
      case 'episodes':
        addEpisodes(event.step, event.episodes);
        this.#write(this.#store.runs.saveEpisodes(runId, event.step, event.episodes), event.step);
        break;
      case 'story':
        addStory(event.page);
        this.#write(this.#store.runs.saveStory(runId, event.page), event.page.step);
        break;
      case 'notice': {
        addNotice(event.level, event.code, event.text, this.#changes.step ?? run.peek().step);
        const kind = markOfNotice(event.code);
        if (kind) this.#mark(runId, kind);
        if (event.level !== 'info') speech.announce(event.text);
        break;
      }
    }
  }

  /** Samples that cannot be stored are missed, but they end no run. */
  #write(writing: Promise<void>, step: number): void {
    const told = writing.catch((error: unknown) => addNotice('warning', 'samples-unsaved', error instanceof Error ? error.message : String(error), step)), before = this.#samplesWritten;
    this.#samplesWritten = before.then(() => told);
  }

  /** Keeps what steps took here, so that the next configuration can say what it will take. */
  #remember(own: Settings): void {
    const { name } = capability.peek() as { name?: string }, seconds = this.#clock.typical();
    if (name && seconds.rollout !== undefined && seconds.update !== undefined) keepRate({ adapter: name, at: Date.now(), seconds, work: workOf(own, modelView.peek()?.config ?? null) });
  }

  /** Notes what happened where the run stands, in its charts and with its record: an opened old run shows it too. */
  #mark(runId: string, kind: MarkKind, place?: { stage: Checkpoint['stage']; step: number }): void {
    const { stage, step } = place ?? { stage: this.#changes.stage ?? run.peek().stage, step: this.#changes.step ?? run.peek().step };
    marks.value = withMark(marks.peek(), { kind, step, at: Date.now(), ...(stage === 'warmstart' ? { stage } : {}) });
    // A mark that is not kept is missed, but it ends no run.
    void this.#store.runs.update(runId, { marks: [...marks.peek()] }).catch(() => undefined);
  }

  /** Where a run stands that goes on from a checkpoint. */
  #stand(own: Settings, { stage, step }: Pick<Checkpoint, 'stage' | 'step'>): void {
    this.#set({ stage, step, steps: stage === 'loop' ? own.steps : own.warmstartSteps });
  }

  #progress(row: MetricRow): void {
    const own = run.peek().settings;
    if (!own) return;
    const stage = row['step'] === undefined ? 'warmstart' as const : 'loop' as const;
    const step = row[stage === 'loop' ? 'step' : 'warmstart/step'];
    if (step === undefined) return;
    const steps = stage === 'loop' ? own.steps : own.warmstartSteps;
    const before = this.#changes.step ?? run.peek().step;
    if ((this.#changes.stage ?? run.peek().stage) !== stage) this.#clock.reset();
    const speed = row[stage === 'loop' ? 'tokens_per_second' : 'warmstart/tokens_per_second'], evaluations = stage === 'loop' ? evaluationsAhead(step, steps, own.evaluateEvery) : 0;
    this.#set({
      stage, step, steps, secondsPerStep: this.#clock.secondsPerStep(), typical: this.#clock.typical(), left: this.#clock.left({ steps: steps - step, evaluations, checkpointSeconds: own.checkpointSeconds }),
      ...(speed !== undefined && Number.isFinite(speed) && !this.#warming ? { tokensPerSecond: speed } : {}),
    });
    if (speed !== undefined) this.#warming = false;
    const words = stage === 'loop' && step < steps ? milestone(step, steps, before) : null;
    if (words) speech.announce(words);
  }

  /** Ends a run with words; a stop asked for while preparing is no failure. */
  async #fail(record: RunRecord | undefined, error: unknown): Promise<void> {
    const stopped = isStop(error);
    this.#flush();
    run.value = { ...run.peek(), state: stopped ? 'stopped' : 'failed', phase: null, doing: '', left: null };
    if (!stopped) {
      failure.value = describeFailure(error);
    }
    if (error instanceof Error && ['DeviceLost', 'DeviceGone', 'OutOfMemory', 'WebGPUUnavailable', 'WrongResults'].includes(error.name)) {
      this.#closeTrainer();
      // There may be no adapter any more: the page says which it is.
      await probeCapability();
    }
    // What another tab trains is that tab's to write.
    if (record && !(error instanceof Error && error.name === 'RunHeld')) await this.#store.runs.update(record.id, { state: stopped ? 'stopped' : 'failed' }).catch(() => undefined);
    await (record ? this.#shelf.offer(record.id) : this.#shelf.refresh()).catch(() => undefined);
  }

  /** A metric that cannot be stored is missed, but it ends no run. */
  async #saveLog(log: MetricLog): Promise<void> {
    await log.flush().catch((error: unknown) => addNotice('warning', 'metrics-unsaved', error instanceof Error ? error.message : String(error), run.peek().step));
  }

  #closeTrainer(): void {
    this.#trainer?.close();
    this.#trainer = undefined;
    this.#held = undefined;
  }

  #set(changes: Partial<RunView>): void {
    Object.assign(this.#changes, changes);
    this.#batch.touch();
  }

  #flush(): void {
    const changes = this.#changes;
    this.#changes = {};
    run.value = { ...run.peek(), ...changes };
  }
}

interface Prepared {
  settings: Settings;
  data: Awaited<ReturnType<Library['open']>>;
  embedder: Embedder | null;
  trainer: OpenTrainer;
  beginning: Beginning | null;
  checkpoint: Checkpoint | undefined;
  tokenizer: Beginning['tokenizer'];
}

/** JSON as it will be stored and exported: NaN becomes null there and nowhere else. */
function plain(summary: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(summary)) as Record<string, unknown>;
}
