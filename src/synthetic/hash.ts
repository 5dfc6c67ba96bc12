/** A text's 32-bit hash, the same on every machine; not for secrets. */

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo), then MurmurHash3's finalizer so that the low bits are even too. */
export function hash32(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 16 hexadecimal digits from two such hashes. */
export function hashId(text: string): string {
  return [hash32(text), hash32(text, 0x5bd1e995)].map((h) => h.toString(16).padStart(8, '0')).join('');
}
