/** From answer to program: templates, stop tokens, fences, and EvalPlus's way with each language's tree. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cutAtStops, firstFence, programsOf } from '../../src/benchmark/answer';
import type { SanitiseAll } from '../../src/benchmark/answer';
import { problemOf } from '../../src/benchmark/formats';
import { sanitise } from '../../src/benchmark/sanitise';
import { DEFAULT_TEMPLATE, fill, questionOf, unknownPlaceholders } from '../../src/benchmark/template';
import { outputIs, sameValue } from '../../src/benchmark/outputs';
import { createParser } from '../../src/corpus/parser';
import type { Parser } from '../../src/corpus/parser';
import type { Language } from '../../src/types';
import { nodeGrammars } from '../corpus/node_grammars';
import { HUMAN_EVAL_PYTHON, MBPP, MULTIPL_JS } from './fixtures';

let parser: Parser, all: SanitiseAll;
beforeAll(async () => {
  parser = await createParser(nodeGrammars);
  await parser.load(['python', 'javascript', 'typescript', 'ruby', 'lua', 'php', 'go', 'rust', 'java', 'cpp']);
  all = list => Promise.resolve(list.map(({ text, entry, language, also }) => sanitise(parser, text, entry, language, also)));
});
const taken = (text: string, entry = 'f', language: Language = 'python'): string => sanitise(parser, text, entry, language);
const python = problemOf(HUMAN_EVAL_PYTHON as never, 'HumanEval', 'own'), script = problemOf(MULTIPL_JS[0] as never, 'MultiPL-E', 'own'), mbpp = problemOf(MBPP as never, 'MBPP', 'own');

describe('sanitising as EvalPlus does', () => {
  it('keeps imports, first definitions and what the function reaches; prose, prints and the rest go', () => {
    const answer = '\u001b[32mHere is the code:\u001b[0m\n```python\nimport math\nfrom os import path\nLIMIT = 3\nUNUSED = 4\ndef other(x):\n    return x\ndef helper(x):\n    return x + LIMIT\ndef quiet(x):\n    x.append(1)\nclass Box:\n    pass\ndef f(x):\n    return helper(x)\ndef f(x):\n    return 0\nprint(f(1))\n```\nHope this helps!';
    expect(taken(answer)).toBe('import math\nfrom os import path\nLIMIT = 3\ndef helper(x):\n    return x + LIMIT\ndef f(x):\n    return helper(x)');
    // Without a name to begin from all definitions stay, but a function that returns nothing.
    expect(taken('def quiet(x):\n    x.append(1)\ndef f(x):\n    return 1\nprint(f(1))', '')).toBe('def f(x):\n    return 1');
  });
  it('what the prompt defines stays, for the tests may call it', () => {
    const answer = 'def undo(x):\n    return x - 1\ndef other(x):\n    return x\ndef f(x):\n    return x + 1\n';
    expect(sanitise(parser, answer, 'f', 'python', ['undo', 'f'])).toBe('def undo(x):\n    return x - 1\ndef f(x):\n    return x + 1');
  });
  it('what broke off at the end goes', () => { expect(taken('def f(x):\n    return x\n\ndef g(y):\n    return (y +')).toBe('def f(x):\n    return x'); });
  it('decorated definitions stay', () => { expect(taken('import functools\n@functools.cache\ndef f(x):\n    return x\n')).toBe('import functools\n@functools.cache\ndef f(x):\n    return x'); });
  it('where nothing of it is the function the stretch that parses is taken', () => { expect(taken('def g(x):\n    return x\nprint(1)\n)))')).toBe('def g(x):\n    return x\nprint(1)'); });
  it('what never parses stays as it is', () => { expect(taken('((((')).toBe('(((('); });
  it('a line by itself may be the program', () => { expect(taken('Sure, here you are:\nconst f = (x) => x + 1;\nEnjoy it, and ask if', 'f', 'javascript')).toBe('const f = (x) => x + 1;'); });
  it.each<[Language, string, string]>([
    ['javascript', 'Here:\n```js\nconst LIMIT = 3;\nlet unused = 1;\nfunction helper(x) { return x + LIMIT; }\nfunction f(x) { return helper(x); }\nconsole.log(f(1));\n```\ndone!!', 'const LIMIT = 3;\nfunction helper(x) { return x + LIMIT; }\nfunction f(x) { return helper(x); }'],
    ['javascript', 'function swap(xs) { xs.reverse(); }\nfunction f(xs) { swap(xs); return xs; }\nfunction f() {}', 'function swap(xs) { xs.reverse(); }\nfunction f(xs) { swap(xs); return xs; }'],
    ['typescript', 'interface P { x: number }\ninterface Q { y: number }\nexport function f(p: P): number { return p.x }\nf({ x: 1 })', 'interface P { x: number }\nexport function f(p: P): number { return p.x }'],
    ['ruby', "require 'set'\nLIMIT = 3\nOTHER = 4\ndef helper(x)\n  x + LIMIT\nend\ndef f(x)\n  helper(x)\nend\nputs f(1)", "require 'set'\nLIMIT = 3\ndef helper(x)\n  x + LIMIT\nend\ndef f(x)\n  helper(x)\nend"],
    ['lua', 'local limit = 3\nlocal function helper(x)\n  return x + limit\nend\nlocal function f(x)\n  return helper(x)\nend\nprint(f(1))', 'local limit = 3\nlocal function helper(x)\n  return x + limit\nend\nlocal function f(x)\n  return helper(x)\nend'],
    ['php', 'function other($x) { return 1; }\nfunction helper($x) { return $x; }\nfunction f($x) { return helper($x); }\necho f(1);', 'function helper($x) { return $x; }\nfunction f($x) { return helper($x); }'],
    ['go', 'package main\nimport "fmt"\nfunc other() int { return 1 }\nfunc f(x int) int { return x }\n', 'package main\nimport "fmt"\nfunc f(x int) int { return x }'],
    ['rust', 'use std::cmp::max;\nfn other() -> i64 { 1 }\nfn f(x: i64) -> i64 { max(x, 1) }', 'use std::cmp::max;\nfn f(x: i64) -> i64 { max(x, 1) }'],
    ['cpp', '#include <vector>\nint other() { return 1; }\nint f(int x) { return x; }', '#include <vector>\nint f(int x) { return x; }'],
  ])('%s', (language, answer, program) => { expect(taken(answer, 'f', language)).toBe(program); });
  it('long and hopeless text is given up in bounded time', () => {
    const start = performance.now(), text = Array.from({ length: 400 }, (_, i) => `)( ${i} {{`).join('\n');
    expect(taken(text)).toBe(text);
    expect(performance.now() - start).toBeLessThan(6_000);
    expect(taken('x'.repeat(50_000))).toHaveLength(50_000);
  });
});

describe('programs', () => {
  it('stop tokens cut at the first of them', () => {
    expect(cutAtStops('  return 1\n}\n// more\nfunction g() {}', ['\nfunction ', '\n//'])).toBe('  return 1\n}');
    expect(cutAtStops('a', ['b'])).toBe('a');
  });
  it('the first fence, closed or not', () => {
    expect([firstFence('text\n```js\na\n```\n```\nb\n```'), firstFence('```\nopen\nend'), firstFence('none')]).toEqual(['a\n', 'open\nend', null]);
  });
  it('each way of taking an answer', async () => {
    const of = (text: string, start: string, taking: 'evalplus' | 'fenced' | 'whole', from: 'model' | 'file' = 'model', problem = script) => programsOf([{ problem, text, start, from }], taking, all).then(([program]) => program);
    const rest = '  return xs.slice(1).map((x, i) => [xs[i], x]);\n}\nconsole.log(1)';
    const whole = `${script.prompt}  return xs.slice(1).map((x, i) => [xs[i], x]);\n}`;
    expect(await of(rest, script.prompt, 'whole')).toBe(whole);
    expect(await of(rest, script.prompt, 'whole', 'file')).toBe(`${script.prompt}${rest}`);
    expect(await of(rest, script.prompt, 'evalplus')).toBe(whole.slice(whole.indexOf('function')));
    expect(await of('Of course:\n```js\nfunction pairs() {}\n```', script.prompt, 'fenced')).toBe('function pairs() {}\n');
    // A whole program is given what its prompt imports, once, unless it is a file's.
    expect(await of('def longest(w): return w', '', 'whole', 'model', python)).toBe('from typing import List\ndef longest(w): return w');
    expect(await of('from typing import List\nx = 1', '', 'whole', 'model', python)).toBe('from typing import List\nx = 1');
    expect(await of('x = 1', '', 'whole', 'file', python)).toBe('x = 1');
  });
});

describe('templates', () => {
  it('put the problem in once, and say where the answer begins', () => {
    expect(questionOf(script, DEFAULT_TEMPLATE)).toEqual({ text: script.description, start: '' });
    expect(questionOf(script, { ...DEFAULT_TEMPLATE, documentation: '{description} Named {entry}. Takes {params}.', given: true })).toEqual({ text: `${script.description} Named pairs. Takes xs.`, start: 'function pairs(xs){' });
    expect(questionOf(script, { ...DEFAULT_TEMPLATE, form: 'text' })).toEqual({ text: script.prompt, start: script.prompt });
    expect(questionOf(python, { ...DEFAULT_TEMPLATE, form: 'text', texts: { python: 'Solve:\n{description}\nCode:\n' } }).start).toBe('');
    expect(questionOf(python, { ...DEFAULT_TEMPLATE, form: 'text', texts: { python: '{comment}\n{signature}\n' } })).toMatchObject({ text: expect.stringMatching(/^# The longest of the words\n# that has/), start: `${python.signature}\n` });
    expect(questionOf(mbpp, { ...DEFAULT_TEMPLATE, form: 'text' }).text).toBe(`# ${MBPP.text}\n${MBPP.test_list.map((line) => `# ${line}`).join('\n')}\n`);
    expect(fill('{entry} {other} {{entry}}', { ...script, entry: '{params}' })).toBe('{params} {other} {{params}}');
    expect(unknownPlaceholders('{entry} {other} {other} {x y}')).toEqual(['other']);
  });
});

describe('outputs', () => {
  it('are compared as JSON values', () => {
    expect([['1.0', 1], ['"a"', 'a'], ['{"a":1,"b":[2]}', { b: [2], a: 1 }], ['[]', []], ['null', null], ['-0', 0]].map(([text, value]) => outputIs(text as string, value))).toEqual(Array(6).fill(true));
    expect([['1', '1'], ['[1]', { 0: 1 }], ['{"a":1}', { a: 1, b: 2 }], ['[1,2]', [2, 1]], ['true', 1], ['ERR', null], [undefined, null], ['{', null], ['{}', []], ['{"a":1}', { toString: 1 }]].map(([text, value]) => outputIs(text as string, value))).toEqual(Array(10).fill(false));
    expect([sameValue([1.0000001], [1], 1e-6), sameValue([1.00001], [1], 1e-6), sameValue(0.1 + 0.2, 0.3), sameValue(0.1 + 0.2, 0.3, 1e-6)]).toEqual([true, false, false, true]);
  });
});
