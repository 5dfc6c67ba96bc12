/** The corpus worker in a real browser: files and archives in, functions and progress out, cancel heard while it works. */
import * as Comlink from 'comlink';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EVERYTHING } from '../../../src/corpus/choice';
import { corpusHash } from '../../../src/corpus/hash';
import type { CorpusProgress } from '../../../src/corpus/corpus';
import type { CorpusApi } from '../../../workers/corpus';

let worker: Worker;
let corpus: Comlink.Remote<CorpusApi>;
beforeAll(() => {
  worker = new Worker(new URL('../../../workers/corpus.ts', import.meta.url), { type: 'module' });
  corpus = Comlink.wrap<CorpusApi>(worker);
});
afterAll(() => worker.terminate());

const grammars = new URL('/grammars/', location.href).href;
const source = (n: number) => `/** Adds ${n}. */\nexport function add${n}(a, b) {\n  ${'if (a) use(b); '.repeat(2 * (n % 17))}${'while (b) b = step(a); '.repeat(3 * (n % 13))}\n  return a + b + ${n};\n}\n`;
const files = (count: number) => Array.from({ length: count }, (_, n) => ({ path: `app/src/f${n}.js`, file: new File([source(n)], `f${n}.js`) }));

test('files become items with a report, and progress is told', async () => {
  const told: CorpusProgress[] = [];
  const { items, report } = await corpus.ingest([{ kind: 'files', files: [...files(6), { path: 'app/.gitignore', file: new File(['f0.js'], '.gitignore') }, { path: 'app/run.py', file: new File(['def run(x):\n    """Runs."""\n    return go(x)\n'], 'run.py') }] }], { grammars }, Comlink.proxy((p: CorpusProgress) => { told.push(p); }));
  expect(report).toMatchObject({ files: 6, found: 6, functions: 5, documented: 5, duplicates: { exact: 0, near: 1 } });
  expect(report.account.files.find((f) => f.path === 'app/src/f0.js')).toEqual({ path: 'app/src/f0.js', reason: 'ignored by .gitignore', detail: 'app/.gitignore line 1: f0.js' });
  expect(report.leftOut).toContainEqual({ reason: 'ignored by .gitignore', count: 1, examples: ['app/src/f0.js'] });
  expect(items.find((i) => i.name === 'run')).toMatchObject({ language: 'python', documentation: 'Runs.', code: 'def run(x):\n    return go(x)', path: 'app/run.py' });
  // Progress comes over a port of its own, so its last words may arrive after the result.
  await vi.waitFor(() => expect(new Set(told.map((p) => p.phase))).toEqual(new Set(['files', 'functions', 'duplicates', 'split'])));
});

test('the same folder as an archive gives the same corpus', async () => {
  const folder = await corpus.ingest([{ kind: 'files', files: files(5) }], { grammars });
  const packed = zipSync(Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`app/src/f${n}.js`, new TextEncoder().encode(source(n))])));
  const archive = await corpus.ingest([{ kind: 'zip', file: new File([packed as BlobPart], 'app.zip') }], { grammars });
  expect(archive).toEqual(folder);
  expect(folder.items.length).toBe(5);
});

test('a cancel is heard while files are read, and the next ingest works', async () => {
  let started: () => void = () => {};
  const running = new Promise<void>((resolve) => { started = resolve; });
  const stopped = corpus.ingest([{ kind: 'files', files: files(3000) }], { grammars }, Comlink.proxy(() => started()));
  const outcome = stopped.then(() => 'finished', (cause: Error) => cause.name);
  await running;
  await corpus.cancel();
  expect(await outcome).toBe('Stopped');
  expect((await corpus.ingest([{ kind: 'files', files: files(2) }], { grammars })).items.length).toBe(2);
});

test('a part is picked by place, split anew, and its hash is that of its items', async () => {
  const { items } = await corpus.ingest([{ kind: 'files', files: files(40) }], { grammars });
  const lengths = Uint32Array.from(items, (_, i) => i);
  await corpus.hold('a', items, lengths);
  const short = (await corpus.pick('a', { ...EVERYTHING, maxTokens: 9 }))!;
  expect([...short.splits].map((split, i) => (split > 0 ? i : -1)).filter((i) => i >= 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(short.hash).toBe(await corpusHash(items.slice(0, 10)));
  const anew = (await corpus.pick('a', { ...EVERYTHING, split: { share: 0.5, seed: 3 } }))!;
  expect(anew.train + anew.heldout + anew.crossed).toBe(items.length);
  expect([...anew.splits].filter((split) => split === 2).length).toBe(anew.heldout);
  expect(anew.hash).toBe(await corpusHash(items.flatMap((item, i) => (anew.splits[i] === 0 ? [] : [{ ...item, split: anew.splits[i] === 1 ? 'train' as const : 'heldout' as const }]))));
  expect(await corpus.pick('b', EVERYTHING)).toBe(null);
});

test('nothing usable gives an empty corpus with the reasons, and a folder handle is walked', async () => {
  const nothing = await corpus.ingest([{ kind: 'files', files: [{ path: 'a/b.txt', file: new File(['x'], 'b.txt') }] }], { grammars });
  expect(nothing).toMatchObject({ items: [], capped: false, report: { functions: 0, leftOut: [{ reason: 'no supported language', count: 1 }], account: { files: [{ path: 'a/b.txt', reason: 'no supported language' }] } } });
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('vendor', { create: true });
  for (const [folder, name] of [['src', 'a.js'], ['node_modules', 'b.js']]) {
    const stream = await (await (await root.getDirectoryHandle(folder, { create: true })).getFileHandle(name, { create: true })).createWritable();
    await stream.write(source(name.length));
    await stream.close();
  }
  const { items, report } = await corpus.ingest([{ kind: 'folder', handle: root }], { grammars });
  expect(items.map((i) => i.path)).toEqual(['vendor/src/a.js']);
  expect(report.leftOut).toContainEqual({ reason: 'vendor or tool folder', count: 1, examples: ['vendor/node_modules'] });
});

test('parses tells good code from bad; a fresh worker finds the grammars beside the page by itself', async () => {
  const fresh = new Worker(new URL('../../../workers/corpus.ts', import.meta.url), { type: 'module' });
  const alone = Comlink.wrap<CorpusApi>(fresh);
  expect(await alone.parses('lua', 'function f(a) return a end')).toBe(true);
  expect(await alone.parses('tsx', 'const A = () => <b>1')).toBe(false);
  fresh.terminate();
});
