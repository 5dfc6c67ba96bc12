/**
 * Knows how to kill a real browser in the middle of saving a checkpoint, start it again on the same profile and see what
 * loads, and how to give it too little room; knows nothing of how saving works. SIGKILL is not a power cut: what the system has buffered still reaches the disk.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { draws } from '../formats/draws';
import type { Saver } from './kill_page';

export interface KillResult {
  trials: number;
  /** Kills that came between the begin and the acknowledgement of a save. */
  inSave: number;
  /** Nothing loaded although a save had been acknowledged; a number differed; an older one than the acknowledged loaded. */
  lost: number; corrupt: number; older: number;
  /** Loads that reported damage and fell back. */
  fallbacks: number;
  /** Kills inside a save after which one of the three happened. */
  failedInSave: number;
}

export interface KillOptions {
  trials: number;
  megabytes: number;
  seed?: number;
  saver?: Saver;
  /** Enough is known after so many failures. */
  stopAfter?: number;
  tell?: (so_far: KillResult) => void;
}

async function served(): Promise<{ url: string; close: () => void }> {
  const result = await build({
    configFile: false, logLevel: 'error',
    build: { write: false, minify: false, target: 'esnext', lib: { entry: fileURLToPath(new URL('./kill_page.ts', import.meta.url)), formats: ['es'], fileName: 'page' } },
  });
  const output = Array.isArray(result) ? result[0]! : result;
  if (!('output' in output)) throw new Error('The page of the kill trials was not built.');
  const code = output.output[0].code;
  const server = createServer((request, response) => {
    const script = request.url === '/page.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html').end(script ? code : '<!doctype html><script type="module" src="./page.js"></script>');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => { server.close(); } };
}

const pause = (ms: number) => new Promise(resolve => { setTimeout(resolve, ms); });

async function start(executablePath: string, profile: string, url: string): Promise<{ page: Page; kill: () => Promise<void> }> {
  const portFile = join(profile, 'DevToolsActivePort');
  rmSync(portFile, { force: true });
  const browser: ChildProcess = spawn(executablePath, ['--headless=new', '--no-sandbox', '--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { detached: true, stdio: 'ignore' });
  const ended = new Promise(resolve => browser.once('exit', resolve));
  const kill = async () => {
    // The group of this one browser: its own child processes and no other.
    if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, 'SIGKILL');
    await ended;
    await pause(50);
  };
  try {
    for (let wait = 0; !(existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n')); wait++) {
      if (wait > 600) throw new Error('The browser of the kill trials did not start in 30 s.');
      await pause(50);
    }
    const connection = await chromium.connectOverCDP(`http://127.0.0.1:${readFileSync(portFile, 'utf8').split('\n')[0]!}`);
    const page = await connection.contexts()[0]!.newPage();
    await page.goto(url);
    return { page, kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

export interface QuotaResult {
  /** '' or the error of: 1 MB into 8 MB of room; 32 MB, which cannot fit; 1 MB again. */
  small: string; large: string; smallAgain: string;
  /** What loads after the failure, and at the end. */
  afterFailure: Found; atEnd: Found;
}
type Found = { step: number; wrong: number; notice: string } | null;

/** A real browser with room for `quotaMegabytes` is given a checkpoint of four times that, between two small ones. */
export async function runQuotaTrial(executablePath: string, quotaMegabytes = 8): Promise<QuotaResult> {
  const server = await served();
  const profile = mkdtempSync(join(tmpdir(), 'quota-trial-'));
  try {
    const { page, kill } = await start(executablePath, profile, server.url);
    try {
      // Before the origin's first write: for some 30 s after one, Chromium goes on with the quota it knew.
      const session = await page.context().newCDPSession(page);
      await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin, quotaSize: quotaMegabytes * 2 ** 20 });
      const save = (step: number, megabytes: number) => page.evaluate(args => window.saveOne(args[0]!, args[1]!), [step, megabytes]);
      const small = await save(1, 1);
      const large = await save(2, quotaMegabytes * 4);
      const afterFailure = await page.evaluate(() => window.verify('lab'));
      const smallAgain = await save(3, 1);
      return { small, large, afterFailure, smallAgain, atEnd: await page.evaluate(() => window.verify('lab')) };
    } finally {
      await kill();
    }
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** `trials` kills of a browser that saves `megabytes` without pause, at seeded random moments of the save. */
export async function runKillTrials(executablePath: string, options: KillOptions): Promise<KillResult> {
  const { trials, megabytes, seed = 1, saver = 'lab', stopAfter = Infinity, tell } = options;
  const random = draws(seed);
  const result: KillResult = { trials: 0, inSave: 0, lost: 0, corrupt: 0, older: 0, fallbacks: 0, failedInSave: 0 };
  const server = await served();
  const profile = mkdtempSync(join(tmpdir(), 'kill-trials-'));
  let saved = 0;
  let begun = 0;
  let saveMs = 500;
  let inSave = false;
  try {
    for (let trial = 0; ; trial++) {
      const { page, kill } = await start(executablePath, profile, server.url);
      if (trial > 0) {
        const found = await page.evaluate(how => window.verify(how), saver).catch((error: Error) => error);
        const failed = found instanceof Error || found === null ? saved > 0 : found.wrong > 0 || found.step < saved;
        if (found instanceof Error || found === null) {
          if (saved > 0) result.lost++;
        } else {
          if (found.wrong > 0) result.corrupt++;
          if (found.step < saved) result.older++;
          if (found.notice !== '') result.fallbacks++;
          if (!failed) saved = found.step;
        }
        if (failed && inSave) result.failedInSave++;
        tell?.(result);
      }
      if (trial === trials || result.lost + result.corrupt + result.older >= stopAfter) {
        await kill();
        return result;
      }
      const from = Math.max(saved, begun) + 1;
      const target = from + 1 + Math.floor(random() * 2);
      let beganAt = 0;
      await page.exposeFunction('told', (event: 'begin' | 'saved', step: number) => {
        if (event === 'begin') {
          begun = step;
          beganAt = performance.now();
        } else {
          saved = step;
          saveMs = performance.now() - beganAt;
        }
      });
      page.evaluate(args => window.saveFrom(args.step, args.size, args.how), { step: from, size: megabytes, how: saver }).catch(() => undefined);
      for (let wait = 0; begun < target && wait < 12_000; wait++) await pause(5);
      await pause(random() * saveMs);
      result.trials++;
      inSave = begun > saved;
      if (inSave) result.inSave++;
      await kill();
    }
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
