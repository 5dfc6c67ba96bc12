/**
 * Runs Python functions and programs with their tests; knows no worker, no reward, and trusts nothing it runs.
 *
 * Programs and tests have an interpreter each, so that no program can reach what judges it: between the two go plain data.
 */
import { FAILED, MOST_OUTPUT, MOST_SAID, type Ending, type FunctionJob, type ProgramJob, type SandboxJob, type Verdict } from './languages';
import { Ended, type Clock } from './python_doors';
import { PythonImage, PythonMachine, type PythonFiles } from './python_machine';
import plainSource from './python_plain.py?raw';
import writtenSource from './python_written.py?raw';
import codeSource from './python_code.py?raw';
import testsSource from './python_tests.py?raw';

export interface PythonLimits {
  /** Memory of an interpreter, Python's own 23 MB included, bytes. */
  memoryBytes: number;
  /** Wall clock for a whole job, ms. */
  deadlineMs: number;
  /** See Clock; for a whole job. */
  polls: number;
  /** Most text taken as output of a whole job, UTF-16 units. */
  outputLength: number;
}

export const PYTHON_LIMITS: PythonLimits = { memoryBytes: 256 << 20, deadlineMs: 4000, polls: 200_000, outputLength: MOST_OUTPUT };

/** Loaded before the first job, so that no job pays for them. What else of the library a program imports is read then. */
const COMMON = 'import math, cmath, re, string, random, itertools, functools, collections, collections.abc, heapq, bisect, operator, copy, typing, dataclasses, datetime, time, fractions, decimal, statistics, hashlib, enum, textwrap, abc, numbers, queue, traceback';
/** What leads to JavaScript is said not to be there. A program can undo that; the doors stand below it. */
const WITHOUT = "import sys; sys.modules.update(dict.fromkeys(['js', 'pyodide', 'pyodide_js', '_pyodide', '_pyodide_core']))";

export interface PythonSandbox {
  /** The text of each result, 'ERR' where a call gave none; null where nothing ran. */
  run(job: SandboxJob): Promise<(string | 'ERR')[] | null>;
  /** As `run`, with the reason. */
  judge(job: SandboxJob): Promise<Verdict>;
}

/** Starts Python from the bytes of pyodide.asm.wasm and python_stdlib.zip. What neither polls nor returns only the parent's clock can end. */
export async function createPython(options: { files: PythonFiles; limits?: Partial<PythonLimits> }): Promise<PythonSandbox> {
  const limits = { ...PYTHON_LIMITS, ...options.limits };
  const image = await PythonImage.start(options.files, [COMMON, WITHOUT, plainSource, writtenSource, codeSource, testsSource].join('\n'), ['define', 'call', 'answer', 'test'], limits.memoryBytes);
  const program = new PythonMachine(image), tests = new PythonMachine(image);
  const judge = async (job: SandboxJob): Promise<Verdict> => {
    const clock: Clock = { polls: limits.polls, until: Infinity };
    await program.begin(clock);
    if (job.tests !== undefined) await tests.begin(clock, request => program.callBytes('answer', request));
    clock.until = performance.now() + limits.deadlineMs;
    try {
      return job.tests === undefined ? runInputs(program, job, limits) : runTests(program, tests, job);
    } finally {
      program.end();
      if (job.tests !== undefined) tests.end();
    }
  };
  return { judge, run: async job => (await judge(job)).outputs };
}

interface Told { ending: Ending; said?: string; found?: boolean; output?: string }

/** The interpreter's answer comes from beside the program: of another shape it counts as none. */
function told(machine: PythonMachine, name: string, request: object): Told {
  let answer: unknown;
  try {
    answer = JSON.parse(machine.call(name, JSON.stringify(request)));
  } catch (error) {
    if (error instanceof Ended) throw error;
    return { ending: 'threw' };
  }
  const { ending, said, found, output } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  return {
    ending: ENDINGS.find(known => known === ending) ?? 'threw',
    ...(typeof said === 'string' && said !== '' ? { said: said.slice(0, MOST_SAID) } : {}),
    ...(typeof output === 'string' ? { output } : {}),
    found: found === true,
  };
}
const ENDINGS: readonly Ending[] = ['ran', 'undefined', 'threw', 'memory', 'stack', 'no output'];

const verdictOf = (outputs: string[] | null, ending: Ending, said?: string): Verdict => ({ outputs, ending, ...(said === undefined ? {} : { said }) });
const endedBy = (error: unknown): Ended => {
  if (error instanceof Ended) return error;
  throw error;
};

function runInputs(machine: PythonMachine, job: FunctionJob, limits: PythonLimits): Verdict {
  try {
    const { ending, said, found } = told(machine, 'define', { code: job.code, name: job.name });
    if (ending !== 'ran') return verdictOf(null, ending, said);
    if (found !== true) return verdictOf(null, 'undefined', `NameError: the code defines no ${job.name.slice(0, 100)}`);
  } catch (error) {
    const { ending, message } = endedBy(error);
    return verdictOf(null, ending === 'threw' ? 'undefined' : ending, message);
  }
  let room = limits.outputLength, over = false;
  let first: Told = { ending: 'ran' };
  const outputs = job.inputs.map((input) => {
    // Its end took the interpreter with it: what is left is not begun.
    if (over) return FAILED;
    let answer: Told;
    try {
      answer = told(machine, 'call', { input, room });
    } catch (error) {
      const { ending, message } = endedBy(error);
      answer = { ending, said: message };
      over = true;
    }
    if (answer.ending === 'ran' && (answer.output === undefined || answer.output.length > room)) answer = { ending: 'no output' };
    if (first.ending === 'ran') first = answer;
    if (answer.ending !== 'ran') return FAILED;
    room -= answer.output!.length;
    return answer.output!;
  });
  return verdictOf(outputs, first.ending, first.said);
}

function runTests(program: PythonMachine, tests: PythonMachine, job: ProgramJob): Verdict {
  try {
    const defined = told(program, 'define', { code: job.code, name: job.name });
    if (defined.ending !== 'ran') return verdictOf(null, defined.ending, defined.said);
  } catch (error) {
    const { ending, message } = endedBy(error);
    return verdictOf(null, ending === 'threw' ? 'undefined' : ending, message);
  }
  try {
    const { ending, said } = told(tests, 'test', { tests: job.tests, name: job.name });
    return verdictOf(null, ending, ending === 'ran' ? undefined : said);
  } catch (error) {
    const { ending, message } = endedBy(error);
    return verdictOf(null, ending, message);
  }
}
