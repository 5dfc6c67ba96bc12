/** Batched decoding with a KV cache: prompts prefilled once, tokens drawn on the GPU, finished rows dropped there, their slots given to the next prompts. */
import { labError, type DrawnToken, type GeneratedRow, type Generation, type GenerateRequest, type ModelConfig, type TokenListener } from '../types';
import { readStaging, type Gpu } from '../gpu/device';
import { cacheWrite, type CachePrecision } from '../gpu/ops/cache';
import { DRAW_BYTES, packDraw } from '../gpu/ops/sample';
import { segments, whole, type Piece } from '../gpu/pacer';
import { buildAll, Plan, view, type View } from '../gpu/plan';
import type { Blocks } from './arena';
import { decodePlan } from './decode_plan';
import { likeliest } from './likeliest';
import { cut, quietBatch, writeQuiet } from './pack';
import type { Shape } from './params';
import type { Scoring } from './scoring';

/** Tokens drawn between two looks at which rows have ended. */
const BLOCK = 16;
/** A binding begins at a multiple of 256 bytes: 16 slots. */
export const SLOT_STEP = 16;
/** Bytes that all keys and values may take, and rows of a request that a decoder has room for at the least. */
const CACHE_BYTES = { gpu: 2 * 2 ** 30, software: 512 * 2 ** 20 };
const LEAST_ROWS = 256;
/** Rows that decode at once. */
export const MOST_SLOTS = 128;

/** Rows at once, tokens of each with its prompt, rows of one request, and what keys and values are kept as. */
export interface DecoderSize { slots: number; positions: number; rows: number; cachePrecision: CachePrecision }

export class Decoder {
  readonly size: DecoderSize;
  #gpu: Gpu;
  #config: ModelConfig;
  #scoring: Scoring;
  #prefill: Plan;
  #step: Plan;
  #owned: GPUBuffer[] = [];
  #live: GPUBuffer;
  /** Slots, then the list of the active ones: see sample.wgsl. */
  #state: GPUBuffer;
  #targets: GPUBuffer;
  #seen: GPUBuffer;
  #draw: GPUBuffer;
  #ids: GPUBuffer;
  #logps: GPUBuffer;
  /** A row for each active one, in the order of their list, of the step made last. */
  #logits: GPUBuffer | null = null;
  #staging: GPUBuffer;

  /** `slots` is a multiple of SLOT_STEP. Prefill borrows `scoring`'s buffers; `cache`, a view a layer, may serve other decoders between generations. */
  constructor(gpu: Gpu, shape: Shape, weights: Blocks, table: View, scoring: Scoring, cache: readonly View[], size: DecoderSize) {
    const { slots, positions, rows, cachePrecision } = size;
    const { num_attention_heads: H, num_key_value_heads: K, head_dim: D, vocab_size: V } = shape.config;
    this.#gpu = gpu;
    this.#config = shape.config;
    this.#scoring = scoring;
    this.size = size;
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const make = (label: string, bytes: number, usage: number = storage): GPUBuffer => {
      const buffer = gpu.memory.buffer(label.includes('readback') ? 'readback' : 'cache', label, Math.max(16, Math.ceil(bytes / 4) * 4), usage);
      this.#owned.push(buffer);
      return buffer;
    };
    this.#live = make('live', 16, storage | GPUBufferUsage.UNIFORM);
    this.#state = make('slots', slots * 20);
    this.#targets = make('targets', slots * 4);
    this.#seen = make('seen', slots * Math.ceil(V / 32) * 4);
    this.#draw = make('draw', DRAW_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#ids = make('ids', rows * positions * 4);
    this.#logps = make('log-probabilities', rows * positions * 4);
    this.#staging = make('decoding readback', slots * (16 + positions * 8), GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);

    const inputs = scoring.inputViews(), targets = view(this.#targets);
    this.#prefill = new Plan(gpu, 'prefill');
    scoring.transformer.keys(this.#prefill, weights, inputs, (l, { qkv }) => {
      cacheWrite(this.#prefill, { ...inputs, targets, qkv, cache: cache[l]! }, { queryHeads: H, keyHeads: K, headDim: D, positions, slots, capacity: scoring.capacity }, cachePrecision);
    });
    this.#step = decodePlan(gpu, shape, weights, {
      live: view(this.#live, 0, 16), draw: view(this.#draw), state: view(this.#state), seen: view(this.#seen), ids: view(this.#ids), logps: view(this.#logps), table, cache,
      rows: (label, cols) => {
        const buffer = make(label, slots * cols * 4);
        if (label === 'logits') this.#logits = buffer;
        return view(buffer);
      },
    }, slots, positions, cachePrecision);
  }

