/** Archives: good ones give their files, hostile ones are refused before they fill the memory. */
import { zipSync, deflateSync, strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { collectFiles } from '../../src/corpus/files';
import type { FileEntry } from '../../src/corpus/files';
import { crc32, zipEntries } from '../../src/corpus/zip';
import { rawZip } from './raw_zip';
import type { RawEntry } from './raw_zip';

const JS = 'export function f() { return 1; }\n';

const file = (name: string, text = JS, more: Partial<RawEntry> = {}): RawEntry =>
  ({ name, packed: deflateSync(strToU8(text)), size: strToU8(text).length, crc: crc32(strToU8(text)), ...more });

async function reasons(archive: Blob): Promise<Record<string, number>> {
  const found = await collectFiles(zipEntries(archive));
  return { kept: found.files.length, ...Object.fromEntries(found.leftOut.map((l) => [l.reason, l.count])) };
}

describe('zip', () => {
  test('files come back byte for byte, stored and deflated; the single top folder is the root', async () => {
    const text = `// ${'caf\u00e9 '.repeat(5000)}`.replaceAll('caf\u00e9 caf\u00e9 caf\u00e9', 'a\nb') + JS;
    const archive = new Blob([zipSync({ 'node_modules/a.js': strToU8(text), 'node_modules/b.js': [strToU8(JS), { level: 0 }], 'node_modules/node_modules/c.js': strToU8(JS) }) as BlobPart]);
    const found = await collectFiles(zipEntries(archive));
    expect(found.files).toEqual([{ path: 'node_modules/a.js', text }, { path: 'node_modules/b.js', text: JS }]);
    expect(found.leftOut).toEqual([{ reason: 'vendor or tool folder', count: 1, examples: ['node_modules/node_modules/c.js'] }]);
  });
  test('without a common top folder the rules hold from the first segment', async () => {
    expect(await reasons(rawZip([file('a.js'), file('vendor/b.js')]))).toEqual({ kept: 1, 'vendor or tool folder': 1 });
  });
  test('unsafe names, duplicates, links, encryption, odd methods and nested archives are left out', async () => {
    expect(await reasons(rawZip([
      file('p/a.js'), file('p/../../b.js'), file('/c.js'), file('C:/d.js'), file('p\\e.js'), file('p/a.js'), file('p/f.js', JS, { mode: 0o120777 }),
      file('p/g.js', JS, { flags: 1 }), file('p/h.js', JS, { method: 14 }), file('p/i.zip'),
    ]))).toEqual({ kept: 1, 'unsafe name': 4, 'same name twice': 1, link: 1, encrypted: 1, 'unknown compression': 1, 'archive inside': 1 });
  });
  test('a declared bomb is refused by its ratio, an undeclared one by its first piece too many', async () => {
    const zeros = new Uint8Array(8 * 2 ** 20);
    const bomb = deflateSync(zeros);
    expect(zeros.length / bomb.length).toBeGreaterThan(500);
    expect(await reasons(rawZip([{ name: 'p/a.js', packed: bomb, size: zeros.length, crc: crc32(zeros) }, file('p/b.js')]))).toEqual({ kept: 1, 'unpacks to too much': 1 });
    const liar = rawZip([{ name: 'p/a.js', packed: bomb, size: 1000, crc: 0 }, file('p/b.js')]);
    expect(await reasons(liar)).toEqual({ kept: 1, 'damaged archive entry': 1 });
  });
  test('a bomb that hides its size is dropped after the first piece of 16 kB', async () => {
    const packed = deflateSync(new Uint8Array(64 * 2 ** 20));
    expect(packed.length).toBeGreaterThan(48 * 1024);
    const archive = rawZip([{ name: 'a.js', packed, size: 1000, crc: 0 }]);
    const read: number[] = [];
    const whole = archive.slice.bind(archive);
    archive.slice = (from?: number, to?: number) => { read.push((to ?? 0) - (from ?? 0)); return whole(from, to); };
    for await (const entry of zipEntries(archive)) {
      read.length = 0;
      if ('read' in entry) await expect(entry.read()).rejects.toMatchObject({ name: 'BadInput' });
    }
    expect(read.filter((n) => n === 16 * 1024)).toHaveLength(1);
  });
  test('headers that differ, wrong checksums, short data: the entry is left out, the others stay', async () => {
    expect(await reasons(rawZip([
      file('p/a.js', JS, { localName: 'p/x.js' }), file('p/b.js', JS, { crc: 1 }), file('p/c.js', JS, { size: JS.length + 1 }),
      file('p/d.js', JS, { packed: new Uint8Array([1, 2, 3, 255, 255, 9]) }), file('p/e.js'),
    ]))).toEqual({ kept: 1, 'damaged archive entry': 4 });
  });
  test('caps on the archive, its entries and what is unpacked', async () => {
    const drain = async (archive: Blob, caps: object) => { const all = []; for await (const e of zipEntries(archive, caps)) all.push(e); return all; };
    const archive = rawZip([file('a.js'), file('b.js'), file('c.js')]);
    await expect(drain(archive, { archiveBytes: 10 })).rejects.toMatchObject({ name: 'BadInput' });
    await expect(drain(archive, { entries: 2 })).rejects.toMatchObject({ name: 'BadInput' });
    const [a, b, c] = await drain(archive, { unpackedBytes: JS.length * 2 }) as FileEntry[];
    await a.read(); await b.read();
    await expect(c.read()).rejects.toMatchObject({ name: 'BadInput' });
  });
  test('bytes that are no archive, and every truncation of one, are refused or read without a crash', async () => {
    await expect(reasons(new Blob(['hello']))).rejects.toMatchObject({ name: 'BadInput' });
    const whole = new Uint8Array(await rawZip([file('p/a.js'), file('p/b.js')]).arrayBuffer());
    for (let n = 0; n < whole.length; n++) await expect(reasons(new Blob([whole.slice(0, n)]))).rejects.toMatchObject({ name: 'BadInput' });
  });
  test('1,000 random byte changes: BadInput or left out, never a wrong text', async () => {
    const whole = new Uint8Array(await rawZip([file('p/a.js'), file('p/b.js')]).arrayBuffer());
    let seed = 7, refused = 0;
    const next = (n: number) => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor((seed / 2 ** 32) * n); };
    for (let i = 0; i < 1000; i++) {
      const mutated = whole.slice();
      mutated[next(whole.length)] ^= 1 + next(255);
      try {
        for (const f of (await collectFiles(zipEntries(new Blob([mutated])))).files) expect(f.text).toBe(JS);
      } catch (cause) {
        refused++;
        expect((cause as Error).name).toBe('BadInput');
      }
    }
    expect(refused).toBeGreaterThan(20);
  });
});
