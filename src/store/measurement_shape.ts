/** What a kept measurement has to look like; knows no storage. */
import type { AnswerResult, FailedCall, How, KeptProblem, Measurement, ProblemResult, Subject } from '../benchmark/results';
import { LANGUAGE_NAMES } from '../corpus/languages';
import { between, either, list, nothing, number, object, oneOf, text, truth, whole, type Check } from './schema';

const LONGEST = 220_000, MOST_PROBLEMS = 20_000, MOST_ANSWERS = 5_000, MOST_SUBJECTS = 50;

const failedCall = object<FailedCall>({ input: text(LONGEST), expected: text(LONGEST), got: text(LONGEST) });
const answer = object<AnswerResult>({ code: text(2 * LONGEST), count: whole, passed: truth, plus: truth, ending: text(40), said: text(LONGEST), failed: failedCall }, 'plus', 'failed');
const result = object<ProblemResult>({ n: whole, c: whole, plus: whole, answers: list(answer, MOST_ANSWERS), said: text(LONGEST) }, 'plus');
const problem = object<KeptProblem>({
  id: text(300), source: text(1000), language: oneOf(...LANGUAGE_NAMES), entry: text(300), description: text(LONGEST), prompt: text(LONGEST), reference: text(LONGEST), tests: text(LONGEST),
});
const subject = object<Subject>({ name: text(1000), ref: text(300), kind: oneOf('model', 'file') });
const how = object<How>({ n: whole, temperature: between(0, 100), topP: between(0, 1), longest: whole, seed: number, taking: text(40), template: text(LONGEST) });
const shape = object<Measurement>({
  subjects: list(subject, MOST_SUBJECTS), how, problems: list(problem, MOST_PROBLEMS), results: list(list(either(nothing, result), MOST_PROBLEMS), MOST_SUBJECTS), notes: list(text(LONGEST), 100), partial: truth,
});

/** A table of results with a row a subject and a place a problem, and no more right than there are samples. */
export const measurementShape: Check<Measurement> = (value, at) => {
  const found = shape(value, at);
  if (found.results.length !== found.subjects.length || found.results.some((row) => row.length !== found.problems.length)) throw new Error(`${at}.results is no table of its subjects and problems`);
  for (const row of found.results) for (const one of row) if (one && (one.c > one.n || (one.plus ?? 0) > one.c)) throw new Error(`${at}.results has more right than there are samples`);
  return found;
};
