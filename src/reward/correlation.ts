/** How far metrics agree: Pearson's and Spearman's correlation of columns of numbers; knows no metric and no pair of code. */

/** Pairs with fewer than this many values in common have no correlation: two points always lie on a line. */
const FEWEST = 3;

/**
 * Pearson's r, in [-1, 1]; NaN for fewer than 3 values or when either side does not vary. Both sides must be finite and of equal length.
 * Deviations are taken from the mean before they are multiplied: the one-pass form loses everything on values that hardly vary.
 */
export function pearson(x: readonly number[], y: readonly number[]): number {
  const n = x.length;
  if (n < FEWEST || y.length !== n) return NaN;
  const meanX = x.reduce((sum, value) => sum + value, 0) / n, meanY = y.reduce((sum, value) => sum + value, 0) / n;
  let xy = 0, xx = 0, yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX, dy = y[i]! - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  // Equal values leave rounding dust around their mean, which is no variation.
  const dust = (mean: number): number => n * (1e-12 * Math.max(1e-300, Math.abs(mean))) ** 2;
  if (xx <= dust(meanX) || yy <= dust(meanY)) return NaN;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const out = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let k = from; k < to; k++) out[order[k]!] = (from + 1 + to) / 2;
    from = to;
  }
  return out;
}

/** Spearman's rho: Pearson's r of the ranks, which is right with ties. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  return pearson(ranks(x), ranks(y));
}

export interface CorrelationMatrix {
  names: string[];
  /** `[i][j]` for names i and j; symmetrical, NaN where there is none. */
  pearson: number[][]; spearman: number[][];
  /** Rows in which both have a value. */
  n: number[][];
}

/**
 * Every column with every other over the rows in which both are finite. Columns are of equal length, with NaN where a row has no value.
 * @param columns values by name, in the order of the matrix
 */
export function correlationMatrix(columns: ReadonlyMap<string, readonly number[]>): CorrelationMatrix {
  const names = [...columns.keys()], data = names.map((name) => columns.get(name)!), whole = data.map((column) => column.every(Number.isFinite));
  // Ranks depend on the rows that a pair shares: only columns without gaps can keep theirs.
  const ranked = data.map((column, i) => (whole[i] ? ranks(column) : []));
  const square = (): number[][] => names.map(() => new Array<number>(names.length).fill(NaN));
  const matrix: CorrelationMatrix = { names, pearson: square(), spearman: square(), n: square() };
  for (let i = 0; i < names.length; i++) {
    for (let j = i; j < names.length; j++) {
      const both = whole[i]! && whole[j]! ? null : data[i]!.flatMap((value, row) => (Number.isFinite(value) && Number.isFinite(data[j]![row]!) ? [row] : []));
      const x = both ? both.map((row) => data[i]![row]!) : data[i]!, y = both ? both.map((row) => data[j]![row]!) : data[j]!;
      matrix.n[i]![j] = matrix.n[j]![i] = x.length;
      matrix.pearson[i]![j] = matrix.pearson[j]![i] = pearson(x, y);
      matrix.spearman[i]![j] = matrix.spearman[j]![i] = both ? spearman(x, y) : pearson(ranked[i]!, ranked[j]!);
    }
  }
  return matrix;
}
