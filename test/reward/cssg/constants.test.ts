/** Which constants a graph tells apart, and which it does not. */
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
