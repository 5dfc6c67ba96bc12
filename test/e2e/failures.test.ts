/** Every failure screen, brought about from outside as the browser would: no adapter, no storage, a killed GPU process, broken bytes. Each names cause, fate of the run and next action, and is looked at. */
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dist } from '../../scripts/build.mjs';
import { ready } from '../../scripts/page';
import { openPage, openTab, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';
import { judge } from './screens';

let lab: OpenPage;
let context: BrowserContext;

beforeAll(async () => { lab = await openPage({ waitReady: false }); });
afterAll(async () => { await lab?.close(); });
afterEach(async () => { await context?.close(); });

const SHORT = `preset=demo&model=starter-small&steps=400&${SMALL_RUN}`;

/** A fresh browser profile with the page in it; `before` runs in every page before the program does. */
async function visit(query = '', before?: () => void): Promise<Page> {
  context = await lab.browser.newContext({ serviceWorkers: 'block' });
  if (before) await context.addInitScript(before);
  return await another(query);
}

async function another(query = '', wait = true): Promise<Page> {
  const page = await context.newPage();
  await page.goto(lab.url + (query ? `?${query}` : ''));
  if (wait) await ready(page, []);
  return page;
}

const help = (page: Page) => page.locator('#capability-help');

/** Waits for the panel of this error and reads it: cause, fate, action. */
async function failure(page: Page, name: string, timeout = 60_000): Promise<string> {
  await expect.poll(() => page.locator('#failure').getAttribute('data-error', { timeout: 500 }).catch(() => page.locator('#run-state').innerText()), { timeout }).toBe(name);
  return await page.locator('#failure').innerText();
}

/** The two of them that a test swaps: an adapter that is missing while `missing` is set on the page. */
function withoutAdapter(): void {
  const ask = GPU.prototype.requestAdapter;
  GPU.prototype.requestAdapter = function (options) { return sessionStorage.getItem('missing') === 'no' ? ask.call(this, options) : Promise.resolve(null); };
}

test('an address that is not secure hides WebGPU and more: the page says so, and offers what works', async () => {
  context = await lab.browser.newContext({ serviceWorkers: 'block' });
  // A name that is not localhost, by http: the browser itself takes WebGPU, locks and the crypto functions away.
  await context.route('http://lab.test/**', (route) => {
    const path = new URL(route.request().url()).pathname;
    return route.fulfill({ path: join(dist, path === '/' ? 'index.html' : path) });
  });
  const page = await context.newPage();
  await page.goto('http://lab.test/');
  await expect.poll(() => help(page).getAttribute('data-cause', { timeout: 500 }).catch(() => ''), { timeout: 30_000 }).toBe('insecure');
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  const text = await help(page).innerText();
  expect(text).toContain('Open this page by https.');
  expect(text).toContain('http://localhost/');
  expect(text).toContain('No run was saved in this browser yet. Nothing is lost.');
  expect(await page.locator('#start').isDisabled()).toBe(true);
  await judge(page, help(page), 'insecure');
  // Reading code needs the browser's hashes, which are gone as well: not offered, and not waited for.
  expect(await help(page).getByRole('link', { name: 'Data' }).count()).toBe(0);
  await openTab(page, 'Data');
  await expect.poll(() => page.getByRole('tabpanel').innerText()).toContain('Nothing can be read at an address that is not secure.');
  await openTab(page, 'Runs');
  expect(await page.locator('#capability-line').count()).toBe(1);
  expect(await page.locator('#failure').count()).toBe(0);
});

test('a browser without WebGPU is told what to update, and shown what works meanwhile', async () => {
  const page = await visit('', () => { Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }); });
  expect(await help(page).getAttribute('data-cause')).toBe('no-api');
  const text = await help(page).innerText();
  expect(text).toMatch(/Update the browser: Chrome and Edge have WebGPU on desktop since version 113/);
  expect(text).toMatch(/For Chrome, Edge or a relative on Linux; what browsers can was checked on 20\d\d-\d\d-\d\d\./);
  expect(await help(page).getByRole('link').allInnerTexts()).toEqual(expect.arrayContaining(['Data', 'Samples', 'Runs']));
  await judge(page, help(page), 'no-api');
  await openTab(page, 'Runs');
  expect(await page.locator('#capability-line').innerText()).toContain('this tab works without it');
});

test('an adapter that is missing is asked for again by a button, without a reload', async () => {
  const page = await visit('', withoutAdapter);
  expect(await help(page).getAttribute('data-cause')).toBe('no-adapter');
  expect(await help(page).innerText()).toContain('#enable-vulkan');
  await judge(page, help(page), 'no-adapter');
  await page.evaluate(() => { sessionStorage.setItem('missing', 'no'); Object.assign(globalThis, { before: 1 }); });
  await page.getByRole('button', { name: 'Ask for an adapter again' }).click();
  await expect.poll(() => page.locator('#start').isEnabled()).toBe(true);
  expect(await help(page).count()).toBe(0);
  expect(await page.evaluate(() => 'before' in globalThis)).toBe(true);
  await judge(page, page.locator('#software-note'), 'software');
});

