/** The two sampling stages: documentation of code, and code again from documentation; knows no reward and no update. */

import { cheatReport } from '../reward/cheat';
import { paddingReport } from '../reward/cheat_padding';
import { documentationRules, judgeDocumentation } from '../rl/document';
import type { DocumentationVerdict } from '../rl/document';
import type { CodeItem, GeneratedRow, SimilarityScore, TokenReport } from '../types';
import { STREAM, generate } from './lab';
import type { FactCheck, Lab } from './lab';
import type { PlacedPair } from './scores';

export interface Reconstruction {
  prompt: number[];
  tokens: Int32Array;
  logps: Float32Array;
  finished: boolean;
  code: string;
  /** In [0, 1]: how much of it is there only to be scored. */
  padding: number;
  /** Filled in by the reward: similarity, and what is left of it when the padding is paid for, which is what the reader gets. */
  score: SimilarityScore | null;
  paid: number;
  advantage: number;
  /** Filled in by the update: see traces. */
  report?: TokenReport;
  after?: Float32Array;
}

/** One documentation of one function and what became of it. */
export interface Sample {
  item: CodeItem;
  /** Index of the function in the step, and of the documentation in its group. */
  code: number;
  group: number;
  prompt: number[];
  tokens: Int32Array;
  /** The sampler's, or the trainer's where the two disagree: see sampler. */
  logps: Float32Array;
  finished: boolean;
  verdict: DocumentationVerdict;
  /** What the text alone is guilty of, in [0, 1], and which of its facts are true; null where facts are not checked. */
  cheat: number;
  facts: ReturnType<FactCheck> | null;
  reconstructions: Reconstruction[];
  /** Filled in by the reward; NaN = not scored. */
  similarity: number;
  logLikelihood: number;
  /** Other things it was judged by, by name: identification, frozen_reader, facts and the rest; see terms. */
  terms: Record<string, number>;
  reward: number;
  advantage: number;
  /** Filled in by the update: what it knew of each token, their log-probabilities after it, and the worth of the text to the reader. */
  report?: TokenReport;
  after?: Float32Array;
  lift?: number;
}

/** K documentations of every function, each rewritten and judged as soon as it has ended. Function-major order. */
export async function document(lab: Lab, items: readonly CodeItem[], step: number, onSample: (sample: Sample) => void = () => undefined): Promise<Sample[]> {
  const { settings, prompts } = lab;
  const writer = items.map((item) => prompts.writer(prompts.ids(item.code), item.language));
  const samples = new Array<Sample>(items.length * settings.documentations);
  await generate(lab, {
    prompts: writer, samples: settings.documentations, maxNewTokens: settings.maxDocumentationTokens, temperature: settings.temperature,
    seed: settings.seed, step, stream: STREAM.document,
  }, (rows) => {
    for (const row of rows) {
      const code = Math.floor(row.row / settings.documentations);
      onSample(samples[row.row] = newSample(lab, items[code]!, { code, group: row.row % settings.documentations, prompt: writer[code]! }, row));
    }
  });
  return samples;
}

/** A documentation with all that can be said of it before anything is rebuilt from it. */
export function newSample(lab: Lab, item: CodeItem, place: Pick<Sample, 'code' | 'group' | 'prompt'>, { tokens, logps, finished }: Omit<GeneratedRow, 'row'>, text = lab.tokenizer.decode(tokens)): Sample {
  const verdict = judge(lab, item, text, finished);
  return {
    item, ...place, tokens, logps, finished, verdict,
    cheat: cheatReport(item.code, verdict.text, item.language).score, facts: lab.factCheck?.(verdict.text, item) ?? null,
    reconstructions: [], similarity: NaN, logLikelihood: NaN, terms: {}, reward: NaN, advantage: 0,
  };
}

/** Verdict on a documentation text under the settings. */
export function judge(lab: Lab, item: CodeItem, text: string, finished: boolean): DocumentationVerdict {
  const { documentationStructure: structure, leakPenalty } = lab.settings;
  return judgeDocumentation({
    text, finished, structure, code: item.code, params: item.params, leakGate: leakPenalty, rules: documentationRules(lab.settings), name: item.name, signature: item.signature,
  });
}

/** Under log-likelihood the reconstructions are only looked at: one for each function, and not in every step. */
const SHOWN_EVERY = 5;

/** M reconstructions of every documentation that may be rebuilt: under the gate, refused ones are not. `onRebuilt` hears of each as it ends. */
export async function reconstruct(lab: Lab, samples: readonly Sample[], step: number, onRebuilt: (pairs: PlacedPair[]) => void, told: (done: number, total: number) => void = () => undefined): Promise<void> {
  const { settings, prompts } = lab;
  const shownOnly = settings.reward === 'log-likelihood' || settings.objective === 'backtranslation';
  if (shownOnly && step % SHOWN_EVERY !== 0) return;
  const chosen = samples.filter((sample) => (shownOnly ? sample.group === 0 : settings.rDocMode === 'additive' || sample.verdict.rDoc > 0));
  const count = shownOnly ? 1 : settings.reconstructions;
  let done = 0;
  const readers = chosen.map((sample) => prompts.reader(prompts.documentation(sample.verdict.text), sample.item.language));
  await generate(lab, {
    prompts: readers, samples: count, maxNewTokens: settings.maxCodeTokens, temperature: settings.temperature,
    seed: settings.seed, step, stream: STREAM.reconstruct,
  }, (rows) => {
    told(done += rows.length, readers.length * count);
    onRebuilt(rows.map(({ row, tokens, logps, finished }) => {
      const at = Math.floor(row / count), { item, reconstructions } = chosen[at]!, code = lab.tokenizer.decode(tokens);
      const padding = paddingReport(item.code, code, item.language).score;
      reconstructions[row % count] = { prompt: readers[at]!, tokens, logps, finished, code, padding, score: null, paid: NaN, advantage: 0 };
      return { place: row, pair: { original: item.code, reconstruction: code, language: item.language } };
    }));
  });
}
