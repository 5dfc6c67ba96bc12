/** What the end-to-end tests share: opening the built page, a person's gestures, and the record of every request. */
import { spawn } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { dist, root } from '../../scripts/build.mjs';
import { openPage } from '../../scripts/page';
import type { OpenPage } from '../../scripts/page';

export type { OpenPage } from '../../scripts/page';
export { openPage } from '../../scripts/page';

/** A package of node_modules whose sources stand in for a person's own folder. */
export const packageFolder = (name: string): string => join(root, 'node_modules', name);

/** Goes to one of the page's tabs by its visible name, as a person would. */
export async function openTab(page: Page, name: 'Data' | 'Train' | 'Samples' | 'Explain' | 'Runs' | 'Models' | 'UCoder' | 'Tests' | 'Profile'): Promise<void> {
  const tab = page.getByRole('tab', { name: new RegExp(`^${name}\\b`) });
  await tab.click();
  await expect.poll(() => tab.getAttribute('aria-selected')).toBe('true');
}

/**
 * Drops a folder of this machine on an element. The browser makes the drag itself, so the page gets real directory handles
 * and entries; a DragEvent made by script carries none.
 */
export async function dropFolder(page: Page, target: Locator, folder: string): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error('The drop target is not visible.');
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [folder], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...at });
  await session.detach();
}

/** Settings small enough for a software adapter: the shape of a run, not its result. */
export const SMALL_RUN = 'codesPerStep=2&documentations=2&evaluateEvery=3&evaluateItems=2&maxDocumentationTokens=24&checkpointSeconds=5';

/** Waits until the run bar says `state`; a run that fails says so at once instead of running into the limit. */
export async function waitForState(page: Page, state: 'finished' | 'stopped' | 'paused' | 'running', timeout = 600_000): Promise<void> {
  const shown = page.locator('#run-state');
  const until = Date.now() + timeout;
  for (;;) {
    const now = await shown.getAttribute('data-state');
    if (now === state) return;
    if (now === 'failed') throw new Error(`The run failed: ${await page.locator('#failure').innerText({ timeout: 5_000 }).catch(() => 'without a message')}`);
    if (Date.now() > until) throw new Error(`The run is still "${now}" after ${timeout / 1000} s; "${state}" was awaited.`);
    await page.waitForTimeout(250);
  }
}

/** Runs one of the project's commands as a person would. Resolves with its exit status and everything it printed. */
export async function command(script: 'lab' | 'probe' | 'evidence', args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), join(root, `scripts/${script}.ts`), ...args], { cwd: root });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    child.on('error', reject);
    child.on('exit', (status) => resolve({ status: status ?? -1, stdout, stderr }));
  });
}

/** Every file of the build, as paths with '/', sorted. */
export async function builtFiles(): Promise<string[]> {
  const found = await readdir(dist, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}

/** Fails unless every request went to a file of the build at the page's own address; blob: and data: never leave the page. */
export async function expectOwnRequestsOnly(lab: Pick<OpenPage, 'requests' | 'url'>): Promise<void> {
  const built = new Set(await builtFiles());
  const foreign = lab.requests.filter((address) => {
    if (address.startsWith('blob:') || address.startsWith('data:')) return false;
    if (!address.startsWith(lab.url)) return true;
    const path = decodeURIComponent(new URL(address).pathname.slice(new URL(lab.url).pathname.length));
    return !built.has(path === '' ? 'index.html' : path);
  });
  expect(foreign).toEqual([]);
}

/**
 * Opens the page with Chromium's own network log on. `hosts()` closes it and says which hosts were asked for on behalf of web
 * content; what the browser asks for itself (updates, sign-in) has no page as its initiator and is left out.
 */
export async function openLogged(query: string): Promise<{ lab: OpenPage; hosts: () => Promise<string[]> }> {
  const log = join(tmpdir(), `batcoder-net-${process.pid}-${Date.now()}.json`);
  const lab = await openPage({ query, flags: [`--log-net-log=${log}`, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'] });
  return {
    lab,
    async hosts() {
      await lab.close();
      const { events } = JSON.parse(await readFile(log, 'utf8')) as { events: { params?: { url?: string; initiator?: string } }[] };
      await rm(log);
      const asked = events.flatMap(({ params }) => (params?.url !== undefined && params.initiator !== undefined && params.initiator !== 'not an origin' ? [params.url] : []));
      return [...new Set(asked.filter((address) => /^(https?|wss?):/.test(address)).map((address) => new URL(address).host))].sort();
    },
  };
}
