/** Knows how to list a .zip and unpack single entries under caps; knows nothing of which entries are wanted. */
import { Inflate } from 'fflate';
import { labError } from '../types';
import type { FileEntry, SkippedEntry } from './files';
import { safePath } from './paths';

export interface ZipCaps {
  /** Most bytes of the archive itself, and of everything unpacked from it. */
  archiveBytes: number; unpackedBytes: number;
  entries: number;
  /** Most unpacked bytes per packed byte of one entry. */
  ratio: number;
}

export const ZIP_CAPS: ZipCaps = { archiveBytes: 50 * 2 ** 20, unpackedBytes: 50 * 2 ** 20, entries: 5_000, ratio: 100 };

/** Small entries may be all repetition and harmless: below this many bytes the ratio is not asked. */
const RATIO_FREE_BYTES = 64 * 1024;

interface Entry { name: string; method: number; crc: number; packed: number; size: number; at: number; encrypted: boolean; link: boolean }

/**
 * Entries of a .zip, unpacked only when read, and then in pieces: an entry that unpacks to more than it declares, beyond the
 * ratio or with a wrong checksum rejects with BadInput before it can fill the memory. Unsafe names (`..`, absolute, drive, back
 * slash, NUL), duplicates, links, encrypted ones, nested archives and bombs come as skipped.
 * Layout: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end record); no ZIP64.
 * @throws BadInput when the archive is over a cap, damaged or no .zip.
 */
export async function* zipEntries(archive: Blob, limits: Partial<ZipCaps> = {}): AsyncGenerator<FileEntry | SkippedEntry> {
  const caps = { ...ZIP_CAPS, ...limits };
  if (archive.size > caps.archiveBytes) throw labError('BadInput', `The archive has ${Math.ceil(archive.size / 2 ** 20)} MB, more than the ${Math.floor(caps.archiveBytes / 2 ** 20)} MB that are unpacked here. Nothing was read. Unpack it and drop the folder.`);
  const entries = await directory(archive, caps.entries);
  const files = entries.filter((e) => !e.name.endsWith('/'));
  const top = files[0]?.name.split('/')[0];
  // Archives of a repository hold one folder: that is the dropped root.
  const exempt = files.length > 0 && files.every((e) => e.name.includes('/') && e.name.split('/')[0] === top) ? 1 : 0;
  const spent = { bytes: 0 };
  const names = new Set<string>();
  for (const entry of files) {
    const reason = refusal(entry, names, caps);
    names.add(entry.name);
    if (reason) yield { path: entry.name, skipped: reason };
    else yield { path: entry.name, size: entry.size, exempt, read: () => unpack(archive, entry, caps, spent) };
  }
}

function refusal(entry: Entry, names: Set<string>, caps: ZipCaps): string | null {
  if (safePath(entry.name) === null) return 'unsafe name';
  if (names.has(entry.name)) return 'same name twice';
  if (entry.encrypted) return 'encrypted';
  if (entry.link) return 'link';
  if (entry.method !== 0 && entry.method !== 8) return 'unknown compression';
  if (entry.size > RATIO_FREE_BYTES && entry.size > caps.ratio * Math.max(1, entry.packed)) return 'unpacks to too much';
  return null;
}

const damaged = (what: string) => labError('BadInput', `The archive is damaged or no .zip: ${what}. Nothing of it was kept. Pack it again, or drop the folder itself.`);

const slice = async (archive: Blob, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await archive.slice(from, to).arrayBuffer());

