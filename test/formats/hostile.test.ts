/**
 * Imports made to deceive: 10,000 each of safetensors files, JSON, archives and addresses, built from parts of which some lie. What
 * is true is decided here, from the parts, by a checker that shares nothing with the readers: it never parses what they parse.
 */
import { deflateSync, strToU8 } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { fromQuery, presetSettings, SETTINGS } from '../../src/config';
import { crc32, zipEntries } from '../../src/corpus/zip';
import { readSafetensors } from '../../src/formats/safetensors';
import { parseStrictJson } from '../../src/formats/strict_json';
import { rawZip } from '../corpus/raw_zip';
import { draws } from './draws';

const TRIALS = 10_000;
const LONGEST_MS = 100;
const before = Object.getOwnPropertyNames(Object.prototype).sort();
afterAll(() => { expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before); });

interface Tally { accepted: number; refused: number; wronglyAccepted: number; wronglyRefused: number; crashes: string[]; hangs: number }

/** `build` gives an input and whether it is valid; `read` returns whether what came out is right, or throws a named error. */
async function run<T>(seed: number, build: (pick: (below: number) => number) => { input: T; valid: boolean }, read: (input: T) => Promise<boolean> | boolean, names: string[]): Promise<Tally> {
  const random = draws(seed);
  const pick = (below: number): number => Math.floor(random() * below);
  const tally: Tally = { accepted: 0, refused: 0, wronglyAccepted: 0, wronglyRefused: 0, crashes: [], hangs: 0 };
  for (let trial = 0; trial < TRIALS; trial++) {
    const { input, valid } = build(pick);
    const timed = async (): Promise<{ ms: number; right: boolean | Error }> => {
      const start = performance.now();
      let right: boolean | Error;
      try { right = await read(input); } catch (error) { right = error as Error; }
      return { ms: performance.now() - start, right };
    };
    let { ms, right } = await timed();
    // A machine that was busy is told from a reader that hangs by asking again.
    for (let again = 0; again < 3 && ms > LONGEST_MS; again++) ({ ms, right } = await timed());
    if (ms > LONGEST_MS) tally.hangs++;
    if (right instanceof Error) {
      if (!names.includes(right.name)) tally.crashes.push(String(right));
      tally.refused++;
      if (valid) tally.wronglyRefused++;
    } else {
      tally.accepted++;
      if (!valid || !right) tally.wronglyAccepted++;
    }
  }
  return tally;
}

function expectSafe(tally: Tally): void {
  expect({ ...tally, accepted: 0, refused: 0 }).toEqual({ accepted: 0, refused: 0, wronglyAccepted: 0, wronglyRefused: 0, crashes: [], hangs: 0 });
  // Both kinds have to be there, or nothing was tested.
  expect(tally.accepted).toBeGreaterThan(TRIALS / 20);
  expect(tally.refused).toBeGreaterThan(TRIALS / 6);
}

test('safetensors: a file is read exactly when its parts tell the truth', async () => {
  const BYTES: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };
  expectSafe(await run(1, pick => {
    let valid = true;
    const lie = (): boolean => pick(24) === 0;
    const parts: string[] = [];
    let at = 0;
    const data: number[] = [];
    const n = pick(5);
    for (let i = 0; i < n; i++) {
      let dtype = ['F32', 'F16', 'BF16'][pick(3)]!;
      let shape: unknown[] = Array.from({ length: pick(4) }, () => 1 + pick(4));
      let name = `t${i}.weight`;
      const count = (shape as number[]).reduce((a, b) => a * b, 1);
      let begin: unknown = at, end: unknown = at + count * BYTES[dtype]!;
      at += count * BYTES[dtype]!;
      for (let k = 0; k < count; k++) data.push(...(dtype === 'F32' ? [1, 2, 3, 0x40] : [1, 0x40]));
      if (lie()) { valid = false; dtype = ['F8_E4M3', 'I64', '__proto__', 'constructor', 'f32', ''][pick(6)]!; }
      if (lie()) { valid = false; shape = [[-1], [1.5], ['4'], [null], [2 ** 53], [2 ** 32, 2 ** 32], Array(9).fill(1), [count + 1], [count, 1e308]][pick(9)]!; }
      if (lie()) { valid = false; name = ['', 'n'.repeat(257), '__proto__', 'constructor', 'prototype'][pick(5)]!; }
      if (lie()) { valid = false; const off = 1 + pick(8); if (pick(2)) begin = (begin as number) + off; else begin = (begin as number) - off; }
      if (lie()) { valid = false; end = [(end as number) + 1, -1, 2 ** 60, '8', null][pick(5)]; }
      const extra = lie() ? (valid = false, ',"extra":1') : '';
      const entry = `{"dtype":${JSON.stringify(dtype)},"shape":${JSON.stringify(shape)},"data_offsets":${JSON.stringify([begin, end])}${extra}}`;
      parts.push(`${JSON.stringify(name)}:${entry}`);
      if (lie()) { valid = false; parts.push(`"\\u${name.charCodeAt(0).toString(16).padStart(4, '0') || '0074'}${name.slice(1, 300)}":${entry}`); }
    }
    if (pick(3) === 0) parts.unshift(`"__metadata__":${lie() ? (valid = false, '{"a":{"b":1}}') : '{"format":"pt","<img src=x onerror=alert(1)>":"text"}'}`);
    let json = `{${parts.join(',')}}`;
    if (lie()) { valid = false; json = [json.slice(0, -1), `[${json}]`, ` ${json}`, json.replaceAll('"', "'") === json ? '{' : json.replaceAll('"', "'"), `${json}}`][pick(5)]!; }
    if (lie() && data.length >= 4) { valid = false; for (let k = 0; k < data.length; k++) data[k] = 0xff; }
    if (lie()) { valid = false; if (pick(2) || data.length === 0) data.push(0); else data.pop(); }
    const header = strToU8(json);
    let length = BigInt(header.length);
    if (lie()) { valid = false; length = [length + 1n, length - 1n, 0n, 1n << 21n, 1n << 63n, (1n << 64n) - 1n][pick(6)]!; }
    const input = new Uint8Array(8 + header.length + data.length);
    new DataView(input.buffer).setBigUint64(0, length, true);
    input.set(header, 8);
    input.set(data, 8 + header.length);
    return { input, valid };
  }, input => readSafetensors(input).tensors.every(tensor => tensor.data.every(Number.isFinite)), ['BadModel']));
}, 120_000);

