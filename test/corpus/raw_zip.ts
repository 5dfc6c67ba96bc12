/** Writes archives whose headers may lie, for the tests; knows the layout, not which lies are told. */
import { strToU8 } from 'fflate';

export interface RawEntry { name: string; packed: Uint8Array; size?: number; crc?: number; method?: number; flags?: number; localName?: string; mode?: number }

/** A .zip written byte by byte, so that its headers can lie. */
export function rawZip(entries: RawEntry[]): Blob {
  const parts: Uint8Array[] = [], central: Uint8Array[] = [];
  let at = 0;
  for (const e of entries) {
    const name = strToU8(e.name), local = strToU8(e.localName ?? e.name);
    const head = new DataView(new ArrayBuffer(30)), dir = new DataView(new ArrayBuffer(46));
    head.setUint32(0, 0x04034b50, true); head.setUint16(6, e.flags ?? 0, true); head.setUint16(8, e.method ?? 8, true);
    head.setUint32(14, e.crc ?? 0, true); head.setUint32(18, e.packed.length, true); head.setUint32(22, e.size ?? 0, true); head.setUint16(26, local.length, true);
    dir.setUint32(0, 0x02014b50, true); dir.setUint8(5, e.mode ? 3 : 0); dir.setUint16(8, e.flags ?? 0, true); dir.setUint16(10, e.method ?? 8, true); dir.setUint32(16, e.crc ?? 0, true);
    dir.setUint32(20, e.packed.length, true); dir.setUint32(24, e.size ?? 0, true); dir.setUint16(28, name.length, true);
    dir.setUint32(38, (e.mode ?? 0) * 65536, true); dir.setUint32(42, at, true);
    parts.push(new Uint8Array(head.buffer), local, e.packed);
    central.push(new Uint8Array(dir.buffer), name);
    at += 30 + local.length + e.packed.length;
  }
  const bytes = central.reduce((n, c) => n + c.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true); end.setUint16(8, entries.length, true); end.setUint16(10, entries.length, true);
  end.setUint32(12, bytes, true); end.setUint32(16, at, true);
  return new Blob([...parts, ...central, new Uint8Array(end.buffer)] as BlobPart[]);
}
