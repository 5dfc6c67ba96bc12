/** Who can be measured on a software adapter in the time and memory that there are, and who waits for a GPU; knows sums, no engine. */

export interface Demand { peer: string; seconds: number; bytes: number }
export interface Limits { seconds: number; bytes: number }

/** A model's steps reach this share of a product's rate at least. */
const SHARE = 1 / 3;

/** Seconds for `flops` of a model at a peer's own rate of products. One without products of its own is taken to be as slow as the slowest. */
export function secondsFor(flops: number, peer: string, rates: Readonly<Record<string, number>>): number {
  const rate = rates[peer] ?? Math.min(...Object.values(rates));
  return Number.isFinite(rate) ? flops / (rate * SHARE) : 0;
}

/**
 * Why each peer that does not fit waits. Ours, the first, is measured when it fits alone; then the quickest of the others as long as time
 * and memory last. Without ours there is nothing to compare with, and all wait.
 */
export function waiting(demands: readonly Demand[], limits: Limits): Map<string, string> {
  const why = new Map<string, string>();
  const [ours, ...others] = demands;
  if (!ours) return why;
  const left = { ...limits };
  const takes = ({ seconds, bytes }: Demand): boolean => {
    if (seconds > left.seconds || bytes > left.bytes) return false;
    left.seconds -= seconds;
    left.bytes -= bytes;
    return true;
  };
  if (!takes(ours)) {
    for (const { peer } of demands) why.set(peer, waits(ours, limits));
    return why;
  }
  for (const demand of others.sort((a, b) => a.seconds - b.seconds)) if (!takes(demand)) why.set(demand.peer, waits(demand, limits, left));
  return why;
}

/** Says what is too much of; `left` is what the quicker ones have left of the limits. */
function waits({ seconds, bytes }: Demand, limits: Limits, left = limits): string {
  const minutes = (of: number): string => (of < 570 ? (of / 60).toFixed(1) : (of / 60).toFixed(0)), gibi = (of: number): string => (of / 2 ** 30).toFixed(1);
  const part = (text: string, show: (of: number) => string, limit: number, rest: number): string => `about ${text} (the limit is ${show(limit)}${rest < limit ? `, others take all but ${show(rest)} of it` : ''})`;
  const much = [
    ...(seconds > left.seconds ? [part(`${minutes(seconds)} minutes`, minutes, limits.seconds, left.seconds)] : []),
    ...(bytes > left.bytes ? [part(`${gibi(bytes)} GiB of the processor's memory`, gibi, limits.bytes, left.bytes)] : []),
  ];
  return `waits for a GPU: would take ${much.join(' and ')} on this software adapter`;
}
