/** Runs the executor over real threads with the real sandbox in them; programs that QuickJS cannot stop must be killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExecutor, type SandboxExecutor, type SandboxWorker } from '../../src/sandbox/executor';
import { ENGINES, type SandboxApi, type Verdict } from '../../src/sandbox/languages';
import type { Language } from '../../src/types';

const root = fileURLToPath(new URL('../..', import.meta.url));
const executors: SandboxExecutor[] = [];
let folder = '', alive = 0, spawned = 0;

beforeAll(async () => {
  // Inside node_modules, so that the built file finds its packages.
  folder = mkdtempSync(join(root, 'node_modules', '.sandbox-test-'));
  await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { ssr: 'test/sandbox/node_worker.ts', outDir: folder, emptyOutDir: true, rollupOptions: { output: { entryFileNames: 'worker.mjs' } } },
  });
}, 60000);
afterAll(() => {
  for (const executor of executors) executor.close();
  rmSync(folder, { recursive: true, force: true });
});

function spawn(): SandboxWorker {
  const worker = new Worker(join(folder, 'worker.mjs'));
  alive++;
  spawned++;
  worker.once('exit', () => { alive--; });
  return { api: Comlink.wrap<SandboxApi>(nodeEndpoint(worker)), terminate: () => { void worker.terminate(); } };
}

function makeExecutor(options: { jobMs?: number; jobsPerWorker?: number } = {}): SandboxExecutor {
  const executor = createExecutor({ spawn, engines: ENGINES.filter(({ name }) => name === 'quickjs'), jobMs: 4000, ...options });
  executors.push(executor);
  return executor;
}

const job = (code: string, inputs: unknown[][], language: Language = 'javascript') => ({ language, code, name: 'f', inputs });
const good = (n: number) => job(`function f(x) { return x + ${n} }`, [[1], [2]]);
const answer = (n: number): string[] => [String(1 + n), String(2 + n)];

describe('createExecutor', { timeout: 30000 }, () => {
  it('runs many jobs in order in one worker, languages it has not give null', async () => {
    const executor = makeExecutor({ jobsPerWorker: 100 });
    const before = spawned;
    expect(executor.languages).toEqual(['javascript', 'typescript', 'tsx']);
    const outputs = await executor.run([...Array.from({ length: 60 }, (_, n) => good(n)), job('def f(x):\n    return x', [[1]], 'python'), good(60)]);
    expect(outputs).toEqual([...Array.from({ length: 60 }, (_, n) => answer(n)), null, answer(60)]);
    expect(await executor.run([])).toEqual([]);
    expect(spawned - before).toBe(1);
    expect(executor.kills()).toBe(0);
  });

  it('kills what the interpreter cannot stop, gives null for it alone, and goes on', async () => {
    const executor = makeExecutor({ jobMs: 700 });
    await executor.run([good(0)]);
    const native = job('function f() { return [].indexOf.call({ length: 2 ** 53 - 1 }, 1) }', [[]]);
    const swallowing = job('function f() { try { return f() } catch { return f() } }', [[], [], []]);
    const before = spawned, start = performance.now();
    const outputs = await executor.run([good(1), native, good(2), good(3), native, swallowing, good(4)]);
    const spent = performance.now() - start;
    expect([outputs[0], outputs[1], outputs[2], outputs[3], outputs[4], outputs[6]]).toEqual([answer(1), null, answer(2), answer(3), null, answer(4)]);
    expect([null, 'ERR,ERR,ERR']).toContain(outputs[5] === null ? null : String(outputs[5]));
    expect(executor.kills()).toBeGreaterThanOrEqual(2);
    expect(spawned - before).toBe(executor.kills());
    expect(spent).toBeGreaterThan(1400);
    expect(spent).toBeLessThan(20000);
  });

  it('holds out against 64 MB of buffers and goes on', async () => {
    const executor = makeExecutor();
    const outputs = await executor.run([job('function f() { const a = []; for (;;) a.push(new ArrayBuffer(1e6)) }', [[]]), good(5)]);
    expect([null, 'ERR']).toContain(outputs[0] === null ? null : String(outputs[0]));
    expect(outputs[1]).toEqual(answer(5));
  });

  it('queues calls made at once', async () => {
    const executor = makeExecutor();
    const results = await Promise.all([7, 8, 9].map((n) => executor.run([good(n), good(n + 10)])));
    expect(results).toEqual([7, 8, 9].map((n) => [answer(n), answer(n + 10)]));
  });

  it('replaces a worker after its share of jobs without losing one', async () => {
    const executor = makeExecutor({ jobsPerWorker: 7 });
    const before = spawned;
    const outputs = await executor.run(Array.from({ length: 30 }, (_, n) => good(n)));
    expect(outputs).toEqual(Array.from({ length: 30 }, (_, n) => answer(n)));
    expect(spawned - before).toBe(5);
    expect(executor.kills()).toBe(0);
  });

  it('takes only texts from a worker, one per argument list', async () => {
    const ran = (outputs: unknown): unknown => ({ outputs, ending: 'ran' });
    for (const forged of [ran(['1']), ran(['1', '2', '3']), ran([1, 2]), ran('xx'), ran(undefined), ran({ length: 2 }), ran(['1', 'x'.repeat(70_000)]), { outputs: ['1', '2'], ending: 'paid' }, ['1', '2'], undefined]) {
      const executor = createExecutor({ spawn: () => ({ api: { ready: () => Promise.resolve(), run: () => Promise.resolve(forged as Verdict) }, terminate: () => undefined }) });
      expect(await executor.judge([good(0)])).toEqual([{ outputs: null, ending: 'odd' }]);
    }
  });

  it('says so when the worker does not start, and tries again at the next call', async () => {
    let broken = true;
    const executor = createExecutor({
      spawn: () => (broken ? { api: { ready: () => Promise.reject(new Error('no file')), run: () => Promise.resolve({ outputs: null, ending: 'undefined' }) }, terminate: () => undefined } : spawn()),
    });
    executors.push(executor);
    await expect(executor.run([good(0)])).rejects.toMatchObject({ name: 'WorkerFailed', message: expect.stringContaining('no file') as string });
    broken = false;
    expect(await executor.run([good(1)])).toEqual([answer(1)]);
    const silent = createExecutor({ spawn: () => ({ api: { ready: () => new Promise(() => undefined), run: () => Promise.resolve({ outputs: null, ending: 'undefined' }) }, terminate: () => undefined }), startMs: 50 });
    await expect(silent.run([good(0)])).rejects.toMatchObject({ name: 'WorkerFailed' });
  });

  it('kills nobody for the time in which the parent itself was busy', async () => {
    const executor = makeExecutor({ jobMs: 300 });
    await executor.run([good(0)]);
    const running = executor.run([job('function f(x) { let n = 0; while (n < 500000) n++; return x + 1 }', [[1], [2]])]);
    // Until it is asked; it answers meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    const until = performance.now() + 900;
    while (performance.now() < until);
    expect(await running).toEqual([answer(1)]);
    expect(executor.kills()).toBe(0);
  });

  it('close while a worker starts leaves its jobs, at once', async () => {
    let ended = 0;
    const starting = createExecutor({ spawn: () => ({ api: { ready: () => new Promise(() => undefined), run: () => new Promise(() => undefined) }, terminate: () => { ended++; } }), startMs: 8000 });
    const running = starting.judge([good(0), good(1)]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const asked = performance.now();
    starting.close();
    expect(await running).toEqual([{ outputs: null, ending: 'not run' }, { outputs: null, ending: 'not run' }]);
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(ended).toBe(1);
  });

  it('close ends the worker and what it is doing', async () => {
    const executor = makeExecutor();
    await executor.run([good(0)]);
    const running = executor.run([job('function f() { return [].indexOf.call({ length: 2 ** 53 - 1 }, 1) }', [[]]), good(1)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = performance.now();
    executor.close();
    expect(await running).toEqual([null, null]);
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(executor.kills()).toBe(0);
    for (const other of executors) other.close();
    for (let wait = 0; alive > 0 && wait < 100; wait++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(alive).toBe(0);
  });
});
