/** Measures on held-out functions what the reward alone would hide: controls, floors, ceilings; trains nothing and draws the same way each time. */

import { ORACLE } from '../corpus/describe';
import { LEAK_GATE } from '../reward/leak';
import { EVERY_METRIC, scoreOptions } from '../reward/blend';
import { mean } from '../rl/advantage';
import type { DocumentationVerdict } from '../rl/document';
import { createRng } from '../rng';
import type { CodeItem, MetricRow, ScoredPair, SimilarityScore, Split, StoryEntry } from '../types';
import { executionPasses } from './execution';
import { STREAM, generate, pick, readerLogLikelihood, scoreCompletions, underWay } from './lab';
import type { Lab } from './lab';
import { judge } from './samples';
import { Scores } from './scores';
import { AMONG } from './terms';

/** Evaluation draws do not depend on the run's seed: runs with different seeds are asked the same questions. */
const EVALUATION_SEED = 77;

/** The functions each held-out split is judged by; the same for the same corpus and number. */
export function heldOut(items: readonly CodeItem[], count: number): Map<Split, CodeItem[]> {
  const chosen = new Map<Split, CodeItem[]>();
  for (const split of ['heldout', 'variation', 'combination'] as const) {
    const members = items.filter((item) => item.split === split);
    if (members.length > 1) chosen.set(split, pick(members, count, createRng(EVALUATION_SEED, 0, STREAM.evaluationItems)));
  }
  return chosen;
}

/** For each item the index of another one whose documentation it is given by mistake: of the same language where there is one. */
export function strangers(items: readonly CodeItem[]): number[] {
  const n = items.length;
  return items.map((item, i) => {
    for (const sameLanguage of [true, false]) {
      for (let k = 0; k < n - 1; k++) {
        // 11 steps away first: neighbours of a corpus are often kin.
        const j = (i + 11 + k) % n;
        if (j !== i && items[j]!.code !== item.code && (!sameLanguage || items[j]!.language === item.language)) return j;
      }
    }
    return (i + 1) % n;
  });
}

interface Judged { own: SimilarityScore[]; shuffled: SimilarityScore[]; empty: SimilarityScore[]; oracle: SimilarityScore[]; floor: SimilarityScore[] }

/** Code rebuilt from a function's own documentation and from its oracle, and how all of it is judged: still under way when the decoding is over. */
async function rebuild(lab: Lab, items: readonly CodeItem[], documentation: readonly string[], oracle: readonly string[], other: readonly number[], temperature: number, ended: (rows: number) => void): Promise<{ ownCode: string[]; oracleCode: string[]; judged: Promise<Judged> }> {
  const { prompts, settings } = lab, n = items.length, options = scoreOptions(settings);
  const reader = (text: string, item: CodeItem): number[] => prompts.reader(prompts.documentation(text), item.language);
  // Every metric of what the run is about; the controls are judged by the blend alone.
  const own = new Scores(lab, { ...options, metrics: EVERY_METRIC }), controls = new Scores(lab, options);
  controls.ask(items.map((item, i) => ({ place: 3 * n + i, pair: { original: item.code, reconstruction: items[other[i]!]!.code, language: item.language } })));
  // One generation for all four questions: a decode loop costs by its steps, hardly by its rows.
  const generation = await generate(lab, {
    prompts: [...items.map((item, i) => reader(documentation[i]!, item)), ...items.map((item, i) => reader(documentation[other[i]!]!, item)), ...items.map((item) => reader('', item)), ...items.map((item, i) => reader(oracle[i]!, item))],
    samples: 1, maxNewTokens: settings.maxCodeTokens, temperature, seed: EVALUATION_SEED, step: 0, stream: STREAM.evaluationReconstruct,
  }, (rows) => {
    ended(rows.length);
    const pairs = rows.map(({ row, tokens }) => ({ place: row, pair: pairOf(lab, items[row % n]!, tokens) }));
    own.ask(pairs.filter(({ place }) => place < n));
    controls.ask(pairs.flatMap(({ place, pair }) => (place < n ? [] : [{ place: place - n, pair }])));
  });
  const judged = Promise.all([own.all(), controls.all()]).then(([scores, others]): Judged => {
    const part = (k: number): SimilarityScore[] => others.slice(k * n, (k + 1) * n);
    return { own: scores, shuffled: part(0), empty: part(1), oracle: part(2), floor: part(3) };
  });
  const code = generation.tokens.map((tokens) => lab.tokenizer.decode(tokens));
  return { ownCode: code.slice(0, n), oracleCode: code.slice(3 * n, 4 * n), judged: underWay(judged) };
}

