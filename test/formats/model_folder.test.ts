/** Holds the model folder against itself (write, zip, unzip, read) and against incomplete and mismatched folders. */
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { expectedTensors } from '../../src/formats/layout';
import { readModelFolder, writeModelFolder, zipFiles } from '../../src/formats/model_folder';
import type { ModelConfig, NamedTensor } from '../../src/types';
import { draws, floats } from './draws';

const config: ModelConfig = {
  model_type: 'qwen3', vocab_size: 61, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 8,
  max_position_embeddings: 128, rms_norm_eps: 1e-6, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: true,
};
const random = draws(3);
const tensors: NamedTensor[] = expectedTensors(config).map(({ name, shape }) => ({ name, shape, data: floats(random, shape.reduce((p, s) => p * s, 1)) }));
const tokenizerJson = '{"version":"1.0","model":{"type":"BPE","vocab":{"constructor":0,"é":1}}}';

describe('model folder', () => {
  it('comes back bit for bit through a zip in F32', () => {
    const files = writeModelFolder(config, [...tensors].reverse(), tokenizerJson, { dtype: 'F32', tokens: { eos_token_id: 2 }, metadata: { run: 'amber-fox' }, specials: { eos_token: '<|end|>' } });
    expect(files.map(file => file.name)).toEqual(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
    const zip = zipFiles(files.map(file => ({ ...file, name: `model/${file.name}` })));
    expect(zipFiles(files.map(file => ({ ...file, name: `model/${file.name}` })))).toEqual(zip);
    const back = readModelFolder(Object.entries(unzipSync(zip)).map(([name, bytes]) => ({ name, bytes })));
    expect(back).toEqual({ config, tokens: { eos_token_id: 2 }, tensors, tokenizerJson, metadata: { format: 'pt', run: 'amber-fox' } });
    expect(JSON.parse(new TextDecoder().decode(files[3]!.bytes))).toMatchObject({ tokenizer_class: 'PreTrainedTokenizerFast', eos_token: '<|end|>', model_max_length: 128 });
  });

  it('halves the weights in F16 and stays within half a step', () => {
    const size = (dtype: 'F32' | 'F16') => writeModelFolder(config, tensors, null, { dtype })[1]!.bytes.length;
    const count = tensors.reduce((sum, t) => sum + t.data.length, 0);
    expect(size('F32') - size('F16')).toBeGreaterThan(count * 2 - 64);
    const back = readModelFolder(writeModelFolder(config, tensors, null, { dtype: 'F16' }));
    expect(back.tokenizerJson).toBeNull();
    back.tensors.forEach((tensor, i) => tensor.data.forEach((value, at) => {
      const original = tensors[i]!.data[at]!;
      expect(Math.abs(value - original)).toBeLessThanOrEqual(Math.max(Math.abs(original) * 2 ** -11, 2 ** -25));
    }));
  });

  it('says what is missing or does not fit', () => {
    const files = writeModelFolder(config, tensors, tokenizerJson, { dtype: 'F32' });
    const without = (name: string) => files.filter(file => file.name !== name);
    expect(() => readModelFolder(without('config.json'))).toThrow(/has no config\.json/);
    expect(() => readModelFolder(without('model.safetensors'))).toThrow(/has no model\.safetensors/);
    expect(() => readModelFolder([...without('model.safetensors'), { name: 'model.safetensors.index.json', bytes: new Uint8Array(2) }])).toThrow(/split over several/);
    expect(() => readModelFolder([...without('tokenizer.json'), { name: 'tokenizer.json', bytes: new TextEncoder().encode('{}') }])).toThrow(/tokenizer\.json could not be read: it has no "model"/);
    const other = writeModelFolder({ ...config, num_hidden_layers: 1 }, tensors.filter(t => !t.name.includes('layers.1')), null, { dtype: 'F32' });
    expect(() => readModelFolder([files[0]!, other[1]!])).toThrow(/model\.layers\.1\.input_layernorm\.weight of shape \[16\] is missing/);
    expect(() => writeModelFolder(config, tensors.slice(1), null, { dtype: 'F32' })).toThrow(/embed_tokens/);
    expect(() => zipFiles([files[0]!, files[0]!])).toThrow(/two files named config\.json/);
  });

  it('reads neither an integer nor a non-finite weight', () => {
    const files = writeModelFolder(config, tensors, null, { dtype: 'F32' });
    const bytes = files[1]!.bytes.slice();
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true);
    expect(() => readModelFolder([files[0]!, { name: 'model.safetensors', bytes }])).toThrow(/"model\.norm\.weight" holds NaN at element 15/);
  });
});
