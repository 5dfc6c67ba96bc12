/**
 * Starts a sandbox worker where nothing of the page is: inside a frame of no origin, under its own policy and the page's. Knows
 * how it is put in and thrown out, not what it runs.
 *
 * The frame is text of this page (src/sandbox/sandbox.html), so it needs no host, no header and no network. Its document evaluates
 * nothing: it starts a worker from the text it is handed. In a worker of no origin there is no storage, no network and no WebRTC.
 * Throwing the frame out ends the worker whatever it is doing.
 */
import { computed, signal } from '@preact/signals';
import { engineParts } from './engine_files';
import { connectPort } from '../sandbox/port';
import type { SandboxWorker } from '../sandbox/executor';
import { ENGINES } from '../sandbox/languages';
import type { EngineFiles, EngineName } from '../sandbox/languages';
import { pageBase } from './base';
import { bytes } from './format';
import { trustedFrame } from './trusted';

type EngineLoad = { done: number; total: number } | 'starting' | 'ready';
/** How far each engine is: bytes so far and in all while its files come, then its first start. Absent: not asked for yet. */
const engineLoads = signal<Partial<Record<EngineName, EngineLoad>>>({});
function told(engine: EngineName, load: EngineLoad | undefined): void { engineLoads.value = { ...engineLoads.peek(), [engine]: load }; }

/** The engine that is being fetched or started now, in words with its size, for those who wait for it; null when none is. `total` 0: not known. */
export const engineFetch = computed((): { words: string; done: number; total: number } | null => {
  for (const { name, label } of ENGINES) {
    const load = engineLoads.value[name];
    if (load === 'starting') return { words: `Starting ${label}`, done: 0, total: 0 };
    if (load !== undefined && load !== 'ready') return { ...load, words: `Fetching ${label}: ${bytes(load.done)} of about ${bytes(load.total)}` };
  }
  return null;
});

interface Parts { script: string; files: EngineFiles }
/** Engines whose first start, which takes longest, was told. */
const begunOnce = new Set<EngineName>();
const parts = new Map<EngineName, Promise<Parts>>();

/** Loaded at the first use, kept for the next workers; a failure is tried again. */
function load(engine: EngineName): Promise<Parts> {
  let found = parts.get(engine);
  if (!found) {
    found = fetchParts(engine);
    parts.set(engine, found);
    found.then(() => { told(engine, 'ready'); }, () => {
      parts.delete(engine);
      told(engine, undefined);
    });
  }
  return found;
}

async function fetchParts(engine: EngineName): Promise<Parts> {
  const { script, urls } = engineParts(engine);
  const wanted = Object.entries(urls);
  const progress = wanted.map(() => ({ done: 0, total: 0 })), least = 1e6 * ENGINES.find(({ name }) => name === engine)!.megabytes;
  const [text, ...buffers] = await Promise.all([script(), ...wanted.map(([, url], i) => download(url, (done, total) => {
    progress[i] = { done, total };
    // How long a packed file is shows at its end, and of some files nothing has come yet.
    told(engine, { done: progress.reduce((sum, part) => sum + part.done, 0), total: Math.max(least, progress.reduce((sum, part) => sum + part.total, 0)) });
  }))]);
  return { script: text, files: Object.fromEntries(wanted.map(([name], i) => [name, buffers[i]!])) };
}

/** The bytes of a file of the page, piece by piece. @throws when the host has it not */
async function download(url: string, told: (done: number, total: number) => void): Promise<ArrayBuffer> {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const response = await fetch(new URL(url, pageBase())).catch(() => null);
  // 504 is what the service worker answers where nothing else does.
  if (response === null || response.status === 504) throw new Error(`${name} could not be fetched: there is no network, or the page's host is not reached`);
  if (!response.ok || !response.body) throw new Error(`${name} did not load, status ${response.status}`);
  // Of a packed answer the length is not that of its bytes; then the total grows with what has come.
  const said = response.headers.get('Content-Encoding') === null ? Number(response.headers.get('Content-Length') ?? 0) : 0;
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const reader = response.body.getReader(); ;) {
    const piece = await reader.read();
    if (piece.done) break;
    pieces.push(piece.value);
    done += piece.value.length;
    told(done, Math.max(said, done));
  }
  const all = new Uint8Array(done);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all.buffer;
}

/** A new frame with a worker of that engine in it. What goes wrong shows when `ready` is awaited. */
export function spawnSandbox(engine: EngineName): SandboxWorker {
  const frame = document.createElement('iframe');
  const { port1, port2 } = new MessageChannel();
  let ended = false;
  const settled = (): void => { if (engineLoads.peek()[engine] === 'starting') told(engine, 'ready'); };
  const worker = connectPort(port1, () => {
    ended = true;
    settled();
    frame.remove();
  });
  const begin = async (): Promise<void> => {
    const { script, files } = await load(engine);
    // While the files came: a frame that was put in now would stay for good.
    if (ended) return;
    if (!begunOnce.has(engine)) told(engine, 'starting');
    begunOnce.add(engine);
    const loaded = new Promise((resolve) => { frame.addEventListener('load', resolve, { once: true }); });
    frame.hidden = true;
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.setAttribute('allow', '');
    frame.referrerPolicy = 'no-referrer';
    frame.title = 'Sandbox';
    frame.srcdoc = trustedFrame() as string;
    document.body.append(frame);
    await loaded;
    // It has no origin that could be named. Only what was appended above can have loaded.
    frame.contentWindow?.postMessage({ script, files }, '*', [port2]);
  };
  const begun = begin();
  return { ...worker, api: { ...worker.api, ready: async () => { await begun; await worker.api.ready().finally(settled); } } };
}
