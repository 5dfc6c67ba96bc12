/** Precision and recall of facts over functions of all twelve languages, in fact sentences, in sections, and in free prose. */
import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, describe as suite, expect, test } from 'vitest';
import { ORACLE, describe } from '../../src/corpus/describe';
import { STATED, joinNames } from '../../src/corpus/facts';
import { extractFunctions } from '../../src/corpus/functions';
import { LANGUAGE_NAMES, languageOf } from '../../src/corpus/languages';
import { createParser } from '../../src/corpus/parser';
import { factPrecision, factRecall, factScore, statedFacts } from '../../src/corpus/precision';
import type { CodeItem, Fact } from '../../src/types';
import { nodeGrammars } from './node_grammars';

let items: CodeItem[];
beforeAll(async () => {
  const parser = await createParser(nodeGrammars);
  await parser.load(LANGUAGE_NAMES);
  const folder = new URL('../fixtures/corpus/', import.meta.url);
  items = readdirSync(folder).filter((file) => file.endsWith('.txt')).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8'), name = file.replace(/\.txt$/, '');
    return extractFunctions(parser, languageOf(name, text)!, name, text).items;
  });
});

const of = (language: string): CodeItem[] => items.filter((item) => item.language === language);
const oracle = (item: CodeItem): string => describe({ ...item, documentation: '' }, () => 0.5, ORACLE);
/** Facts that the sentences can state: each sentence is cut off at its limit. */
const statable = (item: CodeItem): number => item.facts.reduce((sum, fact) => sum + Math.min(fact.values.length, fact.kind === 'name' ? 1 : STATED[fact.kind]), 0);
const count = (item: CodeItem): number => item.facts.reduce((sum, fact) => sum + fact.values.length, 0);
const values = (item: CodeItem, kind: Fact['kind']): string[] => item.facts.filter((fact) => fact.kind === kind).flatMap((fact) => fact.values);

suite.each(LANGUAGE_NAMES)('%s', (language) => {
  test('has functions with facts of several kinds', () => {
    expect(of(language).length).toBeGreaterThanOrEqual(2);
    expect(new Set(of(language).flatMap((item) => item.facts.map((fact) => fact.kind))).size).toBeGreaterThanOrEqual(4);
  });
  test('fact sentences are true, and cover what they can state', () => {
    for (const item of of(language)) {
      const score = factScore(oracle(item), item), n = statable(item);
      expect(score, item.name).toMatchObject({ stated: n, true: n, facts: count(item), covered: n, precision: 1 });
      expect(score.recall).toBeCloseTo(n / count(item), 12);
      expect(score.f1).toBeCloseTo((2 * n) / (n + count(item)), 12);
    }
  });
  test('leaving a sentence out costs its facts and no more', () => {
    for (const item of of(language)) {
      for (const fact of item.facts) {
        const text = item.facts.filter((other) => other !== fact).map((other) => other.sentence).join(' ');
        const { byKind } = factRecall(text, item);
        for (const kind of new Set(item.facts.map((other) => other.kind))) {
          const missing = fact.kind === kind ? Math.min(fact.values.length, fact.kind === 'name' ? 1 : STATED[fact.kind]) : 0;
          const kept = item.facts.filter((other) => other.kind === kind).reduce((sum, other) => sum + Math.min(other.values.length, kind === 'name' ? 1 : STATED[kind]), 0) - missing;
          expect(byKind[kind]!.covered, `${item.name} without ${fact.sentence}`).toBe(kept);
        }
      }
    }
  });
  test('another function\'s facts are false where they are not its own', () => {
    const all = of(language);
    all.forEach((item, i) => {
      const other = all[(i + 1) % all.length]!;
      const score = factScore(oracle(other), item);
      const own = new Set(item.facts.flatMap((fact) => fact.values.map((value) => `${fact.kind} ${value}`)));
      const shared = other.facts.flatMap((fact) => fact.values.slice(0, fact.kind === 'name' ? 1 : STATED[fact.kind]).map((value) => `${fact.kind} ${value}`)).filter((fact) => own.has(fact)).length;
      expect(score.true, `${other.name} for ${item.name}`).toBeLessThanOrEqual(shared);
      if (other.name !== item.name) expect(score.precision).toBeLessThan(1);
      if (other.name !== item.name) expect(statedFacts(oracle(other), item).find((fact) => fact.kind === 'name')!.true).toBe(false);
    });
  });
  test('sections state their parameters and their prose', () => {
    for (const item of of(language)) {
      const params = item.params.length > 0 ? item.params.map((name) => `${name} (some type<a, b>): one of them`).join('\n') : 'none';
      const written = (lines: string): string => `Summary: Does something with \`${item.name}\`.\nParams: ${lines}\nReturns: thing: what comes out\nExamples: >>> wrong_name(other_name, 77)`;
      const text = written(params);
      const { byKind, covered } = factRecall(text, item);
      const returns = values(item, 'shape').includes('a return') ? 1 : 0;
      expect(byKind.name, item.name).toEqual({ facts: 1, covered: 1 });
      if (item.params.length > 0) expect(byKind.params).toEqual({ facts: item.params.length, covered: item.params.length });
      expect(byKind.shape?.covered ?? 0).toBe(returns);
      expect(covered).toBeGreaterThanOrEqual(1 + item.params.length + returns);
      expect(factPrecision(text, item).true).toBe(factPrecision(text, item).stated);
      const wrong = factScore(written('never_there (int): wrong'), item);
      expect(wrong.true).toBe(wrong.stated - 1);
    }
  });
  test('free prose states what it quotes', () => {
    for (const item of of(language)) {
      for (const kind of ['params', 'calls', 'fields', 'raises', 'constants'] as const) {
        const quoted = [...new Set(values(item, kind))];
        if (quoted.length === 0) continue;
        const score = factScore(`It does things with ${joinNames(quoted.map((value) => `\`${value}\``))}, in some way.`, item);
        expect(factRecall(`It has ${quoted.map((value) => `\`${value}\``).join(' or ')} in it`, item).byKind[kind]!.covered, `${item.name} ${kind}`).toBe(values(item, kind).length);
        expect(score.true, `${item.name} ${kind}`).toBe(score.stated);
      }
      const wrong = factScore(`Hands \`${item.name}\` over to \`quiteAnotherName\` and then to neverDefined().`, item);
      expect(wrong.stated - wrong.true, item.name).toBe(2);
    }
  });
});

