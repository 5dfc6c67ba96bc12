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

/** Locks of runs, by id behind it. */
const RUN_LOCK = 'batcoder-lab/run/';

/**
 * Makes this context the one writer of a run, across tabs and workers, until `release` is called or the context ends (a crash
 * releases it too). null: another one is writing, so only read. Where the browser has no Web Locks, there is no guard and the
 * lock is given at once.
 */
export function acquireRun(runId: string): Promise<(() => void) | null> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;
  if (!locks) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    locks.request(`${RUN_LOCK}${runId}`, { ifAvailable: true }, lock => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      // The lock is held for as long as this promise is open.
      return new Promise<void>(release => { resolve(() => { release(); }); });
    }).catch((error: unknown) => { reject(error as Error); });
  });
}

/** Ids of the runs that have a writer now, in any tab, this one included; none where the browser has no Web Locks. */
export async function writtenRuns(): Promise<string[]> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;
  const { held = [] } = await locks?.query() ?? {};
  return held.flatMap(({ name = '' }) => (name.startsWith(RUN_LOCK) ? [name.slice(RUN_LOCK.length)] : []));
}
