/** f64 reference of the whole model over packed sequences: knows how the ops are joined for Llama, Qwen2 and Qwen3, and leaves every formula to its op. */
import type { ModelConfig } from '../../src/types';
import { attentionBackward, attentionForward, type AttentionShape } from './attention';
import { embeddingBackward, embeddingForward } from './embedding';
import { logprobBackward, logprobForward } from './logprob';
import { matmulBackward, matmulForward } from './matmul';
import { zerosLike, type Parameters } from './parameters';
import { policyForwardBackward, type PolicyOutput, type PolicySettings } from './policy';
import { qknormBackward, qknormForward } from './qknorm';
import { residualBackward, residualForward } from './residual';
import { rmsnormBackward, rmsnormForward } from './rmsnorm';
import { ropeBackward, ropeForward } from './rope';
import { swigluBackward, swigluForward } from './swiglu';

interface LayerActivations {
  inp: Float64Array; norm1: Float64Array; rstd1: Float64Array;
  /** q, k, v straight from their projections; then as attention reads them. */
  q0: Float64Array; k0: Float64Array; rstdQ: Float64Array; rstdK: Float64Array;
  q: Float64Array; k: Float64Array; v: Float64Array; lse: Float64Array; mixed: Float64Array;
  middle: Float64Array; norm2: Float64Array; rstd2: Float64Array; gate: Float64Array; up: Float64Array; hidden: Float64Array;
}

export interface Activations {
  tokens: ArrayLike<number>; positions: Int32Array; start: Int32Array;
  layers: LayerActivations[];
  last: Float64Array; norm: Float64Array; rstd: Float64Array;
  /** [N,V] */
  logits: Float64Array;
}

/** Logits [N,V] of packed sequences; sequence s is tokens offsets[s] .. offsets[s+1] and sees only itself. Keeps what the backward needs. */
export function transformerForward(config: ModelConfig, weights: Parameters, tokens: ArrayLike<number>, offsets: ArrayLike<number>): Activations {
  const N = tokens.length, C = config.hidden_size, D = config.head_dim, eps = config.rms_norm_eps;
  const start = new Int32Array(N), positions = new Int32Array(N);
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let t = offsets[s]; t < offsets[s + 1]; t++) { start[t] = offsets[s]; positions[t] = t - offsets[s]; }
  }
  const shape: AttentionShape = { H: config.num_attention_heads, K: config.num_key_value_heads, D, start };
  let x = embeddingForward(get(weights, 'model.embed_tokens.weight'), tokens, C);
  const layers: LayerActivations[] = [];
  for (let l = 0; l < config.num_hidden_layers; l++) {
    const w = (name: string): Float64Array => get(weights, `model.layers.${l}.${name}`);
    const bias = (name: string): Float64Array | null => (config.attention_bias ? w(name) : null);
    const inp = x;
    const { out: norm1, rstd: rstd1 } = rmsnormForward(inp, w('input_layernorm.weight'), eps);
    const project = (letter: string): Float64Array => matmulForward(norm1, w(`self_attn.${letter}_proj.weight`), bias(`self_attn.${letter}_proj.bias`), C);
    const q0 = project('q'), k0 = project('k'), v = project('v');
    const qNorm = config.qk_norm ? qknormForward(q0, w('self_attn.q_norm.weight'), eps) : { out: q0, rstd: new Float64Array(0) };
    const kNorm = config.qk_norm ? qknormForward(k0, w('self_attn.k_norm.weight'), eps) : { out: k0, rstd: new Float64Array(0) };
    const q = ropeForward(qNorm.out, positions, D, config.rope_theta);
    const k = ropeForward(kNorm.out, positions, D, config.rope_theta);
    const { out: mixed, lse } = attentionForward(q, k, v, shape);
    const middle = residualForward(inp, matmulForward(mixed, w('self_attn.o_proj.weight'), null, shape.H * D));
    const { out: norm2, rstd: rstd2 } = rmsnormForward(middle, w('post_attention_layernorm.weight'), eps);
    const gate = matmulForward(norm2, w('mlp.gate_proj.weight'), null, C), up = matmulForward(norm2, w('mlp.up_proj.weight'), null, C);
    const hidden = swigluForward(gate, up);
    x = residualForward(middle, matmulForward(hidden, w('mlp.down_proj.weight'), null, config.intermediate_size));
    layers.push({
      inp, norm1, rstd1, q0, k0, rstdQ: qNorm.rstd, rstdK: kNorm.rstd, q, k, v, lse, mixed, middle, norm2, rstd2, gate, up, hidden,
    });
  }
  const { out: norm, rstd } = rmsnormForward(x, get(weights, 'model.norm.weight'), eps);
  return { tokens, positions, start, layers, last: x, norm, rstd, logits: matmulForward(norm, head(config, weights), null, C) };
}

