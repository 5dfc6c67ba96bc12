/** pass@k as its paper estimates it, and how sure it is; knows counts only. */
import { createRng, randomInt } from '../rng';

export const KS = [1, 10, 100] as const;

/** n samples of a problem, c of them right. */
export interface Tally { n: number; c: number }

/** 1 - C(n-c, k) / C(n, k), as a product that does not overflow, of k factors or of c. Null where n < k: there is no such number. */
export function passAtK({ n, c }: Tally, k: number): number | null {
  if (n < k) return null;
  if (n - c < k) return 1;
  if (k === 1) return c / n;
  let all = 1;
  if (k < c) for (let i = 0; i < k; i++) all *= (n - c - i) / (n - i);
  else for (let i = n - c + 1; i <= n; i++) all *= 1 - k / i;
  return 1 - all;
}

/** `low` and `high` are null where no interval can be told: of fewer than two problems, and where all came to the same and resampling shows no doubt. */
export interface Estimate { value: number; low: number | null; high: number | null; problems: number }

const RESAMPLES = 2000, BOOTSTRAP_STREAM = 31;

/** Values at the 2.5th and 97.5th percentile of the means of so many resamples of the problems. The same values give the same two numbers. */
function bootstrap(values: readonly number[]): [number, number] {
  const draw = createRng(0, 0, BOOTSTRAP_STREAM), n = values.length;
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[randomInt(draw, n)]!;
    return sum / n;
  }).sort((a, b) => a - b);
  const at = (q: number): number => means[Math.min(RESAMPLES - 1, Math.max(0, Math.round(q * RESAMPLES) - (q > 0.5 ? 1 : 0)))]!;
  return [at(0.025), at(0.975)];
}

/**
 * Mean over the problems with a 95 % interval by the bootstrap over problems. Where all are 0 or all are 1 resampling shows no doubt at all:
 * there the exact binomial bound of so many problems stands instead. Null where a problem has fewer than k samples, or there is none.
 */
export function estimate(tallies: readonly Tally[], k: number): Estimate | null {
  const values = tallies.map((tally) => passAtK(tally, k));
  if (values.length === 0 || values.includes(null)) return null;
  return interval(values as number[]);
}

function interval(values: readonly number[]): Estimate {
  const problems = values.length, value = values.reduce((sum, one) => sum + one, 0) / problems;
  if (problems < 2) return { value, low: null, high: null, problems };
  // (1 - p)^n = 0.025 at the upper bound of none in n.
  const room = 1 - 0.025 ** (1 / problems);
  if (values.every((one) => one === 0)) return { value: 0, low: 0, high: room, problems };
  if (values.every((one) => one === 1)) return { value: 1, low: 1 - room, high: 1, problems };
  return resampled(values, value);
}

function resampled(values: readonly number[], value: number): Estimate {
  if (values.every((one) => one === values[0])) return { value, low: null, high: null, problems: values.length };
  const [low, high] = bootstrap(values);
  return { value, low, high, problems: values.length };
}

/** How much `after` is above `before` on the same problems, resampled together: their difficulty drops out. Null where either has no estimate. */
export function difference(before: readonly Tally[], after: readonly Tally[], k: number): Estimate | null {
  if (before.length !== after.length || before.length === 0) return null;
  const pairs = before.map((tally, i) => [passAtK(tally, k), passAtK(after[i]!, k)] as const);
  if (pairs.some(([a, b]) => a === null || b === null)) return null;
  const values = pairs.map(([a, b]) => b! - a!);
  return resampled(values, values.reduce((sum, one) => sum + one, 0) / values.length);
}
