/** Minimum-cost assignment on a dense matrix; knows numbers only. */

/**
 * Row -> column of the cheapest assignment of every row, for rows <= columns; `cost` is rows x columns, row-major, finite. Shortest
 * augmenting paths with dual prices (Jonker & Volgenant 1987, in the rectangular form of Crouse 2016): O(rows^2 columns).
 * Throws RangeError when rows > columns.
 */
export function assign(cost: Float64Array, rows: number, columns: number): Int32Array {
  if (rows > columns) throw new RangeError(`assign: ${rows} rows do not fit ${columns} columns; transpose the matrix.`);
  const rowOf = new Int32Array(columns).fill(-1), columnOf = new Int32Array(rows).fill(-1);
  const u = new Float64Array(rows), v = new Float64Array(columns);
  const distance = new Float64Array(columns), via = new Int32Array(columns), open = new Int32Array(columns);
  // Row minima as first prices: most rows then have a free column at reduced cost 0 and need no search.
  for (let i = 0; i < rows; i++) {
    let least = Infinity, at = -1;
    for (let j = 0, k = i * columns; j < columns; j++, k++) {
      const c = cost[k]!;
      if (c < least || (c === least && rowOf[at]! >= 0 && rowOf[j]! < 0)) { least = c; at = j; }
    }
    u[i] = least;
    if (at >= 0 && rowOf[at]! < 0) { rowOf[at] = i; columnOf[i] = at; }
  }
  for (let start = 0; start < rows; start++) {
    if (columnOf[start]! >= 0) continue;
    distance.fill(Infinity);
    for (let j = 0; j < columns; j++) open[j] = j;
    // open[0..remaining) are columns not yet reached; reached ones are kept behind them, the latest first.
    let remaining = columns, row = start, shortest = 0, sink = -1;
    while (sink < 0) {
      let least = Infinity, at = -1;
      const base = row * columns, price = u[row]!;
      for (let k = 0; k < remaining; k++) {
        const j = open[k]!, through = shortest + cost[base + j]! - price - v[j]!;
        if (through < distance[j]!) { distance[j] = through; via[j] = row; }
        const d = distance[j]!;
        // Among equals a free column ends the search.
        if (d < least || (d === least && rowOf[j]! < 0 && rowOf[open[at]!]! >= 0)) { least = d; at = k; }
      }
      shortest = least;
      const j = open[at]!;
      remaining--;
      open[at] = open[remaining]!;
      open[remaining] = j;
      if (rowOf[j]! < 0) sink = j; else row = rowOf[j]!;
    }
    u[start]! += shortest;
    for (let k = remaining; k < columns; k++) {
      const j = open[k]!, gain = shortest - distance[j]!;
      if (j === sink) continue;
      u[rowOf[j]!]! += gain;
      v[j]! -= gain;
    }
    for (let j = sink; ;) {
      const i = via[j]!, before = columnOf[i]!;
      rowOf[j] = i;
      columnOf[i] = j;
      if (i === start) break;
      j = before;
    }
  }
  return columnOf;
}
