/** The journey of a first visit on the built page: open, start, stop, reload, resume, look, export; and what it asked for. */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModelFolder } from '../../src/formats/model_folder';
import { REQUIRED } from '../../scripts/lab';
import { ready } from '../../scripts/page';
import { expectOwnRequestsOnly, openLogged, openTab, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage;
let hosts: () => Promise<string[]>;

beforeAll(async () => {
  ({ lab, hosts } = await openLogged(`preset=demo&steps=6&seed=3&${SMALL_RUN}`));
});
afterAll(async () => {
  await lab?.browser.close();
  await lab?.close();
});

test('a first visit is ready: Start has the focus and one line says what will happen', async () => {
  const { page } = lab;
  const start = page.locator('#start');
  await expect.poll(() => start.isEnabled(), { timeout: 60_000 }).toBe(true);
  expect(await start.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await page.locator('.runbar-next').innerText()).toMatch(/^Start \(demo\) .* 6 updates/);
  expect(await page.locator('#capability').innerText()).not.toBe('No WebGPU');
  expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Data', 'Train', 'Samples', 'Explain', 'Runs', 'Models', 'UCoder', 'Tests', 'Profile']);
});

test('Start trains, and rows appear in the chart as it does', async () => {
  const { page } = lab;
  await page.locator('#start').click();
  await openTab(page, 'Train');
  await expect.poll(async () => Number((await page.locator('#run-step').textContent().catch(() => ''))?.match(/\d+/)?.[0] ?? 0), { timeout: 300_000 }).toBeGreaterThanOrEqual(2);
  const chart = page.locator('figure.chart').first();
  await chart.getByRole('button', { name: 'Table' }).click();
  await expect.poll(() => chart.locator('tbody tr').count()).toBeGreaterThanOrEqual(2);
  // A canvas that nothing was drawn on has one colour.
  const colours = await chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => new Set(new Uint32Array(canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size);
  expect(colours).toBeGreaterThan(2);
});

test('Stop saves, a reload offers the run, and resuming finishes it', async () => {
  const { page } = lab;
  await page.locator('#stop').click();
  await waitForState(page, 'stopped');
  const stoppedAt = Number((await page.locator('#run-step').innerText()).match(/\d+/)![0]);
  expect(stoppedAt).toBeGreaterThanOrEqual(2);
  expect(stoppedAt).toBeLessThan(6);
  await page.reload();
  await ready(page, lab.errors);
  const resume = page.locator('#resume');
  await expect.poll(() => resume.innerText().catch(() => ''), { timeout: 30_000 }).toContain(`at step ${stoppedAt}`);
  await resume.click();
  await waitForState(page, 'finished');
  expect(await page.locator('#run-step').innerText()).toBe('step 6 / 6');
});

test('Samples show the original, the documentation and the reconstruction, as text', async () => {
  const { page } = lab;
  await openTab(page, 'Samples');
  const rows = page.locator('.group tbody tr');
  await expect.poll(() => rows.count(), { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  const panel = await page.getByRole('tabpanel').innerText();
  expect(panel).toMatch(/def |function |=>/);
  expect(panel).toMatch(/advantage/i);
});

test('Runs lists the run with its steps, and its files are whole', async () => {
  const { page } = lab;
  await openTab(page, 'Runs');
  const row = page.locator('[data-run]').first();
  await expect.poll(() => row.innerText()).toMatch(/step 6 \/ 6/);
  const waiting = page.waitForEvent('download');
  await row.getByRole('button', { name: 'Export zip' }).click();
  const files = unzipSync(await readFile(await (await waiting).path()));
  for (const name of REQUIRED) expect(Object.keys(files)).toContain(name);
  const rows = new TextDecoder().decode(files['metrics.jsonl']).trim().split('\n').map((line) => JSON.parse(line) as Record<string, number>);
  // Resumed where it stopped: every update once, none twice.
  expect(rows.filter((entry) => 'loss' in entry).map((entry) => entry['step'])).toEqual([1, 2, 3, 4, 5, 6]);
  const model = readModelFolder(Object.entries(files).filter(([name]) => name.startsWith('model/')).map(([name, bytes]) => ({ name: name.slice(6), bytes })));
  expect(model.tensors.length).toBeGreaterThan(9 * model.config.num_hidden_layers);
});

test('no error was reported, and nothing was asked of anyone but the page itself', async () => {
  expect(lab.errors).toEqual([]);
  expect(lab.requests.length).toBeGreaterThan(10);
  await expectOwnRequestsOnly(lab);
  const own = new URL(lab.url).host;
  expect(await hosts()).toEqual([own]);
});
