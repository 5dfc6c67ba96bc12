/** Knows when two functions are copies of each other, in linear time; knows nothing of files, splits or syntax trees. */
import { hash32, hash64, mix32 } from './hash';

/** Words that shape code in any of the twelve languages; everything else that looks like a name is a name. */
const KEYWORDS = new Set(`abstract and as assert async await begin bool boolean break byte case catch chan char class const constexpr continue def default defer del delete do double elif else elsif end ensure enum except extends export false False final finally float fn for foreach from func function get global go goto if impl implements import in instanceof int interface is lambda let local long loop map match mod module mut namespace new next nil None nonlocal not null or package pass private protected pub public raise range repeat require rescue return select self set short sizeof static string struct super switch then this throw throws trait true True try type typeof undefined union unless unsafe until use using var virtual void when where while with yield`.split(' '));

const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|--\[\[[\s\S]*?\]\]|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[\p{L}_$@][\p{L}\p{N}_$]*|\d[\w.]*|[=!<>]==?|[-+*/%&|^<>?]=|&&|\|\||\?\?|\?\.|=>|->|::|:=|\+\+|\*\*|<<|>>|\.\.\.?|\S/gu;

/** Tokens without comments and white space. `#` and `--` comments go by line, where the language has them. */
export function codeTokens(code: string): string[] {
  const found: string[] = [];
  for (const [token] of code.replace(/^\s*(?:#|--)(?![[!]).*$/gm, '').matchAll(TOKEN)) {
    if (!token.startsWith('//') && !token.startsWith('/*') && !token.startsWith('--[[')) found.push(token);
  }
  return found;
}

const isName = (token: string): boolean => /^[\p{L}_$@]/u.test(token) && !KEYWORDS.has(token);

/** What is compared: the hash of all tokens, identifier-blind shingles of `SHINGLE` tokens (sorted, unique), and the names. */
export interface Fingerprint { exact: string; blind: Uint32Array; blindKey: string; names: Set<string>; tokens: number }

const SHINGLE = 5;

export function fingerprint(code: string): Fingerprint {
  const tokens = codeTokens(code);
  const blindTokens = tokens.map((token) => (isName(token) ? 'I' : /^\d/.test(token) ? '0' : /^["'`]/.test(token) ? '""' : token));
  // The nth time a shingle occurs is a shingle of its own: ten equal lines are not a copy of one.
  const times = new Map<number, number>();
  const shingles = new Set<number>();
  for (let i = 0; i <= Math.max(0, blindTokens.length - SHINGLE); i++) {
    const shingle = hash32(blindTokens.slice(i, i + SHINGLE).join(' '));
    const n = times.get(shingle) ?? 0;
    times.set(shingle, n + 1);
    shingles.add(n === 0 ? shingle : mix32(shingle ^ mix32(n)));
  }
  const blind = Uint32Array.from(shingles).sort();
  return { exact: hash64(tokens.join(' ')), blind, blindKey: hash64(blind.join(' ')), names: new Set(tokens.filter(isName)), tokens: tokens.length };
}

/** |A and B| / |A or B| of two sorted arrays of distinct numbers. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) { shared++; i++; j++; } else if (a[i] < b[j]) i++; else j++;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 1 : shared / all;
}

function nameOverlap(a: Set<string>, b: Set<string>): number {
  let shared = 0;
  for (const name of a) if (b.has(name)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}

/** Identifier-blind Jaccard from which two functions are near-copies. */
export const NEAR = 0.8;
/** From this many tokens on, the same shape is a copy whatever the names; below it half of the names must agree too. */
const LONG = 60;

/** True when one of the two is an edited copy of the other: same shape, and either long or with the same names. */
export function nearDuplicate(a: Fingerprint, b: Fingerprint): boolean {
  if (jaccard(a.blind, b.blind) < NEAR) return false;
  return Math.min(a.tokens, b.tokens) >= LONG || nameOverlap(a.names, b.names) >= 0.5;
}

const BANDS = 20, ROWS = 4;
const MULTIPLIERS = Uint32Array.from({ length: BANDS * ROWS }, (_, i) => mix32(2 * i + 1) | 1);
const OFFSETS = Uint32Array.from({ length: BANDS * ROWS }, (_, i) => mix32(2 * i + 2));

/**
 * Finds what may be near: MinHash (Broder 1997) of 80 hashes in 20 bands of 4, so a pair of Jaccard s is missed with
 * probability (1 - s^4)^20: 3e-5 at 0.8. Exactly equal shingle sets are always found.
 */
export class NearIndex<T> {
  #buckets = new Map<number, { print: Fingerprint; value: T }[]>();
  #cap: number;

  /** @param cap most candidates looked at per bucket: what keeps many look-alikes from costing quadratic time. */
  constructor(cap: number) { this.#cap = cap; }

  #keys(blind: Uint32Array): number[] {
    const keys: number[] = [];
    for (let band = 0; band < BANDS; band++) {
      let key = mix32(band + 1);
      for (let row = 0; row < ROWS; row++) {
        const multiplier = MULTIPLIERS[band * ROWS + row], offset = OFFSETS[band * ROWS + row];
        let least = 0xffffffff;
        for (let i = 0; i < blind.length; i++) {
          const h = Math.imul(blind[i] ^ offset, multiplier) >>> 0;
          if (h < least) least = h;
        }
        key = mix32(key ^ least) ^ Math.imul(key, 31);
      }
      keys.push(key);
    }
    return keys;
  }

  /** The first entry that `near` accepts; undefined when none does. With `store`, the print is added when nothing was found. */
  find(print: Fingerprint, near: (a: Fingerprint, b: Fingerprint) => boolean, store?: T): T | undefined {
    const keys = this.#keys(print.blind);
    const seen = new Set<Fingerprint>();
    for (const key of keys) {
      const bucket = this.#buckets.get(key);
      if (!bucket) continue;
      for (let i = 0; i < bucket.length; i++) {
        if (seen.has(bucket[i].print)) continue;
        seen.add(bucket[i].print);
        if (near(print, bucket[i].print)) return bucket[i].value;
      }
    }
    if (store !== undefined) this.#add(keys, print, store);
    return undefined;
  }

  add(print: Fingerprint, value: T): void { this.#add(this.#keys(print.blind), print, value); }

  #add(keys: number[], print: Fingerprint, value: T): void {
    for (const key of keys) {
      const bucket = this.#buckets.get(key);
      if (!bucket) this.#buckets.set(key, [{ print, value }]);
      else if (bucket.length < this.#cap) bucket.push({ print, value });
    }
  }
}
