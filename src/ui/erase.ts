/** Deletes everything that this page stored in this browser, and nothing of another page of the same address; knows the places, not what lies there. */
import { clear, createStore } from 'idb-keyval';
import { cachePrefix } from '../offline/version';
import { DATABASE_NAME, TUNING_NAME } from '../store/database';
import { pageBase } from './base';

/** What the page writes into localStorage begins so. */
const KEYS = 'batcoder';
/** Another tab that keeps the database open holds its deletion up; it is not waited for longer than this. */
const BLOCKED_MS = 5_000;

/** @throws when another tab holds the database open; what could be deleted is gone then */
export async function eraseEverything(): Promise<void> {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(KEYS)) localStorage.removeItem(key);
  } catch {
    // Site data is blocked: then there is none.
  }
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  const base = pageBase();
  for (const registration of await container?.getRegistrations().catch(() => []) ?? []) if (registration.scope === base) await registration.unregister();
  if ('caches' in globalThis) for (const name of await caches.keys().catch(() => [])) if (name.startsWith(cachePrefix(base))) await caches.delete(name);
  await emptyTuning();
  await deleteDatabase(DATABASE_NAME);
}

/** The engine's worker keeps it open for as long as the page lives: it is emptied now, and goes when it can. */
async function emptyTuning(): Promise<void> {
  const factory = globalThis.indexedDB as IDBFactory | undefined;
  if (!factory) return;
  await clear(createStore(TUNING_NAME, 'kernels')).catch(() => undefined);
  factory.deleteDatabase(TUNING_NAME);
}

function deleteDatabase(name: string): Promise<void> {
  const factory = globalThis.indexedDB as IDBFactory | undefined;
  if (!factory) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const request = factory.deleteDatabase(name);
    request.onsuccess = () => { resolve(); };
    request.onerror = () => { reject(request.error ?? new Error('The browser did not delete the database.')); };
    request.onblocked = () => { setTimeout(() => { reject(new Error('Another tab of this page is open and holds the runs. Close it and delete again; what could be deleted is gone.')); }, BLOCKED_MS); };
  });
}
