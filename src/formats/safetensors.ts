/**
 * Knows the safetensors container (8-byte length, JSON header, tensor bytes) and distrusts every number in it; does not know
 * which tensors a model should have. All platforms with WebGPU are little-endian, as the format is, so bytes are viewed as they lie.
 */
import { labError, type NamedTensor } from '../types';
import { decodeBF16, decodeF16, f32ToF16Bits, MAX_F16 } from './half';
import { parseStrictJson } from './strict_json';

/** Bytes of one element, by the format's names; of these, F32, F16 and BF16 can be read as weights. */
const ELEMENT_BYTES: Record<string, number> = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 };
const FLOAT_TYPES = ['F32', 'F16', 'BF16'];

export interface SafetensorsLimits {
  /** Bytes of the JSON header; default 1 MiB. Published models with many tensors may need up to 16 MiB. */
  maxHeaderBytes?: number;
  /** Default 4,096. */
  maxTensors?: number;
}

/** One entry of the header; `begin` and `end` are byte offsets from the end of the header. */
export interface TensorEntry { name: string; dtype: string; shape: number[]; begin: number; end: number }

export interface SafetensorsHeader {
  /** In file order. */
  entries: TensorEntry[];
  metadata: Record<string, string>;
  /** Where the tensor bytes begin in the file. */
  dataStart: number;
}

function refuse(reason: string): Error {
  return labError('BadModel', `The safetensors file was refused: ${reason}. No weights were loaded. Check that the file is whole (a broken download is the usual cause) and try again.`);
}

const quoted = (name: string) => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);

/**
 * Reads and checks the header alone: no tensor is allocated, so names and shapes can be held against a config first.
 * Rules (those of the reference reader, tightened): header length below the limit and inside the file, no repeated key, known
 * dtype, rank <= 8, name <= 256 characters, shape x element size = byte range, ranges contiguous from 0 to the end of the file.
 * Throws BadModel.
 */
export function readSafetensorsHeader(file: Uint8Array, limits: SafetensorsLimits = {}): SafetensorsHeader {
  const { maxHeaderBytes = 1 << 20, maxTensors = 4096 } = limits;
  if (file.length < 10) throw refuse(`it has ${file.length} bytes, too few for a header`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) throw refuse(`its header claims ${length} bytes, the limit is ${maxHeaderBytes}`);
  const headerBytes = Number(length);
  if (headerBytes > file.length - 8) throw refuse(`its header claims ${headerBytes} bytes, the file has ${file.length}`);
  if (file[8] !== 0x7b) throw refuse('its header does not start with {');
  const header = parseStrictJson(file.subarray(8, 8 + headerBytes), { maxBytes: maxHeaderBytes, maxDepth: 4, what: 'The safetensors header' });

  const metadata = Object.create(null) as Record<string, string>;
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('its metadata is not an object');
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== 'string') throw refuse(`its metadata ${quoted(key)} is not text`);
        metadata[key] = text;
      }
    } else {
      if (entries.length === maxTensors) throw refuse(`it has more than ${maxTensors} tensors`);
      entries.push(readEntry(name, value));
    }
  }

  // The empty tensor at an offset goes before the full one that starts there.
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const dataStart = 8 + headerBytes;
  let next = 0;
  for (const entry of entries) {
    if (entry.begin !== next) throw refuse(`tensor ${quoted(entry.name)} starts at byte ${entry.begin} where ${next} was expected`);
    next = entry.end;
  }
  if (next !== file.length - dataStart) throw refuse(`its tensors end at byte ${next}, its data at ${file.length - dataStart}`);
  return { entries, metadata, dataStart };
}

function readEntry(name: string, value: unknown): TensorEntry {
  const at = `tensor ${quoted(name)}`;
  if (name.length === 0 || name.length > 256) throw refuse(`${at} has a name of ${name.length} characters (1 to 256 are allowed)`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(`${at} is not an object`);
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (key !== 'dtype' && key !== 'shape' && key !== 'data_offsets') throw refuse(`${at} has the unknown field ${quoted(key)}`);
  }
  const { dtype, shape, data_offsets: offsets } = fields;
  const elementBytes = typeof dtype === 'string' && Object.hasOwn(ELEMENT_BYTES, dtype) ? ELEMENT_BYTES[dtype] : undefined;
  if (typeof dtype !== 'string' || elementBytes === undefined) throw refuse(`${at} has the unknown type ${String(dtype).slice(0, 20)}`);
  if (!isSizes(shape) || shape.length > 8) throw refuse(`${at} has a shape that is not a list of at most 8 sizes`);
  if (!isSizes(offsets) || offsets.length !== 2) throw refuse(`${at} has offsets that are not two byte positions`);
  let bytes = elementBytes;
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) throw refuse(`${at} has the shape [${shape}], which overflows`);
  }
  const [begin, end] = offsets as [number, number];
  if (end - begin !== bytes) throw refuse(`${at} of shape [${shape}] and type ${dtype} needs ${bytes} bytes, its range has ${end - begin}`);
  return { name, dtype, shape: [...shape], begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(size => Number.isSafeInteger(size) && (size as number) >= 0 && !Object.is(size, -0));
}

