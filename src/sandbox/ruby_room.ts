/** One Ruby interpreter with nothing outside it: its memory, its clock and the strings that go in and out. Knows no job. */
import { Fd, WASI, WASIProcExit, wasi as abi } from '@bjorn3/browser_wasi_shim';

/** What a harness may ask the world; there is no other way out of a room. */
export type Ask = (text: string) => string;

/** The job's time is over, the program ended itself, or it asked for what there is not. */
export class RubyEnded extends Error {
  readonly why: 'time' | 'memory' | 'exit' | 'outside';
  constructor(why: 'time' | 'memory' | 'exit' | 'outside') {
    super(why);
    this.why = why;
  }
}

type Exports = Record<string, (...args: number[]) => number> & { memory: WebAssembly.Memory };

/** A device that swallows, and is at its end. */
class Sink extends Fd {
  override fd_fdstat_get() {
    const fdstat = new abi.Fdstat(abi.FILETYPE_UNKNOWN, 0);
    fdstat.fs_rights_base = BigInt(abi.RIGHTS_FD_READ | abi.RIGHTS_FD_WRITE);
    return { ret: 0, fdstat };
  }
  override fd_write(data: Uint8Array) { return { ret: 0, nwritten: data.length }; }
  override fd_read(_size: number) { return { ret: 0, data: new Uint8Array() }; }
}

/** What opens a question on the error output, which is else swallowed. Other files than the first three Ruby keeps for the library in it. */
export const QUESTION = '\0ask ';
const PAGE = 65536;
/** Pages; Ruby asks for its memory in pieces smaller than that. */
const ROOM_LEFT = 128;
const MEMORY_SECTION = 5;

/** The module with a most for its memory: it has none of its own, and WebAssembly gives all that it is asked for. */
export function withMost(wasm: Uint8Array, bytes: number): Uint8Array {
  for (let at = 8; at < wasm.length;) {
    const id = wasm[at]!;
    const size = unsigned(wasm, at + 1);
    if (id === MEMORY_SECTION) {
      const flags = size.next + 1;
      const least = unsigned(wasm, flags + 1);
      if (wasm[size.next] !== 1 || wasm[flags] !== 0 || least.next !== size.next + size.value) break;
      const body = [1, 1, ...leb(least.value), ...leb(Math.floor(bytes / PAGE))];
      const section = [MEMORY_SECTION, ...leb(body.length), ...body];
      const made = new Uint8Array(wasm.length - (least.next - at) + section.length);
      made.set(wasm.subarray(0, at));
      made.set(section, at);
      made.set(wasm.subarray(least.next), at + section.length);
      return made;
    }
    at = size.next + size.value;
  }
  throw new Error('This build of Ruby asks for its memory in another way.');
}

function unsigned(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next: at };
  }
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [value & 127 | 128, ...leb(value >>> 7)];
}

/** What every room of a build shares: the module and the memory as it was after the start, before any program. */
export interface RubyImage { module: WebAssembly.Module; memory: Uint8Array; harness: number; serve: number; handles: ReadonlyMap<number, number> }

export class RubyRoom {
  readonly #exports: Exports;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #image: RubyImage | undefined;
  /** Ruby's own addresses of the values that this side holds. */
  #handles = new Map<number, number>();
  #deadline = Infinity;
  #ask: Ask | undefined;
  #reply = new Uint8Array();
  /** Something left through it: what it holds of its own beside its memory is not as it was. */
  #broken = false;

