/** Where activations are laid: what lives together lies apart, what is read with what is written lies in another buffer, and little is wasted. */
import { describe, expect, test } from 'vitest';
import type { Dispatch } from '../src/gpu/plan';
import type { Binding } from '../src/gpu/shader';
import { Activation, Draft, livesOf, place, shared } from '../src/gpu/workspace';

/** A dispatch that reads and writes the given activations. */
function dispatch(read: Activation[], written: Activation[]): Dispatch {
  const all = [...read, ...written], bindings = new Map<string, Binding>(all.map((_, i) => [`b${i}`, { index: i, type: i < read.length ? 'read-only-storage' : 'storage' }]));
  return { shader: { name: 'test', code: '', bindings, params: [] }, entry: 'main', buffers: Object.fromEntries(all.map((at, i) => [`b${i}`, at])), groups: [1, 1, 1] };
}

/** a -> b -> c -> ... : each made from the one before it. */
function chain(sizes: number[]): { draft: Draft; made: Activation[] } {
  const draft = new Draft(), made = sizes.map((size, i) => draft.make(`${i}`, size));
  draft.dispatches.push(dispatch([], [made[0]]));
  for (let i = 1; i < made.length; i++) draft.dispatches.push(dispatch([made[i - 1]], [made[i]]));
  return { draft, made };
}

test('a chain needs two buffers, each as large as its largest, however long it is', () => {
  const { draft } = chain([1024, 512, 768, 512, 256, 512, 1024]);
  expect(place(draft, Infinity).sizes).toEqual([1024, 512]);
});

test('lives run from the first use to the last; early ones from before, late ones to the end', () => {
  const { draft, made } = chain([256, 256, 256, 256]);
  draft.early.add(made[2]);
  draft.late.add(made[1]);
  expect(livesOf(draft).map(({ first, last }) => [first, last])).toEqual([[0, 1], [1, 4], [-1, 3], [3, 3]]);
});

test('a part counts as a use of the whole, and lies inside it', () => {
  const draft = new Draft(), whole = draft.make('whole', 1024), other = draft.make('other', 256), later = draft.make('later', 1024);
  draft.dispatches.push(dispatch([], [whole]), dispatch([whole.part(512, 512).part(256, 256)], [other]), dispatch([other], [later]));
  expect(livesOf(draft)[0]).toMatchObject({ first: 0, last: 1 });
  // Two of 1,024 are never needed at once, and 256 is never bound with itself.
  expect(place(draft, Infinity).sizes).toEqual([1024, 256]);
  const buffer = {} as GPUBuffer;
  whole.put(buffer, 4096);
  expect([whole.part(512, 512).part(256, 256).offset, whole.part(512, 512).size]).toEqual([4096 + 768, 512]);
  expect(whole.part(0, 4).buffer).toBe(buffer);
});

test('two that are written in one dispatch may share a buffer, at ranges that do not meet', () => {
  const draft = new Draft(), [a, b] = [draft.make('a', 300), draft.make('b', 300)];
  draft.dispatches.push(dispatch([], [a, b]));
  const { sizes, places } = place(draft, Infinity);
  expect(sizes).toEqual([1024]);
  expect([places.get(a)!.offset, places.get(b)!.offset].sort()).toEqual([0, 512]);
});

test('a buffer grows no larger than it may', () => {
  const draft = new Draft(), made = Array.from({ length: 5 }, (_, i) => draft.make(`${i}`, 512));
  draft.dispatches.push(dispatch([], made));
  expect(place(draft, 1024).sizes).toEqual([1024, 1024, 512]);
  expect(() => place(draft, 256)).toThrow(/needs 512 bytes, a buffer may have 256/);
});

describe('mistakes are told', () => {
  test('an activation that nothing uses', () => {
    const { draft } = chain([256, 256]);
    draft.make('forgotten', 16);
    expect(() => place(draft, Infinity)).toThrow(/forgotten is used by no dispatch/);
  });
  test('one that is bound before it has a place', () => {
    expect(() => new Activation('early', 16).buffer).toThrow(/early has no place yet/);
  });
});

test('two placements share buffers of the larger sizes', () => {
  expect(shared([10, 4], [7, 5, 1])).toEqual([10, 5, 1]);
});
