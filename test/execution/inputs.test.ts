/** Inputs tell one-operator changes apart, come from what a function says of itself, and are the same each time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { extractFunctions } from '../../src/corpus/functions';
import { createParser } from '../../src/corpus/parser';
import type { Parser } from '../../src/corpus/parser';
import { agreement } from '../../src/execution/agreement';
import { chooseInputs, poolSize } from '../../src/execution/choose';
import { planInputs } from '../../src/execution/inputs/inputs';
import { shapeOfType } from '../../src/execution/inputs/type_text';
import { createQuickJS } from '../../src/sandbox/quickjs';
import { generateCorpus } from '../../src/synthetic/corpus';
import type { Language } from '../../src/types';
import { nodeGrammars } from '../corpus/node_grammars';
import { mutants } from './mutants';

let parser: Parser;
beforeAll(async () => {
  parser = await createParser(nodeGrammars);
  await parser.load(['javascript', 'typescript', 'python', 'ruby', 'lua', 'php', 'go', 'rust', 'java', 'c']);
});

const planned = (language: Language, text: string, count = 12) => planInputs(parser, extractFunctions(parser, language, 'a', text).items[0]!, count);
/** Values at one place of the lists. */
const column = (language: Language, text: string, place: number): unknown[] => planned(language, text).lists.map((list) => list[place]).filter((value) => value !== undefined);
const kinds = (values: unknown[]): string[] => [...new Set(values.map((value) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value)))].sort();

it('20 inputs tell at least 95 of 100 one-operator changes of the sample corpus apart', async () => {
  const quickjs = await createQuickJS();
  let all = 0, told = 0, judged = 0;
  const items = generateCorpus({ seed: 11, split: 'train', count: 40, languages: ['javascript'] });
  for (const item of items) {
    const pool = planInputs(parser, item, poolSize(20)).lists;
    const run = await quickjs.judge({ code: item.code, name: item.name, inputs: pool });
    const chosen = chooseInputs(pool, run, run, 20);
    if ('reason' in chosen) continue;
    judged++;
    expect(chosen.inputs.length).toBeLessThanOrEqual(20);
    for (const { code } of mutants(parser, 'javascript', item.code)) {
      all++;
      if (agreement(chosen.outputs, await quickjs.run({ code, name: item.name, inputs: chosen.inputs })) < 1) told++;
    }
  }
  expect(judged).toBe(items.length);
  expect(all).toBeGreaterThan(100);
  expect(told / all).toBeGreaterThanOrEqual(0.95);
});

