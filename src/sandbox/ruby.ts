/** Runs one Ruby function on argument lists, or against its tests, in Ruby 3.4; knows no worker, no reward, and trusts nothing it runs. */
import { callEach } from './calls';
import { MOST_OUTPUT, type Ending, type FunctionJob, type ProgramJob, type SandboxJob, type Verdict } from './languages';
import { canonical, literal, plainOfJson, readPlain, type Literals } from './plain';
import { RUBY_HARNESS } from './ruby_harness';
import { RubyEnded, RubyRoom, rubyText, withMost, type Ask } from './ruby_room';
import { endingOf, failed, type Meanings } from './said';

export interface RubyLimits {
  /** All of the interpreter's memory, bytes. It has 67 MB when it has started. */
  memoryBytes: number;
  /** Wall clock of a whole job, ms; looked at when Ruby sweeps its memory or waits. What does neither is ended by the page's clock. */
  deadlineMs: number;
  /** Most JSON text taken as output of a whole job, UTF-16 units. */
  outputLength: number;
}

export const RUBY_LIMITS: RubyLimits = { memoryBytes: 192 << 20, deadlineMs: 1000, outputLength: MOST_OUTPUT };

export interface RubySandbox {
  /**
   * Outputs of a function as canonical JSON, or whether a program passed its tests. nil is null; a symbol is its text, also as a key; 1 and 1.0
   * are equal in Ruby and written alike; nothing else than these, strings, arrays and hashes has JSON.
   */
  judge(job: SandboxJob): Promise<Verdict>;
}

const NAME = /^(?:(?:self|[A-Z]\w*)\.)?[\p{L}_][\p{L}\p{N}_]*[!?=]?$/u;
const DECLARATION = /^[ \t]*def\s+((?:self\.|[A-Z]\w*\.)?[\p{L}_][\p{L}\p{N}_]*[!?=]?)|^([\p{Ll}_][\p{L}\p{N}_]*)\s*=\s*(?:->|lambda\b|proc\b)/gmu;
const MEANINGS: Meanings = [[/^memory /, 'memory'], [/^stack /, 'stack'], [/^output /, 'no output'], [/^syntax /, 'undefined']];

const LITERALS: Literals = {
  none: 'nil',
  text: rubyText,
  name: value => `:${rubyText(value)}`,
  float: value => (Number.isNaN(value) ? 'Float::NAN' : Number.isFinite(value) ? floatText(value) : `${value < 0 ? '-' : ''}Float::INFINITY`),
  integer: String,
  list: items => `[${items.join(',')}]`,
  table: entries => `{${entries.map(([key, value]) => `${key}=>${value}`).join(',')}}`,
};
/** Ruby wants a digit on both sides of the point, and a point before an exponent is as good as none. */
const floatText = (value: number): string => (Object.is(value, -0) ? '-0.0' : /[.e]/.test(String(value)) ? String(value) : `${value}.0`);

/** `wasm`: the bytes of Ruby with its standard library. Its JavaScript is not used: what Ruby's bridge asks of it is refused. */
export async function createRuby({ wasm, limits: own }: { wasm: ArrayBuffer | Uint8Array; limits?: Partial<RubyLimits> }): Promise<RubySandbox> {
  const limits = { ...RUBY_LIMITS, ...own };
  const module = await WebAssembly.compile(withMost(new Uint8Array(wasm), limits.memoryBytes) as BufferSource);
  const image = RubyRoom.image(module, RUBY_HARNESS);
  const kept = new Map<'code' | 'tests', RubyRoom>();
  const open: OpenRoom = (which, deadline, ask) => {
    const found = kept.get(which);
    if (found?.begin(deadline, ask)) return found;
    // Dropped first: two memories at once are one too many.
    kept.delete(which);
    const room = new RubyRoom(module, image);
    kept.set(which, room);
    room.begin(deadline, ask);
    return room;
  };
  return { judge: job => Promise.resolve(verdict(open, limits, job)) };
}

/** A room in which nothing has run yet. */
type OpenRoom = (which: 'code' | 'tests', deadline: number, ask?: Ask) => RubyRoom;

/** What throws through a room has ended it. */
function guarded<T>(act: () => T, ended: (ending: Ending, said: string) => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof RubyEnded) {
      const said = { time: '', memory: '', exit: 'The program ended itself.', outside: 'The program asked for JavaScript, which it has not here.' };
      return ended(error.why === 'time' || error.why === 'memory' ? error.why : 'threw', said[error.why]);
    }
    if (error instanceof RangeError) return ended('stack', '');
    // Ruby gives itself up when it cannot even say that no memory is left.
    if (error instanceof WebAssembly.RuntimeError) return ended('memory', '');
    throw error;
  }
}

/** An error as the harness tells it, without its kind. */
const told = (reply: string): string => reply.slice(1).replace(/^\w+ /, '');

function verdict(open: OpenRoom, limits: RubyLimits, job: SandboxJob): Verdict {
  return guarded(() => {
    const deadline = performance.now() + limits.deadlineMs;
    const room = open('code', deadline);
    const declared = [...new Set([...job.code.matchAll(DECLARATION)].map(match => (match[1] ?? match[2])!))].filter(name => NAME.test(name)).slice(0, 100);
    const defined = room.serve('define', job.code, NAME.test(job.name) ? job.name : '', declared.join(' '));
    if (defined !== 'V') {
      const ending = endingOf(defined.slice(1), MEANINGS);
      return failed(ending === 'threw' ? 'undefined' : ending, told(defined));
    }
    return job.tests === undefined ? runInputs(room, limits, job) : runTests(room, open, deadline, job);
  }, failed);
}

function runInputs(code: RubyRoom, limits: RubyLimits, job: FunctionJob): Verdict {
  return callEach(job.inputs, limits.outputLength, guarded, (input, room) => {
    const reply = code.serve('call', literal(plainOfJson(input), LITERALS));
    if (!reply.startsWith('V')) return { ending: endingOf(reply.slice(1), MEANINGS), said: told(reply) };
    const result = readPlain(reply.slice(1));
    return result && canonical(result.value, room);
  });
}

/** The tests in a room of their own; a call of the function is run in the program's room, and copies cross. */
function runTests(code: RubyRoom, open: OpenRoom, deadline: number, job: ProgramJob): Verdict {
  let calls = 0, first: Ending | undefined;
  const ask = (question: string): string => {
    calls++;
    const at = question.indexOf(' ');
    const given = readPlain(question.slice(at + 1));
    if (given === null) return 'EArgumentError: Only plain data goes to the program.\0';
    const reply = code.serve('call', literal(given.value, LITERALS));
    const result = reply.startsWith('V') ? readPlain(reply.slice(1)) : null;
    if (result !== null) return `V${literal(result.value, LITERALS)}\0`;
    first ??= endingOf(reply.slice(1), MEANINGS);
    return `E${(reply.startsWith('E') ? told(reply) : 'no output').replaceAll('\0', '')}\0`;
  };
  const tests = open('tests', deadline, ask);
  tests.serve('forward', job.name);
  const reply = tests.serve('tests', job.tests);
  const [, passed, counted = '0', said = ''] = /^([VE])(\d+) ([^]*)$/.exec(reply) ?? [];
  if (passed === undefined) return failed(endingOf(reply.slice(1), MEANINGS), told(reply));
  if (passed !== 'V') return failed(first ?? 'threw', said);
  if (calls === 0 || (counted === '0' && /\bassert|TestCase\b/.test(job.tests))) return failed('threw', 'No test was reached.');
  return failed('ran');
}
