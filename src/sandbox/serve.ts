/** What the sandbox worker offers: QuickJS behind plain data. Knows no worker kind; the parent's clock stands above it. */
import type { Language } from '../types';
import { createQuickJS, type QuickJSSandbox, type SandboxJob, type Verdict } from './quickjs';

export interface SandboxRequest extends SandboxJob { language: Language }

export interface SandboxApi {
  /** Resolves when the interpreter is loaded. */
  ready(): Promise<void>;
  /** Outputs of one job and how it ended; see QuickJSSandbox. */
  run(request: SandboxRequest): Promise<Verdict>;
}

/** `wasm`: the bytes of QuickJS; undefined where it finds them itself (Node). */
export function createSandbox(wasm?: ArrayBuffer): SandboxApi {
  let loading: Promise<QuickJSSandbox> | undefined;
  const quickjs = (): Promise<QuickJSSandbox> => {
    loading ??= createQuickJS(wasm === undefined ? {} : { wasm });
    return loading;
  };
  return {
    async ready() { await quickjs(); },
    async run(request) {
      if (request.language !== 'javascript') return { outputs: null, ending: 'undefined' };
      return (await quickjs()).judge(request);
    },
  };
}
