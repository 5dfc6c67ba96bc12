/** Edit distance and longest common subsequence of numbered symbols, 32 cells of the table at a time; knows no tokens. */

import { NONE } from './ngrams';

/** For each symbol of the pattern a row of words whose bits are the places where it stands. */
function placesOf(pattern: Int32Array, symbols: number, words: number): Int32Array {
  const places = new Int32Array(symbols * words);
  for (let i = 0; i < pattern.length; i++) places[pattern[i]! * words + (i >>> 5)]! |= 1 << (i & 31);
  return places;
}

/**
 * Levenshtein distance (insert, delete, substitute cost 1) by Myers (1999) with Hyyrö's (2003) blocks: a column of the table is kept as
 * the signs of its vertical differences. `pattern` holds numbers in [0, symbols), `text` such numbers or NONE. O(n m / 32).
 */
export function editDistance(pattern: Int32Array, text: Int32Array, symbols: number): number {
  const m = pattern.length;
  if (m === 0) return text.length;
  const words = (m + 31) >>> 5, places = placesOf(pattern, symbols, words), last = words - 1, lastBit = (m - 1) & 31;
  const up = new Int32Array(words).fill(-1), down = new Int32Array(words);
  let distance = m;
  for (let j = 0; j < text.length; j++) {
    const row = text[j] === NONE ? NONE : text[j]! * words;
    // The top row of the table counts insertions: it rises by one with every symbol of the text.
    let carry = 1;
    for (let w = 0; w < words; w++) {
      let equal = row === NONE ? 0 : places[row + w]!;
      const plus = up[w]!, minus = down[w]!, vertical = equal | minus;
      if (carry < 0) equal |= 1;
      const horizontal = (((equal & plus) + plus) ^ plus) | equal;
      let rise = minus | ~(horizontal | plus), fall = plus & horizontal;
      const bit = w === last ? lastBit : 31, out = ((rise >>> bit) & 1) - ((fall >>> bit) & 1);
      rise <<= 1;
      fall <<= 1;
      if (carry < 0) fall |= 1;
      else if (carry > 0) rise |= 1;
      up[w] = fall | ~(vertical | rise);
      down[w] = rise & vertical;
      carry = out;
    }
    distance += carry;
  }
  return distance;
}

/** Bits that are set in a 32-bit word. */
function ones(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Length of the longest common subsequence, by Hyyrö (2004): V' = (V + (V & M)) | (V & ~M); its zeros are the length. Operands as above. */
export function commonSubsequence(pattern: Int32Array, text: Int32Array, symbols: number): number {
  const m = pattern.length, words = (m + 31) >>> 5, places = placesOf(pattern, symbols, words);
  const column = new Int32Array(words).fill(-1);
  for (let j = 0; j < text.length; j++) {
    if (text[j] === NONE) continue;
    const row = text[j]! * words;
    let carry = 0;
    for (let w = 0; w < words; w++) {
      const v = column[w]!, match = places[row + w]!, sum = (v >>> 0) + ((v & match) >>> 0) + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      column[w] = (sum | 0) | (v & ~match);
    }
  }
  let length = 0;
  for (let w = 0; w < words; w++) length += ones(~column[w]! & (w === words - 1 && m % 32 > 0 ? (1 << (m % 32)) - 1 : -1));
  return length;
}
