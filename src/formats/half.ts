/** Knows the bit layouts of IEEE binary16 and bfloat16 and their exact conversion to and from float32; knows no file format. */

const floatBits = new Float32Array(1);
const wordBits = new Uint32Array(floatBits.buffer);

/** Largest finite binary16. */
export const MAX_F16 = 65504;

/**
 * Bits of the binary16 nearest to `value` (as float32), ties to even; overflow gives infinity, NaN a quiet NaN.
 * IEEE 754-2019, 4.3.1 (roundTiesToEven).
 */
export function f32ToF16Bits(value: number): number {
  floatBits[0] = value;
  const bits = wordBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 = 0x477ff000 is the midpoint above 65504; it ties to the even neighbour, which is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent (127 -> 15), then drop 13 bits; adding 0xfff plus the kept low bit is ties-to-even.
    const rebiased = magnitude - 0x38000000;
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  // Subnormal: 24-bit significand shifted to units of 2^-24.
  const exponent = magnitude >>> 23;
  const shift = 126 - exponent;
  if (shift > 24) return sign; // below half of the smallest step, 2^-25
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const kept = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}

let table: Float32Array | undefined;

/** All 65,536 binary16 values by their bits: decoding is then a lookup. */
function f16Table(): Float32Array {
  if (table) return table;
  table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const exponent = (bits >>> 10) & 31;
    const fraction = bits & 1023;
    const magnitude = exponent === 0 ? fraction * 2 ** -24
      : exponent === 31 ? (fraction ? NaN : Infinity)
      : (1 + fraction / 1024) * 2 ** (exponent - 15);
    table[bits] = bits & 0x8000 ? -magnitude : magnitude;
  }
  return table;
}

/** Decodes binary16 words; `out` has the same length. */
export function decodeF16(words: Uint16Array, out: Float32Array): void {
  const values = f16Table();
  for (let i = 0; i < words.length; i++) out[i] = values[words[i]!]!;
}

/** Decodes bfloat16 words: the upper half of a float32. */
export function decodeBF16(words: Uint16Array, out: Float32Array): void {
  const target = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < words.length; i++) target[i] = words[i]! << 16;
}
