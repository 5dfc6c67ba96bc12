/** Without a network, on a plain host under a sub-path beside a neighbour: the copy is whole, checked, of one build, and never in the way. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserFlags } from '../../scripts/browser-flags.mjs';
import { dist, root } from '../../scripts/build.mjs';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { REQUIRED } from '../../scripts/lab';
import { ready } from '../../scripts/page';
import { serve } from '../../scripts/server.mjs';
import { listBuild, sealBuild } from '../../scripts/vite-offline';
import { openTab, SMALL_RUN, waitForState } from './harness';

const QUERY = `?preset=demo&model=starter-small&steps=2&${SMALL_RUN}`;
/** The neighbour lies above, one lab below it, another one below that. */
const LABS = ['x/', 'x/y/'] as const;
let folder: string, server: Awaited<ReturnType<typeof serve>>, browser: Browser, context: BrowserContext, page: Page;
const errors: string[] = [];
const asked: string[] = [];

const start = async (port = 0): Promise<void> => { server = await serve({ folder, port, headers: {}, onRequest: path => { asked.push(path); } }); };
const address = (lab: string, query = QUERY): string => `http://localhost:${server.port}/${lab}${query}`;
const caches = (on = page): Promise<string[]> => on.evaluate(() => globalThis.caches.keys().then(names => names.sort()));
const kept = async (on = page, timeout = 60_000): Promise<void> => { await expect.poll(() => on.locator('#offline').getAttribute('data-state'), { timeout }).toBe('ready'); };
const buildOf = (on = page): Promise<string | null> => on.locator('meta[name=build]').getAttribute('content');
const open = async (lab: string, query = QUERY): Promise<void> => { await page.goto(address(lab, query)); await ready(page, errors); };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batcoder-offline-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>neighbour</title>');
  for (const lab of LABS) {
    await mkdir(join(folder, lab), { recursive: true });
    await cp(dist, join(folder, lab), { recursive: true });
  }
  await start();
  browser = await chromium.launch({ executablePath: (await findBrowser(() => {})).executablePath, args: browserFlags });
  context = await browser.newContext({ acceptDownloads: true });
  context.on('weberror', error => errors.push(String(error.error().stack ?? error.error())));
  page = await context.newPage();
  await page.goto(`http://localhost:${server.port}/`);
  await page.evaluate(() => globalThis.caches.open('neighbour').then(cache => cache.put('/thing', new Response('mine'))));
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

test('two labs under one address keep apart: each has a whole copy of its own, the neighbour is left alone', async () => {
  for (const lab of LABS) {
    await open(lab);
    await kept();
    expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(`${address(lab, '')}sw.js`);
  }
  const names = await caches();
  expect(names).toEqual([...LABS.map(lab => expect.stringMatching(new RegExp(`^batcoder-lab:http://localhost:\\d+/${lab}:v`))), 'neighbour']);
  const inCache = await page.evaluate(name => globalThis.caches.open(name).then(cache => cache.keys()).then(keys => keys.length), names[1]!);
  expect(inCache).toBe(listBuild(join(folder, 'x/y')).filter(file => file.core).length);
});

test('it can be installed', async () => {
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // Private windows, which these are, cannot install anything.
  expect(installabilityErrors.map(error => error.errorId).filter(id => id !== 'in-incognito')).toEqual([]);
  const { errors: wrong, data } = await session.send('Page.getAppManifest');
  expect(wrong).toEqual([]);
  const { icons } = JSON.parse(data!) as { icons: { src: string; sizes: string; type: string; purpose: string }[] };
  for (const icon of icons.filter(({ type }) => type === 'image/png')) {
    const png = await readFile(join(dist, icon.src));
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, icon.src).toBe(icon.sizes);
  }
  expect(icons.some(icon => icon.purpose === 'maskable')).toBe(true);
});

test('with the host gone the page reloads, trains and exports', async () => {
  await server.close();
  await context.setOffline(true);
  const { port } = server;
  await page.reload();
  await ready(page, errors);
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  await openTab(page, 'Runs');
  const waiting = page.waitForEvent('download');
  await page.locator('[data-run]').first().getByRole('button', { name: 'Export zip' }).click();
  const files = Object.keys(unzipSync(await readFile(await (await waiting).path())));
  for (const name of REQUIRED) expect(files).toContain(name);
  for (const tab of ['Data', 'Samples', 'Profile', 'Train'] as const) {
    await openTab(page, tab);
    await expect.poll(() => page.getByRole('tabpanel').innerText()).not.toMatch(/could not be loaded|^Loading…$/);
  }
  expect(errors).toEqual([]);
  await context.setOffline(false);
  await start(port);
});

test('a damaged copy is replaced, and is never given out', async () => {
  await open('x/y/');
  const damage = async (): Promise<string> => await page.evaluate(async () => {
    const name = (await globalThis.caches.keys()).find(key => key.includes('/x/y/:'))!;
    const cache = await globalThis.caches.open(name);
    const found = (await cache.keys()).find(key => /assets\/index-.*\.js$/.test(key.url))!;
    await cache.put(found, new Response('document.title = "evil"', { headers: { 'Content-Type': 'text/javascript' } }));
    return found.url;
  });
  const script = await damage();
  asked.length = 0;
  await page.reload();
  await ready(page, errors);
  expect(await page.title()).not.toBe('evil');
  // Asked for again, once, and whole again.
  expect(asked.filter(path => script.endsWith(path))).toHaveLength(1);
  expect(await page.evaluate(url => globalThis.caches.match(url).then(found => found!.text()).then(text => text.length), script)).toBeGreaterThan(10_000);
});

