/** The sandbox worker for Ruby: runs functions the model wrote; knows no page, no reward and no run. It is handed everything, see sandbox_quickjs.ts. */
import type { EngineFiles } from '../src/sandbox/languages';
import { createRuby, type RubySandbox } from '../src/sandbox/ruby';
import { servePort } from '../src/sandbox/port';

addEventListener('message', ({ data, ports }: MessageEvent<{ files: EngineFiles }>) => {
  let ruby: Promise<RubySandbox> | undefined;
  const loaded = (): Promise<RubySandbox> => (ruby ??= createRuby({ wasm: data.files['ruby.wasm']! }));
  servePort(ports[0]!, { ready: async () => { await loaded(); }, run: async request => (await loaded()).judge(request) });
}, { once: true });
