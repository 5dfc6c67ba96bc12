/** Tests of the tree metric and the pair scorer with the real grammars. */
import { beforeAll, describe, expect, it } from 'vitest';
import { scoreOptions } from '../../src/reward/blend';
import { PairScorer } from '../../src/reward/scorer';
import { structureTriples as triples } from '../../src/reward/structure';
import type { SyntaxParser } from '../../src/reward/tree';
import { defaults } from '../../src/config';
import type { Language } from '../../src/types';
import { realParser } from './grammars';

const options = (unparsable: number) => ({ ...scoreOptions(defaults()), unparsable });
let parser: SyntaxParser;
let scorer: PairScorer;
const CODE: Partial<Record<Language, [code: string, changed: string, broken: string]>> = {
  javascript: ['function f(a) {\n  return a + 1;\n}', 'function f(a) {\n  return a - 1;\n}', 'function f(a) {\n  return a + ;\n}'],
  typescript: ['get(key: string): number {\n  return this.x[key];\n}', 'get(key: string): string {\n  return this.x[key];\n}', 'get(key: string): {\n'],
  python: ['def f(a):\n    return a < 7', 'def f(a):\n    return a <= 7', 'def f(a)\n    return a'],
  ruby: ['def f(a)\n  a + 1\nend', 'def f(a)\n  a + 2\nend', 'def f(a)\n  a +\n'],
  go: ['func f(a int) int {\n\treturn a + 1\n}', 'func f(a int) int {\n\treturn a * 1\n}', 'func f(a int int {'],
  rust: ['fn f(&self, a: i32) -> i32 { a + 1 }', 'fn f(&self, b: i32) -> i32 { b + 1 }', 'fn f(&self { a'],
  java: ['int f(int a) { return a + 1; }', 'int f(int a) { return a + 2; }', 'int f(int a { return'],
  c: ['int f(int a) { return a + 1; }', 'int f(int a) { return a - 1; }', 'int f(int a { return'],
  cpp: ['int A::f(int a) const { return a + 1; }', 'int A::f(int a) const { return a - 1; }', 'int f(int a { return'],
  php: ['function f($a) { return $a + 1; }', 'function f($a) { return $a . 1; }', 'function f($a { return'],
  lua: ['function f(a)\n  return a + 1\nend', 'function f(a)\n  return a .. 1\nend', 'function f(a\n return'],
  tsx: ['const F = (p: P) => <b>{p.x}</b>;', 'const F = (p: P) => <i>{p.x}</i>;', 'const F = (p: P) => <b>{p.x}'],
};
const LANGUAGES = Object.keys(CODE) as Language[];

beforeAll(async () => {
  parser = await realParser(LANGUAGES);
  scorer = new PairScorer(parser);
});

describe('structure similarity', () => {
  it('in every language: 1 for itself, less for one changed operator, literal or name, 0 when broken', async () => {
    for (const language of LANGUAGES) {
      const [code, changed, broken] = CODE[language]!;
      const [same, other, bad] = await scorer.score([code, changed, broken].map((reconstruction) => ({ original: code, reconstruction, language })), options(1));
      expect(same, language).toMatchObject({ value: 1, parses: true, exact: true, parts: { structure: 1, edit: 1, f1: 1, chrf: 1 } });
      expect(other!.parts['structure'], language).toBeGreaterThan(0.5);
      expect(other!.parts['structure'], language).toBeLessThan(1);
      expect(other, language).toMatchObject({ parses: true, exact: false });
      expect(bad, language).toMatchObject({ parses: false, exact: false });
      expect(bad!.parts['structure'], language).toBe(0);
    }
  });

  it('by hand: JavaScript a + 1 against a - 1', () => {
    // statement; binary_expression; left a; operator; right 1: five triples, four shared.
    const left = triples(parser.parse('javascript', 'a + 1;')!), right = triples(parser.parse('javascript', 'a - 1;')!);
    expect(left.length).toBe(5);
    expect(left.filter((triple) => right.includes(triple)).length).toBe(4);
  });

  it('does not see comments, brackets or the class put around a method', () => {
    const bare = triples(parser.parse('javascript', 'm(a) { return a; }')!);
    expect(bare.some((triple) => triple.includes('class'))).toBe(false);
    expect(triples(parser.parse('javascript', 'm(a) { /* x */ return (a); }')!).length).toBe(bare.length + 1);
  });

  it('survives nesting without end', () => {
    expect(() => triples(parser.parse('javascript', `${'('.repeat(3000)}a${')'.repeat(3000)}`) ?? [])).not.toThrow();
  });
});

describe('pair scorer', () => {
  it('caps what broken code gets, and leaves the structure out where the original is no program or the language has no grammar', async () => {
    const original = 'function f(a) { return a + 1; }', broken = 'function f(a) { return a + 1; ';
    const [free, capped] = [await scorer.score([{ original, reconstruction: broken, language: 'javascript' }], options(1)), await scorer.score([{ original, reconstruction: broken, language: 'javascript' }], options(0.25))];
    expect(free[0]!.value).toBeGreaterThan(0.5);
    expect(free[0]!.value).toBeLessThan(0.6);
    expect(capped[0]!.value).toBe(0.25);
    const [odd] = await scorer.score([{ original: 'not ( a program', reconstruction: 'not ( a program', language: 'javascript' }], options(0));
    expect(odd).toMatchObject({ value: 1, parts: { edit: 1, f1: 1, chrf: 1 } });
    const [none] = await new PairScorer().score([{ original, reconstruction: original, language: 'javascript' }], options(0));
    expect(Object.keys(none!.parts)).toEqual(['edit', 'f1', 'chrf']);
    expect(none!.value).toBe(1);
  });
  it('gives an empty reconstruction nothing', async () => {
    for (const reconstruction of ['', ' \n', '// only a comment']) {
      expect((await scorer.score([{ original: 'f();', reconstruction, language: 'javascript' }], options(1)))[0], reconstruction).toMatchObject({ value: 0, parses: false, exact: false });
    }
  });
});
