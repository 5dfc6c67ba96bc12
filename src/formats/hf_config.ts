/** Knows Hugging Face's config.json of Llama, Qwen2 and Qwen3, its defaults and what of it this engine computes; knows no weights. */
import { labError, type ModelConfig } from '../types';
import { parseStrictJson, type Json, type JsonObject } from './strict_json';

type Family = ModelConfig['model_type'];

/**
 * What an absent key means, by family: the defaults of transformers' LlamaConfig, Qwen2Config and Qwen3Config.
 * `null` stands for "derived": num_key_value_heads = heads, head_dim = hidden_size / heads.
 */
const DEFAULTS: Record<Family, { num_key_value_heads: number | null; head_dim: number | null; max_position_embeddings: number }> = {
  llama: { num_key_value_heads: null, head_dim: null, max_position_embeddings: 2048 },
  qwen2: { num_key_value_heads: 32, head_dim: null, max_position_embeddings: 32768 },
  qwen3: { num_key_value_heads: 32, head_dim: 128, max_position_embeddings: 32768 },
};

const ARCHITECTURES: Record<Family, string> = { llama: 'LlamaForCausalLM', qwen2: 'Qwen2ForCausalLM', qwen3: 'Qwen3ForCausalLM' };

/** Ceilings that keep a hostile config from asking for absurd allocations; all published models of the families are below. */
const MAX = { vocab_size: 1 << 20, hidden_size: 32768, intermediate_size: 1 << 18, num_hidden_layers: 512, num_attention_heads: 1024, head_dim: 1024, max_position_embeddings: 1 << 24 };

/** Token ids that transformers keeps beside the architecture; absent = not stated. */
export interface TokenIds { bos_token_id?: number; eos_token_id?: number | number[]; pad_token_id?: number }

function refuse(reason: string): Error {
  return labError('BadModel', `config.json was refused: ${reason}. No model was loaded. Models of the Llama, Qwen2 and Qwen3 families with plain RoPE and full attention can be read.`);
}

/** Parses and validates the bytes or text of a config.json. Throws BadModel naming the first key that is wrong or not computed here. */
export function parseConfig(source: Uint8Array | string): { config: ModelConfig; tokens: TokenIds } {
  const json = parseStrictJson(source, { what: 'config.json' });
  const family = json['model_type'];
  if (family !== 'llama' && family !== 'qwen2' && family !== 'qwen3') throw refuse(`model_type is ${shown(family)}, not llama, qwen2 or qwen3`);
  const defaults = DEFAULTS[family];

  const heads = integer(json, 'num_attention_heads', MAX.num_attention_heads);
  const hidden = integer(json, 'hidden_size', MAX.hidden_size);
  const keyValueHeads = 'num_key_value_heads' in json ? json['num_key_value_heads']! : fittingDefault(defaults.num_key_value_heads, heads);
  const headSize = 'head_dim' in json ? json['head_dim']! : defaults.head_dim;

  const config: ModelConfig = {
    model_type: family,
    vocab_size: integer(json, 'vocab_size', MAX.vocab_size),
    hidden_size: hidden,
    intermediate_size: integer(json, 'intermediate_size', MAX.intermediate_size),
    num_hidden_layers: integer(json, 'num_hidden_layers', MAX.num_hidden_layers),
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads === null ? heads : integer({ num_key_value_heads: keyValueHeads }, 'num_key_value_heads', heads),
    head_dim: headSize === null ? hidden / heads : integer({ head_dim: headSize }, 'head_dim', MAX.head_dim),
    max_position_embeddings: integer(json, 'max_position_embeddings', MAX.max_position_embeddings, defaults.max_position_embeddings),
    rms_norm_eps: positive(json, 'rms_norm_eps', 1e-6, 1e-2),
    rope_theta: ropeTheta(json),
    tie_word_embeddings: boolean(json, 'tie_word_embeddings', false),
    // Qwen2 has these biases in its code, whatever its config says.
    attention_bias: family === 'qwen2',
    qk_norm: family === 'qwen3',
  };
  refuseUncomputed(json, family, config.num_hidden_layers);
  validateConfig(config);
  return { config, tokens: tokenIds(json, config.vocab_size) };
}

