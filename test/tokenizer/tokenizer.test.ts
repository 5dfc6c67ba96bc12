/** Knows two other encoders (Hugging Face's libraries in TypeScript and, by fixture, in Rust) and the definition; all must agree. */
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { Tokenizer } from '@huggingface/tokenizers';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTokenizer } from '../../src/tokenizer/tokenizer';
import { generateCorpus } from '../../src/synthetic/corpus';
import { trainTokenizer } from '../../src/tokenizer/train';
import type { TokenizerApi } from '../../src/types';
import { naiveEncode } from './naive';
import { CODE_TEXTS, randomTexts } from './texts';

interface File { added_tokens: { content: string }[]; model: { vocab: Record<string, number>; merges: [string, string][] } }
const json = trainTokenizer(CODE_TEXTS, { vocabSize: 360, languages: ['javascript', 'python'] });
const file = JSON.parse(json) as File;
const hasSpecialText = (text: string): boolean => file.added_tokens.some(({ content }) => text.includes(content));
/** What UTF-8 makes of a string: lone surrogates become U+FFFD. */
const wellFormed = (text: string): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));

let tokenizer: TokenizerApi;
beforeAll(async () => { tokenizer = await createTokenizer(json); });

describe('createTokenizer', () => {
  it('gives the ids of the library on code and random Unicode, and of the definition also where special text occurs', () => {
    const library = new Tokenizer(JSON.parse(json) as object, {});
    let compared = 0;
    for (const text of [...CODE_TEXTS, ...randomTexts(400, 4)]) {
      const ids = tokenizer.encode(text);
      expect(ids).toEqual(naiveEncode(text, file.model.vocab, file.model.merges));
      if (hasSpecialText(text)) continue;
      expect(ids).toEqual(library.encode(text, { add_special_tokens: false }).ids);
      compared++;
    }
    expect(compared).toBeGreaterThan(150);
  });

  it('gives the ids of the Rust library (fixture)', async () => {
    const fixture = JSON.parse(readFileSync(new URL('./rust_ids.json', import.meta.url), 'utf8')) as { tokenizer: string; cases: [string, number[]][] };
    const reader = await createTokenizer(fixture.tokenizer);
    expect(fixture.cases.length).toBeGreaterThan(200);
    for (const [text, ids] of fixture.cases) expect(reader.encode(text)).toEqual(ids);
    // The file the trainer writes today is the file the Rust library read.
    expect(json === fixture.tokenizer).toBe(true);
  });

  it('decodes what it encoded', () => {
    for (const text of [...CODE_TEXTS, ...randomTexts(400, 5)]) expect(tokenizer.decode(tokenizer.encode(text))).toBe(wellFormed(text));
    expect(tokenizer.decode([])).toBe('');
    expect(tokenizer.encode('')).toEqual([]);
  });

  it('never gives a special id for text, and drops specials and unknown ids on decoding', () => {
    for (const { content } of file.added_tokens) {
      const ids = tokenizer.encode(`a${content}b`);
      for (const id of ids) expect(id).toBeGreaterThanOrEqual(file.added_tokens.length);
      expect(tokenizer.decode(ids)).toBe(`a${content}b`);
    }
    const a = file.model.vocab['a']!, b = file.model.vocab['b']!;
    expect(tokenizer.decode(Int32Array.of(1, a, 3, 9999, b, 2, 0))).toBe('ab');
  });

  it('shows a cut character as U+FFFD', () => {
    const bytes = [...new TextEncoder().encode('🙂')].map((byte) => file.added_tokens.length + byte);
    expect(tokenizer.decode(bytes)).toBe('🙂');
    expect(tokenizer.decode(bytes.slice(0, 3))).toBe('\ufffd');
    expect(tokenizer.decode([...bytes.slice(0, 2), file.model.vocab['a']!])).toBe('\ufffda');
  });

  it('says its size, hash and specials', () => {
    expect(tokenizer.vocabSize).toBe(360);
    expect(tokenizer.json).toBe(json);
    expect(tokenizer.hash).toBe(createHash('sha256').update(json).digest('hex'));
    expect(tokenizer.special('<|end|>')).toBe(2);
    expect(tokenizer.special('<|python|>')).toBe(6);
    expect(tokenizer.hasSpecial('<|python|>')).toBe(true);
    expect(tokenizer.hasSpecial('<|ruby|>')).toBe(false);
    expect(() => tokenizer.special('<|ruby|>')).toThrow(expect.objectContaining({ name: 'BadInput' }));
  });

  it('encodes a file with another split through the library, added tokens that are not special included', async () => {
    const other = JSON.parse(json) as { added_tokens: unknown[]; pre_tokenizer: unknown };
    other.pre_tokenizer = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
    other.added_tokens.push({ id: 360, content: '    ', special: false, normalized: false, single_word: false, lstrip: false, rstrip: false });
    const reader = await createTokenizer(JSON.stringify(other));
    expect(reader.vocabSize).toBe(361);
    expect(reader.encode('a    <|end|>')).toContain(360);
    expect(reader.encode('a    <|end|>')).not.toContain(2);
    expect(reader.decode(reader.encode('a    <|end|>'))).toBe('a    <|end|>');
    expect(reader.encode('')).toEqual([]);
  });

  it('encodes the sample corpus as the library does, a common function in few tokens, 40,000 texts in seconds', async () => {
    const items = generateCorpus({ seed: 1, count: 3000, split: 'train' });
    const texts = items.flatMap((item) => [item.code, ...Object.values(item.phrases!).flat(), ...item.facts.map((fact) => fact.sentence)]);
    const sample = await createTokenizer(trainTokenizer(texts, { vocabSize: 512, languages: ['javascript', 'python', 'ruby'] }));
    expect(sample.vocabSize).toBe(512);
    const library = new Tokenizer(JSON.parse(sample.json) as object, {});
    for (const text of texts.slice(0, 4000)) expect(sample.encode(text)).toEqual(library.encode(text, { add_special_tokens: false }).ids);
    const codes = items.map((item) => sample.encode(item.code));
    expect(codes.reduce((total, ids) => total + ids.length, 0) / codes.length).toBeLessThan(45);
    const start = performance.now();
    for (let i = 0; i < 40000; i++) sample.encode(items[i % items.length]!.code);
    expect(performance.now() - start).toBeLessThan(20000);
  }, 60000);

  it('refuses what is not a tokenizer.json', async () => {
    for (const bad of ['', '[]', 'null', '{}', '{"model":{"vocab":[]}}', '{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}', '{"model":{"type":"BPE","vocab":{"a":0}}}', '{"added_tokens":[{"id":"x"}],"model":{"vocab":{}}}']) {
      await expect(createTokenizer(bad), bad).rejects.toMatchObject({ name: 'BadInput' });
    }
  });
});
