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

/**
 * Where an engine would look for files of its own: it is handed them, a blob: is no base for an address, and the bundler would put them in as
 * text. What only Node has is not reached for in a browser.
 */
const PLACES: Record<string, { file: RegExp; cut: readonly [RegExp, string][]; made: RegExp }> = {
  quickjs: { file: /emscripten-module\.browser\.mjs$/, cut: [[/new URL\("emscripten-module\.wasm",import\.meta\.url\)/g, '({href:"quickjs.wasm"})']], made: /href:["'`]quickjs\.wasm/ },
  python: {
    file: /pyodide\.asm\.mjs$/,
    cut: [
      [/\bimport\.meta\.url\b/g, '"python.mjs"'], [/\bnew URL\("pyodide\.asm\.wasm",/g, 'new Object('],
      [/\bawait import\("(?:node:)?[\w/]+"\)/g, '({})'], [/\bimport\("node:[\w/]+"\)/g, '({})'],
    ],
    made: /PyRun_SimpleString/,
  },
};

async function bundle(root: string, engine: string): Promise<string> {
  const place = PLACES[engine];
  const built = await build({
    configFile: false, root, logLevel: 'error', publicDir: false,
    plugins: [{
      name: 'no-address', enforce: 'pre',
      transform: (code, id) => (place?.file.test(id) === true ? place.cut.reduce((text, [from, to]) => text.replace(from, to), code) : undefined),
    }],
    build: { write: false, target: 'esnext', sourcemap: false, minify: true, lib: { entry: `workers/sandbox_${engine}.ts`, formats: ['iife'], name: 'sandbox' } },
  });
  const { output } = (Array.isArray(built) ? built[0]! : built) as { output: { type: string; code?: string }[] };
  const chunks = output.filter((file) => file.type === 'chunk');
  if (chunks.length !== 1 || output.length !== 1) throw new Error(`The sandbox worker has to be one file; it came out as ${output.length}.`);
  const code = chunks[0]!.code!;
  if (place !== undefined && !place.made.test(code)) throw new Error(`The engine ${engine} looks for its files in another way than it did; see PLACES.`);
  return code;
}
