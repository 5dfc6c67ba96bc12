/** What the sandbox worker for Python offers: the interpreters behind plain data. Knows no worker kind; the parent's clock stands above it. */
import type { SandboxApi } from './languages';
import { createPython, type PythonSandbox } from './python';
import type { PythonFiles } from './python_machine';

export function servePython(files: PythonFiles): SandboxApi {
  let loading: Promise<PythonSandbox> | undefined;
  const python = (): Promise<PythonSandbox> => (loading ??= createPython({ files }));
  return {
    async ready() { await python(); },
    run: async request => (request.language === 'python' ? (await python()).judge(request) : { outputs: null, ending: 'undefined' }),
  };
}