  constructor(module: WebAssembly.Module, image?: RubyImage) {
    this.#image = image;
    const outside = (): never => { throw new RubyEnded('outside'); };
    const errors = new Sink();
    errors.fd_write = (data) => {
      const text = this.#ask === undefined ? '' : this.#decoder.decode(data);
      if (text.startsWith(QUESTION)) this.#reply = this.#encoder.encode(this.#ask!(text.slice(QUESTION.length)));
      return { ret: 0, nwritten: data.length };
    };
    const input = new Sink();
    input.fd_read = (size: number) => {
      const data = this.#reply.slice(0, size);
      this.#reply = this.#reply.slice(size);
      return { ret: 0, data };
    };
    const wasi = new WASI([], [], [input, new Sink(), errors], { debug: false });
    const imports: Record<string, Record<string, (...args: number[]) => unknown>> = {
      wasi_snapshot_preview1: {
        ...wasi.wasiImport as Record<string, (...args: number[]) => unknown>,
        // Ruby asks for the time at every sweep of its memory: the one place where a busy program comes by here.
        clock_time_get: (...args) => {
          if (performance.now() > this.#deadline) throw new RubyEnded('time');
          return (wasi.wasiImport['clock_time_get'] as (...args: number[]) => number)(...args);
        },
        // Nothing ever comes, so Ruby asks again until the time it wanted to sleep is over.
        poll_oneoff: (_subscriptions, _events, _count, written) => {
          if (performance.now() > this.#deadline) throw new RubyEnded('time');
          new DataView(this.#exports.memory.buffer).setUint32(written!, 0, true);
          return 0;
        },
        // Ruby ends itself too when it has no memory left to say so.
        proc_exit: () => { throw new RubyEnded(this.#isFull() ? 'memory' : 'exit'); },
      },
      canonical_abi: {
        'resource_new_rb-abi-value': (value) => {
          const handle = this.#handles.size + 1;
          this.#handles.set(handle, value!);
          return handle;
        },
        'resource_get_rb-abi-value': handle => this.#handles.get(handle!),
        'resource_drop_js-abi-value': () => undefined,
      },
      // The bridge to JavaScript, which ends here.
      'rb-js-abi-host': Object.fromEntries(WebAssembly.Module.imports(module).filter(({ module: from }) => from === 'rb-js-abi-host').map(({ name }) => [name, outside])),
    };
    const exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    this.#exports = exports;
    wasi.inst = { exports: { memory: exports.memory } };
    if (image === undefined) exports['_initialize']!();
    else this.#restore(image);
  }

  /** Starts Ruby and the harness in it, and says how everything stood then. Such a room is for its image only. */
  static image(module: WebAssembly.Module, harness: string): RubyImage {
    const room = new RubyRoom(module);
    room.#start(['ruby', '--disable=gems', '-EUTF-8', '-e_=0']);
    const [made, state] = room.#eval(harness);
    if (state !== 0) throw new Error('The harness for Ruby does not run.');
    return { module, memory: new Uint8Array(room.#exports.memory.buffer).slice(), harness: made, serve: room.#intern('serve'), handles: room.#handles };
  }

  /** The room as it was before its first job; false where it cannot be. */
  begin(deadline: number, ask?: Ask): boolean {
    this.#deadline = deadline;
    this.#ask = ask;
    this.#reply = new Uint8Array();
    // Memory that has grown never shrinks.
    if (this.#broken || this.#exports.memory.buffer.byteLength !== this.#image!.memory.length) return false;
    this.#restore(this.#image!);
    return true;
  }

  /** Calls the harness with strings, for a string. @throws RubyEnded, or what WebAssembly throws when its stack was over; then the room is gone */
  serve(...words: string[]): string {
    const { harness, serve } = this.#image!;
    try {
      const values = words.map((word) => {
        const [value, state] = this.#eval(rubyText(word));
        if (state !== 0) throw new RubyEnded('exit');
        return value;
      });
      const [value, state] = this.#call(harness, serve, values);
      // The harness catches everything but the end of the program.
      if (state !== 0) throw new RubyEnded('exit');
      return this.#text(value);
    } catch (error) {
      this.#broken = true;
      throw error instanceof WASIProcExit ? new RubyEnded('exit') : error;
    }
  }

  #isFull(): boolean {
    try {
      this.#exports.memory.grow(ROOM_LEFT);
      return false;
    } catch {
      return true;
    }
  }

  #restore({ memory: was, handles }: RubyImage): void {
    const { memory } = this.#exports;
    if (memory.buffer.byteLength < was.length) memory.grow((was.length - memory.buffer.byteLength) / PAGE);
    new Uint8Array(memory.buffer).set(was);
    this.#handles = new Map(handles);
  }

  #start(words: string[]): void {
    const at = this.#exports['cabi_realloc']!(0, 0, 4, 8 * words.length);
    words.forEach((word, i) => {
      const [place, length] = this.#put(word);
      const view = new DataView(this.#exports.memory.buffer);
      view.setUint32(at + 8 * i, place, true);
      view.setUint32(at + 8 * i + 4, length, true);
    });
    this.#exports['ruby-init: func(args: list<string>) -> ()']!(at, words.length);
  }

  /** Ruby reads its texts to their first 0. */
  #put(text: string): [place: number, length: number] {
    const bytes = this.#encoder.encode(`${text}\0`);
    const place = this.#exports['cabi_realloc']!(0, 0, 1, bytes.length);
    new Uint8Array(this.#exports.memory.buffer).set(bytes, place);
    return [place, bytes.length];
  }

  #eval(code: string): [handle: number, state: number] {
    return this.#pair(this.#exports['rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>']!(...this.#put(code)));
  }

  #intern(name: string): number {
    return this.#exports['rb-intern: func(name: string) -> u32']!(...this.#put(name));
  }

  #call(receiver: number, name: number, values: number[]): [handle: number, state: number] {
    const at = this.#exports['cabi_realloc']!(0, 0, 4, 4 * values.length);
    values.forEach((value, i) => { new DataView(this.#exports.memory.buffer).setUint32(at + 4 * i, value, true); });
    return this.#pair(this.#exports['rb-funcallv-protect: func(recv: handle<rb-abi-value>, mid: u32, args: list<handle<rb-abi-value>>) -> tuple<handle<rb-abi-value>, s32>']!(receiver, name, at, values.length));
  }

  #pair(at: number): [number, number] {
    const view = new DataView(this.#exports.memory.buffer);
    return [view.getInt32(at, true), view.getInt32(at + 4, true)];
  }

  #text(value: number): string {
    const at = this.#exports['rstring-ptr: func(value: handle<rb-abi-value>) -> string']!(value);
    const view = new DataView(this.#exports.memory.buffer);
    return this.#decoder.decode(new Uint8Array(this.#exports.memory.buffer, view.getUint32(at, true), view.getUint32(at + 4, true)));
  }
}

/** A text as Ruby writes it: as in JSON, but nothing in it is run. */
export function rubyText(value: string): string {
  return JSON.stringify(value).replaceAll('#', '\\#');
}
