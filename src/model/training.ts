/** One optimizer step as one submit where the adapter is fast enough: micro-batches accumulate gradients, then norm, clip and AdamW, all on the GPU. */
import type { Batch, MemoryUse, StepMetrics, UpdateSettings } from '../types';
import { readBuffer, type Gpu } from '../gpu/device';
import type { Purpose } from '../gpu/memory';
import { adamwUpdate } from '../gpu/ops/adamw';
import { SQUARES, gradNorm } from '../gpu/ops/gradnorm';
import { HYPER_BYTES, TRACE, packHyper, policyForward } from '../gpu/ops/policy';
import { segments, whole, type Piece } from '../gpu/pacer';
import { buildAll, Plan, view, type View } from '../gpu/plan';
import { Activation, Draft, place, type Placement, type Workspace } from '../gpu/workspace';
import type { Arena, Blocks } from './arena';
import { Halves, halfView, halvesBytes } from './halves';
import { Head } from './head';
import { cut, inputPlaces, writeMicroBatch, type InputPlaces, type MicroBatch } from './pack';
import type { Shape, Shard } from './params';
import { Reports, TOTALS_BYTES, metricsOf, reportMemory } from './report';
import { Transformer, type Recompute } from './transformer';

/** Micro-batches whose inputs fit in the upload buffer; more than that take one more submit each time it fills. */
const UPLOADS = 8;
export interface Arenas { weights: Arena; grads: Arena; m: Arena; v: Arena; state: GPUBuffer }

/** `f16`: what products read is packed to half precision, sums, masters and moments stay f32, and the loss is scaled (Micikevicius et al. 2017, arXiv 1710.03740). */
export type Precision = 'f32' | 'f16';
/** The first loss scale, where there is one. */
export const FIRST_SCALE = 1024;

/** What a micro-batch reads and leaves behind: everything but its activations. */
interface Surroundings { live: View; token: View; signal: View; occurrences: View; hyper: View; totals: View; state: View; table: View; weights: Blocks; grads: Blocks }

interface MicroBatchPlan { plan: Plan; draft: Draft; transformer: Transformer; head: Head; trace: Activation }

/** All that is computed for one micro-batch, recorded. */
function record(gpu: Gpu, shape: Shape, recompute: Recompute, at: Surroundings): MicroBatchPlan {
  const { live, token, signal, hyper, totals, state, weights, grads } = at;
  const { capacity } = shape;
  const draft = new Draft();
  const plan = draft.plan(gpu, 'train');
  const transformer = new Transformer(shape, at.table, draft);
  const head = new Head(shape, gpu.memory.limits.binding, draft);
  const [dstat, mean_log, terms, trace] = [draft.make('dstat', capacity * 8), draft.make('mean_log', capacity * 4), draft.make('terms', capacity * 32), draft.make('trace', capacity * TRACE * 4)];
  // Copied out after the way back, where a person asks for it.
  draft.late.add(trace);
  transformer.forward(plan, weights, { live, token });
  const { normed, dnormed } = transformer;
  head.forward(plan, weights, { live, hyper, token, normed });
  policyForward(plan, { live, hyper, token, signal, stat: head.stat, mean_log, dstat, terms, totals, state, trace }, capacity);
  head.backward(plan, weights, grads, { live, hyper, token, normed, dstat, dnormed });
  transformer.backward(plan, weights, grads, at, recompute);
  return { plan, draft, transformer, head, trace };
}

/** Views of the arrays of one micro-batch. */
function inputViews(inputs: GPUBuffer, places: InputPlaces, capacity: number): Pick<Surroundings, 'live' | 'token' | 'signal' | 'occurrences'> {
  return {
    live: view(inputs, places.live, 16), token: view(inputs, places.token, capacity * 16), signal: view(inputs, places.signal, capacity * 16),
    occurrences: view(inputs, places.occurrences, (3 * capacity + 1) * 4),
  };
}

/** What training will hold besides the arenas, without making any of it. */
export function trainingMemory(gpu: Gpu, shape: Shape, recompute: Recompute, half?: { shards: readonly Shard[] }): { draft: Draft; placement: Placement; uses: MemoryUse[] } {
  const { draft } = record(gpu, shape, recompute, nowhere(half !== undefined));
  return {
    draft, placement: place(draft, gpu.memory.limits.buffer),
    uses: [
      { purpose: 'inputs', bytes: inputPlaces(shape.capacity).bytes * (1 + UPLOADS) },
      { purpose: 'tables', bytes: HYPER_BYTES + TOTALS_BYTES + SQUARES * 4 },
      reportMemory,
      { purpose: 'weights', bytes: half ? halvesBytes(half.shards, shape.layout.decayed) : 0 },
    ],
  };
}

