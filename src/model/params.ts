/** Where every parameter lies in the arenas, and how a new model is drawn. Knows names and offsets, nothing of the GPU. */
import type { Slice } from '../gpu/ops/embedding';
import { createRng } from '../rng';
import { labError, type ModelConfig, type NamedTensor } from '../types';

/** A run of floats; `offset` is a multiple of ALIGN unless the tensor sits inside a fused block. */
export interface Slot { name: string; shape: number[]; offset: number; size: number }

/** Fused blocks are bound whole: q, k and v are one matmul, gate and up another. */
export interface LayerBlocks {
  qkv: Block; qkvBias: Block | null; attentionOut: Block; gateUp: Block; down: Block;
  inputNorm: Block; postNorm: Block; qkNorm: Block | null;
}
export interface Block { offset: number; size: number }

/** A run of an arena's floats that is one buffer. */
export interface Shard { start: number; length: number }

export interface Layout {
  /** Floats in each arena. */
  length: number;
  /** Weight decay applies below this offset: matrices first, vectors after. */
  decayed: number;
  parameters: number;
  slots: Slot[];
  /** Every block, in order. */
  blocks: Block[];
  embedding: Block;
  head: Block;
  finalNorm: Block;
  layers: LayerBlocks[];
}

/** A model as it is planned for a device: `slices` cut its vocabulary to what one binding takes, `capacity` is the rows of a micro-batch. */
export interface Shape { config: ModelConfig; layout: Layout; slices: readonly Slice[]; capacity: number }

/** 64 floats = 256 bytes, WebGPU's offset alignment for bindings. */
const ALIGN = 64;

/** One arena layout serves weights, gradients and both moments. */
export function layoutOf(config: ModelConfig): Layout {
  const { vocab_size: V, hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D } = config;
  const slots: Slot[] = [];
  const blocks: Block[] = [];
  let length = 0;
  const block = (tensors: [string, number[]][]): Block => {
    const offset = length = Math.ceil(length / ALIGN) * ALIGN;
    for (const [name, shape] of tensors) {
      const size = shape.reduce((a, b) => a * b, 1);
      slots.push({ name, shape, offset: length, size });
      length += size;
    }
    const made = { offset, size: length - offset };
    blocks.push(made);
    return made;
  };
  const embedding = block([['model.embed_tokens.weight', [V, C]]]);
  const matrices = Array.from({ length: config.num_hidden_layers }, (_, l) => {
    const at = `model.layers.${l}.`;
    return {
      qkv: block([[`${at}self_attn.q_proj.weight`, [H * D, C]], [`${at}self_attn.k_proj.weight`, [K * D, C]], [`${at}self_attn.v_proj.weight`, [K * D, C]]]),
      attentionOut: block([[`${at}self_attn.o_proj.weight`, [C, H * D]]]),
      gateUp: block([[`${at}mlp.gate_proj.weight`, [F, C]], [`${at}mlp.up_proj.weight`, [F, C]]]),
      down: block([[`${at}mlp.down_proj.weight`, [C, F]]]),
    };
  });
  const head = config.tie_word_embeddings ? embedding : block([['lm_head.weight', [V, C]]]);
  const decayed = length;
  const layers = matrices.map((matrix, l) => {
    const at = `model.layers.${l}.`;
    return {
      ...matrix,
      inputNorm: block([[`${at}input_layernorm.weight`, [C]]]),
      postNorm: block([[`${at}post_attention_layernorm.weight`, [C]]]),
      qkvBias: config.attention_bias
        ? block([[`${at}self_attn.q_proj.bias`, [H * D]], [`${at}self_attn.k_proj.bias`, [K * D]], [`${at}self_attn.v_proj.bias`, [K * D]]])
        : null,
      qkNorm: config.qk_norm ? block([[`${at}self_attn.q_norm.weight`, [D]], [`${at}self_attn.k_norm.weight`, [D]]]) : null,
    };
  });
  const finalNorm = block([['model.norm.weight', [C]]]);
  const parameters = slots.reduce((sum, slot) => sum + slot.size, 0);
  return { length: Math.ceil(length / ALIGN) * ALIGN, decayed, parameters, slots, blocks, embedding, head, finalNorm, layers };
}

/** Rows of logits that are computed together at least, and ids by which the vocabulary is cut, so that cuts lie at multiples of ALIGN. */
export const ROWS = 64;

/**
 * The vocabulary in runs of ids whose rows of the embedding, and whose ROWS rows of logits, fit one binding of `binding` bytes;
 * one run wherever that does.
 */