/** Qwen's class default of 32 cannot hold for fewer heads: a small hand-written config means one group per head. */
function fittingDefault(value: number | null, heads: number): number | null {
  return value !== null && heads % value === 0 ? value : null;
}

/** What these families can say that the engine does not compute; silence would give wrong numbers. */
function refuseUncomputed(json: JsonObject, family: Family, layers: number): void {
  const act = json['hidden_act'] ?? 'silu';
  if (act !== 'silu' && act !== 'swish') throw refuse(`hidden_act is ${shown(act)}; only silu is computed`);
  if (family !== 'qwen2' && boolean(json, 'attention_bias', false)) throw refuse('attention_bias is true, which in this family adds a bias to o_proj too; that is not computed');
  if (boolean(json, 'mlp_bias', false)) throw refuse('mlp_bias is true; biases in the feed-forward are not computed');
  if ((json['quantization_config'] ?? null) !== null) throw refuse('it is quantised (quantization_config); only F32, F16 and BF16 weights are read');
  if (boolean(json, 'use_sliding_window', false) && json['sliding_window'] !== null
    && integer(json, 'max_window_layers', Number.MAX_SAFE_INTEGER, 28, 0) < layers) throw refuse('use_sliding_window is true; only full attention is computed');
  const types = json['layer_types'];
  if (Array.isArray(types) && types.some(type => type !== 'full_attention')) throw refuse(`layer_types holds ${shown(types.find(type => type !== 'full_attention'))}; only full attention is computed`);
  if ((json['partial_rotary_factor'] ?? 1) !== 1) throw refuse('partial_rotary_factor is not 1; RoPE is computed on whole heads');
}

/** `rope_theta` at the top, or inside `rope_parameters` as newer transformers writes it; any scaling but the default is refused. */
function ropeTheta(json: JsonObject): number {
  let source = json;
  for (const key of ['rope_scaling', 'rope_parameters']) {
    const value = json[key] ?? null;
    if (value === null) continue;
    if (typeof value !== 'object' || Array.isArray(value)) throw refuse(`${key} is ${shown(value)}, not an object`);
    const type = value['rope_type'] ?? value['type'] ?? 'default';
    if (type !== 'default') throw refuse(`${key} asks for ${shown(type)}; scaled RoPE is not computed`);
    if ('factor' in value && value['factor'] !== 1) throw refuse(`${key} has the factor ${shown(value['factor'])}; scaled RoPE is not computed`);
    const nested = Object.keys(value).find(inner => typeof value[inner] === 'object' && value[inner] !== null);
    if (nested !== undefined) throw refuse(`${key} differs by layer (${nested}); one RoPE for all layers is computed`);
    if ((value['partial_rotary_factor'] ?? 1) !== 1) throw refuse(`${key} has a partial_rotary_factor; RoPE is computed on whole heads`);
    if (value['rope_theta'] !== undefined) source = value;
  }
  return positive(source, 'rope_theta', 10000, 1e12);
}

/** Holds a config, from a file or made by a setting, against what the engine computes. Throws BadModel naming the first wrong field. */
export function validateConfig(config: ModelConfig): void {
  const { num_attention_heads: heads, num_key_value_heads: keyValueHeads, head_dim: size } = config;
  const record = config as unknown as Record<string, Json>;
  for (const [key, limit] of Object.entries(MAX)) integer(record, key, limit);
  integer(record, 'num_key_value_heads', heads);
  positive(record, 'rms_norm_eps', NaN, 1e-2);
  positive(record, 'rope_theta', NaN, 1e12);
  if (heads % keyValueHeads !== 0) throw refuse(`num_attention_heads ${heads} is not a multiple of num_key_value_heads ${keyValueHeads}`);
  if (size % 2 !== 0) throw refuse(`head_dim ${size} is odd; RoPE turns pairs`);
  if (config.attention_bias !== (config.model_type === 'qwen2')) throw refuse(`attention_bias ${config.attention_bias} does not go with ${config.model_type}`);
  if (config.qk_norm !== (config.model_type === 'qwen3')) throw refuse(`qk_norm ${config.qk_norm} does not go with ${config.model_type}`);
}

