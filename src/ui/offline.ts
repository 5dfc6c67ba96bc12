/** The page's side of working without a network: installs the service worker, says what it keeps, and lets a newer build in. Knows no run but whether one is under way. */
import { signal } from '@preact/signals';
import type { Answers, Question } from '../offline/service';
import { pageBase } from './base';
import { noteRequests } from './requests';
import { trustedScript } from './trusted';

export interface OfflineView {
  /** `waiting`: not looked at yet; `none`: this browser or host cannot, `why` says it; `installing`; `ready`: a reload works without a network. */
  state: 'waiting' | 'none' | 'installing' | 'ready';
  why: string;
  /** Bytes kept, and what only comes with the network so far. */
  kept: number; missing: { path: string; bytes: number }[];
  /** Under way: bytes so far and in all. */
  progress: { done: number; total: number } | null;
  /** What the last download could not get; '' when it could. */
  problem: string;
  /** A newer build is installed and waits. */
  update: boolean;
}

export const offline = signal<OfflineView>({ state: 'waiting', why: '', kept: 0, missing: [], progress: null, problem: '', update: false });

const change = (next: Partial<OfflineView>): void => { offline.value = { ...offline.peek(), ...next }; };

/** The build that this page came from, "0.1.0-<hash>"; '' on a development server. */
export function buildId(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content ?? '';
}

/** After the page has what it needs: the copy must not compete with the first minute. */
const AFTER_MS = 3_000;
/** A tab that stays open for days looks for a newer build so often. */
const LOOK_MS = 3_600_000;
/** Downloads of one file before it is given up. */
const TRIES = 3;
const ANSWER_MS = 60_000;

async function ask<K extends keyof Answers>(worker: ServiceWorker, question: Question & { ask: K }): Promise<Answers[K]> {
  const { port1, port2 } = new MessageChannel();
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(new Error('The service worker did not answer.')); }, ANSWER_MS);
      port1.onmessage = ({ data }: MessageEvent<Answers[K]>) => { clearTimeout(timer); resolve(data); };
      worker.postMessage(question, [port2]);
    });
  } finally {
    port1.close();
  }
}

let registration: ServiceWorkerRegistration | null = null;

/** Starts when the page is loaded and idle. Without a service worker everything else works as before. */
export function watchOffline(): void {
  if (buildId() === '') { change({ state: 'none', why: 'this is a development server' }); return; }
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (!container) { change({ state: 'none', why: 'this browser, or this private window, has no service workers' }); return; }
  container.addEventListener('message', ({ data }: MessageEvent<{ requested?: unknown } | null>) => {
    if (typeof data === 'object' && data !== null && Array.isArray(data.requested)) noteRequests(data.requested.map(String));
  });
  container.startMessages();
  const idle = (): void => { setTimeout(() => { install(container).catch((error: unknown) => { change({ state: 'none', why: reasonOf(error) }); }); }, AFTER_MS); };
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, { once: true });
}

async function install(container: ServiceWorkerContainer): Promise<void> {
  change({ state: 'installing' });
  const script = trustedScript(new URL('sw.js', pageBase()).href) as string;
  const made = registration = await container.register(script, { scope: './', updateViaCache: 'none' });
  const waits = (): void => { change({ update: made.waiting !== null && made.active !== null }); };
  const follow = (worker: ServiceWorker | null): void => {
    worker?.addEventListener('statechange', () => {
      waits();
      if (worker.state === 'activated') void refresh();
      // The first installation failed: there is no older one to fall back on.
      if (worker.state === 'redundant' && made.active === null) change({ state: 'none', why: 'the copy of the page could not be made whole; the next visit tries again' });
    });
  };
  follow(made.installing);
  made.addEventListener('updatefound', () => { follow(made.installing); });
  waits();
  if (made.active) await refresh();
  setInterval(() => { made.update().catch(() => undefined); }, LOOK_MS);
}

/** Has the page answered from the copy from now on, where both are of one build, and reads what the copy holds. */
async function refresh(): Promise<void> {
  const active = registration?.active;
  if (!active) return;
  try {
    // A lab one folder up may control this page until its own worker does: it answers nothing of it.
    if (navigator.serviceWorker.controller?.scriptURL !== active.scriptURL) await ask(active, { ask: 'claim', build: buildId() });
    const { bytes, missing } = await ask(active, { ask: 'kept' });
    change({ state: 'ready', kept: bytes, missing });
  } catch (error) {
    change({ state: 'none', why: reasonOf(error) });
  }
}

/** Fetches what is not kept yet, file by file; the service worker checks and keeps each. What could not be had is said, and asking again goes on from there. */
export async function makeAvailable(): Promise<void> {
  await refresh();
  const { missing, state } = offline.peek();
  if (state !== 'ready' || offline.peek().progress) return;
  const total = missing.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const failed: string[] = [];
  change({ progress: { done, total }, problem: '' });
  for (const file of missing) {
    if (!await fetched(file.path)) failed.push(file.path);
    done += file.bytes;
    change({ progress: { done, total } });
  }
  // Asked again, not assumed: every copy is read back and its hash compared.
  await refresh();
  const left = offline.peek().missing.length;
  change({ progress: null, problem: left === 0 ? '' : `${left} of ${missing.length} files could not be kept${failed.length > 0 ? ` (${failed.slice(0, 3).join(', ')})` : ': the browser may be out of room'}. Nothing else was changed; try again with a connection.` });
}

async function fetched(path: string): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const ok = await fetch(new URL(path, pageBase())).then(async response => { await response.arrayBuffer(); return response.ok; }, () => false);
    if (ok) return true;
    await new Promise(resolve => setTimeout(resolve, 500 * (attempt + 1)));
  }
  return false;
}

/**
 * Lets the newer build take over and reloads; the caller sees to it that no run is under way. With other windows of this page open
 * nothing happens, because they would be left with files of two builds. @returns how many other windows there are
 */
export async function takeUpdate(): Promise<number> {
  const waiting = registration?.waiting;
  if (!waiting) return 0;
  const taken = new Promise<void>(resolve => { navigator.serviceWorker.addEventListener('controllerchange', () => { resolve(); }, { once: true }); });
  const { others } = await ask(waiting, { ask: 'activate' });
  if (others > 0) return others;
  // Without a controller before, none changes: the new worker is active all the same.
  await Promise.race([taken, new Promise(resolve => setTimeout(resolve, 3_000))]);
  location.reload();
  return 0;
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').slice(0, 200).replace(/\.$/, '');
}
