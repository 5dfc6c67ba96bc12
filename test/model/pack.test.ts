/** How sequences become rows: the shift by one, the segments, the cuts and the order in which the embedding gradient adds up. */
import { describe, expect, test } from 'vitest';
import { cut, inputPlaces, writeMicroBatch, writeQuiet } from '../../src/model/pack';
import type { Batch } from '../../src/types';

const capacity = 8;
const places = inputPlaces(capacity);

function written(batch: Batch, first: number, last: number): { u: Uint32Array; f: Float32Array } {
  const bytes = new ArrayBuffer(places.bytes);
  writeMicroBatch(bytes, 0, places, capacity, batch, { first, last, tokens: batch.offsets[last]! - batch.offsets[first]!, pairs: 0 }, 10);
  return { u: new Uint32Array(bytes), f: new Float32Array(bytes) };
}

const batch: Batch = {
  tokens: Int32Array.of(5, 3, 5, 9, 3), offsets: Int32Array.of(0, 3, 5),
  weight: Float32Array.of(0, 0.25, 0.5, 0, 1), advantage: Float32Array.of(0, -1, 2, 0, 3), oldLogps: Float32Array.of(0, -1.5, -2.5, 0, -3.5),
};

test('row r carries its own token and the signal of token r + 1', () => {
  const { u, f } = written(batch, 0, 2);
  const token = places.token / 4;
  const signal = places.signal / 4;
  expect([...u.subarray(token, token + 20)]).toEqual([5, 0, 0, 3, 3, 1, 0, 3, 5, 2, 0, 3, 9, 0, 3, 5, 3, 1, 3, 5]);
  expect([...f.subarray(signal, signal + 20)]).toEqual([0.25, -1, -1.5, 0, 0.5, 2, -2.5, 0, 0, 0, 0, 0, 1, 3, -3.5, 0, 0, 0, 0, 0]);
  expect([...u.subarray(places.live / 4, places.live / 4 + 2)]).toEqual([5, 3]);
});

test('rows of an id stand together, ids and rows ascending', () => {
  const { u } = written(batch, 0, 2);
  const at = places.occurrences / 4;
  expect([...u.subarray(at, at + 3)]).toEqual([3, 5, 9]);
  expect([...u.subarray(at + capacity, at + capacity + 5)]).toEqual([1, 4, 0, 2, 3]);
  expect([...u.subarray(at + 2 * capacity, at + 2 * capacity + 4)]).toEqual([0, 2, 4, 5]);
});

test('a later micro-batch starts again at row 0', () => {
  const { u } = written(batch, 1, 2);
  const token = places.token / 4;
  expect([...u.subarray(token, token + 8)]).toEqual([9, 0, 0, 2, 3, 1, 0, 2]);
});

test('an id outside the vocabulary is refused by name', () => {
  expect(() => written({ ...batch, tokens: Int32Array.of(5, 10, 5, 9, 3) }, 0, 2)).toThrow(/10 is outside the vocabulary of 10/);
});

test('a pass that trains nothing is given tokens only, and no more than it fills', () => {
  const bytes = new ArrayBuffer(places.bytes);
  new Uint8Array(bytes).fill(0xee);
  expect(writeQuiet(bytes, places, batch, { first: 0, last: 2, tokens: 5, pairs: 0 }, 10)).toBe(places.token + 5 * 16);
  const { u } = written(batch, 0, 2), quiet = new Uint32Array(bytes);
  expect(Array.from(quiet.subarray(places.live / 4, places.live / 4 + 4))).toEqual([5, 0, 0, 0]);
  expect(Array.from(quiet.subarray(places.token / 4, places.token / 4 + 20))).toEqual(Array.from(u.subarray(places.token / 4, places.token / 4 + 20)));
  expect(quiet[places.token / 4 + 20]).toBe(0xeeeeeeee);
  expect(() => writeQuiet(bytes, places, batch, { first: 0, last: 2, tokens: 5, pairs: 0 }, 9)).toThrow(/outside the vocabulary/);
});

describe('cut', () => {
  test('fills micro-batches in order and never splits a sequence', () => {
    expect(cut([0, 3, 8, 9, 16], 8)).toEqual([{ first: 0, last: 2, tokens: 8, pairs: 6 + 15 }, { first: 2, last: 4, tokens: 8, pairs: 1 + 28 }]);
    expect(cut([0, 4, 9], 8)).toEqual([{ first: 0, last: 1, tokens: 4, pairs: 10 }, { first: 1, last: 2, tokens: 5, pairs: 15 }]);
    expect(cut([0], 8)).toEqual([]);
  });
  test('a sequence longer than the plan is refused', () => {
    expect(() => cut([0, 9], 8)).toThrow(/9 tokens is longer than the 8/);
  });
});