export function vocabularySlices({ vocab_size: V, hidden_size: C }: ModelConfig, binding: number): Slice[] {
  const most = Math.floor(binding / 4 / Math.max(C, ROWS));
  if (V <= most) return [{ first: 0, count: V }];
  const count = Math.floor(most / ROWS) * ROWS;
  if (count === 0) throw labError('BadModel', `${ROWS} rows of ${Math.max(C, ROWS)} numbers need ${4 * ROWS * Math.max(C, ROWS)} bytes in one binding; this GPU allows ${binding}. Nothing was loaded; choose a smaller model.`);
  return Array.from({ length: Math.ceil(V / count) }, (_, i) => ({ first: i * count, count: Math.min(count, V - i * count) }));
}

/** The block of a slice of the embedding or the head. */
export function sliceOf(block: Block, { first, count }: Slice, cols: number): Block {
  return { offset: block.offset + first * cols, size: count * cols };
}

/** The arena in buffers of at most `bytes`, each as full as can be without cutting a block, or a slice of the embedding or the head. */
export function shardsOf(layout: Layout, config: ModelConfig, slices: readonly Slice[], bytes: number): Shard[] {
  const units = layout.blocks.flatMap(block => (block === layout.embedding || block === layout.head ? slices.map(slice => sliceOf(block, slice, config.hidden_size)) : [block]));
  const shards: Shard[] = [];
  units.forEach(({ offset }, i) => {
    const length = (units[i + 1]?.offset ?? layout.length) - offset;
    if (length * 4 > bytes) throw labError('BadModel', `The model needs ${length * 4} bytes in one binding; this GPU allows ${bytes}. Nothing was loaded; choose a smaller model.`);
    const open = shards.at(-1);
    if (open && (open.length + length) * 4 <= bytes) open.length += length;
    else shards.push({ start: offset, length });
  });
  return shards;
}

/**
 * A new model: embeddings N(0, 0.02), matrices N(0, 1/sqrt(fan_in)), outputs into the residual stream scaled by
 * 1/sqrt(2L), norms 1, biases 0. The same seed gives the same floats.
 */
export function initialWeights(config: ModelConfig, layout: Layout, seed: number): Float32Array {
  const weights = new Float32Array(layout.length);
  const residual = 1 / Math.sqrt(2 * config.num_hidden_layers);
  layout.slots.forEach((slot, stream) => {
    if (slot.shape.length === 1) {
      if (slot.name.endsWith('norm.weight')) weights.fill(1, slot.offset, slot.offset + slot.size);
      return;
    }
    const outward = /(o_proj|down_proj)\.weight$/.test(slot.name);
    const scale = slot.name.includes('embed_tokens') ? 0.02 : (outward ? residual : 1) / Math.sqrt(slot.shape[1]!);
    const draw = createRng(seed, 0, 1000 + stream);
    for (let i = 0; i < slot.size; i += 2) {
      // Box-Muller; 1 - u keeps the logarithm's argument above 0.
      const radius = scale * Math.sqrt(-2 * Math.log(1 - draw()));
      const angle = 2 * Math.PI * draw();
      weights[slot.offset + i] = radius * Math.cos(angle);
      if (i + 1 < slot.size) weights[slot.offset + i + 1] = radius * Math.sin(angle);
    }
  });
  return weights;
}

/** Places named tensors in an arena; throws BadModel naming the first missing or misshapen one. */
export function packTensors(layout: Layout, tensors: NamedTensor[]): Float32Array {
  const byName = new Map(tensors.map(tensor => [tensor.name, tensor]));
  const arena = new Float32Array(layout.length);
  for (const slot of layout.slots) {
    const tensor = byName.get(slot.name);
    if (!tensor) throw labError('BadModel', `The model has no tensor ${slot.name}. Nothing was loaded; check that config.json belongs to these weights.`);
    if (tensor.shape.join('x') !== slot.shape.join('x')) {
      throw labError('BadModel', `${slot.name} has shape ${tensor.shape.join(' x ')}, config.json asks for ${slot.shape.join(' x ')}. Nothing was loaded.`);
    }
    arena.set(tensor.data, slot.offset);
  }
  return arena;
}

/** The named tensors of an arena (copies). */
export function unpackTensors(layout: Layout, arena: Float32Array): NamedTensor[] {
  return layout.slots.map(({ name, shape, offset, size }) => ({ name, shape: [...shape], data: arena.slice(offset, offset + size) }));
}
