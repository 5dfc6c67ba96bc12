/** Makes the buffers of the engine and counts their bytes by purpose; knows what they are for, not what lies in them. */
import { labError, type MemoryUse } from '../types';

export type Purpose = 'weights' | 'gradients' | 'moments' | 'frozen' | 'activations' | 'logits' | 'cache' | 'inputs' | 'readback' | 'tables' | 'parameters';

/** Most bytes of one binding and of one buffer, and of all buffers together where they are bounded. */
export interface Limits { binding: number; buffer: number; total?: number }

export class Memory {
  /** The device's own; a smaller pair makes everything that is planned after it split as on a smaller device. */
  limits: Limits;
  #device: GPUDevice;
  #live = new Map<GPUBuffer, Purpose>();
  #bytes = 0;
  #peak = 0;
  /** Buffers of which the device has not said yet whether there was room. */
  #asked = new Set<Promise<void>>();
  /** Buffers for which there was none: they exist by name only, until they are released. */
  #refused = new Set<GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
    this.limits = { binding: device.limits.maxStorageBufferBindingSize, buffer: device.limits.maxBufferSize };
  }

  buffer(purpose: Purpose, label: string, size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    if (size > this.limits.buffer) {
      throw labError('OutOfMemory', `The ${purpose} (${label}) need a buffer of ${size} bytes; this GPU allows ${this.limits.buffer}. Nothing was computed; choose a smaller model or shorter sequences.`);
    }
    const { total = Infinity } = this.limits;
    if (this.#bytes + size > total) throw this.#full(purpose, label, size);
    this.#device.pushErrorScope('out-of-memory');
    let buffer: GPUBuffer;
    try {
      buffer = this.#device.createBuffer({ label, size, usage });
    } catch {
      void this.#device.popErrorScope().catch(() => undefined);
      throw this.#full(purpose, label, size);
    }
    // A lost device tells its story elsewhere.
    const asked = this.#device.popErrorScope().then(error => { if (error && this.#live.has(buffer)) this.#refused.add(buffer); }, () => undefined);
    this.#asked.add(asked);
    void asked.then(() => { this.#asked.delete(asked); });
    this.#live.set(buffer, purpose);
    this.#bytes += size;
    this.#peak = Math.max(this.#peak, this.#bytes);
    return buffer;
  }

  /** Frees a buffer that was made here; once is enough, twice does no harm. */
  release(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#refused.delete(buffer);
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  /** Waits until the device has said of every buffer whether there was room for it. Nothing may be bound or written before. @throws OutOfMemory */
  async settle(): Promise<void> {
    await Promise.all(this.#asked);
    for (const buffer of this.#refused) throw this.#full(this.#live.get(buffer)!, buffer.label, buffer.size);
  }

  /** What is made at once, without waiting: when that fails half-way, the buffers made until then are freed. */
  whole<T>(make: () => T): T {
    const before = new Set(this.#live.keys());
    try {
      return make();
    } catch (error) {
      for (const buffer of [...this.#live.keys()]) if (!before.has(buffer)) this.release(buffer);
      throw error;
    }
  }

  /** Buffers held now. */
  get count(): number { return this.#live.size; }

  /** Bytes held now. */
  get bytes(): number { return this.#bytes; }

  /** The most bytes held at once so far. */
  get peak(): number { return this.#peak; }

  /** Bytes held now by purpose, in the order in which purposes came. */
  use(): MemoryUse[] {
    const bytes = new Map<Purpose, number>();
    for (const [buffer, purpose] of this.#live) bytes.set(purpose, (bytes.get(purpose) ?? 0) + buffer.size);
    return [...bytes].map(([purpose, count]) => ({ purpose, bytes: count }));
  }

  #full(purpose: Purpose, label: string, size: number): Error {
    return labError('OutOfMemory', `The GPU has no room for ${size} bytes more (${purpose}: ${label}) beside the ${this.#bytes} bytes that the engine holds. Choose a smaller model or shorter sequences, or close other pages that use the GPU.`);
  }
}
