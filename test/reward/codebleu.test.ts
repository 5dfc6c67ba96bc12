/** Tests of CodeBLEU against the published program's numbers, and of what is mended, with the real grammars. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { codebleu, codebleuFixed } from '../../src/reward/codebleu/codebleu';
import { codeTree, subtreeNumbering } from '../../src/reward/codebleu/code_tree';
import { dataFlow } from '../../src/reward/codebleu/data_flow';
import type { DataFlow } from '../../src/reward/codebleu/data_flow';
import { FLOW_RULES } from '../../src/reward/codebleu/flow_rules';
import { bleu, gramsOf, ngramF1, weightedRecall } from '../../src/reward/codebleu/ngrams';
import { Prepared } from '../../src/reward/metric';
import type { SyntaxParser } from '../../src/reward/tree';
import type { Language } from '../../src/types';
import { realParser } from './grammars';

interface Case { language: Language; original: string; reconstruction: string; codebleu: number; ngram: number; weighted: number; ast: number; dataflow: number; triples: string[] }
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/reward/codebleu_tsed.json', import.meta.url), 'utf8')) as { cases: Case[] };

let parser: SyntaxParser;
beforeAll(async () => { parser = await realParser([...new Set(cases.map(({ language }) => language)), 'lua', 'tsx']); });
const prepare = (text: string, language: Language): Prepared => new Prepared(text, language, parser);
const published = (a: string, b: string, language: Language) => codebleu(prepare(a, language), prepare(b, language), {});
const mended = (a: string, b: string, language: Language) => codebleuFixed(prepare(a, language), prepare(b, language), {});
const flow = (code: string, language: Language): DataFlow => dataFlow(codeTree(prepare(code, language).tree!, code, language), FLOW_RULES[language]);

describe('CodeBLEU as published', () => {
  it('has the program\'s value, parts and data-flow triples in ten languages', () => {
    expect(new Set(cases.map(({ language }) => language)).size).toBe(10);
    for (const { language, original, reconstruction, codebleu: value, triples, ...expected } of cases) {
      const found = published(original, reconstruction, language)!;
      for (const part of ['ngram', 'weighted', 'ast', 'dataflow'] as const) expect(found.parts[part], `${part} of ${original}`).toBeCloseTo(expected[part], 12);
      expect(found.value, original).toBeCloseTo(value, 12);
      expect(flow(original, language).triples, original).toEqual(triples);
    }
  });

  it('has n-gram parts as worked by hand', () => {
    // Candidate `a b c d x`, reference `a b c d e`: precisions 4/5, 3/4, 2/3, 1/2; no brevity penalty.
    const reference = gramsOf(['a', 'b', 'c', 'd', 'e']), candidate = gramsOf(['a', 'b', 'c', 'd', 'x']);
    expect(bleu(reference, candidate)).toBeCloseTo((4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25, 12);
    // With `a` and `e` as keywords the unigrams weigh 1, 0.2, 0.2, 0.2, 1: 1.6 of 2.6 are found.
    expect(weightedRecall(reference, candidate, new Set(['a', 'e']))).toBeCloseTo((1.6 / 2.6 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25, 12);
    // Three tokens for five: 1 - 5/3 in the exponent, and 0.1 of 1 for the four-grams it has not.
    expect(bleu(reference, gramsOf(['a', 'b', 'c']))).toBeCloseTo(Math.exp(1 - 5 / 3) * 0.1 ** 0.25, 12);
    // Two common words weigh 0.4, which is divided by 1; the longer orders are 0.1 of 1.
    expect(weightedRecall(gramsOf(['a', 'b']), gramsOf(['a', 'b']), new Set())).toBeCloseTo((0.4 * 1 * 0.1 * 0.1) ** 0.25, 12);
    expect(bleu(reference, gramsOf(['x', 'y']))).toBe(0);
    expect(bleu(reference, gramsOf([]))).toBe(0);
  });

  it('gives a free quarter for data flow of which nothing is found', () => {
    const [code, other] = ['function f(a) { var b = a; b += 2; return b; }', 'function f() { return 7; }'];
    const found = published(code, other, 'javascript')!;
    expect(flow(code, 'javascript').triples.length).toBeGreaterThan(2);
    expect(found.parts['dataflow']).toBe(0);
    expect(found.value).toBeCloseTo((found.parts['ngram']! + found.parts['weighted']! + found.parts['ast']! + 1) / 4, 12);
    // One triple found out of many is worth less than none.
    expect(published(code, 'function f() { var b = 7; return b; }', 'javascript')!.parts['dataflow']).toBeLessThan(1);
  });

  it('asks how much of the original is found, not how much was added', () => {
    const [short, long] = ['def f(a):\n    b = a\n    return b', 'def f(a):\n    b = a\n    return b\n\ndef g(c, d):\n    while c:\n        d = c + d\n    return d'];
    const padded = published(short, long, 'python')!, cut = published(long, short, 'python')!;
    // Every triple, and of the seven sub-trees every one but the root.
    expect(padded.parts['dataflow']).toBe(1);
    expect(padded.parts['ast']).toBeCloseTo(1 - 1 / 7, 12);
    expect(cut.parts['dataflow']).toBeLessThan(1);
    expect(cut.parts['ast']).toBeLessThan(0.5);
    expect(padded.value).toBeGreaterThan(cut.value);
  });

  it('counts under four tokens as less than equal', () => {
    expect(published('f();', 'f();', 'javascript')!.parts['ngram']).toBeCloseTo(0.1 ** 0.75, 12);
    expect(mended('f();', 'f();', 'javascript')!.value).toBe(1);
  });

  it('leaves comments and docstrings out of sub-trees and data flow', () => {
    const [plain, told] = ['def f(a):\n    b = a\n    return b', 'def f(a):\n    """Says a."""\n    # then b\n    b = a\n    return b'];
    for (const metric of [published, mended]) {
      expect(metric(plain, told, 'python')!.parts).toMatchObject({ ast: 1, dataflow: 1 });
      expect(metric('int f(int a) { /* x */ return a; } // y', 'int f(int a) { return a; }', 'c')!.parts).toMatchObject({ ast: 1 });
    }
    // A string statement is dropped behind a simple statement; behind a block it is kept, as the published tokens have it.
    expect(published('a = 1\n"dropped"\nb = a', 'a = 1\nb = a', 'python')!.parts['ast']).toBe(1);
    expect(published('if a:\n    b = a\n"kept"\nb = a', 'if a:\n    b = a\nb = a', 'python')!.parts['ast']).toBeLessThan(1);
    // Nothing but a comment is a root without sub-trees.
    expect(published('// a', '// b', 'javascript')!.parts['ast']).toBe(1);
    expect(flow('def f():\n    a = "x"\n    return a', 'python').triples).toEqual(['1|computedFrom|0', '0|comesFrom|', '1|comesFrom|1']);
  });
});

