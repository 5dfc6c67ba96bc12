/** Shares pairs out over scoring workers; knows texts and lengths, no worker. */

import type { ScoredPair } from '../types';

/** Pairs in one message: enough that a message costs nothing beside scoring, few enough that a worker that is through finds some to take. */
const MOST_PAIRS = 16;

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * For each of `workers` workers its messages, for each message the places of its pairs; every place stands in one message. Pairs of one
 * original stay together, and go to the worker that the text of the original says, the same one in every call: its tree is still kept
 * there. A worker that has its share of the characters by then gets no more: a balanced load is worth more than a kept tree.
 */
export function shareOut(pairs: readonly ScoredPair[], workers: number): number[][][] {
  const open = new Map<string, { places: number[]; size: number; home: number }>(), pieces: { places: number[]; size: number; home: number }[] = [];
  pairs.forEach((pair, place) => {
    const key = `${pair.language} ${pair.original}`;
    let piece = open.get(key);
    if (!piece || piece.places.length === MOST_PAIRS) {
      piece = { places: [], size: pair.original.length, home: hash(pair.original) % workers };
      open.set(key, piece);
      pieces.push(piece);
    }
    piece.places.push(place);
    piece.size += pair.reconstruction.length;
  });
  const share = pieces.reduce((sum, piece) => sum + piece.size, 0) / workers;
  const load = new Array<number>(workers).fill(0), messages: number[][][] = load.map(() => []);
  // The largest first: what is small fills the gaps.
  for (const { places, size, home } of pieces.sort((a, b) => b.size - a.size || a.places[0]! - b.places[0]!)) {
    const worker = load[home]! + size <= share * 1.05 ? home : load.indexOf(Math.min(...load));
    load[worker]! += size;
    const last = messages[worker]!.at(-1);
    if (last && last.length + places.length <= MOST_PAIRS) last.push(...places);
    else messages[worker]!.push([...places]);
  }
  return messages;
}
