/** Time left as a range, from the times of past steps; knows nothing of clocks or of how it is shown. */

/** Steps before an estimate is shown, and the window it is made from. */
const FEWEST = 10;
const WINDOW = 50;
/** A gap this many times the median is a pause or a sleeping laptop, not a slow step. */
const JUMP = 20;

export class StepClock {
  #last: number | undefined;
  #step = -1;
  #durations: number[] = [];

  /** Notes that `step` was completed at `now` (ms). Repeated calls for the same step are ignored. */
  mark(step: number, now: number): void {
    if (step === this.#step) return;
    const last = this.#last;
    const steps = step - this.#step;
    this.#last = now;
    this.#step = step;
    if (last === undefined || steps < 1) return;
    const duration = (now - last) / steps;
    const median = quantile(this.#durations, 0.5);
    if (this.#durations.length >= 5 && duration > median * JUMP) { this.reset(); this.#last = now; this.#step = step; return; }
    this.#durations.push(duration);
    if (this.#durations.length > WINDOW) this.#durations.shift();
  }

  /** Forgets everything: after a pause, a resume or a change of stage. */
  reset(): void { this.#last = undefined; this.#step = -1; this.#durations = []; }

  /** Median seconds of a step; NaN before ten steps. */
  secondsPerStep(): number { return this.#durations.length < FEWEST ? NaN : quantile(this.#durations, 0.5) / 1000; }

  /** Seconds left as [low, high]: quartiles of the last 50 steps times the steps left; null before ten steps. */
  left(stepsLeft: number): [number, number] | null {
    if (this.#durations.length < FEWEST || stepsLeft <= 0) return null;
    return [quantile(this.#durations, 0.25) * stepsLeft / 1000, quantile(this.#durations, 0.75) * stepsLeft / 1000];
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
