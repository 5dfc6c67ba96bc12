/** The sandbox worker: runs functions the model wrote, in QuickJS, away from the page; knows no reward and no run. */
import * as Comlink from 'comlink';
import wasmUrl from '@jitl/quickjs-wasmfile-release-sync/wasm?url';
import { createSandbox } from '../src/sandbox/serve';

async function loadWasm(): Promise<ArrayBuffer> {
  const response = await fetch(new URL(wasmUrl, import.meta.url));
  if (!response.ok) throw new Error(`QuickJS did not load (status ${response.status}).`);
  return response.arrayBuffer();
}

Comlink.expose(createSandbox(loadWasm));
