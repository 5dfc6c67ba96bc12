/** `npm run suite`: lists our own problems and runs their references against what is written down; knows engines, no problem by name. */
import { parseArgs } from 'node:util';
import { outputIs } from '../src/benchmark/outputs';
import { loadSuite, SUBJECTS, type SuiteProblem } from '../src/benchmark/suite';
import { LEVELS, SUITE_LANGUAGES } from '../src/benchmark/suite/record';
import type { SandboxApi } from '../src/sandbox/languages';
import { nodeSandbox } from './node-sandbox';

export const USAGE = `Usage: npm run suite -- [--language L] [--level L] [--subject S] [--quiet]
  --language L  ${SUITE_LANGUAGES.join(', ')} (default: all)
  --level L     ${LEVELS.join(', ')} (default: all)
  --subject S   ${Object.keys(SUBJECTS).join(', ')} (default: all)
  --quiet       without the list
  Prints each problem once, then runs the reference of every language on its inputs and prints each call that gives something else than what is
  written down. A problem is added as a record in src/benchmark/suite; its tests (test/benchmark) say what else it has to be.
  Exit status: 0 all references are right, 1 some are not or could not be run, 2 the command line is wrong and nothing was run.`;

type Wanted = Partial<Record<'language' | 'level' | 'subject', string>>;

/** What is wrong with the filters; '' when nothing is. */
function problemWith({ language, level, subject }: Wanted): string {
  const known = (value: string | undefined, kind: string, values: readonly string[]): string => (value === undefined || values.includes(value) ? '' : `There is no ${kind} "${value.slice(0, 40)}"; there are ${values.join(', ')}. `);
  return known(language, 'language', SUITE_LANGUAGES) + known(level, 'level', LEVELS) + known(subject, 'subject', Object.keys(SUBJECTS));
}

function listing(problems: readonly SuiteProblem[]): string {
  const lines: string[] = [];
  let subject = '', name = '';
  for (const problem of problems) {
    const own = problem.id.split('/')[1]!;
    if (problem.subject !== subject) lines.push('', `${problem.subject}: ${SUBJECTS[problem.subject]}`);
    if (own !== name) lines.push(`  ${own.padEnd(22)} ${problem.level.padEnd(6)} ${String(problem.check.inputs.length).padStart(2)} cases  ${problem.description}`);
    subject = problem.subject;
    name = own;
  }
  return lines.join('\n');
}

/** Calls of the reference that give something else than what is written down, a line each. */
export async function faults(sandbox: SandboxApi, { id, language, entry, reference, check }: SuiteProblem): Promise<string[]> {
  const { outputs, ending, said } = await sandbox.run({ language, code: reference, name: entry, inputs: check.inputs });
  const wrong = check.inputs.flatMap((input, i) => (outputIs(outputs?.[i], check.expected[i])
    ? [] : [`${id}(${JSON.stringify(input).slice(1, -1)}) is ${outputs?.[i] ?? 'nothing'}, not ${JSON.stringify(check.expected[i])}`]));
  return wrong.length > 0 && ending !== 'ran' ? [...wrong, `${id} ended: ${ending}${said === undefined ? '' : `, ${said}`}`] : wrong;
}

export async function main(args: string[]): Promise<number> {
  let values: Wanted & { quiet?: boolean };
  try {
    const text = { type: 'string' } as const;
    ({ values } = parseArgs({ args, options: { language: text, level: text, subject: text, quiet: { type: 'boolean' } } }));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  const problem = problemWith(values);
  if (problem !== '') {
    console.error(`${problem}Nothing was run.\n${USAGE}`);
    return 2;
  }
  const chosen = (await loadSuite()).filter(({ language, level, subject }) =>
    language === (values.language ?? language) && level === (values.level ?? level) && subject === (values.subject ?? subject));
  if (values.quiet !== true) console.log(`${listing(chosen)}\n`);
  let failed = false;
  for (const language of SUITE_LANGUAGES) {
    const own = chosen.filter(one => one.language === language);
    if (own.length === 0) continue;
    const sandbox = await nodeSandbox(language);
    if (sandbox === null) {
      console.log(`${language}: ${own.length} problems, not run: nothing here runs ${language}.`);
      failed = true;
      continue;
    }
    const start = performance.now(), wrong: string[] = [];
    let right = 0;
    for (const one of own) {
      const found = await faults(sandbox, one);
      if (found.length === 0) right++;
      wrong.push(...found);
    }
    for (const line of wrong) console.log(line);
    console.log(`${language}: ${right} of ${own.length} references give what is written down, ${own.reduce((sum, { check }) => sum + check.inputs.length, 0)} calls in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
    failed ||= right < own.length;
  }
  return failed ? 1 : 0;
}
