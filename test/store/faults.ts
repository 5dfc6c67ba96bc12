/** Knows how to make a key-value store fail at its n-th call, before or after the call took effect; knows nothing of what is stored. */
import type { KeyValue } from '../../src/store/key_value';
import { labError, type ErrorName } from '../../src/types';

export interface Faults {
  store: KeyValue;
  calls: number;
  /** The call that fails, from 1; 0 = none. */
  failAt: number;
  /** `before`: nothing happened. `after`: it happened and the answer was lost. `forever`: this and every later call. */
  mode: 'before' | 'after' | 'forever';
  error: ErrorName;
}

export function withFaults(inner: KeyValue): Faults {
  const faults: Faults = { store: inner, calls: 0, failAt: 0, mode: 'before', error: 'StorageUnavailable' };
  const guard = async <T>(call: () => Promise<T>): Promise<T> => {
    const number = ++faults.calls;
    const hit = faults.failAt > 0 && (faults.mode === 'forever' ? number >= faults.failAt : number === faults.failAt);
    if (hit && faults.mode !== 'after') throw labError(faults.error, `fault ${number}`);
    const result = await call();
    if (hit) throw labError(faults.error, `fault ${number}`);
    return result;
  };
  faults.store = {
    get: (store, key) => guard(() => inner.get(store, key)),
    keys: (store, prefix) => guard(() => inner.keys(store, prefix)),
    commit: (changes, durability) => guard(() => inner.commit(changes, durability)),
  };
  return faults;
}
