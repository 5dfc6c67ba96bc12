/** A corpus out of files: copies, split, report and hash, on made-up files and on two packages that the lock file pins. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildCorpus } from '../../src/corpus/corpus';
import { NEAR, NearIndex, codeTokens, fingerprint, jaccard, nearDuplicate } from '../../src/corpus/duplicates';
import type { Fingerprint } from '../../src/corpus/duplicates';
import { collectFiles } from '../../src/corpus/files';
import type { FileEntry } from '../../src/corpus/files';
import { createParser } from '../../src/corpus/parser';
import type { Parser } from '../../src/corpus/parser';
import { splitItems } from '../../src/corpus/split';
import type { CodeItem } from '../../src/types';
import { inModules, nodeGrammars } from './node_grammars';

let parser: Parser;
beforeAll(async () => { parser = await createParser(nodeGrammars); });

/** Entries of a folder on disk as a drop of it gives them. */
async function* disk(root: string): AsyncGenerator<FileEntry> {
  const name = root.split('/').pop()!;
  for (const path of readdirSync(inModules(root), { recursive: true, encoding: 'utf8' })) {
    const full = `${inModules(root)}/${path}`;
    const stat = statSync(full);
    if (stat.isFile()) yield { path: `${name}/${path}`, size: stat.size, exempt: 1, read: () => Promise.resolve(new Uint8Array(readFileSync(full))) };
  }
}

describe('packages', () => {
  test('lodash-es', async () => {
    const { files, leftOut, notices } = await collectFiles(disk('lodash-es'));
    expect(files.length).toBe(644);
    expect(leftOut.map((l) => [l.reason, l.count])).toEqual(LODASH_LEFT_OUT);
    expect(notices).toEqual([]);
    const { items, report } = await buildCorpus(parser, files);
    expect({ ...report, hash: '', characters: 0 }).toMatchObject({
      files: 644, found: 505, functions: 483, train: 416, heldout: 67, documented: 458, duplicates: { exact: 0, near: 15 }, crossing: 7, splitBy: 'file',
    });
    const chunk = items.find((i) => i.name === 'chunk')!;
    expect([chunk.path, chunk.startLine, chunk.endLine, chunk.params.join(), chunk.documentation.split('\n')[0]])
      .toEqual(['lodash-es/chunk.js', 30, 48, 'array,size,guard', 'Creates an array of elements split into groups the length of `size`.']);
    for (const item of items) expect(parser.parses('javascript', item.code), item.name).toBe(true);
  });
  test('d3-array: only a build folder, of which one file is minified and two hold the same functions', async () => {
    const { files, leftOut, notices } = await collectFiles(disk('d3-array'));
    expect(files.map((f) => f.path)).toEqual(['d3-array/dist/d3-array.js', 'd3-array/dist/d3-array.mjs']);
    expect(notices.length).toBe(1);
    expect(leftOut.find((l) => l.reason === 'minified or generated')?.count).toBe(2);
    const { items, report } = await buildCorpus(parser, files);
    expect(report).toMatchObject({ found: 242, functions: 110, duplicates: { exact: 121, near: 11 }, splitBy: 'function' });
    expect([report.heldout > 10, report.heldout < 25]).toEqual([true, true]);
    expect(items.filter((i) => i.name === 'bisectRight' || i.name === 'quickselect' || i.name === 'fsum').length).toBeGreaterThanOrEqual(2);
  });
});

const LODASH_LEFT_OUT: [string, number][] = [['no supported language', 3]];

const file = (path: string, ...functions: string[]) => ({ path, text: `${functions.join('\n\n')}\n` });
const body = (k: number) => `  let total = ${k};\n  for (const item of list) {\n    if (item.kind === ${k}) total += item.price * ${k + 1};\n    else if (item.kind < ${k + 2}) total -= lookup(item.name, ${k});\n  }\n  while (total > ${k * 3}) total = reduce(total, list.length, ${k});\n  return total;`;

