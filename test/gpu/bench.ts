/** A workbench for kernel tests: puts arrays on the device, runs a plan once, reads back; knows no op. */
import { expect } from 'vitest';
import { check, openGpu, readBuffer, type Gpu } from '../../src/gpu/device';
import { Plan, view, type View } from '../../src/gpu/plan';
import { relativeError } from '../reference/finite_difference';

/** What an output buffer holds before a kernel runs: an untouched element is recognised, and `+=` starts from it. */
export const BEFORE = 0.25;

/** Numbers of rows: one, one under, at and over the workgroup size of 64, and a prime past two workgroups. */
export const ROWS = [1, 63, 64, 65, 131];

export class Bench {
  readonly gpu: Gpu;

  constructor(gpu: Gpu) {
    this.gpu = gpu;
  }

  static async open(): Promise<Bench> {
    return new Bench(await openGpu(navigator.gpu));
  }

  /** Storage of the given floats. */
  f32(data: ArrayLike<number>): View {
    return this.#buffer(Float32Array.from(data), GPUBufferUsage.STORAGE);
  }

  /** Storage of n floats, all BEFORE. */
  out(n: number): View {
    return this.f32(new Float32Array(n).fill(BEFORE));
  }

  u32(data: ArrayLike<number>): View {
    return this.#buffer(Uint32Array.from(data), GPUBufferUsage.STORAGE);
  }

  uniform(bytes: ArrayBuffer): View {
    return this.#buffer(new Uint8Array(bytes), GPUBufferUsage.UNIFORM | GPUBufferUsage.STORAGE);
  }

  /** `struct Live`: rows filled, distinct ids. */
  live(rows: number, unique = 0): View {
    return this.uniform(Uint32Array.of(rows, unique, 0, 0).buffer);
  }

  /** Puts floats at the beginning of a buffer. */
  write(at: View, data: ArrayLike<number>): void {
    this.gpu.device.queue.writeBuffer(at.buffer, at.offset, Float32Array.from(data));
  }

  async run(build: (plan: Plan) => void): Promise<void> {
    const plan = new Plan(this.gpu, 'test');
    build(plan);
    await plan.build();
    const encoder = this.gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    plan.encode(pass);
    pass.end();
    this.gpu.device.queue.submit([encoder.finish()]);
    await this.gpu.device.queue.onSubmittedWorkDone();
    check(this.gpu);
  }

  async read(at: View): Promise<Float32Array> {
    return new Float32Array(await readBuffer(this.gpu, at.buffer, at.offset, at.size));
  }

  async readU32(at: View): Promise<Uint32Array> {
    return new Uint32Array(await readBuffer(this.gpu, at.buffer, at.offset, at.size));
  }

  close(): void {
    this.gpu.device.destroy();
  }

  #buffer(data: Float32Array | Uint32Array | Uint8Array, usage: number): View {
    const size = Math.max(16, Math.ceil(data.byteLength / 4) * 4);
    const buffer = this.gpu.device.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
    this.gpu.device.queue.writeBuffer(buffer, 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    return view(buffer, 0, data.byteLength);
  }
}

/** f64 numbers that f32 holds exactly, so that kernel and reference start from the same values. */
export function singles(n: number, normal: () => number, scale = 1): Float64Array {
  return new Float64Array(n).map(() => Math.fround(scale * normal()));
}

/** Asserts that the head of `got` equals the reference (to `tolerance` of its largest element) and that the rest was never written. */
export function expectWritten(got: Float32Array, want: Float64Array, tolerance: number): void {
  expect(relativeError(got.subarray(0, want.length), want)).toBeLessThan(tolerance);
  expect(got.subarray(want.length).every((x) => x === BEFORE)).toBe(true);
}

/** As expectWritten, for a kernel that adds to what was there. */
export function expectAdded(got: Float32Array, want: Float64Array, tolerance: number): void {
  expectWritten(got, want.map((x) => x + BEFORE), tolerance);
}

/** Cuts `rows` into segments of at most `longest` and gives the token table (id, position, segment start, segment end) per row. */
export function segments(rows: number, longest: number, vocabulary: number): { table: Uint32Array; ids: number[]; offsets: number[]; start: number[]; positions: number[] } {
  const offsets = [0];
  // Lengths vary and include 1.
  for (let length = 1; offsets[offsets.length - 1] < rows; length = (length * 7 + 3) % longest + 1) offsets.push(Math.min(rows, offsets[offsets.length - 1] + length));
  const ids = Array.from({ length: rows }, (_, r) => (r * r * 5 + 3 * r + 1) % vocabulary), table = new Uint32Array(rows * 4);
  const start: number[] = [], positions: number[] = [];
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let r = offsets[s]; r < offsets[s + 1]; r++) {
      start.push(offsets[s]);
      positions.push(r - offsets[s]);
      table.set([ids[r], r - offsets[s], offsets[s], offsets[s + 1]], r * 4);
    }
  }
  return { table, ids, offsets, start, positions };
}

/** Columns first .. first + count of rows of `width`. */
export function columns(data: ArrayLike<number>, width: number, first: number, count: number): Float64Array {
  const rows = data.length / width, out = new Float64Array(rows * count);
  for (let r = 0; r < rows; r++) for (let c = 0; c < count; c++) out[r * count + c] = data[r * width + first + c];
  return out;
}

/** Rows of several blocks laid side by side: the inverse of `columns`. */
export function sideBySide(rows: number, ...blocks: Float64Array[]): Float64Array {
  const width = blocks.reduce((n, b) => n + b.length / rows, 0), out = new Float64Array(rows * width);
  let first = 0;
  for (const block of blocks) {
    const count = block.length / rows;
    for (let r = 0; r < rows; r++) out.set(block.subarray(r * count, (r + 1) * count), r * width + first);
    first += count;
  }
  return out;
}
