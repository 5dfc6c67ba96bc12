/** One Lua interpreter with nothing outside it: its memory, its clock and the strings that go in and out. Knows no job. */
import { ConsoleStdout, WASI } from '@bjorn3/browser_wasi_shim';

/** A job's time, common to its rooms. */
export interface LuaClock { instructions: number; deadline: number }

/** What a harness may ask the world; there is no other way out of a room. */
export type Ask = (text: string) => string;

/** The job's time is over, or the program ended itself: through everything, past every pcall. */
export class LuaEnded extends Error {
  readonly why: 'time' | 'exit';
  constructor(why: 'time' | 'exit') {
    super(why);
    this.why = why;
  }
}

/** Instructions between two looks at the clock. */
const STEP = 10_000;
const MASK_COUNT = 8;
/** The heap grows by 64 kB, so it ends less than that behind its last byte that is not 0; twice that is kept. */
const SLACK = 1 << 17;
const NO_ENTRY = -44;

type Exports = Record<string, (...args: (number | bigint)[]) => number> & { memory: WebAssembly.Memory; __indirect_function_table: WebAssembly.Table };

/** A module whose one export is its one import, which makes a function of this side one that a table of WebAssembly takes. */
function wrapper(...type: number[]): (call: (...args: number[]) => unknown) => unknown {
  let module: WebAssembly.Module | undefined;
  return (call) => {
    module ??= new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, type.length + 1, 1, ...type, 2, 7, 1, 1, 101, 1, 102, 0, 0, 7, 5, 1, 1, 102, 0, 0]));
    return new WebAssembly.Instance(module, { e: { f: call } }).exports['f'];
  };
}
/** (state, what) and nothing; (state) and a count. */
const asHook = wrapper(96, 2, 127, 127, 0), asFunction = wrapper(96, 1, 127, 1, 127);

/** What Lua throws with; caught where it said it would catch. */
const JUMP = Symbol('longjmp');

