/** One optimizer step as one submit where the adapter is fast enough: micro-batches accumulate gradients, then norm, clip and AdamW, all on the GPU. */
import type { Batch, ModelConfig, StepMetrics, UpdateSettings } from '../types';
import { readBuffer, readStaging, type Gpu } from '../gpu/device';
import type { Purpose } from '../gpu/memory';
import { adamwUpdate } from '../gpu/ops/adamw';
import { SQUARES, gradNorm } from '../gpu/ops/gradnorm';
import { HYPER_BYTES, packHyper, policyForward } from '../gpu/ops/policy';
import { segments, whole, type Piece } from '../gpu/pacer';
import { Plan, view, type View } from '../gpu/plan';
import { Head } from './head';
import { cut, inputPlaces, writeMicroBatch, type InputPlaces, type MicroBatch } from './pack';
import type { Layout } from './params';
import { Transformer } from './transformer';

/** Micro-batches whose inputs fit in the upload buffer; more than that take one more submit each time it fills. */
const UPLOADS = 8;
/** Staging buffers for the late readback of metrics. */
const RING = 3;
/** totals (32 bytes) and state (32 bytes), each at its own alignment. */
const REPORT_BYTES = 64;

export interface Arenas { weights: GPUBuffer; grads: GPUBuffer; m: GPUBuffer; v: GPUBuffer; state: GPUBuffer }

/** What a check of the engine looks at: see `Training.inspect`. */
export interface Inspection {
  metrics: StepMetrics;
  /** Per token of the batch, aligned with its ids (0 at sequence starts). */
  logps: Float32Array; entropies: Float32Array;
  /** [tokens, V] */
  logits: Float32Array;
  /** The gradient arena before clipping. */
  grads: Float32Array;
}

export class Training {
  readonly capacity: number;
  #gpu: Gpu;
  #config: ModelConfig;
  #layout: Layout;
  #arenas: Arenas;
  #places: InputPlaces;
  #transformer: Transformer;
  #head: Head;
  #inputs: GPUBuffer;
  #upload: GPUBuffer;
  #uploadBytes: ArrayBuffer;
  #hyper: GPUBuffer;
  #totals: GPUBuffer;
  #scratch: GPUBuffer[] = [];
  #micro: Plan;
  #update: Plan;
  #staging: GPUBuffer[] = [];
  #free: GPUBuffer[] = [];
  #waiting: ((buffer: GPUBuffer) => void)[] = [];

