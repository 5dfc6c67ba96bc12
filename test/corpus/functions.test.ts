/** Functions of a small source file per language: names, lines, parameters, documentation, code and facts, one by one. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { extractFunctions } from '../../src/corpus/functions';
import { LANGUAGE_NAMES, languageOf } from '../../src/corpus/languages';
import { createParser } from '../../src/corpus/parser';
import type { Parser } from '../../src/corpus/parser';
import type { CodeItem, Language } from '../../src/types';
import { nodeGrammars } from './node_grammars';

let parser: Parser;
beforeAll(async () => {
  parser = await createParser(nodeGrammars);
  await parser.load(LANGUAGE_NAMES);
});

const source = (file: string) => readFileSync(new URL(`../fixtures/corpus/${file}.txt`, import.meta.url), 'utf8');

function items(file: string): CodeItem[] {
  const text = source(file);
  const { items: found, leftOut } = extractFunctions(parser, languageOf(file, text)!, file, text);
  expect(leftOut).toEqual({});
  return found;
}

type Row = [name: string, startLine: number, endLine: number, params: string, documentation: string];

const EXPECTED: [string, Language, Row[]][] = [
  ['shop.js', 'javascript', [
    ['total', 12, 19, 'items rate round rest', 'Sums the prices of a basket.\n\nEmpty baskets cost nothing.'],
    ['#open', 22, 22, '', ''], ['constructor', 24, 26, 'items', ''], ['add', 29, 35, 'item', 'Adds one item.'], ['size', 37, 37, '', ''],
    ['second', 41, 41, 'a', ''], ['double', 45, 45, 'n', 'Doubles a number.\nTwice.'], ['helper', 47, 50, 'x', ''], ['inner', 48, 48, 'y', ''],
    ['greet', 54, 54, 'name', 'Says hello.'], ['kebab-key', 55, 55, 'v', ''], ['plain', 56, 56, 'v', ''],
  ]],
  ['store.ts', 'typescript', [
    ['load', 2, 2, 'key', ''], ['constructor', 4, 4, 'map name', ''], ['put', 9, 11, 'key value', 'Puts a value; see Store.'],
    ['over', 15, 15, 'a', ''], ['pick', 16, 16, 'of key', ''], ['cast', 17, 17, 'a', ''],
  ]],
  ['view.tsx', 'tsx', [['Button', 3, 5, 'label onPress', 'A button with a label.'], ['Row', 6, 6, 'props', '']]],
  ['queue.py', 'python', [
    ['word', 6, 17, 'stream size args strict options', 'Read a word from the stream.\n\nStops at a blank.'],
    ['head', 22, 26, 'self', 'The oldest item.'], ['clear', 28, 29, 'self', 'Forget everything.'], ['drain', 31, 35, 'self', 'One line.'],
    ['square', 38, 38, 'x y', ''],
  ]],
  ['account.rb', 'ruby', [
    ['initialize', 6, 9, 'owner balance notes limit fee rest block', 'Opens an account.'], ['open', 11, 13, 'owner', ''],
    ['empty?', 15, 17, '', ''], ['withdraw', 20, 24, 'amount', 'Takes money out.'], ['noop', 26, 26, '', ''], ['double', 28, 28, 'n', ''],
  ]],
  ['ring.go', 'go', [
    ['Push', 9, 15, 'v names', 'Push adds a value and\nreturns the new length.'], ['Join', 17, 17, 'a b', ''], ['upper', 19, 19, 's', ''],
    ['outer', 21, 24, '', ''], ['local', 22, 22, 'z', ''],
  ]],
  ['grid.rs', 'rust', [
    ['new', 8, 11, 'w cells x y', 'Makes a grid of `w` columns.\n\nPanics when it is empty.'], ['width', 13, 15, 'self', ''],
    ['twice', 20, 20, 'self', ''], ['pair', 24, 30, 'text', 'Parses a pair.'], ['half', 25, 25, 'n', ''],
  ]],
  ['Clock.java', 'java', [
    ['Clock', 10, 12, 'ticks', 'Makes a clock of ticks ticks.'], ['toString', 14, 17, '', ''], ['advance', 20, 25, 'clock steps', 'Moves on.'],
    ['next', 27, 27, 'x', ''],
  ]],
  ['list.c', 'c', [['length', 8, 15, 'head', 'Counts the nodes.'], ['visit', 18, 21, 'head each names', ''], ['none', 23, 23, '', '']]],
  ['matrix.cpp', 'cpp', [
    ['Matrix', 9, 9, 'rows', ''], ['~Matrix', 10, 10, '', ''], ['operator+', 13, 13, 'other', 'Adds two.'], ['size', 14, 14, 'scale', ''],
    ['largest', 19, 23, 'first rest', 'Finds the largest.'], ['twice', 25, 25, 'x', ''],
  ]],
  ['mail.php', 'php', [
    ['send', 9, 15, 'to copies rest', 'Sends a letter.'], ['__construct', 19, 19, 'size', ''], ['room', 22, 22, 'box', 'Room left.'],
    ['shout', 27, 27, 'text', ''], ['keep', 28, 28, 'x', ''],
  ]],
  ['timer.lua', 'lua', [
    ['start', 4, 9, 'delay callback', 'Starts a timer.\nRuns once.'], ['stop', 13, 16, 'reason', 'Stops\nit.'], ['noop', 18, 18, '', ''],
    ['twice', 20, 20, 'n', ''], ['reset', 21, 21, 'self', ''], ['tick', 22, 22, 'a', ''],
  ]],
];

describe.each(EXPECTED)('%s', (file, language, rows) => {
  test('names, lines, parameters and documentation', () => {
    expect(items(file).map((i): Row => [i.name, i.startLine, i.endLine, i.params.join(' '), i.documentation])).toEqual(rows);
  });

  test('code parses, stands at column 0, starts with its signature and lost its documentation', () => {
    for (const item of items(file)) {
      expect(item.language).toBe(language);
      expect(parser.parses(language, item.code), item.code).toBe(true);
      expect(item.code).toMatch(/^\S/);
      expect(item.code.startsWith(item.signature), `${item.signature} | ${item.code}`).toBe(true);
      if (item.documentation) expect(item.code).not.toContain(item.documentation.split('\n')[0]);
      expect(item.id).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(new Set(items(file).map((i) => i.id)).size).toBe(rows.length);
  });

  test('the same file with CRLF line ends gives the same items', () => {
    const text = source(file).replaceAll('\n', '\r\n');
    expect(extractFunctions(parser, language, file, text).items).toEqual(items(file));
  });
});

const code = (file: string, name: string) => items(file).find((i) => i.name === name)!;
const facts = (file: string, name: string) => code(file, name).facts.map((f) => f.sentence).join(' ');

describe('code', () => {
  test('a docstring leaves with its line and the blank ones behind it; alone it becomes pass', () => {
    expect(code('queue.py', 'word').code.split('\n').slice(0, 2)).toEqual(['def word(stream, size: int = 8, *args, strict=False, **options) -> str:', '    data = stream.read(size)']);
    expect(code('queue.py', 'clear').code).toBe('def clear(self):\n    pass');
  });
  test('dedenting leaves lines inside string literals alone', () => {
    expect(code('queue.py', 'head').code).toBe('@property\ndef head(self):\n    text = """a\n    b"""\n    return self.items[0], text');
    expect(code('shop.js', 'add').code).toContain('  return `basket\n    of ${this.count}`;\n}');
  });
  test('rows of string literals behind a docstring move with the text', () => {
    const text = 'class A:\n    def f(self):\n        """One.\n\n        Two.\n        """\n\n        x = """p\n        q"""\n        return x\n';
    expect(extractFunctions(parser, 'python', 'a.py', text).items[0].code).toBe('def f(self):\n    x = """p\n        q"""\n    return x');
  });
  test('one declarator among several keeps its keyword', () => {
    expect(code('shop.js', 'second').code).toBe('const second = function (a) { return a + 10; }');
  });
  test('a function with a syntax error and one over the limit are counted, not kept', () => {
    const bad = extractFunctions(parser, 'javascript', 'a.js', 'function ok() { return 1; }\nfunction bad( { return 2 }\n');
    expect(bad.items.map((i) => i.name)).not.toContain('bad');
    const long = extractFunctions(parser, 'javascript', 'a.js', `function f() { ${'g();'.repeat(100)} }\nfunction h() {}`, { maxCharacters: 200 });
    expect(long.items.map((i) => i.name)).toEqual(['h']);
    expect(long.leftOut).toEqual({ 'too long': 1 });
  });
  test('a trailing comment, a comment across a blank line and a tool directive are no documentation', () => {
    const text = 'const a = 1; // not mine\nfunction f() { return a; }\n\n// far away\n\nfunction g() { return 2; }\n// eslint-disable-next-line\nfunction h() { return 3; }\n';
    expect(extractFunctions(parser, 'javascript', 'a.js', text).items.map((i) => i.documentation)).toEqual(['', '', '']);
  });
});

describe('facts', () => {
  test.each([
    ['queue.py', 'word', 'Named word. Takes stream, size, args, strict and options. Calls read, strip and decode. Constants: empty stream and utf. Raises ValueError. Has an if and a return.'],
    ['queue.py', 'drain', 'Named drain. Takes self. Calls pop. Reads the fields items. Sets the fields count. Has a while loop and a yield.'],
    ['shop.js', 'total', 'Named total. Takes items, rate, round and rest. Calls tax and round. Constants: negative price. Raises RangeError. Has a for loop, an if, a return and a conditional.'],
    ['store.ts', 'put', 'Named put. Takes key and value. Calls set. Reads the fields map.'],
    ['view.tsx', 'Row', 'Named Row. Takes props. Reads the fields label.'],
    ['account.rb', 'withdraw', 'Named withdraw. Takes amount. Calls each and puts. Reads the fields balance and log. Constants: too much. Raises ArgumentError. Has an if and a block.'],
    ['ring.go', 'Push', 'Named Push. Takes v and names. Calls append and len. Reads the fields buf and limit. Sets the fields buf. Has an if and a return.'],
    ['grid.rs', 'pair', 'Named pair. Takes text. Calls parse, Ok, half, Err and new. Constants: 2 and no number. Has an inner function, a switch and a return.'],
    ['Clock.java', 'advance', 'Named advance. Takes clock and steps. Calls move. Reads the fields length. Constants: backwards. Raises TimeException. Has a for loop, an if and a return.'],
    ['list.c', 'visit', 'Named visit. Takes head, each and names. Calls each. Reads the fields value. Constants: 42. Has a return.'],
    ['matrix.cpp', 'largest', 'Named largest. Takes first and rest. Calls empty, max and front. Constants: nothing. Raises runtime_error. Has an if and a return.'],
    ['mail.php', 'send', 'Named send. Takes to, copies and rest. Calls strlen. Constants: no address. Raises InvalidArgumentException. Has an if and a return.'],
    ['timer.lua', 'stop', 'Named stop. Takes reason. Reads the fields reason. Sets the fields running. Has a return.'],
  ])('%s %s', (file, name, expected) => { expect(facts(file, name)).toBe(expected); });
});

describe('parses', () => {
  test('says yes to whole functions, methods and entries, no to broken code and to nothing', () => {
    expect(parser.parses('javascript', 'get size() { return this.n; }')).toBe(true);
    expect(parser.parses('javascript', 'function f( { return }')).toBe(false);
    expect(parser.parses('python', 'def f(x):\n    return x')).toBe(true);
    expect(parser.parses('python', 'def f(x:\n    return x')).toBe(false);
    expect(parser.parses('go', 'func f() int { return 1')).toBe(false);
    expect(parser.parses('php', 'public function f() { return 1; }')).toBe(true);
    expect(parser.parses('lua', '  ')).toBe(false);
  });
  test('a wrapped tree gives back the code by its offset', () => {
    const text = 'static async load(path) { return read(path); }';
    const tree = parser.parse('javascript', text);
    const method = tree.root.descendantsOfType('method_definition')[0];
    expect([tree.ok, method.startIndex - tree.offset, method.endIndex - tree.offset]).toEqual([true, 0, text.length]);
    expect(tree.body.type).toBe('class_body');
    tree.delete();
  });
  test('a grammar that is not loaded says so by name', async () => {
    const bare = await createParser(nodeGrammars);
    expect(() => bare.parse('lua', 'x = 1')).toThrow(expect.objectContaining({ name: 'BadInput' }));
  });
  test('trees are freed: 300 parses of a 20 kB file do not grow the runtime', () => {
    const text = 'function f(a) { return [a, a + 1, g(a)]; }\n'.repeat(480);
    const size = () => { const { external, arrayBuffers } = process.memoryUsage(); return external + arrayBuffers; };
    for (let i = 0; i < 20; i++) parser.parse('javascript', text).delete();
    const before = size();
    for (let i = 0; i < 300; i++) parser.parses('javascript', text);
    expect(size() - before).toBeLessThan(8 * 2 ** 20);
  });
});
