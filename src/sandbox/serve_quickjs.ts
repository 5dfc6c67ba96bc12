/** What the sandbox worker offers: QuickJS behind plain data. Knows no worker kind; the parent's clock stands above it. */
import { ENGINES, type SandboxApi } from './languages';
import { createQuickJS, type QuickJSSandbox } from './quickjs';
import { typesStripped } from './types_stripped';

const { languages } = ENGINES.find(({ name }) => name === 'quickjs')!;

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
      if (!languages.includes(request.language)) return { outputs: null, ending: 'undefined' };
      let code: string;
      try {
        code = typesStripped(request.code, request.language);
      } catch {
        return { outputs: null, ending: 'undefined' };
      }
      return (await quickjs()).judge({ ...request, code });
    },
  };
}
