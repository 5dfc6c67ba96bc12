/** Medians, spreads, ratios, and rounds that take turns: knows numbers and functions that take time, nothing of what they do. */

/** The middle value; the mean of the two middle ones of an even count. NaN of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** (largest - smallest) / median: the whole range, so that no outlier is hidden. NaN of nothing. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** Peer's time over ours: above 1 the peer is slower. */
export function ratio(peer: number, ours: number): number {
  return peer / ours;
}

/** Whoever takes part: does its work `repeats` times, and resolves when the results are there. */
export interface Contestant {
  peer: string;
  run(repeats: number): Promise<void>;
}

export interface Rounds {
  rounds: number;
  repeats: number;
  /** Milliseconds; performance.now where it is not a test. */
  now(): number;
  tell?(done: number): void;
}

/**
 * Milliseconds of one repeat, per contestant and round. Every contestant has one turn a round, and the order turns round from one
 * round to the next, so that warming up, throttling and the neighbour's leftovers fall on all alike. A contestant that throws is
 * taken out and its error kept; the others go on.
 */
export async function takeTurns(contestants: readonly Contestant[], at: Rounds): Promise<{ times: Map<string, number[]>; errors: Map<string, unknown> }> {
  const times = new Map<string, number[]>(contestants.map(({ peer }) => [peer, []]));
  const errors = new Map<string, unknown>();
  for (let round = 0; round < at.rounds; round++) {
    for (const contestant of round % 2 ? [...contestants].reverse() : contestants) {
      if (errors.has(contestant.peer)) continue;
      const started = at.now();
      try {
        await contestant.run(at.repeats);
        times.get(contestant.peer)!.push((at.now() - started) / at.repeats);
      } catch (error) {
        errors.set(contestant.peer, error);
        times.delete(contestant.peer);
      }
    }
    at.tell?.(round + 1);
  }
  return { times, errors };
}

/** Repeats that make a round of the fastest contestant last `wanted` ms: a clock tick and a wait must not be what is measured. */
export function repeatsFor(fastest: number, wanted: number, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(wanted / Math.max(fastest, 1e-3))));
}
