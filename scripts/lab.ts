/** `npm run lab`: a whole run of the built page without a screen, its files written to a folder; knows no training. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PRESETS, isPreset, parseSetting } from '../src/config';
import type { SettingValue } from '../src/config';
import { messageOf, openPage } from './page';
import type { ExportedFile, OpenPage } from './page';
import { progressBar } from './progress-bar';

export const USAGE = `Usage: npm run lab -- [--folder DIR] --preset NAME --steps N --seed S --out DIR [--set key=value]...
  --folder DIR     functions of this folder instead of the sample corpus
  --preset NAME    ${Object.keys(PRESETS).join(', ')}
  --steps N        updates of the loop (default: the preset's)
  --seed S         seed of every draw (default 0)
  --out DIR        where metrics.jsonl, samples.jsonl, summary.json and model/ go
  --set key=value  any setting of the page, as often as needed`;

/** Files without which a run has not delivered. */
export const REQUIRED = ['metrics.jsonl', 'samples.jsonl', 'summary.json', 'model/config.json', 'model/tokenizer.json', 'model/model.safetensors'];

export interface LabRequest {
  preset: string;
  settings: Record<string, SettingValue>;
  /** Absolute path; undefined = the sample corpus. */
  folder?: string;
  /** Absolute path; made when absent. */
  out: string;
}

/** Reads the command line. @throws with every problem and the usage; nothing is started */
export function readArguments(args: string[], cwd: string): LabRequest {
  const problems: string[] = [];
  let values: { folder?: string; preset?: string; steps?: string; seed?: string; out?: string; set?: string[] } = {};
  try {
    const text = { type: 'string' } as const;
    ({ values } = parseArgs({ args, options: { folder: text, preset: text, steps: text, seed: text, out: text, set: { ...text, multiple: true } } }));
  } catch (error) {
    problems.push(messageOf(error));
  }
  const settings: Record<string, SettingValue> = {};
  const take = (key: string, text: string): void => {
    const read = parseSetting(key, text);
    if ('error' in read) problems.push(read.error);
    else if (Object.hasOwn(settings, key)) problems.push(`"${key}" is given twice.`);
    else settings[key] = read.value;
  };
  if (values.steps !== undefined) take('steps', values.steps);
  if (values.seed !== undefined) take('seed', values.seed);
  for (const pair of values.set ?? []) {
    const at = pair.indexOf('=');
    if (at < 1) problems.push(`--set wants key=value, not "${pair}".`);
    else take(pair.slice(0, at), pair.slice(at + 1));
  }
  const preset = values.preset ?? (values.folder === undefined ? 'demo' : 'folder');
  if (!isPreset(preset)) problems.push(`There is no preset called "${preset}"; there are ${Object.keys(PRESETS).join(', ')}.`);
  if (values.out === undefined && problems.length === 0) problems.push('--out is missing: say where the files go.');
  if (problems.length > 0) throw new Error(`${problems.join('\n')}\n${USAGE}`);
  return { preset, settings, out: resolve(cwd, values.out!), ...(values.folder === undefined ? {} : { folder: resolve(cwd, values.folder) }) };
}

/** Writes exported files below `out`. @throws when a name would lead out of it */
export async function writeFiles(out: string, files: ExportedFile[]): Promise<void> {
  for (const file of files) {
    const path = resolve(out, file.name);
    if (relative(out, path).startsWith('..')) throw new Error(`The page exported a file with a name that leads out of the folder: ${file.name}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.from(file.base64, 'base64'));
  }
}

/**
 * Runs the page once and writes its files to `request.out`. Ctrl+C stops at the next step and still writes them.
 * @returns the run's summary
 * @throws when the folder is not there, the page fails, or a required file is missing; what could be saved is written first
 */
export async function runLab(request: LabRequest, opened?: OpenPage): Promise<Record<string, unknown>> {
  if (request.folder !== undefined && !(await stat(request.folder).catch(() => null))?.isDirectory()) {
    throw new Error(`${request.folder} is not a folder.`);
  }
  await mkdir(request.out, { recursive: true });
  const lab = opened ?? await openPage({ tell: (line) => process.stderr.write(`${line}\n`) });
  const bar = progressBar();
  let timer: NodeJS.Timeout | undefined;
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    process.stderr.write('\nStopping at the next step; Ctrl+C again gives up without files.\n');
    lab.page.evaluate(() => globalThis.batcoder.stop()).catch(() => {});
  };
  process.on('SIGINT', interrupt);
  const crashed = new Promise<never>((_, reject) => {
    lab.page.once('crash', () => reject(new Error('The page ran out of memory or crashed.')));
  });
  crashed.catch(() => {});
  try {
    if (request.folder !== undefined) {
      process.stderr.write(`reading ${request.folder}\n`);
      await lab.page.getByRole('tab', { name: /^Data/ }).click();
      await lab.page.setInputFiles('#folder-input', request.folder);
      await Promise.race([lab.page.evaluate(async () => { await globalThis.batcoder.corpusReady(); }), crashed]);
    }
    await lab.page.evaluate((start) => globalThis.batcoder.start(start), { preset: request.preset, settings: request.settings, folder: null });
    timer = setInterval(() => {
      lab.page.evaluate(() => globalThis.batcoder.progress()).then((now) => bar.show(now), () => {});
    }, 500);
    const { summary } = await Promise.race([lab.page.evaluate(() => globalThis.batcoder.wait()), crashed]);
    clearInterval(timer);
    bar.end();
    const files = await lab.page.evaluate(() => globalThis.batcoder.files());
    await writeFiles(request.out, files);
    // What was asked for stands first in the summary, so that a folder of results explains itself.
    const about = { preset: request.preset, seed: request.settings['seed'] ?? 0, ...(request.folder === undefined ? {} : { folder: basename(request.folder) }), ...summary };
    await writeFile(join(request.out, 'summary.json'), `${JSON.stringify(about, null, 2)}\n`);
    const missing = REQUIRED.filter((name) => !files.some((file) => file.name === name));
    if (missing.length > 0) throw new Error(`The run ended, but the page did not export ${missing.join(', ')}. What it exported is in ${request.out}.`);
    return about;
  } catch (error) {
    clearInterval(timer);
    bar.end();
    // Half a run is worth keeping: its metrics usually say what went wrong.
    const saved = await Promise.race([
      lab.page.evaluate(() => globalThis.batcoder.files()).then(async (files) => { await writeFiles(request.out, files); return files.length; }),
      new Promise<number>((done) => { setTimeout(done, 30_000, 0); }),
    ]).catch(() => 0);
    const said = lab.errors.length > 0 ? `\nThe page reported:\n${lab.errors.slice(-5).join('\n')}` : '';
    throw new Error(`The run failed: ${messageOf(error)}\n${saved > 0 ? `${saved} files of it are in ${request.out}.` : 'Nothing of it could be saved.'}${said}`, { cause: error });
  } finally {
    process.off('SIGINT', interrupt);
    if (opened === undefined) await lab.close();
  }
}

/** Exit status 0 only when every file is there. */
export async function main(args: string[]): Promise<number> {
  let request: LabRequest;
  try {
    request = readArguments(args, process.env['INIT_CWD'] ?? process.cwd());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  try {
    const summary = await runLab(request);
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    process.stderr.write(`Written to ${join(request.out, '/')}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