test('JSON: only what is within size and depth, has no key twice and none that reaches a prototype, and then without prototypes', async () => {
  const bad = ['__proto__', 'constructor', 'prototype', '\\u005f_proto__', 'con\\u0073tructor'];
  expectSafe(await run(2, pick => {
    let valid = true;
    const value = (depth: number): string => {
      const kind = pick(depth > 4 ? 4 : 7);
      if (kind < 2) return String(pick(1000) - 500);
      if (kind === 2) return JSON.stringify(['{', '"', '\\', '<script>', '\u202e', ':', '__proto__'][pick(7)]);
      if (kind === 3) return ['true', 'null', '1e5', '""'][pick(4)]!;
      if (kind === 4) return `[${Array.from({ length: pick(4) }, () => value(depth + 1)).join(pick(2) ? ',' : ' , ')}]`;
      return object(depth + 1);
    };
    const object = (depth: number): string => {
      const keys = Array.from({ length: pick(4) }, (_, i) => `k${i}`);
      if (pick(40) === 0) { valid = false; keys.push(bad[pick(bad.length)]!); }
      if (keys.length > 0 && pick(40) === 0) { valid = false; keys.push(keys[0] === undefined ? 'x' : keys[0].replace(/^k/, '\\u006b')); }
      return `{${keys.map(key => `"${key}"${pick(4) ? '' : ' \t'}:${value(depth)}`).join(',')}}`;
    };
    let text = object(0);
    if (pick(20) === 0) { const deep = 1 + pick(30); text = `{"d":${'['.repeat(deep)}${']'.repeat(deep)}}`; valid = deep + 1 <= 16; }
    if (pick(2000) === 0) { text = `{"s":"${'x'.repeat(1 << 20)}"}`; valid = false; }
    if (pick(12) === 0) { valid = false; text = [`${text},`, text.slice(0, -1), `[${text}]`, '', 'null', '7', text.replace('{', '{,'), `\ufeff${text}`, `${text}{}`][pick(9)]!; }
    let input: Uint8Array | string = pick(2) ? text : strToU8(text);
    if (pick(40) === 0) { valid = false; input = Uint8Array.from([...strToU8(text).subarray(0, 1000), 0xff, 0xc0]); }
    return { input, valid };
  }, input => {
    const seen = (at: unknown): boolean => (typeof at !== 'object' || at === null ? true : Array.isArray(at) ? at.every(seen) : Object.getPrototypeOf(at) === null && Object.values(at).every(seen));
    return seen(parseStrictJson(input));
  }, ['BadModel']));
}, 120_000);

