/** `npm run ablate`: arms times seeds one after the other, resumable, as a table and a figure; knows files and arguments, no training. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { presetSettings, validate } from '../src/config';
import type { PresetName, SettingValue, Settings } from '../src/config';
import { ARMS, ablationMarkdown, armNamed, finished, planRuns, readResults, resultOf, sameTraining, summarise } from '../src/loop/ablation';
import type { AblationResult, PlannedRun } from '../src/loop/ablation';
import { ablationFigure, figureSvg } from '../src/loop/ablation_figure';
import { readArguments as readLabArguments, runLab } from './lab';
import { runNodeLab } from './node-lab';
import { messageOf } from './page';
import { duration } from './progress-bar';

/** Arms of a bare `npm run ablate`: the base, rewards that see different things, and each stage alone. */
export const USUAL_ARMS = ['blend', 'edit', 'chrf', 'structure', 'tsed_full', 'codebleu_fixed', 'cssg', 'stage1', 'stage2', 'no-filter'].filter((name) => armNamed(name));

export const USAGE = `Usage: npm run ablate -- [--arms a,b] [--seeds 0,1] [--steps N] [--model starter-small] [--preset demo] [--out DIR] [--set key=value]... [--node] [--fresh]
  --arms a,b       which configurations (default: ${USUAL_ARMS.join(',')}); "all" for all of:
${ARMS.map((arm) => `                   ${arm.name.padEnd(16)} ${arm.meaning}`).join('\n')}
  --seeds 0,1      every arm with every seed (default 0,1,2)
  --steps N        updates of each run (default: the preset's)
  --model NAME     starter or starter-small
  --set key=value  any setting of the page, the same in every arm
  --out DIR        where ablation.md, ablation.json, ablation.svg and each run's files go (default out/ablation)
  --node           in Node on the machine's Vulkan adapter instead of in a browser: for machines with a GPU and no screen
  --fresh          run again what is finished already
  Everything is written after every run. The same command goes on where it was: runs that are in ablation.json with the same settings are
  not run again. Exit status: 0 all runs are there, 1 one failed or was stopped, 2 the command line is wrong and nothing was run.`;

export interface AblationRequest {
  preset: PresetName;
  runs: PlannedRun[];
  /** Absolute path. */
  out: string;
  node: boolean;
  fresh: boolean;
}

/** Reads the command line. @throws with every problem and the usage; nothing is run */
export function readArguments(args: string[], cwd: string): AblationRequest {
  try {
    const text = { type: 'string' } as const, flag = { type: 'boolean' } as const;
    const { values } = parseArgs({ args, options: { arms: text, seeds: text, steps: text, model: text, preset: text, out: text, set: { ...text, multiple: true }, node: flag, fresh: flag } });
    const out = values.out ?? 'out/ablation', problems: string[] = [];
    const given = (values.set ?? []).map((pair) => pair.split('=')[0]!);
    if (given.includes('seed')) problems.push('The seeds of an ablation are given with --seeds.');
    const { preset, settings } = readLabArguments([
      '--preset', values.preset ?? 'demo', '--out', out, ...(values.steps === undefined ? [] : ['--steps', values.steps]),
      ...(values.model === undefined ? [] : ['--set', `model=${values.model}`]), ...(values.set ?? []).flatMap((pair) => ['--set', pair]),
    ], cwd);
    const names = (values.arms === 'all' ? ARMS.map((arm) => arm.name) : values.arms?.split(',').map((name) => name.trim())) ?? USUAL_ARMS;
    const arms = [...new Set(names.map((name) => {
      const arm = armNamed(name);
      if (!arm) problems.push(`There is no arm called "${name.slice(0, 40)}"; there are ${ARMS.map((known) => known.name).join(', ')}.`);
      return arm;
    }))].filter((arm) => arm !== undefined);
    const seeds = [...new Set((values.seeds ?? '0,1,2').split(',').map((seed) => {
      if (!/^\d{1,9}$/.test(seed.trim())) problems.push(`"${seed.slice(0, 40)}" is no seed; whole numbers with commas between them are.`);
      return Number(seed);
    }))];
    const base = { ...presetSettings(preset as PresetName), ...settings } as Settings;
    for (const arm of arms) for (const key of given) if (Object.hasOwn(arm.settings, key)) problems.push(`The arm ${arm.name} sets ${key} itself; leave out --set ${key}, or the arm.`);
    const runs = planRuns(base, arms, seeds);
    for (const { arm, settings: own } of problems.length > 0 ? [] : runs.slice(0, arms.length)) problems.push(...validate(own).map((problem) => `${arm.name}: ${problem}`));
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return { preset: preset as PresetName, runs, out: resolve(cwd, out), node: values.node === true, fresh: values.fresh === true };
  } catch (error) {
    const [told] = (error instanceof Error ? error.message : String(error)).split('\nUsage: npm run lab');
    throw new Error(`${told}\n${USAGE}`, { cause: error });
  }
}

