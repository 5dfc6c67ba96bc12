/** The part of pyodide that holds the interpreter, which has no types of its own: what we use of Emscripten's module. */
declare module 'pyodide/pyodide.asm.mjs' {
  export interface EmscriptenFiles {
    mkdirTree(path: string): void;
    writeFile(path: string, bytes: Uint8Array): void;
    chdir(path: string): void;
    streams: (object | null | undefined)[];
    closeStream(descriptor: number): void;
  }
  export interface EmscriptenModule {
    FS: EmscriptenFiles;
    ENV: Record<string, string>;
    growMemory(bytes: number): 1 | undefined;
  }
  export interface EmscriptenSettings {
    noInitialRun: boolean; noImageDecoding: boolean; noAudioDecoding: boolean; noWasmDecoding: boolean;
    thisProgram: string; arguments: string[];
    print: (text: string) => void; printErr: (text: string) => void; stdin: () => null;
    preRun: ((module: EmscriptenModule) => void)[];
    locateFile: (name: string) => string;
    API: object;
    instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) => object;
  }
  const create: (settings: EmscriptenSettings) => Promise<EmscriptenModule>;
  export default create;
}
