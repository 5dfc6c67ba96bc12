/** Holds the shelves and corpora to: what was added comes back, deletes can be undone, failures leave nothing behind. */
import { describe, expect, it } from 'vitest';
import { createCorpora } from '../../src/store/corpora';
import { createMemoryKeyValue } from '../../src/store/memory';
import { createShelf } from '../../src/store/shelf';
import type { CodeItem } from '../../src/types';
import { withFaults } from './faults';

const bytes = (...values: number[]) => Uint8Array.from(values);
const clock = () => {
  let time = 1_700_000_000_000;
  return { now: () => time, pass: (ms: number) => { time += ms; } };
};

describe('shelf', () => {
  it('keeps files in pieces and gives them back', async () => {
    const store = createMemoryKeyValue();
    const { now, pass } = clock();
    const shelf = createShelf<{ size: number }>(store, 'models', { chunkBytes: 4, now });
    const files = [{ name: 'a.bin', bytes: Uint8Array.from({ length: 9 }, (_, i) => i) }, { name: 'empty', bytes: bytes() }, { name: 'b.bin', bytes: bytes(7, 7, 7, 7) }];
    const first = await shelf.add('  First\u202e ', files, { size: 3 });
    expect(first).toMatchObject({ name: 'First', bytes: 13, info: { size: 3 } });
    pass(1);
    const second = await shelf.add('Second', [], { size: 0 });
    expect(await shelf.list()).toEqual([second, first]);
    expect(await shelf.load(first.id)).toEqual({ entry: first, files });
    expect(await store.keys('chunks', '')).toHaveLength(4);
    await shelf.rename(first.id, 'Renamed');
    expect((await shelf.list()).map(entry => entry.name)).toEqual(['Second', 'Renamed']);
    await expect(shelf.rename(first.id, ' \u0007 ')).rejects.toMatchObject({ name: 'BadInput' });
    // Another shelf of the same database sees none of it.
    expect(await createShelf(store, 'tokenizers').list()).toEqual([]);
  });

  it('undoes a delete until it is purged', async () => {
    const store = createMemoryKeyValue();
    const { now, pass } = clock();
    const shelf = createShelf(store, 'models', { chunkBytes: 4, now });
    const kept = await shelf.add('kept', [{ name: 'k', bytes: bytes(1) }], {});
    const gone = await shelf.add('gone', [{ name: 'g', bytes: bytes(1, 2, 3, 4, 5) }], {});
    const restore = await shelf.remove(gone.id);
    expect(await shelf.list()).toEqual([kept]);
    await expect(shelf.load(gone.id)).rejects.toMatchObject({ name: 'BadInput' });
    await restore();
    expect((await shelf.load(gone.id)).files).toEqual([{ name: 'g', bytes: bytes(1, 2, 3, 4, 5) }]);

    const again = await shelf.remove(gone.id);
    pass(999);
    await shelf.purge(1000);
    expect(await store.keys('chunks', '')).toHaveLength(3);
    pass(1);
    await shelf.purge(1000);
    expect(await store.keys('chunks', '')).toHaveLength(1);
    await expect(again()).rejects.toMatchObject({ name: 'BadInput', message: expect.stringMatching(/cleared away for good/) as unknown });
    expect((await shelf.load(kept.id)).files[0]!.bytes).toEqual(bytes(1));
  });

  it('sweeps strays of an hour ago, not those of an add under way', async () => {
    const store = createMemoryKeyValue();
    const { now, pass } = clock();
    const shelf = createShelf(store, 'models', { now });
    await store.commit([{ store: 'chunks', key: `shelf/models/${now().toString(36)}-killed/0-0`, value: bytes(1) }, { store: 'chunks', key: 'checkpoint/run/x/weights-0', value: bytes(1) }], 'strict');
    pass(3_599_999);
    await shelf.purge(0);
    expect(await store.keys('chunks', 'shelf/')).toHaveLength(1);
    pass(1);
    await shelf.purge(0);
    expect(await store.keys('chunks', '')).toEqual(['checkpoint/run/x/weights-0']);
  });

  it('leaves nothing of an add that failed, at whichever call', async () => {
    for (let n = 1; ; n++) {
      const memory = createMemoryKeyValue();
      const faults = withFaults(memory);
      Object.assign(faults, { failAt: n, error: 'QuotaExceeded' });
      const shelf = createShelf(faults.store, 'models', { chunkBytes: 2 });
      const added = await shelf.add('x', [{ name: 'a', bytes: bytes(1, 2, 3, 4, 5) }], {}).catch((error: Error) => error);
      if (faults.calls < n) {
        expect(n).toBe(8); // 3 pieces x (write, read back), the record
        expect(await createShelf(memory, 'models').list()).toHaveLength(1);
        break;
      }
      expect(added).toMatchObject({ name: 'QuotaExceeded' });
      expect([await memory.keys('models', ''), await memory.keys('chunks', '')]).toEqual([[], []]);
    }
  });

  it('says which file is damaged', async () => {
    const store = createMemoryKeyValue();
    const shelf = createShelf(store, 'models');
    const { id } = await shelf.add('x', [{ name: 'a', bytes: bytes(1, 2) }], {});
    await store.commit([{ store: 'chunks', key: `shelf/models/${id}/0-0`, value: bytes(1, 3) }], 'strict');
    await expect(shelf.load(id)).rejects.toMatchObject({ name: 'BadInput', message: expect.stringMatching(/"x" is damaged.*a, piece .* fails its checksum/) as unknown });
  });
});

describe('corpora', () => {
  const item = (i: number): CodeItem => ({
    id: `id${i}`, language: i % 3 ? 'python' : 'ruby', name: `f${i}`, path: `src/é${i}.py`, startLine: i, endLine: i + 1, code: `def f${i}():\n  return "\u2028${i}"`, signature: `def f${i}():`, params: ['a'],
    documentation: '', split: i % 5 ? 'train' : 'heldout', facts: [{ kind: 'name', sentence: `It is called f${i}.`, values: [`f${i}`] }], ...(i % 2 ? { inputs: [[i, null, 'x']] } : {}),
  });

  it('come back item by item, with counts in the list', async () => {
    const store = createMemoryKeyValue();
    const corpora = createCorpora(store, { chunkBytes: 1000 });
    const items = Array.from({ length: 4501 }, (_, i) => item(i));
    const entry = await corpora.save('my code', items, 'hash1', { leftOut: { minified: 3 } });
    expect(entry.info).toEqual({ items: 4501, languages: { python: 3000, ruby: 1501 }, splits: { heldout: 901, train: 3600 }, hash: 'hash1', report: { leftOut: { minified: 3 } } });
    expect((await store.keys('chunks', '')).length).toBeGreaterThan(500);
    const loaded = await corpora.load(entry.id);
    expect(loaded.items).toEqual(items);
    expect(await corpora.list()).toEqual([loaded.entry]);
    const restore = await corpora.remove(entry.id);
    expect(await corpora.list()).toEqual([]);
    await restore();
    await corpora.rename(entry.id, 'ours');
    expect((await corpora.list())[0]!.name).toBe('ours');
  });
});
