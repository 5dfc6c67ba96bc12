/** Keeps what a piece of work cost: its kernels by timestamp queries when asked, its clock and the processor's time always. Knows no model. */
import type { WorkProfile } from '../types';
import type { Gpu } from './device';
import { Timer } from './timer';

type WorkName = WorkProfile['work'];

export class Profiler {
  /** The newest profile of each kind of work. */
  readonly works = new Map<WorkName, WorkProfile>();
  #gpu: Gpu;
  #armed = new Set<WorkName>();
  /** Clock and processor, each a unit, of the last time that the work was not timed kernel by kernel, which slows it down. */
  #plain = new Map<WorkName, { wallMs: number; cpuMs: number }>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** The next piece of each kind of work is timed kernel by kernel. */
  arm(): void {
    this.#armed = new Set(['train', 'decode']);
  }

  /** Runs `work`, which submits through the pacer and resolves when the GPU has done it. Its time grows with `units`: tokens of a batch, steps of a block. */
  async around<T>(name: WorkName, tokens: number, units: number, work: () => Promise<T>): Promise<T> {
    if (units === 0) return work();
    const { device, pacer } = this.#gpu;
    const timed = this.#armed.delete(name);
    const timer = timed && device.features.has('timestamp-query') ? new Timer(this.#gpu) : null;
    if (timer) {
      // Nothing else may be under way: its kernels would run between the marks.
      await device.queue.onSubmittedWorkDone();
      pacer.timer = timer;
    }
    const began = performance.now(), cpu = pacer.seen.cpu;
    let result: T;
    try {
      result = await work();
    } catch (error) {
      timer?.free();
      throw error;
    } finally {
      if (timer) pacer.timer = null;
    }
    const own = { wallMs: performance.now() - began, cpuMs: pacer.seen.cpu - cpu };
    if (!timer) this.#plain.set(name, { wallMs: own.wallMs / units, cpuMs: own.cpuMs / units });
    if (timed) {
      const plain = timer && this.#plain.get(name);
      this.works.set(name, { work: name, spans: timer ? await timer.spans() : [], ...(plain ? { wallMs: plain.wallMs * units, cpuMs: plain.cpuMs * units } : own), tokens });
    }
    return result;
  }
}
