/** Runs one JavaScript function on argument lists inside QuickJS; knows no worker, no reward, and trusts nothing it runs. */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant, newVariant, type QuickJSContext, type QuickJSHandle, type QuickJSRuntime, type QuickJSWASMModule,
} from 'quickjs-emscripten-core';

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
  /** Longest JSON text taken as an output, UTF-16 units. */
  outputLength: number;
}

export const SANDBOX_LIMITS: SandboxLimits = { memoryBytes: 32 << 20, stackBytes: 256 << 10, deadlineMs: 100, polls: 250, outputLength: 65536 };

/** One function to run; `inputs` are argument lists of JSON values. */
export interface SandboxJob { code: string; name: string; inputs: unknown[][] }

/** Pages of 64 kB that the engine asks for itself: its code's data and stack, and the first of the heap. */
const ENGINE_PAGES = 256;
/** What a guest-made value did: its JSON text, or that it gave none. */
const FAILED = 'ERR';
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const DECLARATION = /^(?:async\s+)?(?:function\s*\*?\s*|(?:const|let|var|class)\s+)([A-Za-z_$][\w$]*)/gm;

/**
 * Taken before the program runs, so that what it does to JSON, Reflect or the prototypes changes only its own values.
 * `call` parses a fresh copy of the arguments; `write` gives JSON text of bounded length or throws.
 */
const PRELUDE = `(() => {
  const { parse, stringify } = JSON, { apply, getPrototypeOf } = Reflect, { Error } = globalThis, plain = Object.prototype;
  return {
    call: (f, text) => apply(f, undefined, parse(text)),
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
  return {
    async run(job) {
      const { outputs, broken } = runJob(engine, job, limits);
      // An abort, or its native stack: its memory is not to be trusted any more.
      if (broken) engine = await load();
      return outputs;
    },
  };
}

function runJob(engine: QuickJSWASMModule, job: SandboxJob, limits: SandboxLimits): { outputs: string[] | null; broken: boolean } {
  let outputs: string[] | null = null;
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
    outputs = runInputs({ runtime, context, hold, spent: false }, job, limits);
  } catch {
    broken = true;
  }
  // Freeing can fail too: QuickJS asserts that nothing leaked, and a stack overflow leaks. The outputs are good all the same.
  for (const dispose of disposals.reverse()) {
    if (broken) break;
    try { dispose(); } catch { broken = true; }
  }
  return { outputs, broken };
}

function runInputs(guest: Guest, job: SandboxJob, limits: SandboxLimits): string[] | null {
  const { context, runtime, hold } = guest;
  const prelude = hold(context.unwrapResult(context.evalCode(PRELUDE, 'prelude.js')));
  const call = hold(context.getProp(prelude, 'call')), write = hold(context.getProp(prelude, 'write'));
  const longest = hold(context.newNumber(limits.outputLength));
  const deadline = performance.now() + limits.deadlineMs;
  let polls = 0;
  runtime.setInterruptHandler(() => {
    guest.spent ||= ++polls > limits.polls || performance.now() > deadline;
    return guest.spent;
  });
  const target = define(guest, job);
  if (target === null) return null;
  return job.inputs.map((input) => {
    // Out of time: what is left is not begun.
    if (guest.spent) return FAILED;
    const text = hold(context.newString(JSON.stringify(input)));
    const result = settle(guest, attempt(guest, () => context.callFunction(call, context.undefined, target, text)));
    if (result === null) return FAILED;
    const written = attempt(guest, () => context.callFunction(write, context.undefined, result, longest));
    return written === null || context.typeof(written) !== 'string' ? FAILED : context.getString(written);
  });
}

interface Guest {
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  hold: (handle: QuickJSHandle) => QuickJSHandle;
  /** The job's time is over; every further poll interrupts too. */
  spent: boolean;
}

/** Runs guest code; null when it threw or was stopped. The error is not looked at: reading it could run guest code. */
function attempt(guest: Guest, act: () => ReturnType<QuickJSContext['evalCode']>): QuickJSHandle | null {
  const result = act();
  if (result.error !== undefined) {
    result.error.dispose();
    return null;
  }
  return guest.hold(result.value);
}

/** The function of that name, or the only one that the code declares. */
function define(guest: Guest, { code, name }: SandboxJob): QuickJSHandle | null {
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
  if (state.type === 'rejected') state.error.dispose();
  return null;
}
