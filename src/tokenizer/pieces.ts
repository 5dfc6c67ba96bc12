/** Where the text of each token lies in the text of them all; knows decoding only, no vocabulary. */
import type { TokenizerApi } from '../types';

/** Texts of single tokens, by tokenizer: the same few thousand are asked for again and again. */
const known = new WeakMap<object, Map<number, string>>();

/**
 * The decoded text and, for each token, where its part of it ends. Tokens that hold a part of a character have no text of their own: it
 * stands at the one that completes it.
 */
export function pieceEnds(tokenizer: Pick<TokenizerApi, 'decode'>, ids: ArrayLike<number>): { text: string; ends: number[] } {
  const text = tokenizer.decode(ids), ends: number[] = [];
  const memory = known.get(tokenizer) ?? new Map<number, string>();
  known.set(tokenizer, memory);
  for (let i = 0, at = 0; i < ids.length; i++) {
    const id = ids[i]!;
    let piece = memory.get(id);
    if (piece === undefined) memory.set(id, (piece = tokenizer.decode([id])));
    at = !piece.includes('\uFFFD') && text.startsWith(piece, at) ? at + piece.length : Math.max(at, sharedLength(text, tokenizer.decode(Array.from(ids).slice(0, i + 1))));
    ends.push(at);
  }
  if (ends.length > 0) ends[ends.length - 1] = text.length;
  return { text, ends };
}

function sharedLength(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}
