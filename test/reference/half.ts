/** Half precision (IEEE 754 binary16) in f64: knows how a number is rounded to it and what its bits mean, nothing of kernels. */

/** The nearest half, ties to the even one; past the range infinity. */
export function halfOf(x: number): number {
  const size = Math.abs(x);
  if (!(size > 0)) return x;
  // 11 significant bits down to 2^-14, even steps below.
  const unit = 2 ** (Math.max(-14, Math.floor(Math.log2(size))) - 10), n = size / unit, down = Math.floor(n), rest = n - down;
  const nearest = unit * (rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down);
  return Math.sign(x) * (nearest > 65504 ? Infinity : nearest);
}

/** What sixteen bits mean as a half. */
export function halfFromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
