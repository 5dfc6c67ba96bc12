/**
 * Has models write for a person, one engine a side, apart from the engine that trains: a run under way keeps its bits. Prompts are
 * training's own. Knows no view.
 */
import { STREAM } from '../../loop/lab';
import { scoreOptions } from '../../reward/blend';
import { documentationRules, judgeDocumentation } from '../../rl/document';
import { createPrompts } from '../../rl/prompts';
import type { Prompts } from '../../rl/prompts';
import type { Settings } from '../../config';
import { labError } from '../../types';
import type { DrawnToken, GenerateRequest, Language } from '../../types';
import { isStop } from '../failures';
import type { NamedModel } from '../model_source';
import type { Models } from '../models';
import { openReward, openTrainer } from '../worker_ports';
import type { OpenReward, OpenTrainer } from '../worker_ports';
import { NO_TRIAL } from './trial';
import type { Sampling, Trial, TrialInput, TrialSample, Writing } from './trial';

export type Side = 'left' | 'right';

interface Engine { trainer: OpenTrainer; ref: string; model: NamedModel | null }

/** One try under way. */
class Attempt {
  stopped = false;
  /** Another one is shown in its place. */
  replaced = false;
  trial: Trial;
  readonly tell: (trial: Trial) => void;

  constructor(trial: Trial, tell: (trial: Trial) => void) {
    this.trial = trial;
    this.tell = tell;
  }

  say(change: Partial<Trial>): void {
    this.trial = { ...this.trial, ...change };
    if (!this.replaced) this.tell(this.trial);
  }

  /** @throws Stopped */
  check(): void { if (this.stopped) throw labError('Stopped', 'It was stopped. What was written until then stands.'); }
}

export class Tryout {
  readonly #models: Models;
  readonly #engines = new Map<Side, Promise<Engine>>();
  readonly #attempts = new Map<Side, Attempt>();
  /** The attempt before, stopped or not: two at once would load their models over each other. */
  readonly #ended = new Map<Side, Promise<void>>();
  #reward: { languages: string; open: Promise<OpenReward> } | undefined;

