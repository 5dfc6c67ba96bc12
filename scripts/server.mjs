/** Serves a built page from a folder on this machine only, with the headers a browser should insist on; knows no route. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { securityHeaders } from './security-policy.mjs';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.safetensors': 'application/octet-stream',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Listens on 127.0.0.1 and serves the files of `folder` under `prefix`.
 * @param {{ folder: string, port?: number, prefix?: string, headers?: Record<string, string>, onRequest?: (path: string, status: number) => void }} options
 *   port 0 (the default) takes a free one; prefix '/lab/' shows the page as a static host shows it under a sub-path;
 *   headers {} as one that sends none
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 * @throws when the folder is not there (ENOENT) or the port is taken (EADDRINUSE)
 */
export async function serve({ folder, port = 0, prefix = '/', headers = securityHeaders, onRequest = () => {} }) {
  const base = await realpath(folder);
  const server = createServer((request, response) => {
    const answer = (status, text, more = {}) => {
      onRequest(request.url ?? '', status);
      response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8', ...more });
      response.end(text);
    };
    handle(request, response, answer).catch((error) => {
      if (response.headersSent) response.destroy();
      else answer(500, `Could not read the file: ${error.message}\n`);
    });
  });

  async function handle(request, response, answer) {
    // A page of another name that points here (DNS rebinding) is turned away: this server has one reader, the local browser.
    if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) return answer(421, 'This server answers to localhost only.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' });
    let path;
    try {
      path = decodeURIComponent((request.url ?? '/').split(/[?#]/)[0]);
    } catch {
      return answer(400, 'The address is not valid.\n');
    }
    if (!path.startsWith(prefix) || path.includes('\0') || path.includes('\\')) return answer(404, 'Not found.\n');
    const inside = path.slice(prefix.length);
    // Links are followed before the check, so neither '..' nor a link leads out of the folder.
    const file = await realpath(join(base, inside.endsWith('/') || inside === '' ? `${inside}index.html` : inside)).catch(() => null);
    if (file === null || !file.startsWith(base + sep)) return answer(404, 'Not found.\n');
    const found = await stat(file);
    if (!found.isFile()) return answer(404, 'Not found.\n');
    const tag = `"${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}"`;
    if (request.headers['if-none-match'] === tag) return answer(304, undefined, { ETag: tag });
    onRequest(request.url ?? '', 200);
    response.writeHead(200, {
      ...headers,
      'Content-Type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
      'Content-Length': found.size,
      // Names under assets/ carry a hash of their contents; everything else is asked for again.
      'Cache-Control': inside.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: tag,
    });
    if (request.method === 'HEAD') return response.end();
    createReadStream(file).on('error', () => response.destroy()).pipe(response);
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const taken = server.address().port;
  return {
    url: `http://localhost:${taken}${prefix}`,
    port: taken,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
