/** Ends waiting calls when the one who would answer is gone; knows nothing of workers or devices. */

/** A worker that was terminated, or whose device died, may leave calls unanswered for ever: those given to `guard` are rejected by `cut`. */
export class Lifeline {
  #gone: Error | undefined;
  readonly #waiting = new Set<(error: Error) => void>();

  /** Calls that are still waiting. */
  get waiting(): number { return this.#waiting.size; }

  /** Settles as the call does, or rejects once the line is cut. */
  guard<T>(call: () => Promise<T>): Promise<T> {
    if (this.#gone) return Promise.reject(this.#gone);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      call().then(resolve, reject).finally(() => { this.#waiting.delete(reject); });
    });
  }

  /** Rejects everything that waits and everything asked from now on. The first reason stays. */
  cut(error: Error): void {
    this.#gone ??= error;
    for (const reject of [...this.#waiting]) reject(this.#gone);
    this.#waiting.clear();
  }
}
