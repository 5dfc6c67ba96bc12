/** Holds config.json reading against transformers' defaults, and the tensor list against published models' counts. */
import { describe, expect, it } from 'vitest';
import { parseConfig, validateConfig, writeConfig } from '../../src/formats/hf_config';
import { checkTensors, countParameters, expectedTensors } from '../../src/formats/layout';
import type { ModelConfig } from '../../src/types';
import { draws } from './draws';

const base = { vocab_size: 1000, hidden_size: 64, intermediate_size: 128, num_hidden_layers: 2, num_attention_heads: 4 };
const parse = (json: Record<string, unknown>) => parseConfig(JSON.stringify({ ...base, ...json })).config;
const messageOf = (json: Record<string, unknown>): string => {
  try {
    parse(json);
  } catch (error) {
    expect((error as Error).name).toBe('BadModel');
    return (error as Error).message;
  }
  return 'accepted';
};

// Fields as the published config.json files have them.
const QWEN25_05B = { architectures: ['Qwen2ForCausalLM'], attention_dropout: 0.0, bos_token_id: 151643, eos_token_id: 151645, hidden_act: 'silu', hidden_size: 896, initializer_range: 0.02, intermediate_size: 4864, max_position_embeddings: 32768, max_window_layers: 21, model_type: 'qwen2', num_attention_heads: 14, num_hidden_layers: 24, num_key_value_heads: 2, rms_norm_eps: 1e-6, rope_theta: 1000000.0, sliding_window: 32768, tie_word_embeddings: true, torch_dtype: 'bfloat16', use_cache: true, use_sliding_window: false, vocab_size: 151936 };
const QWEN3_06B = { architectures: ['Qwen3ForCausalLM'], attention_bias: false, bos_token_id: 151643, eos_token_id: 151645, head_dim: 128, hidden_act: 'silu', hidden_size: 1024, intermediate_size: 3072, max_position_embeddings: 40960, max_window_layers: 28, model_type: 'qwen3', num_attention_heads: 16, num_hidden_layers: 28, num_key_value_heads: 8, rms_norm_eps: 1e-6, rope_scaling: null, rope_theta: 1000000, sliding_window: null, tie_word_embeddings: true, use_sliding_window: false, vocab_size: 151936 };
const LLAMA2_7B = { model_type: 'llama', hidden_act: 'silu', hidden_size: 4096, intermediate_size: 11008, max_position_embeddings: 4096, num_attention_heads: 32, num_hidden_layers: 32, num_key_value_heads: 32, pretraining_tp: 1, rms_norm_eps: 1e-5, rope_scaling: null, tie_word_embeddings: false, vocab_size: 32000, bos_token_id: 1, eos_token_id: 2 };