function pairOf(lab: Lab, item: CodeItem, tokens: Int32Array): ScoredPair {
  return { original: item.code, reconstruction: lab.tokenizer.decode(tokens), language: item.language };
}

/** Which of 8 functions is this the documentation of? Also the log-likelihood of the right ones and of the wrong ones. */
async function identify(lab: Lab, items: readonly CodeItem[], documentation: readonly string[]): Promise<{ right: number[]; wrong: number[]; hits: number[] }> {
  const blocks: number[][] = [];
  for (let at = 0; at < items.length; at += AMONG) blocks.push(Array.from({ length: Math.min(AMONG, items.length - at) }, (_, k) => at + k));
  const asked = blocks.flatMap((block) => block.flatMap((d) => block.map((c) => ({ documentation: documentation[d]!, item: items[c]! }))));
  const scores = await readerLogLikelihood(lab, asked);
  const right: number[] = [], wrong: number[] = [], hits: number[] = [];
  let at = 0;
  for (const block of blocks) {
    const size = block.length;
    const rows = block.map((_, d) => scores.slice(at + d * size, at + (d + 1) * size));
    at += size * size;
    // Short, common functions are likely under any documentation: each column is centred before the rows choose.
    const centre = block.map((_, c) => mean(rows.map((row) => row[c]!)));
    rows.forEach((row, d) => {
      right.push(row[d]!);
      if (size > 1) wrong.push(mean(row.filter((_, c) => c !== d)));
      if (size < AMONG) return;
      const centred = row.map((value, c) => value - centre[c]!);
      hits.push(centred.indexOf(Math.max(...centred)) === d ? 1 : 0);
    });
  }
  return { right, wrong, hits };
}

/** Log-likelihood under right documentation less that under a stranger's, per function. */
async function gapTo(lab: Lab, items: readonly CodeItem[], documentation: readonly string[], other: readonly number[], model: 'policy' | 'frozen'): Promise<{ right: number[]; gap: number[] }> {
  const scores = await readerLogLikelihood(lab, [...items.map((item, i) => ({ documentation: documentation[i]!, item })), ...items.map((item, i) => ({ documentation: documentation[other[i]!]!, item }))], model);
  const right = scores.slice(0, items.length);
  return { right, gap: right.map((value, i) => value - scores[items.length + i]!) };
}

/** How odd the sampled documentation is to the frozen writer (nats per token), and how much odder than to the writer that wrote it. */
async function languageDrift(lab: Lab, prompts: readonly number[][], documentation: readonly Int32Array[]): Promise<{ surprise: number; drift: number }> {
  const rows = prompts.map((prompt, i) => ({ prompt, completion: documentation[i]! }));
  const perToken = async (model: 'policy' | 'frozen'): Promise<number> => {
    const logps = (await scoreCompletions(lab, rows, model, 1)).flatMap((row) => Array.from(row));
    return mean(logps);
  };
  const old = await perToken('frozen');
  return { surprise: -old, drift: await perToken('policy') - old };
}

/** Full true documentation of each item; the same in every evaluation. */
function oracleDocumentation(lab: Lab, items: readonly CodeItem[]): string[] {
  return items.map((item, i) => lab.describe(item, createRng(EVALUATION_SEED, i, STREAM.oracle), ORACLE));
}

/**
 * All controls on one split. `frozen`: a frozen copy of the reader exists and is asked too. Similarities are means over the items;
 * `gap`s are nats per token; identification needs at least 8 items (else NaN), execution an executor and inputs (else NaN).
 */