describe('sub-trees', () => {
  it('are numbered by what their S-expression shows', () => {
    const numbered = subtreeNumbering();
    const of = (code: string, language: Language = 'javascript'): number[] => numbered(codeTree(prepare(code, language).tree!, code, language));
    // program, statement, call, arguments: names and operators are not seen, fields and kinds are.
    const one = of('f(a + 1);');
    expect(one).toHaveLength(5);
    expect(of('g(b - 2);')).toEqual(one);
    expect(of('g(2 - b);').filter((number) => one.includes(number))).toHaveLength(0);
    // The same kinds under other fields.
    expect(of('for (;; a) f();', 'c')[1]).not.toBe(of('for (; a;) f();', 'c')[1]);
    expect(of('h(g(b - 2));').filter((number) => one.includes(number))).toHaveLength(3);
  });
});

describe('data flow', () => {
  it('is as worked by hand by the published rules', () => {
    // Tokens by order: f0 a1 b2 a3 b4 (`=`, `return` and marks are none). b comes from a, and at the end from itself.
    expect(flow('def f(a):\n    b = a\n    return b', 'python').triples).toEqual(['0|comesFrom|', '1|computedFrom|0', '0|comesFrom|0', '1|comesFrom|1']);
    // Both branches reach the end: b comes from two places but from one name.
    expect(flow('if (c) { var b = 1; } else { var b = 2; }\nb;', 'javascript').triples).toEqual(['1|comesFrom|0', '0|comesFrom|', '1|comesFrom|2', '2|comesFrom|', '1|comesFrom|1']);
    // A member set to a string pairs `a . b` with the parts of the string; the published code stumbles over those and has no data flow at all.
    expect(flow('x = y\na.b = "s"', 'python')).toEqual({ triples: [], complete: true });
  });

  it('of Lua follows Python\'s rules', () => {
    expect(flow('local a, b = c, d\nb = a', 'lua').triples).toEqual(['1|computedFrom|0', '3|computedFrom|2', '0|comesFrom|', '2|comesFrom|', '3|computedFrom|1', '1|comesFrom|1']);
    expect(flow('for i = 1, n do s = s + i end', 'lua').triples).toContain('1|computedFrom|0');
    expect(flow('for k, v in pairs(t) do s = v end\nif s then s = 1 else s = k end\nreturn s', 'lua').triples.length).toBeGreaterThan(8);
    expect(flow('while x do x = f(x) end', 'lua').triples).toEqual(['0|comesFrom|0', '0|computedFrom|1,0', '1|comesFrom|1', '0|comesFrom|0']);
  });

  it('is given up for code too large, which the mended form then leaves out', () => {
    const names = Array.from({ length: 900 }, (_, k) => `a${k}`);
    const wide = `var [${names.join(', ')}] = [${names.join(', ')}];\nreturnValue(a1);`;
    expect(flow(wide, 'javascript')).toEqual({ triples: [], complete: false });
    const found = mended(wide, wide, 'javascript')!;
    expect(found).toMatchObject({ value: 1, reason: 'too large: data flow not extracted' });
    expect(found.parts).not.toHaveProperty('dataflow');
    // A reconstruction blown up does not get rid of the part.
    expect(mended('var a = 1; a += 2;', wide, 'javascript')!.parts['dataflow']).toBe(0);
    const before = process.cpuUsage();
    const deep = `${'for (var i = 0; i < n; i++) { '.repeat(60)}s += i;${' }'.repeat(60)}`;
    expect(published(deep, deep, 'javascript')!.value).toBeCloseTo(1, 12);
    expect(published('x = 1;'.repeat(2500), 'y += 2;'.repeat(2500), 'javascript')!.value).toBeLessThan(1);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1500);
  });
});

