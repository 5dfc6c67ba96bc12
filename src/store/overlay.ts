/** Knows how to lay changes in memory over a store that is only read; does not know why it must not be written. */
import { createMemoryKeyValue } from './memory';
import type { KeyValue } from './key_value';

/** Reads see the changes first and `below` otherwise; `below` is never written, and the changes end with the page. */
export function createOverlay(below: Pick<KeyValue, 'get' | 'keys'>): KeyValue {
  const above = createMemoryKeyValue();
  const changed = new Set<string>();
  const at = (store: string, key: string) => `${store}\n${key}`;
  return {
    get: (store, key) => (changed.has(at(store, key)) ? above : below).get(store, key),
    keys: async (store, prefix) => {
      const old = (await below.keys(store, prefix)).filter(key => !changed.has(at(store, key)));
      return [...old, ...await above.keys(store, prefix)].sort();
    },
    commit: async (changes, durability) => {
      await above.commit(changes, durability);
      for (const { store, key } of changes) changed.add(at(store, key));
    },
  };
}
