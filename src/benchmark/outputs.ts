/** Whether what came out of a sandbox is what a problem expects: both as JSON values, so 1.0 is 1 and the order of keys says nothing. */

/** Deep equality of JSON values; numbers may differ by `atol`. */
export function sameValue(a: unknown, b: unknown, atol = 0): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= atol;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => sameValue(one, b[i], atol));
  const left = a as Record<string, unknown>, right = b as Record<string, unknown>, keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key], atol));
}

/** `text` is what the sandbox gave: JSON, or 'ERR' where the call gave nothing. */
export function outputIs(text: string | undefined, expected: unknown, atol = 0): boolean {
  if (text === undefined || text === 'ERR') return false;
  try {
    return sameValue(JSON.parse(text), expected, atol);
  } catch {
    return false;
  }
}
