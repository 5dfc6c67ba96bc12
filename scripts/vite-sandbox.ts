/** Gives the page each sandbox worker as one classic script in a text, `virtual:sandbox-worker/NAME`; knows how it is bundled, not what it does. */
import { build } from 'vite';
import type { Plugin } from 'vite';

const NAME = 'virtual:sandbox-worker/';

/**
 * The frame that starts the worker can load nothing, so everything is in one file; and it starts it from a blob: of no origin, where
 * a module would not start. Bundled once per start of the server or build.
 */
export function sandboxWorker(root: string): Plugin {
  const bundled = new Map<string, Promise<string>>();
  return {
    name: 'sandbox-worker',
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    async load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const engine = id.slice(NAME.length + 1);
      if (!bundled.has(engine)) bundled.set(engine, bundle(root, engine));
      return `export default ${JSON.stringify(await bundled.get(engine))};`;
    },
  };
}

/** Where QuickJS would look for its own .wasm. A blob: is no base for an address. */
const PLACE = 'new URL("emscripten-module.wasm",import.meta.url)';

async function bundle(root: string, engine: string): Promise<string> {
  const built = await build({
    configFile: false, root, logLevel: 'error', publicDir: false,
    plugins: [{
      // QuickJS is handed its .wasm, so the place where it would look for it is taken out; the bundler would put the file in as text.
      name: 'no-address', enforce: 'pre',
      transform: (code, id) => (/emscripten-module\.browser\.mjs$/.test(id) ? code.replace(PLACE, '({href:"quickjs.wasm"})') : undefined),
    }],
    build: { write: false, target: 'esnext', sourcemap: false, minify: true, lib: { entry: `workers/sandbox_${engine}.ts`, formats: ['iife'], name: 'sandbox' } },
  });
  const { output } = (Array.isArray(built) ? built[0]! : built) as { output: { type: string; code?: string }[] };
  const chunks = output.filter((file) => file.type === 'chunk');
  if (chunks.length !== 1 || output.length !== 1) throw new Error(`The sandbox worker has to be one file; it came out as ${output.length}.`);
  const code = chunks[0]!.code!;
  if (engine === 'quickjs' && !/href:["'`]quickjs\.wasm/.test(code)) throw new Error('QuickJS looks for its .wasm in another way than it did; see PLACE.');
  return code;
}
