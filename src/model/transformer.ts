/** The transformer as plans of kernels: forward, and backward through the same buffers. Knows shapes, not training. */
import type { ModelConfig } from '../types';
import type { Gpu } from '../gpu/device';
import { attentionBackward, attentionForward } from '../gpu/ops/attention';
import { embeddingBackward, embeddingForward } from '../gpu/ops/embedding';
import { matmulBackwardInp, matmulBackwardWeight, matmulForward } from '../gpu/ops/matmul';
import { qknormBackward, qknormForward } from '../gpu/ops/qknorm';
import { biasBackward } from '../gpu/ops/reduce';
import { rmsnormBackward, rmsnormForward } from '../gpu/ops/rmsnorm';
import { ropeBackward, ropeForward } from '../gpu/ops/rope';
import { swigluBackward, swigluForward } from '../gpu/ops/swiglu';
import { view, type Plan, type View } from '../gpu/plan';
import type { Block, Layout } from './params';

/** Rows added up by one thread in the gradients of vectors. */
const CHUNK = 64;

/** What one layer keeps for its backward pass. Shared by all layers when nothing is kept. */
interface LayerBuffers {
  inp: View; normed1: View; rstd1: View; qkv: View; normedQk: View; rstdQk: View; qk: View; heads: View; lse: View;
  middle: View; normed2: View; rstd2: View; gateUp: View; gated: View;
}

/** Called where a forward pass may look inside: after keys and values of layer l are made. */
export type AfterKeys = (layer: number, buffers: { qk: View; qkv: View }) => void;

export class Transformer {
  readonly config: ModelConfig;
  readonly layout: Layout;
  readonly capacity: number;
  /** The residual stream after the last layer, and its RMSNorm. [capacity, C] */
  readonly hidden: View;
  readonly normed: View;
  #gpu: Gpu;
  #owned: GPUBuffer[] = [];
  #layers: LayerBuffers[] = [];
  #rstdFinal: View;
  #table: View;
  #grad: { hidden: View; normed: View; heads: View; delta: View; dqk: View; dqkv: View; dnormedQk: View; gateUp: View; gated: View; sums: (cols: number) => View } | null = null;

