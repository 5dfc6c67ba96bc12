/** Where a kernel stands under the roof that the adapter's two ceilings make, on logarithmic axes; knows rows and ceilings, no view. */
import type { KernelRow } from './kernel_rows';

/** Powers of ten at the ends of an axis. */
export interface Axis { low: number; high: number }

export interface Roofline {
  /** FLOP per byte, and FLOP per second. */
  x: Axis; y: Axis;
  /** Kernels with counts and time, the one that takes the most time last, so that it is drawn over the others. Places are 0 to 1, up and to the right. */
  points: { kernel: string; x: number; y: number; intensity: number; flopRate: number }[];
  /** The roof's corners: it rises with the bytes per second and is flat from the intensity on at which arithmetic ends it. */
  roof: { x: number; y: number }[];
}

/** Powers of ten that an axis of rates spans at most: a kernel far below is drawn at its foot. */
const MOST_DECADES = 5;

/** Null when no kernel can be placed. */
export function rooflineOf(rows: readonly KernelRow[], ceilings: { flops: number; bytes: number }): Roofline | null {
  const placed = rows.filter(row => row.flops > 0 && row.bytes > 0 && row.flopRate > 0);
  if (placed.length === 0) return null;
  const ridge = ceilings.flops / ceilings.bytes, intensities = [...placed.map(row => row.flops / row.bytes), ridge], rates = [...placed.map(row => row.flopRate), ceilings.flops];
  const x = axis(intensities), y = axis(rates);
  y.low = Math.max(y.low, y.high - MOST_DECADES);
  const right = (n: number): number => place(n, x), up = (n: number): number => place(n, y);
  // The slope enters at the left edge, or at the foot where it is below it there.
  const enters = Math.max(10 ** x.low, 10 ** y.low / ceilings.bytes);
  return {
    x, y,
    points: placed.toReversed().map(({ kernel, flops, bytes, flopRate }) => ({ kernel, x: right(flops / bytes), y: up(flopRate), intensity: flops / bytes, flopRate })),
    roof: [{ x: right(enters), y: up(enters * ceilings.bytes) }, { x: right(ridge), y: up(ceilings.flops) }, { x: 1, y: up(ceilings.flops) }],
  };
}

function axis(values: number[]): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9), high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return { low, high: Math.max(high, low + 1) };
}

const place = (n: number, { low, high }: Axis): number => Math.min(1, Math.max(0, (Math.log10(n) - low) / (high - low)));
