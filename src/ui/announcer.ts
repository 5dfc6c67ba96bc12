/** Decides which message reaches the live region and when; knows nothing of the region itself. */

/** At most one message in this many ms (a raw step counter read aloud is unusable). */
export const QUIET_MS = 10_000;

/**
 * Rate-limited milestones: a message within ten seconds of the last waits and is spoken when the time is up; a newer one takes its
 * place. `urgent` messages (failures, stopped) go at once.
 */
export class Announcer {
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  readonly #later: (ms: number, f: () => void) => void;
  #last = -Infinity;
  #waiting: string | undefined;

  constructor(say: (text: string) => void, now: () => number, later: (ms: number, f: () => void) => void) {
    this.#say = say;
    this.#now = now;
    this.#later = later;
  }

  announce(text: string, urgent = false): void {
    const now = this.#now();
    if (urgent || now - this.#last >= QUIET_MS) {
      this.#waiting = undefined;
      this.#last = now;
      this.#say(text);
      return;
    }
    const scheduled = this.#waiting !== undefined;
    this.#waiting = text;
    if (!scheduled) this.#later(this.#last + QUIET_MS - now, () => this.#flush());
  }

  #flush(): void {
    if (this.#waiting === undefined) return;
    const text = this.#waiting;
    this.#waiting = undefined;
    this.announce(text);
  }
}

/** The milestones of a run worth saying: every tenth of the way. Returns null between them. */
export function milestone(step: number, steps: number, before: number): string | null {
  if (steps <= 0) return null;
  const tenth = Math.floor(step / steps * 10);
  if (tenth <= Math.floor(before / steps * 10)) return null;
  return step >= steps ? 'Run finished.' : `${tenth * 10} percent: step ${step} of ${steps}.`;
}
