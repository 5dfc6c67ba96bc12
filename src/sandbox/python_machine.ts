/**
 * Python interpreters (pyodide's, without its bridge to JavaScript) whose memory is put back after each use. Knows no job.
 *
 * The first one starts Python and loads what is wanted; a copy of its memory is the image. Others begin from the image, and after each job
 * the image is put back, which takes milliseconds: the next job finds the interpreter as it was made, whatever the last one did.
 */
import createModule, { type EmscriptenModule } from 'pyodide/pyodide.asm.mjs';
import { behindDoors, Ended, type Clock, type Doors } from './python_doors';

export interface PythonFiles { wasm: BufferSource; library: ArrayBuffer }

interface Exports {
  memory: WebAssembly.Memory;
  __stack_pointer: WebAssembly.Global;
  Py_EMSCRIPTEN_SIGNAL_HANDLING: WebAssembly.Global;
  malloc(bytes: number): number;
  free(at: number): void;
  PyRun_SimpleString(at: number): number;
  PyImport_AddModule(at: number): number;
  PyObject_GetAttrString(object: number, at: number): number;
  PyObject_CallOneArg(callable: number, argument: number): number;
  PyErr_ExceptionMatches(kind: number): number;
  PyExc_MemoryError: WebAssembly.Global;
  PyExc_RecursionError: WebAssembly.Global;
  PyUnicode_FromStringAndSize(at: number, bytes: number): number;
  PyUnicode_AsUTF8AndSize(text: number, size: number): number;
}

/** Memory of an image, bytes: what Python takes for itself, and room for most programs, so that few make it grow. */
const IMAGE_BYTES = 48 << 20;

/** Input, output and errors; what is open beyond them, a program opened. */
const STREAMS = 3;

interface Instance { exports: Exports; module: EmscriptenModule; doors: Doors }

