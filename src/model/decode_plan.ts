/** One decoding step as a plan of kernels, from the slots' last tokens to the next ones drawn. Knows shapes, no request. */
import type { Gpu } from '../gpu/device';
import { attentionForwardSlots } from '../gpu/ops/attention';
import { cacheWriteSlots, type CachePrecision } from '../gpu/ops/cache';
import { embeddingForwardSlots } from '../gpu/ops/embedding';
import { matmulForward } from '../gpu/ops/matmul';
import { qknormForward } from '../gpu/ops/qknorm';
import { rmsnormForward } from '../gpu/ops/rmsnorm';
import { ropeForwardSlots } from '../gpu/ops/rope';
import { sampleChoose } from '../gpu/ops/sample';
import { fusesLogits, fusesPairs, fusesProject, slotsGated, slotsLogits, slotsProject } from '../gpu/ops/slots';
import { swigluForward } from '../gpu/ops/swiglu';
import { Plan, view, type View } from '../gpu/plan';
import type { Blocks } from './arena';
import { sliceOf, type Block, type Shape } from './params';

/** What a step reads and writes besides the weights. `cache`: one of [2, S, positions, K D] a layer, keys then values. */
export interface DecodeBuffers {
  live: View; draw: View; state: View; seen: View; ids: View; logps: View; table: View; cache: readonly View[];
  /** A buffer of `cols` floats for each of the slots. */
  rows(label: string, cols: number): View;
}

/** `slots` is a multiple of 16, so that the list of active ones begins where a binding may. */
export function decodePlan(gpu: Gpu, shape: Shape, weights: Blocks, at: DecodeBuffers, slots: number, positions: number, precision: CachePrecision): Plan {
  const { config: { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, vocab_size: V, rms_norm_eps: eps }, layout, slices } = shape;
  const { live, state, table } = at;
  const w = (block: Block): View => weights.view(block);
  const capacity = slots, stride = (H + 2 * K) * D;
  const place = { queryHeads: H, keyHeads: K, headDim: D, positions };
  // For the kernels that are not fused: slots and active list apart.
  const lists = { slots: view(state.buffer, state.offset, slots * 16), active_slots: view(state.buffer, state.offset + slots * 16, slots * 4) };

  const plan = new Plan(gpu, 'decode');
  const streams = [at.rows('stream', C), at.rows('stream', C)];
  const [middle, heads, gated, logits] = [at.rows('middle', C), at.rows('heads', H * D), at.rows('gated', F), at.rows('logits', V)];
  const separate = new Map<string, View>();
  const row = (label: string, cols: number): View => separate.get(label) ?? separate.set(label, at.rows(label, cols)).get(label)!;
  const normed = (inp: View, block: Block): View => {
    const out = row('normed', C);
    rmsnormForward(plan, { live, inp, weight: w(block), out, rstd: row('rstd', 1) }, { cols: C, capacity, eps, chunk: 1 });
    return out;
  };

  for (const ids of slices) embeddingForwardSlots(plan, { live, ...lists, weight: w(sliceOf(layout.embedding, ids, C)), out: streams[0]! }, C, capacity, ids);
  layout.layers.forEach((blocks, l) => {
    const inp = streams[l % 2]!, out = streams[(l + 1) % 2]!, cache = at.cache[l]!;
    let q: View, queryStride: number;
    if (!blocks.qkNorm && fusesProject({ inner: C, cols: stride }, D, precision)) {
      [q, queryStride] = [row('q', H * D), H * D];
      slotsProject(plan, { live, inp, norm: w(blocks.inputNorm), weight: w(blocks.qkv), state, table, q, cache, ...(blocks.qkvBias ? { bias: w(blocks.qkvBias) } : {}) }, { inner: C, cols: stride, eps, capacity }, { ...place, slots }, precision);
    } else {
      [q, queryStride] = [row('qkv', stride), stride];
      const projected = blocks.qkNorm ? row('projected', stride) : q;
      matmulForward(plan, { live, inp: normed(inp, blocks.inputNorm), weight: w(blocks.qkv), out: projected, ...(blocks.qkvBias ? { bias: w(blocks.qkvBias) } : {}) }, { inner: C, cols: stride, capacity });
      if (blocks.qkNorm) qknormForward(plan, { live, inp: projected, weight: w(blocks.qkNorm), out: q, rstd: row('rstd qk', H + K) }, { queryHeads: H, keyHeads: K, headDim: D, stride, capacity, eps, chunk: 1 });
      ropeForwardSlots(plan, { live, ...lists, table, qkv: q }, { heads: H + K, headDim: D, stride, capacity });
      cacheWriteSlots(plan, { live, ...lists, qkv: q, cache }, { ...place, slots, capacity }, precision);
    }
    attentionForwardSlots(plan, { live, ...lists, q, cache, out: heads }, { ...place, slots, capacity, stride: queryStride }, precision);
    matmulForward(plan, { live, inp: heads, weight: w(blocks.attentionOut), residual: inp, out: middle }, { inner: H * D, cols: C, capacity });
    if (fusesPairs({ inner: C, cols: 2 * F })) {
      slotsGated(plan, { live, inp: middle, norm: w(blocks.postNorm), weight: w(blocks.gateUp), out: gated }, { inner: C, cols: 2 * F, eps, capacity });
    } else {
      const gateUp = row('gate up', 2 * F);
      matmulForward(plan, { live, inp: normed(middle, blocks.postNorm), weight: w(blocks.gateUp), out: gateUp }, { inner: C, cols: 2 * F, capacity });
      swigluForward(plan, { live, inp: gateUp, out: gated }, F, capacity);
    }
    matmulForward(plan, { live, inp: gated, weight: w(blocks.down), residual: middle, out }, { inner: F, cols: C, capacity });
  });
  const last = streams[layout.layers.length % 2]!;
  const parts = slices.map(({ first, count }) => ({ first, across: V, cols: count, inner: C, weight: w(sliceOf(layout.head, { first, count }, C)) }));
  const fused = parts.every(fusesLogits);
  const inp = fused ? last : normed(last, layout.finalNorm);
  for (const { weight, cols, first, across } of parts) {
    if (fused) slotsLogits(plan, { live, inp, norm: w(layout.finalNorm), weight, out: logits }, { inner: C, cols, eps, capacity }, { first, across });
    else matmulForward(plan, { live, inp, weight, out: logits }, { inner: C, cols, capacity, first, across });
  }
  sampleChoose(plan, { live, draw: at.draw, logits, state, seen: at.seen, ids: at.ids, logps: at.logps }, V, positions, slots);
  return plan;
}