  constructor(gpu: Gpu, config: ModelConfig, layout: Layout, arenas: Arenas, table: View, capacity: number) {
    const { memory } = gpu;
    this.#gpu = gpu;
    this.#config = config;
    this.#layout = layout;
    this.#arenas = arenas;
    this.capacity = capacity;
    this.#places = inputPlaces(capacity);
    this.#transformer = new Transformer(gpu, config, layout, capacity, table, true);
    this.#head = new Head(gpu, config, layout, capacity);
    this.#inputs = memory.buffer('inputs', 'inputs', this.#places.bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#upload = memory.buffer('inputs', 'upload', this.#places.bytes * UPLOADS, GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
    this.#uploadBytes = new ArrayBuffer(this.#places.bytes * UPLOADS);
    this.#hyper = memory.buffer('tables', 'hyper', HYPER_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#totals = this.#make('tables', 'totals', 32);
    for (let i = 0; i < RING; i++) {
      this.#staging.push(memory.buffer('readback', 'metrics', REPORT_BYTES, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST));
    }
    this.#free = [...this.#staging];

    const live = view(this.#inputs, this.#places.live, 16);
    const token = view(this.#inputs, this.#places.token, capacity * 16);
    const signal = view(this.#inputs, this.#places.signal, capacity * 16);
    const occurrences = view(this.#inputs, this.#places.occurrences, (3 * capacity + 1) * 4);
    const hyper = view(this.#hyper);
    const dstat = view(this.#make('activations', 'dstat', capacity * 8));
    const mean_log = view(this.#make('activations', 'mean_log', capacity * 4));
    const terms = view(this.#make('activations', 'terms', capacity * 32));
    const { weights, grads, m, v, state } = arenas;
    this.#micro = new Plan(gpu, 'train');
    this.#transformer.forward(this.#micro, weights, { live, token });
    const { normed, dnormed } = this.#transformer;
    this.#head.forward(this.#micro, weights, { live, hyper, token, normed });
    policyForward(this.#micro, { live, hyper, token, signal, stat: this.#head.stat, mean_log, dstat, terms, totals: view(this.#totals) }, capacity);
    this.#head.backward(this.#micro, weights, grads, { live, hyper, token, normed, dstat, dnormed });
    this.#transformer.backward(this.#micro, weights, grads, { live, token, occurrences });

    this.#update = new Plan(gpu, 'update');
    gradNorm(this.#update, { hyper, grads: view(grads), squares: view(this.#make('tables', 'squares', SQUARES * 4)), totals: view(this.#totals), state: view(state) }, layout.length);
    adamwUpdate(this.#update, { hyper, weights: view(weights), grads: view(grads), m: view(m), v: view(v), state: view(state) }, layout.length, layout.decayed);
  }

  async build(onPipeline?: (done: number, total: number) => void): Promise<void> {
    await Promise.all([this.#micro.build(onPipeline), this.#update.build()]);
  }

  /**
   * Submits one step and returns at once with the promise of its metrics, so the next step need not wait for them.
   * The loss is the sum over trained tokens of weight * L; the gradient is clipped over all parameters.
   */
  async step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    const cuts = cut(batch.offsets, this.capacity);
    const staging = await this.#takeStaging();
    try {
      const trained = this.#accumulate(batch, settings, cuts, [
        whole(this.#update, 1),
        {
          key: 'report', rows: 0, record: encoder => {
            encoder.copyBufferToBuffer(this.#totals, 0, staging, 0, 32);
            encoder.copyBufferToBuffer(this.#arenas.state, 0, staging, 32, 32);
          },
        },
      ]);
      return metricsOf(new Float32Array(await readStaging(this.#gpu, staging, REPORT_BYTES)), trained, batch.tokens.length);
    } finally {
      this.#giveStaging(staging);
    }
  }

  /** Gradients and everything on the way to them, without an update: the door for outside checks. */
  async inspect(batch: Batch, settings: UpdateSettings): Promise<Inspection> {
    const { vocab_size: V } = this.#config;
    const tokens = batch.tokens.length;
    const out = { logps: new Float32Array(tokens), entropies: new Float32Array(tokens), logits: new Float32Array(tokens * V) };
    const cuts = cut(batch.offsets, this.capacity);
    const live = view(this.#inputs, this.#places.live, 16);
    const slicePlans = await Promise.all(Array.from({ length: this.#head.slices }, (_, i) => {
      const plan = new Plan(this.#gpu, 'inspect');
      this.#head.slicedLogits(plan, this.#arenas.weights, { live, normed: this.#transformer.normed }, i);
      return plan.build();
    }));
    const metrics: Float32Array = new Float32Array(16);
    let trained = 0;
    const grads = new Float32Array(this.#layout.length);
    for (const micro of cuts) {
      // Counts the whole batch each time.
      trained = this.#accumulate(batch, settings, [micro], []);
      const totals = new Float32Array(await readBuffer(this.#gpu, this.#totals, 0, 32));
      totals.forEach((value, i) => { metrics[i]! += value; });
      const part = new Float32Array(await readBuffer(this.#gpu, this.#arenas.grads));
      part.forEach((value, i) => { grads[i]! += value; });
      const stat = new Float32Array(await readBuffer(this.#gpu, this.#head.stat.buffer, 0, micro.tokens * 16));
      const base = batch.offsets[micro.first]!;
      for (let s = micro.first; s < micro.last; s++) {
        for (let t = batch.offsets[s]! + 1; t < batch.offsets[s + 1]!; t++) {
          out.logps[t] = stat[(t - 1 - base) * 4]!;
          out.entropies[t] = stat[(t - 1 - base) * 4 + 1]!;
        }
      }
      for (let i = 0; i < slicePlans.length; i++) {
        const rows = Math.min(this.#head.slice, micro.tokens - i * this.#head.slice);
        if (rows <= 0) break;
        this.#gpu.pacer.submit(segments(slicePlans[i]!, micro.tokens));
        out.logits.set(new Float32Array(await readBuffer(this.#gpu, this.#head.logits.buffer, 0, rows * V * 4)), (base + i * this.#head.slice) * V);
      }
    }
    for (const plan of slicePlans) plan.destroy();
    metrics[8 + 2] = Math.sqrt(grads.reduce((sum, g) => sum + g * g, 0));
    metrics[8 + 1] = Number.isFinite(metrics[10]!) ? 1 : 0;
    return { ...out, grads, metrics: metricsOf(metrics, trained, tokens) };
  }

  destroy(): void {
    this.#transformer.destroy();
    this.#head.destroy();
    this.#micro.destroy();
    this.#update.destroy();
    for (const buffer of [this.#inputs, this.#upload, this.#hyper, ...this.#scratch, ...this.#staging]) this.#gpu.memory.release(buffer);
  }

  /** Clears the gradients, runs every micro-batch, and lets `finish` follow the last one. Returns the trained tokens. */
  #accumulate(batch: Batch, settings: UpdateSettings, cuts: MicroBatch[], finish: Piece[]): number {
    const { queue } = this.#gpu.device;
    queue.writeBuffer(this.#hyper, 0, packHyper(settings, batch.oldLogps !== undefined, batch.refLogps !== undefined));
    let first = 0;
    do {
      const group = cuts.slice(first, first + UPLOADS);
      group.forEach((micro, i) => { writeMicroBatch(this.#uploadBytes, i * this.#places.bytes, this.#places, this.capacity, batch, micro, this.#config.vocab_size); });
      queue.writeBuffer(this.#upload, 0, this.#uploadBytes, 0, group.length * this.#places.bytes);
      const pieces: Piece[] = [];
      if (first === 0) {
        pieces.push({
          key: 'clear', rows: 0, record: encoder => {
            encoder.clearBuffer(this.#arenas.grads);
            encoder.clearBuffer(this.#totals);
          },
        });
      }
      group.forEach((micro, i) => {
        pieces.push({
          key: 'inputs', rows: 0, record: encoder => {
            encoder.copyBufferToBuffer(this.#upload, i * this.#places.bytes, this.#inputs, 0, this.#places.bytes);
            encoder.clearBuffer(this.#transformer.dhidden.buffer);
          },
        }, ...segments(this.#micro, micro.tokens));
      });
      if (first + UPLOADS >= cuts.length) pieces.push(...finish);
      this.#gpu.pacer.submit(pieces);
      first += UPLOADS;
    } while (first < cuts.length);
    let trained = 0;
    for (let s = 0; s + 1 < batch.offsets.length; s++) {
      for (let t = batch.offsets[s]! + 1; t < batch.offsets[s + 1]!; t++) if (batch.weight[t] !== 0) trained++;
    }
    return trained;
  }

  #make(purpose: Purpose, label: string, size: number): GPUBuffer {
    const buffer = this.#gpu.memory.buffer(purpose, label, size, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
    this.#scratch.push(buffer);
    return buffer;
  }

  #takeStaging(): Promise<GPUBuffer> {
    const buffer = this.#free.pop();
    return buffer ? Promise.resolve(buffer) : new Promise(resolve => this.#waiting.push(resolve));
  }

  #giveStaging(buffer: GPUBuffer): void {
    const next = this.#waiting.shift();
    if (next) next(buffer);
    else this.#free.push(buffer);
  }
}

/** totals (w L, H, KL, rho, trained, low, high, 0), then state (steps, finite, norm, clip, ...). */
function metricsOf(report: Float32Array, trainedTokens: number, tokens: number): StepMetrics {
  const trained = Math.max(1, report[4]!);
  return {
    loss: report[0]!, entropy: report[1]! / trained, kl: report[2]! / trained, ratioMean: report[3]! / trained,
    clipLow: report[5]! / trained, clipHigh: report[6]! / trained, gradNorm: report[10]!, finite: report[9] === 1, trainedTokens, tokens,
  };
}
