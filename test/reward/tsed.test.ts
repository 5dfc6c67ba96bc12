/** Tests of tree edit distance against the defining recursion and of TSED against the published programs, with the real grammars. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Prepared } from '../../src/reward/metric';
import { structureSimilarity } from '../../src/reward/structure';
import type { SyntaxParser } from '../../src/reward/tree';
import { editDistance, treeSize } from '../../src/reward/tsed/edit_distance';
import type { EditCosts, OrderedTree } from '../../src/reward/tsed/edit_distance';
import { fullTree, publishedTree } from '../../src/reward/tsed/labels';
import { treeSimilarity, tsed, tsedFull } from '../../src/reward/tsed/tsed';
import type { Language } from '../../src/types';
import { realParser } from './grammars';

interface Case { language: Language; original: string; reconstruction: string; tsed: number }
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/reward/codebleu_tsed.json', import.meta.url), 'utf8')) as { cases: Case[] };

const EVEN: EditCosts = { delete: 1, insert: 1, rename: 1 };
const PUBLISHED: EditCosts = { delete: 1, insert: 0.8, rename: 1 };
/** `f(a,b(c))` */
function tree(text: string): OrderedTree {
  const words = text.match(/[^(),]+|[()]/g)!;
  let at = 0;
  const read = (): OrderedTree => {
    const node: OrderedTree = { label: words[at++]!, children: [] };
    if (words[at] === '(') { at++; while (words[at] !== ')') node.children.push(read()); at++; }
    return node;
  };
  return read();
}
const distance = (one: string, other: string, costs = EVEN): number => editDistance(tree(one), tree(other), costs).cost;

