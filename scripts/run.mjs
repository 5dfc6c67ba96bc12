/** Runs a TypeScript script in Node the way the page's bundler would read it (`.wgsl?raw` included); knows no script. */
import { resolve } from 'node:path';
import { createServer, createServerModuleRunner } from 'vite';
import { root } from './build.mjs';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('Usage: node scripts/run.mjs SCRIPT.ts [arguments]');
  process.exit(2);
}

// The script sees itself as the program: process.argv is what it would be under plain Node.
process.argv = [process.argv[0], resolve(root, script), ...args];

const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
  appType: 'custom',
});
const runner = createServerModuleRunner(server.environments.ssr, { hmr: false });
let code = 0;
try {
  const module = await runner.import(resolve(root, script));
  // A script may do its work at the top level or export `main(args)`, which may return an exit status.
  // One that says its USAGE is asked for it, and nothing else, with --help or -h.
  if (typeof module.USAGE === 'string' && args.some((word) => word === '--help' || word === '-h')) process.stdout.write(`${module.USAGE}\n`);
  else if (typeof module.main === 'function') code = (await module.main(args)) ?? 0;
} catch (error) {
  console.error(process.env.DEBUG || !(error instanceof Error) ? error : `${error.name}: ${error.message}`);
  if (!process.env.DEBUG && error instanceof Error && error.stack) console.error(error.stack.split('\n').slice(1, 6).join('\n'));
  code = 1;
}
await runner.close();
await server.close();
// A GPU device or a server left open would keep the process alive after its work is done.
process.exit(code === 0 ? Number(process.exitCode ?? 0) : code);
