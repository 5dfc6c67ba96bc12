/** Builds the page when its sources are newer than the last build; knows which folders are sources, not what is in them. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Where the built page lies. */
export const dist = join(root, 'dist');

const sources = ['index.html', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'public', 'scripts', 'shaders', 'src', 'workers'];

/** Time of the newest change under a path in ms; 0 when it is not there. A folder's own time counts: it tells of deletions. */
async function newest(path) {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inner = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(found.mtimeMs, ...inner);
}

/**
 * Leaves an up-to-date page in dist/.
 * @returns {Promise<boolean>} whether it had to be built
 * @throws when the build fails; the bundler's message says where
 */
export async function ensureBuilt() {
  const [changed, built] = await Promise.all([
    Promise.all(sources.map((name) => newest(join(root, name)))).then((times) => Math.max(...times)),
    stat(join(dist, 'index.html')).then((found) => found.mtimeMs, () => 0),
  ]);
  if (built > changed) return false;
  await build({ root, configFile: join(root, 'vite.config.ts'), mode: 'production', logLevel: 'warn' });
  return true;
}