describe('CodeBLEU', () => {
  it('is 1 for equal code, in both forms and every language', () => {
    const codes = [...cases.map(({ language, original }) => [language, original] as const), ['lua', 'local function f(a)\n  local b = a + 1\n  return b\nend'] as const, ['tsx', 'const F = (p: P) => <b>{p.x}</b>;'] as const];
    for (const [language, code] of codes) {
      expect(published(code, code, language)!.value, code).toBeCloseTo(1, 12);
      expect(mended(code, code, language)!.value, code).toBeCloseTo(1, 12);
    }
  });

  it('mended: symmetric, blind to white space and comments, without a free quarter', () => {
    for (const { language, original, reconstruction } of cases) {
      const there = mended(original, reconstruction, language)!, back = mended(reconstruction, original, language)!;
      expect(there.value, original).toBeCloseTo(back.value, 12);
      expect(there.value).toBeGreaterThan(0);
      expect(there.value).toBeLessThan(1);
    }
    expect(mended('int f(int a) { return a+1; }', 'int f( int a )\n{\n  return a + 1; // more\n}', 'c')!.value).toBeCloseTo(1, 12);
    expect(published('int f(int a) { return a+1; }', 'int f( int a )\n{\n  return a + 1; // more\n}', 'c')!.value).toBeLessThan(0.7);
    const found = mended('function f(a) { var b = a; b += 2; return b; }', 'function f() { return 7; }', 'javascript')!;
    expect(found.parts['dataflow']).toBe(0);
    expect(found.value).toBeCloseTo((found.parts['ngram']! + found.parts['weighted']! + found.parts['ast']!) / 4, 12);
    // No data flow on either side: the other three share the weight.
    const bare = mended('f(1);', 'g(1);', 'javascript')!;
    expect(bare.parts).not.toHaveProperty('dataflow');
    expect(bare.value).toBeCloseTo((bare.parts['ngram']! + bare.parts['weighted']! + bare.parts['ast']!) / 3, 12);
    expect(ngramF1(gramsOf(['a', 'b']), gramsOf(['a', 'c', 'd']))).toBeCloseTo((2 / 5 * (0.1 / 3) * 0.1) ** (1 / 3), 12);
  });

  it('is 0 for broken code, not applicable without a tree of the original, and never throws', () => {
    for (const metric of [codebleu, codebleuFixed]) {
      expect(metric(prepare('f(a);', 'javascript'), prepare('f(a', 'javascript'), {})).toMatchObject({ value: 0, parts: { ast: 0, dataflow: 0 }, reason: 'does not parse' });
      expect(metric(prepare('f(a', 'javascript'), prepare('f(a);', 'javascript'), {})).toBeUndefined();
      expect(metric(new Prepared('f', 'javascript'), new Prepared('f', 'javascript'), {})).toBeUndefined();
    }
    // Lines taken out of the fixtures' code: much of it still parses, and has syntax that the rules do not expect.
    let scored = 0;
    for (const { language, original } of cases) {
      const lines = original.split('\n');
      for (let k = 0; k < lines.length; k++) {
        const less = lines.filter((_, line) => line !== k).join('\n'), alone = lines[k]!.trim();
        for (const code of [less, alone]) for (const metric of [published, mended]) {
          const found = metric(original, code, language)!;
          expect(found.value >= 0 && found.value <= 1 + 1e-12, code).toBe(true);
          if (found.reason === undefined) scored++;
        }
      }
    }
    expect(scored).toBeGreaterThan(200);
  });
});
