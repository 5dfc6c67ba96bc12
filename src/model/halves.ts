/** Half-precision copies for the products of training: of the weights for a whole step, of each activation right before it is multiplied. Knows no product. */
import type { Gpu } from '../gpu/device';
import { halfAll, halfRows, type Half } from '../gpu/ops/half';
import { view, type Plan, type View } from '../gpu/plan';
import type { Activation, Draft } from '../gpu/workspace';
import type { Arena } from './arena';
import type { Block, Shard } from './params';

/** WebGPU's alignment of bindings, in halves. */
const ALIGN = 128;

/** The matrices, which lie below `decayed`, and bytes of their copy in each shard. */
function matricesOf(shards: readonly Shard[], decayed: number): { start: number; length: number; bytes: number }[] {
  return shards.map(({ start, length }) => Math.max(0, Math.min(length, decayed - start))).map((length, i) => ({ start: shards[i]!.start, length, bytes: Math.ceil(length / 4) * 8 }))
    .filter(({ length }) => length > 0);
}

export function halvesBytes(shards: readonly Shard[], decayed: number): number {
  return matricesOf(shards, decayed).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Where a matrix that begins `from` numbers into its shard is found. */
export function halfView(buffer: View['buffer'], from: number, size: number): Half {
  const start = Math.floor(from / ALIGN) * ALIGN;
  return { buffer, offset: start * 2, size: (from - start + size) * 2, shift: (from - start) / 4 };
}

/** The matrices of an arena once more, each number in half its room. */
export class Halves {
  #gpu: Gpu;
  #shards: { start: number; length: number; buffer: GPUBuffer; source: GPUBuffer }[];

  constructor(gpu: Gpu, weights: Arena, decayed: number) {
    this.#gpu = gpu;
    this.#shards = matricesOf(weights.shards, decayed).map(({ start, length, bytes }, i) => ({
      start, length, source: weights.shards[i]!.buffer, buffer: gpu.memory.buffer('weights', 'halves', bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC),
    }));
  }

  /** Takes the weights as they are now: one dispatch a shard. */
  pack(plan: Plan): void {
    for (const { length, buffer, source } of this.#shards) halfAll(plan, { inp: view(source, 0, length * 4), out: view(buffer) }, length);
  }

  view({ offset, size }: Block): Half {
    const shard = this.#shards.find(({ start, length }) => offset >= start && offset + size <= start + length);
    if (!shard) throw new Error(`Numbers ${offset} to ${offset + size} are no matrix of one shard.`);
    return halfView(shard.buffer, offset - shard.start, size);
  }

  release(): void {
    for (const { buffer } of this.#shards) this.#gpu.memory.release(buffer);
  }
}

/** Where packed activations lie, by what they were packed from. */
export class Packed {
  #draft: Draft;
  #rooms = new Map<View, Activation>();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Packed now, in its room of the time before where there was one. */
  again(plan: Plan, live: View, inp: View, rows: { cols: number; capacity: number; row0?: number }, room: View = inp): View {
    let out = this.#rooms.get(room);
    if (!out) this.#rooms.set(room, out = this.#draft.make('half', rows.cols * rows.capacity * 2));
    halfRows(plan, { live, inp, out }, rows);
    return out;
  }

  /** As it was packed for another product. */
  once(plan: Plan, live: View, inp: View, rows: { cols: number; capacity: number }): View {
    return this.#rooms.get(inp) ?? this.again(plan, live, inp, rows);
  }
}
