/** Clusters and choices of UCoder, worked by hand and against a slow reading of the paper's words; and its theorem, by counting. */
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/rng';
import { consensusOf, executedShare, perplexityOf, signatureOf } from '../../src/ucoder/consensus';
import type { Candidate, ConsensusRules } from '../../src/ucoder/consensus';
import { failureBound, measuredAgreement, testsNeeded, testsOfThePaper } from '../../src/ucoder/theorem';

const RULES: ConsensusRules = { signature: 'output', reliability: 0.8, minShare: 0.2 };
const answer = (outputs: (string | null)[], ...logps: number[]): Candidate => ({ outputs, logps });

describe('the numbers of a candidate', () => {
  it('e, f and the signature', () => {
    expect([executedShare(['1', null, '2', null]), executedShare([]), executedShare(['1'])]).toEqual([0.5, 0, 1]);
    expect(perplexityOf([Math.log(0.5), Math.log(0.125)])).toBeCloseTo(4, 12);
    expect(perplexityOf([])).toBe(Infinity);
    expect(signatureOf(['[1]', null, '"a"'], RULES)).toBe('[1]\n⊥\n"a"');
    expect(signatureOf(['[1]', null, '"a"'], { signature: 'passfail' })).toBe('1⊥1');
    expect(signatureOf(['[1]', null, '"a"', '3'], { signature: 'passfail', expected: ['[1]', '2', '"b"', null] })).toBe('1⊥01');
    // Outputs of two tests do not run into one another.
    expect(signatureOf(['1', '23'], RULES)).not.toBe(signatureOf(['12', '3'], RULES));
  });
});

describe('the choice', () => {
  it('takes the largest cluster of the reliable, and the likeliest text in it', () => {
    const consensus = consensusOf([
      answer(['1', '2', '3', '4', '5'], -0.1), answer(['1', '2', '3', '4', '9'], -0.9), answer(['1', '2', '3', '4', '9'], -0.4), answer(['1', '2', '3', '4', '9'], -0.6),
      answer(['1', '2', '3', '4', null], -0.01), answer(['1', '2', '3', null, null], -0.01), answer([null, null, null, null, null], -0.01),
    ], RULES);
    expect(consensus.executed).toEqual([1, 1, 1, 1, 0.8, 0.6, 0]);
    expect(consensus.clusters.map(({ members }) => members)).toEqual([[1, 2, 3], [4], [0]]);
    expect([consensus.chosen, consensus.smallest]).toEqual([2, 2]);
    expect(consensus.confidence).toBeCloseTo(3 / 7, 12);
  });

  it('abstains below tau, and never takes failing together for agreement', () => {
    expect(consensusOf([answer(['1'], -1), answer(['2'], -1), answer(['3'], -1)], RULES)).toMatchObject({ chosen: null, confidence: 1 / 3, smallest: 2 });
    const failing = consensusOf(Array.from({ length: 8 }, () => answer([null, null], -0.1)), { ...RULES, reliability: 0 });
    expect(failing).toMatchObject({ chosen: null, clusters: [], confidence: 0 });
    expect(consensusOf(Array.from({ length: 8 }, () => answer([], -0.1)), RULES).chosen).toBeNull();
    expect(consensusOf([], RULES)).toMatchObject({ chosen: null, confidence: 0 });
    // 0.5 of 16 is 8, and 8 are enough; 0.3 of 10 is 3 in spite of its binary form.
    const half = Array.from({ length: 16 }, (_, i) => answer([i < 8 ? 'a' : String(i)], -1));
    expect(consensusOf(half, { ...RULES, minShare: 0.5 }).chosen).toBe(0);
    expect(consensusOf(half.slice(1), { ...RULES, minShare: 0.5 }).chosen).toBeNull();
    expect(consensusOf(Array.from({ length: 10 }, (_, i) => answer([i < 3 ? 'a' : String(i)], -1)), { ...RULES, minShare: 0.3 }).smallest).toBe(3);
  });

  it('prefers e to f, and decides ties without chance', () => {
    const partial = consensusOf([answer(['1', null], -0.01), answer(['1', null], -0.02)], { ...RULES, reliability: 0.5 });
    expect(partial.chosen).toBe(0);
    // passfail puts candidates of unequal outputs together; the one that ran more is first there only by its signature.
    const passed = consensusOf([answer(['1', '5'], -2), answer(['1', '6'], -1), answer(['1', '7'], -3)], { ...RULES, signature: 'passfail' });
    expect([passed.clusters.length, passed.chosen]).toEqual([1, 1]);
    const tied = consensusOf([answer(['1'], -2), answer(['1'], -2), answer(['2'], -1), answer(['2'], -1)], RULES);
    expect([tied.clusters[0]!.members, tied.chosen]).toEqual([[2, 3], 2]);
  });

  it('is the slow reading of the paper on random answers', () => {
    const rng = createRng(5);
    for (let trial = 0; trial < 300; trial++) {
      const n = 1 + Math.floor(rng() * 9), tests = 1 + Math.floor(rng() * 5);
      const candidates = Array.from({ length: n }, () => answer(Array.from({ length: tests }, () => (rng() < 0.15 ? null : String(Math.floor(rng() * 2)))), -rng(), -rng()));
      const rules = { ...RULES, reliability: rng(), minShare: rng() / 2 };
      const found = consensusOf(candidates, rules);
      const e = candidates.map(({ outputs }) => outputs.filter((output) => output !== null).length / tests), f = candidates.map(({ logps }) => Math.exp(-(logps[0]! + logps[1]!) / 2));
      const kept = candidates.map((_, r) => r).filter((r) => e[r]! >= rules.reliability && e[r]! > 0);
      const alike = (a: number, b: number): boolean => candidates[a]!.outputs.every((output, t) => output === candidates[b]!.outputs[t]);
      const s = (r: number): number => kept.filter((other) => alike(r, other)).length;
      const most = Math.max(0, ...kept.map(s));
      const winners = kept.filter((r) => s(r) === most).sort((a, b) => e[b]! - e[a]! || f[a]! - f[b]!);
      if (most < Math.max(2, Math.ceil(rules.minShare * n))) expect(found.chosen).toBeNull();
      else {
        expect(s(found.chosen!)).toBe(most);
        // Among equally large clusters the likeliest best decides; inside, no other member is better.
        const inside = kept.filter((r) => alike(r, found.chosen!));
        expect(inside.every((r) => e[r]! < e[found.chosen!]! || (e[r] === e[found.chosen!] && f[r]! >= f[found.chosen!]!))).toBe(true);
        expect(winners.some((r) => alike(r, found.chosen!))).toBe(true);
      }
      expect(found.clusters.reduce((sum, { members }) => sum + members.length, 0)).toBe(kept.length);
    }
  });
});

