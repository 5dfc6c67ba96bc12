/** The commands as processes: what run.mjs can read, and that a missing browser is a failure with a way out. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/build.mjs';

let home: string;
beforeAll(async () => { home = await mkdtemp(join(tmpdir(), 'batcoder-commands-')); });
afterAll(async () => { await rm(home, { recursive: true }); });

async function node(args: string[], env: Record<string, string> = {}): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

async function script(text: string): Promise<string> {
  const path = join(home, `script${Math.random()}.ts`);
  await writeFile(path, text);
  return path;
}

const run = join(root, 'scripts/run.mjs');

test('a script may be TypeScript, import the project, read files as text, and get its arguments', async () => {
  const path = await script(`
    import licence from ${JSON.stringify(`${join(root, 'LICENSE')}?raw`)};
    import { SPECIALS } from ${JSON.stringify(join(root, 'src/types'))};
    export const main = (args: string[]): number => { console.log(JSON.stringify([licence.slice(0, 3), SPECIALS.length, args, process.argv.slice(2)])); return 3; };`);
  const ran = await node([run, path, 'a', '--b=1']);
  expect(JSON.parse(ran.stdout)).toEqual(['MIT', 5, ['a', '--b=1'], ['a', '--b=1']]);
  expect(ran.status).toBe(3);
});

test('work at the top level is awaited, an error ends with status 1 and its name', async () => {
  const late = await node([run, await script(`await new Promise((done) => setTimeout(done, 50)); console.log('done');`)]);
  expect([late.status, late.stdout]).toEqual([0, 'done\n']);
  const failed = await node([run, await script(`const error = new Error('no room'); error.name = 'QuotaExceeded'; throw error;`)]);
  expect([failed.status, failed.stderr.split('\n')[0]]).toEqual([1, 'QuotaExceeded: no room']);
  expect((await node([run])).status).toBe(2);
});

test('a browser that is named but not there fails, whatever else is installed, and the message says what to do', async () => {
  const found = await node([join(root, 'scripts/find-browser.mjs')], { BATCODER_CHROME: join(home, 'no-browser') });
  expect([found.status, found.stdout]).toEqual([1, '']);
  expect(found.stderr).toContain('No browser with WebGPU was found.');
  expect(found.stderr).toContain('BATCODER_CHROME=/path/to/chrome npm test');
  // A program that starts and is no browser.
  const other = await node([join(root, 'scripts/find-browser.mjs')], { BATCODER_CHROME: '/bin/true' });
  expect(other.status).toBe(1);
});

test('without a browser the GPU tests count as failed, not as skipped', async () => {
  const ran = await node([join(root, 'scripts/test.mjs'), 'gpu'], { BATCODER_CHROME: join(home, 'no-browser') });
  expect(ran.status).toBe(1);
  expect(ran.stdout.trim().split('\n').at(-1)).toMatch(/^0 passed, 2 failed$/);
});

test.each(['score', 'ablate', 'bench', 'bench-reward', 'evidence', 'lab', 'probe'])('%s tells its usage on standard output when asked for it', async (name) => {
  for (const flag of ['--help', '-h']) {
    const told = await node([run, `scripts/${name}.ts`, flag]);
    expect([told.status, told.stderr]).toEqual([0, '']);
    expect(told.stdout).toMatch(new RegExp(`^Usage: npm run ${name.replace('-', ':')} `));
  }
}, 30_000);