test('a newer build waits for the run, then takes over whole; one that is cut off or mixed is not taken at all', async () => {
  const old = await buildOf();
  const lab = join(folder, 'x/y');
  const style = listBuild(lab).find(({ path }) => /^assets\/index-.*\.css$/.test(path))!.path;
  const before = await readFile(join(lab, style));
  const look = (): Promise<void> => page.evaluate(() => navigator.serviceWorker.getRegistration().then(found => found!.update()).then(() => undefined, () => undefined));
  await writeFile(join(lab, style), `${before.toString()}\n.newer { color: red }`);
  const next = await sealBuild(lab, root);
  expect(next).not.toBe(old);
  // Half an upload: the list is new, a file is still the old one. The installation has to fail, the old build to go on.
  const after = await readFile(join(lab, style));
  await writeFile(join(lab, style), before);
  await look();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.getRegistration().then(found => found!.installing === null && found!.waiting === null)), { timeout: 30_000 }).toBe(true);
  expect(await page.locator('#update').count()).toBe(0);
  await page.reload();
  await ready(page, errors);
  expect(await buildOf()).toBe(old);

  await writeFile(join(lab, style), after);
  await open('x/y/', `?preset=demo&model=starter-small&steps=50&${SMALL_RUN}`);
  await kept();
  await page.locator('#start').click();
  await waitForState(page, 'running');
  await look();
  const notice = page.locator('#update');
  await expect.poll(() => notice.innerText().catch(() => ''), { timeout: 30_000 }).toContain('It waits until the run has ended');
  expect(await notice.getByRole('button').isDisabled()).toBe(true);
  expect(await buildOf()).toBe(old);
  await page.locator('#stop').click();
  await waitForState(page, 'stopped');

  // Another window would be left with two builds.
  const second = await context.newPage();
  await second.goto(address('x/y/'));
  await ready(second, errors);
  expect(await buildOf(second)).toBe(old);
  await notice.getByRole('button').click();
  await expect.poll(() => notice.innerText()).toContain('Close the other window');
  await second.close();
  const gone = page.waitForEvent('load');
  await notice.getByRole('button').click();
  await gone;
  await ready(page, errors);
  expect(await buildOf()).toBe(next);
  const loaded = await page.evaluate(async path => (await fetch(path)).text(), style);
  expect(loaded).toContain('.newer');
  await expect.poll(async () => (await caches()).filter(name => name.includes('/x/y/:'))).toEqual([expect.stringContaining(`:v${next}`)]);
});

test('the rest is kept when asked for, and counted; deleting takes this lab and nothing else', async () => {
  await kept();
  await page.locator('#make-available').click();
  await expect.poll(() => page.locator('#offline').innerText(), { timeout: 120_000 }).toMatch(/everything included/);
  const count = await page.evaluate(() => globalThis.caches.keys().then(names => globalThis.caches.open(names.find(name => name.includes('/x/y/:'))!)).then(cache => cache.keys()).then(keys => keys.length));
  expect(count).toBe(listBuild(join(folder, 'x/y')).length);
  expect(await page.locator('#requests').innerText()).toMatch(/^Since this page opened: \d+ requests, all for its own files; none since \d/);
  const measured = (mode: 'put' | 'count'): Promise<number> => page.evaluate(how => new Promise<number>((resolve, reject) => {
    const opening = indexedDB.open('batcoder-tuning');
    opening.onupgradeneeded = () => { opening.result.createObjectStore('kernels'); };
    opening.onerror = () => { reject(opening.error!); };
    opening.onsuccess = () => {
      // As the engine's worker does, it stays open.
      const store = opening.result.transaction('kernels', 'readwrite').objectStore('kernels');
      if (how === 'put') store.put([], 'an adapter');
      const counting = store.count();
      counting.onsuccess = () => { resolve(counting.result); };
    };
  }), mode);
  expect(await measured('put')).toBeGreaterThan(0);
  await page.locator('.about summary').click();
  await page.locator('#erase').click();
  const gone = page.waitForEvent('load');
  await page.locator('#question').getByRole('button', { name: 'Delete everything' }).click();
  await gone;
  await ready(page, errors);
  expect(await caches()).toEqual([expect.stringContaining('/x/:v'), 'neighbour']);
  expect(await measured('count')).toBe(0);
  await openTab(page, 'Runs');
  expect(await page.locator('[data-run]').count()).toBe(0);
  expect(errors).toEqual([]);
});

test('without service workers or storage the page works and says what is missing', async () => {
  const bare = await browser.newContext();
  await bare.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });
    Object.defineProperty(globalThis, 'caches', { get: () => { throw new DOMException('', 'SecurityError'); } });
    Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined });
    Object.defineProperty(globalThis, 'localStorage', { get: () => { throw new DOMException('', 'SecurityError'); } });
  });
  const other = await bare.newPage();
  await other.goto(address('x/'));
  await ready(other, errors);
  expect(await other.locator('#offline').innerText()).toMatch(/has no service workers\. Everything else works/);
  expect(await other.locator('.note.warn', { hasText: 'storage' }).innerText()).toMatch(/Nothing here survives closing the tab/);
  expect(await other.locator('#start').isEnabled()).toBe(true);
  await bare.close();
});
