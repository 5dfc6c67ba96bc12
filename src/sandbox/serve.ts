/** What the sandbox worker offers: QuickJS behind plain data. Knows no worker kind; the parent's clock stands above it. */
import type { Language } from '../types';
import { createQuickJS, type QuickJSSandbox, type SandboxJob } from './quickjs';

export interface SandboxRequest extends SandboxJob { language: Language }

export interface SandboxApi {
  /** Resolves when the interpreter is loaded. */
  ready(): Promise<void>;
  /** Outputs of one job; see QuickJSSandbox. A language that cannot be run here gives null. */
  run(request: SandboxRequest): Promise<string[] | null>;
}

/** `loadWasm` gives the bytes of QuickJS; undefined where it finds them itself (Node). */
export function createSandbox(loadWasm: () => Promise<ArrayBuffer | undefined>): SandboxApi {
  let loading: Promise<QuickJSSandbox> | undefined;
  const quickjs = (): Promise<QuickJSSandbox> => {
    loading ??= loadWasm().then((wasm) => createQuickJS(wasm === undefined ? {} : { wasm }));
    return loading;
  };
  return {
    async ready() { await quickjs(); },
    async run(request) {
      if (request.language !== 'javascript') return null;
      return (await quickjs()).run(request);
    },
  };
}
