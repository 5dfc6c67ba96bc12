/**
 * The page for scripts, as `globalThis.batcoder`; the commands `lab`, `probe` and `evidence` speak to nothing else.
 *
 * - `ready`: resolves when the corpus and the model are there and the adapter has been asked for.
 * - `corpusReady()`: resolves with the report once no files are being read; rejects when reading them failed.
 * - `start({ preset, settings })`: differences from the preset, as values or as text; resolves when the run is under way.
 *   BadInput lists every value that is wrong and starts nothing.
 * - `wait()`: resolves with the summary when the run has ended (finished or stopped), rejects with the error that ended it.
 * - `progress()`: `done` of `total` within the phase, `step` of `steps` within the run.
 * - `stop()`: asks for a stop at the next step; `wait()` then resolves.
 * - `files()`: the files of the run that is open, as the Runs tab exports them.
 * - `probe(request)`: hands a model and a batch to the engine and gives back what it computed; no run may be under way.
 * - `execute(jobs)`: runs programs in the page's sandbox, in workers that stay for the next call, and says how each ended.
 */
import { checkSetting, isPreset, parseSetting, presetSettings, validate } from '../config';
import type { Settings } from '../config';
import { labError } from '../types';
import type { Judged, SandboxExecutor } from '../sandbox/executor';
import type { SandboxRequest } from '../sandbox/languages';
import type { ExportFile } from './actions';
import { toBase64 } from './files';
import type { CorpusReport } from './state';
import { preset, queryErrors, run, settings } from './state';
import { openExecutor } from './worker_ports';

export interface ProbeRequest { config: unknown; safetensorsBase64: string; batch: unknown }
export interface ProbeResult { result: unknown; logitsBase64: string; gradsBase64: string }

export interface Automation {
  ready: Promise<void>;
  corpusReady(): Promise<CorpusReport | null>;
  start(request: { preset?: string; settings?: Record<string, unknown>; folder?: null }): Promise<void>;
  wait(): Promise<{ summary: Record<string, unknown> }>;
  files(): Promise<{ name: string; base64: string }[]>;
  progress(): { phase: string; done: number; total: number; step: number; steps: number };
  stop(): void;
  probe(request: ProbeRequest): Promise<ProbeResult>;
  execute(jobs: SandboxRequest[]): Promise<Judged[]>;
}

/** What the session offers for it. */
export interface Automatable {
  ready: Promise<void>;
  corpusReady(): Promise<CorpusReport | null>;
  /** Starts with the settings in the store; resolves when the run is under way, rejects when it could not start. */
  begin(): Promise<void>;
  ended(): Promise<Record<string, unknown>>;
  currentFiles(): Promise<ExportFile[]>;
  stop(): void;
  probe(request: ProbeRequest): Promise<ProbeResult>;
}

/**
 * Preset and differences as whole settings. Text is read as the setting's kind. The gate before the loop only warns unless asked to stop: a
 * script that wants so many updates is to get them. @throws BadInput naming every mistake
 */
export function requestedSettings(name: string, differences: Record<string, unknown>): Settings {
  if (!isPreset(name)) throw labError('BadInput', `There is no preset called "${name.slice(0, 40)}". Nothing was started; see the presets on the Train tab.`);
  const wanted: Record<string, unknown> = { ...presetSettings(name), loopGate: 'warn' };
  const problems: string[] = [];
  for (const [key, given] of Object.entries(differences)) {
    const read = typeof given === 'string' ? parseSetting(key, given) : { value: given };
    const problem = 'error' in read ? read.error : checkSetting(key, read.value);
    if (problem !== null) problems.push(problem);
    else if ('value' in read) wanted[key] = read.value;
  }
  if (problems.length === 0) problems.push(...validate(wanted));
  if (problems.length > 0) throw labError('BadInput', `${problems.join(' ')} Nothing was started; correct the settings and start again.`);
  return wanted as Settings;
}

/** Puts the surface on globalThis. */
export function installAutomation(session: Automatable): void {
  let executor: SandboxExecutor | undefined;
  const surface: Automation = {
    ready: session.ready,
    corpusReady: () => session.corpusReady(),
    async start(request) {
      await session.ready;
      const name = request.preset ?? 'demo';
      const wanted = requestedSettings(name, request.settings ?? {});
      if (isPreset(name)) preset.value = name;
      queryErrors.value = [];
      settings.value = wanted;
      await session.begin();
    },
    async wait() { return { summary: await session.ended() }; },
    async files() { return (await session.currentFiles()).map(file => ({ name: file.name, base64: toBase64(file.bytes) })); },
    progress() {
      const { phase, done, total, step, steps } = run.peek();
      return { phase: phase ?? 'load', done, total, step, steps };
    },
    stop: () => session.stop(),
    probe: request => session.probe(request),
    execute: jobs => (executor ??= openExecutor()).judge(jobs),
  };
  Object.defineProperty(globalThis, 'batcoder', { value: surface, configurable: false, writable: false, enumerable: true });
}
