/** Knows how to be a key-value store in memory: for tests, and for a page whose browser refuses storage; forgets all at the end. */
import { labError } from '../types';
import type { KeyValue, StoreName } from './key_value';

/** Values are cloned on the way in and out, as IndexedDB does, so no caller can change what is stored. */
export function createMemoryKeyValue(): KeyValue {
  const stores = new Map<StoreName, Map<string, unknown>>();
  const open = (name: StoreName) => {
    let store = stores.get(name);
    if (!store) stores.set(name, store = new Map<string, unknown>());
    return store;
  };
  return {
    get: (store, key) => Promise.resolve(structuredClone(open(store).get(key))),
    keys: (store, prefix) => Promise.resolve([...open(store).keys()].filter(key => key.startsWith(prefix)).sort()),
    commit: async changes => {
      let clones: unknown[];
      try {
        clones = changes.map(change => ('value' in change ? structuredClone(change.value) : undefined));
      } catch (cause) {
        throw labError('StorageUnavailable', `A value cannot be stored: ${cause instanceof Error ? cause.message : 'unknown'}. Nothing was changed. Please report this.`);
      }
      await Promise.resolve();
      changes.forEach((change, i) => {
        if ('value' in change) open(change.store).set(change.key, clones[i]);
        else open(change.store).delete(change.key);
      });
    },
  };
}
