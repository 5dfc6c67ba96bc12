/** UCoder's stages 1 to 4: where the problems of a round come from. Knows templates and samples; runs nothing and trains nothing. */

import { createRng } from '../rng';
import { labError } from '../types';
import type { CodeItem, MetricRow } from '../types';
import { PROBLEM_END, PROBLEM_KINDS, problemPrompt, readProblem } from '../ucoder/problem';
import type { ProposedProblem } from '../ucoder/problem';
import { RATING_END, RATING_WANTED, ratingPrompt, readRating } from '../ucoder/rating';
import { SKELETON_END, readSkeleton, skeletonPrompt } from '../ucoder/skeleton';
import type { Skeleton } from '../ucoder/skeleton';
import { TESTS_END, readTests, testsPrompt } from '../ucoder/tests';
import { STREAM, generate, readerDetail } from './lab';
import type { Lab } from './lab';
import { document, newSample } from './samples';
import type { Sample } from './samples';

/** Tokens that an answer of each stage may take. */
const LENGTHS = { problem: 320, rating: 80, skeleton: 240, tests: 900 } as const;

export interface Problems { samples: Sample[]; row: MetricRow; inputs: Map<Sample, unknown[][]> }

/** One problem for each function of the step, or as many as the model makes up. */
export async function problemsOf(lab: Lab, items: readonly CodeItem[], step: number, told: (sample: Sample) => void): Promise<Problems> {
  if (lab.settings.problems === 'model') return madeUp(lab, items, step, told);
  const samples = lab.settings.problems === 'corpus' ? await document(lab, items, step, told) : described(lab, items, step, told);
  // The documentation check is the rating: what is refused is no problem that anything can be built from.
  const kept = samples.filter(({ verdict }) => verdict.rDoc > 0);
  return { samples, inputs: new Map(), row: { 'ucoder/proposed': samples.length, 'ucoder/rated_out': samples.length - kept.length } };
}

/** The true documentation of each function, at the detail that the reader was warmed with. */
function described(lab: Lab, items: readonly CodeItem[], step: number, told: (sample: Sample) => void): Sample[] {
  const { prompts, settings } = lab, rng = createRng(settings.seed, step, STREAM.describe);
  return items.map((item, code) => {
    const text = lab.describe(item, rng, readerDetail(settings));
    return given(lab, item, code, text, prompts.writer(prompts.ids(item.code), item.language), told);
  });
}

/** A documentation that nobody sampled: its tokens are in no update. */
function given(lab: Lab, item: CodeItem, code: number, text: string, prompt: number[], told: (sample: Sample) => void): Sample {
  const tokens = Int32Array.from(lab.prompts.documentation(text));
  const sample = newSample(lab, item, { code, group: 0, prompt }, { tokens, logps: new Float32Array(tokens.length), finished: true }, text);
  told(sample);
  return sample;
}

/** Stages 1 to 4 by the paper's tags. What is refused at a stage is counted and left; nothing is asked twice. */
async function madeUp(lab: Lab, items: readonly CodeItem[], step: number, told: (sample: Sample) => void): Promise<Problems> {
  const { settings } = lab, count = items.length, languages = items.map(({ language }) => language);
  const kinds = languages.map((_, i) => PROBLEM_KINDS[(step * count + i) % PROBLEM_KINDS.length]!);
  const problems = (await author(lab, kinds.map((kind, i) => problemPrompt(kind, languages[i]!)), LENGTHS.problem, PROBLEM_END, step, STREAM.problem)).map(readProblem);
  const proposed = problems.flatMap((problem, i) => ('refused' in problem ? [] : [{ problem, language: languages[i]! }]));
  const ratings = (await author(lab, proposed.map(({ problem }) => ratingPrompt(problem)), LENGTHS.rating, RATING_END, step, STREAM.rating)).map(readRating);
  const good = proposed.filter((_, i) => { const rating = ratings[i]!; return !('refused' in rating) && rating.score >= RATING_WANTED; });
  const heads = (await author(lab, good.map(({ problem, language }) => skeletonPrompt(problem, language)), LENGTHS.skeleton, SKELETON_END, step, STREAM.skeleton)).map((text, i) => readSkeleton(text, good[i]!.language));
  const headed = good.flatMap((one, i) => { const skeleton = heads[i]!; return 'refused' in skeleton ? [] : [{ ...one, skeleton }]; });
  const tests = (await author(lab, headed.map(({ skeleton }) => testsPrompt(skeleton, settings.tests)), LENGTHS.tests, TESTS_END, step, STREAM.tests)).map((text, i) => readTests(text, headed[i]!.skeleton.params.length, settings.tests));
  const inputs = new Map<Sample, unknown[][]>();
  const samples = headed.map(({ problem, language, skeleton }, i) => {
    const item = itemOf(problem, skeleton, language, `problem-${step + 1}-${i}`);
    const sample = given(lab, item, i, `${problem.description}\n${skeleton.signature}`, [], told);
    // It was rated in stage 2; the check of documentation asks for other things.
    sample.verdict = { ...sample.verdict, rDoc: 1, reason: '' };
    inputs.set(sample, tests[i]!.inputs);
    return sample;
  });
  return {
    samples, inputs,
    row: {
      'ucoder/proposed': count, 'ucoder/unreadable': count - proposed.length, 'ucoder/rated_out': proposed.length - good.length, 'ucoder/without_head': good.length - headed.length,
      'ucoder/without_tests': tests.filter((one) => one.inputs.length === 0).length,
    },
  };
}

function itemOf(problem: ProposedProblem, skeleton: Skeleton, language: CodeItem['language'], id: string): CodeItem {
  return { id, language, name: skeleton.name, path: `made up: ${problem.title}`, startLine: 1, endLine: 1, code: '', signature: skeleton.signature, params: skeleton.params, documentation: problem.description, split: 'train', facts: [] };
}

/** Answers in plain text, each up to and with its end tag. @throws BadInput when a template is longer than the model can read */
async function author(lab: Lab, texts: readonly string[], maxNewTokens: number, end: string, step: number, stream: number): Promise<string[]> {
  const { tokenizer, settings } = lab, bos = tokenizer.special('<|bos|>');
  const prompts = texts.map((text) => [bos, ...tokenizer.encode(text)]);
  const longest = Math.max(0, ...prompts.map((prompt) => prompt.length)) + maxNewTokens;
  if (longest > (lab.positions ?? Infinity)) throw labError('BadInput', `To make up problems the model would have to read and write ${longest} tokens, and it takes ${lab.positions}. Nothing was trained by this update; set Problems from (problems) to corpus or described, or start from a larger model.`);
  const { tokens } = await generate(lab, { prompts, samples: 1, maxNewTokens, temperature: settings.temperature, seed: settings.seed, step, stream });
  return tokens.map((ids) => {
    const text = tokenizer.decode(ids), at = text.indexOf(end);
    return at < 0 ? text : text.slice(0, at + end.length);
  });
}
