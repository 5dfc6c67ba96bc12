/** What every part of the loop is handed, and the counting of work done; knows interfaces only, no GPU, page or storage. */

import type { Settings } from '../config';
import type { Detail } from '../corpus/describe';
import type { Method } from '../rl/methods';
import type { Prompts } from '../rl/prompts';
import type { Behaviour } from './behaviour';
import type { CodeItem, Executor, GeneratedRow, GenerateRequest, Generation, Rewarder, ScoreRequest, StepMetrics, TokenizerApi, Trainer, UpdateSettings } from '../types';

export type Describe = (item: CodeItem, rng: () => number, detail: Detail) => string;
/** How many facts a documentation states and how many of them the syntax tree confirms; precision, recall and F1 are NaN where there is nothing to count. */
export type FactCheck = (documentation: string, item: CodeItem) => { stated: number; true: number; precision: number; recall: number; f1: number };

/** Everything a run works with. */
export interface Lab {
  trainer: Trainer;
  tokenizer: TokenizerApi;
  prompts: Prompts;
  rewarder: Rewarder;
  executor: Executor | null;
  /** What functions do when they are run; null where nothing can be run or no inputs can be made. */
  behaviour?: Behaviour | null;
  describe: Describe;
  factCheck: FactCheck | null;
  settings: Settings;
  method: Method;
  train: CodeItem[];
  meter: Meter;
  /** What learning rates are multiplied by: below 1 once the run was rolled back. */
  rateScale?: number;
  /** How many positions the model has. */
  positions?: number;
}

/** The update at the rate that the run has come down to. */
export function slowed(lab: Pick<Lab, 'rateScale'>, update: UpdateSettings): UpdateSettings {
  return { ...update, learningRate: update.learningRate * (lab.rateScale ?? 1) };
}

/** All draws are keyed (seed, step, stream): no generator state has to be saved. */
export const STREAM = { items: 1, document: 2, reconstruct: 3, anchor: 4, supervised: 5, contrast: 6, display: 7, warmstart: 8, heldOutPairs: 9, evaluationItems: 10, evaluationDocument: 11, evaluationReconstruct: 12, oracle: 13, sampler: 14, measure: 15, describe: 16, greedy: 17, choose: 18, problem: 19, rating: 20, skeleton: 21, tests: 22 } as const;

/** Detail of documentation the writer learns from; 0.12 gives the measured recipe's .12, .3, .2, .2. */
export function writerDetail(settings: Settings): Detail {
  const name = Math.min(1, (settings.writerDetail * 0.2) / 0.12);
  return { precise: settings.writerDetail, medium: Math.min(0.3, 1 - settings.writerDetail), name, params: name };
}

/** Detail of documentation the reader learns from; 0.6 gives the measured .6, .2, .6, .6. */
export function readerDetail(settings: Settings): Detail {
  return { precise: settings.readerDetail, medium: Math.min(0.2, 1 - settings.readerDetail), name: settings.readerDetail, params: settings.readerDetail };
}

/** At mixed precision: an update that was left out to lower the loss scale is a part of finding it; one at a scale of 1 is not. */
export function scaleSought({ finite, lossScale = 1 }: StepMetrics): boolean {
  return !finite && lossScale > 1;
}

/** Whether an update counts as a good one. A trainer that skips nothing may still say a loss that is no number. */
export function sound(metrics: StepMetrics): boolean {
  return (metrics.finite && Number.isFinite(metrics.loss)) || scaleSought(metrics);
}

export interface MeterState { prefilled: number; sampled: number; scored: number; trained: number; seconds: Record<string, number> }

/** Counts tokens by what is done with them. FLOPs: 2P for a token read or sampled, 6P for a token trained; attention is left out. */
export class Meter {
  readonly parameters: number;
  readonly state: MeterState;

  constructor(parameters: number, state?: MeterState) {
    this.parameters = parameters;
    this.state = state ? { ...state, seconds: { ...state.seconds } } : { prefilled: 0, sampled: 0, scored: 0, trained: 0, seconds: {} };
  }

  get flops(): number {
    const { prefilled, sampled, scored, trained } = this.state;
    return this.parameters * (2 * (prefilled + sampled + scored) + 6 * trained);
  }

  get tokens(): number {
    const { prefilled, sampled, scored, trained } = this.state;
    return prefilled + sampled + scored + trained;
  }

  /** Seconds of work since the run began, pauses and lost work left out. */
  get elapsed(): number {
    return Object.values(this.state.seconds).reduce((sum, seconds) => sum + seconds, 0);
  }

  /** What was counted until now. */
  mark(): MeterState {
    return { ...this.state, seconds: { ...this.state.seconds } };
  }

