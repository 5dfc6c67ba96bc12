/** Documentations at a level of detail: how often each part appears, and that what is stated is checked rightly. */
import { describe as suite, expect, test } from 'vitest';
import { ORACLE, READER_DETAIL, WRITER_DETAIL, describe } from '../../src/corpus/describe';
import type { Detail } from '../../src/corpus/describe';
import { firstSentence } from '../../src/corpus/documentation';
import { factPrecision, statedFacts } from '../../src/corpus/precision';
import type { CodeItem } from '../../src/types';

const base: CodeItem = {
  id: '1', language: 'python', name: 'word', path: 'a.py', startLine: 1, endLine: 3, code: '', signature: '', params: ['stream', 'size'], documentation: '', split: 'train',
  facts: [
    { kind: 'name', sentence: 'Named word.', values: ['word'] }, { kind: 'params', sentence: 'Takes stream and size.', values: ['stream', 'size'] },
    { kind: 'calls', sentence: 'Calls read and strip.', values: ['read', 'strip', 'decode'] }, { kind: 'fields', sentence: 'Reads the fields pos.', values: ['pos'] },
    { kind: 'fields', sentence: 'Sets the fields end.', values: ['end'] }, { kind: 'constants', sentence: 'Constants: utf and 0.5.', values: ['utf', '0.5'] },
    { kind: 'raises', sentence: 'Raises ValueError.', values: ['ValueError'] }, { kind: 'shape', sentence: 'Has an if and a return.', values: ['an if', 'a return'] },
  ],
};
const documented: CodeItem = { ...base, documentation: 'Read a word from the stream. Then stop.\n\nMore.' };
const synthetic: CodeItem = { ...base, phrases: { vague: ['Works on words.', 'Handles text.'], medium: ['Reads words.'], precise: ['Reads one word of at most 8 letters.'] } };

function generator(seed: number): () => number {
  let state = seed;
  return () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32; };
}

function rates(item: CodeItem, detail: Detail, tests: Record<string, RegExp>, n = 4000): Record<string, number> {
  const rng = generator(5);
  const counts = Object.fromEntries(Object.keys(tests).map((k) => [k, 0]));
  for (let i = 0; i < n; i++) {
    const text = describe(item, rng, detail);
    for (const [key, pattern] of Object.entries(tests)) if (pattern.test(text)) counts[key] += 1 / n;
  }
  return counts;
}

suite('behaviour phrases', () => {
  const tests = { precise: /at most 8/, medium: /Reads words/, vague: /Works on|Handles/, name: /(?:Named|The function is|Called) word\./, params: /(?:Takes|Input is) stream and size\.$/, before: /^(?:Named|The function is|Called) word\. \w/ };
  test('writer and reader draw each part as often as they say (within four standard errors)', () => {
    const writer = rates(synthetic, WRITER_DETAIL, tests), reader = rates(synthetic, READER_DETAIL, tests);
    for (const [key, p] of Object.entries({ precise: 0.12, medium: 0.3, vague: 0.58, name: 0.2, params: 0.2, before: 0.1 })) expect(Math.abs(writer[key] - p), key).toBeLessThan(0.035);
    for (const [key, p] of Object.entries({ precise: 0.6, medium: 0.2, vague: 0.2, name: 0.6, params: 0.6, before: 0.3 })) expect(Math.abs(reader[key] - p), key).toBeLessThan(0.035);
  });
  test('the oracle says all of it every time', () => {
    expect(rates(synthetic, ORACLE, tests)).toMatchObject({ precise: expect.closeTo(1, 9), vague: 0, name: expect.closeTo(1, 9), params: expect.closeTo(1, 9) });
  });
  test('no parameters, no sentence on them; a dollar sign in a name stays one', () => {
    expect(describe({ ...synthetic, params: [] }, () => 0, ORACLE)).not.toMatch(/Takes|Input/);
    expect(describe({ ...synthetic, name: '$&' }, () => 0, ORACLE)).toContain('Named $&.');
  });
});

suite('facts', () => {
  test('each sentence by its probability, own documentation at least three times in ten', () => {
    const tests = { own: /Read a word from the stream\./, name: /Named word/, params: /Takes stream/, calls: /Calls read/, shape: /Has an if/ };
    const writer = rates(documented, WRITER_DETAIL, tests), reader = rates(documented, READER_DETAIL, tests);
    for (const [key, p] of Object.entries({ name: 0.2, params: 0.2, calls: 0.12, shape: 0.12 })) expect(Math.abs(writer[key] - p), key).toBeLessThan(0.05);
    expect(Math.abs(writer.own - 0.3)).toBeLessThan(0.05);
    for (const [key, p] of Object.entries({ own: 0.6, name: 0.6, params: 0.6, calls: 0.6, shape: 0.6 })) expect(Math.abs(reader[key] - p), key).toBeLessThan(0.035);
  });
  test('the oracle is the first sentence and every fact in order; nothing drawn still gives something', () => {
    expect(describe(documented, Math.random, ORACLE)).toBe(`Read a word from the stream. ${base.facts.map((f) => f.sentence).join(' ')}`);
    const nothing = { precise: 0, medium: 0, name: 0, params: 0 };
    for (let i = 0; i < 50; i++) expect(base.facts.map((f) => f.sentence)).toContain(describe(base, generator(i), nothing));
    expect(describe({ ...base, facts: [] }, () => 0.5, nothing)).toBe('Named word.');
  });
  test('the same draws give the same text', () => {
    expect(describe(documented, generator(3), READER_DETAIL)).toBe(describe(documented, generator(3), READER_DETAIL));
  });
  test('first sentences end at a full stop, on one line, within 160 characters', () => {
    expect(firstSentence('Reads v1.2 files\nfrom e.g. disk. Then more.')).toBe('Reads v1.2 files from e.g.');
    expect(firstSentence('no stop here')).toBe('no stop here.');
    expect(firstSentence('First line\n\nsecond.')).toBe('First line.');
    expect(firstSentence(`${'word '.repeat(60)}.`).length).toBeLessThanOrEqual(161);
    expect(firstSentence('')).toBe('');
  });
});

suite('fact precision', () => {
  test('the oracle is true throughout', () => {
    expect(factPrecision(describe(base, Math.random, ORACLE), base)).toEqual({ stated: 12, true: 12 });
  });
  test.each([
    ['Named word.', 1, 1], ['Called words.', 1, 0], ['The function is word. Named word.', 1, 1],
    ['Takes stream and size.', 2, 2], ['Input is stream.', 1, 1], ['Arguments: stream, length.', 2, 1], ['Takes a list of rows.', 0, 0],
    ['Calls read, decode and open.', 3, 2], ['Uses strip.', 1, 1], ['Reads the fields pos and end.', 2, 1], ['Sets the fields end.', 1, 1],
    ['Constants: utf and 8.', 2, 1], ['Mentions 0.5.', 1, 1], ['Raises KeyError.', 1, 0], ['Has an if and a for loop.', 2, 1], ['Has no effect.', 0, 0],
    ['Reads a word from the stream.', 0, 0], ['', 0, 0], ['Calls read and read.', 1, 1],
  ])('%s states %i, true %i', (text, stated, right) => { expect(factPrecision(text, base)).toEqual({ stated, true: right }); });
  test('names with marks of their own survive the split into sentences', () => {
    const ruby = { ...base, name: 'empty?', facts: [] };
    expect(statedFacts('Named empty?. Takes stream.', ruby)).toEqual([{ kind: 'name', value: 'empty?', true: true }, { kind: 'params', value: 'stream', true: true }]);
  });
});
