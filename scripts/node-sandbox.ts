/** The engines that run programs, in Node and without a worker: for problems and programs of our own, which nobody has to be kept safe from. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { engineOf, type SandboxApi } from '../src/sandbox/languages';
import type { PythonFiles } from '../src/sandbox/python_machine';
import { servePython } from '../src/sandbox/serve_python';
import { createSandbox } from '../src/sandbox/serve_quickjs';
import type { Language } from '../src/types';

/** Null where no engine of ours runs that language. */
export async function nodeSandbox(language: Language): Promise<SandboxApi | null> {
  const engine = engineOf(language);
  if (engine === undefined) return null;
  switch (engine.name) {
    case 'quickjs': return createSandbox();
    case 'python': return servePython(await pythonFiles());
  }
}

/** What the page hands its worker for Python, from the package. */
export async function pythonFiles(): Promise<PythonFiles> {
  const { resolve } = createRequire(import.meta.url);
  return { wasm: await readFile(resolve('pyodide/pyodide.asm.wasm')), library: new Uint8Array(await readFile(resolve('pyodide/python_stdlib.zip'))).buffer };
}
