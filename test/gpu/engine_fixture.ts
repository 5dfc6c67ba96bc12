/** Models and batches for tests of the whole engine: knows how to hand the same weights to the engine and to the f64 reference. */
import { openGpu, type Gpu } from '../../src/gpu/device';
import { Engine } from '../../src/model/engine';
import type { Batch, GenerateRequest, ModelConfig, NamedTensor } from '../../src/types';
import { pack } from '../fixtures/engine/read';
import { normals } from '../reference/finite_difference';
import { parameterShapes, randomParameters, type Parameters } from '../reference/parameters';

export async function openEngine(): Promise<{ engine: Engine; gpu: Gpu }> {
  const gpu = await openGpu(navigator.gpu);
  return { engine: new Engine(gpu), gpu };
}

/** Sizes that no tile divides: V 67, C 20, F 37, two layers. Head size 6 and 4:2 heads unless changed. */
export function oddConfig(change: Partial<ModelConfig> = {}): ModelConfig {
  return {
    model_type: 'llama', vocab_size: 67, hidden_size: 20, intermediate_size: 37, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 6,
    max_position_embeddings: 256, rms_norm_eps: 1e-5, rope_theta: 1e4, tie_word_embeddings: true, attention_bias: false, qk_norm: false, ...change,
  };
}

/** The families at sizes that no tile divides, with H/K of 1, 2 and 4, tied and untied heads; the last three at sizes for four-wide loads. */
export const FAMILIES: [string, ModelConfig][] = [
  ['llama, untied, H/K 1', oddConfig({ tie_word_embeddings: false, num_key_value_heads: 4 })],
  ['qwen2, tied, bias, H/K 2', oddConfig({ model_type: 'qwen2', attention_bias: true })],
  ['qwen3, tied, q/k norm, H/K 4', oddConfig({ model_type: 'qwen3', qk_norm: true, num_key_value_heads: 1 })],
  ['llama, tied, every size a multiple of four', oddConfig({ vocab_size: 72, hidden_size: 32, intermediate_size: 44, head_dim: 12, num_key_value_heads: 1 })],
  ['qwen2, untied, bias, every size a multiple of four', oddConfig({ model_type: 'qwen2', attention_bias: true, tie_word_embeddings: false, vocab_size: 76, hidden_size: 24, intermediate_size: 36, head_dim: 8 })],
  ['qwen3, untied, every size a multiple of four', oddConfig({ model_type: 'qwen3', qk_norm: true, tie_word_embeddings: false, vocab_size: 72, hidden_size: 32, intermediate_size: 44, head_dim: 8 })],
];

/** Random weights that f32 holds exactly, as the reference and as the engine take them. */
export function weightsOf(config: ModelConfig, seed: number, scale = 0.3): { parameters: Parameters; tensors: NamedTensor[] } {
  const parameters = randomParameters(config, normals(seed), scale);
  for (const data of parameters.values()) data.forEach((x, i) => { data[i] = Math.fround(x); });
  return { parameters, tensors: toTensors(config, parameters) };
}

export function toTensors(config: ModelConfig, parameters: Parameters): NamedTensor[] {
  return parameterShapes(config).map(({ name, shape }) => ({ name, shape, data: Float32Array.from(parameters.get(name)!) }));
}

/** Sequences of the given lengths with varied ids; every third token is masked, weights and advantages vary. */
export function variedBatch(lengths: number[], vocabulary: number, seed: number): Batch {
  const normal = normals(seed), rows = lengths.map((length, s) => Array.from({ length }, (_, t) => (t * t * 3 + t * (s + 2) + s * 11 + seed) % vocabulary));
  const total = rows.flat().length;
  return {
    ...pack(rows), weight: Float32Array.from(rows.flatMap((row) => row.map((_, t) => (t === 0 || t % 3 === 1 ? 0 : (1 + t % 2) / total)))),
    advantage: new Float32Array(total).map(() => normal()),
  };
}

export const sampling: Omit<GenerateRequest, 'prompts'> = {
  samplesPerPrompt: 1, maxNewTokens: 12, temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, endId: 0, seed: 11, step: 4, stream: 1,
};

/** `count` prompts of lengths 1 to 9. */
export function promptsOf(count: number, vocabulary: number): Int32Array[] {
  return Array.from({ length: count }, (_, p) => Int32Array.from({ length: 1 + (p * 4) % 9 }, (_, t) => 1 + (p * 13 + t * 7 + t * t) % (vocabulary - 1)));
}
