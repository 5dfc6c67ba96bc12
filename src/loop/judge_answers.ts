/** Runs answers to problems in the sandbox and says which are right; knows no model. What is expected never goes in. */
import { outputIs } from '../benchmark/outputs';
import type { Problem } from '../benchmark/problem';
import { shortened } from '../benchmark/results';
import type { AnswerResult, FailedCall, ProblemResult } from '../benchmark/results';
import type { Judged, SandboxExecutor } from '../sandbox/executor';
import { MOST_SAID, saidOfNone } from '../sandbox/languages';
import type { SandboxRequest } from '../sandbox/languages';
import { definedName } from './execution';

export type Judge = Pick<SandboxExecutor, 'judge' | 'languages'>;

/** Argument lists of one job: all of them share its clock. */
const CALLS = 40;
const LONGEST_CALL = 1_000;

/** A stretch of a problem's calls, or a program of tests: a job each. `plus`: it belongs to the harder tests. */
interface Round { plus: boolean; tests?: string; inputs: unknown[][]; expected: unknown[] }

/** A problem that answers can be held against. */
export interface Ready { problem: Problem; rounds: Round[]; /** It has harder tests, counted apart. */ harder: boolean }

/** Problems with what is expected of them, and in words why others are left out. @throws WorkerFailed when an engine did not start */
export async function prepare(executor: Judge, problems: readonly Problem[]): Promise<{ ready: Ready[]; notes: string[] }> {
  const runnable = problems.filter(({ language }) => executor.languages.includes(language));
  const without = new Map<Problem['language'], number>();
  for (const { language } of problems) if (!executor.languages.includes(language)) without.set(language, (without.get(language) ?? 0) + 1);
  const notes = [...without].map(([language, count]) => `${count} ${count === 1 ? 'problem' : 'problems'} in ${language} left out: ${saidOfNone(language)}.`);
  const expected = await expectations(executor, runnable);
  const ready: Ready[] = [];
  let unclear = 0;
  for (const problem of runnable) {
    const { check } = problem;
    if (check.kind === 'tests') {
      const round = (tests: string, plus: boolean): Round => ({ plus, tests, inputs: [], expected: [] });
      ready.push({ problem, harder: check.plus !== undefined, rounds: [round(check.tests, false), ...(check.plus === undefined ? [] : [round(check.plus, true)])] });
      continue;
    }
    const found = expected.get(problem) ?? check.inputs.map((input, i) => ({ input, value: check.expected[i], plus: i >= (check.base ?? Infinity) }));
    const rounds = [false, true].flatMap((plus) => stretches(found.filter((one) => one.plus === plus)).map((calls): Round => ({ plus, inputs: calls.map(({ input }) => input), expected: calls.map(({ value }) => value) })));
    if (rounds.some(({ plus }) => !plus)) ready.push({ problem, rounds, harder: rounds.some(({ plus }) => plus) });
    else unclear++;
  }
  if (unclear > 0) notes.push(`${unclear} ${unclear === 1 ? 'problem' : 'problems'} left out: the published solution gave nothing here on the inputs, so what is right is not known.`);
  return { ready, notes };
}

interface Call { input: unknown[]; value: unknown; plus: boolean }

function stretches<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / CALLS) }, (_, i) => list.slice(i * CALLS, (i + 1) * CALLS));
}

/** What the references give, where that is what is expected; inputs on which they give nothing are no test. */
async function expectations(executor: Judge, problems: readonly Problem[]): Promise<Map<Problem, Call[]>> {
  const found = new Map<Problem, Call[]>();
  const jobs = problems.flatMap((problem) => (problem.check.kind === 'outputs' && problem.check.expected.length === 0 ? stretches(problem.check.inputs).map((inputs, s) => ({ problem, inputs, from: s * CALLS })) : []));
  if (jobs.length === 0) return found;
  const verdicts = await executor.judge(jobs.map(({ problem, inputs }) => ({ language: problem.language, code: problem.reference, name: problem.entry, inputs })));
  jobs.forEach(({ problem, inputs, from }, j) => {
    const { base = Infinity } = problem.check as { base?: number }, outputs = verdicts[j]!.outputs ?? [];
    const calls = found.get(problem) ?? [];
    inputs.forEach((input, i) => {
      const text = outputs[i];
      if (text !== undefined && text !== 'ERR') calls.push({ input, value: JSON.parse(text), plus: from + i >= base });
    });
    found.set(problem, calls);
  });
  return found;
}