async function directory(archive: Blob, cap: number): Promise<Entry[]> {
  // The end record is 22 bytes and a comment of at most 65,535.
  const tailStart = Math.max(0, archive.size - 22 - 0xffff);
  const tail = await slice(archive, tailStart, archive.size);
  const view = new DataView(tail.buffer);
  let end = tail.length - 22;
  while (end >= 0 && !(view.getUint32(end, true) === 0x06054b50 && end + 22 + view.getUint16(end + 20, true) === tail.length)) end--;
  if (end < 0) throw damaged('it has no end record');
  const count = view.getUint16(end + 10, true), bytes = view.getUint32(end + 12, true), start = view.getUint32(end + 16, true);
  if (count > cap || count === 0xffff) throw labError('BadInput', `The archive has ${count} entries, more than the ${cap} that are read here. Nothing was read. Unpack it and drop a smaller folder.`);
  if (start + bytes > tailStart + end) throw damaged('its directory lies outside of it');
  const raw = await slice(archive, start, start + bytes);
  const fields = new DataView(raw.buffer);
  const entries: Entry[] = [];
  for (let at = 0, i = 0; i < count; i++) {
    if (at + 46 > raw.length || fields.getUint32(at, true) !== 0x02014b50) throw damaged('its directory is cut off');
    const flags = fields.getUint16(at + 8, true);
    const nameBytes = fields.getUint16(at + 28, true), extra = fields.getUint16(at + 30, true), comment = fields.getUint16(at + 32, true);
    if (at + 46 + nameBytes + extra + comment > raw.length) throw damaged('its directory is cut off');
    const name = raw.subarray(at + 46, at + 46 + nameBytes);
    entries.push({
      name: decodeName(name, (flags & 0x800) !== 0), method: fields.getUint16(at + 10, true), crc: fields.getUint32(at + 16, true),
      packed: fields.getUint32(at + 20, true), size: fields.getUint32(at + 24, true), at: fields.getUint32(at + 42, true),
      encrypted: (flags & 1) !== 0,
      // Unix mode in the upper half: a symbolic link is 0120000.
      link: fields.getUint8(at + 5) === 3 && ((fields.getUint32(at + 38, true) >>> 16) & 0o170000) === 0o120000,
    });
    at += 46 + nameBytes + extra + comment;
  }
  return entries;
}

function decodeName(bytes: Uint8Array, utf8: boolean): string {
  // Old packers write UTF-8 without the flag; bytes that are no UTF-8 are read as Latin-1.
  try { return new TextDecoder('utf-8', { fatal: true }).decode(bytes); } catch {
    return utf8 ? new TextDecoder().decode(bytes) : Array.from(bytes, (b) => String.fromCharCode(b)).join('');
  }
}

async function unpack(archive: Blob, entry: Entry, caps: ZipCaps, spent: { bytes: number }): Promise<Uint8Array> {
  const head = await slice(archive, entry.at, entry.at + 30);
  const view = new DataView(head.buffer);
  if (head.length < 30 || view.getUint32(0, true) !== 0x04034b50) throw damaged(`${entry.name} is not where the directory says`);
  const nameBytes = view.getUint16(26, true), from = entry.at + 30 + nameBytes + view.getUint16(28, true);
  const local = decodeName(await slice(archive, entry.at + 30, entry.at + 30 + nameBytes), (view.getUint16(6, true) & 0x800) !== 0);
  const described = (view.getUint16(6, true) & 8) !== 0;
  if (local !== entry.name || view.getUint16(8, true) !== entry.method || (!described && view.getUint32(22, true) !== entry.size)) throw damaged(`${entry.name} has two headers that differ`);
  if (from + entry.packed > archive.size) throw damaged(`${entry.name} is cut off`);
  if (spent.bytes + entry.size > caps.unpackedBytes) throw damaged(`more than ${Math.floor(caps.unpackedBytes / 2 ** 20)} MB would be unpacked`);
  spent.bytes += entry.size;

  const out = new Uint8Array(entry.size);
  let length = 0, finished = entry.method === 0;
  const take = (chunk: Uint8Array) => {
    if (length + chunk.length > out.length) throw damaged(`${entry.name} unpacks to more than it declares`);
    out.set(chunk, length);
    length += chunk.length;
  };
  // Deflate grows at most 1,032-fold, so a piece of 16 kB never makes more than 17 MB before `take` sees it.
  const inflate = entry.method === 8 ? new Inflate((chunk, final) => { take(chunk); finished ||= final; }) : null;
  for (let done = 0; done < entry.packed;) {
    const piece = await slice(archive, from + done, from + Math.min(entry.packed, done + 16 * 1024));
    done += piece.length;
    if (!inflate) take(piece);
    else {
      try { inflate.push(piece, done === entry.packed); } catch (cause) {
        throw cause instanceof Error && cause.name === 'BadInput' ? cause : damaged(`${entry.name} cannot be unpacked`);
      }
    }
  }
  if (!finished || length !== entry.size || crc32(out) !== entry.crc) throw damaged(`${entry.name} does not match its checksum`);
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 of ISO 3309, as zip uses it. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = CRC_TABLE[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