test('an adapter below the guaranteed limits is told with the limit that is too low', async () => {
  const page = await visit('', () => {
    const ask = GPU.prototype.requestAdapter;
    GPU.prototype.requestAdapter = async function (options) {
      const adapter = await ask.call(this, options);
      return adapter && new Proxy(adapter, { get: (target, key) => (key === 'limits' ? { ...{ maxStorageBufferBindingSize: 2 ** 27, maxComputeWorkgroupStorageSize: 16_384 }, maxStorageBuffersPerShaderStage: 4 } : Reflect.get(target, key, target)) });
    };
  });
  expect(await help(page).getAttribute('data-cause')).toBe('limits');
  expect(await help(page).innerText()).toContain('maxStorageBuffersPerShaderStage is 4, 8 is needed');
  await judge(page, help(page), 'limits');
});

test('a browser without storage is told on every tab, and a run works all the same', async () => {
  const page = await visit(SHORT, () => { Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined }); });
  const note = page.locator('#no-storage');
  expect(await note.innerText()).toContain('Nothing here survives closing the tab');
  await note.locator('summary').click();
  expect(await note.innerText()).toContain('this browser has no IndexedDB');
  await judge(page, note, 'storage-refused');
  expect(await page.locator('#start').isEnabled()).toBe(true);
});

test('a script of the page that does not load stops the run with words, and a reload is offered', async () => {
  const page = await visit(SHORT);
  await context.route(/\/assets\/trainer[^/]*\.js/, (route) => route.abort());
  await page.locator('#start').click();
  const text = await failure(page, 'WorkerFailed');
  expect(text).toMatch(/A worker of this page did not start/);
  expect(text).toContain('What was saved is untouched.');
  expect(await page.locator('#failure').getByRole('button').allInnerTexts()).toEqual(['Dismiss', 'Reload the page', 'Copy details']);
  await judge(page, page.locator('#failure'), 'worker');
});

test('storage that is full keeps what was saved, and the run can be exported', async () => {
  context = await lab.browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  // Before the origin's first write: a limit set later is not looked at for a while.
  const session = await context.newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(lab.url).origin, quotaSize: 700_000 });
  await page.goto(`${lab.url}?${SHORT}`);
  await ready(page, []);
  await page.locator('#start').click();
  const text = await failure(page, 'QuotaExceeded', 240_000);
  expect(text).toContain('everything saved before is intact');
  expect(text).toMatch(/are in use here; the browser speaks of/);
  expect(await page.locator('#failure').getByRole('button', { name: /^Export / }).count()).toBe(1);
  await judge(page, page.locator('#failure'), 'storage-full');
});

test('one run through a second tab, a lost adapter, broken bytes and cleared storage', async () => {
  const page = await visit(SHORT, withoutAdapter);
  await page.evaluate(() => { sessionStorage.setItem('missing', 'no'); });
  await page.reload();
  await ready(page, []);
  await page.locator('#start').click();
  await waitForState(page, 'running');
  await expect.poll(() => page.locator('#run-step').innerText(), { timeout: 240_000 }).toMatch(/^step [2-9]/);
  await expect.poll(() => page.title()).toMatch(/^\d+ % · \S+/);

  const second = await another(SHORT);
  await second.evaluate(() => { sessionStorage.setItem('missing', 'no'); });
  // A tab that has not heard yet that another one holds the run: else it would not offer to resume it.
  await second.addInitScript(() => { LockManager.prototype.query = () => Promise.resolve({ held: [], pending: [] }); });
  await second.reload();
  await ready(second, []);
  await second.locator('#resume').click();
  const held = await failure(second, 'RunHeld');
  expect(held).toMatch(/is being trained in another tab/);
  expect(held).toContain('The run goes on there.');
  await judge(second, second.locator('#failure'), 'second-tab');
  expect(await page.locator('#run-state').getAttribute('data-state')).toBe('running');
  await second.close();

  await page.locator('#stop').click();
  await waitForState(page, 'stopped');
  const at = (await page.locator('#run-step').innerText()).match(/\d+/)![0];
  await page.evaluate(() => { sessionStorage.setItem('missing', 'yes'); });
  await page.reload();
  await ready(page, []);
  expect(await help(page).getAttribute('data-cause')).toBe('gone');
  expect(await help(page).innerText()).toContain(`is saved at step ${at} of 400. It was begun`);
  expect(await help(page).innerText()).toContain('Quit the browser wholly');
  await judge(page, help(page), 'gpu-gone');

  await page.evaluate(() => { sessionStorage.setItem('missing', 'no'); });
  await page.getByRole('button', { name: 'Ask for an adapter again' }).click();
  await expect.poll(() => page.locator('#resume').isEnabled()).toBe(true);
  // Every record of every checkpoint, as a disk that went bad would have them.
  const broken = await page.evaluate(() => new Promise<number>((resolve, reject) => {
    const opening = indexedDB.open('batcoder-lab');
    opening.onerror = () => { reject(new Error('not opened')); };
    opening.onsuccess = () => {
      const writing = opening.result.transaction('checkpoints', 'readwrite');
      const records = writing.objectStore('checkpoints');
      let n = 0;
      records.openCursor().onsuccess = (event) => {
        const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
        if (!cursor) return;
        if (!String(cursor.key).includes('#')) { cursor.update({ ...(cursor.value as object), text: '{"garbage":true}' }); n++; }
        cursor.continue();
      };
      writing.oncomplete = () => { opening.result.close(); resolve(n); };
    };
  }));
  expect(broken).toBeGreaterThan(0);
  await page.locator('#resume').click();
  const bad = await failure(page, 'BadCheckpoint');
  expect(bad).toContain('no damaged number reached the model');
  expect(await page.locator('#failure').getByRole('button', { name: 'Duplicate its settings' }).count()).toBe(1);
  await judge(page, page.locator('#failure'), 'checkpoint');

  const session = await context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(lab.url).origin, storageTypes: 'indexeddb' });
  await page.reload();
  await ready(page, []);
  const gone = await failure(page, 'StorageEvicted');
  expect(gone).toMatch(new RegExp(`There was a run here, the newest \\S+ at step ${at}`));
  await judge(page, page.locator('#failure'), 'storage-evicted');
});

