/** What a configuration will cost, worked out before it runs; knows settings and model shapes, measures nothing. */
import { modelConfig } from '../config';
import type { Settings } from '../config';
import type { ModelConfig } from '../types';

/** Parameters of a model of this family: embeddings, per layer norms, attention and MLP, the last norm, an untied head. */
export function parameterCount(c: ModelConfig): number {
  const q = c.hidden_size * c.num_attention_heads * c.head_dim;
  const kv = c.hidden_size * c.num_key_value_heads * c.head_dim;
  const bias = c.attention_bias ? (c.num_attention_heads + 2 * c.num_key_value_heads) * c.head_dim : 0;
  const norms = 2 * c.hidden_size + (c.qk_norm ? 2 * c.head_dim : 0);
  const layer = 2 * q + 2 * kv + bias + norms + 3 * c.hidden_size * c.intermediate_size;
  return c.vocab_size * c.hidden_size * (c.tie_word_embeddings ? 1 : 2) + c.num_hidden_layers * layer + c.hidden_size;
}

export interface Consequence {
  parameters: number;
  /** Weights, gradients and both Adam moments in f32; activations come on top. */
  trainingBytes: number;
  /** Documentations and reconstructions sampled for an update. */
  sequencesPerStep: number;
  /** Most tokens an update can sample. */
  tokensPerStep: number;
}

/** @param starter config of the model the run starts from when it is not a new one; null = not loaded yet. */
export function consequence(settings: Settings, starter: ModelConfig | null): Consequence {
  const config = settings.model === 'new' || !starter ? modelConfig(settings, settings.vocabSize) : starter;
  const parameters = parameterCount(config);
  const documentations = settings.codesPerStep * settings.documentations;
  const reconstructions = documentations * settings.reconstructions;
  return {
    parameters,
    trainingBytes: parameters * 16,
    sequencesPerStep: documentations + reconstructions,
    tokensPerStep: documentations * settings.maxDocumentationTokens + reconstructions * settings.maxCodeTokens,
  };
}
