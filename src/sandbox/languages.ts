/** What page and sandbox agree on: engines, languages, jobs and answers. Holds no engine, so that the page need not load one. */
import type { Language } from '../types';

export type EngineName = 'quickjs' | 'python' | 'ruby' | 'lua';

/** An interpreter, and how long its parent waits for it. Its worker is `workers/sandbox_NAME.ts`. */
export interface EngineFacts {
  name: EngineName;
  label: string;
  languages: readonly Language[];
  /** Fetched at the first use, MB as transferred at worst. */
  megabytes: number;
  /** Wall clock of one job, ms. Far above the sandbox's own deadline, which ends all but long native calls. */
  jobMs: number;
  /** Wall clock of a worker's start, its download included, ms. */
  startMs: number;
  /** A worker is replaced after so many jobs, which gives back the memory that WebAssembly never shrinks. */
  jobsPerWorker: number;
}

export const ENGINES: readonly EngineFacts[] = [
  { name: 'quickjs', label: 'QuickJS', languages: ['javascript', 'typescript', 'tsx'], megabytes: 0.8, jobMs: 2000, startMs: 30000, jobsPerWorker: 50 },
  { name: 'python', label: 'Python', languages: ['python'], megabytes: 13, jobMs: 8000, startMs: 240000, jobsPerWorker: 2000 },
  { name: 'ruby', label: 'Ruby', languages: ['ruby'], megabytes: 30.7, jobMs: 3000, startMs: 240000, jobsPerWorker: 500 },
  { name: 'lua', label: 'Lua', languages: ['lua'], megabytes: 0.3, jobMs: 2000, startMs: 30000, jobsPerWorker: 2000 },
];

/** What can be run. */
export const LANGUAGES: readonly Language[] = ENGINES.flatMap(({ languages }) => languages);

/** The engine that runs a language; undefined where none does. */
export function engineOf(language: Language): EngineFacts | undefined {
  return ENGINES.find(({ languages }) => languages.includes(language));
}

/** Why there is no engine, where one would be looked for. */
const WHY_NONE: Partial<Record<Language, string>> = {
  php: ': what there is of PHP for a browser is under the GPL, and this page is not',
  go: ': the one package with an interpreter of Go for a browser is 40 MB and names no author, no source and no licence of what is in it',
};

/** What is said where a language's programs are left out. */
export function saidOfNone(language: Language): string {
  return `nothing here runs ${language}${WHY_NONE[language] ?? ''}`;
}

/** One function to run on argument lists of JSON values. What should come out is not told. */
export interface FunctionJob { code: string; name: string; inputs: unknown[][]; tests?: undefined }

/**
 * A program and the program that tests it, in the form of the published benchmarks. `name` is the function that is tested. The tests run after
 * the code, out of its reach as far as the language allows.
 */
export interface ProgramJob { code: string; name: string; tests: string; inputs?: undefined }

export type SandboxJob = FunctionJob | ProgramJob;
export type SandboxRequest = SandboxJob & { language: Language };

/**
 * What ended the job, or the first call of it that gave nothing: 'ran' all of it, for tests: all of them passed; 'undefined': the code does
 * not compile or defines no such function; 'time', 'memory', 'stack': a limit; 'no output': the result has no JSON, or too much; 'threw':
 * anything else, a failed test too. A program can throw what looks like a limit: for people to read, never to be rewarded.
 */
export type Ending = 'ran' | 'undefined' | 'threw' | 'time' | 'memory' | 'stack' | 'no output';

/**
 * `outputs`: canonical JSON text of each result, FAILED where a call gave none; null where nothing ran, and for tests. `said`: the
 * first error's text, for people.
 */
export interface Verdict { outputs: string[] | null; ending: Ending; said?: string }

/** What stands for the output of a call that gave none: it threw, ran out of something, or gave what JSON cannot say. */
export const FAILED = 'ERR';
/** Most characters that all outputs of a job may have together; the sandbox keeps to it, so more comes from something else. */
export const MOST_OUTPUT = 65536;
/** Most characters of `said`. */
export const MOST_SAID = 2000;

export interface SandboxApi {
  /** Resolves when the interpreter is loaded. */
  ready(): Promise<void>;
  /** Outputs of one job and how it ended. */
  run(request: SandboxRequest): Promise<Verdict>;
}

/** What a sandbox worker is handed: the files of its engine by name. It can load nothing by itself. */
export type EngineFiles = Record<string, ArrayBuffer>;
