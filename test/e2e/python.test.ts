/** The built page's Python against code that wants out: nothing arrives anywhere, the page lives on, and nobody is paid for a forgery. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { root } from '../../scripts/build.mjs';
import { executionPasses } from '../../src/loop/execution';
import type { Judged } from '../../src/sandbox/executor';
import type { SandboxRequest } from '../../src/sandbox/languages';
import type { CodeItem } from '../../src/types';
import { emptyPage, openCanary, type Canary } from './canary';
import { pythonProbes, type Probe } from './exfiltration_python';
import { openPage, type OpenPage } from './harness';
import { FORGERIES, HOSTILE } from './hostile_python';

/** Long enough for whatever was sent to arrive on a busy machine: the control's probes arrive in less than a tenth of it. */
const ARRIVAL_MS = 1000;
/** The control: pyodide as it is published, in a worker of the canary's own page. */
const CONTROL = `import { loadPyodide } from '/pyodide/pyodide.mjs';
const python = await loadPyodide({ indexURL: '/pyodide/' });
onmessage = async ({ data }) => {
  await Promise.race([python.runPythonAsync(data).catch(() => undefined), new Promise(resolve => setTimeout(resolve, 25))]);
  postMessage('done');
};
postMessage('ready');`;
const serve = async (url: string): Promise<[type: string, body: string | Buffer]> => {
  if (url === '/control.mjs') return ['text/javascript', CONTROL];
  const file = /^\/pyodide\/([\w.-]+)$/.exec(url)?.[1];
  return file === undefined ? emptyPage(url) : [file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript', await readFile(join(root, 'node_modules/pyodide', file))];
};
let lab: OpenPage, probes: Probe[], canary: Canary;

beforeAll(async () => {
  canary = await openCanary(serve);
  probes = pythonProbes(canary.address, canary.port);
  // As on a plain host: no header helps.
  lab = await openPage({ prefix: '/x/y/', headers: {} });
});
afterAll(async () => {
  await lab?.close();
  canary?.close();
});
beforeEach(() => { canary.forget(); });

const later = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const hits = (): string[] => [...new Set(canary.heard.flatMap(url => { const at = /hit-(\d+)/.exec(url); return at ? [probes[Number(at[1])]!.name] : []; }))];
const program = (code: string, inputs: unknown[][] = [[]]) => ({ language: 'python' as const, code, name: 'f', inputs });
/** What the error said is for people; the verdicts here are compared without it. */
const execute = async (jobs: SandboxRequest[]): Promise<Judged[]> => (await lab.page.evaluate(list => globalThis.batcoder.execute(list), jobs)).map(({ outputs, ending }) => ({ outputs, ending }));

test('fifty hostile programs and more: each ends with the right verdict, the page stays smooth, and the next job is right', async () => {
  expect(Object.keys(HOSTILE).length).toBeGreaterThanOrEqual(50);
  await lab.page.evaluate(() => {
    const beat = { last: performance.now(), worst: 0 };
    (globalThis as { beat?: typeof beat }).beat = beat;
    setInterval(() => { beat.worst = Math.max(beat.worst, performance.now() - beat.last); beat.last = performance.now(); }, 20);
  });
  const next = program('import json, re\ndef f(xs):\n    return [x for x in map(lambda x: x + 1, xs) if re.match("..", json.dumps(x))]', [[[8, 9, 10]]]);
  const start = performance.now(), right = { outputs: ['[10,11]'], ending: 'ran' };
  expect(await execute([next, next])).toEqual([right, right]);
  const started = performance.now();
  // Two after each, of which the worker of the hostile one takes one when it is done, while the other worker goes on.
  const list = Object.entries(HOSTILE), verdicts = await execute(list.flatMap(([, [, code]]) => [program(code), next, next]));
  const wrong: string[] = [], counts: Record<string, number> = {};
  list.forEach(([name, [endings]], i) => {
    const [hostile, ...after] = verdicts.slice(3 * i, 3 * i + 3);
    counts[hostile!.ending] = (counts[hostile!.ending] ?? 0) + 1;
    if (!endings.split('|').includes(hostile!.ending)) wrong.push(`${name}: ${JSON.stringify(hostile).slice(0, 100)}`);
    for (const verdict of after) if (JSON.stringify(verdict) !== JSON.stringify(right)) wrong.push(`after ${name}: ${JSON.stringify(verdict).slice(0, 100)}`);
  });
  const worst = await lab.page.evaluate(() => (globalThis as unknown as { beat: { worst: number } }).beat.worst);
  console.log(`Two workers with Python started in ${(started - start).toFixed(0)} ms; hostile programs: ${JSON.stringify(counts)} in ${((performance.now() - started) / 1000).toFixed(1)} s; the page's longest pause ${worst.toFixed(0)} ms`);
  expect(wrong).toEqual([]);
  expect(counts['killed']).toBe(1);
  expect(worst).toBeLessThan(2_000);
  // Whoever was killed is gone.
  expect(await lab.page.locator('iframe').count()).toBeLessThanOrEqual(2);
  expect(lab.errors).toEqual([]);
}, 240_000);

test('forgeries of the right result are not paid', async () => {
  const item = { id: 'i', language: 'python', name: 'f', code: 'def f(xs):\n    total = 0\n    for x in xs:\n        total += x * x\n    return {"sum": total, "label": "s%d" % total}', inputs: [[[1, 2, 3]], [[]], [[10, -4]]] } as unknown as CodeItem;
  const executor = { languages: ['python' as const], run: async (jobs: SandboxRequest[]) => (await execute(jobs)).map(({ outputs }) => outputs) };
  const honest = 'def g(xs):\n    s = sum(x ** 2 for x in xs)\n    return dict(label=f"s{s}", sum=s)';
  const paid = await executionPasses({ executor }, [item], [[honest], ...FORGERIES.map(code => [code])]);
  expect(FORGERIES.length).toBeGreaterThanOrEqual(30);
  expect(paid).toEqual([[1], ...FORGERIES.map(() => [0])]);
});

test('the control: pyodide as it is published reaches the canary in twenty ways and more', async () => {
  const page = await lab.context.newPage();
  await page.goto(canary.address);
  const ended = await page.evaluate(async ({ codes, patience }) => {
    const say = (worker: Worker, ms: number): Promise<string> => new Promise(resolve => {
      worker.onmessage = ({ data }) => { resolve(String(data)); };
      setTimeout(() => { resolve('nothing'); }, ms);
    });
    const worker = new Worker('/control.mjs', { type: 'module' });
    if (await say(worker, 60_000) !== 'ready') return 'Python did not start';
    for (const code of codes) {
      worker.postMessage(code);
      if (await say(worker, patience) !== 'done') return code;
    }
    return 'all';
  }, { codes: probes.map(({ code }) => `${code}\nawait f()`), patience: 10_000 });
  await expect.poll(() => hits().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(20);
  await page.close();
  console.log(`control: ${hits().length} of ${probes.length} probes arrived: ${hits().join('; ')}`);
  expect(ended).toBe('all');
  expect(probes.length).toBeGreaterThanOrEqual(60);
}, 120_000);

test('in the sandbox no probe finds anything to reach with', async () => {
  const ask = (some: readonly Probe[]): Promise<Judged[]> => execute(some.map(({ code }) => program(code)));
  const verdicts = await ask(probes);
  // Where a long import met the clock on a busy machine, once more: what waits for an answer would meet it again.
  const late = probes.flatMap((_, i) => (verdicts[i]!.ending === 'time' ? [i] : []));
  (await ask(late.map(i => probes[i]!))).forEach((verdict, k) => { verdicts[late[k]!] = verdict; });
  await later(ARRIVAL_MS);
  expect(canary.heard).toEqual([]);
  expect(canary.packets()).toBe(0);
  // A log swallows what goes wrong.
  expect(verdicts.flatMap(({ outputs, ending }, i) => (outputs?.[0] === 'ERR' && ending === 'threw' ? [] : [`${probes[i]!.name}: ${ending} ${String(outputs)}`]))).toEqual(['remote log: ran "out"']);
}, 120_000);
