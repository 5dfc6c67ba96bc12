/** Two hundred hostile texts through every door of the page, past every view: none runs, none becomes an element, none reaches a prototype. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/build.mjs';
import { ready } from '../../scripts/page';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors';
import { draws } from '../formats/draws';
import { openPage, SMALL_RUN, waitForState } from './harness';
import type { OpenPage } from './harness';
import { PAYLOADS } from './payloads';

interface Watch { ran: number; made: string[]; violations: string[]; prototype: string[] }
declare global { var watched: Watch; }

let lab: OpenPage, folder: string;

/** Installed before the page's first line, on every load: what ran, what was made, what the policy had to stop. */
function watch(): void {
  const own = Object.getOwnPropertyNames(Object.prototype);
  const seen: Watch = { ran: 0, made: [], violations: [], get prototype() { return Object.getOwnPropertyNames(Object.prototype).filter(name => !own.includes(name)); } };
  globalThis.watched = seen;
  const canary = (): void => { seen.ran++; };
  Object.assign(globalThis, { ran: canary, alert: canary });
  document.addEventListener('securitypolicyviolation', event => { seen.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`); });
  const look = (node: Node): void => {
    // The head is the page's own, written before its program began.
    if (!(node instanceof Element)) return;
    for (const element of [node, ...node.querySelectorAll('*')]) {
      if (element.closest('head')) continue;
      const events = element.getAttributeNames().filter(name => name.startsWith('on') || name === 'srcdoc' || name === 'formaction');
      const address = ['href', 'src', 'action', 'data', 'xlink:href'].map(name => element.getAttribute(name) ?? '').find(value => /^[\s\u0000-\u001f]*(java|vb)script:|^data:text\/html/i.test(value));
      if (/^(script|img|iframe|frame|object|embed|base|meta|audio|video|marquee|template|math|foreignObject|xss)$/i.test(element.localName) || events.length > 0 || address !== undefined) seen.made.push(`${element.localName} ${events.join()} ${address ?? ''}`.trim());
    }
  };
  new MutationObserver(records => { for (const record of records) record.addedNodes.forEach(look); }).observe(document, { childList: true, subtree: true });
}

const nothing = async (page: Page): Promise<void> => {
  expect(await page.evaluate(() => ({ ran: watched.ran, made: watched.made, violations: watched.violations, prototype: watched.prototype }))).toEqual({ ran: 0, made: [], violations: [], prototype: [] });
};

const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'));

/** Functions that no two are alike: copies are left out before anyone sees them. */
function functionWith(text: string, random: () => number): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const term = (depth: number): string => (depth === 0 ? pick(['a', 'b', 'a.length', String(Math.floor(random() * 999))]) : `(${term(depth - 1)} ${pick(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '<', '==='])} ${term(depth - 1)})`);
  const lines = Array.from({ length: 3 }, (_, i) => pick([`let v${i} = ${term(3)};`, `if (${term(2)}) b = ${term(2)};`, `while (${term(1)} > 900) a -= ${term(1)};`, `for (const x of [${term(1)}, ${term(2)}]) b += x;`]));
  return `/** ${text.replaceAll('*/', '')} */\nexport function f${Math.floor(random() * 1e9)}(a, b) {\n  ${lines.join('\n  ')}\n  return [${JSON.stringify(text)}, ${term(2)}];\n}\n`;
}

/** Opens every tab, unfolds everything, and gives the text it saw. */
async function walk(page: Page): Promise<string> {
  let text = '';
  for (const name of await page.getByRole('tab').allInnerTexts()) {
    await page.getByRole('tab', { name, exact: true }).click();
    await expect.poll(() => page.getByRole('tabpanel').innerText(), { timeout: 20_000 }).not.toBe('Loading…');
    await page.evaluate(() => { for (const fold of document.querySelectorAll('main details')) (fold as HTMLDetailsElement).open = true; });
    await page.waitForTimeout(300);
    text += await page.getByRole('tabpanel').innerText();
  }
  return text;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batcoder-hostile-'));
  lab = await openPage({ headers: {}, query: `preset=demo&model=starter-small&steps=1&${SMALL_RUN}` });
  await lab.context.addInitScript(watch);
  await lab.page.reload();
  await ready(lab.page, lab.errors);
});
afterAll(async () => {
  await lab?.close();
  await rm(folder, { recursive: true, force: true });
});