export class LuaRoom {
  readonly #lua: Exports;
  readonly #state: number;
  readonly #stack: number;
  /** The memory as it was before the first job, as far as the heap reached. What lies behind it is not read before it is written. */
  readonly #before: Uint8Array;
  readonly #size: number;
  #clock: LuaClock = { instructions: Infinity, deadline: Infinity };
  #ask: Ask = () => 'E';
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  constructor(module: WebAssembly.Module, harness: string, memoryBytes: number) {
    const refuse = (): number => NO_ENTRY;
    const ended = (): never => { throw new LuaEnded('exit'); };
    // Output goes nowhere, input is at its end.
    const sink = (): ConsoleStdout => new ConsoleStdout(() => undefined);
    const wasi = new WASI([], [], [sink(), sink(), sink()], { debug: false });
    const lua = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: wasi.wasiImport,
      env: {
        abort: ended, exit: ended, system: () => -1, strftime: () => 0,
        emscripten_date_now: () => Date.now(), _emscripten_get_now_is_monotonic: () => 1,
        _mktime_js: () => -1, _localtime_js: () => undefined, _gmtime_js: () => undefined, _tzset_js: () => undefined,
        __syscall_openat: refuse, __syscall_fcntl64: refuse, __syscall_ioctl: refuse, __syscall_dup3: refuse, __syscall_unlinkat: refuse,
        __syscall_rmdir: refuse, __syscall_renameat: refuse, __syscall_readlinkat: refuse,
        emscripten_resize_heap: (size: number) => this.#grow(size >>> 0, memoryBytes),
        _emscripten_throw_longjmp: () => { throw JUMP as unknown as Error; },
        invoke_vii: (pointer: number, a: number, b: number) => {
          const stack = lua['stackSave']!();
          try {
            (lua.__indirect_function_table.get(pointer) as (a: number, b: number) => void)(a, b);
          } catch (error) {
            if (error !== JUMP) throw error;
            lua['stackRestore']!(stack);
            lua['setThrew']!(1, 0);
          }
        },
      },
    }).exports as unknown as Exports;
    this.#lua = lua;
    wasi.inst = { exports: { memory: lua.memory } };
    lua['__wasm_call_ctors']!();
    const table = lua.__indirect_function_table;
    const first = table.grow(2);
    table.set(first, asHook(() => {
      this.#clock.instructions -= STEP;
      if (this.#clock.instructions < 0 || performance.now() > this.#clock.deadline) throw new LuaEnded('time');
    }));
    table.set(first + 1, asFunction((state) => {
      this.#push(state!, this.#ask(this.#text(state!, 1)));
      return 1;
    }));
    this.#state = lua['luaL_newstate']!();
    lua['luaL_openlibs']!(this.#state);
    this.#push(this.#state, harness);
    const status = lua['luaL_loadstring']!(this.#state, lua['lua_tolstring']!(this.#state, -1, 0));
    lua['lua_pushcclosure']!(this.#state, first + 1, 0);
    if (status !== 0 || lua['lua_pcallk']!(this.#state, 1, 1, 0, 0, 0) !== 0) throw new Error(`The harness for Lua does not run: ${this.#text(this.#state, -1)}`);
    // Coroutines take it over from whoever makes them.
    lua['lua_sethook']!(this.#state, first, MASK_COUNT, STEP);
    this.#stack = lua['stackSave']!();
    const memory = new Uint8Array(lua.memory.buffer);
    this.#size = memory.length;
    let end = memory.length;
    while (memory[end - 1] === 0) end--;
    this.#before = memory.slice(0, end + SLACK);
  }

  /** The room as it was before its first job, whatever ended in it; false where it cannot be: memory that has grown never shrinks. */
  begin(clock: LuaClock, ask?: Ask): boolean {
    this.#clock = clock;
    this.#ask = ask ?? (() => 'E');
    if (this.#lua.memory.buffer.byteLength !== this.#size) return false;
    new Uint8Array(this.#lua.memory.buffer).set(this.#before);
    this.#lua['stackRestore']!(this.#stack);
    return true;
  }

  /** Calls the harness with strings, for a string. @throws LuaEnded when the time was over, what WebAssembly throws when its stack was; then the room is not to be used again */
  serve(...words: string[]): string {
    const lua = this.#lua, state = this.#state;
    lua['lua_settop']!(state, 2);
    lua['lua_pushvalue']!(state, 2);
    for (const word of words) this.#push(state, word);
    const status = lua['lua_pcallk']!(state, words.length, 1, 0, 0, 0);
    const text = lua['lua_type']!(state, -1) === 4 ? this.#text(state, -1) : '';
    return status === 0 ? text : `E${text}`;
  }

  #push(state: number, text: string): void {
    const bytes = this.#encoder.encode(text);
    const at = this.#lua['malloc']!(bytes.length + 1);
    if (at === 0) throw new LuaEnded('exit');
    const memory = new Uint8Array(this.#lua.memory.buffer, at, bytes.length + 1);
    memory.set(bytes);
    memory[bytes.length] = 0;
    this.#lua['lua_pushlstring']!(state, at, bytes.length);
    this.#lua['free']!(at);
  }

  #text(state: number, place: number): string {
    const lua = this.#lua;
    const stack = lua['stackSave']!();
    const size = lua['stackAlloc']!(16);
    const at = lua['lua_tolstring']!(state, place, size);
    const length = new DataView(lua.memory.buffer).getUint32(size, true);
    lua['stackRestore']!(stack);
    return at === 0 ? '' : this.#decoder.decode(new Uint8Array(lua.memory.buffer, at, length));
  }

  #grow(size: number, most: number): number {
    const { memory } = this.#lua;
    const now = memory.buffer.byteLength;
    if (size > most) return 0;
    if (performance.now() > this.#clock.deadline) throw new LuaEnded('time');
    try {
      // By half at once: a browser may copy all of it each time.
      memory.grow(Math.ceil((Math.max(size, Math.min(most, now * 1.5)) - now) / 65536));
      return 1;
    } catch {
      return 0;
    }
  }
}
