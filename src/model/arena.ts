/** The numbers of one role (weights, gradients, a moment) on the device, in as many buffers as its limits ask for. Knows where blocks lie, not what they mean. */
import { readBuffer, type Gpu } from '../gpu/device';
import type { Purpose } from '../gpu/memory';
import type { Half } from '../gpu/ops/half';
import { view, type View } from '../gpu/plan';
import type { Block, Shard } from './params';

/** Where the blocks of a layout can be looked up. */
export interface Blocks {
  view(block: Block): View;
  /** The same matrix at half precision, where products are to read it so. */
  half?(block: Block): Half;
}

/** Arenas of one layout have their shards at the same places. */
export class Arena implements Blocks {
  readonly shards: readonly (Shard & { buffer: GPUBuffer })[];
  #gpu: Gpu;

  constructor(gpu: Gpu, purpose: Purpose, label: string, shards: readonly Shard[]) {
    this.#gpu = gpu;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.shards = shards.map(shard => ({ ...shard, buffer: gpu.memory.buffer(purpose, label, shard.length * 4, usage) }));
  }

  view({ offset, size }: Block): View {
    const shard = this.shards.find(({ start, length }) => offset >= start && offset + size <= start + length);
    if (!shard) throw new Error(`Floats ${offset} to ${offset + size} lie in no shard whole.`);
    return view(shard.buffer, (offset - shard.start) * 4, size * 4);
  }

  /** Every shard whole, in order. */
  views(): View[] {
    return this.shards.map(({ buffer, length }) => view(buffer, 0, length * 4));
  }

  write(data: Float32Array): void {
    for (const { buffer, start, length } of this.shards) this.#gpu.device.queue.writeBuffer(buffer, 0, data.subarray(start, start + length) as Float32Array<ArrayBuffer>);
  }

  async read(): Promise<Float32Array> {
    if (this.shards.length === 1) return new Float32Array(await readBuffer(this.#gpu, this.shards[0]!.buffer));
    const data = new Float32Array(this.shards.reduce((sum, { length }) => sum + length, 0));
    // All copies are submitted before the first is awaited: one moment, whatever else is submitted meanwhile.
    const parts = await Promise.all(this.shards.map(({ buffer }) => readBuffer(this.#gpu, buffer)));
    parts.forEach((part, i) => { data.set(new Float32Array(part), this.shards[i]!.start); });
    return data;
  }

  clear(encoder: GPUCommandEncoder): void {
    for (const { buffer } of this.shards) encoder.clearBuffer(buffer);
  }

  /** Takes the numbers of an arena of the same layout. */
  copyFrom(other: Arena, encoder: GPUCommandEncoder): void {
    this.shards.forEach(({ buffer, length }, i) => { encoder.copyBufferToBuffer(other.shards[i]!.buffer, 0, buffer, 0, length * 4); });
  }

  release(): void {
    for (const { buffer } of this.shards) this.#gpu.memory.release(buffer);
  }
}