/** Results of earlier calls; none when there is no file. @throws when there is one that cannot be read: it may hold hours of runs */
export async function earlierResults(out: string): Promise<AblationResult[]> {
  const path = join(out, 'ablation.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  try {
    return readResults(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} cannot be read (${messageOf(error)}). Nothing was run; move it away, or name another --out.`, { cause: error });
  }
}

/** Writes the three files. Results of other settings stay in ablation.json, where a later call may want them, but out of table and figure. */
export async function writeResults(out: string, runs: readonly PlannedRun[], results: readonly AblationResult[], failures: readonly string[]): Promise<string> {
  const wanted = runs.flatMap((planned) => finished(planned, results) ?? []);
  const summaries = summarise(wanted);
  const markdown = `${ablationMarkdown(summaries, duration)}\n![The held-out similarity of every arm](ablation.svg)\n${failures.length > 0 ? `\n${failures.map((failure) => `- failed: ${failure}\n`).join('')}` : ''}`;
  const files = { 'ablation.json': `${JSON.stringify({ results, failures }, null, 2)}\n`, 'ablation.md': markdown, 'ablation.svg': figureSvg(ablationFigure(summaries)) };
  await mkdir(out, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    // Renamed into place: a call that is cut off while writing leaves the file before it whole.
    await writeFile(join(out, `${name}.part`), text);
    await rename(join(out, `${name}.part`), join(out, name));
  }
  return markdown;
}

/** Runs one planned run to its end and gives back its summary. */
export type RunOne = (planned: PlannedRun, out: string) => Promise<Record<string, unknown>>;

/**
 * Runs what is not finished yet, in order, and writes everything after every run. A run that fails is told of and left for the next call; one
 * that a person stopped ends the queue.
 */
export async function runQueue(request: Pick<AblationRequest, 'runs' | 'out' | 'fresh'>, runOne: RunOne, tell: (line: string) => void): Promise<{ markdown: string; failures: string[] }> {
  const { runs, out, fresh } = request;
  const earlier = await earlierResults(out);
  let results = fresh ? earlier.filter((result) => !runs.some((planned) => finished(planned, [result]))) : earlier;
  const failures: string[] = [], todo = runs.filter((planned) => finished(planned, results) === undefined);
  if (todo.length < runs.length) tell(`${runs.length - todo.length} of ${runs.length} runs are finished already.`);
  const took: number[] = [];
  for (const [i, planned] of todo.entries()) {
    const left = took.length === 0 ? '' : `, about ${duration((took.reduce((sum, seconds) => sum + seconds, 0) / took.length) * (todo.length - i))} left`;
    tell(`${planned.arm.name}, seed ${planned.seed} (run ${i + 1} of ${todo.length}${left})`);
    const started = performance.now();
    let stopped = false;
    try {
      const summary = await runOne(planned, join(out, `${planned.arm.name}-${planned.seed}`));
      stopped = summary['stopped'] === true;
      const result = resultOf(planned, summary);
      took.push((performance.now() - started) / 1000);
      results = [...results.filter((other) => other.arm !== result.arm || other.seed !== result.seed || !sameTraining(other.settings, result.settings)), result];
    } catch (error) {
      failures.push(`${planned.arm.name}, seed ${planned.seed}: ${error instanceof Error ? error.message : String(error)}`);
      tell(failures.at(-1)!);
    }
    await writeResults(out, runs, results, failures);
    if (stopped) break;
  }
  return { markdown: await writeResults(out, runs, results, failures), failures };
}

/** Exit status 0 when every run is there. */
export async function main(args: string[]): Promise<number> {
  let request: AblationRequest;
  try {
    request = readArguments(args, process.env['INIT_CWD'] ?? process.cwd());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const { preset, out, node } = request;
  const tell = (line: string): void => { process.stderr.write(`${line}\n`); };
  try {
    const { markdown, failures } = await runQueue(request, (planned, folder) => {
      const settings: Record<string, SettingValue> = planned.settings;
      return node ? runNodeLab({ preset, settings, out: folder }) : runLab({ preset, settings, out: folder });
    }, tell);
    process.stdout.write(markdown);
    tell(`Written to ${join(out, '/')}`);
    return failures.length > 0 ? 1 : 0;
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
