/** Holds the safetensors reader against hand-made files, a slow second reader and thousands of damaged files. */
import { describe, expect, it } from 'vitest';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from '../../src/formats/safetensors';
import type { NamedTensor } from '../../src/types';
import { draws, floats } from './draws';

/** A file from a header text and data bytes, with no help from the writer under test. */
function fileOf(header: string, data: Uint8Array | number, claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = typeof data === 'number' ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + text.length + bytes.length);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(bytes, 8 + text.length);
  return file;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
const errorOf = (run: () => unknown): Error => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

function sample(): NamedTensor[] {
  const random = draws(7);
  return [
    { name: 'b.weight', shape: [3, 5], data: floats(random, 15) },
    { name: '7', shape: [1], data: Float32Array.of(-0) },
    { name: 'a.weight', shape: [2, 2, 3], data: floats(random, 12) },
    { name: 'scalar', shape: [], data: Float32Array.of(3.5) },
    { name: 'empty', shape: [0, 4], data: new Float32Array(0) },
    { name: 'last', shape: [7], data: floats(random, 7) },
  ];
}

describe('safetensors', () => {
  it('reads F32, F16 and BF16 laid out by hand', () => {
    const data = new Uint8Array(8 + 4 + 4);
    const view = new DataView(data.buffer);
    view.setFloat32(0, 1.5, true);
    view.setFloat32(4, -0.1, true);
    view.setUint16(8, 0x3c01, true);
    view.setUint16(10, 0x8001, true);
    view.setUint16(12, 0x4049, true);
    view.setUint16(14, 0x3f80, true);
    // The header is out of data order and of odd length: neither matters.
    const file = fileOf(`{"h":${entry('F16', [2], 8, 12)},"f":${entry('F32', [1, 2], 0, 8)},"__metadata__":{"format":"pt"},"g":${entry('BF16', [2], 12, 16)} }`, data);
    const { tensors, metadata } = readSafetensors(file);
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.map(({ name, shape, data: values }) => [name, shape, [...values]])).toEqual([
      ['f', [1, 2], [1.5, Math.fround(-0.1)]],
      ['h', [2], [1 + 2 ** -10, -(2 ** -24)]],
      ['g', [2], [3.140625, 1]],
    ]);
  });

  it('gives F32 back bit for bit, in order, from any alignment', () => {
    const tensors = sample();
    const file = writeSafetensors(tensors, 'F32', { format: 'pt', run: 'amber "fox" é' });
    expect((file.length - 35 * 4 - 4) % 8).toBe(0);
    for (let shift = 0; shift < 4; shift++) {
      const moved = new Uint8Array(file.length + shift);
      moved.set(file, shift);
      const back = readSafetensors(moved.subarray(shift));
      expect(back.tensors).toEqual(tensors);
      expect(Object.is(back.tensors[1]!.data[0], -0)).toBe(true);
      expect(back.metadata).toEqual({ format: 'pt', run: 'amber "fox" é' });
    }
    // Writing what was read gives the same bytes.
    expect(writeSafetensors(readSafetensors(file).tensors, 'F32', { format: 'pt', run: 'amber "fox" é' })).toEqual(file);
  });

  it("reads Node's Buffer, whose slices are views, like any other bytes", () => {
    const tensors = [{ name: 'a', shape: [3], data: floats(draws(3), 3) }, { name: 'b', shape: [2, 2], data: floats(draws(4), 4) }];
    const file = writeSafetensors(tensors, 'F32');
    expect(readSafetensors(Buffer.concat([Buffer.from('odd'), file]).subarray(3)).tensors).toEqual(readSafetensors(file).tensors);
  });

  it('writes F16 within half a step and exactly what F16 can hold', () => {
    const data = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 777);
    const [back] = readSafetensors(writeSafetensors([{ name: 'w', shape: [4001], data }], 'F16')).tensors;
    let worst = 0;
    back!.data.forEach((value, i) => { worst = Math.max(worst, Math.abs(value - data[i]!) / Math.max(Math.abs(data[i]!), 2 ** -14)); });
    expect(worst).toBeLessThanOrEqual(2 ** -11);
    expect(worst).toBeGreaterThan(2 ** -12);
    expect(readSafetensors(writeSafetensors([back!], 'F16')).tensors[0]).toEqual(back);
  });

  it('refuses to write what would not read back', () => {
    const one = { name: 'w', shape: [1], data: Float32Array.of(1) };
    const cases: [NamedTensor[], 'F32' | 'F16', RegExp][] = [
      [[one, one], 'F32', /"w" is repeated/],
      [[{ ...one, name: '__metadata__' }], 'F32', /reserved/],
      [[{ ...one, shape: [2] }], 'F32', /1 elements for the shape \[2\]/],
      [[{ ...one, data: Float32Array.of(NaN) }], 'F32', /holds NaN at element 0/],
      [[{ ...one, data: Float32Array.of(-65520) }], 'F16', /beyond F16's 65504/],
    ];
    for (const [tensors, dtype, message] of cases) {
      const error = errorOf(() => writeSafetensors(tensors, dtype));
      expect([error.name, error.message]).toEqual(['BadModel', expect.stringMatching(message)]);
    }
    expect(readSafetensors(writeSafetensors([{ ...one, data: Float32Array.of(65519) }], 'F16')).tensors[0]!.data[0]).toBe(65504);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['too short', new Uint8Array(9), /9 bytes/],
    ['a header longer than the limit', fileOf('{}', 0, 1n << 21n), /claims 2097152 bytes, the limit is 1048576/],
    ['a header length beyond 2^53', fileOf('{}', 0, (1n << 63n) + 2n), /claims 9223372036854775810 bytes/],
    ['a header longer than the file', fileOf('{}', 4, 7n), /claims 7 bytes, the file has 14/],
    ['no brace', fileOf(' {}', 0), /does not start with/],
    ['broken JSON', fileOf('{"a":', 0), /not valid JSON/],
    ['broken UTF-8', (() => { const f = fileOf('{"aa":1}', 0); f[10] = 0xff; return f; })(), /not valid UTF-8/],
    ['a repeated name', fileOf(`{"a":${entry('F32', [1], 0, 4)},"\\u0061":${entry('F32', [1], 4, 8)}}`, 8), /"a" appears twice/],
    ['a repeated field', fileOf('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4), /"shape" appears twice/],
    ['__proto__', fileOf(`{"__proto__":${entry('F32', [1], 0, 4)}}`, 4), /"__proto__" is not allowed/],
    ['a gap', fileOf(`{"a":${entry('F32', [1], 0, 4)},"b":${entry('F32', [1], 8, 12)}}`, 12), /"b" starts at byte 8 where 4 was expected/],
    ['an overlap', fileOf(`{"a":${entry('F32', [2], 0, 8)},"b":${entry('F32', [1], 4, 8)}}`, 8), /"b" starts at byte 4 where 8/],
    ['a late start', fileOf(`{"a":${entry('F32', [1], 4, 8)}}`, 8), /starts at byte 4 where 0/],
    ['bytes left over', fileOf(`{"a":${entry('F32', [1], 0, 4)}}`, 5), /end at byte 4, its data at 5/],
    ['bytes missing', fileOf(`{"a":${entry('F32', [1], 0, 4)}}`, 3), /end at byte 4, its data at 3/],
    ['a shape too small for its range', fileOf(`{"a":${entry('F32', [1], 0, 8)}}`, 8), /needs 4 bytes, its range has 8/],
    ['a shape whose product overflows', fileOf(`{"a":${entry('F32', [2 ** 32, 2 ** 32], 0, 0)}}`, 0), /overflows/],
    ['an overflow hidden by a zero behind it', fileOf(`{"a":${entry('F32', [2 ** 40, 2 ** 40, 0], 0, 0)}}`, 0), /overflows/],
    ['a negative size', fileOf(`{"a":${entry('F32', [-1, -1], 0, 4)}}`, 4), /not a list of at most 8 sizes/],
    ['rank 9', fileOf(`{"a":${entry('F32', [1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 4)}}`, 4), /at most 8 sizes/],
    ['an unknown type', fileOf(`{"a":${entry('F8_E4M3', [4], 0, 4)}}`, 4), /unknown type F8_E4M3/],
    ['a type from Object.prototype', fileOf(`{"a":${entry('toString', [4], 0, 4)}}`, 4), /unknown type toString/],
    ['integer weights', fileOf(`{"a":${entry('I64', [1], 0, 8)}}`, 8), /has the type I64; weights must be F32, F16 or BF16/],
    ['NaN in F16', fileOf(`{"a":${entry('F16', [2], 0, 4)}}`, Uint8Array.of(0, 0, 1, 0x7c)), /holds NaN at element 1/],
    ['infinity in BF16', fileOf(`{"a":${entry('BF16', [1], 0, 2)}}`, Uint8Array.of(0x80, 0xff)), /holds -Infinity at element 0/],
    ['metadata that is not text', fileOf('{"__metadata__":{"a":1}}', 0), /metadata "a" is not text/],
    ['a long name', fileOf(`{"${'n'.repeat(257)}":${entry('F32', [1], 0, 4)}}`, 4), /name of 257 characters/],
  ])('refuses %s', (_what, file, message) => {
    const error = errorOf(() => readSafetensors(file));
    expect([error.name, error.message]).toEqual(['BadModel', expect.stringMatching(message)]);
    expect(error.message).toMatch(/(No weights were|Nothing was) loaded/);
  });

  it('lets the limits be set', () => {
    const wide = fileOf(`{"a":${entry('F32', [1], 0, 4)}${' '.repeat(1 << 20)}}`, 4);
    expect(errorOf(() => readSafetensors(wide)).message).toMatch(/the limit is 1048576/);
    expect(readSafetensors(wide, { maxHeaderBytes: 16 << 20 }).tensors[0]!.shape).toEqual([1]);
    expect(errorOf(() => readSafetensors(writeSafetensors(sample(), 'F32'), { maxTensors: 5 })).message).toMatch(/more than 5 tensors/);
  });

  it('survives 4,000 damaged files: BadModel, or exactly what a second, slow reader sees', () => {
    const whole = writeSafetensors(sample(), 'F32', { format: 'pt' });
    const headerEnd = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
    const random = draws(99);
    const pick = (below: number) => Math.floor(random() * below);
    const tally = { refused: 0, accepted: 0, wrong: 0, otherError: 0 };
    for (let trial = 0; trial < 4000; trial++) {
      const damaged = damage(whole, headerEnd, pick);
      let accepted: NamedTensor[] | null = null;
      try {
        accepted = readSafetensors(damaged).tensors;
      } catch (error) {
        if ((error as Error).name === 'BadModel') tally.refused++;
        else tally.otherError++;
      }
      if (!accepted) continue;
      tally.accepted++;
      if (!isWhatTheFileSays(damaged, accepted)) tally.wrong++;
    }
    expect(tally).toEqual({ refused: expect.any(Number), accepted: expect.any(Number), wrong: 0, otherError: 0 });
    // Damage inside the tensor bytes is a valid file with other numbers: there have to be both kinds.
    expect(tally.refused).toBeGreaterThan(2000);
    expect(tally.accepted).toBeGreaterThan(200);
  });

  it('reads a header without touching the tensors', () => {
    const file = writeSafetensors(sample(), 'F32');
    const header = readSafetensorsHeader(file);
    expect(header.entries.map(({ name, begin, end }) => [name, end - begin])).toEqual([['b.weight', 60], ['7', 4], ['a.weight', 48], ['empty', 0], ['scalar', 4], ['last', 28]].sort(byFile(header.entries.map(e => e.name))));
  });
});

const byFile = (names: string[]) => (a: (string | number)[], b: (string | number)[]) => names.indexOf(String(a[0])) - names.indexOf(String(b[0]));

/** Flips, overwrites, inserts, deletes, truncates, extends, repeats; half of them aim at the header. */
function damage(whole: Uint8Array, headerEnd: number, pick: (below: number) => number): Uint8Array {
  let bytes = Array.from(whole);
  for (let round = Math.max(0, pick(4) - 2); round >= 0; round--) {
    const at = pick(2) > 0 ? pick(Math.min(headerEnd, bytes.length)) : pick(bytes.length);
    switch (pick(7)) {
      case 0: bytes[at]! ^= 1 << pick(8); break;
      case 1: bytes[at] = pick(256); break;
      case 2: bytes[at] = '0123456789-.eE{}[]",:'.charCodeAt(pick(21)); break;
      case 3: bytes.splice(at, 0, pick(256)); break;
      case 4: bytes.splice(at, 1 + pick(8)); break;
      case 5: bytes = bytes.slice(0, at); break;
      default: bytes.push(...bytes.slice(at, at + pick(40))); break;
    }
    if (bytes.length === 0) break;
  }
  return Uint8Array.from(bytes);
}

/** The definition, element by element through a DataView, sharing nothing with the reader. */
function isWhatTheFileSays(file: Uint8Array, tensors: NamedTensor[]): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, start))) as Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>;
  const names = Object.keys(header).filter(name => name !== '__metadata__');
  if (names.length !== tensors.length) return false;
  const covered = new Uint8Array(file.length - start);
  for (const name of names) {
    const { dtype, shape, data_offsets: [begin, end] } = header[name]!;
    const tensor = tensors.find(t => t.name === name);
    const size = { F32: 4, F16: 2, BF16: 2 }[dtype];
    if (!tensor || !size || JSON.stringify(tensor.shape) !== JSON.stringify(shape)) return false;
    if (shape.reduce((p, s) => p * s, size) !== end! - begin! || tensor.data.length * size !== end! - begin!) return false;
    for (let i = begin!; i < end!; i++) if (covered[i]++ !== 0) return false;
    for (let i = 0; i < tensor.data.length; i++) {
      const at = start + begin! + i * size;
      const expected = dtype === 'F32' ? view.getFloat32(at, true) : dtype === 'F16' ? slowHalf(view.getUint16(at, true)) : view.getFloat32(at - 2, true);
      if (dtype !== 'BF16' && !Object.is(tensor.data[i], expected)) return false;
      if (!Number.isFinite(tensor.data[i])) return false;
    }
  }
  return covered.every(count => count === 1);
}

function slowHalf(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  return exponent === 0 ? sign * (bits & 1023) / 2 ** 24 : sign * (1024 + (bits & 1023)) * 2 ** (exponent - 25);
}
