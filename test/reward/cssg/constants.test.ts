/** Which constants, collections and small words of a language a graph tells apart, and which it does not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/reward/cssg/build';
import { numberWord } from '../../../src/reward/cssg/labels';
import type { SyntaxParser } from '../../../src/reward/tree';
import type { Language } from '../../../src/types';
import { realParser } from '../grammars';
import { signature } from './graph_lines';

let parser: SyntaxParser;
beforeAll(async () => { parser = await realParser(['javascript', 'python', 'ruby', 'go', 'rust', 'java', 'c', 'cpp', 'php', 'lua']); });
const graph = (language: Language, code: string): string[] => {
  const tree = parser.parse(language, code);
  if (!tree) throw new Error(`does not parse as ${language}:\n${code}`);
  return signature(buildGraph(tree, language));
};

describe('numbers', () => {
  it.each<[string, Language, string, string]>([
    ['a bound', 'javascript', 'for (let i = 0; i < 10; i++) f(i);', 'for (let i = 0; i < 20; i++) f(i);'],
    ['a bound', 'python', 'for i in range(10):\n    f(i)', 'for i in range(20):\n    f(i)'],
    ['a bound', 'ruby', '10.times { |i| f(i) }', '20.times { |i| f(i) }'],
    ['a bound', 'lua', 'for i = 1, 10 do f(i) end', 'for i = 1, 20 do f(i) end'],
    ['a start', 'c', 'void f(int n) { for (int i = 5; i < n; i++) g(i); }', 'void f(int n) { for (int i = 6; i < n; i++) g(i); }'],
    ['a step', 'php', 'for ($i = 0; $i < $n; $i += 3) f($i);', 'for ($i = 0; $i < $n; $i += 5) f($i);'],
    ['a fraction', 'cpp', 'double f(double x) { return x - 0.5; }', 'double f(double x) { return x - 0.7; }'],
    ['a magnitude', 'rust', 'fn f(x: u64) -> u64 { x % 1000003 }', 'fn f(x: u64) -> u64 { x % 10000019 }'],
    ['BigInt', 'javascript', 'f(2n);', 'f(2);'],
    ['long', 'java', 'var x = 3L;', 'var x = 3;'],
    ['complex', 'python', 'x = 3j', 'x = 3'],
    ['float', 'python', 'x = 3.0', 'x = 3'],
  ])('%s shows (%s)', (_, language, a, b) => { expect(graph(language, a)).not.toEqual(graph(language, b)); });

  it('one value is one word, however it is written; long ones go by their power of ten', () => {
    expect(['16', '0x10', '0b10000', '1_6', '16u8', '16usize', '0x10u8'].map(numberWord)).toEqual(Array(7).fill('number:16'));
    expect(['0.5', '.5', '5e-1', '0.5f', '0.5f32', '1.0', '3f', '3d'].map(numberWord)).toEqual([...Array<string>(5).fill('float:0.5'), 'float:1', 'float:3', 'float:3']);
    expect(['9999', '12300', '12345', '1000003', '3.14159', '0xff', '0xdeadbeef', '2n', '0x2n', '3L', '2j', '4i'].map(numberWord))
      .toEqual(['number:9999', 'number:12300', 'number:e4', 'number:e6', 'float:e0', 'number:255', 'number:e9', 'bigint:2', 'bigint:2', 'long:3', 'complex', 'complex']);
    expect(numberWord('x')).toBe('number');
  });
});

describe('texts', () => {
  it.each<[string, Language, string, string]>([
    ['a character', 'c', "void f() { g('a'); }", 'void f() { g("a"); }'],
    ['a character', 'java', "var x = 'x';", 'var x = "x";'],
    ['a character', 'go', "func f() { g('x') }", 'func f() { g("x") }'],
    ['bytes', 'python', 'x = b"x"', 'x = "x"'],
    ['bytes', 'rust', 'fn f() { g(b"x"); }', 'fn f() { g("x"); }'],
  ])('%s is no string (%s)', (_, language, a, b) => { expect(graph(language, a)).not.toEqual(graph(language, b)); });

  it('the quotes and the words of a string do not show', () => {
    expect(graph('python', 'x = "a b"')).toEqual(graph('python', "x = 'c'"));
    expect(graph('javascript', 'f("a");')).toEqual(graph('javascript', "f('b');"));
  });
});

describe('collections and small words', () => {
  it.each<[string, Language, string, string]>([
    ['a symbol and a string', 'ruby', 'f(:x)', "f('x')"],
    ['a tuple and a list', 'python', 'x = (1, 2)', 'x = [1, 2]'],
    ['a set and a list', 'python', 'x = {1, 2}', 'x = [1, 2]'],
    ['comprehensions of list and set', 'python', 'x = [k for k in xs]', 'x = {k for k in xs}'],
    ['comprehensions of list and generator', 'python', 'x = [k for k in xs]', 'x = (k for k in xs)'],
    ['what is made', 'go', 'func f() { g(make([]int, 0)) }', 'func f() { g(make(map[int]int, 0)) }'],
    ['two equalities', 'javascript', 'f(a === b);', 'f(a == b);'],
    ['two inequalities', 'php', 'f($a !== $b);', 'f($a != $b);'],
    ['an optional field', 'javascript', 'f(a?.b);', 'f(a.b);'],
    ['an optional call', 'javascript', 'f(a?.(b));', 'f(a(b));'],
    ['an optional method', 'php', '$a?->b();', '$a->b();'],
    ['yield from', 'python', 'def f(x):\n    yield from x', 'def f(x):\n    yield x'],
    ['async for', 'python', 'async def f(xs):\n    async for x in xs:\n        g(x)', 'async def f(xs):\n    for x in xs:\n        g(x)'],
    ['two spreads', 'python', 'f(*a)', 'f(**a)'],
    ['two deletes', 'cpp', 'void f(int *a) { delete a; }', 'void f(int *a) { delete[] a; }'],
    ['the ends of a slice', 'python', 'f(a[1:])', 'f(a[:1])'],
    ['the ends of a slice', 'go', 'func f(a []int) { g(a[1:]) }', 'func f(a []int) { g(a[:1]) }'],
    ['the ends of a range', 'rust', 'fn f(a: &[i32]) { g(&a[1..]); }', 'fn f(a: &[i32]) { g(&a[..1]); }'],
  ])('%s differ (%s)', (_, language, a, b) => { expect(graph(language, a)).not.toEqual(graph(language, b)); });

  it.each<[string, Language, string, string]>([
    ['a field by its short form', 'javascript', 'function f(a, b) { const total = a + b; return { total, a }; }', 'function f(a, b) { const sum = a + b; return { total: sum, a }; }'],
    ['a field by its short form', 'javascript', 'function f(a) { return { a }; }', 'function f(a) { return { a: a }; }'],
    ['a field by its short form', 'rust', 'fn f(x: i32) -> P { P { x } }', 'fn f(x: i32) -> P { P { x: x } }'],
    ['the receiver of a method by another name', 'python', 'class A:\n    def f(self, x: int):\n        self.y = x\n        return self', 'class A:\n    def f(this, x: int):\n        this.y = x\n        return this'],
  ])('%s is the same (%s)', (_, language, a, b) => { expect(graph(language, a)).toEqual(graph(language, b)); });

  it('the first parameter of a static method is a parameter', () => {
    const method = (mark: string): string => `class A:\n    @${mark}\n    def f(x, y):\n        return x`;
    expect(graph('python', method('staticmethod'))).not.toEqual(graph('python', method('cached')));
  });
});