describe('duplicates', () => {
  test('the same tokens in other clothes are exact copies; the first by path stays', async () => {
    const { items, report } = await buildCorpus(parser, [
      file('z.js', `function f(list) {\n${body(3)}\n}`), file('a.js', `function f(list) { // sums\n${body(3).replaceAll('  ', '\t')} /* done */\n}`),
      file('b.js', 'function g(a) { return a; }'), file('c.js', 'function h(b) { return [b]; }'),
    ]);
    expect(report.duplicates).toEqual({ exact: 1, near: 0 });
    expect(items.map((i) => i.path)).toContain('a.js');
    expect(items.map((i) => i.path)).not.toContain('z.js');
  });
  test('a long renamed copy is a near-copy; a short one of the same shape is not', () => {
    const long = (name: string) => fingerprint(`function ${name}(list) {\n${body(3)}\n}`);
    expect(nearDuplicate(long('f'), fingerprint(`function g(rows) {\n${body(4).replaceAll('total', 'sum').replaceAll('item', 'row').replaceAll('list', 'rows')}\n}`))).toBe(true);
    expect(nearDuplicate(fingerprint('getX() { return this.x; }'), fingerprint('getY() { return this.y; }'))).toBe(false);
    expect(nearDuplicate(fingerprint('get(a) { return this.x.get(a, 1); }'), fingerprint('get(a) { return this.x.get(a, 2); }'))).toBe(true);
  });
  test('comments of every language go, their marks inside strings stay', () => {
    expect(codeTokens('a = "// no" # x\n# gone\nb // gone\n/* gone\n*/ c')).toEqual(['a', '=', '"// no"', '#', 'x', 'b', 'c']);
    expect(codeTokens('-- gone\nx = 1')).toEqual(['x', '=', '1']);
  });
  test('MinHash finds every pair of Jaccard 0.8 and more among 600 that brute force finds', () => {
    let state = 3;
    const next = (n: number) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * n); };
    const prints: Fingerprint[] = Array.from({ length: 600 }, (_, i) => {
      const base = i % 60;
      const words = Array.from({ length: 60 }, (_, k) => ['if (a) {', '}', 'return b;', 'c(d);', 'e += 1;', 'while (x) y();', 'throw z;', 'for (;;) k;'][(base * 31 + k * k * (base + 3)) % 8]);
      for (let n = next(4); n > 0; n--) words[next(60)] = 'debugger;';
      return fingerprint(words.join('\n'));
    });
    const near = (a: Fingerprint, b: Fingerprint) => jaccard(a.blind, b.blind) >= NEAR;
    const index = new NearIndex<number>(64);
    let wanted = 0, missed = 0;
    prints.forEach((print, i) => {
      const exists = prints.slice(0, i).some((other) => near(print, other));
      const found = index.find(print, near);
      if (exists) { wanted++; if (found === undefined) missed++; } else expect(found).toBeUndefined();
      index.add(print, i);
    });
    expect(wanted).toBeGreaterThan(200);
    expect(missed).toBe(0);
  });
});

function madeUp(files: number, perFile: number): { items: CodeItem[]; prints: Fingerprint[] } {
  const items: CodeItem[] = [];
  for (let f = 0; f < files; f++) {
    for (let n = 0; n < perFile; n++) {
      const k = f * perFile + n;
      // Shapes repeat now and then across files, so that there is something that could cross.
      const shape = k % 7 === 0 ? 1 : k;
      const steps = Array.from({ length: 8 }, (_, s) => ['if (a) b();', 'c = d + 1;', 'while (e) f();', 'return g[h];', 'throw i;', 'j.k(l);', 'm ||= n;'][(Math.imul(shape + 1, 2654435761) >>> (s * 3)) % 7]).join(' ');
      items.push({
        id: `${k}`, language: 'javascript', name: `f${k}`, path: `src/f${f}.js`, startLine: n * 10 + 1, endLine: n * 10 + 9, code: `function f${k}(x${k}) { ${steps} y${k}(${k}); }`,
        signature: '', params: [], documentation: '', split: 'train', facts: [],
      });
    }
  }
  return { items, prints: items.map((i) => fingerprint(i.code)) };
}