describe('config.json', () => {
  it('reads published models and counts their parameters', () => {
    // Parameter counts as published: 494,032,768; 596,049,920; 6,738,415,616.
    expect([QWEN25_05B, QWEN3_06B, LLAMA2_7B].map(json => countParameters(parse(json)))).toEqual([494032768, 596049920, 6738415616]);
    expect(parseConfig(JSON.stringify(QWEN25_05B))).toEqual({
      config: {
        model_type: 'qwen2', vocab_size: 151936, hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2,
        head_dim: 64, max_position_embeddings: 32768, rms_norm_eps: 1e-6, rope_theta: 1e6, tie_word_embeddings: true, attention_bias: true, qk_norm: false,
      },
      tokens: { bos_token_id: 151643, eos_token_id: 151645 },
    });
    expect(parse(QWEN3_06B)).toMatchObject({ head_dim: 128, attention_bias: false, qk_norm: true });
  });

  it('fills absent keys as transformers does', () => {
    expect(parse({ model_type: 'llama' })).toEqual({ ...base, model_type: 'llama', num_key_value_heads: 4, head_dim: 16, max_position_embeddings: 2048, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: false, attention_bias: false, qk_norm: false });
    expect(parse({ model_type: 'qwen2' })).toMatchObject({ num_key_value_heads: 4, head_dim: 16, max_position_embeddings: 32768, rope_theta: 10000, tie_word_embeddings: false, attention_bias: true });
    expect(parse({ model_type: 'qwen2', hidden_size: 4096, num_attention_heads: 64 })).toMatchObject({ num_key_value_heads: 32, head_dim: 64 });
    expect(parse({ model_type: 'qwen3' })).toMatchObject({ head_dim: 128, tie_word_embeddings: false, qk_norm: true, attention_bias: false });
    expect(parse({ model_type: 'llama', num_key_value_heads: null, head_dim: null })).toMatchObject({ num_key_value_heads: 4, head_dim: 16 });
  });

  it('finds RoPE where older and newer transformers keep it', () => {
    expect(parse({ model_type: 'llama', rope_theta: 5e5 }).rope_theta).toBe(5e5);
    expect(parse({ model_type: 'llama', rope_parameters: { rope_theta: 1e6, rope_type: 'default' } }).rope_theta).toBe(1e6);
    expect(parse({ model_type: 'llama', rope_theta: 5, rope_parameters: { rope_theta: 7 } }).rope_theta).toBe(7);
    expect(parse({ model_type: 'llama', rope_scaling: { type: 'default' } }).rope_theta).toBe(10000);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ model_type: 'mistral' }, /model_type is "mistral"/],
    [{}, /model_type is absent/],
    [{ model_type: 'llama', hidden_act: 'gelu' }, /hidden_act is "gelu"/],
    [{ model_type: 'llama', attention_bias: true }, /bias to o_proj/],
    [{ model_type: 'qwen3', attention_bias: true }, /bias to o_proj/],
    [{ model_type: 'llama', mlp_bias: true }, /mlp_bias/],
    [{ model_type: 'llama', rope_scaling: { rope_type: 'llama3', factor: 8 } }, /rope_scaling asks for "llama3"/],
    [{ model_type: 'llama', rope_scaling: { type: 'linear', factor: 2 } }, /rope_scaling asks for "linear"/],
    [{ model_type: 'llama', rope_parameters: { rope_type: 'yarn', rope_theta: 1e4 } }, /rope_parameters asks for "yarn"/],
    [{ model_type: 'qwen3', rope_parameters: { full_attention: { rope_theta: 1e4 } } }, /differs by layer/],
    [{ model_type: 'qwen2', use_sliding_window: true, max_window_layers: 1 }, /use_sliding_window/],
    [{ model_type: 'qwen3', layer_types: ['full_attention', 'sliding_attention'] }, /layer_types holds "sliding_attention"/],
    [{ model_type: 'llama', quantization_config: { bits: 4 } }, /quantised/],
    [{ model_type: 'llama', hidden_size: 65 }, /head_dim is 16.25/],
    [{ model_type: 'llama', head_dim: 7 }, /head_dim 7 is odd/],
    [{ model_type: 'llama', num_key_value_heads: 3 }, /not a multiple of num_key_value_heads 3/],
    [{ model_type: 'llama', num_key_value_heads: 8 }, /num_key_value_heads is 8, not an integer from 1 to 4/],
    [{ model_type: 'llama', vocab_size: 2 ** 31 }, /vocab_size is 2147483648/],
    [{ model_type: 'llama', num_hidden_layers: 1e9 }, /num_hidden_layers is 1000000000/],
    [{ model_type: 'llama', hidden_size: '64' }, /hidden_size is "64"/],
    [{ model_type: 'llama', rms_norm_eps: 0 }, /rms_norm_eps is 0/],
    [{ model_type: 'llama', rope_theta: -1 }, /rope_theta is -1/],
    [{ model_type: 'llama', tie_word_embeddings: 'yes' }, /tie_word_embeddings is "yes"/],
  ])('refuses %j', (json, message) => {
    expect(messageOf(json)).toMatch(message);
  });

  it('accepts sliding windows that no layer uses', () => {
    expect(messageOf({ model_type: 'qwen2', use_sliding_window: true, max_window_layers: 2 })).toBe('accepted');
    expect(messageOf({ model_type: 'qwen2', use_sliding_window: false, max_window_layers: 0, sliding_window: 4096 })).toBe('accepted');
  });

  it('refuses JSON built to mislead', () => {
    const deep = `{"model_type":"llama","x":${'['.repeat(20)}${']'.repeat(20)}}`;
    for (const [text, message] of [
      ['{"__proto__":{"model_type":"llama"}}', /"__proto__" is not allowed/], ['{"a":{"constructor":1}}', /"constructor" is not allowed/],
      ['{"model_type":"llama","model_type":"qwen3"}', /appears twice/], [deep, /nested more than 16 deep/], ['[]', /not an object/], [' '.repeat((1 << 20) + 1), /limit is 1048576/],
    ] as const) expect(() => parseConfig(text)).toThrow(message);
    expect(({} as Record<string, unknown>)['model_type']).toBeUndefined();
  });

  it('survives 10,000 damaged configs: BadModel or a config that can be computed, and Object.prototype stays as it is', () => {
    const random = draws(21);
    const pick = (below: number) => Math.floor(random() * below);
    const pieces = ['"__proto__":', '"constructor":', '"prototype":{}', '1e999', '-0', '1e-9', 'null', 'true', '{', '}', '[', ']', ',', '"', '\\u0000', '99999999999', '0.5', '"rope_scaling":{"factor":2},'];
    const before = Reflect.ownKeys(Object.prototype).length;
    const tally = { accepted: 0, refused: 0, other: 0 };
    for (let trial = 0; trial < 10_000; trial++) {
      let text = JSON.stringify([QWEN25_05B, QWEN3_06B, LLAMA2_7B][trial % 3]);
      for (let edits = pick(3); edits >= 0; edits--) {
        const at = pick(text.length);
        text = text.slice(0, at) + (pick(2) ? pieces[pick(pieces.length)]! : String.fromCharCode(32 + pick(95))) + text.slice(at + pick(4));
      }
      try {
        const { config } = parseConfig(text);
        validateConfig(config);
        tally.accepted++;
        if (Object.values(config).some(value => typeof value === 'number' && !(Number.isFinite(value) && value > 0))) tally.other++;
      } catch (error) {
        if ((error as Error).name === 'BadModel') tally.refused++;
        else tally.other++;
      }
    }
    expect(tally.other).toBe(0);
    expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(500);
    expect(Reflect.ownKeys(Object.prototype).length).toBe(before);
  });

  it('gives back what it wrote, for each family', () => {
    for (const json of [QWEN25_05B, QWEN3_06B, LLAMA2_7B, { ...base, model_type: 'llama', num_key_value_heads: 2, head_dim: 32, rope_theta: 12345.5 }]) {
      const config = parse(json);
      const text = writeConfig(config, 'F16', { eos_token_id: 2, pad_token_id: 0 });
      expect(parseConfig(text)).toEqual({ config, tokens: { eos_token_id: 2, pad_token_id: 0 } });
      expect(JSON.parse(text)).toMatchObject({ torch_dtype: 'float16', hidden_act: 'silu', bos_token_id: null, rope_parameters: { rope_theta: config.rope_theta } });
    }
    expect(JSON.parse(writeConfig(parse(QWEN3_06B), 'F32')) as object).toMatchObject({ architectures: ['Qwen3ForCausalLM'], torch_dtype: 'float32' });
  });

  it('refuses to write what a family cannot say', () => {
    const llama = parse({ model_type: 'llama' });
    for (const wrong of [{ attention_bias: true }, { qk_norm: true }, { head_dim: 15 }, { num_key_value_heads: 3 }] as Partial<ModelConfig>[]) {
      expect(() => { validateConfig({ ...llama, ...wrong }); }).toThrow(/was refused/);
    }
  });
});

