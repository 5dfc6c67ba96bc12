/** What a profile says about each kernel: time, share, rates against the ceilings, what bounds it. Knows numbers, no view. */
import type { EngineProfile, KernelSpan, WorkProfile } from '../../types';

/**
 * `arithmetic` and `memory`: the ceiling that the kernel comes nearer to. `overhead`: it comes near to neither, so launching, waiting for
 * one another or too few threads cost more than the work itself. `unknown`: no ceilings, no counts or no time.
 */
export type Bound = 'arithmetic' | 'memory' | 'overhead' | 'unknown';

/** Under this share of both ceilings neither of them is what holds a kernel up. */
export const NEAR_CEILING = 0.25;

export interface KernelRow {
  kernel: string;
  calls: number; ms: number;
  /** Of the time that all kernels of the work take together. */
  share: number;
  flops: number; bytes: number;
  /** Per second; NaN where the clock saw no time pass, or nothing was counted. */
  flopRate: number; byteRate: number;
  /** Of the ceilings; NaN without them. More than 1 is possible: bytes that a cache gave are counted too, and a ceiling is measured beside other work. */
  flopShare: number; byteShare: number;
  bound: Bound;
}

export interface WorkTotals extends Omit<KernelRow, 'kernel' | 'share'> {
  /** Time in which at least one kernel ran, and its share of the wall clock; NaN without timestamps. */
  busyMs: number; busyShare: number;
  tokensPerSecond: number;
}

type Ceilings = EngineProfile['ceilings'];

/** One row a kernel, the one that takes the most time first; names decide between equals. */
export function kernelRows(spans: readonly KernelSpan[], ceilings: Ceilings): KernelRow[] {
  const sums = new Map<string, { calls: number; ms: number; flops: number; bytes: number }>();
  let all = 0;
  for (const span of spans) {
    const sum = sums.get(span.kernel) ?? { calls: 0, ms: 0, flops: 0, bytes: 0 };
    sums.set(span.kernel, { calls: sum.calls + 1, ms: sum.ms + span.ms, flops: sum.flops + span.flops, bytes: sum.bytes + span.bytes });
    all += span.ms;
  }
  return [...sums].map(([kernel, sum]) => ({ kernel, ...sum, share: all > 0 ? sum.ms / all : 0, ...rates(sum, ceilings) }))
    .sort((a, b) => b.ms - a.ms || (a.kernel < b.kernel ? -1 : 1));
}

export function workTotals(work: WorkProfile, ceilings: Ceilings): WorkTotals {
  const sum = { calls: work.spans.length, ms: 0, flops: 0, bytes: 0 };
  for (const span of work.spans) {
    sum.ms += span.ms;
    sum.flops += span.flops;
    sum.bytes += span.bytes;
  }
  const busyMs = work.spans.length > 0 ? covered(work.spans) : NaN;
  return { ...sum, ...rates(sum, ceilings), busyMs, busyShare: over(busyMs, work.wallMs), tokensPerSecond: over(work.tokens * 1000, work.wallMs) };
}

function rates({ ms, flops, bytes }: { ms: number; flops: number; bytes: number }, ceilings: Ceilings): Pick<KernelRow, 'flopRate' | 'byteRate' | 'flopShare' | 'byteShare' | 'bound'> {
  // A launch that asks for nothing at all was not counted.
  const time = flops + bytes > 0 ? ms : NaN, flopRate = over(flops * 1000, time), byteRate = over(bytes * 1000, time);
  const flopShare = ceilings ? over(flopRate, ceilings.flops) : NaN, byteShare = ceilings ? over(byteRate, ceilings.bytes) : NaN;
  return { flopRate, byteRate, flopShare, byteShare, bound: boundOf(flopShare, byteShare) };
}

function boundOf(flopShare: number, byteShare: number): Bound {
  if (!Number.isFinite(flopShare) || !Number.isFinite(byteShare)) return 'unknown';
  if (Math.max(flopShare, byteShare) < NEAR_CEILING) return 'overhead';
  return flopShare >= byteShare ? 'arithmetic' : 'memory';
}

const over = (a: number, b: number): number => (b > 0 ? a / b : NaN);

/** Length of the union of the spans, ms: two that overlap keep the GPU busy once. */
function covered(spans: readonly KernelSpan[]): number {
  let end = -Infinity, sum = 0;
  for (const { startMs, ms } of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const stop = startMs + ms;
    if (stop <= end) continue;
    sum += stop - Math.max(startMs, end);
    end = stop;
  }
  return sum;
}

/** Times that a browser rounds lie on a grid: its step in ms, 0 when there is none to be seen. Chrome rounds to 0.1 ms unless told not to. */
export function clockGridMs(works: readonly WorkProfile[]): number {
  const times = new Set(works.flatMap(({ spans }) => spans.flatMap(({ startMs, ms }) => [startMs, ms])));
  times.delete(0);
  if (times.size < FEWEST_TIMES) return 0;
  const grid = [...times].reduce(commonStep, 0);
  return grid < FINEST_GRID ? 0 : grid;
}

/** Clocks of GPUs tick in tens of nanoseconds: only a step far above that was made by rounding. */
const FINEST_GRID = 0.01;
/** A few times may be multiples of one another by chance. */
const FEWEST_TIMES = 4;
/** What is left below this, in ms, is floating point's. */
const NOTHING = 0.0005;

/** Euclid's greatest common divisor of two times. */
function commonStep(a: number, b: number): number {
  while (b > NOTHING) [a, b] = [b, Math.abs(a - b * Math.round(a / b))];
  return a;
}

/** A number and a colour for each kernel of a work, in its bar, its timeline and its table: 1 takes the most time. */
export interface KernelKey { number: number; color: string }

/** Colours are custom properties of the style sheet; from the ninth kernel on all share one, and the number tells them apart. */
const COLORS = 8;

export function kernelKeys(rows: readonly KernelRow[]): ReadonlyMap<string, KernelKey> {
  return new Map(rows.map(({ kernel }, i) => [kernel, { number: i + 1, color: i < COLORS ? `m${i}` : 'm-rest' }]));
}
