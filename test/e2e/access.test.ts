/** The page for everybody: axe in every state, both themes and forced colours; narrow, zoomed and wide; by keyboard alone; one voice; and how little is loaded first. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dist } from '../../scripts/build.mjs';
import { TABS } from '../../src/ui/place';
import { openPage, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';
import { everyLook } from './screens';

let lab: OpenPage;
let page: Page;

beforeAll(async () => {
  lab = await openPage({ query: `preset=demo&model=starter-small&steps=400&${SMALL_RUN}` });
  ({ page } = lab);
  await page.emulateMedia({ reducedMotion: 'reduce' });
});
afterAll(async () => { await lab?.close(); });

/** Shows a tab by its address and waits for what it draws. */
async function show(tab: string): Promise<void> {
  await page.evaluate((hash) => { location.hash = hash; }, `#${tab}`);
  await expect.poll(() => page.locator(`#tab-${tab}`).getAttribute('aria-selected')).toBe('true');
  await expect.poll(() => page.locator('#panel').evaluate((panel) => panel.textContent.length > 30 && !/^Loading…/.test(panel.textContent))).toBe(true);
}

const broken = (state: string): Promise<string[]> => everyLook(page, state);

/** How wide the page is once it has settled in a new window: charts and panels follow their observers some frames later. */
async function needed(width: number): Promise<number> {
  const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
  for (let i = 0; i < 20 && await wide() > width; i++) await page.waitForTimeout(50);
  return await wide();
}

/** What can be pressed and is smaller than 24 by 24 pixels; links inside a sentence are excepted, as WCAG 2.5.8 does. */
async function small(): Promise<string[]> {
  return await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('button, a[href], select, summary, textarea, input:not([type=file]), [role=tab]')].flatMap((one) => {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.unseen')) return [];
    const inText = one.matches('a, button.link') && [...one.parentElement!.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim().length > 3);
    if (inText) return [];
    // A box with its words in one label is pressed anywhere on the label.
    const box = (one.matches('input[type=checkbox], input[type=radio]') ? one.closest('label') ?? one : one).getBoundingClientRect();
    return box.width >= 23.99 && box.height >= 23.99 ? [] : [`${one.tagName.toLowerCase()}#${one.id}.${one.className} "${one.textContent.slice(0, 30)}" is ${box.width.toFixed(0)} by ${box.height.toFixed(0)}`];
  }));
}

test('the first view is small and paints at once', async () => {
  const context = await lab.browser.newContext({ serviceWorkers: 'block' });
  const first = await context.newPage();
  const files = new Set<string>();
  first.on('response', (response) => { if (['document', 'script', 'stylesheet'].includes(response.request().resourceType()) && response.url().startsWith(lab.url)) files.add(new URL(response.url()).pathname.slice(1) || 'index.html'); });
  await first.goto(lab.url);
  await expect.poll(() => first.locator('#start').isEnabled(), { timeout: 30_000 }).toBe(true);
  const paint = await first.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity);
  // Workers, their scripts and the starter's tokenizer come beside it and hold nothing up; other tabs follow when there is nothing to do.
  const names = [...files].filter((name) => !/(^|\/)(sample|tokenizer|trainer|corpus|reward|sandbox|embedding|colour|highlight|answers|planner)[\w-]*\.js$/.test(name) && !/(data|samples|runs|profile|models|explain|tests|ucoder)_view/.test(name));
  expect(names).toEqual(expect.arrayContaining(['index.html', expect.stringMatching(/index-.*\.js$/), expect.stringMatching(/index-.*\.css$/), expect.stringMatching(/train_view-.*\.js$/)]));
  let bytes = 0;
  for (const name of names) bytes += gzipSync(await readFile(join(dist, name))).length;
  console.log(`first view: ${(bytes / 1000).toFixed(1)} kB gzip in ${names.length} files; first contentful paint ${paint.toFixed(0)} ms`);
  expect(bytes).toBeLessThanOrEqual(150_000);
  expect(paint).toBeLessThan(2_500);
  await context.close();
}, 60_000);

