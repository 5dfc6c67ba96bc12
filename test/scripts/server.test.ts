/** The static server: what it serves, with which headers, and what it must not hand out. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headerPolicy, metaPolicy } from '../../scripts/security-policy.mjs';
import { serve } from '../../scripts/server.mjs';

let home: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'batcoder-server-'));
  await mkdir(join(home, 'dist/assets'), { recursive: true });
  await mkdir(join(home, 'dist-private'));
  await writeFile(join(home, 'secret.txt'), 'secret');
  await writeFile(join(home, 'dist-private/secret.txt'), 'secret');
  await writeFile(join(home, 'dist/index.html'), '<!doctype html>page');
  await writeFile(join(home, 'dist/assets/a-1.wasm'), new Uint8Array([0, 97, 115, 109]));
  await writeFile(join(home, 'dist/model.safetensors'), new Uint8Array(8));
  await writeFile(join(home, 'dist/Grüße 1.json'), '{}');
  await symlink(join(home, 'secret.txt'), join(home, 'dist/link.txt'));
  server = await serve({ folder: join(home, 'dist'), prefix: '/lab/' });
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

/** fetch() tidies a path before it asks; this sends the bytes as they are. */
async function ask(path: string, more: { method?: string; headers?: Record<string, string> } = {}): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return await new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, ...more }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => { body += part; }).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

test('files come with their type, the policy and a cache rule', async () => {
  const page = await ask('/lab/');
  expect([page.status, page.body, page.headers['content-type']]).toEqual([200, '<!doctype html>page', 'text/html; charset=utf-8']);
  expect(page.headers['content-security-policy']).toBe(headerPolicy);
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  expect(page.headers['cache-control']).toBe('no-cache');
  const wasm = await ask('/lab/assets/a-1.wasm');
  expect([wasm.headers['content-type'], wasm.headers['cache-control']]).toEqual(['application/wasm', 'public, max-age=31536000, immutable']);
  expect((await ask('/lab/model.safetensors')).headers['content-length']).toBe('8');
  expect((await ask(`/lab/${encodeURIComponent('Grüße 1.json')}`)).body).toBe('{}');
  expect((await ask('/lab/index.html?preset=demo')).status).toBe(200);
});

test('an unchanged file is answered with 304, HEAD has no body, other methods are refused', async () => {
  const first = await ask('/lab/index.html');
  const again = await ask('/lab/index.html', { headers: { 'If-None-Match': String(first.headers.etag) } });
  expect([again.status, again.body]).toEqual([304, '']);
  const head = await ask('/lab/index.html', { method: 'HEAD' });
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '19', '']);
  expect((await ask('/lab/index.html', { method: 'POST' })).status).toBe(405);
});

test.each([
  '/lab/../secret.txt', '/lab/%2e%2e/secret.txt', '/lab/..%2fsecret.txt', '/lab/assets/../../secret.txt', '/lab/..\\secret.txt', '/lab/link.txt',
  '/lab/../dist-private/secret.txt', '/lab/%00', '/lab/assets', '/lab/missing.js', '/index.html', '/', '/lab', '//lab/index.html',
])('%s is not handed out', async (path) => {
  const answer = await ask(path);
  expect(answer.status).toBe(404);
  expect(answer.body).not.toContain('secret');
  expect(answer.headers['content-security-policy']).toBe(headerPolicy);
});

test('an address that does not decode, or a host name that is not ours, is refused', async () => {
  expect((await ask('/lab/%E0%A4%A')).status).toBe(400);
  expect((await ask('/lab/', { headers: { Host: 'evil.example:80' } })).status).toBe(421);
  expect((await ask('/lab/', { headers: { Host: `localhost:${server.port}` } })).status).toBe(200);
});

test('the policy names no foreign source and refuses evaluation and framing', () => {
  expect(metaPolicy).toMatch(/^default-src 'none'; /);
  expect(metaPolicy).not.toMatch(/https?:|\*|'unsafe-inline'|'unsafe-eval'/);
  expect(metaPolicy).not.toContain('frame-ancestors');
  expect(headerPolicy).toBe(`${metaPolicy}; frame-ancestors 'none'`);
});