export async function evaluateSplit(lab: Lab, items: readonly CodeItem[], temperature: number, frozen: boolean, ended: (rows: number) => void = () => undefined, told: (entries: StoryEntry[]) => void = () => undefined): Promise<MetricRow> {
  const { prompts, settings } = lab;
  const writers = items.map((item) => prompts.writer(prompts.ids(item.code), item.language));
  const verdicts = new Array<DocumentationVerdict>(items.length);
  const generation = await generate(lab, {
    prompts: writers, samples: 1, maxNewTokens: settings.maxDocumentationTokens, temperature,
    seed: EVALUATION_SEED, step: 0, stream: STREAM.evaluationDocument,
  }, (rows) => { ended(rows.length); for (const { row, tokens, finished } of rows) verdicts[row] = judge(lab, items[row]!, lab.tokenizer.decode(tokens), finished); });
  const documentation = verdicts.map((verdict) => verdict.text);
  const oracle = oracleDocumentation(lab, items);
  const other = strangers(items);
  const rebuilt = await rebuild(lab, items, documentation, oracle, other, temperature, ended);
  // Rewarder and sandbox are at work while the model is asked on.
  const executed = underWay(executionPasses(lab, items, [rebuilt.ownCode, rebuilt.oracleCode]));
  const named = await identify(lab, items, documentation);
  const reference = await gapTo(lab, items, oracle, other, 'policy');
  const untrained = frozen ? await gapTo(lab, items, documentation, other, 'frozen') : null;
  // A language that only the two stages share is likely for the writer and odd to its frozen self: nats per token between the two views.
  const language = frozen ? await languageDrift(lab, writers, generation.tokens) : null;
  const judged = await rebuilt.judged, execution = await executed;
  told(items.slice(0, STORY_FUNCTIONS).map((item, i) => ({
    itemId: item.id, language: item.language, name: item.name, params: item.params, code: item.code,
    documentation: verdicts[i]!.text, rDoc: verdicts[i]!.rDoc, rDocReason: verdicts[i]!.reason,
    reconstruction: rebuilt.ownCode[i]!, similarity: judged.own[i]!.value, exact: judged.own[i]!.exact, shuffled: judged.shuffled[i]!.value,
  })));
  const facts = lab.factCheck ? verdicts.map((verdict, i) => lab.factCheck!(verdict.text, items[i]!)) : [];
  const stated = facts.reduce((sum, fact) => sum + fact.stated, 0);
  const value = (scores: readonly SimilarityScore[]): number => mean(scores.map((score) => score.value));
  const exact = (scores: readonly SimilarityScore[]): number => mean(scores.map((score) => (score.exact ? 1 : 0)));
  const metrics: MetricRow = {};
  for (const name of new Set(judged.own.flatMap((score) => Object.keys(score.parts)))) {
    // `execution` is the share that behaves the same on every input; this is how far they agree.
    if (!name.includes('/')) metrics[name === 'execution' ? 'execution_agreement' : name] = mean(judged.own.map((score) => score.parts[name] ?? NaN).filter(Number.isFinite));
  }
  return {
    ...metrics, 'similarity': value(judged.own), 'shuffled': value(judged.shuffled), 'empty': value(judged.empty), 'lift': value(judged.own) - value(judged.empty),
    'margin': value(judged.own) - value(judged.shuffled), 'floor': value(judged.floor), 'oracle': value(judged.oracle),
    'exact_match': exact(judged.own), 'oracle_exact_match': exact(judged.oracle), 'execution': mean(execution[0]!), 'oracle_execution': mean(execution[1]!),
    'parse_rate': mean(judged.own.map((score) => (score.parses ? 1 : 0))), 'distinct': new Set(rebuilt.ownCode).size / items.length,
    'identification': mean(named.hits), 'log_likelihood': mean(named.right), 'gap': mean(named.right) - mean(named.wrong),
    'reference_gap': mean(reference.gap), 'frozen_log_likelihood': untrained ? mean(untrained.right) : NaN, 'frozen_gap': untrained ? mean(untrained.gap) : NaN,
    'frozen_surprise': language?.surprise ?? NaN, 'language_drift': language?.drift ?? NaN,
    'leak_rate': mean(verdicts.map((verdict) => (verdict.leak.score > LEAK_GATE ? 1 : 0))), 'overlap': mean(verdicts.map((verdict) => verdict.leak.overlap)),
    'longest_run': mean(verdicts.map((verdict) => verdict.leak.run)), 'punctuation': mean(verdicts.map((verdict) => verdict.leak.punctuation)),
    'fact_precision': stated > 0 ? facts.reduce((sum, fact) => sum + fact.true, 0) / stated : NaN, 'fact_recall': mean(facts.map((fact) => fact.recall).filter(Number.isFinite)),
    'format_rate': mean(verdicts.map((verdict) => (verdict.form === 1 ? 1 : 0))), 'documentation_length': mean(generation.tokens.map((tokens) => tokens.length)),
  };
}

