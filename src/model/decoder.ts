/** Batched decoding with a KV cache: prompts prefilled once, tokens drawn on the GPU, finished rows dropped there. */
import { labError, type Generation, type GenerateRequest, type ModelConfig } from '../types';
import { readStaging, type Gpu } from '../gpu/device';
import { attentionForwardSlots } from '../gpu/ops/attention';
import { cacheLast, cacheWrite, cacheWriteSlots } from '../gpu/ops/cache';
import { embeddingForwardSlots } from '../gpu/ops/embedding';
import { matmulForward } from '../gpu/ops/matmul';
import { qknormForward } from '../gpu/ops/qknorm';
import { rmsnormForward } from '../gpu/ops/rmsnorm';
import { ropeForwardSlots } from '../gpu/ops/rope';
import { DRAW_BYTES, packDraw, sampleChoose } from '../gpu/ops/sample';
import { swigluForward } from '../gpu/ops/swiglu';
import { segments, whole, type Piece } from '../gpu/pacer';
import { Plan, view, type View } from '../gpu/plan';
import { cut, quietBatch, writeMicroBatch } from './pack';
import type { Block, Layout } from './params';
import type { Scoring } from './scoring';

/** Tokens drawn between two looks at how many rows are left. */
const BLOCK = 16;

export class Decoder {
  readonly slots: number;
  readonly positions: number;
  #gpu: Gpu;
  #config: ModelConfig;
  #scoring: Scoring;
  #prefill: Plan;
  #body: Plan;
  #draw: Plan;
  #owned: GPUBuffer[] = [];
  #live: GPUBuffer;
  #slotState: GPUBuffer;
  #active: GPUBuffer;
  #seen: GPUBuffer;
  #drawSettings: GPUBuffer;
  #ids: GPUBuffer;
  #logps: GPUBuffer;
  #stagingLive: GPUBuffer;
  #stagingOut: GPUBuffer;

