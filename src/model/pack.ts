/** Lays sequences end to end in micro-batches and writes the arrays that the kernels read. Pure; no GPU. */
import { labError, type Batch } from '../types';

/** Which sequences of a batch go together: first .. last (exclusive), at most `capacity` tokens; `pairs` of them in which one may see the other. */
export interface MicroBatch { first: number; last: number; tokens: number; pairs: number }

/** Greedy, in order, so that the same batch is always cut the same way. */
export function cut(offsets: ArrayLike<number>, capacity: number): MicroBatch[] {
  const cuts: MicroBatch[] = [];
  let current: MicroBatch | null = null;
  for (let s = 0; s + 1 < offsets.length; s++) {
    const length = offsets[s + 1]! - offsets[s]!;
    if (length > capacity) {
      throw labError('BadInput', `A sequence of ${length} tokens is longer than the ${capacity} this model was planned for. Nothing was computed; shorten it or raise the limit.`);
    }
    if (!current || current.tokens + length > capacity) cuts.push(current = { first: s, last: s, tokens: 0, pairs: 0 });
    current.last = s + 1;
    current.tokens += length;
    current.pairs += length * (length + 1) / 2;
  }
  return cuts;
}

/** Sequences end to end, none of them trained: what a forward-only pass reads. */
export function quietBatch(sequences: readonly Int32Array[]): Batch {
  const offsets = new Int32Array(sequences.length + 1);
  sequences.forEach((sequence, s) => { offsets[s + 1] = offsets[s]! + sequence.length; });
  const tokens = new Int32Array(offsets.at(-1)!);
  sequences.forEach((sequence, s) => { tokens.set(sequence, offsets[s]); });
  const quiet = new Float32Array(tokens.length);
  return { tokens, offsets, weight: quiet, advantage: quiet };
}

/** Byte places of the arrays of one micro-batch, each at a multiple of 256. */
export interface InputPlaces { live: number; token: number; signal: number; occurrences: number; fill: number; bytes: number }

export function inputPlaces(capacity: number): InputPlaces {
  let bytes = 0;
  const place = (size: number): number => {
    const at = bytes;
    bytes += Math.ceil(size / 256) * 256;
    return at;
  };
  const live = place(16);
  const token = place(capacity * 16);
  const signal = place(capacity * 16);
  const occurrences = place((3 * capacity + 1) * 4);
  const fill = place(capacity * 8);
  return { live, token, signal, occurrences, fill, bytes };
}

/**
 * Writes sequences first..last of the batch at `base` of `target`. Row r of the micro-batch predicts row r + 1, so a
 * token's weight, advantage and reference values move one row up. `vocabulary` guards against ids out of range.
 */
export function writeMicroBatch(target: ArrayBuffer, base: number, places: InputPlaces, capacity: number, batch: Batch, micro: MicroBatch, vocabulary: number): void {
  const u = new Uint32Array(target, base, places.bytes / 4);
  const f = new Float32Array(target, base, places.bytes / 4);
  const signal = places.signal / 4;
  const rows = writeTokens(u, places, batch, micro, vocabulary);
  let row = 0;
  for (let s = micro.first; s < micro.last; s++) {
    for (let next = batch.offsets[s]! + 1; next <= batch.offsets[s + 1]!; next++, row++) {
      if (next < batch.offsets[s + 1]!) f.set([batch.weight[next]!, batch.advantage[next]!, batch.oldLogps?.[next] ?? 0, batch.refLogps?.[next] ?? 0], signal + row * 4);
      else f.fill(0, signal + row * 4, signal + row * 4 + 4);
    }
  }
  const unique = writeOccurrences(u, places.occurrences / 4, places.token / 4, rows, capacity);
  u.set([rows, unique, 0, 0], places.live / 4);
}

/** What a pass that trains nothing reads: live and token. Returns the bytes that have to be uploaded, from the beginning on. */
export function writeQuiet(target: ArrayBuffer, places: InputPlaces, batch: Batch, micro: MicroBatch, vocabulary: number): number {
  const u = new Uint32Array(target, 0, places.bytes / 4);
  const rows = writeTokens(u, places, batch, micro, vocabulary);
  u.set([rows, 0, 0, 0], places.live / 4);
  return places.token + rows * 16;
}

/** (id, position, segment start, segment end) a row; returns the rows. */
function writeTokens(u: Uint32Array, places: InputPlaces, batch: Batch, micro: MicroBatch, vocabulary: number): number {
  const token = places.token / 4;
  let row = 0;
  for (let s = micro.first; s < micro.last; s++) {
    const start = row;
    const from = batch.offsets[s]!;
    const length = batch.offsets[s + 1]! - from;
    for (let t = 0; t < length; t++, row++) {
      const id = batch.tokens[from + t]!;
      if (id < 0 || id >= vocabulary) throw labError('BadInput', `Token id ${id} is outside the vocabulary of ${vocabulary}. Nothing was computed.`);
      u.set([id, t, start, start + length], token + row * 4);
    }
  }
  return row;
}

/** Rows grouped by id, ids ascending, rows ascending inside: the embedding gradient adds them up in this order. */
function writeOccurrences(u: Uint32Array, at: number, token: number, rows: number, capacity: number): number {
  const order = Uint32Array.from({ length: rows }, (_, r) => r);
  order.sort((a, b) => u[token + a * 4]! - u[token + b * 4]! || a - b);
  let unique = 0;
  for (let j = 0; j < rows; j++) {
    const id = u[token + order[j]! * 4]!;
    if (j === 0 || id !== u[token + order[j - 1]! * 4]!) {
      u[at + unique] = id;
      u[at + 2 * capacity + unique] = j;
      unique++;
    }
    u[at + capacity + j] = order[j]!;
  }
  u[at + 2 * capacity + unique] = rows;
  return unique;
}
