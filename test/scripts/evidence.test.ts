/** The evidence table: what is read out of a run's rows, and when an aim counts as met. */
import { expect, test } from 'vitest';
import { AIMS, evidenceTable, findingOf } from '../../scripts/evidence';
import type { Finding } from '../../scripts/evidence';

const about = { objective: 'policy', seed: 1, adapter: 'google swiftshader (software)', flops: 2.1e12, seconds: 83 };
const evaluation = (step: number, by: number): Record<string, number> => ({
  step, 'heldout/similarity': 0.8 + by, 'heldout/variation/similarity': 0.81 + by, 'heldout/combination/similarity': 0.79 + by,
  'heldout/exact_match': 0.1 + 4 * by, 'heldout/execution': 0.4 + 2 * by, 'heldout/shuffled': 0.45 + by / 10, 'heldout/oracle_execution': 0.6 + by,
});
const rows = [
  evaluation(0, 0),
  ...[0.5, 0.4, 0.2, 0.1, 0.01, 0.01, 0.02, 0].map((leak, i) => ({ step: i + 1, loss: 1, 'leak/rate': leak })),
  evaluation(8, 0.17),
];

test('a finding is the first evaluation, the last one, and the leak of the last quarter', () => {
  const finding = findingOf(rows, about);
  expect(finding.updates).toBe(8);
  expect(finding.before).toEqual({ variation: 0.81, combination: 0.79, exact: 0.1, execution: 0.4, shuffled: 0.45, solved: 0.6 });
  expect(finding.rounds).toBeNull();
  expect(finding.after.variation).toBeCloseTo(0.98, 10);
  expect(finding.leak).toBeCloseTo(0.01, 10);
});

test('a run without two evaluations is no evidence', () => {
  expect(() => findingOf(rows.slice(0, 5), about)).toThrow(/has 1 evaluations/);
  expect(() => findingOf([], about)).toThrow(/has 0 evaluations/);
});

test('every aim is met by a run like the measured one, and each can be missed alone', () => {
  const good = findingOf(rows, about);
  expect(AIMS.filter((aim) => !aim.met(good))).toEqual([]);
  const worse: ((f: Finding) => void)[] = [
    (f) => { f.after.variation = f.before.variation + 0.149; }, (f) => { f.after.combination = f.before.combination + 0.149; },
    (f) => { f.after.exact = f.before.exact * 3.9; }, (f) => { f.after.execution = f.before.execution + 0.29; },
    (f) => { f.after.shuffled = f.before.shuffled + 0.031; }, (f) => { f.leak = 0.02; },
  ];
  worse.forEach((spoil, i) => {
    const spoilt = structuredClone(good);
    spoil(spoilt);
    expect(AIMS.map((aim) => aim.met(spoilt))).toEqual(AIMS.map((_, j) => j !== i));
  });
  // What could not be measured is not met.
  const unknown = structuredClone(good);
  unknown.after.execution = NaN;
  expect(AIMS.filter((aim) => !aim.met(unknown)).map((aim) => aim.name)).toEqual(['execution +0.3']);
});

test('the table has a row for each run, its adapter, and what was missed in words', () => {
  const good = findingOf(rows, about);
  const poor: Finding = { ...structuredClone(good), seed: 2, leak: 0.5 };
  const table = evidenceTable([good, poor, { ...good, objective: 'sft' }]);
  expect(table).toContain('| policy | 1 | 8 | 0.810 → 0.980 | 0.790 → 0.960 | 0.100 → 0.780 | 0.400 → 0.740 | 0.600 → 0.770 | 0.450 → 0.467 | 0.010 | 2100 | 1 min 23 s |');
  expect(table.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(5);
  expect(table).toContain('- policy, seed 1: every aim met');
  expect(table).toContain('- policy, seed 2: missed: leak under 2 %');
  expect(table).toContain('Adapter: google swiftshader (software).');
  expect(table).not.toContain('- sft');
});

test('rounds of UCoder have a table of their own, over the rounds that know', () => {
  const round = (step: number, right: number, learned: number, any: number): Record<string, number> => ({ step, 'ucoder/problems': 8, 'ucoder/right': right, 'ucoder/learned_right': learned, 'ucoder/abstained': 0.5, 'ucoder/right_when_confident': 0.9, 'ucoder/right_when_not': NaN, 'ucoder/any_right': any });
  const finding = findingOf([...rows.slice(0, 5), round(1, 0.2, 1, 0.8), round(2, 0.4, NaN, 0.8), round(3, 0.4, 0.5, 0.8), round(4, 0.4, 0.9, 0.6), ...rows.slice(5)], { ...about, objective: 'ucoder:greedy' });
  expect(finding.rounds!.right).toBeCloseTo(0.35, 12);
  expect(finding.rounds!.learnedRight).toBeCloseTo(0.8, 12);
  expect(finding.rounds).toMatchObject({ abstained: 0.5, sure: 0.9, unsure: NaN, anyBefore: 0.8, anyAfter: 0.6 });
  expect(evidenceTable([finding])).toContain('| ucoder:greedy | 1 | 0.350 | 0.800 | 0.500 | 0.900 | - | 0.800 → 0.600 |');
});