describe('tensor list', () => {
  const tiny = parse({ model_type: 'qwen2', num_key_value_heads: 2, num_hidden_layers: 1, tie_word_embeddings: true });

  it('names one layer of Qwen2 as Hugging Face does', () => {
    expect(expectedTensors(tiny).map(({ name, shape }) => `${name} ${shape.join('x')}`)).toEqual([
      'model.embed_tokens.weight 1000x64', 'model.layers.0.input_layernorm.weight 64',
      'model.layers.0.self_attn.q_proj.weight 64x64', 'model.layers.0.self_attn.q_proj.bias 64',
      'model.layers.0.self_attn.k_proj.weight 32x64', 'model.layers.0.self_attn.k_proj.bias 32',
      'model.layers.0.self_attn.v_proj.weight 32x64', 'model.layers.0.self_attn.v_proj.bias 32',
      'model.layers.0.self_attn.o_proj.weight 64x64', 'model.layers.0.post_attention_layernorm.weight 64',
      'model.layers.0.mlp.gate_proj.weight 128x64', 'model.layers.0.mlp.up_proj.weight 128x64', 'model.layers.0.mlp.down_proj.weight 64x128', 'model.norm.weight 64',
    ]);
  });

  it('finds the first wrong tensor', () => {
    const good = expectedTensors(tiny);
    expect([...checkTensors(tiny, [...good].reverse())]).toEqual([]);
    expect(() => checkTensors(tiny, good.filter(t => !t.name.endsWith('k_proj.bias')))).toThrow(/layers\.0\.self_attn\.k_proj\.bias of shape \[32\] is missing/);
    expect(() => checkTensors(tiny, good.map(t => (t.name.endsWith('o_proj.weight') ? { ...t, shape: [64, 63] } : t)))).toThrow(/o_proj\.weight has the shape \[64,63\], expected \[64,64\]/);
    expect(() => checkTensors(tiny, [...good, good[3]!])).toThrow(/q_proj\.bias appears twice/);
    expect(() => checkTensors(tiny, [...good, { name: 'model.layers.1.input_layernorm.weight', shape: [64] }])).toThrow(/is not a tensor of this qwen2 model/);
  });

  it('leaves out the copy of a tied head and RoPE constants, and asks for an untied head', () => {
    const extra = [{ name: 'lm_head.weight', shape: [1000, 64] }, { name: 'model.layers.0.self_attn.rotary_emb.inv_freq', shape: [8] }];
    expect([...checkTensors(tiny, [...expectedTensors(tiny), ...extra])]).toEqual(extra.map(t => t.name));
    expect(() => checkTensors({ ...tiny, tie_word_embeddings: false }, expectedTensors(tiny))).toThrow(/lm_head\.weight of shape \[1000,64\] is missing/);
  });
});
