/** The sandbox worker for Python: runs programs the model wrote, in pyodide's interpreter; knows no page, no reward and no run. It is handed everything (see sandbox_quickjs). */
import type { EngineFiles } from '../src/sandbox/languages';
import { servePort } from '../src/sandbox/port';
import { servePython } from '../src/sandbox/serve_python';

addEventListener('message', ({ data: { files }, ports }: MessageEvent<{ files: EngineFiles }>) => {
  servePort(ports[0]!, servePython({ wasm: files['pyodide.asm.wasm']!, library: files['python_stdlib.zip']! }));
}, { once: true });
