/** Knows how to keep long bytes as verified pieces: written, read back, checked by SHA-256; does not know what the bytes are. */
import { labError } from '../types';
import type { Change, KeyValue } from './key_value';

/** Single values above about 127 MB fail in Chrome, above 256 MB in Firefox; 16 MiB is safe everywhere and bounds memory. */
export const CHUNK_BYTES = 16 << 20;

export interface ChunkRef { key: string; bytes: number; sha256: string }

/** Hex digest. Throws StorageUnavailable where the page has no Web Crypto (an address that is neither https nor localhost). */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Typed as always there, but absent outside secure contexts.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (!subtle) throw labError('StorageUnavailable', 'Checksums need a secure address (https or localhost). Nothing was saved. Open the page there, or export the model to keep it.');
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Writes `data` under keys `prefix0`, `prefix1`, ... and reads every piece back before it counts. One piece is in memory at a
 * time. On failure the pieces written so far stay: nothing refers to them, and the owner sweeps them.
 * Throws QuotaExceeded, StorageUnavailable, and StorageUnavailable when a piece reads back differently.
 */
export async function writeChunks(store: KeyValue, prefix: string, data: Uint8Array, chunkBytes = CHUNK_BYTES): Promise<ChunkRef[]> {
  const refs: ChunkRef[] = [];
  for (let start = 0; start < data.length; start += chunkBytes) {
    // A copy: storing a view would store the whole buffer behind it.
    const piece = data.slice(start, start + chunkBytes) as Uint8Array<ArrayBuffer>;
    const ref = { key: `${prefix}${refs.length}`, bytes: piece.length, sha256: await sha256(piece) };
    await store.commit([{ store: 'chunks', key: ref.key, value: piece }], 'strict');
    const fault = await chunkFault(await store.get('chunks', ref.key), ref);
    if (fault) throw labError('StorageUnavailable', `The browser's storage gave back other bytes than were written (${fault}). What was saved before is untouched. Export your work and restart the browser.`);
    refs.push(ref);
  }
  return refs;
}

/** Why a stored value is not the piece that `ref` describes; '' when it is. */
async function chunkFault(value: unknown, ref: ChunkRef): Promise<string> {
  if (!(value instanceof Uint8Array)) return `piece ${ref.key} is missing`;
  if (value.length !== ref.bytes) return `piece ${ref.key} has ${value.length} bytes of ${ref.bytes}`;
  return await sha256(value as Uint8Array<ArrayBuffer>) === ref.sha256 ? '' : `piece ${ref.key} fails its checksum`;
}

/** Reads and verifies the pieces one by one into one array. Throws a plain Error saying which piece is bad: the caller names the loss. */
export async function readChunks(store: KeyValue, refs: readonly ChunkRef[]): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(refs.reduce((sum, ref) => sum + ref.bytes, 0));
  let at = 0;
  for (const ref of refs) {
    const value = await store.get('chunks', ref.key);
    const fault = await chunkFault(value, ref);
    if (fault) throw new Error(fault);
    data.set(value as Uint8Array, at);
    at += ref.bytes;
  }
  return data;
}

/** The changes that delete every chunk under `prefix` for which `keep` is false. */
export async function chunkRemovals(store: KeyValue, prefix: string, keep: (key: string) => boolean = () => false): Promise<Change[]> {
  const keys = await store.keys('chunks', prefix);
  return keys.filter(key => !keep(key)).map(key => ({ store: 'chunks', key, remove: true }));
}
