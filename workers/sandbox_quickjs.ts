/**
 * The sandbox worker for JavaScript and TypeScript: runs functions the model wrote, in QuickJS; knows no page, no reward and no run. It is
 * handed everything: it is a classic script from a blob: of a frame of no origin, which can load nothing.
 */
import type { EngineFiles } from '../src/sandbox/languages';
import { servePort } from '../src/sandbox/port';
import { createSandbox } from '../src/sandbox/serve_quickjs';

addEventListener('message', ({ data, ports }: MessageEvent<{ files: EngineFiles }>) => { servePort(ports[0]!, createSandbox(data.files['quickjs.wasm'])); }, { once: true });
