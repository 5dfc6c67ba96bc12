/** Knows two hashes: a fast one for ids and buckets, and SHA-256 for what must not collide, a corpus among them. */
import type { CodeItem } from '../types';

/** Last mixing step of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit. */
export function mix32(h: number): number {
  h ^= h >>> 16; h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13; h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32-bit hash of a string's UTF-16 units: FNV-1a steps, mixed at the end. */
export function hash32(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ mix32(seed)) >>> 0;
  // A multiplier of its own per seed (odd, so a bijection): otherwise two seeds would tend to collide on the same texts.
  const multiplier = (0x01000193 + (mix32(seed) & 0xfffffe)) | 1;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), multiplier);
  return mix32(h ^ text.length);
}

/** 64-bit hash as 16 hex digits, for ids: two seeded 32-bit hashes side by side. Not for adversaries. */
export function hash64(text: string): string {
  return hash32(text, 1).toString(16).padStart(8, '0') + hash32(text, 2).toString(16).padStart(8, '0');
}

/** SHA-256 of UTF-8 text, hex. Needs a secure context or Node. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 (hex) over id, split, language, code and documentation of the items in order: equal hashes are equal corpora. */
export function corpusHash(items: readonly CodeItem[]): Promise<string> {
  return sha256(JSON.stringify(items.map((i) => [i.id, i.split, i.language, i.code, i.documentation])));
}
