/** Opens the built page in a headless browser with WebGPU and speaks to its automation surface; knows no run and no file. */
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Automation } from '../src/ui/automation';
import { browserFlags } from './browser-flags.mjs';
import { dist, ensureBuilt } from './build.mjs';
import { findBrowser } from './find-browser.mjs';
import { serve } from './server.mjs';

export type { Automation } from '../src/ui/automation';
/** One file of a run, or of a model, as it crosses from the page. */
export type ExportedFile = Awaited<ReturnType<Automation['files']>>[number];
/** How far a run is: `done` of `total` within the phase, `step` of `steps` within the run. */
export type Progress = ReturnType<Automation['progress']>;

declare global {
  var batcoder: Automation;
}

/** A page that is open, with everything it said and asked for. */
export interface OpenPage {
  page: Page;
  context: BrowserContext;
  browser: Browser;
  url: string;
  adapter: string;
  /** Console errors and uncaught errors so far, oldest first. */
  errors: string[];
  /** Every request the page and its workers made, in order. */
  requests: string[];
  close(): Promise<void>;
}

/**
 * Builds if needed, serves, launches and opens. `prefix` serves under a sub-path, as a static host does; `query` is the
 * page's configuration; `flags` are added to the browser's; `headers: {}` serves as a host that sets none; `waitReady: false` returns before the page is up.
 * @throws when no browser has WebGPU, the build fails, or the page does not get ready; nothing is left running then
 */
export async function openPage(options: { prefix?: string; headers?: Record<string, string>; tell?: (line: string) => void; query?: string; waitReady?: boolean; flags?: string[] } = {}): Promise<OpenPage> {
  const tell = options.tell ?? (() => {});
  if (await ensureBuilt()) tell('built the page');
  const found = await findBrowser(tell);
  const server = await serve({ folder: dist, prefix: options.prefix ?? '/', ...(options.headers ? { headers: options.headers } : {}) });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath: found.executablePath, args: [...browserFlags, ...(options.flags ?? [])] });
    const context = await browser.newContext({ acceptDownloads: true });
    const errors: string[] = [];
    const requests: string[] = [];
    // On the context, not the page: it also sees what workers and a service worker ask for.
    context.on('request', (request) => requests.push(request.url()));
    context.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    context.on('weberror', (error) => errors.push(String(error.error().stack ?? error.error())));
    const page = await context.newPage();
    const url = server.url + (options.query ? `?${options.query}` : '');
    await page.goto(url);
    const launched = browser;
    const close = async (): Promise<void> => {
      await launched.close();
      await server.close();
    };
    if (options.waitReady !== false) await ready(page, errors);
    return { page, context, browser, url: server.url, adapter: found.adapter, errors, requests, close };
  } catch (error) {
    await browser?.close();
    await server.close();
    throw error;
  }
}

/** Waits until the page says it is ready for automation. @throws with the page's own words when it does not get there */
export async function ready(page: Page, errors: string[], timeout = 120_000): Promise<void> {
  try {
    await page.waitForFunction(() => 'batcoder' in globalThis, undefined, { timeout });
    await page.evaluate(() => globalThis.batcoder.ready);
  } catch (error) {
    const text = await page.locator('body').innerText({ timeout: 5_000 }).catch(() => '');
    throw new Error(`The page did not get ready (${messageOf(error)}).\nIt shows: ${text.slice(0, 800)}\nIt reported: ${errors.join('\n') || 'no error'}`);
  }
}

/** The first line of whatever was thrown, without Playwright's prefix. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^page\.\w+: /, '').split('\n')[0] ?? text;
}
