/** The order of what a function does to the world is part of its graph; the order of what touches variables apart is not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/reward/cssg/build';
import type { SyntaxParser } from '../../../src/reward/tree';
import type { Language } from '../../../src/types';
import { realParser } from '../grammars';
import { signature } from './graph_lines';

let parser: SyntaxParser;
beforeAll(async () => { parser = await realParser(['javascript', 'python', 'go', 'php', 'rust']); });
const graph = (language: Language, code: string): string[] => {
  const tree = parser.parse(language, code);
  if (!tree) throw new Error(`does not parse as ${language}:\n${code}`);
  return signature(buildGraph(tree, language));
};

describe('statements that act', () => {
  it.each<[Language, string, string]>([
    ['python', 'def f(x):\n    lock()\n    update(x)\n    unlock()', 'def f(x):\n    unlock()\n    update(x)\n    lock()'],
    ['javascript', 'function f() { log("a"); save(); }', 'function f() { save(); log("a"); }'],
    ['javascript', 'async function f() { await a(); await b(); }', 'async function f() { await b(); await a(); }'],
    ['go', 'func f() { defer a(); defer b() }', 'func f() { defer b(); defer a() }'],
    ['php', 'echo $a; save();', 'save(); echo $a;'],
    ['rust', 'fn f() { println!("a"); save(); g(); }', 'fn f() { save(); println!("a"); g(); }'],
  ])('keep their order (%s)', (language, a, b) => { expect(graph(language, a)).not.toEqual(graph(language, b)); });

  it('assignments, and changes of two lists, may change places', () => {
    expect(graph('javascript', 'function f(p, q) { const a = g(p), b = h(q); p.push(a); q.push(b); return 1; }'))
      .toEqual(graph('javascript', 'function f(p, q) { const b = h(q), a = g(p); q.push(b); p.push(a); return 1; }'));
  });
});
