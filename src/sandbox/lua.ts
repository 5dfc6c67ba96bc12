/** Runs one Lua function on argument lists, or against its tests, in Lua 5.4; knows no worker, no reward, and trusts nothing it runs. */
import { callEach } from './calls';
import { MOST_OUTPUT, type Ending, type FunctionJob, type ProgramJob, type SandboxJob, type Verdict } from './languages';
import { LUA_CODE, LUA_TESTS } from './lua_harness';
import { LuaEnded, LuaRoom, type Ask, type LuaClock } from './lua_room';
import { canonical, literal, plainOfJson, readPlain, type Literals, type Plain } from './plain';
import { endingOf, failed, type Meanings } from './said';

export interface LuaLimits {
  /** All of the interpreter's memory, bytes. */
  memoryBytes: number;
  /** Instructions of a whole job: a loop ends at the same place on every machine. */
  instructions: number;
  /** Wall clock of a whole job, ms, for work that is long in few instructions; looked at every 10,000 of them. */
  deadlineMs: number;
  /** Most JSON text taken as output of a whole job, UTF-16 units. */
  outputLength: number;
}

export const LUA_LIMITS: LuaLimits = { memoryBytes: 96 << 20, instructions: 20_000_000, deadlineMs: 1000, outputLength: MOST_OUTPUT };

export interface LuaSandbox {
  /**
   * Outputs of a function as canonical JSON, or whether a program passed its tests. A table whose keys are 1 to n is a list, the empty table
   * too; any other is an object. 1 and 1.0 are equal in Lua and written alike. Several results are a list of them, none is null.
   */
  judge(job: SandboxJob): Promise<Verdict>;
}

const NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_]\w*)?$/;
const RESERVED = /^(?:and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|until|while)$/;
const DECLARATION = /^(?:local\s+)?(?:function\s+([A-Za-z_][\w.:]*)|([A-Za-z_][\w.]*)\s*=\s*function\b)/gm;
const MEANINGS: Meanings = [[/^not enough memory$/, 'memory'], [/stack overflow/, 'stack'], [/^no output$/, 'no output']];

const LITERALS: Literals = {
  none: 'nil',
  // Every byte that is not plain ASCII as its number, so that no text can end its quotes.
  text: value => `"${[...new TextEncoder().encode(value)].map(byte => (byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`)).join('')}"`,
  name: value => LITERALS.text(value),
  float: value => (Number.isNaN(value) ? '(0/0)' : Number.isFinite(value) ? `(${/[.e]/.test(String(value)) ? String(value) : `${value}.0`})` : `(${value < 0 ? '-' : ''}math.huge)`),
  integer: value => (BigInt.asIntN(64, value) === value ? (value === -(2n ** 63n) ? '(-9223372036854775807 - 1)' : `(${value})`) : LITERALS.float(Number(value))),
  list: items => `{${items.join(',')}}`,
  table: entries => `{${entries.filter(([key]) => key !== 'nil').map(([key, value]) => `[${key}]=${value}`).join(',')}}`,
};

const isName = (name: string): boolean => NAME.test(name) && !name.split(/[.:]/).some(part => RESERVED.test(part));
const declaredIn = (code: string): string[] => [...new Set([...code.matchAll(DECLARATION)].map(match => (match[1] ?? match[2])!).filter(isName))];

/** The program with a table of its functions at its end: local ones are seen nowhere else. */
function withNames(code: string, names: readonly string[]): string {
  const entry = (name: string): string => {
    const [place = name, method] = name.split(':');
    const steps = place.split('.').map((_, i, all) => all.slice(0, i + 1).join('.')).join(' and ');
    return `["${name}"]=${method === undefined ? steps : `${steps} and ${place}.${method} and function(...) return ${place}:${method}(...) end`}`;
  };
  return `${code}\nreturn {${names.map(entry).join(',')}}`;
}

/** `wasm`: the bytes of wasmoon's glue.wasm. Its JavaScript is not used: there is no way from Lua to it. */
export async function createLua({ wasm, limits: own }: { wasm: ArrayBuffer | Uint8Array; limits?: Partial<LuaLimits> }): Promise<LuaSandbox> {
  const limits = { ...LUA_LIMITS, ...own };
  const module = await WebAssembly.compile(wasm as BufferSource);
  const kept = new Map<string, LuaRoom>();
  const open: OpenRoom = (harness, clock, ask) => {
    const found = kept.get(harness);
    if (found?.begin(clock, ask)) return found;
    const room = new LuaRoom(module, harness, limits.memoryBytes);
    kept.set(harness, room);
    room.begin(clock, ask);
    return room;
  };
  return { judge: job => Promise.resolve(new LuaJob(open, limits, job).verdict()) };
}

