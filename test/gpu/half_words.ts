/** Words of two halves on the processor, as WGSL's pack2x16float lays them; knows no kernel. */
import { decodeF16, f32ToF16Bits } from '../../src/formats/half';

/** The nearest half. */
export function half(x: number): number {
  return unpackHalves(packHalves([x, 0]))[0];
}

/** The first of two in the low bits. @param data an even number of numbers */
export function packHalves(data: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: data.length / 2 }, (_, i) => f32ToF16Bits(data[2 * i]) | f32ToF16Bits(data[2 * i + 1]) << 16);
}

export function unpackHalves(words: Uint32Array): Float64Array {
  const out = new Float32Array(words.length * 2);
  decodeF16(Uint16Array.from(out, (_, i) => words[i >> 1] >>> 16 * (i % 2)), out);
  return Float64Array.from(out);
}
