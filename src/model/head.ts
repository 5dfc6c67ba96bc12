/** The vocabulary head in slices of rows: logits, their statistics, and their gradient, never N x V twice. */
import { labError, type ModelConfig } from '../types';
import type { Gpu } from '../gpu/device';
import { logprobBackward, logprobForward } from '../gpu/ops/logprob';
import { matmulBackwardInp, matmulBackwardWeight, matmulForward } from '../gpu/ops/matmul';
import { view, type Plan, type View } from '../gpu/plan';
import type { Layout } from './params';

/** Bytes one slice of logits may take. */
const SLICE_BYTES = 16 << 20;

export class Head {
  /** Rows of a slice; a multiple of 64 so that row views stay aligned. */
  readonly slice: number;
  readonly slices: number;
  readonly logits: View;
  /** (logp, entropy, lse, 0) a row. */
  readonly stat: View;
  #gpu: Gpu;
  #config: ModelConfig;
  #layout: Layout;
  #capacity: number;

  constructor(gpu: Gpu, config: ModelConfig, layout: Layout, capacity: number) {
    const { vocab_size: V } = config;
    this.#gpu = gpu;
    this.#config = config;
    this.#layout = layout;
    this.#capacity = capacity;
    this.slice = Math.min(capacity, Math.max(64, Math.floor(SLICE_BYTES / (V * 4) / 64) * 64));
    this.slices = Math.ceil(capacity / this.slice);
    const bytes = this.slice * V * 4;
    if (bytes > gpu.device.limits.maxStorageBufferBindingSize) {
      throw labError('BadModel', `64 rows of logits over ${V} tokens need ${bytes} bytes, more than this GPU binds at once. Nothing was loaded.`);
    }
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    this.logits = view(gpu.memory.buffer('logits', 'logits', bytes, usage));
    this.stat = view(gpu.memory.buffer('activations', 'stat', capacity * 16, usage));
  }

  /** normed -> stat for every row. With one slice the logits stay for `backward`. */
  forward(plan: Plan, weights: GPUBuffer, at: { live: View; hyper: View; token: View; normed: View }): void {
    for (let i = 0; i < this.slices; i++) {
      this.slicedLogits(plan, weights, at, i);
      logprobForward(plan, { live: at.live, hyper: at.hyper, token: at.token, logits: this.logits, stat: this.stat }, this.#shape(i));
    }
  }

  /** dstat -> dnormed (written) and the head's gradient (added). */
  backward(plan: Plan, weights: GPUBuffer, grads: GPUBuffer, at: { live: View; hyper: View; token: View; normed: View; dstat: View; dnormed: View }): void {
    const { hidden_size: C } = this.#config;
    const head = this.#layout.head;
    for (let i = 0; i < this.slices; i++) {
      if (this.slices > 1) this.slicedLogits(plan, weights, at, i);
      const shape = this.#shape(i);
      logprobBackward(plan, { live: at.live, hyper: at.hyper, token: at.token, logits: this.logits, stat: this.stat, dstat: at.dstat }, shape);
      const product = { inner: C, cols: shape.vocabulary, row0: shape.row0, capacity: shape.capacity };
      matmulBackwardInp(plan, { live: at.live, dout: this.logits, weight: view(weights, head.offset * 4, head.size * 4), dinp: this.#rows(at.dnormed, i) }, product);
      matmulBackwardWeight(plan, { live: at.live, dout: this.logits, inp: this.#rows(at.normed, i), dweight: view(grads, head.offset * 4, head.size * 4) }, product);
    }
  }

  /** Logits of slice i. */
  slicedLogits(plan: Plan, weights: GPUBuffer, at: { live: View; normed: View }, i: number): void {
    const head = this.#layout.head;
    const { vocabulary, row0, capacity } = this.#shape(i);
    matmulForward(plan, { live: at.live, inp: this.#rows(at.normed, i), weight: view(weights, head.offset * 4, head.size * 4), out: this.logits },
      { inner: this.#config.hidden_size, cols: vocabulary, row0, capacity });
  }

  destroy(): void {
    for (const { buffer } of [this.logits, this.stat]) this.#gpu.memory.release(buffer);
  }

  #shape(i: number): { vocabulary: number; row0: number; capacity: number } {
    const row0 = i * this.slice;
    return { vocabulary: this.#config.vocab_size, row0, capacity: Math.min(this.slice, this.#capacity - row0) };
  }

  #rows(whole: View, i: number): View {
    const { row0, capacity } = this.#shape(i);
    const { hidden_size: C } = this.#config;
    return view(whole.buffer, row0 * C * 4, capacity * C * 4);
  }
}
