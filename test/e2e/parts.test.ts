/** The parts that only a run fills, for everybody: axe in both themes and forced colours, and where the keyboard ends up when a menu or a field goes away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, openTab, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';
import { everyLook } from './screens';

let lab: OpenPage;

beforeAll(async () => {
  lab = await openPage({ query: `preset=demo&model=starter-small&steps=2&${SMALL_RUN}` });
  await lab.page.emulateMedia({ reducedMotion: 'reduce' });
});
afterAll(async () => { await lab?.close(); });

test('menus of charts, the foot, compared runs, a tried model and all of Data hold no fault', async () => {
  const { page } = lab, found: string[] = [];
  const active = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent?.trim().split(' ')[0] ?? '');
  await page.setViewportSize({ width: 1280, height: 900 });
  await openTab(page, 'Train');
  expect(await page.locator('#consequence').innerText()).toContain('not measured yet in this browser');
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  // What was just measured is told at once, not at the next visit.
  await expect.poll(() => page.locator('#consequence').innerText()).toMatch(/about [\d.]+ s a step/);

  const chart = page.locator('.chart').first(), menu = chart.locator('.chart-more');
  await chart.getByRole('button', { name: 'Table' }).click();
  await menu.locator('summary').click();
  await page.locator('.about summary').evaluate((summary) => { (summary.parentElement as HTMLDetailsElement).open = true; });
  found.push(...await everyLook(page, 'a chart, its menu and table, and the foot'));
  const opened = (): Promise<boolean> => menu.evaluate((details: HTMLDetailsElement) => details.open);
  expect(await opened()).toBe(true);
  await menu.getByRole('button', { name: 'Larger' }).focus();
  await page.keyboard.press('Escape');
  expect(await opened()).toBe(false);
  expect(await active()).toBe('More');
  await page.keyboard.press('Enter');
  expect(await opened()).toBe(true);
  await page.locator('.charts-head h2').first().click();
  expect(await opened()).toBe(false);

  await openTab(page, 'Runs');
  const row = page.locator('[data-run]').first();
  await row.locator('.eye').click();
  await row.locator('.run-more summary').click();
  await page.locator('#compare .plot canvas').first().waitFor();
  found.push(...await everyLook(page, 'runs compared'));
  await row.getByRole('button', { name: 'Rename' }).click();
  await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('name');
  await page.keyboard.type('Seen first');
  await page.keyboard.press('Enter');
  await expect.poll(() => row.locator('.list-name b').innerText()).toBe('Seen first');
  expect(await active()).toBe('Rename');

  await openTab(page, 'Models');
  await page.getByRole('radio', { name: /Round trip/ }).check();
  await page.locator('#write').click();
  await expect.poll(() => page.locator('.try-pane').evaluateAll((panes) => panes.map((pane) => (pane as HTMLElement).dataset['state'])), { timeout: 60_000 }).toEqual(['done', 'done']);
  await page.locator('.tokens summary').first().click();
  found.push(...await everyLook(page, 'a model tried'));

  await openTab(page, 'Data');
  for (const section of ['functions', 'files', 'choose', 'tokenizer']) {
    const button = page.locator(`#section-${section}`);
    await button.click();
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
    await page.waitForTimeout(300);
    found.push(...await everyLook(page, `Data, ${section}`));
  }
  expect(found).toEqual([]);
  expect(lab.errors).toEqual([]);
}, 240_000);