/** The definition, by the last root of each forest: delete it, insert it, or map the two. Exponential but for its memory. */
function byDefinition(one: OrderedTree, other: OrderedTree, costs: EditCosts): number {
  const known = new Map<string, number>();
  const text = (forest: OrderedTree[]): string => forest.map((node) => `${node.label}(${text(node.children)})`).join(' ');
  const size = (forest: OrderedTree[]): number => forest.reduce((sum, node) => sum + treeSize(node), 0);
  const between = (left: OrderedTree[], right: OrderedTree[]): number => {
    if (left.length === 0) return costs.insert * size(right);
    if (right.length === 0) return costs.delete * size(left);
    const key = `${text(left)}|${text(right)}`, before = known.get(key);
    if (before !== undefined) return before;
    const v = left.at(-1)!, w = right.at(-1)!, leftRest = left.slice(0, -1), rightRest = right.slice(0, -1);
    const least = Math.min(
      between([...leftRest, ...v.children], right) + costs.delete,
      between(left, [...rightRest, ...w.children]) + costs.insert,
      between(leftRest, rightRest) + between(v.children, w.children) + (v.label === w.label ? 0 : costs.rename),
    );
    known.set(key, least);
    return least;
  };
  return between([one], [other]);
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
function randomTree(next: () => number, nodes: number, labels: number): OrderedTree {
  const label = (): string => 'abcdefgh'[Math.floor(next() * labels)]!;
  const root: OrderedTree = { label: label(), children: [] }, all = [root];
  while (all.length < nodes) {
    // Near the end: deep trees; anywhere: broad ones.
    const parent = all[Math.max(0, next() < 0.5 ? all.length - 1 - Math.floor(next() * 3) : Math.floor(next() * all.length))]!;
    const node: OrderedTree = { label: label(), children: [] };
    parent.children.splice(Math.floor(next() * (parent.children.length + 1)), 0, node);
    all.push(node);
  }
  return root;
}

describe('tree edit distance', () => {
  it('is that of trees worked by hand', () => {
    // Zhang and Shasha's own example: delete c above d, insert c above b... two edits.
    expect(distance('f(d(a,c(b)),e)', 'f(c(d(a,b)),e)')).toBe(2);
    expect(distance('a', 'a')).toBe(0);
    expect(distance('a', 'b')).toBe(1);
    expect(distance('a(b,c)', 'a(c,b)')).toBe(2);
    expect(distance('a(b(c(d)))', 'a(d)')).toBe(2);
    expect(distance('a(b,c,d)', 'a(x(b,c,d))')).toBe(1);
    expect(distance('a(b,c,d)', 'a(x(b,c),d)', PUBLISHED)).toBeCloseTo(0.8, 12);
    expect(distance('a(x(b,c),d)', 'a(b,c,d)', PUBLISHED)).toBe(1);
    // A renaming dearer than a deletion and an insertion is never made.
    expect(distance('a(b)', 'a(c)', { delete: 1, insert: 1, rename: 5 })).toBe(2);
  });

  it('is that of the definition for random trees and costs', () => {
    const next = random(7);
    const costs = [EVEN, PUBLISHED, { delete: 0.4, insert: 0.4, rename: 1.5 }, { delete: 2, insert: 0.5, rename: 1 }];
    for (let round = 0; round < 600; round++) {
      const one = randomTree(next, 1 + Math.floor(next() * 12), 2 + (round % 3)), other = randomTree(next, 1 + Math.floor(next() * 12), 2 + (round % 3));
      const found = editDistance(one, other, costs[round % 4]!);
      expect(found.exact).toBe(true);
      expect(found.cost, JSON.stringify([one, other])).toBeCloseTo(byDefinition(one, other, costs[round % 4]!), 9);
    }
  });

  it('of larger trees: the same back with costs exchanged, and never above the edits that were made', () => {
    const next = random(11);
    for (let round = 0; round < 30; round++) {
      const one = randomTree(next, 80, 5), other = structuredClone(one);
      const edits = 1 + (round % 7);
      for (let k = 0; k < edits; k++) {
        const all: OrderedTree[] = [];
        const list = (node: OrderedTree): void => { all.push(node); node.children.forEach(list); };
        list(other);
        all[Math.floor(next() * all.length)]!.label = 'z';
      }
      const there = editDistance(one, other, PUBLISHED).cost, back = editDistance(other, one, { delete: 0.8, insert: 1, rename: 1 }).cost;
      expect(there).toBeCloseTo(back, 9);
      expect(there).toBeGreaterThan(0);
      expect(there).toBeLessThanOrEqual(edits);
      const far = randomTree(next, 90, 5);
      expect(editDistance(one, far, PUBLISHED).cost).toBeCloseTo(editDistance(far, one, { delete: 0.8, insert: 1, rename: 1 }).cost, 9);
    }
  });

  it('of huge trees is that of a valid script, and says so', () => {
    const next = random(3), one = randomTree(next, 9000, 6), other = randomTree(next, 9000, 6);
    const before = process.cpuUsage();
    const found = editDistance(one, other, EVEN);
    // 200 ms is the aim; the bound leaves room for a machine at other work.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(600);
    expect(found.exact).toBe(false);
    expect(found.cost).toBeGreaterThan(0);
    expect(found.cost).toBeLessThanOrEqual(18000);
    expect(editDistance(one, structuredClone(one), EVEN)).toEqual({ cost: 0, exact: true });
    // No script does with fewer edits than the sizes differ by.
    const small = randomTree(next, 3000, 6);
    expect(editDistance(small, one, PUBLISHED).cost).toBeGreaterThanOrEqual(6000 * 0.8);
    expect(editDistance(one, small, EVEN)).toMatchObject({ exact: false });
    expect(editDistance(one, small, EVEN).cost).toBeGreaterThanOrEqual(6000);
    const renamed = structuredClone(one);
    for (const child of [renamed, ...renamed.children]) child.label = 'new';
    expect(editDistance(one, renamed, EVEN)).toEqual({ cost: 1 + one.children.length, exact: false });
  });
});

describe('TSED', () => {
  let parser: SyntaxParser;
  const prepare = (text: string, language: Language = 'javascript'): Prepared => new Prepared(text, language, parser);
  const published = (a: string, b: string, language: Language = 'javascript') => tsed(prepare(a, language), prepare(b, language), {});
  const full = (a: string, b: string, language: Language = 'javascript') => tsedFull(prepare(a, language), prepare(b, language), {});
  const show = (node: OrderedTree): string => (node.children.length > 0 ? `${node.label}(${node.children.map(show).join(' ')})` : node.label);

  beforeAll(async () => { parser = await realParser([...new Set(cases.map(({ language }) => language)), 'javascript', 'lua']); });

  it('is the published program\'s in ten languages', () => {
    expect(cases.length).toBeGreaterThan(15);
    for (const { language, original, reconstruction, tsed: expected } of cases) expect(published(original, reconstruction, language)!.value, original).toBeCloseTo(expected, 9);
  });

  it('calls a node after its last field label, as the published reading of the S-expression does', () => {
    // (program (function_declaration name: (identifier) parameters: (formal_parameters (identifier)) body: (statement_block (return_statement (identifier)))))
    expect(show(publishedTree(prepare('function f(a) { return a; }').tree!))).toBe('program(body:(identifier formal_parameters(identifier) statement_block(return_statement(identifier))))');
    // A comment is a named node.
    expect(show(publishedTree(prepare('f(); // x').tree!))).toBe('program(expression_statement(arguments:(identifier arguments)) comment)');
  });

  it('has every operator, literal and name in the full tree, names of values by number', () => {
    const code = 'function f(a, b) { /* no */ return max(a.x, b - 1, a); }';
    expect(show(fullTree(prepare(code).tree!, code))).toBe(
      'program(function_declaration(function #0 formal_parameters(#1 #2) statement_block(return_statement(return call_expression(identifier max ' +
      'arguments(member_expression(#1 . property_identifier x) binary_expression(#2 - number 1) #1))))))');
  });

  it('as published is blind to names, literals and operators; on the full tree it is not', () => {
    const code = 'function f(a, b) { return a + b * 7; }';
    for (const changed of ['function f(a, b) { return a - b * 7; }', 'function f(a, b) { return a + b * 8; }', 'function f(a, b) { return b + a * 7; }']) {
      expect(published(code, changed)!.value).toBe(1);
      expect(full(code, changed)!.value).toBeLessThan(1);
    }
    expect(full(code, 'function g(x, y) { return x + y * 7; }')!.value).toBe(1);
    expect(full('function f(a) { return a.push(1); }', 'function f(a) { return a.pop(1); }')!.value).toBeLessThan(1);
    expect(full('function f(a) { return log(a); }', 'function f(a) { return exp(a); }')!.value).toBeLessThan(1);
    // A function handed in is a value like others.
    expect(full('function f(g) { return g(1); }', 'function f(h) { return h(1); }')!.value).toBe(1);
    expect(full('x = "a\\nb"', 'x = "c\\nb"', 'python')!.value).toBeLessThan(1);
  });

  it.each<[Language, string, string]>([
    ['cpp', 'void f(V a) { std::sort(a.begin()); }', 'void f(V a) { std::reverse(a.begin()); }'], ['cpp', 'void f(int a) { std::cout << a; }', 'void f(int a) { std::cerr << a; }'],
    ['cpp', 'int f() { return Color::Red; }', 'int f() { return Color::Blue; }'], ['cpp', 'B* f(A* a) { return static_cast<B*>(a); }', 'B* f(A* a) { return dynamic_cast<B*>(a); }'],
    ['cpp', 'void f(A* a) { delete a; }', 'void f(A* a) { delete[] a; }'], ['c', 'int f() { return INT_MAX; }', 'int f() { return INT_MIN; }'],
    ['javascript', 'function f() { return new Map(); }', 'function f() { return new Set(); }'], ['javascript', 'function f() { throw new TypeError(); }', 'function f() { throw new RangeError(); }'],
    ['python', 'def f(a):\n  try: g(a)\n  except KeyError: pass', 'def f(a):\n  try: g(a)\n  except ValueError: pass'], ['python', 'def f(a): return a[1:]', 'def f(a): return a[:1]'],
    ['python', 'def f(a): return f"{a:.2f}"', 'def f(a): return f"{a:.4f}"'], ['python', 'def f(a, w): return f"{a:>{w}}"', 'def f(a, w): return f"{a:<{w}}"'],
    ['python', 'match p:\n  case Point(x=0): pass', 'match p:\n  case Circle(x=0): pass'], ['python', 'match p:\n  case Point(x=0): pass', 'match p:\n  case Point(y=0): pass'],
    ['rust', 'fn f(r: R) -> i32 { match r { Ok(x) => x, Err(_) => 1 } }', 'fn f(r: R) -> i32 { match r { Err(x) => x, Ok(_) => 1 } }'], ['rust', 'fn f(a: &[i32]) -> &[i32] { &a[1..] }', 'fn f(a: &[i32]) -> &[i32] { &a[..1] }'],
    ['java', 'void f(L l) { l.map(A::getX); }', 'void f(L l) { l.map(A::getY); }'],
  ])('%s: the full tree and the triples tell %s from %s', (language, code, changed) => {
    // Triples are a bag: two arms that exchange their names leave it as it was.
    const bag = code.includes('Ok(x)');
    expect(full(code, changed, language)!.value).toBeLessThan(1);
    if (!bag) expect(structureSimilarity(prepare(code, language), prepare(changed, language), {})!.value).toBeLessThan(1);
    expect(full(code, code, language)!.value).toBe(1);
  });

  it.each<[Language, string, string]>([
    ['javascript', 'function f(a, { b, c: d = 1 }, [e, ...g]) { for (const h of a) { try { b(h); } catch (i) { d(e, g, i); } } return j => j; }', 'f abdeghij'],
    ['python', 'def f(a, b=1, *c):\n  d, e = a\n  with g(b) as h:\n    print([i for i in c], lambda j: j + d + e + h)', 'f abcdehij'],
    ['rust', 'fn f(a: A) { let (b, mut c) = a; if let Some(d) = b { c = d; } for e in c { g(|h| h + e); } match a { i @ 1 => i, j => j } }', 'f abcdehij'],
    ['java', 'int f(int a) { for (S b : a) { try (R c = g()) { int d = a; } catch (E e) { log(e); } } return m((h, i) -> h, j -> j); }', 'f abcdehij'],
    ['c', 'int f(int *a, char b[]) { int c = 1, *d = a; for (int e = 0; e < c; e++) use(b, d); return c; }', 'f abcde'],
    ['go', 'func f(a, b int) (c error) { d, e := g(); for h, i := range a { use(h, i, b) }; var j int; return k(d, e, j) }', 'f abcdehij'],
    ['ruby', 'def f(a, b = 1, *c, &d)\n e = a\n h, i = g(b)\n e.each { |j| use(j, h, i, c, d) }\nend', 'f abcdehij'],
    ['lua', 'local function f(a) local b, c = a; for d, e in pairs(b) do use(c, d, e) end; for h = 1, 2 do use(h) end end', 'f abcdeh'],
    ['php', 'function f($a, &...$b) { foreach ($a as $c => $d) { $e = $c . $d; } return fn($h) => $h . $e . $b; }', 'abcdeh'],
    ['cpp', 'int f(std::vector<int>& a) { auto b = [](int c) { return c; }; for (auto& [d, e] : a) { b(d + e); } return 0; }', 'f abcde'],
  ])('%s: a name that %s binds may be any other', (language, code, names) => {
    for (const name of names.replace(' ', '')) {
      const changed = code.replace(new RegExp(`\\b${name}\\b`, 'g'), 'renamed');
      expect(changed).not.toBe(code);
      expect(prepare(changed, language).tree, changed).toBeTruthy();
      expect(full(code, changed, language)!.value, `${name}: ${changed}`).toBe(1);
    }
  });

  it('as published costs more to lose a node than to add one; on the full tree the same', () => {
    const short = 'f(a);', long = 'f(a); g(b);';
    // Nodes: root, and for each call statement, call, name, arguments and argument.
    const [n, m] = [short, long].map((code) => treeSize(publishedTree(prepare(code).tree!))) as [number, number];
    expect([n, m]).toEqual([6, 11]);
    expect(published(long, short)!.value).toBeCloseTo((m - (m - n)) / m, 12);
    expect(published(short, long)!.value).toBeCloseTo((m - 0.8 * (m - n)) / m, 12);
    expect(full(long, short)!.value).toBe(full(short, long)!.value);
    // What nothing has in common still gets 0.2 by insertions alone.
    expect(treeSimilarity(tree('a'), tree(`b(${'c,'.repeat(98)}c)`), PUBLISHED).value).toBeCloseTo((100 - 99 * 0.8 - 1) / 100, 12);
    expect(treeSimilarity(tree('a(b,c)'), tree('x(y,z)'), EVEN).value).toBe(0);
  });

  it('is 0 for broken code, not applicable without a tree of the original', () => {
    for (const metric of [tsed, tsedFull]) {
      expect(metric(prepare('f(a);'), prepare('f(a'), {})).toEqual({ value: 0, parts: {}, reason: 'does not parse' });
      expect(metric(prepare('f(a'), prepare('f(a);'), {})).toBeUndefined();
      expect(metric(new Prepared('f', 'javascript'), new Prepared('f', 'javascript'), {})).toBeUndefined();
    }
  });

  it('is bounded for hostile code', () => {
    const deep = `f(${'[('.repeat(150)}1${')]'.repeat(150)});`;
    const one = deep + 'a(b, c + 1);'.repeat(900), other = `${'{'.repeat(190)}${'a = [b, c * 2];'.repeat(900)}${'}'.repeat(190)}`;
    expect(prepare(one).tokens.length + prepare(other).tokens.length).toBeGreaterThan(15000);
    for (const metric of [tsed, tsedFull]) {
      const [a, b] = [prepare(one), prepare(other)];
      void [a.tree, b.tree];
      const before = process.cpuUsage();
      const found = metric(a, b, {})!;
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(600);
      expect(found.value).toBeGreaterThanOrEqual(0);
      expect(found.value).toBeLessThan(1);
      expect(found.reason).toContain('too large');
      expect(metric(a, prepare(one), {})!.value).toBe(1);
    }
  });
});
