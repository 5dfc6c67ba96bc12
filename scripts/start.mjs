/** `npm start`: builds the page if needed, serves it on this machine, prints the address and opens it where a desktop is. */
import { spawn } from 'node:child_process';
import { dist, ensureBuilt } from './build.mjs';
import { serve } from './server.mjs';

/** Runs are stored per address: another port would look like an empty lab, so the port is always the same. */
const usual = 5299;

const args = process.argv.slice(2);
const flag = (name) => args.includes(name);
const wanted = flag('--port') ? Number(args[args.indexOf('--port') + 1]) : usual;
if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65535) fail(`--port wants a number from 0 to 65535.`);

if (!flag('--no-build')) {
  console.log((await ensureBuilt()) ? 'Built the page.' : 'The page is up to date.');
}

let server;
try {
  server = await serve({ folder: dist, port: wanted });
} catch (error) {
  if (error.code === 'ENOENT') fail('There is no built page in dist/. Run "npm run build" first, or "npm start".');
  if (error.code !== 'EADDRINUSE') throw error;
  fail(`Port ${wanted} is taken, perhaps by a lab that is already running: http://localhost:${wanted}/\n`
    + 'Stop that one, or choose another port: npm start -- --port 5300 (runs saved under one port are not seen under another).');
}
console.log(`BatCoder Lab: ${server.url}\nEverything stays in your browser. Stop with Ctrl+C.`);
if (!flag('--no-open')) open(server.url);

process.on('SIGINT', stop);
process.on('SIGTERM', stop);

function stop() {
  server.close().then(() => process.exit(0), () => process.exit(1));
}

/** Opens the address in the person's browser; without a desktop the printed line is all there is. */
function open(url) {
  if (process.env.CI) return;
  const command = process.platform === 'darwin' ? ['open', url]
    : process.platform === 'win32' ? ['cmd', '/c', 'start', '', url]
      : process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['xdg-open', url] : null;
  if (command === null) return;
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('No browser could be opened from here: open the address yourself.'));
  child.unref();
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