test('archives: an entry is unpacked exactly when its headers, name, sum and size are true', async () => {
  const text = strToU8('export function f() { return 1; }\n'.repeat(4));
  const packed = deflateSync(text), bomb = deflateSync(new Uint8Array(1 << 18));
  const honest = { packed, size: text.length, crc: crc32(text) };
  const tally = { kept: 0, dropped: 0, wrong: 0, crashes: [] as string[], hangs: 0 };
  const random = draws(3);
  const pick = (below: number): number => Math.floor(random() * below);
  for (let trial = 0; trial < TRIALS; trial++) {
    const expected: string[] = [];
    const entries = Array.from({ length: 1 + pick(3) }, (_, i) => {
      const name = `p/f${i}.js`;
      const kind = pick(3) ? 0 : 1 + pick(12);
      if (kind === 0) expected.push(name);
      return [{ name, ...honest }, { name: 'p/../x.js', ...honest }, { name: '/x.js', ...honest }, { name: 'C:\\x.js', ...honest }, { name: 'p/\0.js', ...honest },
        { name, ...honest, crc: 1 + pick(2 ** 31) }, { name, ...honest, size: text.length + 1 + pick(99) }, { name, ...honest, size: pick(text.length) }, { name, ...honest, localName: 'p/y.js' },
        { name, ...honest, flags: 1 }, { name, packed: bomb, size: 1 << 18, crc: 0 }, { name, ...honest, mode: 0o120777 }, { name, ...honest, packed: packed.subarray(0, packed.length - 1 - pick(packed.length - 1)) }][kind]!;
    });
    if (pick(10) === 0 && expected.length > 0) entries.push({ name: expected[0]!, ...honest, crc: 1 });
    const archive = rawZip(entries);
    const got: string[] = [];
    const start = performance.now();
    try {
      for await (const entry of zipEntries(archive)) {
        if (!('read' in entry)) { tally.dropped++; continue; }
        try {
          const bytes = await entry.read();
          if (bytes.length !== text.length || bytes.some((byte, i) => byte !== text[i])) tally.wrong++;
          got.push(entry.path);
        } catch (error) {
          if ((error as Error).name !== 'BadInput') tally.crashes.push(String(error));
          tally.dropped++;
        }
      }
    } catch (error) {
      if ((error as Error).name !== 'BadInput') tally.crashes.push(String(error));
    }
    if (performance.now() - start > LONGEST_MS) {
      const again = performance.now();
      for await (const entry of zipEntries(archive)) if ('read' in entry) await entry.read().catch(() => undefined);
      if (performance.now() - again > LONGEST_MS) tally.hangs++;
    }
    if (got.join() !== expected.join()) tally.wrong++;
    tally.kept += got.length;
  }
  expect(tally).toEqual({ kept: tally.kept, dropped: tally.dropped, wrong: 0, crashes: [], hangs: 0 });
  expect(tally.kept).toBeGreaterThan(TRIALS / 2);
  expect(tally.dropped).toBeGreaterThan(TRIALS / 4);
}, 120_000);

test('addresses: a setting is taken exactly when it is one, once, and in its range; else the demo stays as it is', async () => {
  const strange = ['__proto__', 'constructor', 'prototype.x', 'toString', '<img src=x onerror=alert(1)>', 'steps[]', '%00', 'javascript:alert(1)', 'hasOwnProperty'];
  const nonsense = ['', 'NaN', 'Infinity', '-Infinity', '1e999', '0x10', '1_000', '1,5', '<script>alert(1)</script>', '\u202e1', '{}', 'null', '__proto__', '٣', '-0.5.1'];
  // Alone in range is not enough for settings that bind each other: those the validator relates are left at their defaults here.
  const lone = SETTINGS.filter(setting => setting.kind === 'number' || setting.kind === 'integer' || setting.kind === 'choice' || setting.kind === 'boolean');
  const demo = JSON.stringify(presetSettings('demo'));
  expect(lone.length).toBeGreaterThan(60);
  expectSafe(await run(4, pick => {
    let valid = true;
    const params: [string, string][] = pick(2) ? [['preset', 'demo']] : [];
    if (pick(30) === 0) { valid = false; params[0] = ['preset', strange[pick(strange.length)]!]; }
    const used = new Set<string>();
    for (let i = pick(3); i >= 0; i--) {
      const setting = lone[pick(lone.length)]!;
      if (used.has(setting.key)) continue;
      used.add(setting.key);
      params.push([setting.key, String(setting.default)]);
      if (pick(6) !== 0) continue;
      valid = false;
      const last = params.at(-1)!;
      const kind = pick(5);
      if (kind === 0) last[0] = strange[pick(strange.length)]!;
      else if (kind === 1) params.push([...last]);
      else if (kind === 2 && setting.max !== undefined) last[1] = String(setting.max + 1);
      else if (kind === 3 && setting.min !== undefined) last[1] = String(setting.min - 1);
      else last[1] = nonsense[pick(nonsense.length)]!;
    }
    if (pick(200) === 0) { valid = false; params.push(['steps', '9'.repeat(5_000)]); }
    return { input: new URLSearchParams(params).toString(), valid };
  }, input => {
    const { settings, errors } = fromQuery(input);
    if (errors.length > 0) {
      if (JSON.stringify(settings) !== demo || errors.length > 10 || errors.some(text => text.length > 400)) throw new Error('half a configuration was taken, or the message has no end');
      throw Object.assign(new Error(errors[0]), { name: 'Refused' });
    }
    return Object.keys(settings).length === SETTINGS.length && SETTINGS.every(({ key, kind, min, max, choices }) => {
      const value: unknown = (settings as Record<string, unknown>)[key];
      return kind === 'boolean' ? typeof value === 'boolean' : kind === 'choice' ? choices!.includes(value as string) : Number.isFinite(value) && (value as number) >= min! && (value as number) <= max!;
    });
  }, ['Refused']));
}, 120_000);
