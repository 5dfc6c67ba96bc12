/** Knows what byte-level BPE is by definition; checks the fast trainer against it. */
import { describe, expect, it } from 'vitest';
import { BYTE_CHARACTERS, splitRegExp } from '../../src/tokenizer/pattern';
import { trainTokenizer, trainTokenizerInSlices } from '../../src/tokenizer/train';
import { createRng, randomInt } from '../../src/rng';
import { naiveMerges } from './naive';
import { CODE_TEXTS, randomTexts } from './texts';

interface File { added_tokens: { id: number; content: string }[]; model: { vocab: Record<string, number>; merges: [string, string][] } }
const read = (json: string): File => JSON.parse(json) as File;
const cut = (text: string): string[] => text.match(splitRegExp()) ?? [];

describe('the pre-split', () => {
  it('cuts names into words, keeps a line break with its indentation, single digits', () => {
    expect(cut('getHTTPServer(max_size2)')).toEqual(['get', 'HTTP', 'Server', '(', 'max', '_', 'size', '2', ')']);
    expect(cut('if x:\n    return 12\r\n\t\tend')).toEqual(['if', ' x', ':', '\n    ', 'return', ' ', '1', '2', '\r\n\t\t', 'end']);
    expect(cut('a  b — é日\u0085x')).toEqual(['a', '  ', 'b', ' —', ' é日\u0085', 'x']);
  });

  it('leaves no character out and cuts every piece into itself', () => {
    for (const text of [...CODE_TEXTS, ...randomTexts(300, 1)]) {
      const pieces = cut(text);
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) expect(cut(piece)).toEqual([piece]);
    }
  });

  it('stands for bytes by 256 different characters', () => {
    expect(new Set(BYTE_CHARACTERS).size).toBe(256);
    expect([BYTE_CHARACTERS[0x20], BYTE_CHARACTERS[0x0a], BYTE_CHARACTERS[0x41], BYTE_CHARACTERS[0xad], BYTE_CHARACTERS[0x00]]).toEqual(['Ġ', 'Ċ', 'A', 'Ń', 'Ā']);
  });
});

describe('trainTokenizer', () => {
  it('learns the merges of the definition, on code and on texts full of overlaps and ties', () => {
    const random = createRng(3);
    const overlaps = Array.from({ length: 60 }, () => Array.from({ length: randomInt(random, 30) }, () => 'ab '[randomInt(random, 3)]).join(''));
    for (const texts of [CODE_TEXTS, overlaps, [...CODE_TEXTS, ...randomTexts(40, 2)]]) {
      const file = read(trainTokenizer(texts, { vocabSize: 263 + 120, languages: ['python', 'ruby'] }));
      expect(file.model.merges).toEqual(naiveMerges(texts, 7, 120));
      expect(file.model.merges.length).toBeGreaterThan(10);
    }
  });

  it('numbers specials, languages, bytes, merges without a gap', () => {
    const file = read(trainTokenizer(CODE_TEXTS, { vocabSize: 300, languages: ['javascript', 'python'] }));
    expect(file.added_tokens.map((token) => [token.id, token.content])).toEqual([
      [0, '<|pad|>'], [1, '<|bos|>'], [2, '<|end|>'], [3, '<|code|>'], [4, '<|doc|>'], [5, '<|javascript|>'], [6, '<|python|>'],
    ]);
    expect(Object.values(file.model.vocab).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, id) => id));
    expect(file.model.vocab['<|doc|>']).toBe(4);
    expect(file.model.vocab['Ġ']).toBe(7 + 32);
  });

  it('gives the same text whatever the order of the texts, and a smaller vocabulary when nothing repeats', () => {
    const options = { vocabSize: 350, languages: ['python'] as const };
    const json = trainTokenizer(CODE_TEXTS, options);
    expect(trainTokenizer([...CODE_TEXTS].reverse(), options)).toBe(json);
    expect(trainTokenizer(new Set(CODE_TEXTS), options)).toBe(json);
    expect(Object.keys(read(trainTokenizer(['abc'], options)).model.vocab).length).toBe(262);
    expect(Object.keys(read(trainTokenizer([], options)).model.vocab).length).toBe(262);
  });

  it('cuts a long text in slices without changing a count', () => {
    const long = CODE_TEXTS.join('\n').repeat(700);
    expect(long.length).toBeGreaterThan(2 * (1 << 18));
    const options = { vocabSize: 400, languages: ['python'] as const };
    expect(trainTokenizer([long], options)).toBe(trainTokenizer(long.split(/(?=\n)/), options));
  });

  it('refuses impossible sizes', () => {
    for (const vocabSize of [261, 70000, 300.5, Number.NaN]) {
      expect(() => trainTokenizer(CODE_TEXTS, { vocabSize, languages: ['python'] })).toThrow(expect.objectContaining({ name: 'BadInput' }));
    }
  });

  it('reports rising progress and stops when told to', async () => {
    const seen: number[] = [];
    const json = trainTokenizer(CODE_TEXTS, { vocabSize: 380, languages: ['python'], onProgress: (done, phase) => { if (phase === 'merge') seen.push(done); } });
    expect(seen.at(-1)).toBe(1);
    expect(seen.length).toBeGreaterThan(20);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(() => trainTokenizer(CODE_TEXTS, { vocabSize: 380, languages: ['python'], onProgress: () => false })).toThrow(expect.objectContaining({ name: 'Stopped' }));

    const options = { vocabSize: 380, languages: ['python'] as const };
    await expect(trainTokenizerInSlices(CODE_TEXTS, options)).resolves.toBe(json);
    const abort = new AbortController();
    const stopping = trainTokenizerInSlices(CODE_TEXTS, { ...options, onProgress: () => { abort.abort(); } }, abort.signal);
    await expect(stopping).rejects.toMatchObject({ name: 'Stopped' });
  });
});