suite('prose', () => {
  const base: CodeItem = {
    id: '1', language: 'python', name: 'read_word', path: 'a.py', startLine: 1, endLine: 9, params: ['stream', 'maxSize'], documentation: '', split: 'train', signature: '',
    code: 'def read_word(stream, maxSize):\n    text = stream.read(4096)\n    if "utf" in text: raise ValueError\n    self.pos = other_local(text)\n    return text',
    facts: [
      { kind: 'name', sentence: 'Named read_word.', values: ['read_word'] }, { kind: 'params', sentence: 'Takes stream and maxSize.', values: ['stream', 'maxSize'] },
      { kind: 'calls', sentence: 'Calls read and other_local.', values: ['read', 'other_local'] }, { kind: 'fields', sentence: 'Reads the fields pos.', values: ['pos'] }, { kind: 'fields', sentence: 'Sets the fields pos.', values: ['pos'] },
      { kind: 'constants', sentence: 'Constants: 4096 and utf.', values: ['4096', 'utf'] }, { kind: 'raises', sentence: 'Raises ValueError.', values: ['ValueError'] }, { kind: 'shape', sentence: 'Has an if and a return.', values: ['an if', 'a return'] },
    ],
  };
  test.each<[string, string[]]>([
    ['Reads a word from the stream.', []], ['Reads a word from the `stream`.', ['+params stream']], ['Reads up to maxSize bytes.', ['+params maxSize']], ['Reads up to max_size bytes.', ['-name max_size']],
    ['Gives `self.pos` a new value.', ['+fields pos']], ['Calls `stream.read(4096)` once.', ['+params stream', '+calls read', '+constants 4096']], ['Uses other_local() on it, then close_all().', ['+calls other_local', '-calls close_all']],
    ['Reads 4096 bytes.', ['+constants 4096']], ['Reads 512 bytes.', ['-constants 512']], ['Follows RFC 3986, version 2, at 10:30, in 1 or 0 steps.', []], ['A ValueError is raised when "utf" is found.', ['+raises ValueError', '+constants utf']],
    ['A KeyError is raised.', ['-name KeyError']], ['Returns `None` or `true`.', []], ['Its `text` is a local.', []], ['Says "something else".', []], ['Named `read_word`. Takes `stream`.', ['+name read_word', '+params stream']],
    ['Reads a word.\n>>> read_word(other_thing, 77)\n99', []], ['Sets the fields pos.', ['+fields pos']], ['Uses ``maxSize`` of it.', ['+params maxSize']],
  ])('%j', (text, expected) => {
    expect(statedFacts(text, base).map((fact) => `${fact.true ? '+' : '-'}${fact.kind} ${fact.value}`).sort()).toEqual([...expected].sort());
  });
  test('a mention of a field covers reading and setting, a sentence only its own', () => {
    expect(factRecall('Moves `pos` on.', base).byKind.fields).toEqual({ facts: 2, covered: 2 });
    expect(factRecall('Sets the fields pos.', base).byKind.fields).toEqual({ facts: 2, covered: 1 });
  });
  test('precision, recall and F1 by hand', () => {
    // Stated: stream, read, close; true: two of the three; eleven facts.
    const score = factScore('Takes stream. Calls read and close.', base);
    expect(score).toMatchObject({ stated: 3, true: 2, facts: 12, covered: 2 });
    expect(score.precision).toBeCloseTo(2 / 3, 12);
    expect(score.recall).toBeCloseTo(2 / 12, 12);
    expect(score.f1).toBeCloseTo((2 * (2 / 3) * (1 / 6)) / (2 / 3 + 1 / 6), 12);
    expect(factScore('Reads a word.', base)).toMatchObject({ stated: 0, precision: NaN, recall: 0, f1: 0 });
    expect(factScore('Calls close.', base)).toMatchObject({ precision: 0, recall: 0, f1: 0 });
    expect(factScore('Reads a word.', { ...base, facts: [] })).toMatchObject({ precision: NaN, recall: NaN, f1: NaN });
  });
});
