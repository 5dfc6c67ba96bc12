/** Tests of BLEU and chrF against figures made by sacrebleu's definition in another language, and by hand. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bleuSimilarity, smoothedBleu, tokens13a } from '../../src/reward/bleu';
import { chrf } from '../../src/reward/chrf';
import { Prepared } from '../../src/reward/metric';

interface Case { reference: string; hypothesis: string; bleu: number; chrf: number }
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/reward/text_sacrebleu.json', import.meta.url), 'utf8')) as { cases: Case[] };
const bleu = (reference: string, hypothesis: string): number => bleuSimilarity(new Prepared(reference, 'javascript'), new Prepared(hypothesis, 'javascript'), {})!.value;

describe('BLEU', () => {
  it('equals sacrebleu sentence_bleu / 100 on every frozen pair', () => {
    expect(cases.length).toBeGreaterThan(40);
    for (const { reference, hypothesis, bleu: score } of cases) expect(bleu(reference, hypothesis), hypothesis).toBeCloseTo(score / 100, 12);
    // The pairs are worth something: some low, some high, some between.
    expect(cases.filter(({ bleu: score }) => score > 5 && score < 95).length).toBeGreaterThan(20);
  });
  it('by hand: four tokens against five', () => {
    // a b c d of a b x c d: unigrams 4/4; bigrams ab cd of 3; trigrams 0/2 -> 1/4; 4-grams 0/1 -> 1/4; BP exp(1 - 5/4).
    expect(bleu('a b x c d', 'a b c d')).toBeCloseTo(Math.exp(1 - 5 / 4) * (1 * (2 / 3) * (1 / 4) * (1 / 4)) ** 0.25, 12);
    // Clipping: the reference has one a, so one of three; then nothing: bigrams 1/(2*2), trigrams 1/(4*1); no 4-gram.
    expect(bleu('a b', 'a a a')).toBeCloseTo(((1 / 3) * (1 / 4) * (1 / 4)) ** (1 / 3), 12);
    expect(smoothedBleu([0, 0, 0, 0], [3, 2, 1, 0], 3, 3)).toBe(0);
  });
  it('is 1 for equal text, 0 for empty text, and never above 1', () => {
    expect(bleu('return a.b(1);', 'return a.b(1);')).toBe(1);
    expect(bleu('return a', '')).toBe(0);
    expect(bleu('', 'return a')).toBe(0);
  });
  it('cuts tokens as 13a does', () => {
    expect(tokens13a('x_1 = a.b(1.5, -2) // 3-4')).toEqual(['x', '_', '1', '=', 'a', '.', 'b', '(', '1.5', ',', '-2', ')', '/', '/', '3', '-', '4']);
    expect(tokens13a(' a &lt; b-\nc ')).toEqual(['a', '<', 'bc']);
  });
});

describe('chrF', () => {
  it('equals sacrebleu sentence_chrf / 100 on every frozen pair, whichever reference came before', () => {
    for (const { reference, hypothesis, chrf: score } of [...cases, ...[...cases].reverse()]) expect(chrf(reference, hypothesis), hypothesis).toBeCloseTo(score / 100, 12);
  });
});
