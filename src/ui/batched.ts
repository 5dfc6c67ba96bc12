/** Lets many changes become few redraws; knows nothing of what is redrawn. */

/** Redraws and worker messages reach the page at most this often. */
export const INTERVAL_MS = 100;

/**
 * Calls `flush` once within INTERVAL_MS after any number of `touch()`; the last touch is never lost.
 * `later` is setTimeout in the page.
 */
export class Batched {
  readonly #flush: () => void;
  readonly #later: (f: () => void, ms: number) => unknown;
  #pending = false;

  constructor(flush: () => void, later: (f: () => void, ms: number) => unknown = (f, ms) => setTimeout(f, ms)) {
    this.#flush = flush;
    this.#later = later;
  }

  touch(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.#later(() => { this.#pending = false; this.#flush(); }, INTERVAL_MS);
  }
}
