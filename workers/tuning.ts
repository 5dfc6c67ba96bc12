/** Keeps what was measured and tested of an adapter from one visit to the next, in IndexedDB, by adapter and browser version. Knows no kernel. */
import { createStore, get, set, type UseStore } from 'idb-keyval';
import { TUNING_NAME } from '../src/store/database';
import type { AdapterInfo, EngineProfile } from '../src/types';

type Tuning = EngineProfile['tuned'];

const store = (): UseStore => createStore(TUNING_NAME, 'kernels');
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

/** Whether these kernels were found right on this adapter and browser before. Wrong ones are tested again each time: a driver may have been mended. */
export async function foundRight(info: AdapterInfo, kernels: string): Promise<boolean> {
  try {
    return await get(`right | ${kernels} | ${key(info)}`, store()) === true;
  } catch {
    return false;
  }
}

export async function keepRight(info: AdapterInfo, kernels: string): Promise<void> {
  try {
    await set(`right | ${kernels} | ${key(info)}`, true, store());
  } catch {
    // A visit without storage tests for itself.
  }
}
