/**
 * What the interpreter may ask of the host while a program runs in it: of pyodide's 268 ways out these few. Knows no Python.
 *
 * The bridge to JavaScript, sockets, foreign functions, dynamic libraries, writing to files and leaving are closed here, below the
 * language: whatever a program does inside the interpreter, its ways out are these functions.
 */
import type { Ending } from './languages';

/** Thrown through the interpreter, which cannot catch it: the program is over. The interpreter's memory has to be put back afterwards. */
export class Ended extends Error {
  readonly ending: Ending;
  constructor(ending: Ending, message: string) {
    super(message);
    this.ending = ending;
  }
}

/** Time that a job may take, for all its interpreters together. */
export interface Clock {
  /** Polls left; the interpreter polls once in about 50 backward jumps or calls. Ends loops at the same place on every machine. */
  polls: number;
  /** performance.now() at which it is over, for work that jumps little. */
  until: number;
}

export interface Doors {
  /** From here on only what is named below is let through. */
  closed: boolean;
  clock: Clock;
  memory: () => WebAssembly.Memory;
  mostBytes: number;
  /** Makes the memory as large as that; false where there is none. */
  grow: (bytes: number) => boolean;
  /** The other interpreter, for that of the tests: takes a request and gives the answer. */
  ask?: ((request: Uint8Array) => Uint8Array) | undefined;
  /** What it answered and was not read yet. */
  answer: Uint8Array;
  /** So that random numbers are the same in each job. */
  drawn: number;
}

type Way = (...values: never[]) => unknown;
const FREE = new Set([
  '_PyEM_TrampolineCall_JS', '_localtime_js', '_gmtime_js', '_mktime_js', '_timegm_js', '_tzset_js', 'emscripten_date_now', 'environ_sizes_get', 'environ_get', 'clock_res_get',
  'fd_seek', 'fd_pread', 'fd_fdstat_get', '__syscall_stat64', '__syscall_lstat64', '__syscall_newfstatat', '__syscall_fstat64', '__syscall_getcwd', '__syscall_getdents64',
  '__syscall_faccessat', '__syscall_readlinkat', '__syscall_getuid32_js', '__syscall_fcntl64', '__syscall_ioctl', 'emscripten_get_heap_max', 'Jsv_GetError_import', 'JsvError_Check',
]);

/** WASI's numbers. */
const EBADF = 8, EINVAL = 28, EPERM = 63, EROFS = 69;
/** A resolver's "failed for good". */
const EAI_FAIL = -4;
const ACCESS = 3, CREATE = 0o100, TRUNCATE = 0o1000;
/** No file: see python_tests.py. */
const DOOR = 1000;
/** Polls between two looks at the clock. */
const LOOK = 8;

