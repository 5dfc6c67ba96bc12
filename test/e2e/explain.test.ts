/** The Explain tab on the built page without WebGPU: the recorded run, its levels filling each other, attention, exhibits and their links, and axe in both themes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, openTab } from './harness';
import type { OpenPage } from './harness';
import { axe } from './screens';

let lab: OpenPage;
beforeAll(async () => {
  lab = await openPage({ waitReady: false });
  await lab.context.addInitScript(() => { Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined }); });
  await lab.page.goto(`${lab.url}#explain`);
  await lab.page.reload();
  await lab.page.locator('#explain-formula').waitFor();
});
afterAll(async () => { await lab?.close(); });

const text = (selector: string): Promise<string> => lab.page.locator(selector).innerText();

test('the story is told without WebGPU: scrubbed by slider, keys and buttons', async () => {
  const { page } = lab, slider = page.locator('.scrub input');
  expect(await page.evaluate(() => navigator.gpu)).toBeUndefined();
  expect(await text('.explain-head')).toMatch(/Recorded .* updates of the .*starter/);
  const newest = await text('#story-words');
  await slider.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => text('#story-step')).toMatch(/^step 0 of/);
  expect(await text('#story-words')).toContain('This is where it begins');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => text('#story-step')).toMatch(/^step [1-9]\d* of/);
  await page.getByRole('button', { name: 'To the newest' }).click();
  await expect.poll(() => text('#story-words')).toBe(newest);
  expect(await page.locator('.story-functions li').count()).toBe(10);
  await page.locator('.story-functions button').nth(3).click();
  const name = await page.locator('.story-functions .story-name').nth(3).innerText();
  await expect.poll(() => text('.story-sides h3 >> nth=0')).toContain(name);
});

test('a step is opened from the story; a token of it fills the formula; stages go on by their buttons', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: 'To step 0' }).click();
  await page.getByRole('button', { name: 'Open the nearest kept step' }).click();
  await expect.poll(() => text('#opened-step')).toBe('step 1');
  for (let i = 0; i < 7; i++) await page.getByRole('button', { name: 'Next stage ›' }).click();
  await expect.poll(() => text('#stage-name')).toBe('8 of 9: Tokens');
  const chips = page.locator('.token-text').first().locator('[role=option]');
  await chips.nth(2).focus();
  await expect.poll(() => text('#formula-token')).toContain('(3 of ');
  const token = (await chips.nth(2).textContent())!.trim();
  expect(await text('#formula-token')).toContain(token);
  // The advantage in the formula is that of the chosen sample, worked out from the rewards shown beside it.
  const [, r, mu, sd, eps, made] = /\(([\d.]+) − ([\d.]+)\) \/ \(([\d.]+) \+ ([\d.]+)\) = ([+−][\d.]+)/.exec(await text('#formula-advantage'))!;
  expect(Math.abs((Number(r) - Number(mu)) / (Number(sd) + Number(eps)) - Number(made!.replace('−', '-')))).toBeLessThan(0.03);
  expect(await page.locator('#methods tbody tr').count()).toBe(10);
  expect(await page.locator('.formula-source .code').first().innerText()).toContain('rDocMode');
  await page.getByRole('button', { name: 'Next stage ›' }).click();
  await expect.poll(() => text('.stage')).toMatch(/layer 1[\s\S]*% of its length/);
});

test('a head\'s looks follow the focus', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: /layer 2, head 1/ }).click();
  const tokens = page.locator('.attend-text [role=option]');
  await tokens.last().focus();
  await page.keyboard.press('Home');
  await expect.poll(() => text('#attend-words')).toMatch(/At\s+<\|bos\|>\s+this head looks at\s+<\|bos\|>\s+100 %/);
  await page.keyboard.press('End');
  await expect.poll(() => page.locator('.attend.from').getAttribute('data-i')).toBe(String(await tokens.count() - 1));
});

test('an exhibit asks first, then sets exactly what its link says', async () => {
  const { page } = lab, card = page.locator('#exhibit-too-fast');
  await card.locator('summary').first().click();
  const go = card.getByRole('button', { name: 'Set it up' });
  expect(await go.isDisabled()).toBe(true);
  expect(await card.locator('.outcome').count()).toBe(0);
  await card.getByRole('radio').nth(1).check();
  await go.click();
  await expect.poll(() => card.locator('.badge').innerText()).toBe('set up');
  await card.locator('.outcome summary').click();
  expect(await card.locator('.outcome').innerText()).toMatch(/expected[\s\S]*held-out similarity\s+0\.\d+ → 0\.\d+/);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    expect(await axe(page)).toEqual([]);
  }
  const link = await card.getByRole('link').getAttribute('href');
  await page.goto(new URL(link!, lab.url).href);
  await openTab(page, 'Train');
  expect(await page.locator('#address-errors').count()).toBe(0);
  await openTab(page, 'Explain');
  await expect.poll(() => page.locator('#exhibit-too-fast .badge').count()).toBe(1);
  await page.setViewportSize({ width: 320, height: 800 });
  for (const stage of [0, 4, 7]) {
    await page.locator('.stages button').nth(stage).click();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  }
  expect(lab.errors).toEqual([]);
});
