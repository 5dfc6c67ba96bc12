/**
 * The service worker: keeps the build that it was made with and answers the page from it; knows no run and stores no code of anyone's.
 * It never takes over on its own: a newer build waits until the page, which knows whether a run is under way, asks for it.
 */
import type { Build, Kept } from './version';
import { Version } from './version';

/** Written in by the build (scripts/vite-offline.ts). */
declare const __BUILD__: Build;
declare const __POLICY__: string;

/** What the page asks; the answer comes through the port that travels with the question. */
export type Question = { ask: 'kept' } | { ask: 'claim'; build: string } | { ask: 'activate' };
export interface Answers {
  kept: Kept;
  /** Whether the page is now answered from here: only one of the same build is. */
  claim: { claimed: boolean };
  /** Other windows of this page; with any, the newer build goes on waiting. */
  activate: { others: number };
}

const worker = self as unknown as ServiceWorkerGlobalScope;
const scope = worker.registration.scope;
const version = new Version(__BUILD__, scope, __POLICY__, address => { void tell({ requested: [address] }); });

async function windows(): Promise<readonly WindowClient[]> {
  const all = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // A page of a neighbour below this scope is not this page.
  return all.filter(client => version.fileOf(client.url)?.path === 'index.html');
}

async function tell(message: { requested: string[] }): Promise<void> {
  for (const client of await windows()) client.postMessage(message);
}

worker.addEventListener('install', event => { event.waitUntil(version.install()); });
worker.addEventListener('activate', event => { event.waitUntil(version.retireOthers()); });

worker.addEventListener('fetch', event => {
  if (event.request.method !== 'GET') return;
  const file = version.fileOf(event.request.url);
  // Whatever is no file of the build, such as a neighbour's, is none of this worker's business.
  if (file) event.respondWith(version.answer(file));
});

worker.addEventListener('message', event => {
  const port = event.ports[0];
  const question = event.data as Question | null;
  if (!port || typeof question !== 'object' || question === null) return;
  event.waitUntil((async () => {
    if (question.ask === 'kept') port.postMessage(await version.kept());
    else if (question.ask === 'claim') {
      const claimed = question.build === __BUILD__.id;
      if (claimed) await worker.clients.claim();
      port.postMessage({ claimed });
    } else {
      const others = (await windows()).length - 1;
      if (others <= 0) await worker.skipWaiting();
      port.postMessage({ others: Math.max(0, others) });
    }
  })());
});