  /** Takes back what was counted between two marks: work that comes to nothing is done again, and counted then. */
  takeBack(from: MeterState, to: MeterState): void {
    for (const key of ['prefilled', 'sampled', 'scored', 'trained'] as const) this.state[key] -= to[key] - from[key];
    for (const [phase, seconds] of Object.entries(to.seconds)) this.state.seconds[phase]! -= seconds - (from.seconds[phase] ?? 0);
  }

  /** Runs the work and books its wall time under `phase`. */
  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.state.seconds[phase] = (this.state.seconds[phase] ?? 0) + (performance.now() - start) / 1000;
    }
  }
}

const total = (rows: readonly ArrayLike<number>[]): number => rows.reduce((sum, row) => sum + row.length, 0);

export interface Draw { prompts: readonly ArrayLike<number>[]; samples: number; maxNewTokens: number; temperature: number; seed: number; step: number; stream: number }

/** Work under way that is awaited later: a failure before that is heard there and nowhere else. */
export function underWay<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/**
 * Samples with the settings' filters, and counts the work. Empty prompt lists give an empty generation. `onRows` hears of each row once
 * and before this resolves: as it ends where the trainer tells of it, and at the end where it does not.
 */
export async function generate(lab: Lab, draw: Draw, onRows: (rows: GeneratedRow[]) => void = () => undefined): Promise<Generation> {
  if (draw.prompts.length === 0) return { tokens: [], logps: [], finished: [] };
  const { settings } = lab;
  const request: GenerateRequest = {
    prompts: draw.prompts.map((prompt) => Int32Array.from(prompt)), samplesPerPrompt: draw.samples, maxNewTokens: draw.maxNewTokens, temperature: draw.temperature,
    topK: settings.topK, topP: settings.topP, minP: settings.minP, repetitionPenalty: settings.repetitionPenalty,
    endId: lab.prompts.endId, seed: draw.seed, step: draw.step, stream: draw.stream,
  };
  const untold = new Set(Array.from({ length: request.prompts.length * draw.samples }, (_, row) => row));
  const tell = (rows: GeneratedRow[]): void => {
    const fresh = rows.filter(({ row }) => untold.delete(row));
    if (fresh.length > 0) onRows(fresh);
  };
  const generation = await lab.trainer.generate(request, tell);
  // What a trainer tells later than this finds nothing untold.
  tell(Array.from(untold, (row) => ({ row, tokens: generation.tokens[row]!, logps: generation.logps[row]!, finished: generation.finished[row]! })));
  lab.meter.state.prefilled += total(request.prompts);
  lab.meter.state.sampled += total(generation.tokens);
  return generation;
}

/** Log-probabilities of each completion's tokens after its prompt, one forward batch. */
export async function scoreCompletions(lab: Lab, rows: readonly { prompt: ArrayLike<number>; completion: ArrayLike<number> }[], model: ScoreRequest['model'], temperature: number): Promise<Float32Array[]> {
  if (rows.length === 0) return [];
  const sequences = rows.map((row) => Int32Array.from([...Array.from(row.prompt), ...Array.from(row.completion)]));
  const { logps } = await lab.trainer.score({ sequences, temperature, model });
  lab.meter.state.scored += total(sequences);
  return rows.map((row, i) => logps[i]!.slice(row.prompt.length));
}

/** Log-likelihood that the reader gives to code after documentation, in nats: of the whole, end token included, and per token. */
export async function readerLogLikelihoods(lab: Lab, pairs: readonly { documentation: string; item: CodeItem }[], model: ScoreRequest['model'] = 'policy'): Promise<{ total: number; mean: number }[]> {
  const { prompts } = lab;
  const rows = pairs.map(({ documentation, item }) => ({ prompt: prompts.reader(prompts.documentation(documentation), item.language), completion: prompts.completion(item.code) }));
  const scores = await scoreCompletions(lab, rows, model, 1);
  return scores.map((logps) => {
    const total = logps.reduce((sum, value) => sum + value, 0);
    return { total, mean: total / logps.length };
  });
}

/** The same, nats per token. */
export async function readerLogLikelihood(lab: Lab, pairs: readonly { documentation: string; item: CodeItem }[], model: ScoreRequest['model'] = 'policy'): Promise<number[]> {
  return (await readerLogLikelihoods(lab, pairs, model)).map((score) => score.mean);
}

/** `count` different elements in drawn order; all of them, shuffled, when there are fewer. */
export function pick<T>(from: readonly T[], count: number, rng: () => number): T[] {
  const pool = [...from];
  const wanted = Math.min(count, pool.length);
  for (let i = 0; i < wanted; i++) {
    const j = i + Math.floor(rng() * (pool.length - i));
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool.slice(0, wanted);
}
