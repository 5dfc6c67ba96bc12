/** The Samples tab on the built page: a real run's tokens by keyboard and in a table, the diff editor under the policy, links, filters, and accessibility in each state. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, openTab, waitForState } from './harness';
import type { OpenPage } from './harness';

let lab: OpenPage;
beforeAll(async () => { lab = await openPage({ query: 'preset=demo&model=starter-small&steps=2&seed=3&codesPerStep=9&documentations=2&evaluateEvery=9&evaluateItems=2&traceGroups=1' }); });
afterAll(async () => { await lab?.close(); });

const violations = async (): Promise<string[]> => (await new AxeBuilder({ page: lab.page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);

test('tokens carry what the update did: by arrows, in the card and in the table', async () => {
  const { page } = lab;
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  await openTab(page, 'Samples');
  const chips = page.locator('.token-text').first().locator('[role=option]'), card = page.locator('.token-card');
  await expect.poll(() => chips.count()).toBeGreaterThan(3);
  // Text nodes end to end are the completion; the end token is drawn as one mark.
  const text = (await chips.allTextContents()).join('').replaceAll('⏎\n', '\n').replace('∅', '');
  expect(text.trim()).toContain((await page.locator('.doc').innerText()).slice(0, 8));
  await chips.first().focus();
  for (const [key, at] of [['ArrowRight', 2], ['ArrowRight', 3], ['ArrowLeft', 2], ['End', await chips.count()], ['Home', 1]] as const) {
    await page.keyboard.press(key);
    expect(await card.innerText()).toContain(`token ${at} of`);
  }
  expect(await chips.evaluateAll((all) => all.filter((chip) => (chip as HTMLElement).tabIndex === 0).length)).toBe(1);
  expect(await card.innerText()).toMatch(/Ratio\s+1\s+Entropy/);
  expect(await card.innerText()).toMatch(/After the update\s+-?[\d.e-]+ \([+−]/);
  // The first function of the step was followed; its tokens moved.
  await page.getByLabel('Colour by').selectOption('change');
  expect(await chips.evaluateAll((all) => all.filter((chip) => /t-(up|down)/.test(chip.className)).length)).toBeGreaterThan(2);
  expect(await violations()).toEqual([]);
  await page.getByRole('button', { name: 'Table', exact: true }).click();
  expect(await page.locator('.tokens table tbody tr').count()).toBeGreaterThan(await chips.count());
  expect(await page.locator('.tokens table tbody tr').first().innerText()).toMatch(/pushed (up|down)|not pushed/);
});

/** Turns so many samples on, each once the one before is shown. */
async function turn(key: 'ArrowLeft' | 'ArrowRight', times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const before = lab.page.url();
    await lab.page.keyboard.press(key);
    await expect.poll(() => lab.page.url()).not.toBe(before);
    const link = `[aria-current=true][href="${new URL(lab.page.url()).hash}"]`;
    await lab.page.locator(link).waitFor();
  }
}

test('left and right turn to the next sample, across functions and pages; each has an address', async () => {
  const { page } = lab, current = page.locator('.groups [aria-current=true]');
  await page.locator('.detail h2').click();
  const first = await page.locator('.detail h2').innerText();
  await turn('ArrowRight', 16);
  await expect.poll(() => page.locator('.groups').innerText()).toContain('functions 9 to 9 of 9');
  expect(await current.count()).toBe(1);
  const link = page.url();
  expect(link).toMatch(/#samples\?run=.*&step=2&item=.*&group=0/);
  await turn('ArrowLeft', 16);
  await expect.poll(() => page.locator('.detail h2').innerText()).toBe(first);
  expect(await page.locator('.detail a', { hasText: 'Previous' }).getAttribute('href')).toBe(null);
  await page.goto(link);
  await expect.poll(() => page.locator('.groups').innerText()).toContain('functions 9 to 9 of 9');
  await page.evaluate(() => { location.hash = location.hash.replace(/item=[^&]*/, 'item=gone'); });
  await expect.poll(() => page.locator('.samples > .note').innerText().catch(() => '')).toContain('a function that step 2 has no sample of');
  await page.evaluate(() => { location.hash = location.hash.replace(/step=\d+&item=[^&]*/, 'step=77'); });
  await expect.poll(() => page.locator('.samples > .empty').innerText().catch(() => '')).toMatch(/No samples are kept of step 77.*steps 1 to 2/);
  await page.goto(link);
});

test('the diff editor comes when it is asked for, draws itself, and breaks no rule of the page', async () => {
  const { page } = lab, before = lab.requests.length;
  await page.setViewportSize({ width: 2000, height: 1000 });
  await page.getByRole('button', { name: 'Open in a diff editor' }).click();
  const merge = page.locator('.merge');
  await expect.poll(() => merge.locator('.cm-line').count()).toBeGreaterThan(1);
  expect(lab.requests.slice(before).filter((address) => /merge_view/.test(address)).length).toBe(1);
  // Its sheet is at work: lines are numbered in a column of their own, side by side.
  const [a, b] = await merge.locator('.cm-content').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
  expect(b! - a!).toBeGreaterThan(100);
  expect(await merge.evaluate((host) => host.shadowRoot!.adoptedStyleSheets.length)).toBeGreaterThan(0);
  expect(await merge.evaluate((host) => host.shadowRoot!.querySelectorAll('style').length)).toBe(0);
  expect(await violations()).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await page.locator('.narrow-only').isVisible()).toBe(true);
  expect(await page.locator('.wide-only').first().isVisible()).toBe(false);
  expect(await violations()).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
  expect(await violations()).toEqual([]);
  expect(lab.errors).toEqual([]);
});
