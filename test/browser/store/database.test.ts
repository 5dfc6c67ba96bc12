/** Holds the store to a real browser's IndexedDB, locks and storage estimate: atomic commits, reopening, other tabs, big states. */
import { afterEach, describe, expect, it } from 'vitest';
import { acquireRun, askPersistence, storageEstimate, watchOtherTabs } from '../../../src/store/browser_storage';
import { createCheckpoints } from '../../../src/store/checkpoints';
import { openDatabase, type Database } from '../../../src/store/database';
import { openLabStore } from '../../../src/store/lab_store';
import { STORES } from '../../../src/store/key_value';
import type { Checkpoint } from '../../../src/types';

let number = 0;
const opened: { name: string; database: Database }[] = [];

async function fresh(onReplaced?: () => void): Promise<{ name: string; database: Database }> {
  const name = `batcoder-lab-test-${Date.now()}-${number++}`;
  const entry = { name, database: await openDatabase(name, onReplaced) };
  opened.push(entry);
  return entry;
}

const settled = (request: IDBOpenDBRequest) => new Promise<IDBDatabase>((resolve, reject) => {
  request.onsuccess = () => { resolve(request.result); };
  request.onerror = () => { reject(request.error as DOMException); };
});

afterEach(async () => {
  for (const { name, database } of opened.splice(0)) {
    database.close();
    await settled(indexedDB.deleteDatabase(name));
  }
});

describe('database', () => {
  it('keeps values of all stores over a reopening', async () => {
    const { name, database } = await fresh();
    await database.commit(STORES.map(store => ({ store, key: 'k', value: { store, data: Float32Array.of(1, NaN), date: 5 } })), 'strict');
    database.close();
    await expect(database.get('runs', 'k')).rejects.toMatchObject({ name: 'StorageUnavailable' });
    const again = await openDatabase(name);
    opened.push({ name, database: again });
    for (const store of STORES) expect(await again.get(store, 'k')).toEqual({ store, data: Float32Array.of(1, NaN), date: 5 });
    expect(await again.get('runs', 'none')).toBeUndefined();
  });

  it('lists keys by prefix, in order, and no others', async () => {
    const { database } = await fresh();
    await database.commit(['b/2', 'a/10', 'a/2', 'a', 'a0', 'a/', 'A/1', 'a/é'].map(key => ({ store: 'metrics', key, value: 1 })), 'relaxed');
    expect(await database.keys('metrics', 'a/')).toEqual(['a/', 'a/10', 'a/2', 'a/é']);
    expect(await database.keys('metrics', '')).toEqual(['A/1', 'a', 'a/', 'a/10', 'a/2', 'a/é', 'a0', 'b/2']);
    expect(await database.keys('runs', '')).toEqual([]);
  });

  it('does all changes of a commit or none, across stores', async () => {
    const { database } = await fresh();
    await database.commit([{ store: 'runs', key: 'r', value: 'old' }, { store: 'chunks', key: 'c', value: 'old' }], 'strict');
    await database.commit([{ store: 'runs', key: 'r', value: 'new' }, { store: 'chunks', key: 'c', remove: true }], 'strict');
    expect([await database.get('runs', 'r'), await database.get('chunks', 'c')]).toEqual(['new', undefined]);
    // A function cannot be cloned: put throws after the first change was queued.
    await expect(database.commit([{ store: 'runs', key: 'r', value: 'newer' }, { store: 'chunks', key: 'c', value: () => 1 }], 'strict')).rejects.toMatchObject({ name: 'StorageUnavailable' });
    expect([await database.get('runs', 'r'), await database.get('chunks', 'c')]).toEqual(['new', undefined]);
    await database.commit([], 'strict');
  });

  it('survives a connection that died unnoticed', async () => {
    const { database } = await fresh();
    await database.commit([{ store: 'runs', key: 'r', value: 1 }], 'strict');
    // Closing the handle from below is what an idle browser does; no event tells of it.
    const transaction = Object.getOwnPropertyDescriptor(IDBDatabase.prototype, 'transaction')!.value as IDBDatabase['transaction'];
    let deaths = 0;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) {
      if (deaths++ === 0) this.close();
      return transaction.apply(this, args);
    };
    try {
      await database.commit([{ store: 'runs', key: 'r', value: 2 }], 'strict');
      expect(await database.get('runs', 'r')).toBe(2);
      expect(deaths).toBe(3);
    } finally {
      IDBDatabase.prototype.transaction = transaction;
    }
  });

  it('makes way for a newer version and says so', async () => {
    let replaced = 0;
    const { name, database } = await fresh(() => { replaced++; });
    const newer = await settled(indexedDB.open(name, 99));
    expect(replaced).toBe(1);
    await expect(database.get('runs', 'r')).rejects.toMatchObject({ name: 'StorageUnavailable', message: expect.stringMatching(/newer version.*Reload this page/) as unknown });
    newer.close();
    await expect(openDatabase(name)).rejects.toMatchObject({ name: 'StorageUnavailable', message: expect.stringMatching(/made by a newer version/) as unknown });
  });

  it('makes way for a deletion and does not write into the emptiness after it', async () => {
    const { name, database } = await fresh();
    await settled(indexedDB.deleteDatabase(name));
    await expect(database.commit([{ store: 'runs', key: 'r', value: 1 }], 'strict')).rejects.toMatchObject({ name: 'StorageUnavailable', message: expect.stringMatching(/data was deleted/) as unknown });
  });

  it('turns an aborted transaction into QuotaExceeded when that is its reason', async () => {
    const { database } = await fresh();
    await database.commit([{ store: 'chunks', key: 'old', value: Uint8Array.of(1) }], 'strict');
    // The browser reports a full disk as the transaction's abort alone, so this reports one.
    const put = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')!.value as IDBObjectStore['put'];
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<IDBObjectStore['put']>) {
      const request = put.apply(this, args);
      Object.defineProperty(this.transaction, 'error', { value: new DOMException('full', 'QuotaExceededError') });
      this.transaction.abort();
      return request;
    };
    try {
      await expect(database.commit([{ store: 'chunks', key: 'old', value: Uint8Array.of(2) }], 'strict')).rejects.toMatchObject({ name: 'QuotaExceeded' });
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect(await database.get('chunks', 'old')).toEqual(Uint8Array.of(1));
  });
});

