/**
 * Measures a model on problems: it is asked (many problems and samples at once), what it says is made a program, the programs are run, and what is
 * right is counted. Draws are keyed by the seed, the place of the request and STREAM.measure: the same measurement again is the same to the bit.
 */
import { programsOf } from '../benchmark/answer';
import type { RawAnswer, SanitiseAll, Taking } from '../benchmark/answer';
import { sameName } from '../benchmark/read';
import type { Sample } from '../benchmark/formats';
import { questionOf } from '../benchmark/template';
import type { Template } from '../benchmark/template';
import type { ProblemResult } from '../benchmark/results';
import type { Prompts } from '../rl/prompts';
import type { GeneratedRow, TokenizerApi, Trainer } from '../types';
import { judgeAnswers } from './judge_answers';
import type { Judge, Ready } from './judge_answers';
import { STREAM } from './lab';

export interface MeasureOptions { n: number; temperature: number; topP: number; /** Tokens. */ longest: number; seed: number; taking: Taking; template: Template }

export interface MeasuredModel { name: string; trainer: Pick<Trainer, 'generate'>; tokenizer: TokenizerApi; prompts: Prompts; /** Tokens that it reads at most, its own included. */ positions: number }

export interface MeasureParts { executor: Judge; sanitise: SanitiseAll; stopping(): boolean }

export interface Heard {
  /** Samples written so far, of all. */
  wrote(done: number, total: number): void;
  /** Problem `place` came to this. */
  result(place: number, result: ProblemResult): void;
}

/** Rows of one request, and samples of one problem in it: the decoder holds 128 at once. Answers of a file that are run before its progress is told. */
const ROWS = 128, TOGETHER = 64, FILE_ROWS = 24;
/** Fewer tokens than this are no room for an answer. */
const LEAST_ROOM = 16;

interface Asked { place: number; ready: Ready; ids: Int32Array; start: string; texts: string[] }

/** Results reach `heard` as they come; it resolves when all have, or when it was stopped. @throws what the engine or the sandbox throws */
export async function measureModel(model: MeasuredModel, problems: readonly Ready[], options: MeasureOptions, parts: MeasureParts, heard: Heard): Promise<void> {
  const { n, longest } = options;
  const asked: Asked[] = [];
  problems.forEach((ready, place) => {
    const question = encoded(model, ready, options.template);
    if (typeof question === 'string') heard.result(place, { n, c: 0, ...(ready.harder ? { plus: 0 } : {}), answers: [], said: question });
    else asked.push({ place, ready, ...question, texts: [] });
  });
  const total = asked.length * n;
  let done = 0, judging: Promise<unknown> = Promise.resolve();
  for (const [step, request] of requests(asked, n, model.positions - longest).entries()) {
    if (parts.stopping()) break;
    const { batch, samples, last } = request;
    const count = (rows: GeneratedRow[]): void => { done += rows.length; heard.wrote(Math.min(done, total), total); };
    const generation = await model.trainer.generate({
      prompts: batch.map(({ ids }) => ids), samplesPerPrompt: samples, maxNewTokens: longest, temperature: options.temperature, topK: 0, topP: options.topP, minP: 0, repetitionPenalty: 1,
      endId: model.prompts.endId, seed: options.seed, step, stream: STREAM.measure,
    }, count);
    batch.forEach((one, p) => {
      for (let s = 0; s < samples; s++) one.texts.push(model.tokenizer.decode(generation.tokens[p * samples + s]!));
    });
    if (!last) continue;
    // The sandbox works while the model writes on; one batch waits for the other.
    await judging;
    judging = judged(batch.map(({ place, ready, start, texts }) => ({ place, ready, answers: texts.map((text): RawAnswer => ({ problem: ready.problem, text, start, from: 'model' })) })), options.taking, parts, heard);
    judging.catch(() => undefined);
  }
  await judging;
}