  /** `slots` rows decode at once, each up to `positions` tokens, prompt included. Prefill borrows `scoring`'s buffers. */
  constructor(gpu: Gpu, config: ModelConfig, layout: Layout, weights: GPUBuffer, table: View, scoring: Scoring, slots: number, positions: number) {
    this.#gpu = gpu;
    this.#config = config;
    this.#scoring = scoring;
    this.slots = slots;
    this.positions = positions;
    const { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, vocab_size: V, rms_norm_eps: eps, num_hidden_layers: L } = config;
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const make = (label: string, size: number, usage: number = storage): GPUBuffer => {
      const buffer = gpu.device.createBuffer({ label, size: Math.max(16, Math.ceil(size / 4) * 4), usage });
      this.#owned.push(buffer);
      return buffer;
    };
    const rows = (label: string, cols: number): View => view(make(label, slots * cols * 4));
    const keys = Array.from({ length: L }, () => view(make('keys', slots * positions * K * D * 4)));
    const values = Array.from({ length: L }, () => view(make('values', slots * positions * K * D * 4)));
    this.#live = make('live', 16, storage | GPUBufferUsage.UNIFORM);
    this.#slotState = make('slots', slots * 16);
    this.#active = make('active', slots * 4);
    this.#seen = make('seen', slots * Math.ceil(V / 32) * 4);
    this.#drawSettings = make('draw', DRAW_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#ids = make('ids', slots * positions * 4);
    this.#logps = make('logps', slots * positions * 4);
    this.#stagingLive = make('live readback', 16, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    this.#stagingOut = make('readback', slots * (16 + positions * 8), GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);

    const w = (block: Block): View => view(weights, block.offset * 4, block.size * 4);
    const hidden = rows('hidden', C);
    const cache = { queryHeads: H, keyHeads: K, headDim: D, positions, cols: C };
    this.#prefill = new Plan(gpu, 'prefill');
    const inputs = scoring.inputViews();
    scoring.transformer.forward(this.#prefill, weights, inputs, (l, { qkv }) => {
      cacheWrite(this.#prefill, { ...inputs, qkv, keys: keys[l]!, values: values[l]! }, { ...cache, capacity: scoring.capacity });
    });
    cacheLast(this.#prefill, { ...inputs, inp: scoring.transformer.hidden, hidden }, { ...cache, capacity: scoring.capacity });

    const live = view(this.#live, 0, 16);
    const state = view(this.#slotState);
    const active_slots = view(this.#active);
    const capacity = slots;
    const stride = (H + 2 * K) * D;
    const norm = { cols: C, capacity, eps, chunk: 1 };
    const x = [rows('stream', C), rows('stream', C)] as const;
    const [middle, normed, rstd, projected, rstdQk, qkv, heads, gateUp, gated, logits] = [
      rows('middle', C), rows('normed', C), rows('rstd', 1), rows('projected', stride), rows('rstd qk', H + K),
      rows('qkv', stride), rows('heads', H * D), rows('gate up', 2 * F), rows('gated', F), rows('logits', V),
    ] as const;
    this.#body = new Plan(gpu, 'decode');
    embeddingForwardSlots(this.#body, { live, slots: state, active_slots, weight: w(layout.embedding), out: x[0] }, C, capacity);
    layout.layers.forEach((blocks, l) => {
      const inp = x[l % 2]!;
      const out = l === L - 1 ? hidden : x[(l + 1) % 2]!;
      rmsnormForward(this.#body, { live, inp, weight: w(blocks.inputNorm), out: normed, rstd }, norm);
      matmulForward(this.#body, { live, inp: normed, weight: w(blocks.qkv), out: blocks.qkNorm ? projected : qkv, ...(blocks.qkvBias ? { bias: w(blocks.qkvBias) } : {}) }, { inner: C, cols: stride, capacity });
      if (blocks.qkNorm) {
        qknormForward(this.#body, { live, inp: projected, weight: w(blocks.qkNorm), out: qkv, rstd: rstdQk }, { queryHeads: H, keyHeads: K, headDim: D, stride, capacity, eps, chunk: 1 });
      }
      ropeForwardSlots(this.#body, { live, slots: state, active_slots, table, qkv }, { heads: H + K, headDim: D, stride, capacity });
      cacheWriteSlots(this.#body, { live, slots: state, active_slots, qkv, keys: keys[l]!, values: values[l]! }, { ...cache, capacity });
      attentionForwardSlots(this.#body, { live, slots: state, active_slots, q: qkv, keys: keys[l]!, values: values[l]!, out: heads }, { queryHeads: H, keyHeads: K, headDim: D, capacity, positions, stride });
      matmulForward(this.#body, { live, inp: heads, weight: w(blocks.attentionOut), residual: inp, out: middle }, { inner: H * D, cols: C, capacity });
      rmsnormForward(this.#body, { live, inp: middle, weight: w(blocks.postNorm), out: normed, rstd }, norm);
      matmulForward(this.#body, { live, inp: normed, weight: w(blocks.gateUp), out: gateUp }, { inner: C, cols: 2 * F, capacity });
      swigluForward(this.#body, { live, inp: gateUp, out: gated }, F, capacity);
      matmulForward(this.#body, { live, inp: gated, weight: w(blocks.down), residual: middle, out }, { inner: F, cols: C, capacity });
    });
    this.#draw = new Plan(gpu, 'draw');
    rmsnormForward(this.#draw, { live, inp: hidden, weight: w(layout.finalNorm), out: normed, rstd }, norm);
    matmulForward(this.#draw, { live, inp: normed, weight: w(layout.head), out: logits }, { inner: C, cols: V, capacity });
    sampleChoose(this.#draw, { live, draw: view(this.#drawSettings), logits, slots: state, active_slots, seen: view(this.#seen), ids: view(this.#ids), logps: view(this.#logps) }, V, positions, capacity);
  }

  async build(): Promise<void> {
    await Promise.all([this.#prefill.build(), this.#body.build(), this.#draw.build()]);
  }

  /** Rows are decoded `slots` at a time; a row's draws depend on its number in the request, not on its company. */
  async generate(request: GenerateRequest): Promise<Generation> {
    const { samplesPerPrompt } = request;
    if (samplesPerPrompt > this.slots) throw labError('BadInput', `${samplesPerPrompt} samples of one prompt do not fit the ${this.slots} rows that decode at once.`);
    const out: Generation = { tokens: [], logps: [], finished: [] };
    const promptsAtOnce = Math.floor(this.slots / samplesPerPrompt);
    for (let first = 0; first < request.prompts.length; first += promptsAtOnce) {
      const prompts = request.prompts.slice(first, first + promptsAtOnce);
      const part = await this.#round(request, prompts, first * samplesPerPrompt);
      out.tokens.push(...part.tokens);
      out.logps.push(...part.logps);
      out.finished.push(...part.finished);
    }
    return out;
  }

  destroy(): void {
    for (const plan of [this.#prefill, this.#body, this.#draw]) plan.destroy();
    for (const buffer of this.#owned) buffer.destroy();
  }

  async #round(request: GenerateRequest, prompts: Int32Array[], rowBase: number): Promise<Generation> {
    const { device } = this.#gpu;
    const group = request.samplesPerPrompt;
    const rows = prompts.length * group;
    const longest = Math.max(...prompts.map(prompt => prompt.length));
    const limit = Math.min(request.maxNewTokens, this.positions - longest);
    if (limit < 1) throw labError('BadInput', `A prompt of ${longest} tokens leaves no room among ${this.positions} positions. Nothing was generated.`);
    const state = new Uint32Array(this.slots * 4);
    for (let row = 0; row < rows; row++) {
      const prompt = prompts[Math.floor(row / group)]!;
      if (!prompt.length) throw labError('BadInput', 'A prompt is empty. Nothing was generated.');
      state.set([prompt.at(-1)!, prompt.length - 1, 0, 0], row * 4);
    }
    device.queue.writeBuffer(this.#slotState, 0, state);
    device.queue.writeBuffer(this.#active, 0, Uint32Array.from({ length: this.slots }, (_, i) => i));
    device.queue.writeBuffer(this.#live, 0, Uint32Array.of(rows, 0, 0, 0));
    device.queue.writeBuffer(this.#drawSettings, 0, packDraw(request, rowBase, limit));
    if (request.repetitionPenalty !== 1) device.queue.writeBuffer(this.#seen, 0, this.#seenBits(prompts, group));
    this.#prefillAll(prompts, group);

    let alive = rows;
    for (let made = 0; made < limit; made += BLOCK) {
      const steps = Math.min(BLOCK, limit - made);
      const pieces: Piece[] = [];
      for (let i = 0; i < steps; i++) {
        if (made + i > 0) pieces.push(whole(this.#body, alive));
        pieces.push(whole(this.#draw, alive));
      }
      pieces.push({ key: 'look', rows: 0, record: encoder => encoder.copyBufferToBuffer(this.#live, 0, this.#stagingLive, 0, 16) });
      alive = await this.#gpu.profiler.around('decode', alive * steps, async () => {
        this.#gpu.pacer.submit(pieces);
        return new Uint32Array(await readStaging(this.#gpu, this.#stagingLive, 16))[0]!;
      });
      if (alive === 0) break;
    }
    return this.#collect(rows, request.endId);
  }

  /** Packs prompts into forward-only passes; each row knows the slots that its prompt fills. */
  #prefillAll(prompts: Int32Array[], group: number): void {
    const { device } = this.#gpu;
    const { places, inputs, capacity } = this.#scoring;
    const batch = quietBatch(prompts);
    for (const micro of cut(batch.offsets, capacity)) {
      const bytes = new ArrayBuffer(places.bytes);
      writeMicroBatch(bytes, 0, places, capacity, batch, micro, this.#config.vocab_size);
      const fill = new Uint32Array(bytes, places.fill, capacity * 2);
      let row = 0;
      for (let p = micro.first; p < micro.last; p++) {
        for (let t = 0; t < prompts[p]!.length; t++, row++) fill.set([p * group, group], row * 2);
      }
      device.queue.writeBuffer(inputs, 0, bytes);
      this.#gpu.pacer.submit(segments(this.#prefill, micro.tokens));
    }
  }

  #seenBits(prompts: Int32Array[], group: number): Uint32Array<ArrayBuffer> {
    const words = Math.ceil(this.#config.vocab_size / 32);
    const bits = new Uint32Array(this.slots * words);
    prompts.forEach((prompt, p) => {
      for (let g = 0; g < group; g++) {
        for (const id of prompt) bits[(p * group + g) * words + (id >> 5)]! |= 1 << (id & 31);
      }
    });
    return bits;
  }

  async #collect(rows: number, endId: number): Promise<Generation> {
    const { device } = this.#gpu;
    const stateBytes = rows * 16;
    const tableBytes = rows * this.positions * 4;
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#slotState, 0, this.#stagingOut, 0, stateBytes);
    encoder.copyBufferToBuffer(this.#ids, 0, this.#stagingOut, stateBytes, tableBytes);
    encoder.copyBufferToBuffer(this.#logps, 0, this.#stagingOut, stateBytes + tableBytes, tableBytes);
    device.queue.submit([encoder.finish()]);
    const bytes = await readStaging(this.#gpu, this.#stagingOut, stateBytes + 2 * tableBytes);
    const state = new Uint32Array(bytes, 0, rows * 4);
    const ids = new Int32Array(bytes, stateBytes, rows * this.positions);
    const logps = new Float32Array(bytes, stateBytes + tableBytes, rows * this.positions);
    const out: Generation = { tokens: [], logps: [], finished: [] };
    for (let row = 0; row < rows; row++) {
      const count = state[row * 4 + 2]!;
      const at = row * this.positions;
      out.tokens.push(ids.slice(at, at + count));
      out.logps.push(logps.slice(at, at + count));
      out.finished.push(count > 0 && ids[at + count - 1] === endId);
    }
    return out;
  }
}