test('axe finds nothing in any tab, dialog or menu, and everything that can be pressed is large enough', async () => {
  const found: string[] = [];
  for (const tab of TABS) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await show(tab);
    found.push(...await broken(tab));
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await small()).map((one) => `${tab} at ${width}: ${one}`));
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  for (const id of ['share', 'keys']) {
    await page.locator(`#${id}`).click();
    await page.locator(`#${id}-dialog[open]`).waitFor();
    found.push(...await broken(`${id} dialog`), ...(await small()).map((one) => `${id} dialog: ${one}`));
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
  }
  await page.locator('#display summary').click();
  found.push(...await broken('display menu'), ...(await small()).map((one) => `display menu: ${one}`));
  await page.keyboard.press('Escape');
  expect(await page.locator('#display').evaluate((menu: HTMLDetailsElement) => menu.open)).toBe(false);
  expect(found).toEqual([]);
}, 240_000);

test('nothing scrolls sideways from 320 pixels to a wall, zoomed or in large type, and nothing moves for who asked for stillness', async () => {
  const wide: string[] = [];
  for (const tab of TABS) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await show(tab);
    // 640 by 450 and 320 by 256 are a window of 1280 by 900 and 1280 by 1024 at 200 and 400 percent.
    for (const [width, height] of [[320, 256], [390, 844], [640, 450], [768, 1024], [1920, 1080], [3840, 2160]] as const) {
      await page.setViewportSize({ width, height });
      const needs = await needed(width);
      if (needs > width) wide.push(`${tab} needs ${needs} of ${width}`);
      if (height <= 450) expect(await page.locator('.runbar').evaluate((bar) => getComputedStyle(bar).position)).toBe('static');
    }
    await page.evaluate(() => { document.documentElement.dataset['scale'] = 'large'; });
    await page.setViewportSize({ width: 390, height: 844 });
    const needs = await needed(390);
    if (needs > 390) wide.push(`${tab} in large type needs ${needs} of 390`);
    await page.evaluate(() => { document.documentElement.dataset['scale'] = 'normal'; });
  }
  expect(wide).toEqual([]);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
}, 120_000);

test('what has the focus is never under the bar', async () => {
  await page.setViewportSize({ width: 1280, height: 620 });
  await show('train');
  await page.locator('#tab-train').focus();
  const hidden: string[] = [];
  // Down the page and back up: it is on the way up that a bar at the top covers what comes into view.
  for (const key of [...Array<string>(45).fill('Tab'), ...Array<string>(45).fill('Shift+Tab')]) {
    await page.keyboard.press(key);
    const covered = await page.evaluate(() => {
      const one = document.activeElement, bar = document.querySelector('.runbar')!;
      if (!one || one === document.body || one.closest('.runbar, .top, .unseen') || getComputedStyle(bar).position !== 'sticky') return '';
      const box = one.getBoundingClientRect();
      return box.bottom <= bar.getBoundingClientRect().bottom + 1 ? `${one.tagName.toLowerCase()}#${one.id} "${one.textContent.slice(0, 30)}" ends at ${box.bottom}` : '';
    });
    if (covered) hidden.push(covered);
  }
  expect(hidden).toEqual([]);
}, 60_000);

