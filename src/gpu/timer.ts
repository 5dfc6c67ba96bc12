/** Times dispatches one by one with timestamp queries, each in a pass of its own; knows no kernel and no model. */
import type { KernelSpan } from '../types';
import { readBuffer, type Gpu } from './device';

/** Spans of one query set, which holds 4,096 marks. */
const ROOM = 2048;

/** Recorded spans and their marks. One timer times one piece of work. */
export class Timer {
  #gpu: Gpu;
  #room: number;
  #sets: GPUQuerySet[] = [];
  #spans: Omit<KernelSpan, 'startMs' | 'ms'>[] = [];

  /** The device must have 'timestamp-query'. `room`: spans of a query set; more of them are made as they are needed. */
  constructor(gpu: Gpu, room = ROOM) {
    this.#gpu = gpu;
    this.#room = room;
  }

  /** Records a dispatch, or several that count as one, in a pass between two marks. */
  record(encoder: GPUCommandEncoder, kernel: string, work: { flops: number; bytes: number }, dispatch: (pass: GPUComputePassEncoder) => void): void {
    const index = this.#spans.length, at = 2 * (index % this.#room);
    if (at === 0) this.#sets.push(this.#gpu.device.createQuerySet({ label: 'timer', type: 'timestamp', count: 2 * this.#room }));
    this.#spans.push({ kernel, ...work });
    const pass = encoder.beginComputePass({ label: kernel, timestampWrites: { querySet: this.#sets.at(-1)!, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 } });
    dispatch(pass);
    pass.end();
  }

  /** Reads the marks once all of the work is submitted, and frees the timer. */
  async spans(): Promise<KernelSpan[]> {
    const { device, memory } = this.#gpu;
    if (this.#spans.length === 0) return [];
    // Results begin at multiples of 256 bytes: 32 marks.
    const stride = Math.ceil(2 * this.#room / 32) * 32;
    const resolved = memory.buffer('readback', 'timer marks', this.#sets.length * stride * 8, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
    try {
      const encoder = device.createCommandEncoder();
      this.#sets.forEach((set, i) => { encoder.resolveQuerySet(set, 0, 2 * Math.min(this.#room, this.#spans.length - i * this.#room), resolved, i * stride * 8); });
      device.queue.submit([encoder.finish()]);
      const marks = new BigUint64Array(await readBuffer(this.#gpu, resolved));
      const first = marks[0]!;
      const since = (index: number, edge: 0 | 1): number => Number(marks[Math.floor(index / this.#room) * stride + 2 * (index % this.#room) + edge]! - first) / 1e6;
      // A clock that was set back between two marks gives nothing rather than a negative time.
      return this.#spans.map((span, i) => ({ ...span, startMs: since(i, 0), ms: Math.max(0, since(i, 1) - since(i, 0)) }));
    } finally {
      memory.release(resolved);
      this.free();
    }
  }

  /** For work that did not come to its end. */
  free(): void {
    for (const set of this.#sets) set.destroy();
    this.#sets = [];
  }
}