  /** `save` keeps every layer's activations for backward; without it the layers share one set. */
  constructor(gpu: Gpu, config: ModelConfig, layout: Layout, capacity: number, table: View, save: boolean) {
    this.#gpu = gpu;
    this.config = config;
    this.layout = layout;
    this.capacity = capacity;
    this.#table = table;
    const { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L } = config;
    const make = (): LayerBuffers => ({
      inp: this.#buffer(C), normed1: this.#buffer(C), rstd1: this.#buffer(1), qkv: this.#buffer((H + 2 * K) * D),
      normedQk: config.qk_norm ? this.#buffer((H + K) * D) : this.#buffer(1), rstdQk: this.#buffer(config.qk_norm ? H + K : 1),
      qk: this.#buffer((H + K) * D), heads: this.#buffer(H * D), lse: this.#buffer(H), middle: this.#buffer(C),
      normed2: this.#buffer(C), rstd2: this.#buffer(1), gateUp: this.#buffer(2 * F), gated: this.#buffer(F),
    });
    this.hidden = this.#buffer(C);
    this.normed = this.#buffer(C);
    this.#rstdFinal = this.#buffer(1);
    if (save) {
      this.#layers = Array.from({ length: L }, make);
      const width = Math.max(C, (H + 2 * K) * D, 2 * D);
      const scratch = this.#buffer(width, Math.ceil(capacity / CHUNK));
      this.#grad = {
        hidden: this.#buffer(C), normed: this.#buffer(C), heads: this.#buffer(H * D), delta: this.#buffer(H), dqk: this.#buffer((H + K) * D),
        dqkv: this.#buffer((H + 2 * K) * D), dnormedQk: config.qk_norm ? this.#buffer((H + K) * D) : this.#buffer(1),
        gateUp: this.#buffer(2 * F), gated: this.#buffer(F),
        sums: cols => view(scratch.buffer, 0, Math.ceil(capacity / CHUNK) * cols * 4),
      };
    } else {
      // Layers alternate between two residual streams; everything else is shared.
      const shared = make();
      const other = this.#buffer(C);
      this.#layers = Array.from({ length: L }, (_, l) => ({ ...shared, inp: l % 2 ? other : shared.inp }));
    }
  }

  /** token -> hidden. `weights` is the arena to read: the policy's or the frozen copy's. */
  forward(plan: Plan, weights: GPUBuffer, at: { live: View; token: View }, afterKeys?: AfterKeys): void {
    const { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, rms_norm_eps: eps } = this.config;
    const { live, token } = at;
    const capacity = this.capacity;
    const w = (block: Block): View => view(weights, block.offset * 4, block.size * 4);
    const norm = { cols: C, capacity, eps, chunk: CHUNK };
    embeddingForward(plan, { live, token, weight: w(this.layout.embedding), out: this.#layers[0]!.inp }, C, capacity);
    this.layout.layers.forEach((blocks, l) => {
      const b = this.#layers[l]!;
      const next = this.#layers[l + 1]?.inp ?? this.hidden;
      const stride = (H + 2 * K) * D;
      rmsnormForward(plan, { live, inp: b.inp, weight: w(blocks.inputNorm), out: b.normed1, rstd: b.rstd1 }, norm);
      matmulForward(plan, { live, inp: b.normed1, weight: w(blocks.qkv), out: b.qkv, ...(blocks.qkvBias ? { bias: w(blocks.qkvBias) } : {}) }, { inner: C, cols: stride, capacity });
      if (blocks.qkNorm) {
        qknormForward(plan, { live, inp: b.qkv, weight: w(blocks.qkNorm), out: b.normedQk, rstd: b.rstdQk }, { queryHeads: H, keyHeads: K, headDim: D, stride, capacity, eps, chunk: CHUNK });
        ropeForward(plan, { live, token, table: this.#table, inp: b.normedQk, qk: b.qk }, { heads: H + K, headDim: D, stride: (H + K) * D, capacity });
      } else {
        ropeForward(plan, { live, token, table: this.#table, inp: b.qkv, qk: b.qk }, { heads: H + K, headDim: D, stride, capacity });
      }
      afterKeys?.(l, b);
      attentionForward(plan, { live, token, qk: b.qk, qkv: b.qkv, out: b.heads, lse: b.lse }, { queryHeads: H, keyHeads: K, headDim: D, capacity });
      matmulForward(plan, { live, inp: b.heads, weight: w(blocks.attentionOut), residual: b.inp, out: b.middle }, { inner: H * D, cols: C, capacity });
      rmsnormForward(plan, { live, inp: b.middle, weight: w(blocks.postNorm), out: b.normed2, rstd: b.rstd2 }, norm);
      matmulForward(plan, { live, inp: b.normed2, weight: w(blocks.gateUp), out: b.gateUp }, { inner: C, cols: 2 * F, capacity });
      swigluForward(plan, { live, inp: b.gateUp, out: b.gated }, F, capacity);
      matmulForward(plan, { live, inp: b.gated, weight: w(blocks.down), residual: b.middle, out: next }, { inner: F, cols: C, capacity });
    });
    rmsnormForward(plan, { live, inp: this.hidden, weight: w(this.layout.finalNorm), out: this.normed, rstd: this.#rstdFinal }, norm);
  }

  /** The gradient of `normed`, to be filled before `backward`. */
  get dnormed(): View { return this.#grad!.normed; }
  /** Cleared before each backward: the gradient of the residual stream. */
  get dhidden(): View { return this.#grad!.hidden; }

  /** dnormed -> gradients of every weight but the head's, added to `grads`. */
  backward(plan: Plan, weights: GPUBuffer, grads: GPUBuffer, at: { live: View; token: View; occurrences: View }): void {
    const { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, rms_norm_eps: eps } = this.config;
    const { live, token, occurrences } = at;
    const capacity = this.capacity;
    const g = this.#grad!;
    const w = (block: Block): View => view(weights, block.offset * 4, block.size * 4);
    const d = (block: Block): View => view(grads, block.offset * 4, block.size * 4);
    const norm = { cols: C, capacity, eps, chunk: CHUNK };
    rmsnormBackward(plan, { live, inp: this.hidden, weight: w(this.layout.finalNorm), rstd: this.#rstdFinal, dout: g.normed, dinp: g.hidden, chunk_sums: g.sums(C), dweight: d(this.layout.finalNorm) }, norm);
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      const b = this.#layers[l]!;
      const blocks = this.layout.layers[l]!;
      const stride = (H + 2 * K) * D;
      const down = { inner: F, cols: C, capacity };
      matmulBackwardInp(plan, { live, dout: g.hidden, weight: w(blocks.down), dinp: g.gated }, down);
      matmulBackwardWeight(plan, { live, dout: g.hidden, inp: b.gated, dweight: d(blocks.down) }, down);
      swigluBackward(plan, { live, inp: b.gateUp, dout: g.gated, dinp: g.gateUp }, F, capacity);
      const up = { inner: C, cols: 2 * F, capacity };
      matmulBackwardInp(plan, { live, dout: g.gateUp, weight: w(blocks.gateUp), dinp: g.normed }, up);
      matmulBackwardWeight(plan, { live, dout: g.gateUp, inp: b.normed2, dweight: d(blocks.gateUp) }, up);
      rmsnormBackward(plan, { live, inp: b.middle, weight: w(blocks.postNorm), rstd: b.rstd2, dout: g.normed, dinp: g.hidden, chunk_sums: g.sums(C), dweight: d(blocks.postNorm) }, norm);
      const out = { inner: H * D, cols: C, capacity };
      matmulBackwardInp(plan, { live, dout: g.hidden, weight: w(blocks.attentionOut), dinp: g.heads }, out);
      matmulBackwardWeight(plan, { live, dout: g.hidden, inp: b.heads, dweight: d(blocks.attentionOut) }, out);
      attentionBackward(plan, { live, token, qk: b.qk, qkv: b.qkv, out: b.heads, lse: b.lse, dout: g.heads, delta: g.delta, dqk: g.dqk, dqkv: g.dqkv }, { queryHeads: H, keyHeads: K, headDim: D, capacity });
      if (blocks.qkNorm) {
        ropeBackward(plan, { live, token, table: this.#table, dqk: g.dqk, dinp: g.dnormedQk }, { heads: H + K, headDim: D, stride: (H + K) * D, capacity });
        qknormBackward(plan, { live, inp: b.qkv, weight: w(blocks.qkNorm), rstd: b.rstdQk, dout: g.dnormedQk, dinp: g.dqkv, chunk_sums: g.sums(2 * D), dweight: d(blocks.qkNorm) }, { queryHeads: H, keyHeads: K, headDim: D, stride, capacity, eps, chunk: CHUNK });
      } else {
        ropeBackward(plan, { live, token, table: this.#table, dqk: g.dqk, dinp: g.dqkv }, { heads: H + K, headDim: D, stride, capacity });
      }
      const qkv = { inner: C, cols: stride, capacity };
      matmulBackwardInp(plan, { live, dout: g.dqkv, weight: w(blocks.qkv), dinp: g.normed }, qkv);
      matmulBackwardWeight(plan, { live, dout: g.dqkv, inp: b.normed1, dweight: d(blocks.qkv) }, qkv);
      if (blocks.qkvBias) biasBackward(plan, { live, inp: g.dqkv, chunk_sums: g.sums(stride), dbias: d(blocks.qkvBias) }, stride, capacity, CHUNK);
      rmsnormBackward(plan, { live, inp: b.inp, weight: w(blocks.inputNorm), rstd: b.rstd1, dout: g.normed, dinp: g.hidden, chunk_sums: g.sums(C), dweight: d(blocks.inputNorm) }, norm);
    }
    embeddingBackward(plan, { live, occurrences, dout: g.hidden, dweight: d(this.layout.embedding) }, C, capacity);
  }

  destroy(): void {
    for (const buffer of this.#owned) this.#gpu.memory.release(buffer);
    this.#owned = [];
  }

  #buffer(cols: number, rows = this.capacity): View {
    const buffer = this.#gpu.memory.buffer('activations', 'rows', Math.max(16, rows * cols * 4), GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
    this.#owned.push(buffer);
    return view(buffer, 0, rows * cols * 4);
  }
}
