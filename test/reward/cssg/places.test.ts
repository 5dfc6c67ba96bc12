/** Parameters, and the targets of one value, are told apart by their places, not by their names. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/reward/cssg/build';
import type { SyntaxParser } from '../../../src/reward/tree';
import type { Language } from '../../../src/types';
import { realParser } from '../grammars';
import { signature } from './graph_lines';

let parser: SyntaxParser;
beforeAll(async () => { parser = await realParser(['javascript', 'python', 'ruby', 'go', 'rust', 'php', 'lua']); });
const graph = (language: Language, code: string): string[] => {
  const tree = parser.parse(language, code);
  if (!tree) throw new Error(`does not parse as ${language}:\n${code}`);
  return signature(buildGraph(tree, language));
};

describe('two variables of one site', () => {
  it.each<[string, Language, string, string]>([
    ['the larger and the smaller', 'javascript', 'function f(a, b) { if (a > b) { return a; } return b; }', 'function f(a, b) { if (a > b) { return b; } return a; }'],
    ['one of two parameters', 'javascript', 'function f(a, b) { return a; }', 'function f(a, b) { return b; }'],
    ['one of two parameters', 'lua', 'function f(a, b) return a end', 'function f(a, b) return b end'],
    ['one of two parameters', 'rust', 'fn f(a: i32, b: i32) -> i32 { a }', 'fn f(a: i32, b: i32) -> i32 { b }'],
    ['one of two parts', 'javascript', 'function f(p) { const [a, b] = p; return a; }', 'function f(p) { const [a, b] = p; return b; }'],
    ['one of two fields', 'javascript', 'function f({ a, b }) { return a; }', 'function f({ a, b }) { return b; }'],
    ['a value and its error', 'go', 'func f() { x, err := g(); use(x); check(err) }', 'func f() { err, x := g(); use(x); check(err) }'],
    ['the index and the element', 'python', 'def f(xs):\n    for i, x in enumerate(xs):\n        g(i)', 'def f(xs):\n    for i, x in enumerate(xs):\n        g(x)'],
    ['the index and the element', 'ruby', 'xs.each_with_index do |x, i|\n  g(x)\nend', 'xs.each_with_index do |x, i|\n  g(i)\nend'],
    ['the key and the value', 'php', 'foreach ($xs as $k => $v) { g($k); }', 'foreach ($xs as $v => $k) { g($k); }'],
    ['operands from one function', 'python', 'def f(a, b, c):\n    x = a + b\n    y = b * c\n    return x, y', 'def f(a, b, c):\n    x = a + a\n    y = a * a\n    return x, y'],
  ])('%s differ (%s)', (_, language, a, b) => { expect(graph(language, a)).not.toEqual(graph(language, b)); });

  it.each<[Language, string, string]>([
    ['javascript', 'function f(a, b = 1) { const [x, y] = g(a); return x - b; }', 'function f(p, q = 1) { const [u, v] = g(p); return u - q; }'],
    ['python', 'def f(a, b):\n    for i, x in a:\n        b[i] = x\n    return b', 'def f(p, q):\n    for k, v in p:\n        q[k] = v\n    return q'],
  ])('other names leave them as they are (%s)', (language, a, b) => { expect(graph(language, a)).toEqual(graph(language, b)); });

  it('two names of one value are alike', () => { expect(graph('javascript', 'a = b = g(); h(a);')).toEqual(graph('javascript', 'a = b = g(); h(b);')); });
});
