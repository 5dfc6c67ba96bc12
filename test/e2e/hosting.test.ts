/** The built page under a sub-path on a host that sends no headers, and its policy: what page and workers cannot do. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dist, root } from '../../scripts/build.mjs';
import { metaPolicy } from '../../scripts/security-policy.mjs';
import { ready } from '../../scripts/page';
import { serve } from '../../scripts/server.mjs';
import { encoderFiles } from '../fixtures/encoder/tiny_encoder';
import { builtFiles, expectOwnRequestsOnly, openPage, openTab, packageFolder, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';

const QUERY = `preset=demo&model=new&modelSize=107k&warmstartSteps=2&warmstartBatch=4&steps=1&${SMALL_RUN}`;
let lab: OpenPage;
let stranger: Awaited<ReturnType<typeof serve>>;
let strangerFolder: string;
const heard: string[] = [];

beforeAll(async () => {
  // Another port is another origin: whatever reaches it has left the page.
  strangerFolder = await mkdtemp(join(tmpdir(), 'batcoder-stranger-'));
  await writeFile(join(strangerFolder, 'canary.json'), '{}');
  for (const file of encoderFiles({}, 'tiny/')) {
    const path = join(strangerFolder, file.webkitRelativePath);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, new Uint8Array(await file.arrayBuffer()));
  }
  // Without headers: its own policy must not be what keeps them apart.
  stranger = await serve({ folder: strangerFolder, headers: {}, onRequest: (path) => { heard.push(path); } });
  lab = await openPage({ prefix: '/some/where/', headers: {}, query: QUERY });
});
afterAll(async () => {
  await lab?.close();
  await stranger?.close();
  await rm(strangerFolder, { recursive: true, force: true });
});

test('the page works under a sub-path and asks only for its own files', async () => {
  await expect.poll(() => lab.page.locator('#start').isEnabled(), { timeout: 60_000 }).toBe(true);
  await lab.page.locator('#start').click();
  await waitForState(lab.page, 'finished');
  expect(lab.url).toMatch(/\/some\/where\/$/);
  await expectOwnRequestsOnly(lab);
  expect(lab.errors).toEqual([]);
});

test('the built index.html carries the policy before anything that loads', async () => {
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const at = html.indexOf(`<meta http-equiv="Content-Security-Policy" content="${metaPolicy}">`);
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThan(html.search(/<(script|link)\b/));
});

test('every grammar is in the build', async () => {
  const grammars = (await builtFiles()).filter((name) => name.startsWith('grammars/'));
  expect(grammars).toHaveLength(13);
  expect(grammars).toContain('grammars/tree-sitter-python.wasm');
});

/** Runs inside the page and inside each worker: what gets out, and whether text becomes code. */
async function attempts(canary: string): Promise<{ fetched: string; evaluated: string; image: string; worker: string }> {
  const fetched = await fetch(`${canary}?fetch`, { mode: 'no-cors' }).then(() => 'got out', () => 'refused');
  // In a task of its own: the debugger that runs this lets its own call evaluate text whatever the policy says.
  const evaluated = await new Promise<string>((resolve) => {
    setTimeout(() => {
      try {
        resolve(String((0, eval)('40 + 2'))); // eslint-disable-line no-eval -- the test is that this is refused
      } catch {
        resolve('refused');
      }
    }, 0);
  });
  const image = typeof Image === 'undefined' ? 'refused' : await new Promise<string>((resolve) => {
    const made = new Image();
    made.onload = () => resolve('got out');
    made.onerror = () => resolve('refused');
    made.src = `${canary}?image`;
  });
  // Text that is no stamped address: Trusted Types refuse it, even where the address itself would be allowed.
  let worker = 'got out';
  try {
    new Worker(URL.createObjectURL(new Blob(['']))).terminate();
  } catch (error) {
    worker = error instanceof TypeError ? 'refused' : String(error);
  }
  return { fetched, evaluated, image, worker };
}

test('neither the page nor a worker of any kind reaches another origin or turns text into code, though the host sends no policy', async () => {
  const { page } = lab;
  expect((await page.request.get(lab.url)).headers()['content-security-policy']).toBeUndefined();
  const refused = { fetched: 'refused', evaluated: 'refused', image: 'refused', worker: 'refused' };
  const canary = `${stranger.url}canary.json`;
  // Workers outlive their use here, so that those that end at once can be asked too.
  await page.addInitScript(() => { Worker.prototype.terminate = () => undefined; });
  await page.goto(`${lab.url}?${QUERY}&embedding=model&weightExecution=0.1`);
  await ready(page, lab.errors);
  await openTab(page, 'Train');
  await page.locator('details', { has: page.locator('#choose-encoder') }).locator('summary').click();
  await page.locator('#encoder-input').setInputFiles(join(strangerFolder, 'tiny'));
  await expect.poll(() => page.locator('#encoder-state').innerText(), { timeout: 60_000 }).toMatch(/^tiny, 5 numbers/);
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  await page.locator('#folder-input').setInputFiles(packageFolder('idb-keyval'));
  await openTab(page, 'Data');
  await expect.poll(() => page.getByRole('tabpanel').innerText(), { timeout: 60_000 }).toContain('idb-keyval');
  await expect.poll(() => Promise.all(page.workers().map((worker) => worker.evaluate(() => self.name))), { timeout: 30_000 }).toContain('tokenizer');
  await openTab(page, 'Samples');
  await expect.poll(() => Promise.all(page.workers().map((worker) => worker.evaluate(() => self.name))), { timeout: 30_000 }).toContain('colour');
  // The run's own left with the run.
  await page.evaluate(() => globalThis.batcoder.execute([{ language: 'javascript', code: 'function f() {}', name: 'f', inputs: [] }]));
  await expect.poll(() => Promise.all(page.workers().map((worker) => worker.evaluate(() => self.name))), { timeout: 30_000 }).toContain('sandbox');

  expect(await page.evaluate(attempts, canary)).toEqual(refused);
  const asked = new Set<string>();
  for (const worker of page.workers()) {
    const kind = await worker.evaluate(() => self.name);
    expect(await worker.evaluate(attempts, canary), kind).toEqual(refused);
    asked.add(kind);
  }
  expect([...asked].sort()).toEqual(['behaviour', 'colour', 'corpus', 'embedding', 'planner', 'reward', 'sample', 'sandbox', 'tokenizer', 'trainer']);
  expect(heard).toEqual([]);
  // The canary does sing: an outsider without the policy reaches it.
  expect((await fetch(canary)).status).toBe(200);
  expect(heard).toEqual(['/canary.json']);
});

test('npm start prints an address that answers, and ends on a signal', async () => {
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), '--no-build', '--no-open', '--port', '0'], { cwd: root });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /http:\/\/localhost:\d+\//.exec(printed);
      if (found !== null) resolve(found[0]);
    });
    child.on('exit', () => reject(new Error(`It ended and had printed: ${printed}`)));
  });
  const answer = await fetch(address);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await answer.text()).toContain('<title>BatCoder Lab</title>');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
