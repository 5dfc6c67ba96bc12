/** Times dispatches one by one with timestamp queries, each in a pass of its own; knows no kernel and no model. */
import type { KernelSpan } from '../types';
import { readBuffer, type Gpu } from './device';

/** Dispatches that one timer has room for: a query set holds 4,096 marks, two a dispatch. */
const ROOM = 2048;

/** Recorded dispatches and their marks. One timer times one piece of work. */
export class Timer {
  /** Dispatches past the room, which ran untimed. */
  dropped = 0;
  #gpu: Gpu;
  #queries: GPUQuerySet;
  #spans: Omit<KernelSpan, 'startMs' | 'ms'>[] = [];

  /** The device must have 'timestamp-query'. */
  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#queries = gpu.device.createQuerySet({ label: 'timer', type: 'timestamp', count: 2 * ROOM });
  }

  /** Records one dispatch in a pass between two marks. */
  record(encoder: GPUCommandEncoder, kernel: string, work: { flops: number; bytes: number }, dispatch: (pass: GPUComputePassEncoder) => void): void {
    const at = 2 * this.#spans.length;
    const timed = at < 2 * ROOM;
    if (timed) this.#spans.push({ kernel, ...work });
    else this.dropped++;
    const pass = encoder.beginComputePass(timed ? { label: kernel, timestampWrites: { querySet: this.#queries, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 } } : { label: kernel });
    dispatch(pass);
    pass.end();
  }

  /** Reads the marks once all of the work is submitted, and frees the timer. */
  async spans(): Promise<KernelSpan[]> {
    const { device } = this.#gpu;
    const count = 2 * this.#spans.length;
    if (count === 0) {
      this.#queries.destroy();
      return [];
    }
    const resolved = device.createBuffer({ label: 'timer marks', size: count * 8, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
    try {
      const encoder = device.createCommandEncoder();
      encoder.resolveQuerySet(this.#queries, 0, count, resolved, 0);
      device.queue.submit([encoder.finish()]);
      const marks = new BigUint64Array(await readBuffer(this.#gpu, resolved));
      const first = marks[0]!;
      const since = (mark: bigint): number => Number(mark - first) / 1e6;
      // A clock that was set back between two marks gives nothing rather than a negative time.
      return this.#spans.map((span, i) => ({ ...span, startMs: since(marks[2 * i]!), ms: Math.max(0, since(marks[2 * i + 1]!) - since(marks[2 * i]!)) }));
    } finally {
      resolved.destroy();
      this.#queries.destroy();
    }
  }
}