test('a whole run by keyboard alone: start, pause, step, save, stop, a sample, the file; with one voice and axe at every stop', async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await show('train');
  await page.evaluate(() => {
    const heard: [number, string][] = [];
    Object.assign(globalThis, { heard });
    const region = document.getElementById('live')!;
    new MutationObserver(() => { heard.push([performance.now(), region.textContent]); }).observe(region, { childList: true, characterData: true, subtree: true });
  });
  const focusOn = async (wanted: string, key = 'Tab', most = 200): Promise<void> => {
    for (let i = 0; i < most; i++) {
      if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, wanted)) return;
      await page.keyboard.press(key);
    }
    throw new Error(`Tab does not reach ${wanted}.`);
  };
  await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
  await focusOn('#start');
  await page.keyboard.press('Enter');
  await waitForState(page, 'running', 120_000);
  await expect.poll(() => page.locator('#run-step').innerText(), { timeout: 120_000 }).toMatch(/^step [1-9]/);
  expect(await page.title()).toMatch(/^\d+ % · \S+/);
  expect(await broken('running')).toEqual([]);

  await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
  await page.keyboard.press('s');
  await expect.poll(() => page.locator('.toast').innerText()).toContain('saves at its next step');
  await page.keyboard.press(' ');
  await waitForState(page, 'paused', 120_000);
  const at = (): Promise<number> => page.locator('#run-step').innerText().then((text) => Number(text.match(/\d+/)![0]));
  const before = await at();
  await page.keyboard.press('.');
  await expect.poll(at, { timeout: 60_000 }).toBe(before + 1);
  await waitForState(page, 'paused', 120_000);
  expect(await broken('paused')).toEqual([]);
  expect(await page.title()).toMatch(/^Paused at \d+ %/);

  // Keys can be switched off, and a field takes what is typed into it.
  await page.keyboard.press('?');
  await page.locator('#keys-dialog').waitFor();
  await focusOn('#keys-dialog input[type=checkbox]');
  await page.keyboard.press(' ');
  await page.keyboard.press('Escape');
  await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
  await page.keyboard.press('1');
  expect(await page.locator('#tab-train').getAttribute('aria-selected')).toBe('true');
  await focusOn('#keys');
  await page.keyboard.press('Enter');
  await focusOn('#keys-dialog input[type=checkbox]');
  await page.keyboard.press(' ');
  await page.keyboard.press('Escape');
  await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });

  await page.keyboard.press(String(TABS.indexOf('samples') + 1));
  await expect.poll(() => page.locator('#tab-samples').getAttribute('aria-selected')).toBe('true');
  const open = (): Promise<string> => page.locator('#panel a.row-link[aria-current=true]').first().getAttribute('href', { timeout: 1000 }).then(String, () => '');
  await page.keyboard.press('ArrowRight');
  await expect.poll(open).not.toBe('');
  const one = await open();
  await page.keyboard.press('ArrowRight');
  await expect.poll(open).not.toBe(one);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(open).toBe(one);
  expect(await broken('a sample')).toEqual([]);

  await focusOn('#stop');
  await page.keyboard.press('Enter');
  await waitForState(page, 'stopped', 120_000);
  await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
  await page.keyboard.press(String(TABS.indexOf('runs') + 1));
  await expect.poll(() => page.locator('[data-run]').count()).toBeGreaterThan(0);
  expect(await broken('stopped, Runs')).toEqual([]);
  const saving = page.waitForEvent('download', { timeout: 60_000 });
  for (let i = 0; i < 200 && !await page.evaluate(() => /^Export zip/.test(document.activeElement?.textContent ?? '')); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect((await saving).suggestedFilename()).toMatch(/\.zip$/);

  // One region on every tab, and what it said by itself at least ten seconds apart.
  for (const tab of TABS) {
    await show(tab);
    expect(await page.locator('[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output').evaluateAll((all) => all.map((each) => each.id))).toEqual(['live']);
  }
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: [number, string][] }).heard);
  expect(heard.map(([, text]) => text)).toEqual(expect.arrayContaining(['Run started.', 'Run paused.', 'Run stopped and saved.']));
  const own = heard.filter(([, text]) => !/^(Run (started|paused|stopped)|The run saves|Copied)/.test(text));
  for (const [i, [time]] of own.entries()) if (i > 0) expect(time - own[i - 1]![0]).toBeGreaterThanOrEqual(9_900);
  expect(lab.errors).toEqual([]);
}, 400_000);