/** gradients += d loss / d parameter for every parameter, given dlogits [N,V]. A tied head adds to the embedding's gradient. */
export function transformerBackward(config: ModelConfig, weights: Parameters, gradients: Parameters, saved: Activations, dlogits: Float64Array): void {
  const C = config.hidden_size, D = config.head_dim, zeros = (like: Float64Array): Float64Array => new Float64Array(like.length);
  const shape: AttentionShape = { H: config.num_attention_heads, K: config.num_key_value_heads, D, start: saved.start };
  const dnorm = zeros(saved.norm);
  matmulBackward(dnorm, head(config, gradients), null, dlogits, saved.norm, head(config, weights), C);
  let dx = zeros(saved.last);
  rmsnormBackward(dx, get(gradients, 'model.norm.weight'), dnorm, saved.last, get(weights, 'model.norm.weight'), saved.rstd);
  for (let l = config.num_hidden_layers - 1; l >= 0; l--) {
    const a = saved.layers[l];
    const w = (name: string): Float64Array => get(weights, `model.layers.${l}.${name}`);
    const g = (name: string): Float64Array => get(gradients, `model.layers.${l}.${name}`);
    const dmiddle = zeros(dx), ddown = zeros(dx);
    residualBackward(dmiddle, ddown, dx);
    const dhidden = zeros(a.hidden), dgate = zeros(a.gate), dup = zeros(a.up), dnorm2 = zeros(a.norm2);
    matmulBackward(dhidden, g('mlp.down_proj.weight'), null, ddown, a.hidden, w('mlp.down_proj.weight'), config.intermediate_size);
    swigluBackward(dgate, dup, dhidden, a.gate, a.up);
    matmulBackward(dnorm2, g('mlp.gate_proj.weight'), null, dgate, a.norm2, w('mlp.gate_proj.weight'), C);
    matmulBackward(dnorm2, g('mlp.up_proj.weight'), null, dup, a.norm2, w('mlp.up_proj.weight'), C);
    rmsnormBackward(dmiddle, g('post_attention_layernorm.weight'), dnorm2, a.middle, w('post_attention_layernorm.weight'), a.rstd2);

    const dinp = zeros(a.inp), dout = zeros(a.inp), dmixed = zeros(a.mixed), dnorm1 = zeros(a.norm1);
    residualBackward(dinp, dout, dmiddle);
    matmulBackward(dmixed, g('self_attn.o_proj.weight'), null, dout, a.mixed, w('self_attn.o_proj.weight'), shape.H * D);
    const dq = zeros(a.q), dk = zeros(a.k), dv = zeros(a.v);
    attentionBackward(dq, dk, dv, dmixed, a.q, a.k, a.v, a.mixed, a.lse, shape);
    const unrotate = (letter: 'q' | 'k', d: Float64Array, raw: Float64Array, rstd: Float64Array): Float64Array => {
      const rotated = zeros(d);
      ropeBackward(rotated, d, saved.positions, D, config.rope_theta);
      if (!config.qk_norm) return rotated;
      const normed = zeros(d), name = `self_attn.${letter}_norm.weight`;
      qknormBackward(normed, g(name), rotated, raw, w(name), rstd);
      return normed;
    };
    const branches = { q: unrotate('q', dq, a.q0, a.rstdQ), k: unrotate('k', dk, a.k0, a.rstdK), v: dv };
    for (const [letter, d] of Object.entries(branches)) {
      const name = `self_attn.${letter}_proj`;
      matmulBackward(dnorm1, g(`${name}.weight`), config.attention_bias ? g(`${name}.bias`) : null, d, a.norm1, w(`${name}.weight`), C);
    }
    rmsnormBackward(dinp, g('input_layernorm.weight'), dnorm1, a.inp, w('input_layernorm.weight'), a.rstd1);
    dx = dinp;
  }
  embeddingBackward(get(gradients, 'model.embed_tokens.weight'), dx, saved.tokens, C);
}

