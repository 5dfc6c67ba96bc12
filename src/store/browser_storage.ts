/** Knows what the browser says about room, permanence and other tabs; does not know what is stored. */

export interface StorageEstimateInfo {
  /** Bytes this origin uses, and may use, as the browser estimates; null where it does not say. The quota is not proof of room. */
  usage: number | null; quota: number | null;
  /** True: the browser will not evict this origin on its own. */
  persisted: boolean;
}

export async function storageEstimate(): Promise<StorageEstimateInfo> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined;
  const estimate: StorageEstimate = await storage?.estimate?.().catch(() => ({})) ?? {};
  return { usage: estimate.usage ?? null, quota: estimate.quota ?? null, persisted: await storage?.persisted?.().catch(() => false) ?? false };
}

/** Asks the browser to keep this origin's data. False is common and no failure: offer a file export then. */
export async function askPersistence(): Promise<boolean> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined;
  if (await storage?.persisted?.().catch(() => false)) return true;
  return await storage?.persist?.().catch(() => false) ?? false;
}

const LOCK = 'batcoder-lab/run/', CHANNEL = 'batcoder-lab/runs';
/** A tab that waits for a run holds its lock for an instant when its turn comes: this often and this long another look is taken. */
const LOOKS = 5, BETWEEN_MS = 40;

/** Runs that this context writes. */
const heldHere = new Set<string>();

const lockManager = () => (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;

/** Tells the other tabs of this origin that a run was taken or let go. */
function tellOtherTabs(): void {
  if (typeof BroadcastChannel === 'undefined' || !lockManager()) return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('changed');
  channel.close();
}

/**
 * Makes this context the one writer of a run, across tabs and workers, until `release` is called or the context ends (a crash
 * releases it too). null: another one is writing, so only read. Where the browser has no Web Locks, there is no guard and the
 * lock is given at once.
 */
export async function acquireRun(runId: string): Promise<(() => void) | null> {
  const locks = lockManager();
  if (!locks) return () => undefined;
  for (let look = 1; ; look++) {
    const release = await tryLock(locks, runId);
    if (release || look === LOOKS) return release;
    await new Promise(resolve => { setTimeout(resolve, BETWEEN_MS); });
  }
}

function tryLock(locks: LockManager, runId: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    locks.request(`${LOCK}${runId}`, { ifAvailable: true }, lock => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      heldHere.add(runId);
      tellOtherTabs();
      // The lock is held for as long as this promise is open.
      return new Promise<void>(release => { resolve(() => { heldHere.delete(runId); release(); }); });
    }).then(() => { if (!heldHere.has(runId)) tellOtherTabs(); }, (error: unknown) => { reject(error as Error); });
  });
}

/** Ids of the runs that have a writer now, in any tab, this one included; none where the browser has no Web Locks. */
export async function writtenRuns(): Promise<string[]> {
  const { held = [] } = await lockManager()?.query() ?? {};
  return held.flatMap(({ name = '', mode }) => (name.startsWith(LOCK) && mode === 'exclusive' ? [name.slice(LOCK.length)] : []));
}

/**
 * Says which runs other tabs are writing, now and whenever that may have changed: by their word, and when a tab crashes by its locks
 * becoming free. Returns the way to stop. Where the browser has no Web Locks nothing is said.
 */
export function watchOtherTabs(heard: (heldElsewhere: ReadonlySet<string>) => void): () => void {
  const locks = lockManager();
  if (!locks) return () => undefined;
  const stop = new AbortController();
  const waiting = new Set<string>();
  const look = async (): Promise<void> => {
    const elsewhere = new Set((await writtenRuns()).filter(id => !heldHere.has(id)));
    if (stop.signal.aborted) return;
    for (const id of elsewhere) {
      if (waiting.has(id)) continue;
      waiting.add(id);
      // Waits its turn and lets go at once: that the turn came is the news.
      locks.request(`${LOCK}${id}`, { mode: 'shared', signal: stop.signal }, () => undefined).then(() => { waiting.delete(id); again(); }, () => { waiting.delete(id); });
    }
    heard(elsewhere);
  };
  const again = (): void => { look().catch(() => undefined); };
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);
  channel?.addEventListener('message', again);
  again();
  return () => {
    stop.abort();
    channel?.close();
  };
}
