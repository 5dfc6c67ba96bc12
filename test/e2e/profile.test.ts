/** The Profile tab on the built page: a run's next step is timed kernel by kernel, and the trace that is saved adds up to what is shown. */
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Trace } from '../../src/ui/profile/trace';
import { openPage, openTab, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage;

beforeAll(async () => {
  lab = await openPage({ query: `preset=demo&steps=60&seed=3&${SMALL_RUN}` });
});
afterAll(async () => {
  await lab?.close();
});

/** The file that a button saves. */
async function saved(button: Locator): Promise<string> {
  const waiting = lab.page.waitForEvent('download');
  await button.click();
  return readFile(await (await waiting).path(), 'utf8');
}

/** Every number of a row of cells, in order; the bar's percent too. */
const numbers = async (row: Locator): Promise<number[]> => (await row.locator('td').allInnerTexts()).map((text) => Number.parseFloat(text.replaceAll(',', '')));

test('without a run the tab says what it needs, and the arrow keys reach it', async () => {
  const { page } = lab;
  await openTab(page, 'Tests');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.getByRole('tab', { name: 'Profile' }).getAttribute('aria-selected')).toBe('true');
  expect(await page.locator('#profile-next').isDisabled()).toBe(true);
  expect(await page.locator('#profile-state').innerText()).toMatch(/^No run is under way/);
});

test('a run\'s next step and block of decoding are shown kernel by kernel', async () => {
  const { page } = lab;
  await page.locator('#start').click();
  await waitForState(page, 'running');
  await page.locator('#profile-next').click();
  await expect.poll(() => page.locator('#profile-state').innerText()).toMatch(/^Waiting for /);
  for (const work of ['train', 'decode']) {
    const part = page.locator(`[data-work=${work}]`);
    await part.waitFor({ timeout: 600_000 });
    const matmul = part.locator('tr[data-kernel^="matmul"]').first();
    const [calls, ms, share, gflops] = await numbers(matmul);
    expect(calls).toBeGreaterThanOrEqual(1);
    expect(ms).toBeGreaterThan(0);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(100);
    expect(gflops).toBeGreaterThan(0);
    // Sorted, and the sums at the foot are those of the rows.
    const rows = await Promise.all((await part.locator('tbody tr[data-kernel]').all()).map(numbers));
    const times = rows.map((row) => row[1]!);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const [allCalls, allMs] = await numbers(part.locator('tfoot tr'));
    expect(rows.reduce((sum, row) => sum + row[0]!, 0)).toBe(allCalls);
    expect(Math.abs(times.reduce((sum, time) => sum + time, 0) / allMs! - 1)).toBeLessThan(0.02);
  }
  await expect.poll(() => page.locator('#profile-state').innerText()).toMatch(/press the button for a newer profile/);
  expect(await page.locator('#memory li').count()).toBeGreaterThanOrEqual(3);
});

test('the trace has every dispatch, and its times add up to the table', async () => {
  const { page } = lab;
  const { traceEvents } = JSON.parse(await saved(page.locator('#save-trace'))) as Trace;
  const csv = (await saved(page.locator('#save-kernels'))).trim().split('\r\n').map((line) => line.split(','));
  for (const [work, name] of [['train', 'Training step'], ['decode', 'Block of decoding']] as const) {
    const { pid } = traceEvents.find((event) => event.name === 'process_name' && event.args['name'] === name)!;
    const gpu = traceEvents.filter((event) => event.pid === pid && event.cat === 'gpu');
    const [calls, ms] = await numbers(page.locator(`[data-work=${work}] tfoot tr`));
    expect(gpu).toHaveLength(calls!);
    const micros = gpu.reduce((sum, event) => sum + event.dur!, 0);
    expect(Math.abs(micros / 1000 / ms! - 1)).toBeLessThan(0.01);
    expect(traceEvents.filter((event) => event.pid === pid && event.cat === 'cpu').map((event) => event.dur! > 0)).toEqual([true]);
    // One queue: no dispatch starts before the one before it.
    const starts = gpu.map((event) => event.ts!);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    const ofWork = csv.filter((row) => row[0] === work);
    expect(ofWork.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(calls);
    expect(Math.abs(ofWork.reduce((sum, row) => sum + Number(row[3]), 0) * 1000 - micros)).toBeLessThan(1 + gpu.length * 0.001);
  }
});

test('the run goes on to a stop, and no error was reported', async () => {
  const { page } = lab;
  await page.locator('#stop').click();
  await waitForState(page, 'stopped');
  await expect.poll(() => page.locator('#profile-state').innerText()).toMatch(/^No run is under way/);
  expect(await page.locator('[data-work=train]').isVisible()).toBe(true);
  expect(lab.errors).toEqual([]);
});

test('without timestamp queries the tab says so, and shows the clock, the processor and the memory', async () => {
  await lab.close();
  lab = await openPage({ query: `preset=demo&steps=60&seed=3&${SMALL_RUN}` });
  const { page, context } = lab;
  // A device that was never given the feature: what a browser without it would hand out.
  const without = `{ const request = GPUAdapter.prototype.requestDevice; GPUAdapter.prototype.requestDevice = function (asked) {
    return request.call(this, { ...asked, requiredFeatures: [...(asked?.requiredFeatures ?? [])].filter(name => name !== 'timestamp-query') }); }; }\n`;
  await context.route(/\/trainer-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: without + await response.text() });
  });
  await page.locator('#start').click();
  await waitForState(page, 'running');
  await openTab(page, 'Profile');
  await page.locator('#profile-next').click();
  for (const work of ['train', 'decode']) {
    const part = page.locator(`[data-work=${work}]`);
    await part.waitFor({ timeout: 600_000 });
    expect(await part.locator('table, svg').count()).toBe(0);
    const tiles = Object.fromEntries((await part.locator('.tiles li').allInnerTexts()).map((text) => text.split('\n').reverse() as [string, string]));
    expect(Object.keys(tiles)).toEqual(['wall clock', 'CPU to record and submit', 'tokens/s', 'tokens']);
    for (const figure of Object.values(tiles)) expect(Number.parseFloat(figure)).toBeGreaterThan(0);
  }
  expect(await page.locator('#no-timestamps').innerText()).toMatch(/no timestamp queries/);
  expect(await page.locator('#memory li').count()).toBeGreaterThanOrEqual(3);
  const { traceEvents } = JSON.parse(await saved(page.locator('#save-trace'))) as Trace;
  expect(traceEvents.filter((event) => event.ph === 'X').map((event) => event.cat)).toEqual(['cpu', 'cpu']);
  expect(lab.errors).toEqual([]);
});
