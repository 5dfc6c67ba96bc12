/** The transformer as plans of kernels: forward, and backward through the same buffers. Knows shapes, not training. */
import { attentionBackward, attentionForward } from '../gpu/ops/attention';
import { embeddingBackward, embeddingForward } from '../gpu/ops/embedding';
import { fusesBackward, fusesRope, fusesSwiglu, matmulBackwardInp, matmulBackwardSwiglu, matmulBackwardWeight, matmulForward, matmulRope, matmulSwiglu, packs, type MatmulShape } from '../gpu/ops/matmul';
import { qknormBackward, qknormForward } from '../gpu/ops/qknorm';
import { biasBackward } from '../gpu/ops/reduce';
import { rmsnormBackward, rmsnormForward } from '../gpu/ops/rmsnorm';
import { ropeBackward, ropeForward } from '../gpu/ops/rope';
import { swigluBackward, swigluForward } from '../gpu/ops/swiglu';
import type { Plan, View } from '../gpu/plan';
import type { Activation, Draft } from '../gpu/workspace';
import type { Blocks } from './arena';
import { Packed } from './halves';
import { sliceOf, type Block, type Shape } from './params';

/** Rows added up by one thread in the gradients of vectors. */
const CHUNK = 64;

/** What one layer's forward pass makes. */
interface LayerBuffers {
  /** `projected`: queries, keys and values before q/k norm, which needs them again; else they are projected straight into `qkv`. */
  normed1: View; rstd1: View; projected: View | null; rstdQk: View | null; qkv: View; heads: View; lse: View;
  middle: View; normed2: View; rstd2: View; gateUp: View; gated: View;
}

/** `layers`: only each layer's input is kept, and backward makes the rest of a layer again before it goes through it. */
export type Recompute = 'none' | 'layers';

/** Called where a forward pass may look inside: after keys and values of layer l are made. */
export type AfterKeys = (layer: number, buffers: { qkv: View }) => void;

/** At half precision where the weights are, and the sizes allow. */
export function productOf(weights: Blocks, shape: MatmulShape): MatmulShape {
  return weights.half && packs(shape) ? { ...shape, half: true } : shape;
}

/** The right side of a product, as it reads it. */
export function matrix(weights: Blocks, block: Block, { half }: MatmulShape): View {
  return half ? weights.half!(block) : weights.view(block);
}

/** How long anything lives is read off the dispatches that use it (src/gpu/workspace): nothing here says what layers share. */
export class Transformer {
  /** The residual stream after the last layer, and its RMSNorm. [capacity, C] */
  readonly hidden: Activation;
  readonly normed: Activation;
  #shape: Shape;
  #draft: Draft;
  /** The residual stream before each layer. */
  #streams: Activation[];
  #layers: LayerBuffers[];
  #rstdFinal: Activation;
  #table: View;
  #packed: Packed;
  #dnormed: Activation | null = null;
  #dhidden: Activation | null = null;

  constructor(shape: Shape, table: View, draft: Draft) {
    this.#shape = shape;
    this.#draft = draft;
    this.#table = table;
    this.#packed = new Packed(draft);
    const { hidden_size: C, num_hidden_layers: L } = shape.config;
    this.#streams = Array.from({ length: L }, () => this.#rows('stream', C));
    this.#layers = Array.from({ length: L }, () => this.#layer());
    this.hidden = this.#rows('hidden', C);
    this.normed = this.#rows('normed', C);
    this.#rstdFinal = this.#rows('rstd', 1);
  }

