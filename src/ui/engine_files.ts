/** Where each engine's program and files lie in the build; knows no frame and loads nothing by itself. */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm?url';
import pythonWasm from 'pyodide/pyodide.asm.wasm?url';
import pythonLibrary from 'pyodide/python_stdlib.zip?url';
import rubyWasm from '@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm?url';
import luaWasm from 'wasmoon/dist/glue.wasm?url';
import type { EngineName } from '../sandbox/languages';

interface EngineParts {
  /** The worker as the text of a classic script. */
  script: () => Promise<string>;
  /** Addresses of what it is handed, by the name it is handed them under. */
  urls: Record<string, string>;
}

const PARTS: Record<EngineName, EngineParts> = {
  quickjs: { script: async () => (await import('virtual:sandbox-worker/quickjs')).default, urls: { 'quickjs.wasm': quickjsWasm } },
  python: { script: async () => (await import('virtual:sandbox-worker/python')).default, urls: { 'pyodide.asm.wasm': pythonWasm, 'python_stdlib.zip': pythonLibrary } },
  ruby: { script: async () => (await import('virtual:sandbox-worker/ruby')).default, urls: { 'ruby.wasm': rubyWasm } },
  lua: { script: async () => (await import('virtual:sandbox-worker/lua')).default, urls: { 'lua.wasm': luaWasm } },
};

export const engineParts = (engine: EngineName): EngineParts => PARTS[engine];