describe('in the browser', () => {
  it('a checkpoint of 48 MB comes back bit for bit from a reopened database', async () => {
    const { name, database } = await fresh();
    const size = 4_194_304 + 17; // a little over one 16 MiB piece
    const array = (seed: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * seed));
    const config: Checkpoint['trainer']['config'] = { model_type: 'llama', vocab_size: 8, hidden_size: 4, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 2, max_position_embeddings: 32, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false };
    const checkpoint: Checkpoint = { runId: 'big', stage: 'loop', step: 3, seed: 1, settings: {}, corpusHash: '', tokenizerHash: '', savedAt: 1, loop: { score: 0.5 }, trainer: { config, weights: array(1), m: array(2), v: array(3), optimizerStep: 3 } };
    const start = performance.now();
    await createCheckpoints(database).save(checkpoint);
    const seconds = (performance.now() - start) / 1000;
    expect(await database.keys('chunks', '')).toHaveLength(6);
    database.close();
    const again = await openDatabase(name);
    opened.push({ name, database: again });
    const loaded = (await createCheckpoints(again).load('big'))!;
    expect(loaded.notice).toBe('');
    for (const part of ['weights', 'm', 'v'] as const) {
      const [a, b] = [new Uint32Array(loaded.checkpoint.trainer[part].buffer), new Uint32Array(checkpoint.trainer[part].buffer)];
      expect(a.length).toBe(size);
      expect(a.findIndex((word, i) => word !== b[i])).toBe(-1);
    }
    expect(seconds).toBeLessThan(60);
    console.info(`checkpoint of ${(size * 12 / 2 ** 20).toFixed(0)} MiB saved and verified in ${seconds.toFixed(2)} s`);
  });

  it('the whole store opens, works and purges', async () => {
    const name = `batcoder-lab-test-${Date.now()}-${number++}`;
    const store = await openLabStore({ name });
    expect(store.temporary).toBe('');
    const run = await store.runs.create({ preset: 'demo', settings: { seed: 1 } });
    await store.runs.appendMetrics(run.id, [{ step: 1, loss: 2 }]);
    await store.settings.set('theme', 'dark');
    const model = await store.models.add('m', [{ name: 'config.json', bytes: Uint8Array.of(1, 2, 3) }], { parameters: 3, modelType: 'llama', source: 'run', runId: run.id });
    await store.runs.remove(run.id);
    store.close();
    const again = await openLabStore({ name });
    expect(await again.runs.list()).toEqual([]);
    expect(await again.settings.get('theme')).toBe('dark');
    expect((await again.models.load(model.id)).files).toEqual([{ name: 'config.json', bytes: Uint8Array.of(1, 2, 3) }]);
    await again.purge(0);
    expect(await again.runs.metrics(run.id)).toEqual([]);
    again.close();
    await settled(indexedDB.deleteDatabase(name));
  });

  it('without IndexedDB the lab works in memory and says so', async () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB')!;
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined, configurable: true });
    try {
      const store = await openLabStore();
      expect(store.temporary).toMatch(/no IndexedDB/);
      const run = await store.runs.create({ preset: 'demo', settings: {} });
      expect(await store.runs.list()).toEqual([run]);
    } finally {
      Object.defineProperty(globalThis, 'indexedDB', original);
    }
  });

  it('one writer per run: a worker that holds the lock keeps others out until it ends', async () => {
    const runId = `run-${Date.now()}`;
    const source = `navigator.locks.request('batcoder-lab/run/${runId}', () => { postMessage('held'); return new Promise(() => {}); });`;
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    await new Promise(resolve => { worker.onmessage = resolve; });
    expect(await acquireRun(runId)).toBeNull();
    const other = await acquireRun(`${runId}-other`);
    expect(other).toBeTypeOf('function');
    worker.terminate();
    let release: (() => void) | null = null;
    for (let i = 0; i < 100 && !release; i++) {
      await new Promise(resolve => { setTimeout(resolve, 20); });
      release = await acquireRun(runId);
    }
    expect(release).toBeTypeOf('function');
    expect(await acquireRun(runId)).toBeNull();
    release!();
    other!();
  });

  it('says which runs other tabs write, and when a tab that wrote one is gone without a word', async () => {
    const runId = `run-${Date.now()}`;
    let held: ReadonlySet<string> = new Set(['not told yet']);
    const stop = watchOtherTabs(now => { held = now; });
    const becomes = (wanted: string[]) => expect.poll(() => [...held], { timeout: 5000 }).toEqual(wanted);
    await becomes([]);
    const own = await acquireRun(`${runId}-own`);
    const source = `navigator.locks.request('batcoder-lab/run/${runId}', () => { new BroadcastChannel('batcoder-lab/runs').postMessage('changed'); return new Promise(() => {}); });`;
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    // Its own run is not elsewhere.
    await becomes([runId]);
    expect(await acquireRun(runId)).toBeNull();
    worker.terminate();
    await becomes([]);
    // The one who waited for the news is not in the way.
    const release = await acquireRun(runId);
    expect(release).toBeTypeOf('function');
    release!();
    own!();
    stop();
  });

  it('tells use and quota', async () => {
    const { database } = await fresh();
    await database.commit([{ store: 'chunks', key: 'c', value: Float64Array.from({ length: 1 << 18 }, Math.random) }], 'strict');
    const { usage, quota, persisted } = await storageEstimate();
    // Random bytes: browsers compress what they store.
    expect(usage).toBeGreaterThan(1 << 20);
    expect(quota).toBeGreaterThan(usage!);
    expect(await askPersistence()).toBeTypeOf('boolean');
    expect(persisted).toBeTypeOf('boolean');
  });
});