test('there are two hundred of them', () => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
});

test('in addresses', async () => {
  const { page } = lab;
  for (let at = 0; at < PAYLOADS.length; at += 50) {
    // Short enough that the address is read, not turned away for its length.
    const query = PAYLOADS.slice(at, at + 50).reduce((made, text) => { const next = `${made}&${encoded(text)}=${encoded(text)}`; return next.length < 3_900 ? next : made; }, `preset=${encoded(PAYLOADS[at]!)}`);
    await page.goto(`${lab.url}?${query}`);
    await ready(page, lab.errors);
    expect(await page.locator('body').innerText()).toMatch(/There is no (setting|preset) called/);
    await page.evaluate(texts => { for (const text of texts) for (const form of [text, `samples?run=${text}&item=${text}&step=${text}`, encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'))]) location.hash = form; }, PAYLOADS.slice(at, at + 50));
    await nothing(page);
  }
});

test('in file names, code, comments, archives, model folders and their metadata', async () => {
  const { page } = lab;
  await page.goto(`${lab.url}?preset=demo&model=starter-small&steps=1&${SMALL_RUN}`);
  await ready(page, lab.errors);
  const random = draws(5);
  const files = Object.fromEntries(PAYLOADS.map((text, i) => [
    `code/${i}/${text.replace(/\0/g, '')}.js`,
    strToU8(functionWith(text, random)),
  ]));
  await page.locator('#zip-input').setInputFiles({ name: `${PAYLOADS[3]!.replaceAll('/', ' ')}.zip`, mimeType: 'application/zip', buffer: Buffer.from(zipSync(files)) });
  await expect.poll(() => page.evaluate(() => globalThis.batcoder.corpusReady().then(report => report?.functions ?? 0)), { timeout: 60_000 }).toBeGreaterThan(50);

  const model = join(folder, '"><img src=x onerror=ran(1)>');
  await mkdir(model);
  const starter = join(root, 'public/models/starter-small');
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) await writeFile(join(model, name), await readFile(join(starter, name)));
  const metadata = Object.fromEntries(PAYLOADS.filter(text => !['__proto__', 'constructor', 'prototype'].includes(text) && !text.includes('\ud800')).map(text => [text, text]));
  await writeFile(join(model, 'model.safetensors'), writeSafetensors(readSafetensors(await readFile(join(starter, 'model.safetensors'))).tensors, 'F32', metadata));
  await page.locator('#model-input').setInputFiles(model);
  const text = await walk(page);
  expect(text).toContain('onerror=ran(1)');
  await nothing(page);
});

test('in what a model wrote, in names of runs and corpora', async () => {
  const { page } = lab;
  await page.goto(`${lab.url}?preset=demo&model=starter-small&steps=1&${SMALL_RUN}`);
  await ready(page, lab.errors);
  await page.evaluate(() => globalThis.batcoder.corpusReady());
  await page.locator('#start').click();
  await waitForState(page, 'finished');
  // As if the model had written them: every text of the stored samples and the names, where they lie.
  const places = await page.evaluate(async payloads => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => { const request = indexedDB.open('batcoder-lab'); request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error!); });
    let next = 0, changed = 0;
    const some = (n: number): string => { changed++; return Array.from({ length: n }, () => payloads[next++ % payloads.length]!).join('\n'); };
    const TEXTS = new Set(['documentation', 'code', 'name', 'path', 'rDocReason', 'discarded']);
    const spoil = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
      const record = value as Record<string, unknown>;
      for (const key of Object.keys(record)) if (TEXTS.has(key) && typeof record[key] === 'string') record[key] = some(12); else spoil(record[key]);
    };
    const transaction = db.transaction(['episodes', 'runs', 'corpora'], 'readwrite');
    const each = (store: string, change: (value: Record<string, unknown>) => void): void => {
      transaction.objectStore(store).openCursor().onsuccess = event => {
        const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
        if (!cursor) return;
        change(cursor.value as Record<string, unknown>);
        cursor.update(cursor.value);
        cursor.continue();
      };
    };
    each('episodes', spoil);
    for (const store of ['runs', 'corpora']) each(store, value => { if (typeof value['name'] === 'string') value['name'] = `${payloads[3]!} ${some(5)}`; });
    await new Promise<void>((resolve, reject) => { transaction.oncomplete = () => resolve(); transaction.onabort = () => reject(transaction.error!); });
    db.close();
    return changed;
  }, [...PAYLOADS]);
  expect(places * 12).toBeGreaterThan(PAYLOADS.length);
  await page.reload();
  await ready(page, lab.errors);
  await page.getByRole('tab', { name: /^Runs/ }).click();
  const row = page.locator('[data-run]').first();
  expect(await row.innerText()).toMatch(/ran\(1\)/);
  await row.evaluate(element => { for (const fold of element.querySelectorAll('details')) fold.open = true; });
  await row.getByRole('button', { name: 'Rename' }).click();
  await row.locator('input[name=name]').fill(PAYLOADS[3]!);
  await row.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => row.innerText()).toContain(PAYLOADS[3]);
  await row.getByRole('button', { name: /^(Open|Show|View)/ }).first().click();
  const text = await walk(page);
  expect(text.match(/ran\(1\)/g)!.length).toBeGreaterThan(10);
  // Every sample opened, not the first one only.
  await page.getByRole('tab', { name: /^Samples/ }).click();
  const samples = page.locator('.group tbody tr');
  await expect.poll(() => samples.count()).toBeGreaterThan(0);
  for (let i = 0; i < await samples.count(); i++) {
    await samples.nth(i).locator('a, button').first().click().catch(() => samples.nth(i).click());
    await page.waitForTimeout(100);
  }
  expect(await page.getByRole('tabpanel').innerText()).toContain('ran(1)');
  await nothing(page);
  expect(lab.errors).toEqual([]);
});

