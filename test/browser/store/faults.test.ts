/** Holds the store to faults of IndexedDB itself: aborted transactions, dead connections, refused and blocked openings, a newer version in mid-save. */
import { afterEach, describe, expect, it } from 'vitest';
import { createCheckpoints } from '../../../src/store/checkpoints';
import { openDatabase, type Database } from '../../../src/store/database';
import { openLabStore } from '../../../src/store/lab_store';
import type { Checkpoint } from '../../../src/types';

const config: Checkpoint['trainer']['config'] = { model_type: 'llama', vocab_size: 8, hidden_size: 4, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 2, max_position_embeddings: 32, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false };
const state = (step: number): Checkpoint => {
  const array = (seed: number) => Float32Array.from({ length: 40 }, (_, i) => Math.sin(i * seed + step));
  return { runId: 'run', stage: 'loop', step, seed: 1, settings: {}, corpusHash: '', tokenizerHash: '', savedAt: step, loop: {}, trainer: { config, weights: array(1), m: array(2), v: array(3), optimizerStep: step } };
};

let number = 0;
const cleanups: (() => unknown)[] = [];
afterEach(async () => { for (const cleanup of cleanups.splice(0).reverse()) await cleanup(); });

const settled = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
  request.onsuccess = () => { resolve(request.result); };
  request.onerror = () => { reject(request.error as DOMException); };
});

function freshName(): string {
  const name = `batcoder-lab-faults-${Date.now()}-${number++}`;
  cleanups.push(() => settled(indexedDB.deleteDatabase(name)));
  return name;
}

async function opened(name: string): Promise<Database> {
  const database = await openDatabase(name);
  cleanups.push(() => { database.close(); });
  return database;
}

/** Replaces a method until the end of the test, or until called back. */
function replace<T extends object, K extends keyof T>(target: T, key: K, make: (original: T[K]) => T[K]): () => void {
  const original = Object.getOwnPropertyDescriptor(target, key)!;
  const back = () => { Object.defineProperty(target, key, original); };
  Object.defineProperty(target, key, { ...original, value: make(original.value as T[K]) });
  cleanups.push(back);
  return back;
}

describe('a save', () => {
  it('of which any transaction aborts leaves the old checkpoint or is whole', async () => {
    const database = await opened(freshName()), checkpoints = createCheckpoints(database, { chunkBytes: 80 });
    await checkpoints.save(state(1));
    let last = 1, failures = 0;
    for (let n = 1; ; n++) {
      let writes = 0;
      const back = replace(IDBDatabase.prototype, 'transaction', original => function (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) {
        const transaction = original.apply(this, args);
        if (args[1] === 'readwrite' && ++writes === n) queueMicrotask(() => { transaction.abort(); });
        return transaction;
      });
      const saved = await checkpoints.save(state(n + 1)).then(() => '', (error: Error) => error.name);
      back();
      const loaded = (await checkpoints.load('run'))!;
      if (saved === '') last = n + 1;
      else failures++;
      expect([saved, loaded.notice]).toEqual([saved === '' ? '' : 'StorageUnavailable', '']);
      expect(loaded.checkpoint).toEqual(state(last));
      if (writes < n) break;
    }
    // Three arrays in two pieces each, and the manifest; a prune that aborts costs room only.
    expect(failures).toBe(7);
  });

  it('goes through when the connection dies under any of its transactions', async () => {
    const database = await opened(freshName()), checkpoints = createCheckpoints(database, { chunkBytes: 80 });
    for (let n = 1; ; n++) {
      let calls = 0;
      const back = replace(IDBDatabase.prototype, 'transaction', original => function (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) {
        if (++calls === n) this.close();
        return original.apply(this, args);
      });
      await checkpoints.save(state(n));
      back();
      expect((await checkpoints.load('run'))!.checkpoint).toEqual(state(n));
      if (calls < n) {
        expect(n).toBeGreaterThan(15);
        break;
      }
    }
  });

  it('that a newer version of the page interrupts fails by name, and the newer and the older page both find what was acknowledged', async () => {
    const name = freshName(), store = await openLabStore({ name });
    const { id } = await store.runs.create({ preset: 'demo', settings: {}, name: 'kept' });
    await store.checkpoints.save({ ...state(1), runId: id });
    store.close();
    const database = await opened(name), checkpoints = createCheckpoints(database, { chunkBytes: 16 });
    const saving = checkpoints.save({ ...state(2), runId: id }).then(() => '', (error: Error) => `${error.name} ${error.message}`);
    await new Promise(resolve => { setTimeout(resolve, 3); });
    (await settled(indexedDB.open(name, 7))).close();
    expect(await saving).toMatch(/^StorageUnavailable .*newer version of this page/);

    const older = await openLabStore({ name });
    cleanups.push(() => { older.close(); });
    expect(older.temporary).toMatch(/newer version of this page.*changes nothing/);
    expect((await older.runs.list()).map(run => run.name)).toEqual(['kept']);
    expect((await older.checkpoints.load(id))!.checkpoint).toEqual({ ...state(1), runId: id });
    await older.checkpoints.save({ ...state(5), runId: id });
    await older.runs.rename(id, 'renamed');
    expect([(await older.checkpoints.load(id))!.checkpoint.step, (await older.runs.get(id)).name]).toEqual([5, 'renamed']);
    // All of that was in memory: the newer page's data is as it was.
    const again = await openLabStore({ name });
    cleanups.push(() => { again.close(); });
    expect([(await again.checkpoints.load(id))!.checkpoint.step, (await again.runs.get(id)).name]).toEqual([1, 'kept']);
  });
});

describe('an opening', () => {
  it('that is refused leaves a lab in memory that says why', async () => {
    const back = replace(IDBFactory.prototype, 'open', () => () => { throw new DOMException('The user denied permission', 'SecurityError'); });
    const store = await openLabStore({ name: freshName() });
    back();
    expect(store.temporary).toMatch(/denied permission/);
    await store.checkpoints.save(state(3));
    expect((await store.checkpoints.load('run'))!.checkpoint).toEqual(state(3));
  });

  it('that another tab blocks says which tab to close', async () => {
    const name = freshName();
    const stubborn = await settled(indexedDB.open(name, 1));
    cleanups.push(() => { stubborn.close(); });
    // This page asks for a newer form than the other tab has open, and that one does not let go.
    const back = replace(IDBFactory.prototype, 'open', original => function (this: IDBFactory, opening: string) { return original.call(this, opening, 2); });
    await expect(openDatabase(name)).rejects.toMatchObject({ name: 'StorageUnavailable', message: expect.stringMatching(/older version of this page is open in another tab; close that tab/) as unknown });
    back();
  });
});
