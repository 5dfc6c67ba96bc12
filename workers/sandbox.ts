/**
 * The sandbox worker: runs functions the model wrote, in QuickJS; knows no page, no reward and no run. It is handed everything:
 * it is a classic script from a blob: of a frame of no origin, which can load nothing.
 */
import { servePort } from '../src/sandbox/port';
import { createSandbox } from '../src/sandbox/serve';

addEventListener('message', ({ data, ports }: MessageEvent<{ wasm: ArrayBuffer }>) => { servePort(ports[0]!, createSandbox(data.wasm)); }, { once: true });
