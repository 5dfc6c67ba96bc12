/** Runs one JavaScript function on argument lists inside QuickJS; knows no worker, no reward, and trusts nothing it runs. */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant, newVariant, type QuickJSContext, type QuickJSHandle, type QuickJSRuntime, type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { FAILED, MOST_OUTPUT, MOST_SAID, type Ending, type FunctionJob, type ProgramJob, type SandboxJob, type Verdict } from './languages';
import { ASSERT } from './quickjs_assert';

export interface SandboxLimits {
  /** What the program may allocate beyond the engine's own 16 MB, bytes. */
  memoryBytes: number;
  /** Interpreter stack. At 512 kB the browser's own stack gives out first, and the engine with it; 256 kB ends in an error. */
  stackBytes: number;
  /** Wall clock for a whole job: definition and all argument lists. */
  deadlineMs: number;
  /**
   * Polls of the interrupt handler for a whole job; QuickJS polls once in 10,000 calls or backward jumps. It ends loops
   * at the same place on every machine, where the clock would not; the clock is for work that jumps little.
   */
  polls: number;
  /** Most JSON text taken as output of a whole job, UTF-16 units. */
  outputLength: number;
}

export const SANDBOX_LIMITS: SandboxLimits = { memoryBytes: 32 << 20, stackBytes: 256 << 10, deadlineMs: 500, polls: 250, outputLength: MOST_OUTPUT };

/** Pages of 64 kB that the engine asks for itself: its code's data and stack, and the first of the heap. */
const ENGINE_PAGES = 256;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const DECLARATION = /^(?:async\s+)?(?:function\s*\*?\s*|(?:const|let|var|class)\s+)([A-Za-z_$][\w$]*)/gm;

/**
 * Taken before the program runs, so that what it does to JSON, Reflect or the prototypes changes only its own values.
 * `call` parses a fresh copy of the arguments; `write` gives JSON text of bounded length or throws.
 */
const PRELUDE = `(() => {
  const { parse, stringify } = JSON, { apply, getOwnPropertyDescriptor, getPrototypeOf } = Reflect, { Error, InternalError } = globalThis, plain = Object.prototype;
  return {
    call: (f, text) => apply(f, undefined, parse(text)),
    // No getter is asked. QuickJS throws null when no memory is left for an error. The kind of error after the message, for people.
    said: (error) => {
      if (error === null) return 'out of memory';
      try {
        if (typeof error !== 'object') return '\\n' + String(error);
        const message = getOwnPropertyDescriptor(error, 'message'), kind = getOwnPropertyDescriptor(getPrototypeOf(error) ?? plain, 'name');
        const text = (property) => property && typeof property.value === 'string' ? property.value : '';
        return (text(message).length < 2000 ? text(message) : '') + '\\n' + (text(kind).length < 100 ? text(kind) : '');
      } catch (inner) {
        return inner === null || inner instanceof InternalError ? 'out of memory' : '';
      }
    },
    write: (value, longest) => {
      const text = stringify(value);
      if (typeof text !== 'string' || text.length > longest) throw new Error('no output');
      // A Map, a Set or a generator has an empty text whatever it holds: that is no output.
      if (text === '{}' && getPrototypeOf(value) !== plain && getPrototypeOf(value) !== null) throw new Error('no output');
      return text;
    },
  };
})()`;

export interface QuickJSSandbox {
  /**
   * The JSON text of each result, 'ERR' where the call threw, ran out of memory, stack or time, or gave what JSON cannot
   * express (undefined, cycles) or too much of it; null when the code does not compile or defines no such function.
   * A promise is awaited as far as it settles by itself. Every job has a fresh interpreter.
   */
  run(job: SandboxJob): Promise<(string | 'ERR')[] | null>;
  /** As `run`, with the reason. */
  judge(job: SandboxJob): Promise<Verdict>;
}

/**
 * Loads QuickJS. In a page the bytes of `@jitl/quickjs-wasmfile-release-sync/wasm` are given; Node finds its own.
 * The deadline cannot end one long native call: whoever calls this holds a wall clock of its own (see executor).
 */
export async function createQuickJS(options: { wasm?: ArrayBuffer; limits?: Partial<SandboxLimits> } = {}): Promise<QuickJSSandbox> {
  const limits = { ...SANDBOX_LIMITS, ...options.limits };
  const load = (): Promise<QuickJSWASMModule> => {
    const { wasm } = options;
    // The runtime's own limit sees each allocation alone (under Emscripten QuickJS adds none up): the memory's end is the limit.
    const wasmMemory = new WebAssembly.Memory({ initial: ENGINE_PAGES, maximum: ENGINE_PAGES + Math.ceil(limits.memoryBytes / 65536) });
    return newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory, ...(wasm === undefined ? {} : { wasmBinary: () => Promise.resolve(wasm) }) }));
  };
  let engine = await load();
  const judge = async (job: SandboxJob): Promise<Verdict> => {
    const { verdict, broken } = runJob(engine, job, limits);
    // An abort, or its native stack: its memory is not to be trusted any more.
    if (broken) engine = await load();
    return verdict;
  };
  return { judge, run: async job => (await judge(job)).outputs };
}