  async build(): Promise<void> {
    await buildAll([this.#prefill, this.#step]);
  }

  /**
   * A row's draws depend on its number in the request, not on its company or its slot, up to the rounding of kernels that suit other
   * numbers of rows. Rows are handed to `onRows` a block after they ended; with `onTokens` a block is one token. @throws Stopped when it says so
   */
  async generate(request: GenerateRequest, onRows?: (rows: GeneratedRow[]) => void, onTokens?: TokenListener): Promise<Generation> {
    if (!onTokens) return this.#decode(request, onRows, null);
    const width = this.#config.vocab_size * 4, shown = this.#gpu.memory.buffer('readback', 'logits readback', this.size.slots * width, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    try {
      return await this.#decode(request, onRows, { staging: shown, width, tell: onTokens });
    } finally {
      this.#gpu.memory.release(shown);
    }
  }

  async #decode(request: GenerateRequest, onRows: ((rows: GeneratedRow[]) => void) | undefined, watch: Watch | null): Promise<Generation> {
    const { prompts, samplesPerPrompt: group, endId } = request;
    const { slots, positions } = this.size;
    const rows = prompts.length * group;
    if (group > slots) throw labError('BadInput', `${group} samples of one prompt do not fit the ${slots} rows that decode at once.`);
    const longest = Math.max(...prompts.map(prompt => prompt.length));
    const limit = Math.min(request.maxNewTokens, positions - longest);
    if (limit < 1) throw labError('BadInput', `A prompt of ${longest} tokens leaves no room among ${positions} positions. Nothing was generated.`);
    if (prompts.some(prompt => !prompt.length)) throw labError('BadInput', 'A prompt is empty. Nothing was generated.');
    this.#gpu.device.queue.writeBuffer(this.#draw, 0, packDraw(request, limit));

    const out: Generation = { tokens: Array.from({ length: rows }, () => new Int32Array()), logps: Array.from({ length: rows }, () => new Float32Array()), finished: new Array<boolean>(rows).fill(false) };
    /** Row of the request in each slot; -1 is free. */
    const held = new Int32Array(slots).fill(-1);
    const state = new Uint32Array(slots * 4);
    let active: number[] = [], ended: Ended[] = [], next = 0;
    while (next < prompts.length || active.length > 0 || ended.length > 0) {
      next = this.#admit(request, next, held, state, active);
      const left = active.reduce((most, slot) => Math.max(most, limit - state[slot * 4 + 2]!), 0), steps = Math.min(watch ? 1 : BLOCK, left);
      const pieces: Piece[] = Array.from({ length: steps }, () => whole(this.#step, active.length));
      pieces.push(this.#look(ended));
      const writing = watch && steps > 0 ? active.map(slot => ({ slot, row: held[slot]! })) : [];
      if (watch && writing.length > 0) pieces.push(this.#lookAtLogits(watch, writing.length));
      const bytes = await this.#gpu.profiler.around('decode', active.length * steps, steps, async () => {
        this.#gpu.pacer.submit(pieces);
        return readStaging(this.#gpu, this.#staging, this.#lookBytes(ended));
      });
      const rowsRead = this.#rowsOf(bytes, ended, endId);
      for (const row of rowsRead) {
        out.tokens[row.row] = row.tokens;
        out.logps[row.row] = row.logps;
        out.finished[row.row] = row.finished;
      }
      if (rowsRead.length > 0) onRows?.(rowsRead);
      state.set(new Uint32Array(bytes, 0, slots * 4));
      if (watch && writing.length > 0) {
        const drawn = await this.#drawn(watch, request, writing, state);
        if (!await watch.tell(drawn)) throw labError('Stopped', 'The writing was stopped. What was written until then stands.');
      }
      ended = active.filter(slot => (state[slot * 4 + 3]! & 1) === 1).map(slot => ({ row: held[slot]!, count: state[slot * 4 + 2]! }));
      active = active.filter(slot => (state[slot * 4 + 3]! & 1) === 0);
      for (const [slot, row] of held.entries()) if (ended.some(end => end.row === row)) held[slot] = -1;
    }
    return out;
  }

  destroy(): void {
    for (const plan of [this.#prefill, this.#step]) plan.destroy();
    for (const buffer of this.#owned) this.#gpu.memory.release(buffer);
  }

  /** Gives free slots to the prompts from `next` on, as many as have room for all their samples. Returns the first prompt that waits. */
  #admit(request: GenerateRequest, next: number, held: Int32Array, state: Uint32Array, active: number[]): number {
    const { prompts, samplesPerPrompt: group } = request;
    const { queue } = this.#gpu.device;
    const free = [...held.keys()].filter(slot => held[slot] === -1);
    const count = Math.min(prompts.length - next, Math.floor(free.length / group));
    if (count === 0) return next;
    const admitted = prompts.slice(next, next + count), targets = free.slice(0, count * group);
    targets.forEach((slot, i) => {
      const prompt = admitted[Math.floor(i / group)]!, row = next * group + i;
      held[slot] = row;
      // The last token of the prompt is the first that a step reads.
      state.set([prompt.at(-1)!, prompt.length - 1, 0, row * 2], slot * 4);
      active.push(slot);
    });
    queue.writeBuffer(this.#state, 0, state as Uint32Array<ArrayBuffer>);
    queue.writeBuffer(this.#state, this.size.slots * 16, Uint32Array.from(active));
    queue.writeBuffer(this.#live, 0, Uint32Array.of(active.length, 0, 0, 0));
    queue.writeBuffer(this.#targets, 0, Uint32Array.from(targets));
    if (request.repetitionPenalty !== 1) this.#markSeen(admitted, group, targets);
    this.#prefillAll(admitted.map(prompt => prompt.subarray(0, -1)), group);
    return next + count;
  }

  /** Packs prompts into passes that leave keys and values; each row knows the slots that its prompt fills. */
  #prefillAll(prompts: Int32Array[], group: number): void {
    const { places, inputs, bytes, capacity } = this.#scoring;
    const { queue } = this.#gpu.device;
    const batch = quietBatch(prompts);
    for (const micro of cut(batch.offsets, capacity)) {
      if (micro.tokens === 0) continue;
      queue.writeBuffer(inputs, 0, bytes, 0, writeQuiet(bytes, places, batch, micro, this.#config.vocab_size));
      const fill = new Uint32Array(bytes, places.fill, capacity * 2);
      let row = 0;
      for (let p = micro.first; p < micro.last; p++) {
        for (let t = 0; t < prompts[p]!.length; t++, row++) fill.set([p * group, group], row * 2);
      }
      queue.writeBuffer(inputs, places.fill, bytes, places.fill, row * 8);
      this.#gpu.pacer.submit(segments(this.#prefill, micro.tokens, micro.pairs));
    }
  }

  #markSeen(prompts: Int32Array[], group: number, targets: number[]): void {
    const words = Math.ceil(this.#config.vocab_size / 32);
    prompts.forEach((prompt, p) => {
      const bits = new Uint32Array(words);
      for (const id of prompt) bits[id >> 5]! |= 1 << (id & 31);
      for (let g = 0; g < group; g++) this.#gpu.device.queue.writeBuffer(this.#seen, targets[p * group + g]! * words * 4, bits);
    });
  }

  /** Copies the slots, and what the rows that were seen to have ended hold, to where the processor reads it. */
  #look(ended: Ended[]): Piece {
    const { slots, positions } = this.size;
    return {
      key: 'look', rows: 0, record: encoder => {
        encoder.copyBufferToBuffer(this.#state, 0, this.#staging, 0, slots * 16);
        let at = slots * 16;
        for (const { row, count } of ended) {
          for (const source of [this.#ids, this.#logps]) {
            encoder.copyBufferToBuffer(source, row * positions * 4, this.#staging, at, count * 4);
            at += count * 4;
          }
        }
      },
    };
  }

  #lookAtLogits({ staging, width }: Watch, rows: number): Piece {
    return { key: 'look', rows: 0, record: encoder => encoder.copyBufferToBuffer(this.#logits!, 0, staging, 0, rows * width) };
  }

  /** The tokens of the step made last: a slot holds the id that it drew. */
  async #drawn({ staging, width }: Watch, request: GenerateRequest, writing: { slot: number; row: number }[], state: Uint32Array): Promise<DrawnToken[]> {
    const logits = new Float32Array(await readStaging(this.#gpu, staging, writing.length * width));
    return writing.map(({ slot, row }, i) => {
      const id = state[slot * 4]!;
      return { row, id, ...likeliest(logits.subarray(i * width / 4, (i + 1) * width / 4), request.temperature || 1, id) };
    });
  }

  #lookBytes(ended: Ended[]): number {
    return this.size.slots * 16 + ended.reduce((bytes, { count }) => bytes + count * 8, 0);
  }

  #rowsOf(bytes: ArrayBuffer, ended: Ended[], endId: number): GeneratedRow[] {
    let at = this.size.slots * 16;
    return ended.map(({ row, count }) => {
      const tokens = new Int32Array(bytes.slice(at, at + count * 4)), logps = new Float32Array(bytes.slice(at + count * 4, at + count * 8));
      at += count * 8;
      return { row, tokens, logps, finished: tokens.at(-1) === endId };
    });
  }
}

/** Someone who looks on token by token, and where the logits of a step are read back. */
interface Watch { staging: GPUBuffer; width: number; tell: TokenListener }

/** A row of the request that drew its last token, and how many it drew. */
interface Ended { row: number; count: number }

/** What a generation asks of a decoder; `positions` is as many as the model has. */
export interface Sequences { rows: number; group: number; longest: number; positions: number }

/** Slots in powers of two up to `slots` as far as their caches fit, positions and rows in powers of two. @throws BadInput when not even the fewest fit */
export function decoderSize(gpu: Pick<Gpu, 'info' | 'memory'>, config: ModelConfig, { rows, group, longest, positions: most }: Sequences, cachePrecision: CachePrecision, slots = MOST_SLOTS): DecoderSize {
  const power = (n: number): number => 2 ** Math.ceil(Math.log2(n)), { binding } = gpu.memory.limits;
  const positions = Math.min(most, Math.max(128, power(longest)));
  const size: DecoderSize = { slots: Math.max(SLOT_STEP, Math.min(slots, power(rows)), Math.ceil(group / SLOT_STEP) * SLOT_STEP), positions, rows: Math.max(LEAST_ROWS, power(rows)), cachePrecision };
  const bytes = Math.min(binding, CACHE_BYTES[gpu.info.fallback ? 'software' : 'gpu'] / config.num_hidden_layers);
  while (size.slots > Math.max(SLOT_STEP, group) && cacheBytes(config, size) > bytes) size.slots = Math.max(Math.ceil(group / SLOT_STEP), Math.ceil(size.slots / 2 / SLOT_STEP)) * SLOT_STEP;
  if (cacheBytes(config, size) > binding || size.rows * positions * 4 > binding || rows > 1 << 16) {
    throw labError('BadInput', `${rows} rows of ${positions} tokens do not fit what this GPU binds at once (${binding} bytes). Nothing was generated; ask for fewer or shorter ones.`);
  }
  return size;
}

/** Keys and values of one layer. */
export function cacheBytes({ num_key_value_heads: K, head_dim: D }: ModelConfig, { slots, positions, cachePrecision }: Omit<DecoderSize, 'rows'>): number {
  return 2 * slots * positions * K * D * (cachePrecision === 'f16' ? 2 : 4);
}
