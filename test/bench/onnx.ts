/**
 * Our Llama as an ONNX file with a key-value cache, in the names that transformers.js expects (free dimensions too: it makes the first cache from `batch_size`) and in the fused operators that ONNX Runtime's own
 * model builder uses (GroupQueryAttention with its rotation, SkipSimplifiedLayerNormalization): the runtime is measured at its best.
 * Fields after onnx.proto (github.com/onnx/onnx, IR version 8, operator set 17); com.microsoft operators after ContribOperators.md of ONNX Runtime.
 *
 * GroupQueryAttention takes heads of 16, 32, 48 ... numbers. Heads of another size are widened with zeros, each half on its own because the
 * rotation turns pairs (i, i + D / 2); `scale` keeps the true size's, so the result is the same number.
 */
import type { ModelConfig, NamedTensor } from '../../src/types';
import { transpose } from './task';
import { block, float, integer, join, text, type Piece } from './protobuf';

/** TensorProto.DataType. */
const FLOAT = 1, INT32 = 6, INT64 = 7;

type Attribute = number | { float: number };
interface Operator { op: string; inputs: string[]; outputs: string[]; attributes?: Record<string, Attribute>; domain?: string }

/** Head size as the runtime's attention takes it. */
export function widenedHead(headDim: number): number {
  return Math.ceil(headDim / 16) * 16;
}

/**
 * The bytes of model.onnx. Inputs: input_ids [B,S], attention_mask [B,past+S] (int64), past_key_values.{l}.key and .value [B,K,past,D'].
 * Outputs: logits [B,1,V] of the last position, present.{l}.key and .value, and `next` [B,1], its largest entry's id, when asked for.
 * @throws for what has no such export: biases, q/k norms
 */