test('in the file of a run from a stranger', async () => {
  const { page } = lab;
  // The run of the test before, with every hostile text still in it, as one file; then gone, so that what is shown is what the file brought.
  await page.getByRole('tab', { name: /^Runs/ }).click();
  const rows = page.locator('[data-run]'), row = rows.first();
  await row.locator('.run-more').evaluate((fold: HTMLDetailsElement) => { fold.open = true; });
  await row.getByRole('button', { name: 'Export whole run' }).click();
  const waiting = page.waitForEvent('download');
  await page.locator('#export-dialog input[type=checkbox]').check();
  await page.locator('#export-dialog').getByRole('button', { name: 'Export', exact: true }).click();
  const file = await (await waiting).path(), known = await rows.count();
  await row.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => rows.count()).toBe(known - 1);
  await page.reload();
  await ready(page, lab.errors);
  await page.getByRole('tab', { name: /^Runs/ }).click();
  await page.locator('#run-input').setInputFiles({ name: `${PAYLOADS[3]!.replaceAll('/', ' ')}.batcoder-run`, mimeType: 'application/octet-stream', buffer: await readFile(file) });
  await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(known);
  await expect.poll(() => page.locator('.toast').innerText()).toMatch(/ran\(1\).* was imported/s);
  expect(await row.innerText()).toContain(PAYLOADS[3]);
  for (const eye of await page.locator('.eye').all()) await eye.click();
  await row.getByRole('button', { name: 'Open' }).click();
  const text = await walk(page);
  expect(text.match(/ran\(1\)/g)!.length).toBeGreaterThan(10);
  await nothing(page);
  expect(lab.errors).toEqual([]);
});

test('the watch sees: markup that did become an element, and a program that text became, would have been found', async () => {
  const { page } = lab;
  await page.evaluate(async () => {
    const image = document.createElement('img');
    document.body.append(image);
    // Trusted Types refuse each of these; a browser without them would have run the first.
    for (const attempt of [() => image.setAttribute('onerror', 'ran(1)'), () => document.createRange().createContextualFragment('<b>x</b>')]) {
      try { attempt(); } catch { /* counted as a violation */ }
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  });
  const { made, violations } = await page.evaluate(() => ({ made: watched.made, violations: watched.violations }));
  expect(made).toEqual(['img']);
  expect(violations.filter(text => text.startsWith('require-trusted-types-for')).length).toBeGreaterThanOrEqual(2);
});