/** What a batch holds, in any array type; meanings as in `Batch` of src/types. */
export interface ReferenceBatch {
  tokens: ArrayLike<number>; offsets: ArrayLike<number>; weight: ArrayLike<number>; advantage: ArrayLike<number>;
  oldLogps?: ArrayLike<number>; refLogps?: ArrayLike<number>;
}

/** Target of each logit row: the next token of the same sequence, -1 after the last one. */
export function nextTokens(tokens: ArrayLike<number>, offsets: ArrayLike<number>): Int32Array {
  const targets = new Int32Array(tokens.length).fill(-1);
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let t = offsets[s]; t + 1 < offsets[s + 1]; t++) targets[t] = tokens[t + 1];
  }
  return targets;
}

/** logps[t] and entropies[t] belong to token t and come from the logits at t-1; 0 at the start of each sequence. */
export function scoreReference(
  config: ModelConfig, weights: Parameters, tokens: ArrayLike<number>, offsets: ArrayLike<number>, temperature: number,
): { logits: Float64Array; logps: Float64Array; entropies: Float64Array } {
  const { logits } = transformerForward(config, weights, tokens, offsets);
  const { logp, entropy } = logprobForward(logits, nextTokens(tokens, offsets), temperature);
  return { logits, logps: shiftRight(logp), entropies: shiftRight(entropy) };
}

export interface ReferenceResult extends PolicyOutput {
  logits: Float64Array; logps: Float64Array; entropies: Float64Array;
  gradients: Parameters;
}

/** Loss, metrics and the gradient of every parameter by name, of one batch. */
export function lossReference(
  config: ModelConfig, weights: Parameters, batch: ReferenceBatch, settings: PolicySettings & { temperature: number },
): ReferenceResult {
  const saved = transformerForward(config, weights, batch.tokens, batch.offsets);
  const targets = nextTokens(batch.tokens, batch.offsets);
  const { logp, entropy, lse } = logprobForward(saved.logits, targets, settings.temperature);
  const logps = shiftRight(logp), entropies = shiftRight(entropy);
  const output = policyForwardBackward({
    logp: logps, entropy: entropies, weight: batch.weight, advantage: batch.advantage,
    old: batch.oldLogps, ref: batch.refLogps, offsets: batch.offsets,
  }, settings);
  const dlogits = new Float64Array(saved.logits.length);
  logprobBackward(dlogits, shiftLeft(output.dlogp), shiftLeft(output.dentropy), saved.logits, targets, entropy, lse, settings.temperature);
  const gradients = zerosLike(weights);
  transformerBackward(config, weights, gradients, saved, dlogits);
  return { ...output, logits: saved.logits, logps, entropies, gradients };
}

/** Row n scores token n+1. The last row of a sequence scores nothing (0), so the shift leaves 0 at every sequence start. */
function shiftRight(rows: Float64Array): Float64Array {
  const out = new Float64Array(rows.length);
  out.set(rows.subarray(0, rows.length - 1), 1);
  return out;
}

function shiftLeft(perToken: Float64Array): Float64Array {
  const out = new Float64Array(perToken.length);
  out.set(perToken.subarray(1));
  return out;
}

function head(config: ModelConfig, parameters: Parameters): Float64Array {
  return get(parameters, config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight');
}

function get(parameters: Parameters, name: string): Float64Array {
  const data = parameters.get(name);
  if (!data) throw new Error(`Parameter ${name} is missing.`);
  return data;
}