function runJob(engine: QuickJSWASMModule, job: SandboxJob, limits: SandboxLimits): { verdict: Verdict; broken: boolean } {
  // Stays so when the engine itself gives out: only its stack and its memory can.
  let verdict: Verdict = { outputs: null, ending: 'memory' };
  const disposals: (() => void)[] = [];
  let broken = false;
  try {
    const runtime = engine.newRuntime();
    disposals.push(() => { runtime.dispose(); });
    runtime.setMemoryLimit(limits.memoryBytes);
    runtime.setMaxStackSize(limits.stackBytes);
    const context = runtime.newContext();
    disposals.push(() => { context.dispose(); });
    const hold = (handle: QuickJSHandle): QuickJSHandle => {
      disposals.push(() => { if (handle.alive) handle.dispose(); });
      return handle;
    };
    const guest: Guest = { runtime, context, hold, spent: false, ending: 'ran', said: '' };
    verdict = job.tests === undefined ? runInputs(guest, job, limits) : runTests(guest, job, limits);
    if (guest.said !== '' && verdict.ending !== 'ran') verdict.said = guest.said.slice(0, MOST_SAID);
  } catch (error) {
    if (error instanceof RangeError || /call stack|recursion/i.test(String(error))) verdict.ending = 'stack';
    broken = true;
  }
  // Freeing can fail too: QuickJS asserts that nothing leaked, and a stack overflow leaks. The outputs are good all the same.
  for (const dispose of disposals.reverse()) {
    if (broken) break;
    try { dispose(); } catch { broken = true; }
  }
  return { verdict, broken };
}

/** The trusted functions, and the clock that the guest's code stands under from here on. */
function prepare(guest: Guest, limits: SandboxLimits): QuickJSHandle {
  const { context, runtime, hold } = guest;
  const prelude = hold(context.unwrapResult(context.evalCode(PRELUDE, 'prelude.js')));
  guest.reader = hold(context.getProp(prelude, 'said'));
  const deadline = performance.now() + limits.deadlineMs;
  let polls = 0;
  runtime.setInterruptHandler(() => {
    guest.spent ||= ++polls > limits.polls || performance.now() > deadline;
    return guest.spent;
  });
  return prelude;
}

/** Code that does not compile or whose first run throws defines nothing. */
const undefinedBy = ({ ending }: Guest): Verdict => ({ outputs: null, ending: ending === 'ran' || ending === 'threw' ? 'undefined' : ending });

/**
 * Tests of the published benchmarks: they run after the code, as the body of a function whose `require` gives our assertions, made before
 * the code ran. They pass when that function returns and compared anything at all where it speaks of comparing.
 */
function runTests(guest: Guest, job: ProgramJob, limits: SandboxLimits): Verdict {
  const { context, hold } = guest;
  prepare(guest, limits);
  const assert = hold(context.unwrapResult(context.evalCode(ASSERT, 'assert.js')));
  if (attempt(guest, () => context.evalCode(job.code, 'program.js')) === null) return undefinedBy(guest);
  const tests = attempt(guest, () => context.evalCode(`(require) => {\n${job.tests}\n}`, 'tests.js'));
  if (tests === null) return undefinedBy(guest);
  const done = settle(guest, attempt(guest, () => context.callFunction(tests, context.undefined, hold(context.getProp(assert, 'require')))));
  if (done === null) return { outputs: null, ending: guest.ending };
  const ask = (name: string): QuickJSHandle => hold(context.unwrapResult(context.callFunction(hold(context.getProp(assert, name)), context.undefined)));
  // What failed so far was caught by the tests, as it may be. A comparison that waits for a promise has nobody to catch it.
  ask('failed');
  guest.runtime.executePendingJobs().error?.dispose();
  const failed = context.getString(ask('failed'));
  if (guest.spent || failed !== '') {
    guest.said = failed === '' ? '' : `Error: ${failed}`;
    return { outputs: null, ending: guest.spent ? 'time' : 'threw' };
  }
  if (context.getNumber(ask('count')) === 0 && /\bassert\b/.test(job.tests)) {
    guest.said = 'No test was reached.';
    return { outputs: null, ending: 'threw' };
  }
  return { outputs: null, ending: 'ran' };
}

