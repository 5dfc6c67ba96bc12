/** A corpus of short Python functions with a word tokenizer, small enough for the tabular model to learn in seconds. */
import type { CodeItem, TokenizerApi } from '../../src/types';
import { SPECIALS, labError } from '../../src/types';

const NAMES = ['ages', 'sizes', 'rates', 'costs', 'marks', 'notes'];
const NUMBERS = ['2', '3', '4', '5', '6', '7', '8', '9'];
const KINDS = [
  { verb: 'keep', body: (x: string, n: string) => `[v for v in ${x} if v > ${n}]`, medium: 'Keeps the items above a limit.', precise: (n: string) => `Keeps the items above ${n}.` },
  { verb: 'skip', body: (x: string, n: string) => `${x}[${n}:]`, medium: 'Skips the first items.', precise: (n: string) => `Skips the first ${n} items.` },
  { verb: 'scale', body: (x: string, n: string) => `[v * ${n} for v in ${x}]`, medium: 'Multiplies the items.', precise: (n: string) => `Multiplies the items by ${n}.` },
];

export function smallCorpus(): CodeItem[] {
  return KINDS.flatMap(({ verb, body, medium, precise }, k) => NAMES.flatMap((x, i) => NUMBERS.map((n, j): CodeItem => {
    const name = `${verb}_${x}`;
    const code = `def ${name}(${x}):\n    return ${body(x, n)}`;
    const turn = (i * NUMBERS.length + j + k) % 6;
    return {
      id: `${name}-${n}`, language: 'python', name, path: `small/${verb}.py`, startLine: 1, endLine: 2, code, signature: `def ${name}(${x}):`, params: [x], documentation: '',
      split: turn === 0 ? 'variation' : turn === 1 ? 'combination' : 'train',
      facts: [{ kind: 'name', sentence: `Named ${name}.`, values: [name] }], phrases: { vague: ['Returns some items.'], medium: [medium], precise: [precise(n)] },
    };
  })));
}

/** Word-level and without loss on the corpus: unknown pieces fall back to single characters, which are all in the vocabulary. */
export function wordTokenizer(texts: readonly string[], languages: readonly string[] = ['python']): TokenizerApi {
  const pieces = (text: string): string[] => text.match(/\n *| ?[A-Za-z]+|\d| ?[^\sA-Za-z\d]|\s/g) ?? [];
  const specials = [...SPECIALS, ...languages.map((language) => `<|${language}|>`)];
  const words = [...new Set([...texts.flatMap(pieces), ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), '\n'])];
  const ids = new Map(words.map((word, i) => [word, specials.length + i]));
  const json = JSON.stringify({ specials, words });
  return {
    encode: (text) => pieces(text).flatMap((piece) => (ids.has(piece) ? [ids.get(piece)!] : Array.from(piece, (char) => ids.get(char) ?? ids.get('?')!))),
    decode: (tokens) => Array.from(tokens, (id) => words[id - specials.length] ?? '').join(''),
    special(token) {
      const id = specials.indexOf(token);
      if (id < 0) throw labError('BadInput', `The vocabulary has no ${token}.`);
      return id;
    },
    hasSpecial: (token) => specials.includes(token),
    vocabSize: specials.length + words.length, json, hash: `test-${json.length}`,
  };
}

export const SPECIAL_COUNT = SPECIALS.length + 1;
