/** The engines that run programs, in Node and without a worker: for problems and programs of our own, which nobody has to be kept safe from. */
import { createSandbox } from '../src/sandbox/serve_quickjs';
import { engineOf, type SandboxApi } from '../src/sandbox/languages';
import type { Language } from '../src/types';

/** Null where no engine of ours runs that language. */
export async function nodeSandbox(language: Language): Promise<SandboxApi | null> {
  const engine = engineOf(language);
  if (engine === undefined) return null;
  switch (engine.name) {
    case 'quickjs': return createSandbox();
  }
}
