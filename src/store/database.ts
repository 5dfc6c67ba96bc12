/**
 * Knows IndexedDB through idb-keyval: one connection, several stores, atomic commits, dead connections, other tabs; does not
 * know what is stored. idb-keyval takes any function that yields an object store; this file is that function.
 */
import { get, promisifyRequest, type UseStore } from 'idb-keyval';
import { labError } from '../types';
import { STORES, type Change, type Durability, type KeyValue, type StoreName } from './key_value';

/** Raised with every change to the stores; `upgrade` brings older databases up. */
const SCHEMA = 2;

/** Why a page that is too old cannot open the database. */
export const NEWER = 'it was made by a newer version of this page';

/** Long enough for another tab's versionchange handler to close its connection. */
const BLOCKED_MS = 5000;

export interface Database extends KeyValue {
  close(): void;
}

/** Every origin path shares one IndexedDB, so the name carries the project's. */
export const DATABASE_NAME = 'batcoder-lab';
/** What was measured of adapters lies apart: the engine's worker keeps it. */
export const TUNING_NAME = 'batcoder-tuning';

/**
 * Opens (or makes) the database. `onReplaced` is called when another tab needs it in a newer form or deletes it: this connection has
 * closed by then and every later call rejects. Rejects with StorageUnavailable where the browser has or allows no IndexedDB, and with
 * NEWER in its message where a newer page has been here; `version` 0 opens that form too, to be read and not written.
 */
export async function openDatabase(name = DATABASE_NAME, onReplaced: () => void = () => undefined, version = SCHEMA): Promise<Database> {
  let connection: Promise<IDBDatabase> | undefined;
  let closed = '';

  const connect = () => connection ??= open(name, version).then(db => {
    // Browsers close idle connections and say so here, if they say it at all.
    db.onclose = () => { connection = undefined; };
    db.onversionchange = event => {
      db.close();
      closed = event.newVersion === null ? 'this site\'s data was deleted, here or in another tab' : 'a newer version of this page is open in another tab';
      connection = undefined;
      onReplaced();
    };
    return db;
  }, (error: unknown) => {
    connection = undefined;
    throw error;
  });

  const use = (names: StoreName[], durability: Durability): UseStore => async (mode, callback) => {
    const attempt = async () => {
      if (closed) throw unavailable(closed, 'Reload this page');
      const db = await connect();
      return callback(db.transaction(names, mode, { durability }).objectStore(names[0]!));
    };
    try {
      return await attempt();
    } catch (error) {
      if (!isDeadConnection(error)) throw error;
      // Commits are puts and deletes by key, so doing one twice is doing it once.
      connection = undefined;
      return attempt();
    }
  };

  await connect().catch((error: unknown) => { throw translated(error); });
  return {
    get: (store, key) => get<unknown>(key, use([store], 'relaxed')).catch((error: unknown) => { throw translated(error); }),
    keys: (store, prefix) => use([store], 'relaxed')('readonly', objects => promisifyRequest(objects.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`))))
      .then(keys => keys as string[], (error: unknown) => { throw translated(error); }),
    commit: (changes, durability) => changes.length === 0 ? Promise.resolve()
      : use([...new Set(changes.map(change => change.store))], durability)('readwrite', objects => apply(objects.transaction, changes)).catch((error: unknown) => { throw translated(error); }),
    close: () => {
      closed ||= 'it was closed';
      void connection?.then(db => { db.close(); }, () => undefined);
      connection = undefined;
    },
  };
}

function open(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Typed as always there, but some private modes have none.
    const factory = globalThis.indexedDB as IDBFactory | undefined;
    if (!factory) {
      reject(new Error('this browser has no IndexedDB'));
      return;
    }
    const request = version > 0 ? factory.open(name, version) : factory.open(name);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = false;
    request.onupgradeneeded = () => { upgrade(request.result); };
    request.onblocked = () => {
      timer = setTimeout(() => { late = true; reject(new Error('an older version of this page is open in another tab; close that tab')); }, BLOCKED_MS);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error?.name === 'VersionError' ? new Error(`${NEWER}; reload`) : request.error ?? new Error('it could not be opened'));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      // Nobody waits any more: a connection that nobody knows of would block every other tab in turn.
      if (late) request.result.close();
      resolve(request.result);
    };
  });
}

/** Runs inside the version change transaction: adds what is missing, so every older form arrives at the newest. */
function upgrade(db: IDBDatabase): void {
  for (const name of STORES) if (!db.objectStoreNames.contains(name)) db.createObjectStore(name);
}

/**
 * Resolves on the transaction's `complete` alone: a quota error shows only as its abort. The error of the request that caused
 * the abort is kept, because the transaction's own may be null.
 */
function apply(transaction: IDBTransaction, changes: readonly Change[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let cause: unknown = null;
    transaction.oncomplete = () => { resolve(); };
    transaction.onabort = () => { reject((transaction.error ?? cause ?? new Error('the browser aborted the transaction')) as Error); };
    try {
      for (const change of changes) {
        const objects = transaction.objectStore(change.store);
        const request: IDBRequest = 'value' in change ? objects.put(change.value, change.key) : objects.delete(change.key);
        request.onerror = () => { cause ??= request.error; };
      }
    } catch (error) {
      // put threw (a value that cannot be cloned, a connection that died): undo what was queued before it.
      cause = error;
      try {
        transaction.abort();
      } catch {
        reject(error as Error);
      }
    }
  });
}

function isDeadConnection(error: unknown): boolean {
  const { name, message } = error as { name?: string; message?: string };
  return name === 'InvalidStateError' || /connection.*(clos|lost)/i.test(message ?? '');
}

function unavailable(reason: string, advice: string): Error {
  return labError('StorageUnavailable', `The browser's storage cannot be used: ${reason}. What was saved before is untouched; what is on the page is not saved. ${advice}.`);
}

function translated(error: unknown): Error {
  const { name, message } = error as { name?: string; message?: string };
  if (name === 'QuotaExceeded' || name === 'StorageUnavailable') return error as Error;
  if (name === 'QuotaExceededError') return labError('QuotaExceeded', 'The browser has no more room for this page. What was saved before is untouched; the newest change is not saved. Delete runs or corpora you no longer need, or export this one.');
  return unavailable(`${message || name || 'unknown error'}`.replace(/\.$/, ''), 'Allow storage for this page (private windows often forbid it), or export your work before closing');
}
