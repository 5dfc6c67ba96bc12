/** Curves for charts: the debiased moving average and gaps; knows nothing of where numbers come from or how they are drawn. */

type Sample = number | undefined | null;

/**
 * Exponential moving average with the start-up bias divided out: e_t = w e_{t-1} + (1-w) x_t, shown as e_t / (1 - w^n) over the n
 * values seen (the correction of Adam, as W&B uses it). Absent values stay absent; a non-finite value gives null (a gap) and is
 * left out of the average.
 * @param weight w in [0, 1); 0 returns the values themselves.
 */
export function debiasedEma(values: readonly Sample[], weight: number): (number | undefined | null)[] {
  const w = Math.min(Math.max(weight, 0), 0.999);
  let average = 0;
  let bias = 1;
  return values.map(value => {
    if (value === undefined) return undefined;
    if (value === null || !Number.isFinite(value)) return null;
    average = w * average + (1 - w) * value;
    bias *= w;
    return average / (1 - bias);
  });
}

/** NaN and infinities as null: the chart leaves a gap there and never draws a zero. */
export function withGaps(values: readonly Sample[]): (number | undefined | null)[] {
  return values.map(value => (value === undefined ? undefined : value === null || !Number.isFinite(value) ? null : value));
}

/** For a logarithmic axis: what is not above zero is a gap. */
export function positiveOnly(values: readonly Sample[]): (number | undefined | null)[] {
  return values.map(value => (typeof value === 'number' && value <= 0 ? null : value));
}
