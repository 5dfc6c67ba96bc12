/** What a measurement came to, as plain data: per problem, and summed up. Knows no model and no storage. */
import type { Language } from '../types';
import { difference, estimate, KS } from './pass_at_k';
import type { Estimate, Tally } from './pass_at_k';
import type { Problem } from './problem';

/** A call that gave something else than expected, as JSON text cut at a length to look at. */
export interface FailedCall { input: string; expected: string; got: string }

/** Answers to one problem that came to the same program. */
export interface AnswerResult {
  code: string;
  /** How many samples came to it. */
  count: number;
  passed: boolean;
  /** Whether it passed the harder tests as well; absent where the problem has none. */
  plus?: boolean;
  /** How its last job ended, as the sandbox's parent says it. */
  ending: string;
  /** The error's text, '' when there was none. */
  said: string;
  failed?: FailedCall;
}

export interface ProblemResult {
  n: number; c: number;
  /** How many passed the harder tests as well; absent where the problem has none. */
  plus?: number;
  answers: AnswerResult[];
  /** Why it was not asked; '' when it was. */
  said: string;
}

/** What is kept of a problem to be looked at. */
export interface KeptProblem { id: string; source: string; language: Language; entry: string; description: string; prompt: string; reference: string; tests: string }

/** Longest text that is kept of a problem's parts. */
const SHOWN = 8_000;
export const shortened = (text: string, most = SHOWN): string => (text.length > most ? `${text.slice(0, most)}…` : text);

export function kept(problem: Problem): KeptProblem {
  const { id, source, language, entry, description, prompt, reference, check } = problem;
  const calls = (inputs: readonly unknown[][], expected: readonly unknown[]): string => inputs.slice(0, 20).map((input, i) => `${entry}(${input.map((one) => JSON.stringify(one)).join(', ')})${i < expected.length ? ` → ${JSON.stringify(expected[i])}` : ''}`).join('\n');
  const tests = check.kind === 'tests' ? check.tests : `${calls(check.inputs, check.expected)}${check.inputs.length > 20 ? `\nand ${check.inputs.length - 20} more` : ''}`;
  return { id, source, language, entry, description: shortened(description), prompt: shortened(prompt), reference: shortened(reference), tests: shortened(tests) };
}

/** Who was measured: a model by its reference, or a file of answers. */
export interface Subject { name: string; ref: string; kind: 'model' | 'file' }

/** How the answers came about; words and numbers to be read, and to be measured so again. */
export interface How { n: number; temperature: number; topP: number; longest: number; seed: number; taking: string; template: string }

export interface Measurement {
  subjects: Subject[];
  how: How;
  problems: KeptProblem[];
  /** By subject, then by problem; null where it has not come to it. */
  results: (ProblemResult | null)[][];
  /** What is to be known when reading it: what was left out and why. */
  notes: string[];
  /** Stopped before all was done. */
  partial: boolean;
}

/** pass@k of a list of results; `plus` is that of passing the harder tests too, over the problems that have some, null where none has. */
export interface Rates { problems: number; samples: number; right: number; pass: (Estimate | null)[]; plus: (Estimate | null)[] | null }

export function ratesOf(results: readonly ProblemResult[]): Rates {
  const own = results.map(({ n, c }): Tally => ({ n, c })), plus = results.map(({ n, plus: c }) => ({ n, c })).filter((tally): tally is Tally => tally.c !== undefined);
  return {
    problems: results.length, samples: own.reduce((sum, { n }) => sum + n, 0), right: own.reduce((sum, { c }) => sum + c, 0),
    pass: KS.map((k) => estimate(own, k)), plus: plus.length > 0 ? KS.map((k) => estimate(plus, k)) : null,
  };
}

/** The problems that every subject has come to: what can be compared. */
export function shared({ problems, results }: Measurement): number[] {
  return problems.flatMap((_, p) => (results.every((list) => list[p] !== null) ? [p] : []));
}

export interface LanguageRates { language: Language | null; rates: Rates[]; /** Of the last subject over the first, by k; null where one is alone. */ gain: (Estimate | null)[] | null }

/** The whole (language null) and each language by itself, over the problems that all subjects have come to. */
export function summary(measurement: Measurement): LanguageRates[] {
  const { problems, results } = measurement, all = shared(measurement), languages = [...new Set(all.map((p) => problems[p]!.language))].sort();
  const rows = (languages.length > 1 ? [null, ...languages] : [null]) as (Language | null)[];
  return rows.map((language) => {
    const places = all.filter((p) => language === null || problems[p]!.language === language);
    const of = (subject: number): ProblemResult[] => places.map((p) => results[subject]![p]!);
    const last = results.length - 1;
    return { language, rates: results.map((_, s) => ratesOf(of(s))), gain: last > 0 ? KS.map((k) => difference(of(0), of(last), k)) : null };
  });
}

/** One sample program a line, with its problem and how it went. */
export function toJsonLines({ subjects, problems, results }: Measurement): string {
  return subjects.flatMap((subject, s) => problems.flatMap((problem, p) => (results[s]![p]?.answers ?? []).map((answer) => JSON.stringify({
    task_id: problem.id, language: problem.language, model: subject.name, solution: answer.code, count: answer.count, passed: answer.passed, ...(answer.plus === undefined ? {} : { plus: answer.plus }),
    result: answer.passed ? 'passed' : answer.ending, ...(answer.said === '' ? {} : { said: answer.said }), ...(answer.failed ? { failed: answer.failed } : {}),
  })))).map((line) => `${line}\n`).join('');
}

/** A text that a spreadsheet takes for no formula. */
const cell = (value: string | number): string => {
  const text = String(value), safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A row a problem and subject. */
export function toCsv({ subjects, problems, results }: Measurement): string {
  const rows: (string | number)[][] = [['task_id', 'source', 'language', 'model', 'samples', 'passed', 'passed_plus', ...KS.map((k) => `pass@${k}`), 'programs', 'note']];
  subjects.forEach((subject, s) => problems.forEach((problem, p) => {
    const result = results[s]![p];
    if (!result) return;
    rows.push([problem.id, problem.source, problem.language, subject.name, result.n, result.c, result.plus ?? '', ...KS.map((k) => estimate([result], k)?.value ?? ''), result.answers.length, result.said]);
  }));
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
