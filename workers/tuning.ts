/** Keeps what the tuner measured from one visit to the next, in IndexedDB, by adapter and browser version. Knows no kernel. */
import { createStore, get, set, type UseStore } from 'idb-keyval';
import type { AdapterInfo, EngineProfile } from '../src/types';

type Tuning = EngineProfile['tuned'];

const store = (): UseStore => createStore('batcoder-tuning', 'kernels');
const key = ({ vendor, architecture, device, description }: AdapterInfo): string => [vendor, architecture, device, description, navigator.userAgent].join(' | ');

/** Nothing where nothing was kept, or where the browser keeps nothing: then it is measured again. */
export async function recallTuning(info: AdapterInfo): Promise<Tuning> {
  try {
    const kept: unknown = await get(key(info), store());
    return Array.isArray(kept) ? kept.filter(readable) : [];
  } catch {
    return [];
  }
}

export async function keepTuning(info: AdapterInfo, tuning: Tuning): Promise<void> {
  try {
    await set(key(info), tuning, store());
  } catch {
    // A visit without storage measures for itself.
  }
}

function readable(entry: unknown): entry is Tuning[number] {
  const { shape, chosen, candidates } = (entry ?? {}) as Partial<Tuning[number]>;
  return typeof shape === 'string' && typeof chosen === 'string' && Array.isArray(candidates);
}
