/** Knows the shape of the storage under everything here: named stores of keys and values, changed in atomic commits; no IndexedDB. */

export const STORES = ['corpora', 'tokenizers', 'models', 'runs', 'metrics', 'episodes', 'checkpoints', 'chunks', 'settings', 'measurements'] as const;
export type StoreName = typeof STORES[number];

/** `strict`: the commit has reached the disk when it resolves. `relaxed`: it may still be on its way; over ten times faster. */
export type Durability = 'strict' | 'relaxed';

export type Change =
  | { store: StoreName; key: string; value: unknown }
  | { store: StoreName; key: string; remove: true };

/** All methods reject with QuotaExceeded or StorageUnavailable. Values are structured clones: plain data and typed arrays. */
export interface KeyValue {
  /** undefined when there is none. */
  get(store: StoreName, key: string): Promise<unknown>;
  /** Keys that start with `prefix`, ascending by UTF-16 units. */
  keys(store: StoreName, prefix: string): Promise<string[]>;
  /** One transaction: all changes happen or none; resolves when committed. */
  commit(changes: readonly Change[], durability: Durability): Promise<void>;
}

/** A number as a key part whose text order is its number order; up to 10 digits. */
export function orderKey(value: number): string {
  return value.toString().padStart(10, '0');
}

/** Lets jobs of one kind run one after another: read-modify-write of a record must not interleave with itself. */
export function createQueue(): <T>(job: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return job => {
    const result = tail.then(job, job);
    tail = result.catch(() => undefined);
    return result;
  };
}
