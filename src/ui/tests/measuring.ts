/**
 * Measures models and files of answers for a person, with an engine of its own: a run under way keeps its bits. What came out is kept, also of a
 * measurement that was stopped. Knows no view.
 */
import { kept, ratesOf, shared } from '../../benchmark/results';
import type { How, Measurement, ProblemResult, Subject } from '../../benchmark/results';
import type { Problem } from '../../benchmark/problem';
import type { Sample } from '../../benchmark/formats';
import type { Taking } from '../../benchmark/answer';
import { prepare } from '../../loop/judge_answers';
import type { Ready } from '../../loop/judge_answers';
import { measureModel, measureSamples } from '../../loop/measure';
import type { MeasureOptions } from '../../loop/measure';
import { createPrompts } from '../../rl/prompts';
import type { SandboxExecutor } from '../../sandbox/executor';
import type { MeasurementInfo, Measurements } from '../../store/measurements';
import type { ShelfEntry } from '../../store/shelf';
import { labError } from '../../types';
import { isStop } from '../failures';
import type { Models } from '../models';
import { openExecutor, openTrainer } from '../worker_ports';
import type { OpenTrainer } from '../worker_ports';
import { openAnswers } from './answers_port';

export interface MeasureRequest {
  name: string;
  problems: readonly Problem[];
  /** References of models, and files of answers. */
  models: readonly string[]; files: readonly { name: string; samples: readonly Sample[] }[];
  options: MeasureOptions;
  /** What is taken of a file's answers. */
  fileTaking: Taking;
}

/** How far it is: `done` samples of `total` of this subject, `judged` problems of `problems`. */
export interface Progress { state: 'preparing' | 'loading' | 'writing' | 'running'; subject: string; number: number; subjects: number; done: number; total: number; judged: number; problems: number; startedAt: number }

export interface Told { progress(progress: Progress): void; measurement(measurement: Measurement): void }

const READER_LONGEST = 4096;

export class Measuring {
  readonly #models: Models;
  readonly #kept: Measurements;
  #stopped = false;
  #trainer: OpenTrainer | undefined;
  #executor: SandboxExecutor | undefined;

  constructor(models: Models, store: Measurements) {
    this.#models = models;
    this.#kept = store;
  }

