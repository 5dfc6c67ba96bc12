/** Embeddings on the built page, under its policy: an encoder's folder chosen by hand, a run scored with it, and nothing asked of a stranger. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encoderFiles } from '../fixtures/encoder/tiny_encoder';
import { builtFiles, dropFolder, expectOwnRequestsOnly, openLogged, openTab, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage, hosts: () => Promise<string[]>, folder: string;
const runtime = (): string[] => lab.requests.filter((address) => /ort-wasm|embedding-/.test(address));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batcoder-encoder-'));
  for (const [name, changes] of [['tiny', {}], ['dropped', {}], ['broken', { 'onnx/model.onnx': 'this is no model' }]] as const) {
    for (const file of encoderFiles(changes, `${name}/`)) {
      const path = join(folder, file.webkitRelativePath);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, new Uint8Array(await file.arrayBuffer()));
    }
  }
  ({ lab, hosts } = await openLogged(`preset=demo&model=starter-small&steps=1&embedding=model&weightEmbedding=0.5&${SMALL_RUN}`));
});
afterAll(async () => {
  await lab?.close();
  await rm(folder, { recursive: true, force: true });
});

test('the build has one runtime, and the page does not load it until a model is chosen', async () => {
  expect((await builtFiles()).filter((name) => /ort-.*\.(wasm|mjs)$/.test(name))).toEqual([expect.stringMatching(/^assets\/ort-wasm-simd-threaded\.asyncify-[\w-]+\.wasm$/)]);
  await expect.poll(() => lab.page.locator('#start').isEnabled(), { timeout: 60_000 }).toBe(true);
  expect(runtime()).toEqual([]);
});

test('without a model Start says what is missing and where to choose it', async () => {
  const { page } = lab;
  await page.locator('#start').click();
  await expect.poll(() => page.locator('#failure').innerText().catch(() => ''), { timeout: 60_000 }).toMatch(/none is chosen\. Nothing was started; choose its folder/);
  expect(runtime()).toEqual([]);
});

test('a chosen folder is opened, a broken one is refused beside the button and changes nothing', async () => {
  const { page } = lab;
  await openTab(page, 'Train');
  await page.locator('details', { has: page.locator('#choose-encoder') }).locator('summary').click();
  await page.locator('#encoder-input').setInputFiles(join(folder, 'tiny'));
  await expect.poll(() => page.locator('#encoder-state').innerText(), { timeout: 120_000 }).toBe('tiny, 5 numbers a text, on wasm.');
  await page.locator('#encoder-input').setInputFiles(join(folder, 'broken'));
  await expect.poll(() => page.locator('#encoder-problem').innerText().catch(() => ''), { timeout: 120_000 }).toMatch(/broken could not be opened/);
  expect(await page.locator('#encoder-state').innerText()).toBe('tiny, 5 numbers a text, on wasm.');
});

test('a folder dropped on the choice is a model, not code to learn from', async () => {
  const { page } = lab;
  await dropFolder(page, page.locator('#encoder'), join(folder, 'dropped'));
  await expect.poll(() => page.locator('#encoder-state').innerText(), { timeout: 120_000 }).toBe('dropped, 5 numbers a text, on wasm.');
  expect(await page.locator('#encoder-problem').count()).toBe(0);
  expect(await page.getByRole('tab', { name: /^Train/ }).getAttribute('aria-selected')).toBe('true');
});

test('a run is scored with it, and its files say which model that was', async () => {
  const { page } = lab;
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  await openTab(page, 'Runs');
  const waiting = page.waitForEvent('download');
  // The newest stands first; the one that could not start is below it.
  await page.locator('[data-run]').first().getByRole('button', { name: 'Export zip' }).click();
  const files = unzipSync(await readFile(await (await waiting).path()));
  const text = (name: string): string => new TextDecoder().decode(files[name]);
  expect((JSON.parse(text('summary.json')) as { run: unknown }).run).toMatchObject({ embedding: { name: 'dropped', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  const row = text('metrics.jsonl').trim().split('\n').map((line) => JSON.parse(line) as Record<string, number>).find((entry) => 'loss' in entry);
  expect(row!['rewards/embedding/mean']).toBeGreaterThan(0);
  expect(row!['rewards/embedding/mean']).toBeLessThanOrEqual(1);
});

test('its worker cannot reach another origin, and nothing was asked of anyone but the page itself', async () => {
  const workers = await Promise.all(lab.page.workers().map(async (own) => ({ own, name: await own.evaluate(() => self.name) })));
  const worker = workers.find(({ name }) => name === 'embedding')!.own;
  expect(await worker.evaluate(() => fetch('https://huggingface.co/api/models').then(() => 'got out', () => 'refused'))).toBe('refused');
  // The one error is the policy's report of that attempt.
  expect(lab.errors.filter((error) => !/Content Security Policy/.test(error))).toEqual([]);
  expect(runtime().some((address) => address.endsWith('.wasm'))).toBe(true);
  await expectOwnRequestsOnly({ url: lab.url, requests: lab.requests.filter((address) => address !== 'https://huggingface.co/api/models') });
  expect(await hosts()).toEqual([new URL(lab.url).host]);
});