describe('what a function says of itself', () => {
  it('is taken from its types, in each language that has them', () => {
    expect(kinds(column('typescript', 'function f(rows: { price: number }[], mode: "a" | "b") { return 1; }', 0))).toEqual(['list']);
    expect(column('typescript', 'function f(rows: number[], mode: "a" | "b") { return 1; }', 1).every((value) => value === 'a' || value === 'b')).toBe(true);
    expect(kinds(column('python', 'def f(xs: list[int], key: str = "a"):\n    return key', 1))).toEqual(['string']);
    expect(column('python', 'def f(xs: list[int]):\n    return xs', 0).flat().every(Number.isInteger)).toBe(true);
    expect(kinds(column('java', 'class A { static int f(List<String> xs, int k) { return 1; } }', 1))).toEqual(['number']);
    expect(kinds(column('go', 'package m\nfunc F(m map[string]int, s string) int { return 1 }', 0))).toEqual(['object']);
    expect(kinds(column('rust', 'fn f(xs: &[i32], name: Option<&str>) -> i32 { 1 }', 1))).toEqual(['null', 'string']);
    expect(kinds(column('c', 'int f(const int *xs, char *s) { return 1; }', 0))).toEqual(['list']);
  });

  it('is taken from its documentation', () => {
    expect(planned('python', 'def f(xs, k):\n    """Doc.\n\n    >>> f([1, 2], \'b\')\n    3\n    """\n    return k').lists[0]).toEqual([[1, 2], 'b']);
    const script = planned('javascript', '/**\n * Picks.\n * @param {string[]} words the words\n * @param {number} [n=2] how many\n * @example pick([\'x\', "y"], 1) // x\n */\nfunction pick(words, n) { return 1; }').lists;
    expect(script[0]).toEqual([['x', 'y'], 1]);
    expect(kinds(script.flatMap((list) => (list[0] as unknown[])))).toEqual(['string']);
    expect(kinds(column('ruby', '# Joins.\n# @param xs [Array<String>] the words\ndef f(xs)\n  xs\nend', 0).flat())).toEqual(['string']);
    expect(kinds(column('php', '<?php\n/**\n * @param int[] $xs\n * @param string $sep\n */\nfunction f($xs, $sep) { return 1; }', 1))).toEqual(['string']);
    expect(planned('ruby', '# f(1, nil) # => 2\n# @example f({ a: 1 }, true)\ndef f(a, b)\n  a\nend').lists.slice(0, 2)).toEqual([[1, null], [{ a: 1 }, true]]);
  });

  it('is taken from its code where it says nothing else: use, keys, limits, letters', () => {
    const rows = column('python', "def g(rows, lo):\n    return [r['age'] for r in rows if r['age'] > lo and r['name'].startswith('A')]", 0).flat() as { age?: number; name?: string }[];
    expect(rows.some(({ age, name }) => typeof age === 'number' && typeof name === 'string')).toBe(true);
    expect(column('javascript', 'function f(n) { return n > 41 ? 1 : 2; }', 0)).toEqual(expect.arrayContaining([41, 40, 42, 0, -1]));
    expect(kinds(column('javascript', "function f(s, k) { return [...s].map((c) => (c >= 'a' ? c.charCodeAt(0) + k : c)).join(''); }", 0))).toEqual(['string']);
    expect(kinds(column('javascript', 'function f({ width, height = 2 }) { return width * height; }', 0))).toEqual(['object']);
    expect(kinds(column('lua', 'function f(xs, k)\n  local t = 0\n  for i, x in ipairs(xs) do if x > 3 then t = t + x * k end end\n  return t\nend', 0).flat())).toEqual(['number']);
    expect(kinds(column('ruby', 'def f(rows)\n  rows.sum { |row| row[:price] }\nend', 0).flat())).toEqual(['object']);
    expect(shapeOfType('Promise<Record<string, Array<number | null>>>', 'typescript')).toEqual({ kind: 'map', of: { kind: 'list', of: { kind: 'either', of: [{ kind: 'number' }, { kind: 'null' }] } } });
  });

  it('may be that it cannot be run alone', () => {
    const why = (language: Language, text: string): string => { const { reason, doubt } = planned(language, text); return reason || doubt || ''; };
    expect(why('javascript', 'function roll() { return Math.random(); }')).toBe('it draws random numbers');
    expect(why('javascript', "function f() { return 'Math.random'; } // Date")).toBe('');
    expect(why('python', 'def m(self, x):\n    return self.y + x')).toContain('class or an object');
    expect(why('python', 'def f(p):\n    return open(p).read()')).toContain('outside');
    expect(why('javascript', 'function f(xs, g) { return g(xs[0]); }')).toBe('it takes a function (g)');
    expect(why('ruby', 'def f(x)\n  x + Time.now.to_i\nend')).toContain('time');
    expect(why('python', 'def f(*, key):\n    return key')).toContain('by name');
  });
});

it('the same item gives the same lists, and fewer are a prefix', () => {
  const text = 'function f(xs, s, k = 3) { return xs.filter((x) => x > 7).map((x) => s + x * k); }';
  const many = planned('javascript', text, 40).lists;
  expect(many).toHaveLength(40);
  expect(new Set(many.map((list) => JSON.stringify(list))).size).toBe(40);
  expect(planned('javascript', text, 40).lists).toEqual(many);
  expect(JSON.stringify(many)).not.toContain('undefined');
});
