/** Where activations lie: their lifetimes are read off recorded dispatches, then laid over each other in few buffers. Knows no op and no model. */
import type { Gpu } from './device';
import type { Memory } from './memory';
import { Plan, type Dispatch, type View } from './plan';

/** WebGPU's alignment of bindings. */
const ALIGN = 256;

/** A range whose place is decided once all its uses are known; until then it can be passed on, not bound. */
export class Activation implements View {
  readonly label: string;
  readonly size: number;
  /** Itself, or what it is a part of. */
  readonly whole: Activation;
  #from: number;
  #place: { buffer: GPUBuffer; offset: number } | null = null;

  constructor(label: string, size: number, whole?: Activation, from = 0) {
    this.label = label;
    this.size = size;
    this.whole = whole ?? this;
    this.#from = from;
  }

  get buffer(): GPUBuffer { return this.#placed().buffer; }
  get offset(): number { return this.#placed().offset + this.#from; }

  part(from: number, size: number): Activation {
    return new Activation(this.label, size, this.whole, this.#from + from);
  }

  put(buffer: GPUBuffer, offset: number): void {
    this.#place = { buffer, offset };
  }

  #placed(): { buffer: GPUBuffer; offset: number } {
    const { whole } = this;
    if (!whole.#place) throw new Error(`${this.label} has no place yet.`);
    return whole.#place;
  }
}

/** Activations and the dispatches that use them, in order. */
export class Draft {
  readonly activations: Activation[] = [];
  readonly dispatches: Dispatch[] = [];
  /** Filled before the first dispatch; read after the last one. */
  readonly early = new Set<Activation>();
  readonly late = new Set<Activation>();

  make(label: string, bytes: number): Activation {
    const made = new Activation(label, bytes);
    this.activations.push(made);
    return made;
  }

  /** A plan whose dispatches are recorded here too; several follow each other. */
  plan(gpu: Gpu, label: string): Plan {
    return new Recorded(gpu, label, this);
  }
}

class Recorded extends Plan {
  #draft: Draft;

  constructor(gpu: Gpu, label: string, draft: Draft) {
    super(gpu, label);
    this.#draft = draft;
  }

  override add(dispatch: Dispatch): void {
    this.#draft.dispatches.push(dispatch);
    super.add(dispatch);
  }

  override scratch(bytes: number): View {
    return this.#draft.make('scratch', bytes);
  }
}

/** When an activation is used, and which others may not share a buffer with it. */
export interface Life { activation: Activation; first: number; last: number; apart: Set<Life> }

/**
 * Lifetimes in numbers of dispatches. A buffer cannot be bound for reading and for writing in one dispatch, not even at
 * ranges that do not meet, so whatever a dispatch reads stays apart from whatever it writes.
 */
export function livesOf({ activations, dispatches, early, late }: Draft): Life[] {
  const lives = new Map<Activation, Life>(activations.map(activation => [activation, { activation, first: Infinity, last: -Infinity, apart: new Set() }]));
  dispatches.forEach(({ shader, buffers }, t) => {
    const [read, written]: [Life[], Life[]] = [[], []];
    for (const [name, at] of Object.entries(buffers)) {
      const life = at instanceof Activation ? lives.get(at.whole) : undefined;
      if (!life) continue;
      life.first = Math.min(life.first, t);
      life.last = t;
      (shader.bindings.get(name)!.type === 'storage' ? written : read).push(life);
    }
    for (const a of read) {
      for (const b of written) {
        a.apart.add(b);
        b.apart.add(a);
      }
    }
  });
  for (const life of lives.values()) {
    if (life.last < 0) throw new Error(`${life.activation.label} is used by no dispatch.`);
    if (early.has(life.activation)) life.first = -1;
    if (late.has(life.activation)) life.last = dispatches.length;
  }
  return [...lives.values()];
}

/** Sizes of buffers, largest first, and where in them each activation lies. */
export interface Placement { sizes: number[]; places: Map<Activation, { index: number; offset: number }> }

interface Bin { size: number; held: { life: Life; offset: number; end: number }[] }

/** The largest first, each at the lowest free place of the buffer that grows least; a new buffer only where none will do. */
export function place(draft: Draft, largest: number): Placement {
  const bins: Bin[] = [];
  const lives = livesOf(draft).sort((a, b) => b.activation.size - a.activation.size || a.first - b.first);
  for (const life of lives) {
    const size = Math.ceil(life.activation.size / ALIGN) * ALIGN;
    if (size > largest) throw new Error(`${life.activation.label} needs ${size} bytes, a buffer may have ${largest}.`);
    let best: { bin: Bin; offset: number; growth: number } | null = null;
    for (const bin of bins) {
      if (bin.held.some(other => life.apart.has(other.life))) continue;
      const offset = lowest(bin, life, size);
      const growth = Math.max(0, offset + size - bin.size);
      if (offset + size <= largest && (!best || growth < best.growth)) best = { bin, offset, growth };
    }
    if (!best) bins.push((best = { bin: { size: 0, held: [] }, offset: 0, growth: size }).bin);
    best.bin.held.push({ life, offset: best.offset, end: best.offset + size });
    best.bin.size += best.growth;
  }
  bins.sort((a, b) => b.size - a.size);
  const places = new Map(bins.flatMap(({ held }, index) => held.map(({ life, offset }) => [life.activation, { index, offset }] as const)));
  return { sizes: bins.map(({ size }) => size), places };
}

/** The lowest offset at which nothing lies that lives at the same time. */
function lowest({ held }: Bin, { first, last }: Life, size: number): number {
  let offset = 0;
  const busy = held.filter(({ life }) => life.first <= last && first <= life.last).sort((a, b) => a.offset - b.offset);
  for (const other of busy) {
    if (offset + size <= other.offset) break;
    offset = Math.max(offset, other.end);
  }
  return offset;
}

/** Buffers that hold either of two placements, one at a time. */
export function shared(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => Math.max(a[i] ?? 0, b[i] ?? 0));
}

/** The buffers of activations. Drafts that are put into the same workspace never run at the same time: each submit is whole. */
export class Workspace {
  #memory: Memory;
  #buffers: GPUBuffer[] = [];
  #owned: GPUBuffer[] = [];

  constructor(memory: Memory, sizes: readonly number[]) {
    this.#memory = memory;
    sizes.forEach((size, i) => this.#room(i, size));
  }

  /** A placement that asks for more than was planned (other kernels have been chosen since) gets buffers of its own for it. */
  put({ sizes, places }: Placement): void {
    const buffers = sizes.map((size, i) => this.#room(i, size));
    for (const [activation, { index, offset }] of places) activation.put(buffers[index]!, offset);
  }

  release(): void {
    for (const buffer of this.#owned) this.#memory.release(buffer);
  }

  #room(i: number, size: number): GPUBuffer {
    const has = this.#buffers[i];
    if (has && has.size >= size) return has;
    const made = this.#memory.buffer('activations', `activations ${i}`, size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
    this.#owned.push(made);
    return this.#buffers[i] = made;
  }
}