/** The cheap question of the warm start: how well is code rebuilt from its full true documentation, and how much does that help? */
export async function evaluateOracle(lab: Lab, items: readonly CodeItem[]): Promise<MetricRow> {
  const { prompts, settings } = lab, scores = new Scores(lab, scoreOptions(settings));
  const oracle = oracleDocumentation(lab, items);
  const generation = await generate(lab, {
    prompts: items.map((item, i) => prompts.reader(prompts.documentation(oracle[i]!), item.language)), samples: 1, maxNewTokens: settings.maxCodeTokens, temperature: 0,
    seed: EVALUATION_SEED, step: 0, stream: STREAM.oracle,
  }, (rows) => scores.ask(rows.map(({ row, tokens }) => ({ place: row, pair: pairOf(lab, items[row]!, tokens) }))));
  const scored = underWay(scores.all()), executed = underWay(executionPasses(lab, items, [generation.tokens.map((tokens) => lab.tokenizer.decode(tokens))]));
  const reference = await gapTo(lab, items, oracle, strangers(items), 'policy');
  const similar = await scored, [execution] = await executed;
  return { oracle: mean(similar.map((score) => score.value)), oracle_exact_match: mean(similar.map((score) => (score.exact ? 1 : 0))), oracle_execution: mean(execution!), reference_gap: mean(reference.gap) };
}

/** `prefix/metric` as the mean over splits, and `prefix/split/metric` for each where there are several. NaN stays out of the mean. */
export function mergeSplits(prefix: string, bySplit: ReadonlyMap<string, MetricRow>): MetricRow {
  const row: MetricRow = {};
  const metrics = new Set([...bySplit.values()].flatMap((values) => Object.keys(values)));
  for (const metric of metrics) {
    row[`${prefix}/${metric}`] = mean([...bySplit.values()].map((values) => values[metric]!).filter(Number.isFinite));
    if (bySplit.size > 1) for (const [split, values] of bySplit) row[`${prefix}/${split}/${metric}`] = values[metric]!;
  }
  return row;
}

/** Functions whose evaluations are kept in words. */
export const STORY_FUNCTIONS = 10;

/** Sequences that are sampled for a function: its documentation, and code from that, from a stranger's, from none and from the oracle. */
const ROWS = 5;

/**
 * Every control on every held-out split: `heldout/similarity`, `heldout/variation/similarity` and so on. `progress` counts sampled sequences;
 * `told` hears once of the same ten functions, taken from the splits in turn.
 */
export async function evaluate(
  lab: Lab, splits: ReadonlyMap<Split, CodeItem[]>, frozen: boolean, progress: (done: number, total: number) => void = () => undefined, told: (entries: StoryEntry[]) => void = () => undefined,
): Promise<MetricRow> {
  const stories: StoryEntry[][] = [];
  const bySplit = new Map<string, MetricRow>(), total = [...splits.values()].reduce((sum, items) => sum + ROWS * items.length, 0);
  let done = 0;
  progress(0, total);
  for (const [split, items] of splits) bySplit.set(split, await evaluateSplit(lab, items, lab.settings.evaluateTemperature, frozen, (rows) => progress(done += rows, total), (entries) => stories.push(entries)));
  told(Array.from({ length: STORY_FUNCTIONS }, (_, i) => stories.flatMap((entries) => entries.slice(i, i + 1))).flat().slice(0, STORY_FUNCTIONS));
  return mergeSplits('heldout', bySplit);
}
