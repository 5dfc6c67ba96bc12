/** How a run is told from others wherever it is drawn: a colour, and a dash for whoever does not see colours. Knows no chart. */

const COLORS = 8;
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

export interface Look { color: string; dash: number[] }

/** Of the n-th run: 32 looks, and neighbours differ in both. */
export function lookOf(index: number): Look {
  const n = Math.max(0, index);
  return { color: `run-${n % COLORS}`, dash: [...DASHES[(n + Math.floor(n / COLORS)) % DASHES.length]!] };
}

/** By age, the oldest first: a new run changes nobody's look. */
export function looksOf(runs: readonly { id: string; createdAt: number }[]): Map<string, Look> {
  return new Map(runs.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)).map(({ id }, i) => [id, lookOf(i)]));
}