  constructor(models: Models) { this.#models = models; }

  /** Writes, and resolves when that is over, however it ended: `tell` hears of every token and of the end. One at a time on a side. */
  run(side: Side, ref: string, input: TrialInput, sampling: Sampling, own: Settings, tell: (trial: Trial) => void): Promise<void> {
    const attempt = new Attempt({ ...NO_TRIAL, ref, input, state: 'loading' }, tell), last = this.#attempts.get(side);
    this.stop(side);
    if (last) last.replaced = true;
    this.#attempts.set(side, attempt);
    attempt.say({});
    const ended = (this.#ended.get(side) ?? Promise.resolve()).then(() => this.#attempt(side, attempt, ref, input, sampling, own));
    this.#ended.set(side, ended);
    return ended;
  }

  /** Never rejects. */
  async #attempt(side: Side, attempt: Attempt, ref: string, input: TrialInput, sampling: Sampling, own: Settings): Promise<void> {
    const begun = performance.now();
    try {
      attempt.check();
      const { trainer, model } = await this.#open(side, ref);
      attempt.check();
      attempt.say({ name: model.name, state: 'writing' });
      const prompts = createPrompts(model.tokenizer, own.maxDocumentationTokens);
      if (!prompts.speaks(input.item.language)) throw labError('BadInput', `${model.name} has no token for ${input.item.language}: it was never taught it. Nothing was written; choose another language or another model.`);
      await this.#write(attempt, trainer, model, prompts, sampling, own);
      const memory = (await trainer.api.profile()).memory.reduce((sum, use) => sum + use.bytes, 0);
      attempt.say({ state: 'scoring', memory, seconds: (performance.now() - begun) / 1000 });
      await this.#score(attempt, own);
      attempt.check();
      attempt.say({ state: 'done' });
    } catch (error) {
      const failed = error as Error;
      if (failed.name === 'DeviceLost' || failed.name === 'OutOfMemory') this.#close(side);
      attempt.say({ state: isStop(error) ? 'stopped' : 'failed', problem: isStop(error) ? '' : failed.message, seconds: (performance.now() - begun) / 1000 });
    } finally {
      if (this.#attempts.get(side) === attempt) this.#attempts.delete(side);
    }
  }

  /** What was written stands; the engine hears of it with its next token. */
  stop(side: Side): void {
    const attempt = this.#attempts.get(side);
    if (!attempt || attempt.stopped) return;
    attempt.stopped = true;
    attempt.say({ state: 'stopped' });
  }

  /** Gives engines and workers back. */
  close(): void {
    for (const side of ['left', 'right'] as const) { this.stop(side); this.#close(side); }
    void this.#reward?.open.then(({ close }) => { close(); }, () => undefined);
    this.#reward = undefined;
  }

  #close(side: Side): void {
    void this.#engines.get(side)?.then(({ trainer }) => { trainer.close(); }, () => undefined);
    this.#engines.delete(side);
  }

  async #open(side: Side, ref: string): Promise<{ trainer: OpenTrainer; model: NamedModel }> {
    let opening = this.#engines.get(side);
    if (!opening) {
      opening = openTrainer(() => undefined, () => { this.#close(side); }, false).then(trainer => ({ trainer, ref: '', model: null }));
      this.#engines.set(side, opening);
      opening.catch(() => { this.#engines.delete(side); });
    }
    const engine = await opening;
    if (engine.ref !== ref || !engine.model) {
      engine.ref = '';
      const model = await this.#models.named(ref);
      await engine.trainer.api.load(model.config, model.tensors, model.seed);
      engine.model = model;
      engine.ref = ref;
    }
    return { trainer: engine.trainer, model: engine.model };
  }

  async #write(attempt: Attempt, trainer: OpenTrainer, model: NamedModel, prompts: Prompts, sampling: Sampling, own: Settings): Promise<void> {
    const { task, item, documentation } = attempt.trial.input!;
    const { samples: count, documentationTokens, codeTokens, seed, samples: _samples, ...filters } = sampling;
    const draw = { ...filters, endId: prompts.endId, seed, step: 0 };
    const samples: TrialSample[] = Array.from({ length: count }, () => ({ documentation: null, verdict: null, code: null, score: null }));
    attempt.say({ samples });
    if (task !== 'rebuild') {
      const prompt = prompts.writer(prompts.ids(item.code), item.language);
      await this.#generate(attempt, trainer, model, 'documentation', { ...draw, prompts: [Int32Array.from(prompt)], samplesPerPrompt: count, maxNewTokens: documentationTokens, stream: STREAM.document });
      attempt.say({ samples: attempt.trial.samples.map(sample => {
        const { text, finished } = sample.documentation!;
        const named = item.name === '' ? {} : { name: item.name, signature: item.signature };
        return { ...sample, verdict: judgeDocumentation({ text, finished, structure: own.documentationStructure, code: item.code, params: item.params, leakGate: own.leakPenalty, rules: documentationRules(own), ...named }) };
      }) });
      if (task === 'document') return;
    }
    // The reader is given what the filter made of the documentation, as in training.
    const texts = task === 'rebuild' ? [documentation] : attempt.trial.samples.map(({ verdict }) => verdict!.text);
    const readers = texts.map(text => Int32Array.from(prompts.reader(prompts.documentation(text), item.language)));
    await this.#generate(attempt, trainer, model, 'code', { ...draw, prompts: readers, samplesPerPrompt: task === 'rebuild' ? count : 1, maxNewTokens: codeTokens, stream: STREAM.reconstruct });
  }

  async #generate(attempt: Attempt, trainer: OpenTrainer, { tokenizer }: NamedModel, part: 'documentation' | 'code', request: GenerateRequest): Promise<void> {
    const ids = attempt.trial.samples.map((): number[] => []);
    const written = (sample: TrialSample, drawn: DrawnToken | undefined): Writing => {
      const { tokens } = sample[part] ?? { tokens: [] }, own = ids[attempt.trial.samples.indexOf(sample)]!;
      if (!drawn) return { text: tokenizer.decode(own), tokens, ended: false, finished: false };
      own.push(drawn.id);
      const finished = drawn.id === request.endId, word = (id: number): string => (id === request.endId ? '(end)' : tokenizer.decode([id]));
      return {
        text: tokenizer.decode(own), finished, ended: finished || own.length >= request.maxNewTokens,
        tokens: [...tokens, { text: word(drawn.id), drawn, among: drawn.among.map(({ id, p }) => ({ text: word(id), p })) }],
      };
    };
    attempt.say({ samples: attempt.trial.samples.map(sample => ({ ...sample, [part]: written(sample, undefined) })) });
    await trainer.api.generate(request, undefined, tokens => {
      if (attempt.stopped) return false;
      const byRow = new Map(tokens.map(token => [token.row, token]));
      attempt.say({ tokens: attempt.trial.tokens + tokens.length, samples: attempt.trial.samples.map((sample, row) => {
        const drawn = byRow.get(row);
        return drawn ? { ...sample, [part]: written(sample, drawn) } : sample;
      }) });
      return true;
    });
    attempt.check();
    // A model's last position ends a text too.
    attempt.say({ samples: attempt.trial.samples.map(sample => ({ ...sample, [part]: { ...sample[part]!, ended: true } })) });
  }

  async #score(attempt: Attempt, own: Settings): Promise<void> {
    const { input, samples } = attempt.trial;
    if (!input || input.task === 'document' || (input.task === 'rebuild' && !input.compare)) return;
    const { item } = input;
    const { api } = await this.#scorer(item.language);
    const scores = await api.score(samples.map(({ code }) => ({ original: item.code, reconstruction: code!.text, language: item.language })), scoreOptions({ ...own, weightEmbedding: 0 }));
    attempt.say({ samples: attempt.trial.samples.map((sample, i) => ({ ...sample, score: scores[i]! })) });
  }

  #scorer(language: Language): Promise<OpenReward> {
    if (this.#reward?.languages === language) return this.#reward.open;
    void this.#reward?.open.then(({ close }) => { close(); }, () => undefined);
    const open = openReward([language], 1);
    open.catch(() => { this.#reward = undefined; });
    this.#reward = { languages: language, open };
    return open;
  }
}