export function onnxModel(config: ModelConfig, tensors: readonly NamedTensor[], options: { next: boolean }): Uint8Array<ArrayBuffer> {
  if (config.attention_bias || config.qk_norm) throw new Error('Only the Llama layout is exported: no biases, no q/k norms.');
  const { hidden_size: C, num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L, vocab_size: V, rms_norm_eps: epsilon } = config;
  const wide = widenedHead(D);
  const graph = new Graph();
  const weight = (name: string): Float32Array => {
    const found = tensors.find(tensor => tensor.name === name);
    if (!found) throw new Error(`The model has no tensor ${name}.`);
    return found.data;
  };
  const norm = (name: string): string => graph.floats(name, [C], weight(name));
  /** Hugging Face's [out, in] as the [in, out] that MatMul multiplies by. */
  const matrix = (name: string, data: Float32Array, rows: number, cols: number): string => graph.floats(name, [cols, rows], transpose(data, rows, cols));

  graph.input('input_ids', INT64, ['batch_size', 'sequence_length']);
  graph.input('attention_mask', INT64, ['batch_size', 'total_sequence_length']);
  const embedding = weight('model.embed_tokens.weight');
  graph.add('Gather', [graph.floats('model.embed_tokens.weight', [V, C], embedding), 'input_ids'], ['x.0']);
  graph.add('ReduceSum', ['attention_mask', graph.longs('one', [1], [1])], ['lengths'], { keepdims: 0 });
  graph.add('Sub', ['lengths', 'one'], ['lasts']);
  graph.add('Cast', ['lasts'], ['seqlens_k'], { to: INT32 });
  graph.add('Shape', ['attention_mask'], ['mask_shape']);
  graph.add('Gather', ['mask_shape', graph.longs('axis', [], [1])], ['total_long']);
  graph.add('Cast', ['total_long'], ['total'], { to: INT32 });
  const { cos, sin } = rotation(config, wide / 2);
  graph.floats('cos', [config.max_position_embeddings, wide / 2], cos);
  graph.floats('sin', [config.max_position_embeddings, wide / 2], sin);

  let stream = 'x.0', added: string | null = null;
  /** Adds what the last block made to the stream and normalises it. */
  const normalise = (at: string, gain: string): string => {
    if (added === null) graph.add('SimplifiedLayerNormalization', [stream, gain], [`${at}.normed`], { axis: -1, epsilon: { float: epsilon }, stash_type: 1 });
    else {
      graph.add('SkipSimplifiedLayerNormalization', [stream, added, gain], [`${at}.normed`, '', '', `${at}.stream`], { epsilon: { float: epsilon } }, 'com.microsoft');
      stream = `${at}.stream`;
    }
    return `${at}.normed`;
  };
  for (let l = 0; l < L; l++) {
    const at = `model.layers.${l}.`;
    const cacheShape = ['batch_size', K, 'past_sequence_length', wide];
    graph.input(`past_key_values.${l}.key`, FLOAT, cacheShape);
    graph.input(`past_key_values.${l}.value`, FLOAT, cacheShape);
    const heads = { q: H, k: K, v: K } as const;
    const wideRows = (['q', 'k', 'v'] as const).map(letter => widenRows(weight(`${at}self_attn.${letter}_proj.weight`), heads[letter], D, C));
    const qkv = new Float32Array((H + 2 * K) * wide * C);
    wideRows.reduce((offset, rows) => { qkv.set(rows, offset); return offset + rows.length; }, 0);
    const normed = normalise(`${at}attention`, norm(`${at}input_layernorm.weight`));
    graph.add('MatMul', [normed, matrix(`${at}qkv`, qkv, (H + 2 * K) * wide, C)], [`${at}qkv.out`]);
    graph.add(
      'GroupQueryAttention', [`${at}qkv.out`, '', '', `past_key_values.${l}.key`, `past_key_values.${l}.value`, 'seqlens_k', 'total', 'cos', 'sin'],
      [`${at}heads`, `present.${l}.key`, `present.${l}.value`],
      { num_heads: H, kv_num_heads: K, do_rotary: 1, rotary_interleaved: 0, scale: { float: 1 / Math.sqrt(D) } }, 'com.microsoft',
    );
    // The output projection reads the widened heads: its columns are widened like the rows of q, k and v.
    const out = transpose(widenRows(transpose(weight(`${at}self_attn.o_proj.weight`), C, H * D), H, D, C), H * wide, C);
    graph.add('MatMul', [`${at}heads`, matrix(`${at}o_proj`, out, C, H * wide)], [`${at}mixed`]);
    added = `${at}mixed`;
    const fed = normalise(`${at}mlp`, norm(`${at}post_attention_layernorm.weight`));
    const F = config.intermediate_size;
    graph.add('MatMul', [fed, matrix(`${at}gate_proj`, weight(`${at}mlp.gate_proj.weight`), F, C)], [`${at}gate`]);
    graph.add('MatMul', [fed, matrix(`${at}up_proj`, weight(`${at}mlp.up_proj.weight`), F, C)], [`${at}up`]);
    graph.add('Sigmoid', [`${at}gate`], [`${at}sigmoid`]);
    graph.add('Mul', [`${at}gate`, `${at}sigmoid`], [`${at}silu`]);
    graph.add('Mul', [`${at}silu`, `${at}up`], [`${at}gated`]);
    graph.add('MatMul', [`${at}gated`, matrix(`${at}down_proj`, weight(`${at}mlp.down_proj.weight`), C, F)], [`${at}down`]);
    added = `${at}down`;
  }
  const last = normalise('final', norm('model.norm.weight'));
  // The head over the last position alone: a prompt's other logits are never looked at.
  graph.add('Slice', [last, graph.longs('from', [1], [-1]), graph.longs('to', [1], [Number.MAX_SAFE_INTEGER]), 'one'], ['last']);
  const head = config.tie_word_embeddings ? embedding : weight('lm_head.weight');
  graph.add('MatMul', ['last', matrix('lm_head', head, V, C)], ['logits']);
  graph.output('logits', FLOAT, ['batch_size', 1, V]);
  if (options.next) {
    graph.add('ArgMax', ['logits'], ['next'], { axis: -1, keepdims: 0 });
    graph.output('next', INT64, ['batch_size', 1]);
  }
  for (let l = 0; l < L; l++) for (const part of ['key', 'value']) graph.output(`present.${l}.${part}`, FLOAT, ['batch_size', K, 'total_sequence_length', wide]);
  return modelFile(graph);
}