  /**
   * Resolves with what was kept; null where nothing was come to. One at a time. @throws BadInput where nothing can be measured; an engine's error
   * after what was there until then is kept
   */
  async run(request: MeasureRequest, tell: Told): Promise<ShelfEntry<MeasurementInfo> | null> {
    this.#stopped = false;
    const executor = this.#executor = openExecutor(), work = new Work(request, tell, () => this.#stopped);
    let failed: unknown;
    try {
      await work.prepare(executor);
      const left = { count: 0 }, answers = openAnswers(count => { left.count += count; });
      try {
        for (const ref of request.models) if (!this.#stopped) await this.#model(work, executor, answers.sanitise, ref);
        for (const file of request.files) if (!this.#stopped) await work.file(executor, answers.sanitise, file);
      } finally {
        answers.close();
        if (left.count > 0) work.measurement.notes.push(`${left.count} answers were run as they are: their parser broke down on them.`);
      }
    } catch (error) {
      if (!this.#stopped && !isStop(error)) failed = error;
    } finally {
      executor.close();
      this.#executor = undefined;
      this.#trainer?.close();
      this.#trainer = undefined;
    }
    const entry = work.some ? await this.#keep(request.name, work.end(this.#stopped || failed !== undefined)) : null;
    if (failed !== undefined) throw failed;
    return entry;
  }

  /** What was come to stands; answers under way are given up, and so is a wait for an interpreter. */
  stop(): void {
    this.#stopped = true;
    this.#trainer?.close();
    this.#executor?.close();
  }

  async #model(work: Work, executor: SandboxExecutor, sanitise: ReturnType<typeof openAnswers>['sanitise'], ref: string): Promise<void> {
    const place = work.measurement.subjects.findIndex(subject => subject.ref === ref);
    work.say({ state: 'loading', number: place + 1, subject: '', done: 0, total: 0, judged: 0 });
    const model = await this.#models.named(ref);
    work.measurement.subjects[place]!.name = model.name;
    work.say({ subject: model.name });
    const trainer = this.#trainer ??= await openTrainer(() => undefined, () => { this.#trainer = undefined; }, false);
    if (this.#stopped) return;
    await trainer.api.load(model.config, model.tensors, model.seed);
    work.say({ state: 'writing' });
    await measureModel(
      { name: model.name, trainer: trainer.api, tokenizer: model.tokenizer, prompts: createPrompts(model.tokenizer, READER_LONGEST), positions: model.config.max_position_embeddings },
      work.ready, work.request.options, { executor, sanitise, stopping: () => this.#stopped }, work.heard(place),
    );
  }

  async #keep(name: string, measurement: Measurement): Promise<ShelfEntry<MeasurementInfo>> {
    const places = shared(measurement);
    return this.#kept.save(name, measurement, {
      subjects: measurement.subjects.map(subject => subject.name), problems: measurement.problems.length, n: measurement.how.n, partial: measurement.partial,
      pass: measurement.results.map(row => ratesOf(places.map(p => row[p]!)).pass[0]?.value ?? null),
    });
  }

  list(): Promise<ShelfEntry<MeasurementInfo>[]> { return this.#kept.list(); }
  load(id: string): Promise<Measurement> { return this.#kept.load(id); }
  rename(id: string, name: string): Promise<void> { return this.#kept.rename(id, name); }
  remove(id: string): Promise<() => Promise<void>> { return this.#kept.remove(id); }
}

/** A measurement as it grows. */
class Work {
  readonly request: MeasureRequest;
  readonly measurement: Measurement;
  ready: Ready[] = [];
  #progress: Progress;
  readonly #tell: Told;
  readonly #stopping: () => boolean;

  constructor(request: MeasureRequest, tell: Told, stopping: () => boolean) {
    const { models, files, options, fileTaking } = request;
    const subjects = [...models.map((ref): Subject => ({ name: ref, ref, kind: 'model' })), ...files.map(({ name }): Subject => ({ name, ref: '', kind: 'file' }))];
    const { n, temperature, topP, longest, seed, taking, template } = options;
    const how: How = { n: models.length > 0 ? n : 0, temperature, topP, longest, seed, taking: models.length > 0 ? taking : fileTaking, template: template.form === 'reader' ? `documentation, then code: ${template.documentation}${template.given ? ', the head given' : ''}` : JSON.stringify(template.texts) };
    this.request = request;
    this.#tell = tell;
    this.#stopping = stopping;
    this.measurement = { subjects, how, problems: [], results: subjects.map(() => []), notes: [], partial: false };
    this.#progress = { state: 'preparing', subject: '', number: 0, subjects: subjects.length, done: 0, total: 0, judged: 0, problems: request.problems.length, startedAt: performance.now() };
  }

  get some(): boolean { return this.measurement.results.some(row => row.some(result => result !== null)); }

  say(change: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#tell.progress(this.#progress);
  }

  async prepare(executor: SandboxExecutor): Promise<void> {
    this.say({});
    const { ready, notes } = await prepare(executor, this.request.problems);
    if (ready.length === 0) throw labError('BadInput', `Nothing can be measured: ${notes.join(' ')} Nothing was run. Choose other problems.`);
    this.ready = ready;
    this.measurement.notes.push(...notes);
    this.measurement.problems = ready.map(({ problem }) => kept(problem));
    this.measurement.results = this.measurement.subjects.map(() => ready.map(() => null));
    this.say({ problems: ready.length });
  }

  heard(subject: number): { wrote(done: number, total: number): void; result(place: number, result: ProblemResult): void } {
    const row = this.measurement.results[subject]!;
    this.say({ startedAt: performance.now() });
    return {
      wrote: (done, total) => { this.say({ done, total }); },
      result: (place, result) => {
        row[place] = result;
        this.say({ judged: row.filter(one => one !== null).length });
        this.#tell.measurement(this.measurement);
      },
    };
  }

  async file(executor: SandboxExecutor, sanitise: ReturnType<typeof openAnswers>['sanitise'], { name, samples }: MeasureRequest['files'][number]): Promise<void> {
    const place = this.measurement.subjects.findIndex(subject => subject.kind === 'file' && subject.name === name);
    this.say({ state: 'running', number: place + 1, subject: name, done: 0, total: samples.length, judged: 0 });
    const { notes } = await measureSamples(samples, this.ready, this.request.fileTaking, { executor, sanitise, stopping: this.#stopping }, this.heard(place));
    const without = this.measurement.results[place]!.filter(result => result === null).length;
    this.measurement.notes.push(...notes, ...(without > 0 && !this.#stopping() ? [`${name} has no answer to ${without} of the ${this.ready.length} problems: its rates are over the others.`] : []));
  }

  end(partial: boolean): Measurement {
    this.measurement.partial = partial;
    return this.measurement;
  }
}
