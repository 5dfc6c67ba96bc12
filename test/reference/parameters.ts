/** Names, shapes and random values of a model's parameters in f64: knows the layout of Hugging Face's files, nothing of computing. */
import type { ModelConfig } from '../../src/types';

/** Parameters (or gradients, or moments) by Hugging Face name, in file order. */
export type Parameters = Map<string, Float64Array>;

/** Every parameter with its shape, in layer order. `lm_head.weight` is there only when untied. */
export function parameterShapes(config: ModelConfig): { name: string; shape: number[] }[] {
  const C = config.hidden_size, F = config.intermediate_size, V = config.vocab_size, D = config.head_dim;
  const Q = config.num_attention_heads * D, KV = config.num_key_value_heads * D;
  const list: { name: string; shape: number[] }[] = [{ name: 'model.embed_tokens.weight', shape: [V, C] }];
  for (let l = 0; l < config.num_hidden_layers; l++) {
    const add = (name: string, ...shape: number[]): void => void list.push({ name: `model.layers.${l}.${name}`, shape });
    add('input_layernorm.weight', C);
    for (const [letter, width] of [['q', Q], ['k', KV], ['v', KV]] as const) {
      add(`self_attn.${letter}_proj.weight`, width, C);
      if (config.attention_bias) add(`self_attn.${letter}_proj.bias`, width);
    }
    add('self_attn.o_proj.weight', C, Q);
    if (config.qk_norm) {
      add('self_attn.q_norm.weight', D);
      add('self_attn.k_norm.weight', D);
    }
    add('post_attention_layernorm.weight', C);
    add('mlp.gate_proj.weight', F, C);
    add('mlp.up_proj.weight', F, C);
    add('mlp.down_proj.weight', C, F);
  }
  list.push({ name: 'model.norm.weight', shape: [C] });
  if (!config.tie_word_embeddings) list.push({ name: 'lm_head.weight', shape: [V, C] });
  return list;
}

/** Rank by name, as AdamW's decay wants it. */
export function parameterRanks(config: ModelConfig): Map<string, number> {
  return new Map(parameterShapes(config).map(({ name, shape }) => [name, shape.length]));
}

/** Same names and lengths, all zero. */
export function zerosLike(parameters: Parameters): Parameters {
  return new Map(Array.from(parameters, ([name, data]) => [name, new Float64Array(data.length)]));
}

/**
 * Values for tests: matrices `scale` * normal, norm weights near 1 but not 1, biases not 0, so that no gradient path is silent.
 * @param normal draws a standard normal number
 */
export function randomParameters(config: ModelConfig, normal: () => number, scale: number): Parameters {
  return new Map(parameterShapes(config).map(({ name, shape }) => {
    const centre = name.endsWith('norm.weight') ? 1 : 0;
    const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
    return [name, data.map(() => centre + scale * normal())];
  }));
}
