/**
 * Knows the container of a run's file and distrusts every number in it; does not know what its parts are.
 *
 * 8 bytes `BATRUN\r\n` (a copy that changed line ends shows), u32 version, u32 length of the header, 32 bytes SHA-256 of the header, the
 * header `{"parts":[{"name","bytes","sha256"}]}`, then the parts without gaps to the end of the file. All numbers little-endian.
 */
import { parseStrictJson } from '../formats/strict_json';
import { labError } from '../types';
import { sha256 } from './chunks';

export interface Part { name: string; bytes: Uint8Array }

const MARK = new TextEncoder().encode('BATRUN\r\n');
const VERSION = 1;
const FIXED = 8 + 4 + 4 + 32;
const MAX_HEADER = 1 << 20, MAX_PARTS = 512;

/** One file of all parts. Throws StorageUnavailable where there is no Web Crypto. */
export async function packParts(parts: readonly Part[]): Promise<Uint8Array<ArrayBuffer>> {
  const list = [];
  for (const { name, bytes } of parts) list.push({ name, bytes: bytes.length, sha256: await sha256(bytes as Uint8Array<ArrayBuffer>) });
  const header = new TextEncoder().encode(JSON.stringify({ parts: list }));
  const file = new Uint8Array(FIXED + header.length + parts.reduce((sum, part) => sum + part.bytes.length, 0));
  const view = new DataView(file.buffer);
  file.set(MARK);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, header.length, true);
  file.set(Uint8Array.from((await sha256(header)).match(/../g)!, pair => parseInt(pair, 16)), 16);
  file.set(header, FIXED);
  let at = FIXED + header.length;
  for (const { bytes } of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** Parts by name, each verified; they are views of `file`. Throws BadInput saying what is wrong. */
export async function unpackParts(file: Uint8Array): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  if (file.length < FIXED || MARK.some((byte, i) => file[i] !== byte)) throw refused('it is not a run that this page exported');
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const version = view.getUint32(8, true), headerBytes = view.getUint32(12, true);
  if (version > VERSION) throw refused(`it was written by a newer version of this page (format ${version}, this page reads ${VERSION}); reload the page to get the newer version`);
  if (version !== VERSION) throw refused(`it has the format ${version}, this page reads ${VERSION}`);
  if (headerBytes > MAX_HEADER || headerBytes > file.length - FIXED) throw refused(`its header claims ${headerBytes} bytes of ${file.length}`);
  const header = file.slice(FIXED, FIXED + headerBytes);
  const told = Array.from(file.subarray(16, FIXED), byte => byte.toString(16).padStart(2, '0')).join('');
  if (await sha256(header) !== told) throw refused('its header fails its checksum');
  const { parts: list } = parseStrictJson(header, { maxBytes: MAX_HEADER, maxDepth: 4, error: 'BadInput', what: 'The header of the run\'s file' });
  if (!Array.isArray(list) || list.length > MAX_PARTS) throw refused(`its header does not list at most ${MAX_PARTS} parts`);
  const parts = new Map<string, Uint8Array<ArrayBuffer>>();
  const hashes = new Map<string, string>();
  let at = FIXED + headerBytes;
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw refused('its header lists something that is no part');
    const { name, bytes, sha256: hash } = entry;
    if (typeof name !== 'string' || !/^[a-z0-9][\w.-]*(\/[a-z0-9][\w.-]*){0,2}$/.test(name) || name.length > 100 || parts.has(name)) throw refused(`a part has the name ${JSON.stringify(name).slice(0, 120)}`);
    if (!Number.isSafeInteger(bytes) || (bytes as number) < 0 || (bytes as number) > file.length - at) throw refused(`${name} claims ${JSON.stringify(bytes).slice(0, 40)} bytes, the file has ${file.length - at} left`);
    if (typeof hash !== 'string') throw refused(`${name} has no checksum`);
    parts.set(name, file.subarray(at, at + (bytes as number)) as Uint8Array<ArrayBuffer>);
    hashes.set(name, hash);
    at += bytes as number;
  }
  if (at !== file.length) throw refused(`its parts end at byte ${at} of ${file.length}`);
  for (const [name, bytes] of parts) if (await sha256(bytes) !== hashes.get(name)) throw refused(`${name} fails its checksum`);
  return parts;
}

export function refused(reason: string): Error {
  return labError('BadInput', `The run's file was refused: ${reason}. Nothing was imported and nothing here was changed. Check that the file is whole, or export the run again.`);
}