async function instantiate(program: WebAssembly.Module, library: ArrayBuffer, mostBytes: number, asleep: boolean): Promise<Instance> {
  let made: WebAssembly.Instance | undefined;
  const exports = (): Exports => made!.exports as unknown as Exports;
  const doors: Doors = { closed: false, clock: { polls: Infinity, until: Infinity }, memory: () => exports().memory, mostBytes, grow: () => false, answer: new Uint8Array(), drawn: 0 };
  const failure = Symbol('error');
  const module = await createModule({
    noInitialRun: asleep, noImageDecoding: true, noAudioDecoding: true, noWasmDecoding: true,
    thisProgram: 'python', arguments: [], print: () => undefined, printErr: () => undefined, stdin: () => null,
    // Node, too, is to be treated as what has no files and no network of its own.
    API: { config: { jsglobals: {}, args: [], env: {} }, runtimeEnv: {} },
    locateFile: name => name,
    preRun: [({ FS, ENV }) => {
      FS.mkdirTree('/lib/python3.14/site-packages');
      FS.writeFile('/lib/python314.zip', new Uint8Array(library));
      FS.mkdirTree('/home/program');
      FS.chdir('/home/program');
      // Sets have one order in each job.
      Object.assign(ENV, { HOME: '/home/program', PYTHONINSPECT: '1', PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', PYTHON_COLORS: '0' });
    }],
    instantiateWasm: (imports, done) => {
      // Of pyodide's own two; the others come from its module.
      Object.assign(imports['env']!, { Jsv_GetError_import: () => failure, JsvError_Check: (value: unknown) => (value === failure ? 1 : 0) });
      made = new WebAssembly.Instance(program, behindDoors(WebAssembly.Module.imports(program), imports, doors));
      done(made, program);
      return {};
    },
  });
  doors.grow = bytes => module.growMemory(bytes) === 1;
  return { exports: exports(), module, doors };
}

/** A started Python: from it machines are made that begin where it stood. */
export class PythonImage {
  readonly #program: WebAssembly.Module;
  readonly #library: ArrayBuffer;
  readonly #mostBytes: number;
  readonly #memory: Uint8Array;
  readonly #stack: number;
  /** Addresses of the functions of the prelude that may be called. */
  readonly functions: Readonly<Record<string, number>>;
  #first: Instance | undefined;

  private constructor(program: WebAssembly.Module, library: ArrayBuffer, mostBytes: number, first: Instance, functions: Record<string, number>) {
    this.#program = program;
    this.#library = library;
    this.#mostBytes = mostBytes;
    this.#first = first;
    this.functions = functions;
    this.#memory = new Uint8Array(first.exports.memory.buffer).slice();
    this.#stack = first.exports.__stack_pointer.value as number;
  }

  /** `prelude` is run in it; `names` are functions that it defines. @throws when Python does not start */
  static async start({ wasm, library }: PythonFiles, prelude: string, names: readonly string[], mostBytes: number): Promise<PythonImage> {
    const program = await WebAssembly.compile(wasm);
    const first = await instantiate(program, library, mostBytes, false);
    const { exports, module } = first;
    const text = (value: string): number => {
      const bytes = new TextEncoder().encode(`${value}\0`);
      const at = exports.malloc(bytes.length);
      new Uint8Array(exports.memory.buffer).set(bytes, at);
      return at;
    };
    if (exports.PyRun_SimpleString(text(prelude)) !== 0) throw new Error('Python started, but what runs the programs did not.');
    const main = exports.PyImport_AddModule(text('__main__'));
    const functions = Object.fromEntries(names.map(name => [name, exports.PyObject_GetAttrString(main, text(name))]));
    if (exports.memory.buffer.byteLength < IMAGE_BYTES) module.growMemory(IMAGE_BYTES);
    // From here on the interpreter looks at the clock.
    new DataView(exports.memory.buffer).setInt32(exports.Py_EMSCRIPTEN_SIGNAL_HANDLING.value as number, 1, true);
    return new PythonImage(program, library, mostBytes, first, functions);
  }

  /** An interpreter in the image's state. */
  async instance(): Promise<Instance> {
    const made = this.#first ?? await instantiate(this.#program, this.#library, this.#mostBytes, true);
    this.#first = undefined;
    made.doors.closed = true;
    if (made.exports.memory.buffer.byteLength < this.#memory.length) made.module.growMemory(this.#memory.length);
    this.putBack(made);
    return made;
  }

  /** False where its memory has grown beyond the image's: WebAssembly never shrinks, so a new one is wanted. */
  putBack({ exports, module, doors }: Instance): boolean {
    const { buffer } = exports.memory;
    if (buffer.byteLength > this.#memory.length) return false;
    new Uint8Array(buffer).set(this.#memory);
    exports.__stack_pointer.value = this.#stack;
    doors.drawn = 0;
    doors.answer = new Uint8Array();
    module.FS.streams.slice(STREAMS).forEach((stream, i) => { if (stream) module.FS.closeStream(STREAMS + i); });
    return true;
  }
}

/** One interpreter for one job after another. */
export class PythonMachine {
  readonly #image: PythonImage;
  #instance: Instance | undefined;

  constructor(image: PythonImage) { this.#image = image; }

  /** Before each job. */
  async begin(clock: Clock, ask?: Doors['ask']): Promise<void> {
    this.#instance ??= await this.#image.instance();
    this.#instance.doors.clock = clock;
    this.#instance.doors.ask = ask;
  }

  /** After each job: as it was made. */
  end(): void {
    if (this.#instance !== undefined && !this.#image.putBack(this.#instance)) this.#instance = undefined;
  }

  /** Calls a function of the prelude, which takes and gives text. @throws Ended when it did not come to its end */
  call(name: string, text: string): string {
    return new TextDecoder().decode(this.callBytes(name, new TextEncoder().encode(text)));
  }

  callBytes(name: string, text: Uint8Array): Uint8Array {
    const { exports, doors } = this.#instance!;
    const failed = (): Ended => {
      const is = (kind: WebAssembly.Global): boolean => exports.PyErr_ExceptionMatches(new DataView(exports.memory.buffer).getUint32(kind.value as number, true)) !== 0;
      return is(exports.PyExc_MemoryError) ? new Ended('memory', 'MemoryError') : is(exports.PyExc_RecursionError) ? new Ended('stack', 'RecursionError') : new Ended('threw', 'The program broke what runs it.');
    };
    try {
      const at = exports.malloc(text.length + 4);
      if (at === 0) throw new Ended('memory', 'MemoryError');
      new Uint8Array(exports.memory.buffer).set(text, at);
      const argument = exports.PyUnicode_FromStringAndSize(at, text.length);
      exports.free(at);
      const result = argument === 0 ? 0 : exports.PyObject_CallOneArg(this.#image.functions[name]!, argument);
      const size = exports.malloc(4);
      const found = result === 0 || size === 0 ? 0 : exports.PyUnicode_AsUTF8AndSize(result, size);
      // The functions of the prelude catch what there is, but where no memory is left for that or the program has changed them.
      if (found === 0) throw failed();
      const length = new DataView(exports.memory.buffer).getUint32(size, true);
      return new Uint8Array(exports.memory.buffer).slice(found >>> 0, (found >>> 0) + length);
    } catch (error) {
      if (error instanceof Ended) throw error;
      if (error instanceof RangeError) throw new Ended('stack', 'RecursionError: the interpreter ran out of stack');
      // A trap: an allocation that failed where nobody looked, a stack that overflowed into the data, or memory that the program wrote over.
      if (exports.memory.buffer.byteLength > doors.mostBytes / 2) throw new Ended('memory', 'MemoryError: the interpreter ran out of memory');
      throw new Ended('threw', `The interpreter broke: ${String(error).slice(0, 200)}`);
    }
  }
}