describe('the theorem', () => {
  it('gives the test counts of the caution', () => {
    expect([testsNeeded(128, 0.9, 0.05), testsNeeded(16, 0.8, 0.05), testsNeeded(16, 0.9, 0.05)]).toEqual([121, 39, 82]);
    expect([testsNeeded(16, 1, 0.05), testsNeeded(16, 0, 0.05), failureBound(16, 1, 1000)]).toEqual([Infinity, 1, 1]);
    for (const [n, p] of [[16, 0.5], [128, 0.97], [2, 0.3]] as const) {
      const tests = testsNeeded(n, p, 0.05);
      expect(failureBound(n, p, tests)).toBeLessThanOrEqual(0.05);
      expect(failureBound(n, p, tests - 1)).toBeGreaterThan(0.05);
      // The paper's count leaves a bound of nothing.
      expect(n ** 2 * p ** testsOfThePaper(n, 2, p)).toBeGreaterThan(n * 2 * p - 1e-9);
    }
  });

  it('bounds what independent errors really do', () => {
    // n candidates, k right; wrong ones answer each test right by chance p alone, else one of their own kind: any two wrong ones agree with probability at most p.
    const rng = createRng(9), n = 8, k = 3, p = 0.5, tests = testsNeeded(n, p, 0.05);
    let wrong = 0;
    const trials = 2000;
    for (let trial = 0; trial < trials; trial++) {
      const candidates = Array.from({ length: n }, (_, r) => answer(Array.from({ length: tests }, () => (r < k ? 'right' : rng() < Math.sqrt(p) ? 'common' : `own ${r}`)), -1));
      const { chosen } = consensusOf(candidates, { ...RULES, minShare: 0 });
      if (chosen === null || chosen >= k) wrong++;
    }
    expect(wrong / trials).toBeLessThanOrEqual(0.05);
  });

  it('and fails, as it says, where the errors are shared', () => {
    const { chosen } = consensusOf([...Array.from({ length: 3 }, () => answer(['right'], -1)), ...Array.from({ length: 5 }, () => answer(['misread'], -1))], RULES);
    expect(chosen).toBe(3);
  });

  it('p is measured between clusters, by the pairs in them', () => {
    const outputs = [['1', '2', '3', '4'], ['1', '2', '3', '4'], ['1', '2', '9', '9'], ['7', '7', '7', '4']];
    const { clusters } = consensusOf(outputs.map((one) => answer(one, -1)), { ...RULES, minShare: 0 });
    // Pairs of clusters: (0,1)x2: 2/4, (0,1)x3: 1/4, 2x3: 0/4; weights 2, 2, 1.
    expect(measuredAgreement(outputs, clusters)).toBeCloseTo((2 * 0.5 + 2 * 0.25 + 0) / 5, 12);
    expect(measuredAgreement(outputs.slice(0, 2), [{ members: [0, 1] }])).toBeNaN();
  });
});