/**
 * Decodes one tensor to float32, row-major, in memory of its own (so it can be transferred).
 * Throws BadModel for a type that is not F32, F16 or BF16 and for any NaN or infinity.
 */
export function readTensor(file: Uint8Array, header: SafetensorsHeader, entry: TensorEntry): NamedTensor {
  if (!FLOAT_TYPES.includes(entry.dtype)) {
    throw refuse(`tensor ${quoted(entry.name)} has the type ${entry.dtype}; weights must be F32, F16 or BF16 (quantised models are not read)`);
  }
  // A copy is aligned whatever the header's length was. Not slice(): on Node's Buffer that is a view.
  const bytes = new Uint8Array(entry.end - entry.begin);
  bytes.set(file.subarray(header.dataStart + entry.begin, header.dataStart + entry.end));
  let data: Float32Array;
  if (entry.dtype === 'F32') data = new Float32Array(bytes.buffer);
  else {
    const words = new Uint16Array(bytes.buffer);
    data = new Float32Array(words.length);
    if (entry.dtype === 'F16') decodeF16(words, data);
    else decodeBF16(words, data);
  }
  const bad = firstNonFinite(data);
  if (bad >= 0) throw refuse(`tensor ${quoted(entry.name)} holds ${data[bad]} at element ${bad}`);
  return { name: entry.name, shape: [...entry.shape], data };
}

/** Index of the first NaN or infinity, -1 when all are finite. */
export function firstNonFinite(data: Float32Array): number {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i < words.length; i++) if ((words[i]! & 0x7f800000) === 0x7f800000) return i;
  return -1;
}

/** Header and every tensor, in file order. For a model folder, check the header against the config first: model_folder.ts. */
export function readSafetensors(file: Uint8Array, limits: SafetensorsLimits = {}): { tensors: NamedTensor[]; metadata: Record<string, string> } {
  const header = readSafetensorsHeader(file, limits);
  return { tensors: header.entries.map(entry => readTensor(file, header, entry)), metadata: header.metadata };
}

/**
 * Writes tensors one after the other in the order given, as F32 or F16 (round to nearest even). The header is padded with
 * spaces to a multiple of 8 bytes, so readers may view the data in place.
 * Throws BadModel for repeated names, shapes that do not fit the data, non-finite values and values beyond F16's 65,504.
 */
export function writeSafetensors(tensors: readonly NamedTensor[], dtype: 'F32' | 'F16', metadata: Record<string, string> = {}): Uint8Array {
  const problem = (reason: string) => labError('BadModel', `The model was not written: ${reason}. The model in the tab is unchanged.`);
  const elementBytes = dtype === 'F32' ? 4 : 2;
  const fields: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) fields.push(['__metadata__', metadata]);
  const seen = new Set(['__metadata__']);
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    if (seen.has(name) || name.length === 0 || name.length > 256) throw problem(`the tensor name ${quoted(name)} is repeated, reserved, empty or too long`);
    seen.add(name);
    if (shape.reduce((product, size) => product * size, 1) !== data.length) throw problem(`tensor ${quoted(name)} has ${data.length} elements for the shape [${shape}]`);
    const bad = firstNonFinite(data);
    if (bad >= 0) throw problem(`tensor ${quoted(name)} holds ${data[bad]} at element ${bad}`);
    fields.push([name, { dtype, shape, data_offsets: [offset, offset + data.length * elementBytes] }]);
    offset += data.length * elementBytes;
  }
  // Object.fromEntries would move integer-like names to the front; the pieces are joined by hand so file order is call order.
  const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(text, 8);
  let at = 8 + headerBytes;
  for (const { name, data } of tensors) {
    if (dtype === 'F32') file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    else {
      const words = new Uint16Array(file.buffer, at, data.length);
      for (let i = 0; i < data.length; i++) {
        words[i] = f32ToF16Bits(data[i]!);
        if ((words[i]! & 0x7fff) === 0x7c00) throw problem(`tensor ${quoted(name)} holds ${data[i]}, beyond F16's ${MAX_F16}: export it as F32`);
      }
    }
    at += data.length * elementBytes;
  }
  return file;
}
