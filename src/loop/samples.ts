/** The two sampling stages: documentation of code, and code again from documentation; knows no reward and no update. */

import { documentationRules, judgeDocumentation } from '../rl/document';
import type { DocumentationVerdict } from '../rl/document';
import type { CodeItem, SimilarityScore } from '../types';
import { STREAM, generate } from './lab';
import type { Lab } from './lab';

export interface Reconstruction {
  prompt: number[];
  tokens: Int32Array;
  logps: Float32Array;
  finished: boolean;
  code: string;
  /** Filled in by the reward. */
  score: SimilarityScore | null;
  /** In [0, 1]: how much of it is there only to be scored; and the similarity less its price, which is what the reader is paid. */
  padding: number;
  paid: number;
  advantage: number;
}

/** One documentation of one function and what became of it. */
export interface Sample {
  item: CodeItem;
  /** Index of the function in the step, and of the documentation in its group. */
  code: number;
  group: number;
  prompt: number[];
  tokens: Int32Array;
  logps: Float32Array;
  finished: boolean;
  verdict: DocumentationVerdict;
  reconstructions: Reconstruction[];
  /** Filled in by the reward; NaN = not scored. */
  similarity: number;
  logLikelihood: number;
  /** Other things it was judged by, by name: identification, frozen_reader, facts and the rest; see terms. */
  terms: Record<string, number>;
  reward: number;
  advantage: number;
}

/** K documentations of every function, each rewritten and judged. Function-major order. */
export async function document(lab: Lab, items: readonly CodeItem[], step: number): Promise<Sample[]> {
  const { settings, prompts } = lab;
  const writer = items.map((item) => prompts.writer(prompts.ids(item.code), item.language));
  const generation = await generate(lab, {
    prompts: writer, samples: settings.documentations, maxNewTokens: settings.maxDocumentationTokens, temperature: settings.temperature,
    seed: settings.seed, step, stream: STREAM.document,
  });
  return generation.tokens.map((tokens, i) => {
    const code = Math.floor(i / settings.documentations);
    const item = items[code]!, finished = generation.finished[i]!;
    return {
      item, code, group: i % settings.documentations, prompt: writer[code]!, tokens, logps: generation.logps[i]!, finished,
      verdict: judge(lab, item, lab.tokenizer.decode(tokens), finished),
      reconstructions: [], similarity: NaN, logLikelihood: NaN, terms: {}, reward: NaN, advantage: 0,
    };
  });
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

/** M reconstructions of every documentation that may be rebuilt: under the gate, refused ones are not. */
export async function reconstruct(lab: Lab, samples: readonly Sample[], step: number): Promise<void> {
  const { settings, prompts } = lab;
  const shownOnly = settings.reward === 'log-likelihood' || settings.objective === 'backtranslation';
  if (shownOnly && step % SHOWN_EVERY !== 0) return;
  const chosen = samples.filter((sample) => (shownOnly ? sample.group === 0 : settings.rDocMode === 'additive' || sample.verdict.rDoc > 0));
  const count = shownOnly ? 1 : settings.reconstructions;
  const readers = chosen.map((sample) => prompts.reader(prompts.documentation(sample.verdict.text), sample.item.language));
  const generation = await generate(lab, {
    prompts: readers, samples: count, maxNewTokens: settings.maxCodeTokens, temperature: settings.temperature,
    seed: settings.seed, step, stream: STREAM.reconstruct,
  });
  generation.tokens.forEach((tokens, i) => {
    const at = Math.floor(i / count);
    chosen[at]!.reconstructions.push({
      prompt: readers[at]!, tokens, logps: generation.logps[i]!, finished: generation.finished[i]!, code: lab.tokenizer.decode(tokens), score: null, padding: 0, paid: NaN, advantage: 0,
    });
  });
}