/** One product: `left` [rows, inner] as input, the right-hand side [inner, cols] inside the file, `out` [rows, cols]. */
export function onnxMatmul(rows: number, cols: number, inner: number, right: Float32Array): Uint8Array<ArrayBuffer> {
  const graph = new Graph();
  graph.input('left', FLOAT, [rows, inner]);
  graph.add('MatMul', ['left', graph.floats('right', [inner, cols], right)], ['out']);
  graph.output('out', FLOAT, [rows, cols]);
  return modelFile(graph);
}

function modelFile(graph: Graph): Uint8Array<ArrayBuffer> {
  return join([integer(1, 8), text(2, 'batcoder-lab'), block(7, graph.bytes()), block(8, [text(1, ''), integer(2, 17)]), block(8, [text(1, 'com.microsoft'), integer(2, 1)])]);
}

/** Rows of `heads` heads of D, [heads * D, cols], with each half head followed by zeros up to half the widened size. */
function widenRows(data: Float32Array, heads: number, D: number, cols: number): Float32Array {
  const wide = widenedHead(D), half = D / 2;
  const out = new Float32Array(heads * wide * cols);
  for (let piece = 0; piece < heads * 2; piece++) out.set(data.subarray(piece * half * cols, (piece + 1) * half * cols), piece * (wide / 2) * cols);
  return out;
}

/** cos and sin of position * theta^(-2i / D), [positions, half]; past the true half, cos 1 and sin 0: nothing turns. */
function rotation({ max_position_embeddings: positions, head_dim: D, rope_theta: theta }: ModelConfig, half: number): { cos: Float32Array; sin: Float32Array } {
  const cos = new Float32Array(positions * half).fill(1), sin = new Float32Array(positions * half);
  for (let p = 0; p < positions; p++) {
    for (let i = 0; i < D / 2; i++) {
      const angle = p * theta ** (-2 * i / D);
      cos[p * half + i] = Math.cos(angle);
      sin[p * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** Operators, initializers and ports in the order in which they were added. */
class Graph {
  #nodes: Piece[] = [];
  #initializers: Piece[] = [];
  #inputs: Piece[] = [];
  #outputs: Piece[] = [];

  add(op: string, inputs: string[], outputs: string[], attributes: Record<string, Attribute> = {}, domain = ''): void {
    this.#nodes.push(block(1, node({ op, inputs, outputs, attributes, domain }, `${op}.${this.#nodes.length}`)));
  }

  floats(name: string, dims: number[], data: Float32Array): string {
    return this.#initializer(name, dims, FLOAT, data);
  }

  longs(name: string, dims: number[], data: number[]): string {
    return this.#initializer(name, dims, INT64, BigInt64Array.from(data, BigInt));
  }

  /** A number is a fixed dimension, a name a free one. */
  input(name: string, type: number, dims: (number | string)[]): void {
    this.#inputs.push(block(11, port(name, type, dims)));
  }

  output(name: string, type: number, dims: (number | string)[]): void {
    this.#outputs.push(block(12, port(name, type, dims)));
  }

  bytes(): Piece {
    return [this.#nodes, text(2, 'llama'), this.#initializers, this.#inputs, this.#outputs];
  }

  #initializer(name: string, dims: number[], type: number, data: Float32Array | BigInt64Array): string {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push(block(5, [dims.map(dim => integer(1, dim)), integer(2, type), text(8, name), block(9, raw)]));
    return name;
  }
}

function node({ op, inputs, outputs, attributes = {}, domain = '' }: Operator, name: string): Piece {
  const written = Object.entries(attributes).map(([key, value]) => block(5, [
    text(1, key), typeof value === 'number' ? [integer(3, value), integer(20, 2)] : [float(2, value.float), integer(20, 1)],
  ]));
  return [inputs.map(input => text(1, input)), outputs.map(output => text(2, output)), text(3, name), text(4, op), written, text(7, domain)];
}

function port(name: string, type: number, dims: (number | string)[]): Piece {
  const shape = dims.map(dim => block(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)));
  return [text(1, name), block(2, block(1, [integer(1, type), block(2, shape)]))];
}