/** A room with that harness in which nothing has run yet. */
type OpenRoom = (harness: string, clock: LuaClock, ask?: Ask) => LuaRoom;

class LuaJob {
  readonly #open: OpenRoom;
  readonly #limits: LuaLimits;
  readonly #job: SandboxJob;
  readonly #clock: LuaClock;
  #code: LuaRoom | undefined;

  constructor(open: OpenRoom, limits: LuaLimits, job: SandboxJob) {
    this.#open = open;
    this.#limits = limits;
    this.#job = job;
    this.#clock = { instructions: limits.instructions, deadline: performance.now() + limits.deadlineMs };
  }

  verdict(): Verdict {
    const job = this.#job;
    const names = [...new Set([...(isName(job.name) ? [job.name] : []), ...declaredIn(job.code)])].slice(0, 100);
    return this.#guarded(() => {
      this.#code = this.#open(LUA_CODE, this.#clock);
      const defined = this.#code.serve('define', withNames(job.code, names), job.code, job.name, names.join(' '));
      if (defined !== 'V') return failed(defined.startsWith('E') ? this.#undefinedBy(defined.slice(1)) : 'undefined', defined.slice(1));
      return job.tests === undefined ? this.#inputs(job) : this.#tests(job, names);
    }, (ending, said) => failed(ending, said));
  }

  /** What throws through a room has ended it. */
  #guarded<T>(act: () => T, ended: (ending: Ending, said: string) => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof LuaEnded) return error.why === 'time' ? ended('time', '') : ended('threw', 'The program ended itself.');
      if (error instanceof RangeError) return ended('stack', '');
      if (error instanceof WebAssembly.RuntimeError) return ended('memory', '');
      throw error;
    }
  }

  /** Code whose first run throws defines nothing. */
  #undefinedBy(text: string): Ending {
    const ending = endingOf(text, MEANINGS);
    return ending === 'threw' ? 'undefined' : ending;
  }

  #inputs(job: FunctionJob): Verdict {
    return callEach(job.inputs, this.#limits.outputLength, (act, ended) => this.#guarded(act, ended), (input, room) => {
      const reply = this.#code!.serve('call', input.map(value => literal(plainOfJson(value), LITERALS)).join(','));
      if (!reply.startsWith('V')) return { ending: endingOf(reply.slice(1), MEANINGS), said: reply === 'Eno output' ? '' : reply.slice(1) };
      const results = readPlain(reply.slice(1))?.value;
      return Array.isArray(results) ? canonical(results.length > 1 ? results : results[0] ?? null, room) : null;
    });
  }

  /** The tests in a room of their own; a call of the function is run in the program's room, and copies cross. */
  #tests(job: ProgramJob, names: readonly string[]): Verdict {
    let calls = 0, first: Ending | undefined;
    const ask = (question: string): string => {
      calls++;
      const at = question.indexOf(' ');
      const given = readPlain(question.slice(at + 1))?.value;
      if (!Array.isArray(given)) return 'EOnly plain data goes to the program.';
      const reply = this.#code!.serve('call', given.map(value => literal(value, LITERALS)).join(','));
      const results = reply.startsWith('V') ? readPlain(reply.slice(1))?.value : undefined;
      if (Array.isArray(results)) return `V${results.map((value: Plain) => literal(value, LITERALS)).join(',')}`;
      const text = reply.startsWith('E') ? reply.slice(1) : 'no output';
      first ??= endingOf(text, MEANINGS);
      return `E${text}`;
    };
    const tests = this.#open(LUA_TESTS, this.#clock, ask);
    const name = names.includes(job.name) ? job.name : names[0]!;
    tests.serve('forward', name);
    const reply = tests.serve('tests', job.tests);
    if (reply.startsWith('U')) return failed('undefined', reply.slice(1));
    const [, passed, counted = '0', said = ''] = /^([VE])(\d+) ([^]*)$/.exec(reply) ?? [];
    if (passed !== 'V') return failed(first ?? endingOf(said || reply.slice(1), MEANINGS), said || reply.slice(1));
    if (calls === 0 || (counted === '0' && /\bluaunit\b/.test(job.tests))) return failed('threw', 'No test was reached.');
    return failed('ran');
  }
}