  /** token -> keys and values of every layer, handed over as they are made; what nobody would read is left out. */
  keys(plan: Plan, weights: Blocks, at: { live: View; token: View }, afterKeys: AfterKeys): void {
    this.forward(plan, weights, at, afterKeys, this.#layers.length - 1);
  }

  /** token -> queries, keys and values of layer l, as attention reads them: nothing after them is computed, so they stay where they are. */
  queries(plan: Plan, weights: Blocks, at: { live: View; token: View }, l: number): View {
    this.forward(plan, weights, at, undefined, l);
    return this.#layers[l]!.qkv;
  }

  /** token -> hidden. `weights` is the arena to read: the policy's or the frozen copy's. With `stopAt` it ends once that layer's keys are made. */
  forward(plan: Plan, weights: Blocks, at: { live: View; token: View }, afterKeys?: AfterKeys, stopAt?: number): void {
    const { config: { hidden_size: C, intermediate_size: F, rms_norm_eps: eps }, layout, slices, capacity } = this.#shape;
    const { live, token } = at;
    for (const ids of slices) embeddingForward(plan, { live, token, weight: weights.view(sliceOf(layout.embedding, ids, C)), out: this.#streams[0]! }, C, capacity, ids);
    for (const [l, layer] of layout.layers.entries()) {
      const b = this.#layers[l]!;
      this.#layerForward(plan, weights, at, l, b, afterKeys, l === stopAt);
      if (l === stopAt) return;
      const down = this.#product(weights, F, C);
      matmulForward(plan, { live, inp: this.#operand(plan, live, b.gated, down), weight: matrix(weights, layer.down, down), residual: b.middle, out: this.#streams[l + 1] ?? this.hidden }, down);
    }
    rmsnormForward(plan, { live, inp: this.hidden, weight: weights.view(layout.finalNorm), out: this.normed, rstd: this.#rstdFinal }, { cols: C, capacity, eps, chunk: CHUNK });
  }

  /** Layer l up to the product that leaves it. */
  #layerForward(plan: Plan, weights: Blocks, { live, token }: { live: View; token: View }, l: number, b: LayerBuffers, afterKeys?: AfterKeys, keysOnly = false): void {
    const { config: { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, rms_norm_eps: eps }, layout, capacity } = this.#shape;
    const blocks = layout.layers[l]!;
    const inp = this.#streams[l]!;
    const w = (block: Block): View => weights.view(block);
    const norm = { cols: C, capacity, eps, chunk: CHUNK };
    const stride = (H + 2 * K) * D;
    rmsnormForward(plan, { live, inp, weight: w(blocks.inputNorm), out: b.normed1, rstd: b.rstd1 }, norm);
    const product = this.#product(weights, C, stride);
    const project = { live, inp: this.#operand(plan, live, b.normed1, product), weight: matrix(weights, blocks.qkv, product), out: b.projected ?? b.qkv, ...(blocks.qkvBias ? { bias: w(blocks.qkvBias) } : {}) };
    if (!blocks.qkNorm && fusesRope(product)) {
      matmulRope(plan, { ...project, token, table: this.#table }, product, { headDim: D, turned: H + K });
    } else {
      matmulForward(plan, project, product);
      if (blocks.qkNorm) qknormForward(plan, { live, inp: b.projected!, weight: w(blocks.qkNorm), out: b.qkv, rstd: b.rstdQk! }, { queryHeads: H, keyHeads: K, headDim: D, stride, capacity, eps, chunk: CHUNK });
      ropeForward(plan, { live, token, table: this.#table, qkv: b.qkv }, { heads: H + K, headDim: D, stride, capacity });
    }
    afterKeys?.(l, b);
    if (keysOnly) return;
    attentionForward(plan, { live, token, qkv: b.qkv, out: b.heads, lse: b.lse }, { queryHeads: H, keyHeads: K, headDim: D, capacity });
    const leaving = this.#product(weights, H * D, C);
    matmulForward(plan, { live, inp: this.#operand(plan, live, b.heads, leaving), weight: matrix(weights, blocks.attentionOut, leaving), residual: inp, out: b.middle }, leaving);
    rmsnormForward(plan, { live, inp: b.middle, weight: w(blocks.postNorm), out: b.normed2, rstd: b.rstd2 }, norm);
    const gateUp = this.#product(weights, C, 2 * F);
    const expand = { live, inp: this.#operand(plan, live, b.normed2, gateUp), weight: matrix(weights, blocks.gateUp, gateUp) };
    if (fusesSwiglu(gateUp)) {
      matmulSwiglu(plan, { ...expand, gate_up: b.gateUp, out: b.gated }, gateUp);
    } else {
      matmulForward(plan, { ...expand, out: b.gateUp }, gateUp);
      swigluForward(plan, { live, inp: b.gateUp, out: b.gated }, F, capacity);
    }
  }

  /** The gradient of `normed`, to be filled before `backward`. */
  get dnormed(): Activation { return this.#dnormed ??= this.#rows('dnormed', this.#shape.config.hidden_size); }
  /** The gradient of the residual stream, to be cleared before the first dispatch of each pass. */
  get dhidden(): Activation {
    if (!this.#dhidden) this.#draft.early.add(this.#dhidden = this.#rows('dhidden', this.#shape.config.hidden_size));
    return this.#dhidden;
  }

  /** dnormed -> gradients of every weight but the head's, added to `grads`. */
  backward(plan: Plan, weights: Blocks, grads: Blocks, at: { live: View; token: View; occurrences: View }, recompute: Recompute): void {
    const { config: { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L, rms_norm_eps: eps }, layout, slices, capacity } = this.#shape;
    const { live, token, occurrences } = at;
    const w = (block: Block): View => weights.view(block);
    const d = (block: Block): View => grads.view(block);
    const { dhidden } = this;
    const norm = { cols: C, capacity, eps, chunk: CHUNK };
    rmsnormBackward(plan, { live, inp: this.hidden, weight: w(layout.finalNorm), rstd: this.#rstdFinal, dout: this.dnormed, dinp: dhidden, chunk_sums: this.#sums(C), dweight: d(layout.finalNorm) }, norm);
    for (let l = L - 1; l >= 0; l--) {
      let b = this.#layers[l]!;
      // The last layer was made just now.
      if (recompute === 'layers' && l < L - 1) this.#layerForward(plan, weights, at, l, b = this.#layer());
      const blocks = layout.layers[l]!;
      const stride = (H + 2 * K) * D;
      const dgateUp = this.#rows('dgateUp', 2 * F);
      const down = this.#product(weights, F, C);
      if (fusesBackward(down)) {
        this.#productBackward(plan, weights, grads, { live, dout: dhidden, inp: b.gated, dinp: dgateUp, gateUp: b.gateUp }, blocks.down, down);
      } else {
        const dgated = this.#rows('dgated', F);
        this.#productBackward(plan, weights, grads, { live, dout: dhidden, inp: b.gated, dinp: dgated }, blocks.down, down);
        swigluBackward(plan, { live, inp: b.gateUp, dout: dgated, dinp: dgateUp }, F, capacity);
      }
      const dnormed2 = this.#rows('dnormed2', C);
      this.#productBackward(plan, weights, grads, { live, dout: dgateUp, inp: b.normed2, dinp: dnormed2 }, blocks.gateUp, this.#product(weights, C, 2 * F));
      rmsnormBackward(plan, { live, inp: b.middle, weight: w(blocks.postNorm), rstd: b.rstd2, dout: dnormed2, dinp: dhidden, chunk_sums: this.#sums(C), dweight: d(blocks.postNorm) }, norm);
      const dheads = this.#rows('dheads', H * D);
      this.#productBackward(plan, weights, grads, { live, dout: dhidden, inp: b.heads, dinp: dheads }, blocks.attentionOut, this.#product(weights, H * D, C));
      const [delta, dqkv] = [this.#rows('delta', H), this.#rows('dqkv', stride)];
      attentionBackward(plan, { live, token, qkv: b.qkv, out: b.heads, lse: b.lse, dout: dheads, delta, dqkv }, { queryHeads: H, keyHeads: K, headDim: D, capacity });
      ropeBackward(plan, { live, token, table: this.#table, dqkv }, { heads: H + K, headDim: D, stride, capacity });
      const dprojected = blocks.qkNorm ? this.#rows('dprojected', stride) : dqkv;
      if (blocks.qkNorm) {
        qknormBackward(plan, { live, inp: b.projected!, weight: w(blocks.qkNorm), rstd: b.rstdQk!, dout: dqkv, dinp: dprojected, chunk_sums: this.#sums(2 * D), dweight: d(blocks.qkNorm) }, { queryHeads: H, keyHeads: K, headDim: D, stride, capacity, eps, chunk: CHUNK });
      }
      const dnormed1 = this.#rows('dnormed1', C);
      this.#productBackward(plan, weights, grads, { live, dout: dprojected, inp: b.normed1, dinp: dnormed1 }, blocks.qkv, this.#product(weights, C, stride));
      if (blocks.qkvBias) biasBackward(plan, { live, inp: dprojected, chunk_sums: this.#sums(stride), dbias: d(blocks.qkvBias) }, stride, capacity, CHUNK);
      rmsnormBackward(plan, { live, inp: this.#streams[l]!, weight: w(blocks.inputNorm), rstd: b.rstd1, dout: dnormed1, dinp: dhidden, chunk_sums: this.#sums(C), dweight: d(blocks.inputNorm) }, norm);
    }
    for (const ids of slices) embeddingBackward(plan, { live, occurrences, dout: dhidden, dweight: d(sliceOf(layout.embedding, ids, C)) }, C, capacity, ids);
  }

  /** dinp written, the gradient of the matrix added to. With `gateUp`, inp is SwiGLU of it, and dinp the gradient of gate and up. */
  #productBackward(plan: Plan, weights: Blocks, grads: Blocks, { live, dout, inp, dinp, gateUp }: { live: View; dout: View; inp: View; dinp: View; gateUp?: View }, block: Block, shape: MatmulShape): void {
    const { inner, cols, capacity } = shape;
    const from = shape.half ? this.#packed.again(plan, live, dout, { cols, capacity }) : dout;
    const weight = matrix(weights, block, shape);
    if (gateUp) matmulBackwardSwiglu(plan, { live, dout: from, weight, gate_up: gateUp, dgate_up: dinp }, shape);
    else matmulBackwardInp(plan, { live, dout: from, weight, dinp }, shape);
    const left = shape.half ? this.#packed.once(plan, live, inp, { cols: inner, capacity }) : inp;
    matmulBackwardWeight(plan, { live, dout: from, inp: left, dweight: grads.view(block) }, shape);
  }

  #product(weights: Blocks, inner: number, cols: number): MatmulShape {
    return productOf(weights, { inner, cols, capacity: this.#shape.capacity });
  }

  /** The left side of a product on the way forward, as it reads it. */
  #operand(plan: Plan, live: View, inp: View, { inner, capacity, half }: MatmulShape): View {
    return half ? this.#packed.again(plan, live, inp, { cols: inner, capacity }) : inp;
  }

  #layer(): LayerBuffers {
    const { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, qk_norm } = this.#shape.config;
    const rows = (label: string, cols: number): Activation => this.#rows(label, cols);
    return {
      normed1: rows('normed1', C), rstd1: rows('rstd1', 1), qkv: rows('qkv', (H + 2 * K) * D),
      projected: qk_norm ? rows('projected', (H + 2 * K) * D) : null, rstdQk: qk_norm ? rows('rstdQk', H + K) : null, heads: rows('heads', H * D), lse: rows('lse', H), middle: rows('middle', C),
      normed2: rows('normed2', C), rstd2: rows('rstd2', 1), gateUp: rows('gateUp', 2 * F), gated: rows('gated', F),
    };
  }

  #rows(label: string, cols: number): Activation {
    return this.#draft.make(label, this.#shape.capacity * cols * 4);
  }

  /** Sums over chunks of rows, for one gradient of a vector. */
  #sums(cols: number): Activation {
    return this.#draft.make('sums', Math.ceil(this.#shape.capacity / CHUNK) * cols * 4);
  }
}