function ownWays(doors: Doors): Record<string, Way> {
  const view = (): DataView => new DataView(doors.memory().buffer);
  const look = (): void => { if (performance.now() > doors.clock.until) throw new Ended('time', 'It took too long.'); };
  const gone = (): never => { throw new Ended('threw', 'The program left the interpreter.'); };
  /** Bytes that the list of (address, length) at `list` holds. */
  const lengths = (list: number, count: number): [number, number][] => Array.from({ length: count }, (_, i) => [view().getUint32(list + 8 * i, true), view().getUint32(list + 8 * i + 4, true)]);
  return {
    _Py_CheckEmscriptenSignals_Helper: () => {
      if (--doors.clock.polls < 0) throw new Ended('time', 'It took too many steps.');
      if (doors.clock.polls % LOOK === 0) look();
      return 0;
    },
    emscripten_get_now: () => {
      look();
      return performance.now();
    },
    clock_time_get: (kind: number, _precision: bigint, at: number) => {
      look();
      view().setBigUint64(at, BigInt(Math.round((kind === 0 ? Date.now() : performance.now()) * 1e6)), true);
      return 0;
    },
    random_get: (at: number, length: number) => {
      const bytes = new Uint8Array(doors.memory().buffer, at, length);
      for (let i = 0; i < length; i++) bytes[i] = Math.imul(++doors.drawn, 0x9e3779b1) >>> 24;
      return 0;
    },
    // Nothing is printed anywhere.
    fd_write: (file: number, list: number, count: number, written: number) => {
      const parts = lengths(list >>> 0, count);
      const size = parts.reduce((sum, [, length]) => sum + length, 0);
      if (file === DOOR && doors.ask !== undefined) {
        const request = new Uint8Array(size);
        let at = 0;
        for (const [address, length] of parts) {
          request.set(new Uint8Array(doors.memory().buffer, address, length), at);
          at += length;
        }
        const answer = doors.ask(request);
        doors.answer = new Uint8Array(12 + answer.length);
        doors.answer.set(new TextEncoder().encode(String(answer.length).padStart(12)));
        doors.answer.set(answer, 12);
      } else if (file !== 1 && file !== 2) return EBADF;
      look();
      view().setUint32(written >>> 0, size, true);
      return 0;
    },
    // A fifth more than there is, so that it is not asked for every page.
    emscripten_resize_heap: (bytes: number) => (bytes >>> 0 <= doors.mostBytes && doors.grow(Math.min(doors.mostBytes, Math.max(bytes >>> 0, doors.memory().buffer.byteLength * 1.2))) ? 1 : 0),
    proc_exit: gone, exit: gone, _abort_js: gone, __assert_fail: gone,
    _emscripten_system: () => -EPERM,
    getaddrinfo: () => EAI_FAIL, getnameinfo: () => EAI_FAIL, getprotobyname: () => 0,
  };
}

/** The host's functions behind the doors. `imports` is what pyodide would hand the interpreter. */
export function behindDoors(wanted: readonly WebAssembly.ModuleImportDescriptor[], imports: WebAssembly.Imports, doors: Doors): WebAssembly.Imports {
  const own = ownWays(doors);
  const made: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module, name, kind } of wanted) {
    const given = imports[module]![name]!;
    (made[module] ??= {})[name] = kind === 'function' && !FREE.has(name) ? door(name, given as Way, own[name], doors) as WebAssembly.ImportValue : given;
  }
  return made;
}

function door(name: string, given: Way, own: Way | undefined, doors: Doors): Way {
  const open = given as (...values: unknown[]) => unknown, closed = own as ((...values: unknown[]) => unknown) | undefined;
  if (name === '__syscall_openat') return (...values: unknown[]) => (doors.closed && ((values[2] as number) & (ACCESS | CREATE | TRUNCATE)) !== 0 ? -EROFS : open(...values));
  // The three that are always open are not the program's to close.
  if (name === 'fd_close') return (...values: unknown[]) => (doors.closed && (values[0] as number) < 3 ? 0 : open(...values));
  if (name === 'fd_read') return (...values: unknown[]) => (values[0] === DOOR ? readAnswer(doors, values as number[]) : open(...values));
  if (closed !== undefined) return (...values: unknown[]) => (doors.closed ? closed(...values) : open(...values));
  const refused = name.startsWith('__syscall_') ? () => -EPERM : name.startsWith('fd_') ? () => EPERM : () => { throw new Ended('threw', 'There is no way to JavaScript here.'); };
  return (...values: unknown[]) => (doors.closed ? refused() : open(...values));
}

function readAnswer(doors: Doors, [, list, count, read]: number[]): number {
  if (doors.ask === undefined || count !== 1) return doors.ask === undefined ? EBADF : EINVAL;
  const view = new DataView(doors.memory().buffer);
  const [address, room] = [view.getUint32(list!, true), view.getUint32(list! + 4, true)];
  const piece = doors.answer.subarray(0, room);
  new Uint8Array(doors.memory().buffer).set(piece, address);
  doors.answer = doors.answer.subarray(piece.length);
  view.setUint32(read!, piece.length, true);
  return 0;
}