/** A program on its way through the rounds of its problem. */
interface Trial { ready: Ready; result: AnswerResult; round: number; over: boolean }

/**
 * The results of the programs written for each problem, equal ones run once. A program that failed is not run on. `onDone` counts jobs that
 * ended, of so many as are known of by then. @throws WorkerFailed when an engine did not start
 */
export async function judgeAnswers(executor: Judge, asked: readonly { ready: Ready; programs: readonly string[] }[], stopping: () => boolean = () => false): Promise<ProblemResult[]> {
  const trials = asked.map(({ ready, programs }) => {
    const counts = new Map<string, number>();
    for (const code of programs) counts.set(code, (counts.get(code) ?? 0) + 1);
    return [...counts].map(([code, count]): Trial => {
      const nameless = asksForName(ready.problem) && !names(code, ready.problem.entry);
      return { ready, round: 0, over: nameless, result: { code, count, passed: false, ending: nameless ? 'undefined' : 'not run', said: nameless ? `It does not define ${ready.problem.entry}.` : '', ...(ready.harder ? { plus: false } : {}) } };
    });
  });
  for (let alive = trials.flat().filter(({ over }) => !over); alive.length > 0 && !stopping();) {
    const verdicts = await executor.judge(alive.map(({ ready, result, round }) => jobOf(ready, result.code, round)));
    alive.forEach((trial, i) => { advance(trial, verdicts[i]!); });
    alive = alive.filter(({ over }) => !over);
  }
  return trials.map((list, p) => {
    const answers = list.map(({ result }) => result).sort((a, b) => b.count - a.count || Number(b.passed) - Number(a.passed));
    const sum = (right: (answer: AnswerResult) => boolean): number => answers.reduce((total, answer) => total + (right(answer) ? answer.count : 0), 0);
    return { n: asked[p]!.programs.length, c: sum(({ passed }) => passed), ...(asked[p]!.ready.harder ? { plus: sum(({ plus }) => plus === true) } : {}), answers, said: '' };
  });
}

/** In a problem of our own a wrong name is no wrong behaviour; a published one asks for its name. */
const asksForName = ({ check }: Problem): boolean => check.kind === 'outputs' && check.base !== undefined;

/** Whether the name stands in the code as a word of its own. */
function names(code: string, entry: string): boolean {
  const word = /[\p{L}\p{N}_$]/u;
  for (let at = code.indexOf(entry); at >= 0; at = code.indexOf(entry, at + 1)) {
    if (!word.test(code[at - 1] ?? ' ') && !word.test(code[at + entry.length] ?? ' ')) return true;
  }
  return false;
}

function jobOf({ problem, rounds }: Ready, code: string, round: number): SandboxRequest {
  const { language, entry } = problem, { tests, inputs } = rounds[round]!;
  if (tests !== undefined) return { language, code, name: entry, tests };
  return { language, code, name: names(code, entry) ? entry : definedName(code, language, entry), inputs };
}

function advance(trial: Trial, verdict: Judged): void {
  const { ready, result } = trial, round = ready.rounds[trial.round]!;
  const failed = round.tests === undefined ? firstWrong(ready.problem, round, verdict) : null;
  const right = round.tests === undefined ? verdict.outputs !== null && failed === null : verdict.ending === 'ran';
  result.ending = verdict.ending;
  result.said = (verdict.said ?? '').slice(0, MOST_SAID);
  if (failed) result.failed = failed;
  const next = ready.rounds[++trial.round];
  if (right && !round.plus && next?.plus !== false) result.passed = true;
  if (right && !next && ready.harder) result.plus = true;
  trial.over = !right || !next;
}

function firstWrong({ check }: Problem, { inputs, expected }: Round, { outputs }: Judged): FailedCall | null {
  const atol = check.kind === 'outputs' ? check.atol : 0;
  const wrong = inputs.findIndex((_, i) => !outputIs(outputs?.[i], expected[i], atol));
  if (wrong < 0) return null;
  const show = (value: unknown): string => shortened(JSON.stringify(value) ?? 'nothing', LONGEST_CALL), got = outputs?.[wrong];
  return { input: show(inputs[wrong]).slice(1, -1), expected: show(expected[wrong]), got: got === undefined || got === 'ERR' ? 'nothing' : shortened(got, LONGEST_CALL) };
}