/** Surroundings of no device. */
function nowhere(half: boolean): Surroundings {
  const at = (bytes: number): View => new Activation('elsewhere', bytes);
  const grads: Blocks = { view: ({ size }) => at(size * 4) };
  // Only its size is asked for.
  const weights: Blocks = half ? { ...grads, half: ({ size }) => halfView(null as unknown as GPUBuffer, 0, size) } : grads;
  return { live: at(16), token: at(16), signal: at(16), occurrences: at(16), hyper: at(16), totals: at(16), state: at(16), table: at(16), weights, grads };
}

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
  #shape: Shape;
  #arenas: Arenas;
  /** The weights as the products read them. */
  #weights: Blocks;
  #halves: { copy: Halves; pack: Plan } | null = null;
  #places: InputPlaces;
  #inputs: GPUBuffer;
  #upload: GPUBuffer;
  #uploadBytes: ArrayBuffer;
  #hyper: GPUBuffer;
  #totals: GPUBuffer;
  #owned: GPUBuffer[] = [];
  #micro: MicroBatchPlan;
  #update: Plan;
  #reports: Reports;

  constructor(gpu: Gpu, shape: Shape, recompute: Recompute, precision: Precision, arenas: Arenas, table: View, workspace: Workspace) {
    const { layout, capacity } = shape;
    this.#gpu = gpu;
    this.#shape = shape;
    this.#arenas = arenas;
    this.capacity = capacity;
    this.#places = inputPlaces(capacity);
    const { STORAGE, UNIFORM, COPY_SRC, COPY_DST } = GPUBufferUsage;
    this.#inputs = this.#make('inputs', 'inputs', this.#places.bytes, STORAGE | UNIFORM | COPY_DST);
    this.#upload = this.#make('inputs', 'upload', this.#places.bytes * UPLOADS, COPY_SRC | COPY_DST);
    this.#uploadBytes = new ArrayBuffer(this.#places.bytes * UPLOADS);
    this.#hyper = this.#make('tables', 'hyper', HYPER_BYTES, UNIFORM | COPY_DST);
    this.#totals = this.#make('tables', 'totals', TOTALS_BYTES, STORAGE | COPY_SRC | COPY_DST);
    const squares = view(this.#make('tables', 'squares', SQUARES * 4, STORAGE));
    this.#reports = new Reports(gpu);

    const { weights, grads, m, v } = arenas;
    const [hyper, totals, state] = [view(this.#hyper), view(this.#totals), view(arenas.state)];
    this.#weights = weights;
    if (precision === 'f16') {
      const [copy, pack] = [new Halves(gpu, weights, layout.decayed), new Plan(gpu, 'halves')];
      copy.pack(pack);
      this.#halves = { copy, pack };
      this.#weights = { view: block => weights.view(block), half: block => copy.view(block) };
    }
    this.#micro = record(gpu, shape, recompute, { ...inputViews(this.#inputs, this.#places, capacity), hyper, totals, state, table, weights: this.#weights, grads });
    workspace.put(place(this.#micro.draft, gpu.memory.limits.buffer));

    this.#update = new Plan(gpu, 'update');
    const parts = [weights, grads, m, v].map(arena => arena.views());
    gradNorm(this.#update, { hyper, grads: parts[1]!, squares, totals, state });
    weights.shards.forEach(({ start, length }, i) => {
      const [w, g, m1, v1] = parts.map(views => views[i]!);
      adamwUpdate(this.#update, { hyper, weights: w!, grads: g!, m: m1!, v: v1!, state }, length, Math.max(0, Math.min(length, layout.decayed - start)));
    });
  }

  async build(): Promise<void> {
    await buildAll([this.#micro.plan, this.#update, this.#halves?.pack]);
  }

  /**
   * Submits one step and returns at once with the promise of its metrics, so the next step need not wait for them.
   * The loss is the sum over trained tokens of weight * L; the gradient is clipped over all parameters.
   */
  async step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    const cuts = cut(batch.offsets, this.capacity);
    return this.#reports.take(batch, settings.tokens === true, staging => this.#accumulate(batch, settings, cuts, [
      whole(this.#update, 1),
      { key: 'report', rows: 0, record: encoder => { this.#reports.copy(encoder, staging, this.#totals, this.#arenas.state); } },
    ], micro => ({ key: 'trace', rows: 0, record: encoder => { this.#reports.copyTrace(encoder, staging, this.#micro.trace, batch.offsets[micro.first]!, micro.tokens); } })));
  }

  /** Gradients and everything on the way to them, without an update: the door for outside checks. */
  async inspect(batch: Batch, settings: UpdateSettings): Promise<Inspection> {
    const { config: { vocab_size: V }, layout } = this.#shape;
    const { head, transformer } = this.#micro;
    const { grads, state } = this.#arenas;
    const weights = this.#weights;
    const tokens = batch.tokens.length;
    const out = { logps: new Float32Array(tokens), entropies: new Float32Array(tokens), logits: new Float32Array(tokens * V) };
    const cuts = cut(batch.offsets, this.capacity);
    const { live, token } = inputViews(this.#inputs, this.#places, this.capacity);
    // The states that logits are made from are gone after a backward pass.
    const passes = await Promise.all(Array.from({ length: head.slices }, async (_, i) => {
      const plan = new Plan(this.#gpu, 'inspect');
      transformer.forward(plan, weights, { live, token });
      const parts = head.slicedLogits(plan, weights, { live, normed: transformer.normed }, i);
      return { plan: await plan.build(), parts };
    }));
    const metrics: Float32Array = new Float32Array(16);
    let trained = 0;
    const sum = new Float32Array(layout.length);
    for (const micro of cuts) {
      // Counts the whole batch each time.
      trained = this.#accumulate(batch, settings, [micro], []);
      // Copies are submitted at once: what is submitted meanwhile may use the same activations.
      const [totals, part, statistics] = await Promise.all([
        readBuffer(this.#gpu, this.#totals), grads.read(), readBuffer(this.#gpu, head.stat.buffer, head.stat.offset, micro.tokens * 16),
      ]);
      new Float32Array(totals).forEach((value, i) => { metrics[i]! += value; });
      part.forEach((value, i) => { sum[i]! += value; });
      const stat = new Float32Array(statistics);
      const base = batch.offsets[micro.first]!;
      for (let s = micro.first; s < micro.last; s++) {
        for (let t = batch.offsets[s]! + 1; t < batch.offsets[s + 1]!; t++) {
          out.logps[t] = stat[(t - 1 - base) * 4]!;
          out.entropies[t] = stat[(t - 1 - base) * 4 + 1]!;
        }
      }
      for (let i = 0; i < passes.length; i++) {
        const rows = Math.min(head.slice, micro.tokens - i * head.slice);
        if (rows <= 0) break;
        this.#gpu.pacer.submit(segments(passes[i]!.plan, micro.tokens));
        const read = await Promise.all(passes[i]!.parts.map(({ logits, ids }) => readBuffer(this.#gpu, logits.buffer, logits.offset, rows * ids.count * 4)));
        passes[i]!.parts.forEach(({ ids: { first, count } }, j) => {
          const logits = new Float32Array(read[j]!);
          for (let r = 0; r < rows; r++) out.logits.set(logits.subarray(r * count, (r + 1) * count), (base + i * head.slice + r) * V + first);
        });
      }
    }
    for (const { plan } of passes) plan.destroy();
    const scale = this.#halves ? new Float32Array(await readBuffer(this.#gpu, state))[6]! : 0;
    if (scale > 0) sum.forEach((g, i) => { sum[i] = g / scale; });
    metrics[8 + 6] = scale;
    metrics[8 + 2] = Math.sqrt(sum.reduce((total, g) => total + g * g, 0));
    metrics[8 + 1] = Number.isFinite(metrics[10]!) ? 1 : 0;
    return { ...out, grads: sum, metrics: metricsOf(metrics, trained, tokens) };
  }

  destroy(): void {
    this.#micro.plan.destroy();
    this.#update.destroy();
    this.#halves?.pack.destroy();
    this.#halves?.copy.release();
    for (const buffer of this.#owned) this.#gpu.memory.release(buffer);
    this.#reports.destroy();
  }

  /** Clears the gradients, runs every micro-batch, and lets `finish` follow the last one, and `after` each where tokens are asked for. Returns the trained tokens. */
  #accumulate(batch: Batch, settings: UpdateSettings, cuts: MicroBatch[], finish: Piece[], after?: (micro: MicroBatch) => Piece): number {
    const { queue } = this.#gpu.device;
    const { dhidden } = this.#micro.transformer;
    queue.writeBuffer(this.#hyper, 0, packHyper(settings, batch.oldLogps !== undefined, batch.refLogps !== undefined));
    let first = 0;
    do {
      const group = cuts.slice(first, first + UPLOADS);
      group.forEach((micro, i) => { writeMicroBatch(this.#uploadBytes, i * this.#places.bytes, this.#places, this.capacity, batch, micro, this.#shape.config.vocab_size); });
      queue.writeBuffer(this.#upload, 0, this.#uploadBytes, 0, group.length * this.#places.bytes);
      const pieces: Piece[] = [];
      if (first === 0) {
        // Before the step, not after AdamW: whoever changed the weights since, these are those.
        if (this.#halves) pieces.push(whole(this.#halves.pack, 1));
        pieces.push({
          key: 'clear', rows: 0, record: encoder => {
            this.#arenas.grads.clear(encoder);
            encoder.clearBuffer(this.#totals);
          },
        });
      }
      group.forEach((micro, i) => {
        pieces.push({
          key: 'inputs', rows: 0, record: encoder => {
            encoder.copyBufferToBuffer(this.#upload, i * this.#places.bytes, this.#inputs, 0, this.#places.bytes);
            encoder.clearBuffer(dhidden.buffer, dhidden.offset, dhidden.size);
          },
        }, ...segments(this.#micro.plan, micro.tokens, micro.pairs));
        if (after && settings.tokens) pieces.push(after(micro));
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

  #make(purpose: Purpose, label: string, size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.#gpu.memory.buffer(purpose, label, size, usage);
    this.#owned.push(buffer);
    return buffer;
  }
}
