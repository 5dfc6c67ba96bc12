/** Writes sw.js into the build: the service worker with the list of the build's files, their sizes and SHA-256. Knows files, not how they are answered. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'vite';
import type { Plugin } from 'vite';
import type { Build, BuiltFile } from '../src/offline/version';
import { headerPolicy } from './security-policy.mjs';

/** What no page asks for. */
const LEFT_OUT = /\.map$|^sw\.js$/;
/** Large, and not needed by the demo on the sample corpus, which is JavaScript and run by QuickJS. */
const ON_DEMAND = /^models\/starter-python\/|^assets\/(ort-wasm|embedding-|web-tree-sitter-|pyodide|python|ruby_stdlib-|glue-)|^grammars\/(?!web-tree-sitter\.wasm|tree-sitter-javascript\.wasm)/;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Every file of a built folder that the page may ask for. */
export function listBuild(folder: string): BuiltFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => !LEFT_OUT.test(path))
    .sort()
    .map(path => {
      const bytes = readFileSync(join(folder, path));
      return { path, sha256: sha256(bytes), bytes: bytes.length, core: !ON_DEMAND.test(path) };
    });
}

/** Names the build in a folder's index.html and writes its sw.js. The name is over every file as it was before it held the name. */
export async function sealBuild(folder: string, root: string): Promise<string> {
  const page = join(folder, 'index.html');
  const place = /(<meta name="build" content=")[^"]*/;
  const html = readFileSync(page, 'utf8');
  if (!place.test(html)) throw new Error('index.html has no place for the name of the build.');
  writeFileSync(page, html.replace(place, '$1'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const id = `${version}-${sha256(JSON.stringify(listBuild(folder))).slice(0, 12)}`;
  writeFileSync(page, html.replace(place, `$1${id}`));
  const made: Build = { id, files: listBuild(folder) };
  // A classic script: not every browser starts a service worker from a module.
  const bundled = await build({
    configFile: false, root, logLevel: 'error', publicDir: false,
    define: { __BUILD__: JSON.stringify(made), __POLICY__: JSON.stringify(headerPolicy) },
    build: { write: false, target: 'esnext', sourcemap: false, lib: { entry: join(root, 'src/offline/service.ts'), formats: ['iife'], name: 'service' } },
  });
  const output = (Array.isArray(bundled) ? bundled[0]! : bundled) as { output: { type: string; code?: string }[] };
  const code = output.output.find(file => file.type === 'chunk')?.code;
  if (code === undefined) throw new Error('The service worker was not built.');
  writeFileSync(join(folder, 'sw.js'), code);
  return id;
}

/** Seals what the build wrote, after everything else is on the disk. */
export function offline(root: string): Plugin {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) { folder = join(config.root, config.build.outDir); },
    transformIndexHtml: { order: 'post', handler: () => [{ tag: 'meta', attrs: { name: 'build', content: '-' }, injectTo: 'head' }] },
    writeBundle: { order: 'post', sequential: true, async handler() { await sealBuild(folder, root); } },
  };
}
