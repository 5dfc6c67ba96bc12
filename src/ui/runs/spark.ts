/** A curve as the points of a tiny picture; knows no run. */

/** Points of a polyline in a box, the newest at the right; long curves are thinned to means. '' for fewer than two values. */
export function sparkPoints(values: readonly number[], width: number, height: number, most = 40): string {
  if (values.length < 2) return '';
  const size = Math.ceil(values.length / most), means: number[] = [];
  for (let at = 0; at < values.length; at += size) {
    const part = values.slice(at, at + size);
    means.push(part.reduce((sum, one) => sum + one, 0) / part.length);
  }
  if (means.length < 2) means.unshift(means[0]!);
  const low = Math.min(...means), span = Math.max(...means) - low;
  return means.map((mean, i) => `${(i / (means.length - 1) * width).toFixed(1)},${(span === 0 ? height / 2 : height - (mean - low) / span * height).toFixed(1)}`).join(' ');
}