/**
 * The config.json text that transformers reads as this architecture. `dtype` is that of the weights beside it.
 * Both spellings of RoPE's base are written, so that older and newer versions agree. Throws BadModel for an invalid config.
 */
export function writeConfig(config: ModelConfig, dtype: 'F32' | 'F16', tokens: TokenIds = {}): string {
  validateConfig(config);
  const family = config.model_type;
  const shared = {
    architectures: [ARCHITECTURES[family]],
    model_type: family,
    vocab_size: config.vocab_size,
    hidden_size: config.hidden_size,
    intermediate_size: config.intermediate_size,
    num_hidden_layers: config.num_hidden_layers,
    num_attention_heads: config.num_attention_heads,
    num_key_value_heads: config.num_key_value_heads,
    head_dim: config.head_dim,
    hidden_act: 'silu',
    max_position_embeddings: config.max_position_embeddings,
    rms_norm_eps: config.rms_norm_eps,
    rope_theta: config.rope_theta,
    rope_parameters: { rope_type: 'default', rope_theta: config.rope_theta },
    rope_scaling: null,
    tie_word_embeddings: config.tie_word_embeddings,
    attention_dropout: 0,
    initializer_range: 0.02,
    use_cache: true,
    torch_dtype: dtype === 'F32' ? 'float32' : 'float16',
    // null, not absent: Llama's absent ids mean 1 and 2.
    bos_token_id: tokens.bos_token_id ?? null,
    eos_token_id: tokens.eos_token_id ?? null,
    pad_token_id: tokens.pad_token_id ?? null,
  };
  const own = family === 'llama' ? { attention_bias: false, mlp_bias: false }
    : family === 'qwen3' ? { attention_bias: false, use_sliding_window: false, sliding_window: null }
    : { use_sliding_window: false, sliding_window: null };
  return `${JSON.stringify({ ...shared, ...own }, null, 2)}\n`;
}

function tokenIds(json: JsonObject, vocabSize: number): TokenIds {
  const ids: TokenIds = {};
  const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < vocabSize;
  for (const key of ['bos_token_id', 'pad_token_id'] as const) {
    const value = json[key];
    if (isId(value)) ids[key] = value;
  }
  const end = json['eos_token_id'];
  if (isId(end) || (Array.isArray(end) && end.length > 0 && end.every(isId))) ids.eos_token_id = end as number | number[];
  return ids;
}

const shown = (value: unknown) => value === undefined ? 'absent' : JSON.stringify(value).slice(0, 60);

function integer(json: Record<string, Json>, key: string, max: number, fallback?: number, min = 1): number {
  const value = json[key] ?? fallback;
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) throw refuse(`${key} is ${shown(json[key])}, not an integer from ${min} to ${max}`);
  return value as number;
}

function positive(json: Record<string, Json>, key: string, fallback: number, max: number): number {
  const value = json[key] ?? fallback;
  if (typeof value !== 'number' || !(value > 0 && value <= max)) throw refuse(`${key} is ${shown(json[key])}, not a number above 0 and up to ${max}`);
  return value;
}

function boolean(json: JsonObject, key: string, fallback: boolean): boolean {
  const value = json[key] ?? fallback;
  if (typeof value !== 'boolean') throw refuse(`${key} is ${shown(value)}, not true or false`);
  return value;
}
