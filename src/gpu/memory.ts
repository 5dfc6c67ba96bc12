/** Makes the buffers of the engine and counts their bytes by purpose; knows what they are for, not what lies in them. */
import { labError, type MemoryUse } from '../types';

export type Purpose = 'weights' | 'gradients' | 'moments' | 'frozen' | 'activations' | 'logits' | 'cache' | 'inputs' | 'readback' | 'tables';

/** Most bytes of one binding and of one buffer. */
export interface Limits { binding: number; buffer: number }

export class Memory {
  /** The device's own; a smaller pair makes everything that is planned after it split as on a smaller device. */
  limits: Limits;
  #device: GPUDevice;
  #live = new Map<GPUBuffer, Purpose>();
  #bytes = 0;
  #peak = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.limits = { binding: device.limits.maxStorageBufferBindingSize, buffer: device.limits.maxBufferSize };
  }

  buffer(purpose: Purpose, label: string, size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    if (size > this.limits.buffer) {
      throw labError('OutOfMemory', `The ${purpose} (${label}) need a buffer of ${size} bytes; this GPU allows ${this.limits.buffer}. Nothing was computed; choose a smaller model or shorter sequences.`);
    }
    const buffer = this.#device.createBuffer({ label, size, usage });
    this.#live.set(buffer, purpose);
    this.#bytes += size;
    this.#peak = Math.max(this.#peak, this.#bytes);
    return buffer;
  }

  /** Frees a buffer that was made here; once is enough, twice does no harm. */
  release(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

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
}
