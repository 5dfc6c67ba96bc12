/** Knows which tensors a config implies, by Hugging Face's names and shapes; does not know where any of them is stored. */
import { labError, type ModelConfig } from '../types';

export interface TensorSpec { name: string; shape: number[] }

/**
 * Every tensor of the model in Hugging Face's naming, in layer order. A projection weight is [out, in], as torch's Linear has it.
 * The head is listed only when it is not tied to the embedding.
 */
export function expectedTensors(config: ModelConfig): TensorSpec[] {
  const { vocab_size: V, hidden_size: C, intermediate_size: F, num_hidden_layers: L, num_attention_heads: H, num_key_value_heads: K, head_dim: D } = config;
  const specs: TensorSpec[] = [{ name: 'model.embed_tokens.weight', shape: [V, C] }];
  for (let layer = 0; layer < L; layer++) {
    const add = (name: string, ...shape: number[]) => specs.push({ name: `model.layers.${layer}.${name}`, shape });
    add('input_layernorm.weight', C);
    for (const [letter, rows] of [['q', H * D], ['k', K * D], ['v', K * D]] as const) {
      add(`self_attn.${letter}_proj.weight`, rows, C);
      if (config.attention_bias) add(`self_attn.${letter}_proj.bias`, rows);
    }
    if (config.qk_norm) {
      add('self_attn.q_norm.weight', D);
      add('self_attn.k_norm.weight', D);
    }
    add('self_attn.o_proj.weight', C, H * D);
    add('post_attention_layernorm.weight', C);
    add('mlp.gate_proj.weight', F, C);
    add('mlp.up_proj.weight', F, C);
    add('mlp.down_proj.weight', C, F);
  }
  specs.push({ name: 'model.norm.weight', shape: [C] });
  if (!config.tie_word_embeddings) specs.push({ name: 'lm_head.weight', shape: [V, C] });
  return specs;
}

/** Parameters of the model, a tied head counted once. */
export function countParameters(config: ModelConfig): number {
  return expectedTensors(config).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/** Tensors that published files carry although the model does not need them: constants of RoPE, and the copy of a tied embedding. */
function isIgnorable(name: string, config: ModelConfig): boolean {
  return /^model\.(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq$/.test(name) || (config.tie_word_embeddings && name === 'lm_head.weight');
}

/**
 * Holds names and shapes (a file's header, or tensors at hand) against the config. Returns the names to leave out.
 * Throws BadModel naming the first tensor that is missing, has another shape, appears twice or does not belong.
 */
export function checkTensors(config: ModelConfig, tensors: readonly TensorSpec[]): Set<string> {
  const refuse = (reason: string) => labError('BadModel', `The weights do not fit config.json: ${reason}. No model was loaded. Check that both files belong to the same model.`);
  const found = new Map<string, readonly number[]>();
  for (const { name, shape } of tensors) {
    if (found.has(name)) throw refuse(`${name} appears twice`);
    found.set(name, shape);
  }
  for (const { name, shape } of expectedTensors(config)) {
    const actual = found.get(name);
    if (!actual) throw refuse(`${name} of shape [${shape}] is missing`);
    if (actual.length !== shape.length || actual.some((size, i) => size !== shape[i])) throw refuse(`${name} has the shape [${actual}], expected [${shape}]`);
    found.delete(name);
  }
  const ignored = new Set<string>();
  for (const name of found.keys()) {
    if (!isIgnorable(name, config)) throw refuse(`${JSON.stringify(name.slice(0, 120))} is not a tensor of this ${config.model_type} model`);
    ignored.add(name);
  }
  return ignored;
}
