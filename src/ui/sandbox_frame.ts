/**
 * Starts a sandbox worker where nothing of the page is: inside a frame of no origin, under its own policy and the page's. Knows
 * how it is put in and thrown out, not what it runs.
 *
 * The frame is text of this page (src/sandbox/sandbox.html), so it needs no host, no header and no network. Its document evaluates
 * nothing: it starts a worker from the text it is handed. In a worker of no origin there is no storage, no network and no WebRTC.
 * Throwing the frame out ends the worker whatever it is doing.
 */
import wasmUrl from '@jitl/quickjs-wasmfile-release-sync/wasm?url';
import { connectPort } from '../sandbox/port';
import type { SandboxWorker } from '../sandbox/executor';
import { pageBase } from './base';
import { trustedFrame } from './trusted';

interface Parts { script: string; wasm: ArrayBuffer }
let parts: Promise<Parts> | undefined;

/** Loaded at the first use, kept for the next workers; a failure is tried again. */
function load(): Promise<Parts> {
  parts ??= (async () => {
    const [{ default: script }, response] = await Promise.all([import('virtual:sandbox-worker'), fetch(new URL(wasmUrl, pageBase()))]);
    if (!response.ok) throw new Error(`QuickJS did not load (status ${response.status}).`);
    return { script, wasm: await response.arrayBuffer() };
  })();
  parts.catch(() => { parts = undefined; });
  return parts;
}

/** A new frame with a worker in it. What goes wrong shows when `ready` is awaited. */
export function spawnSandbox(): SandboxWorker {
  const frame = document.createElement('iframe');
  const { port1, port2 } = new MessageChannel();
  const worker = connectPort(port1, () => { frame.remove(); });
  const begin = async (): Promise<void> => {
    const { script, wasm } = await load();
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
    frame.contentWindow?.postMessage({ script, wasm }, '*', [port2]);
  };
  const begun = begin();
  return { ...worker, api: { ...worker.api, ready: async () => { await begun; await worker.api.ready(); } } };
}
