/** The models that are measured and the work that they ask for; knows shapes and formulas, no engine. */
import { MODEL_SIZES } from '../../src/config';
import type { ModelConfig } from '../../src/types';

export interface Size {
  name: string;
  config: ModelConfig;
  /** Rows x tokens of one training batch, on a GPU and on a software adapter. */
  batch: [number, number];
  softwareBatch: [number, number];
}

/** Llama layout, tied head, no biases, as the lab's new models have it. */
function llama(hidden: number, layers: number, heads: number, feedForward: number, vocabulary: number): ModelConfig {
  return {
    model_type: 'llama', vocab_size: vocabulary, hidden_size: hidden, intermediate_size: feedForward, num_hidden_layers: layers, num_attention_heads: heads,
    num_key_value_heads: heads, head_dim: hidden / heads, max_position_embeddings: 512, rms_norm_eps: 1e-5, rope_theta: 10000, tie_word_embeddings: true,
    attention_bias: false, qk_norm: false,
  };
}

const starter = (key: keyof typeof MODEL_SIZES): ModelConfig => {
  const { hidden, layers, heads, feedForward } = MODEL_SIZES[key];
  return llama(hidden, layers, heads, feedForward, 512);
};

/** The first two are the shapes of the shipped starters. */
export const SIZES: readonly Size[] = [
  { name: '0.1M', config: starter('107k'), batch: [8, 256], softwareBatch: [2, 64] },
  { name: '0.3M', config: starter('351k'), batch: [8, 256], softwareBatch: [2, 64] },
  { name: '3M', config: llama(192, 6, 6, 512, 1024), batch: [8, 256], softwareBatch: [2, 64] },
  { name: '25M', config: llama(512, 7, 8, 1408, 4096), batch: [8, 256], softwareBatch: [1, 64] },
  { name: '125M', config: llama(768, 12, 12, 2048, 50304), batch: [4, 256], softwareBatch: [1, 32] },
];

/** Weights that take part in a product: all matrices, the tied embedding once, as the head. */
export function matmulWeights(config: ModelConfig): number {
  const { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L, vocab_size: V } = config;
  return L * (C * (2 * H + 2 * K) * D + 3 * C * F) + V * C;
}

/** One training step over rows x tokens: 6 a weight and token, and causal attention at half of its square (forward 4, backward 8). */
export function trainFlops(config: ModelConfig, [rows, tokens]: readonly [number, number]): number {
  const { num_attention_heads: H, head_dim: D, num_hidden_layers: L } = config;
  return rows * tokens * (6 * matmulWeights(config) + 12 * L * H * D * tokens / 2);
}

/** One decoded token of every row, `length` tokens in: FLOPs, and the bytes of weights and cache that have to be read for it. */
export function decodeWork(config: ModelConfig, rows: number, length: number): { flops: number; bytes: number } {
  const { num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L } = config;
  const weights = matmulWeights(config);
  return { flops: rows * (2 * weights + 4 * L * H * D * length), bytes: 4 * (weights + rows * 2 * L * K * D * length) };
}
