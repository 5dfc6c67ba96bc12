/** Protocol buffers, as much as an ONNX file takes: knows wire types and lengths, no field's meaning. */

/** Bytes in pieces: weights are taken in by reference and copied once, when the whole is joined. */
export type Piece = Uint8Array | Piece[];

export function byteLength(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.byteLength : piece.reduce((sum, part) => sum + byteLength(part), 0);
}

export function join(piece: Piece): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(byteLength(piece));
  let at = 0;
  const place = (part: Piece): void => {
    if (part instanceof Uint8Array) {
      out.set(part, at);
      at += part.byteLength;
    } else for (const inner of part) place(inner);
  };
  place(piece);
  return out;
}

/** Base 128, least significant group first; a negative number as its 64-bit two's complement, ten bytes long. */
export function varint(value: number | bigint): Uint8Array {
  let left = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const group = Number(left & 127n);
    left >>= 7n;
    bytes.push(left > 0n ? group | 128 : group);
  } while (left > 0n);
  return Uint8Array.from(bytes);
}

export const integer = (field: number, value: number | bigint): Piece => [varint(field * 8), varint(value)];
/** 32 bits, little-endian. */
export const float = (field: number, value: number): Piece => [varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)];
/** A message, bytes, or packed numbers: whatever carries its length. */
export const block = (field: number, content: Piece): Piece => [varint(field * 8 + 2), varint(byteLength(content)), content];
export const text = (field: number, value: string): Piece => block(field, new TextEncoder().encode(value));
