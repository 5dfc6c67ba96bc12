/** The engines that run programs, in Node and without a worker: for problems and programs of our own, which nobody has to be kept safe from. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { engineOf, type SandboxApi, type SandboxJob, type Verdict } from '../src/sandbox/languages';
import { createLua } from '../src/sandbox/lua';
import type { PythonFiles } from '../src/sandbox/python_machine';
import { createRuby } from '../src/sandbox/ruby';
import { servePython } from '../src/sandbox/serve_python';
import { createSandbox } from '../src/sandbox/serve_quickjs';
import type { Language } from '../src/types';

/** A file of a package. */
const packaged = async (file: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(createRequire(import.meta.url).resolve(file)));

const serve = ({ judge }: { judge: (job: SandboxJob) => Promise<Verdict> }): SandboxApi => ({ ready: () => Promise.resolve(), run: judge });

/** Null where no engine of ours runs that language. */
export async function nodeSandbox(language: Language): Promise<SandboxApi | null> {
  const engine = engineOf(language);
  if (engine === undefined) return null;
  switch (engine.name) {
    case 'quickjs': return createSandbox();
    case 'python': return servePython(await pythonFiles());
    case 'ruby': return serve(await createRuby({ wasm: await packaged('@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm') }));
    case 'lua': return serve(await createLua({ wasm: await packaged('wasmoon/dist/glue.wasm') }));
  }
}

/** What the page hands its worker for Python, from the package. */
export async function pythonFiles(): Promise<PythonFiles> {
  return { wasm: await packaged('pyodide/pyodide.asm.wasm'), library: (await packaged('pyodide/python_stdlib.zip')).buffer };
}
