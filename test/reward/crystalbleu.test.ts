/** Tests of CrystalBLEU: the shared n-grams, the counting without them, and the shipped lists. */
import { describe, expect, it } from 'vitest';
import { crystalBleu, crystalbleuSimilarity, sharedNgrams, sharedOf } from '../../src/reward/crystalbleu';
import { bleuSimilarity } from '../../src/reward/bleu';
import { lex } from '../../src/reward/lexer';
import { Prepared } from '../../src/reward/metric';
import { SHARED_NGRAMS } from '../../src/reward/shared_ngrams';

const split = (text: string): string[] => text.split(' ');
const NOTHING = sharedOf([]);

describe('shared n-grams', () => {
  it('are the most frequent of all orders together, ties in code unit order', () => {
    // a 3, b 3, a b 2, b a 2 (over the first list), then a tie of the single ones.
    expect(sharedNgrams([split('a b a b'), split('b a')], 4)).toEqual(['a', 'b', 'a b', 'b a']);
    expect(sharedNgrams([['"x y"', 'a'], ['a']], 10)).toEqual(['a']);
    expect(sharedNgrams([split('a b c d e')], 100).length).toBe(5 + 4 + 3 + 2);
  });
  it('are shipped for every language: 500 each, no token of which the lexer would split', () => {
    for (const [language, list] of Object.entries(SHARED_NGRAMS)) {
      const grams = list.split('\n');
      expect(new Set(grams).size, language).toBe(500);
      for (const gram of grams) expect(split(gram).length, `${language}: ${gram}`).toBeLessThanOrEqual(4);
      for (const mark of ['(', ')', ',', '.', ') )', 'if']) expect(grams, language).toContain(mark);
    }
    expect(SHARED_NGRAMS.python.split('\n')).toEqual(expect.arrayContaining(['self', 'def', '( self', 'return', 'self .', 'is not None']));
  });
});

describe('CrystalBLEU', () => {
  it('by hand: what is left of a b x c against a b y c without "a", "b" and "a b"', () => {
    // Candidate a b y c: unigrams y c (c matches, 1/2); bigrams b y, y c 0/2 -> 1/4; trigrams 0/2 -> 1/8; 4-grams 0/1 -> 1/8; equal lengths.
    expect(crystalBleu(split('a b x c'), split('a b y c'), sharedOf(['a', 'b', 'a b']))).toBeCloseTo(((1 / 2) * (1 / 4) * (1 / 8) * (1 / 8)) ** 0.25, 12);
  });
  it('by hand: a candidate too short for an order that the reference has misses there', () => {
    // x of x y: unigrams 1/1, bigrams 0 of at least 1 -> 1/2; BP exp(1 - 2/1).
    expect(crystalBleu(split('x y'), split('x'), NOTHING)).toBeCloseTo(Math.exp(-1) * Math.sqrt(1 / 2), 12);
  });
  it('without shared n-grams is BLEU', () => {
    const a = 'f ( a + b ) * c - d', b = 'f ( a - b ) * c';
    expect(crystalBleu(split(a), split(b), NOTHING)).toBeCloseTo(bleuSimilarity(new Prepared(a, 'c'), new Prepared(b, 'c'), {})!.value, 12);
  });
  it('judges nothing where the reference shares all it has, gives 1 to equal code all the same, and 0 to what shares all', () => {
    const shared = sharedOf(['a', 'b', 'a b', 'b a']);
    expect(crystalBleu(split('a b'), split('b a'), shared)).toBeUndefined();
    expect(crystalBleu(split('a b'), split('a b'), shared)).toBe(1);
    expect(crystalBleu(split('a x b'), split('a b'), shared)).toBe(0);
  });
  it('tells functions apart that share only what all code shares', () => {
    const one = 'function f(a) {\n  if (!a) { return null; }\n  return this.rate * a.price;\n}', two = 'function f(a) {\n  if (!a) { return null; }\n  return Math.max(a, limit);\n}';
    const prepared = [one, two].map((code) => new Prepared(code, 'javascript')) as [Prepared, Prepared];
    const crystal = crystalbleuSimilarity(prepared[0], prepared[1], {})!.value, plain = crystalBleu(lex(one, 'javascript'), lex(two, 'javascript'), NOTHING)!;
    expect(crystal).toBeLessThan(plain - 0.1);
    expect(crystalbleuSimilarity(prepared[0], new Prepared(one, 'javascript'), {})!.value).toBe(1);
    expect(crystalbleuSimilarity(prepared[0], new Prepared('', 'javascript'), {})!.value).toBe(0);
  });
});
