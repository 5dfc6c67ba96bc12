/** Knows how to gather metric rows and append them in batches; does not know what the rows say. */
import type { MetricRow } from '../types';

export interface MetricLog {
  add(row: MetricRow): void;
  /** Writes what is waiting; rejects when it could not be written (the rows then stay waiting). */
  flush(): Promise<void>;
}

/**
 * Rows are written after `batch` of them or `delayMs`, whichever comes first, so a fast run does not pay a transaction a step.
 * A failed write keeps its rows for the next try and is told to `onError`: metrics never stop a run.
 */
export function createMetricLog(append: (rows: readonly MetricRow[]) => Promise<void>, onError: (error: Error) => void, batch = 32, delayMs = 2000): MetricLog {
  let waiting: MetricRow[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const rows = waiting;
    waiting = [];
    try {
      await append(rows);
    } catch (error) {
      waiting = [...rows, ...waiting];
      throw error;
    }
  };
  const flush = () => {
    const result = writing.then(write);
    writing = result.catch(() => undefined);
    return result;
  };
  const flushSoon = () => { flush().catch((error: unknown) => { onError(error as Error); }); };

  return {
    add: row => {
      waiting.push(row);
      if (waiting.length % batch === 0) flushSoon();
      else timer ??= setTimeout(flushSoon, delayMs);
    },
    flush,
  };
}