test('a graphics memory that is full stops the run with the numbers and a way on', async () => {
  context = await lab.browser.newContext({ serviceWorkers: 'block' });
  // In the worker that owns the GPU, ahead of its own code: the first large buffer finds no room, and says so as the browser does.
  await context.route(/\/assets\/trainer[^/]*\.js$/, async (route) => {
    const answer = await route.fetch();
    const prelude = `{ const make = GPUDevice.prototype.createBuffer, pop = GPUDevice.prototype.popErrorScope;
      let full = false;
      const none = () => new GPUOutOfMemoryError('no room for the buffer');
      GPUDevice.prototype.popErrorScope = async function () { return await pop.call(this) ?? (full ? none() : null); };
      GPUDevice.prototype.createBuffer = function (wanted) {
        if (wanted.size > 300_000 && (full = true)) queueMicrotask(() => this.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error: none() })));
        return make.call(this, wanted);
      }; }\n`;
    await route.fulfill({ response: answer, body: prelude + await answer.text() });
  });
  const page = await another(SHORT);
  await page.locator('#start').click();
  const text = await failure(page, 'OutOfMemory', 120_000);
  expect(text).toContain('Choose a smaller model or fewer sequences a step');
  await judge(page, page.locator('#failure'), 'memory');
});

test('an adapter that computes wrongly is refused with what is off, and no run is begun', async () => {
  context = await lab.browser.newContext({ serviceWorkers: 'block' });
  await context.route(/\/assets\/trainer[^/]*\.js$/, async (route) => {
    const answer = await route.fetch(), kernels = await answer.text();
    expect(kernels).toContain('sum / f32(params.cols)');
    await route.fulfill({ response: answer, body: kernels.replaceAll('sum / f32(params.cols)', 'sum / f32(params.cols + 1u)') });
  });
  const page = await another(SHORT);
  await page.locator('#start').click();
  const text = await failure(page, 'WrongResults', 120_000);
  expect(text).toMatch(/the forward pass \(log-probabilities\) is off by [\d.]+ % of its size/);
  await judge(page, page.locator('#failure'), 'wrong-results');
});

// Last: it takes the browser's graphics process with it.
test('a graphics process that dies twice ends the run at its last save, with the way back', async () => {
  const page = await visit(SHORT);
  const session = await lab.browser.newBrowserCDPSession();
  await page.locator('#start').click();
  await waitForState(page, 'running');
  await expect.poll(() => page.locator('#run-step').innerText(), { timeout: 240_000 }).toMatch(/^step [2-9]/);
  // Saved when asked, and known to be two steps later.
  await page.locator('#tab-train').focus();
  await page.keyboard.press('s');
  const at = (): Promise<number> => page.locator('#run-step').innerText().then((text) => Number(/\d+/.exec(text)?.[0]));
  const asked = await at();
  await expect.poll(at, { timeout: 60_000 }).toBeGreaterThanOrEqual(asked + 2);
  const crashed = Date.now();
  await session.send('Browser.crashGpuProcess');
  await expect.poll(() => page.getByRole('tabpanel').innerText(), { timeout: 60_000, interval: 50 }).toMatch(/a new one has taken over/);
  const back = Date.now() - crashed;
  console.info(`a new device after ${back} ms`);
  expect(back).toBeLessThan(5000);
  expect(await page.locator('#run-state').getAttribute('data-state')).toBe('running');
  await session.send('Browser.crashGpuProcess');
  const text = await failure(page, 'DeviceGone', 60_000);
  expect(text).toMatch(/a second time within two minutes|gives no other/);
  await expect.poll(() => page.locator('#failure').innerText()).toMatch(/is saved at step \d+ of 400\./);
  await judge(page, page.locator('#failure'), 'device-lost-twice');
});