describe('split', () => {
  test.each([1, 2, 3, 4, 5])('seed %i: by whole files, near the fraction, and no near-copy crosses (brute force)', (seed) => {
    const { items, prints } = madeUp(60, 10);
    const result = splitItems(items, prints, 0.2, seed);
    const heldout = result.items.filter((i) => i.split === 'heldout'), train = result.items.filter((i) => i.split === 'train');
    expect(result.splitBy).toBe('file');
    expect(heldout.length + result.crossed.length).toBe(120);
    expect(heldout.length).toBeGreaterThan(5);
    expect(result.crossed.length).toBeGreaterThan(5);
    const trainPaths = new Set(train.map((i) => i.path));
    expect(heldout.some((i) => trainPaths.has(i.path))).toBe(false);
    const trainPrints = train.map((i) => fingerprint(i.code));
    for (const item of heldout) {
      const print = fingerprint(item.code);
      expect(Math.max(...trainPrints.map((t) => jaccard(t.blind, print.blind)))).toBeLessThan(NEAR);
    }
  });
  test('other seeds set other files aside, the same seed the same', () => {
    const { items, prints } = madeUp(40, 5);
    const aside = (seed: number) => splitItems(items, prints, 0.2, seed).items.filter((i) => i.split === 'heldout').map((i) => i.id).join();
    expect(aside(1)).toBe(aside(1));
    expect(aside(1)).not.toBe(aside(2));
  });
  test('one file: by function, and a nested function stays with the one around it', () => {
    const { items, prints } = madeUp(1, 60);
    items.forEach((item, i) => { if (i % 2 === 1) { item.startLine = items[i - 1].startLine + 1; item.endLine = items[i - 1].endLine; } });
    const result = splitItems(items, prints, 0.3, 4);
    expect(result.splitBy).toBe('function');
    const splitOf = new Map(result.items.map((i) => [i.id, i.split]));
    let pairs = 0;
    for (let i = 0; i < 60; i += 2) {
      const a = splitOf.get(`${i}`), b = splitOf.get(`${i + 1}`);
      if (a && b) { expect(a).toBe(b); pairs++; }
    }
    expect(pairs).toBeGreaterThan(15);
    expect(result.items.some((i) => i.split === 'heldout')).toBe(true);
  });
});

describe('corpus', () => {
  const files = Array.from({ length: 12 }, (_, f) => file(`src/m${f}.${f % 2 ? 'js' : 'py'}`, ...Array.from({ length: 4 }, (_, n) => (f % 2
    ? `/** Adds ${f} ${n}. */\nfunction add${f}_${n}(a) { ${'if (a) g(a); '.repeat(f)}${'h(a); '.repeat(n)}return a + ${n}; }`
    : `def mul${f}_${n}(a):\n${'    g(a)\n'.repeat(f + 1)}${'    if a: h(a)\n'.repeat(n)}    return a * ${n}`))));
  test('is the same for any order of files, and its hash changes with the seed', async () => {
    const one = await buildCorpus(parser, files, { heldoutFraction: 0.3 });
    const two = await buildCorpus(parser, [...files].reverse(), { heldoutFraction: 0.3 });
    expect(two).toEqual(one);
    expect(one.report.hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await buildCorpus(parser, files, { heldoutFraction: 0.3, seed: 9 })).report.hash).not.toBe(one.report.hash);
    expect(one.report.functions).toBe(one.items.length);
    expect(one.report.train + one.report.heldout).toBe(one.items.length);
    expect(one.report.found).toBe(48);
    expect(one.report.languages.map((l) => [l.language, l.files])).toEqual([['javascript', 6], ['python', 6]]);
  });
  test('progress ends at its total in every phase; a signal stops it with Stopped', async () => {
    const last = new Map<string, [number, number]>();
    await buildCorpus(parser, files, {}, (p) => last.set(p.phase, [p.done, p.total]));
    expect(Object.fromEntries(last)).toEqual({ functions: [12, 12], duplicates: [48, 48], split: [1, 1] });
    await expect(buildCorpus(parser, files, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'Stopped' });
  });
  test('a grammar that cannot be had leaves out its language, not the others', async () => {
    const partial = await createParser({ ...nodeGrammars, grammar: (name) => (name.includes('python') ? Promise.reject(new Error('404')) : nodeGrammars.grammar(name)) });
    const { report } = await buildCorpus(partial, files);
    expect(report.leftOut).toEqual([expect.objectContaining({ reason: 'grammar not available', count: 6 })]);
    expect(report.found).toBe(24);
    const none = await createParser({ ...nodeGrammars, grammar: () => Promise.reject(new Error('404')) });
    await expect(buildCorpus(none, files)).rejects.toMatchObject({ name: 'BadInput' });
  });
  test('20,000 functions that look alike: comparisons grow with their number, not with its square', () => {
    const comparisons = (n: number) => {
      const index = new NearIndex<true>(64);
      let compared = 0, near = 0;
      for (let i = 0; i < n; i++) {
        const print = fingerprint(`get${i}() { return this.x${i}.find(y${i} => y${i}.id${i} === ${i}); }`);
        if (index.find(print, (a, b) => { compared++; return nearDuplicate(a, b); }, true)) near++;
      }
      expect(near).toBe(0);
      return compared / n;
    };
    const few = comparisons(5_000), many = comparisons(20_000);
    expect(few).toBeGreaterThan(10);
    expect(many).toBeLessThanOrEqual(65);
    expect(many / few).toBeLessThan(1.1);
  });
});
