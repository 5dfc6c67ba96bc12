/** Time left as a range, from the times of the phases of past steps: a clock for each, since they differ. Knows no clock of its own and not how it is shown. */
import type { Phase } from '../types';

export const PARTS = ['rollout', 'reward', 'update', 'evaluate', 'save'] as const;
export type Part = (typeof PARTS)[number];
const PART_OF: Partial<Record<Phase, Part>> = { document: 'rollout', reconstruct: 'rollout', reward: 'reward', update: 'update', warmstart: 'update', evaluate: 'evaluate', checkpoint: 'save' };
export const partOf = (phase: Phase | null): Part | undefined => (phase ? PART_OF[phase] : undefined);

/** Steps before an estimate of the time left is shown, and before the speed is; the window both are made from. */
const FEWEST = 10;
const FEWEST_SPEED = 3;
const WINDOW = 50;
/** A stretch this many times the median, and at least this long (ms), is a sleeping laptop and no slow step. */
const JUMP = 20;
const LONG = 5_000;

/** What is still to come of the stage under way. */
export interface Ahead { steps: number; evaluations: number; checkpointSeconds: number }

/** Evaluations still to come in the loop: every so many steps, and at the end. */
export function evaluationsAhead(step: number, steps: number, every: number): number {
  return step >= steps ? 0 : Math.floor(steps / every) - Math.floor(step / every) + (steps % every === 0 ? 0 : 1);
}

export class RunClock {
  #part: Part | undefined;
  #since = 0;
  #steps = -1;
  /** Kernels were compiled meanwhile: these times are no sign of the next. */
  #warming = false;
  #running = new Map<Part, number>();
  #past = new Map<Part, number[]>();

  /** Hears of every phase of the run at `now` (ms); `done` is the steps completed, where the phase is of a step. */
  hear(phase: Phase, done: number, now: number): void {
    // An evaluation tells how far it is: that is no end of it.
    if (phase === 'evaluate' && this.#part === 'evaluate') return;
    this.#close(now);
    const warm = phase === 'warmstart';
    if ((phase === 'update' || warm) && this.#steps >= 0 && done !== this.#steps) {
      if (done === this.#steps + 1) this.#complete();
      else this.#running.clear();
      this.#steps = done;
      // The next step of a warm start begins without a word.
      this.#part = warm ? 'update' : undefined;
    } else {
      if (phase === 'update' || warm) this.#steps = done;
      this.#part = phase === 'checkpoint' && done > 0 ? undefined : PART_OF[phase];
    }
    this.#since = now;
  }

  /** Kernels are being compiled: what is under way does not count. */
  warm(): void { this.#warming = true; }

  /** Forgets everything: after a pause, a resume or a change of stage. */
  reset(): void {
    this.#part = undefined;
    this.#steps = -1;
    this.#warming = false;
    this.#running.clear();
    this.#past.clear();
  }

  /** Median seconds that each part of a step takes, or one evaluation or save; absent where none was timed. */
  typical(): Partial<Record<Part, number>> {
    return Object.fromEntries([...this.#past].filter(([, times]) => times.length > 0).map(([part, times]) => [part, quantile(times, 0.5) / 1000]));
  }

  /** Median seconds of a step without evaluations and saves; NaN before three steps. */
  secondsPerStep(): number { return this.#counted() < FEWEST_SPEED ? NaN : this.#stepAt(0.5) / 1000; }

  /** Seconds left as [low, high] by the quartiles of every part; null before ten steps. */
  left({ steps, evaluations, checkpointSeconds }: Ahead): [number, number] | null {
    if (this.#counted() < FEWEST || steps <= 0) return null;
    const at = (q: number): number => {
      const work = (this.#stepAt(q) * steps + this.#at('evaluate', q) * evaluations) / 1000;
      return work + this.#at('save', q) / 1000 * Math.floor(work / checkpointSeconds);
    };
    return [at(0.25), at(0.75)];
  }

  #counted(): number { return this.#past.get('update')?.length ?? 0; }
  #at(part: Part, q: number): number { const times = this.#past.get(part); return times && times.length > 0 ? quantile(times, q) : 0; }
  #stepAt(q: number): number { return this.#at('rollout', q) + this.#at('reward', q) + this.#at('update', q); }

  #close(now: number): void {
    const part = this.#part, ms = now - this.#since;
    if (!part) return;
    const times = this.#past.get(part);
    if (times && times.length >= 5 && ms > LONG && ms > quantile(times, 0.5) * JUMP) { this.reset(); return; }
    if (part === 'evaluate' || part === 'save') {
      // An evaluation that compiled is better than none to go by, until there is another.
      if (this.#warming && part === 'evaluate' && !times) this.#past.set(part, [ms]);
      else if (!this.#warming) this.#push(part, ms);
      return;
    }
    this.#running.set(part, (this.#running.get(part) ?? 0) + ms);
  }

  #complete(): void {
    if (!this.#warming) for (const [part, ms] of this.#running) this.#push(part, ms);
    this.#warming = false;
    this.#running.clear();
  }

  #push(part: Part, ms: number): void {
    const times = this.#past.get(part) ?? [];
    times.push(ms);
    if (times.length > WINDOW) times.shift();
    this.#past.set(part, times);
  }
}

/** Linear-interpolated quantile of unsorted values; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}