/** Answers of a file. `notes`: what in it belongs to no problem here. */
export async function measureSamples(samples: readonly Sample[], problems: readonly Ready[], taking: Taking, parts: MeasureParts, heard: Heard): Promise<{ notes: string[] }> {
  const places = new Map(problems.map(({ problem }, place) => [sameName(problem.id), place]));
  const byPlace = new Map<number, Sample[]>();
  let strange = 0;
  for (const sample of samples) {
    const place = places.get(sameName(sample.id));
    if (place === undefined) strange++;
    else byPlace.set(place, [...byPlace.get(place) ?? [], sample]);
  }
  const total = samples.length - strange, list = [...byPlace];
  let done = 0;
  for (let at = 0; at < list.length && !parts.stopping();) {
    const batch: [number, Sample[]][] = [];
    for (let rows = 0; at < list.length && (batch.length === 0 || rows + list[at]![1].length <= FILE_ROWS); at++) { batch.push(list[at]!); rows += list[at]![1].length; }
    await judged(batch.map(([place, own]) => {
      const ready = problems[place]!;
      return { place, ready, answers: own.map(({ text, whole }): RawAnswer => ({ problem: ready.problem, text, start: whole ? '' : ready.problem.prompt, from: 'file' })) };
    }), taking, parts, heard);
    done += batch.reduce((sum, [, own]) => sum + own.length, 0);
    heard.wrote(done, total);
  }
  return { notes: strange > 0 ? [`${strange} ${strange === 1 ? 'answer belongs' : 'answers belong'} to no problem that is measured here, and ${strange === 1 ? 'was' : 'were'} not run.`] : [] };
}

async function judged(batch: readonly { place: number; ready: Ready; answers: RawAnswer[] }[], taking: Taking, { executor, sanitise, stopping }: MeasureParts, heard: Heard): Promise<void> {
  const programs = await programsOf(batch.flatMap(({ answers }) => answers), taking, sanitise);
  let at = 0;
  const asked = batch.map(({ ready, answers }) => ({ ready, programs: programs.slice(at, at += answers.length) }));
  const results = await judgeAnswers(executor, asked, stopping);
  // What was stopped in the middle has come to nothing.
  if (!stopping()) results.forEach((result, i) => { heard.result(batch[i]!.place, result); });
}

/** The prompt in tokens and what the answer goes on from; in words when it cannot be put to this model. */
function encoded(model: MeasuredModel, { problem }: Ready, template: Template): { ids: Int32Array; start: string } | string {
  const { prompts, tokenizer } = model, { text, start } = questionOf(problem, template);
  if (template.form === 'reader' && !prompts.speaks(problem.language)) return `Not asked: ${model.name} has no token for ${problem.language}, it was never taught it.`;
  const ids = template.form === 'reader' ? [...prompts.reader(prompts.ids(text), problem.language), ...(start === '' ? [] : prompts.ids(start))] : [tokenizer.special('<|bos|>'), ...prompts.ids(text)];
  if (ids.length + LEAST_ROOM > model.positions) return `Not asked: its prompt has ${ids.length} tokens, and ${model.name} reads ${model.positions} with its answer.`;
  return { ids: Int32Array.from(ids), start };
}

/**
 * Requests of about ROWS rows. Problems with many samples take several, and `last` marks the one after which all are there. A prompt that leaves
 * less room than the longest answer would shorten its company's answers: such ones are asked apart.
 */
function requests(asked: readonly Asked[], n: number, roomy: number): { batch: Asked[]; samples: number; last: boolean }[] {
  const rounds = Math.ceil(n / TOGETHER), most = Math.ceil(n / rounds), width = Math.max(1, Math.floor(ROWS / most));
  const wide = asked.filter(({ ids }) => ids.length <= roomy), tight = asked.filter(({ ids }) => ids.length > roomy);
  const batches = [...Array.from({ length: Math.ceil(wide.length / width) }, (_, i) => wide.slice(i * width, (i + 1) * width)), ...tight.map((one) => [one])];
  return batches.flatMap((batch) => Array.from({ length: rounds }, (_, r) => ({ batch, samples: Math.min(most, n - r * most), last: r === rounds - 1 })));
}