function runInputs(guest: Guest, job: FunctionJob, limits: SandboxLimits): Verdict {
  const { context, hold } = guest;
  const prelude = prepare(guest, limits);
  const call = hold(context.getProp(prelude, 'call')), write = hold(context.getProp(prelude, 'write'));
  const target = define(guest, job);
  if (target === null) return undefinedBy(guest);
  // A name that was looked for in vain is no failure once another is found.
  guest.ending = 'ran';
  guest.said = '';
  let room = limits.outputLength;
  const outputs = job.inputs.map((input) => {
    // Out of time: what is left is not begun.
    if (guest.spent) return FAILED;
    const longest = hold(context.newNumber(room));
    const text = hold(context.newString(JSON.stringify(input)));
    const result = settle(guest, attempt(guest, () => context.callFunction(call, context.undefined, target, text)));
    if (result === null) return FAILED;
    const written = attempt(guest, () => context.callFunction(write, context.undefined, result, longest));
    if (written === null || context.typeof(written) !== 'string') return FAILED;
    const output = context.getString(written);
    room -= output.length;
    return output;
  });
  return { outputs, ending: guest.ending };
}

interface Guest {
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  hold: (handle: QuickJSHandle) => QuickJSHandle;
  /** The job's time is over; every further poll interrupts too. */
  spent: boolean;
  /** Of the first thing that failed. */
  ending: Ending;
  /** What the first failure said. */
  said: string;
  /** The prelude's reader of errors. */
  reader?: QuickJSHandle;
}

/** QuickJS's own errors by their message. */
const LIMITS_SAID: readonly [RegExp, Ending][] = [[/^out of memory$/, 'memory'], [/stack (?:overflow|size exceeded)/i, 'stack'], [/^interrupted$/, 'time'], [/^no output$/, 'no output']];

/** Why guest code failed. What the error says is read by the guest's own prelude, under the guest's own clock. */
function endingOf(guest: Guest, error: QuickJSHandle): Ending {
  const { context } = guest;
  if (guest.spent) return 'time';
  const said = context.callFunction(guest.reader!, context.undefined, error);
  if (said.error !== undefined) {
    said.error.dispose();
    // The reader catches all but what leaves no room to run it.
    return guest.spent ? 'time' : 'memory';
  }
  const [text = '', kind = ''] = split(context.getString(said.value));
  said.value.dispose();
  guest.said ||= kind !== '' && text !== '' ? `${kind}: ${text}` : kind + text;
  return LIMITS_SAID.find(([pattern]) => pattern.test(text))?.[1] ?? 'threw';
}

/** Message and kind, which stand after the last line break. */
const split = (said: string): [string, string] => {
  const at = said.lastIndexOf('\n');
  return at < 0 ? [said, ''] : [said.slice(0, at), said.slice(at + 1)];
};

/** Runs guest code; null when it threw or was stopped. */
function attempt(guest: Guest, act: () => ReturnType<QuickJSContext['evalCode']>): QuickJSHandle | null {
  const result = act();
  if (result.error !== undefined) {
    if (guest.ending === 'ran') guest.ending = endingOf(guest, result.error);
    result.error.dispose();
    return null;
  }
  return guest.hold(result.value);
}

/** The function of that name, or the only one that the code declares. */
function define(guest: Guest, { code, name }: FunctionJob): QuickJSHandle | null {
  const { context } = guest;
  const script = code.replace(/^export\s+(?:default\s+)?/, '');
  if (attempt(guest, () => context.evalCode(script, 'program.js')) === null) return null;
  const look = (identifier: string): QuickJSHandle | null => {
    const found = attempt(guest, () => context.evalCode(identifier, 'lookup.js'));
    return found !== null && context.typeof(found) === 'function' ? found : null;
  };
  if (IDENTIFIER.test(name)) {
    const named = look(name);
    if (named !== null) return named;
  }
  const declared = new Set([...script.matchAll(DECLARATION)].map((match) => match[1]!));
  const functions = [...declared].map(look).filter((handle) => handle !== null);
  return functions.length === 1 ? functions[0]! : null;
}

/** The value of a promise that settles without waiting for anything outside; other values as they are. */
function settle(guest: Guest, value: QuickJSHandle | null): QuickJSHandle | null {
  if (value === null) return null;
  const { context, runtime, hold } = guest;
  let state = context.getPromiseState(value);
  if (state.type === 'pending') {
    const jobs = runtime.executePendingJobs();
    jobs.error?.dispose();
    state = context.getPromiseState(value);
  }
  if (state.type === 'fulfilled') return state.notAPromise === true ? value : hold(state.value);
  let why: Ending = guest.spent ? 'time' : 'no output';
  if (state.type === 'rejected') {
    why = endingOf(guest, state.error);
    state.error.dispose();
  }
  if (guest.ending === 'ran') guest.ending = why;
  return null;
}
