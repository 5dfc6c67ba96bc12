/** The sandbox worker for Lua: runs functions the model wrote; knows no page, no reward and no run. It is handed everything, see sandbox_quickjs.ts. */
import type { EngineFiles } from '../src/sandbox/languages';
import { createLua, type LuaSandbox } from '../src/sandbox/lua';
import { servePort } from '../src/sandbox/port';

addEventListener('message', ({ data, ports }: MessageEvent<{ files: EngineFiles }>) => {
  let lua: Promise<LuaSandbox> | undefined;
  const loaded = (): Promise<LuaSandbox> => (lua ??= createLua({ wasm: data.files['lua.wasm']! }));
  servePort(ports[0]!, { ready: async () => { await loaded(); }, run: async request => (await loaded()).judge(request) });
}, { once: true });
