/** The first minute of a first visit and what a person feels meanwhile: when there is something to see, and how soon the page answers while it trains. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, openTab } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage;
beforeAll(async () => { lab = await openPage(); });
afterAll(async () => { await lab?.close(); });

/** Bounds for software adapters on a busy machine; the figures are printed. */
const FIRST_POINT = 30_000, FIRST_EPISODE = 60_000;

test('settings are searched, what was changed is listed with a way back, and what does not fit is said before Start', async () => {
  const { page } = lab, unfit = page.locator('#unfit');
  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('updates per');
  await expect.poll(() => page.locator('.settings .field').count()).toBeLessThan(12);
  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('');
  await page.locator('#set-steps').fill('77');
  await page.locator('#set-steps').press('Enter');
  await expect.poll(() => page.locator('#differences summary').textContent()).toBe('1 changed from Demo');
  await page.locator('#differences summary').click();
  await page.locator('#differences .reset').click();
  await expect.poll(() => page.locator('#differences').count()).toBe(0);
  await expect.poll(() => page.locator('#consequence').innerText(), { timeout: 30_000 }).toMatch(/[\d.]+ MB on the adapter/);
  expect(await unfit.count()).toBe(0);
});

test('the first point and the first whole episode come soon, the episode part by part', async () => {
  const { page } = lab;
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { seen });
    let begun = 0;
    document.getElementById('start')!.addEventListener('click', () => { begun = performance.now(); });
    const look = (): void => {
      const note = (name: string, there: boolean): void => { if (there && begun > 0) seen[name] ??= performance.now() - begun; };
      const filled = document.querySelectorAll('.cards.five li[data-filled="true"]').length;
      for (let n = 1; n <= 5; n++) note(`card ${n}`, filled >= n);
      note('point', document.querySelector('.legend-item') !== null);
      requestAnimationFrame(look);
    };
    look();
  });
  await page.locator('#start').click();
  const seen = (): Promise<Record<string, number>> => page.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen);
  await expect.poll(async () => (await seen())['card 5'] ?? 0, { timeout: FIRST_EPISODE }).toBeGreaterThan(0);
  await expect.poll(async () => (await seen())['point'] ?? 0, { timeout: FIRST_EPISODE }).toBeGreaterThan(0);
  const times = await seen();
  console.log(`first minute on ${lab.adapter}: first point ${(times['point']! / 1000).toFixed(1)} s, first whole episode ${(times['card 5']! / 1000).toFixed(1)} s`);
  expect(times['point']).toBeLessThan(FIRST_POINT);
  expect(times['card 5']).toBeLessThan(FIRST_EPISODE);
  // Filled in, not shown at once.
  expect(times['card 1']).toBeLessThan(times['card 5']!);
});

test('while it trains the page answers: no task over 200 ms through tabs, searches and themes', async () => {
  const { page } = lab;
  await page.evaluate(() => {
    const long: number[] = [], delays: number[] = [];
    Object.assign(globalThis, { long, delays });
    new PerformanceObserver(list => { for (const { duration } of list.getEntries()) long.push(duration); }).observe({ type: 'longtask' });
    new PerformanceObserver(list => { for (const entry of list.getEntries() as PerformanceEventTiming[]) delays.push(entry.processingStart - entry.startTime); }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
  for (const name of ['Data', 'Samples', 'Runs', 'Train', 'Samples', 'Train'] as const) {
    await openTab(page, name);
    await page.waitForTimeout(400);
  }
  await page.getByRole('searchbox', { name: 'Search the settings' }).pressSequentially('learning rate', { delay: 40 });
  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('');
  for (const scheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.waitForTimeout(400);
  }
  const { long, delays } = await page.evaluate(() => {
    const { long: tasks, delays: waits } = globalThis as unknown as { long: number[]; delays: number[] };
    return { long: tasks, delays: waits };
  });
  const sorted = delays.toSorted((a, b) => a - b), worst = sorted.at(-1) ?? 0, p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  console.log(`while training on ${lab.adapter}: ${long.length} tasks over 50 ms, the longest ${Math.max(0, ...long).toFixed(0)} ms; input delay p95 ${p95.toFixed(0)} ms, worst ${worst.toFixed(0)} ms of ${delays.length}`);
  expect(long.filter(ms => ms > 200)).toEqual([]);
});

test('a change while it runs is said to wait, Stop is acknowledged at once, and no error was reported', async () => {
  const { page } = lab;
  await page.locator('#set-seed').fill('9');
  await page.locator('#set-seed').press('Enter');
  await expect.poll(() => page.locator('#pending').innerText()).toContain('Seed: now 0, then 9');
  const waited = await page.evaluate(async () => {
    const state = document.getElementById('run-state')!, from = performance.now();
    document.getElementById('stop')!.click();
    while (state.dataset['state'] !== 'stopping' && performance.now() - from < 5000) await new Promise(resolve => { setTimeout(resolve, 1); });
    return performance.now() - from;
  });
  expect(waited).toBeLessThan(100);
  expect(lab.errors).toEqual([]);
});
