/** Tests of the text metrics by hand-worked numbers and by sacrebleu's. */
import { describe, expect, it } from 'vitest';
import { chrf } from '../../src/reward/chrf';
import { levenshtein, editSimilarity } from '../../src/reward/edit';
import { exactMatch, normalise } from '../../src/reward/exact';
import { leak } from '../../src/reward/leak';
import { lex } from '../../src/reward/lexer';
import { Prepared } from '../../src/reward/metric';
import { multisetF1, tokenF1 } from '../../src/reward/token_f1';
import { blend, scoreOptions } from '../../src/reward/blend';
import { defaults } from '../../src/config';

const prepared = (text: string, language: Prepared['language'] = 'javascript'): Prepared => new Prepared(text, language);

describe('lexer', () => {
  it('keeps words, numbers, strings and operators whole, and drops comments', () => {
    expect(lex('let a_1 = x?.y ?? "a b"; // no\n/* no */ a_1 >>>= 0x1F;', 'javascript')).toEqual(['let', 'a_1', '=', 'x', '?.', 'y', '??', '"a b"', ';', 'a_1', '>>>=', '0x1F', ';']);
    expect(lex('x = a // 2  # half\nreturn """a\nb"""', 'python')).toEqual(['x', '=', 'a', '//', '2', 'return', '"""a\nb"""']);
    expect(lex('x.empty? ? a : b.map! # no', 'ruby')).toEqual(['x', '.', 'empty?', '?', 'a', ':', 'b', '.', 'map!']);
    expect(lex('--[[ no\n no ]] return a // 2 .. "x" -- no', 'lua')).toEqual(['return', 'a', '//', '2', '..', '"x"']);
    expect(lex('#[Pure]\nfn($a) # no', 'php')).toEqual(['#', '[', 'Pure', ']', 'fn', '(', '$a', ')']);
    expect(lex('x := <-ch // no', 'go')).toEqual(['x', ':=', '<-', 'ch']);
    expect(lex('1.5e-3 1..2', 'rust')).toEqual(['1.5e-3', '1', '..', '2']);
  });
  it('survives broken and odd input', () => {
    expect(lex('"open\nx', 'c')).toEqual(['"', 'open', 'x']);
    expect(lex("don't", 'java')).toEqual(['don', "'", 't']);
    expect(lex('', 'go')).toEqual([]);
    expect(lex('\ud800 😀 ñ', 'cpp').length).toBe(3);
  });
});

describe('edit similarity', () => {
  it('is 1 - distance / longer length', () => {
    expect(levenshtein([...'kitten'], [...'sitting'])).toBe(3);
    expect(levenshtein([], [...'abc'])).toBe(3);
    // a + b vs a - b + c: one substitution, two insertions, five tokens.
    expect(editSimilarity(prepared('a + b'), prepared('a - b + c'), {})!.value).toBeCloseTo(1 - 3 / 5, 12);
    expect(editSimilarity(prepared('a'), prepared('a'), {})!.value).toBe(1);
    expect(editSimilarity(prepared('a'), prepared(''), {})!.value).toBe(0);
  });
});

describe('token F1', () => {
  it('counts multisets', () => {
    // a a b against a b b: shared a, b; 2 * 2 / 6.
    expect(multisetF1(['a', 'a', 'b'], ['a', 'b', 'b'])).toBeCloseTo(4 / 6, 12);
    expect(multisetF1([], ['a'])).toBe(0);
    expect(tokenF1(prepared('a + b'), prepared('b + a'), {})!.value).toBe(1);
  });
});

describe('chrF', () => {
  it('equals sacrebleu 2.x sentence_score / 100', () => {
    const cases: [string, string, number][] = [
      ['function f(a) { return a + 1; }', 'function f(b) { return b - 1; }', 0.6386513467463122],
      ['def keep(xs): return [x for x in xs if x > 7]', 'def drop(xs): return [y for y in xs if y <= 7]', 0.5115333585602111],
      ['abc', 'ab', 0.6363636363636362],
      ['x', 'y', 0],
      ['naïve → x', 'naive -> x', 0.16950688905003627],
      ['a b c d e f g', 'abcdefg', 1],
      ['return 1', 'for i in range(10): print(i)', 0.09615384615384613],
    ];
    for (const [reference, hypothesis, score] of cases) expect(chrf(reference, hypothesis), hypothesis).toBeCloseTo(score, 12);
  });
  it('by hand: abc against ab', () => {
    // n=1: P 2/2, R 2/3; n=2: P 1/1, R 1/2; mean P 1, R 7/12; F2 = 5 * 1 * 7/12 / (4 + 7/12).
    expect(chrf('abc', 'ab')).toBeCloseTo((5 * (7 / 12)) / (4 + 7 / 12), 12);
    expect(chrf('', 'a')).toBe(0);
  });
});

describe('exact match', () => {
  it('forgives white space that means nothing and no other', () => {
    expect(exactMatch('  f(a):\r\n\n    b  \n', 'f(a):\n  b')).toBe(true);
    expect(exactMatch('if a:\n  b\nc', 'if a:\n  b\n  c')).toBe(false);
    expect(exactMatch('', '')).toBe(false);
    expect(normalise('\n\tx\n')).toBe('x');
  });
});

describe('leak', () => {
  const code = 'def keep_ages(ages):\n    return [age for age in ages if age > 7]';
  it('is 0 for honest documentation', () => {
    const honest = leak(code, 'Named keep_ages. Keeps the items above 7. Takes ages.');
    expect(honest).toMatchObject({ run: 1, fourGrams: 0, overlap: 0, score: 0 });
    expect(leak('def f(a, b, c, d): return a', 'Takes a, b, c and d.').score).toBe(0);
  });
  it('is 1 for a copy and grows with the run', () => {
    const copy = leak(code, code);
    expect(copy.score).toBe(1);
    expect(copy.fourGrams).toBe(1);
    expect(copy.overlap).toBe(1);
    // age for age in ages if: 6 tokens in order, (6 - 4) / 4; the code has 18 tokens, so 15 4-grams, 3 of them copied.
    const part = leak(code, 'Keeps age for age in ages if large.');
    expect(part.run).toBe(6);
    expect(part.score).toBeCloseTo(0.5, 12);
    expect(part.fourGrams).toBeCloseTo(3 / 15, 12);
  });
  it('sees code punctuation, and takes empty text', () => {
    expect(leak(code, 'Does [x] > (y) {z}.').punctuation).toBeGreaterThan(0.4);
    expect(leak(code, 'Does [x] > (y) {z}.').score).toBe(1);
    expect(leak(code, '')).toEqual({ run: 0, fourGrams: 0, overlap: 0, punctuation: 0, score: 0 });
    expect(leak('', 'Text.').score).toBe(0);
  });
});

describe('blend', () => {
  it('is a weighted mean that gives the share of a missing part to the others', () => {
    const { weights } = scoreOptions(defaults());
    expect(blend({ edit: 0.5, f1: 1, chrf: 0, structure: 0.25 }, weights)).toBeCloseTo(0.3 * 0.5 + 0.2 + 0.4 * 0.25, 12);
    expect(blend({ edit: 0.5, f1: 1, chrf: 0 }, weights)).toBeCloseTo((0.15 + 0.2) / 0.6, 12);
    expect(blend({ edit: 1 }, {})).toBe(0);
    expect(blend({ constructor: 1, edit: 0.5 }, weights)).toBe(0.5);
  });
});
