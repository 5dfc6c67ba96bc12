/** The metric: its scale, parts, limits and answers for code that has no tree; graphs by hand and real functions. */
import { beforeAll, describe, expect, it } from 'vitest';
import { costsOf, CSSG_DEFAULTS } from '../../../src/reward/cssg/costs';
import { cssgSimilarity, graphSimilarity } from '../../../src/reward/cssg/cssg';
import { distance, EFFORT } from '../../../src/reward/cssg/distance';
import { exactMatching } from '../../../src/reward/cssg/exact';
import { buildGraph } from '../../../src/reward/cssg/build';
import { profileOf } from '../../../src/reward/cssg/refinement';
import { Prepared } from '../../../src/reward/metric';
import type { Similarity } from '../../../src/reward/metric';
import type { SyntaxParser } from '../../../src/reward/tree';
import { defaults } from '../../../src/config';
import type { Language } from '../../../src/types';
import { realParser } from '../grammars';
import { FAMILIES } from '../metamorphic/families';
import { draws, edited, graphOf, randomGraph } from './random_graphs';

/** With a label cost of half the sums worked out below stay short. */
const costs = costsOf({ cssgClassCost: 0.5 });
let parser: SyntaxParser;
beforeAll(async () => { parser = await realParser(FAMILIES.map((family) => family.language)); });
const score = (original: string, reconstruction: string, language: Language = 'javascript', constants = {}): Similarity | undefined =>
  cssgSimilarity(new Prepared(original, language, parser), new Prepared(reconstruction, language, parser), constants);

describe('similarity of graphs', () => {
  const base = graphOf(['root', 'entry f', 'statement assign +,var', 'statement return var'], [[0, 1, 0], [1, 2, 0], [1, 3, 0], [2, 3, 2]]);
  it('by hand: 1 - cost / (all out and all in), and its parts', () => {
    const turned = graphOf(['root', 'entry f', 'statement assign -,var', 'statement return var'], [[0, 1, 0], [1, 2, 1], [1, 3, 0]]);
    // Half the details of one label: three quarters of 0.5. One control edge turned: one out, one in; the data edge out: 3 edges of 1. Sizes 8 and 7.
    const found = graphSimilarity(profileOf(base), profileOf(turned), costs, 200);
    expect(found.value).toBeCloseTo(1 - 3.375 / 15, 12);
    expect(found.parts['nodes']).toBeCloseTo(1 - 0.375 / 8, 12);
    expect(found.parts['control']).toBeCloseTo(4 / 6, 12);
    expect(found.parts['data']).toBe(0);
    expect(found.parts['call']).toBeUndefined();
    expect(found.reason).toBeUndefined();
  });
  it('takes its costs from the settings, and has the defaults of the settings', () => {
    const minus = profileOf(graphOf(['root', 'entry f', 'statement assign -,var', 'statement return var'], [[0, 1, 0], [1, 2, 0], [1, 3, 0]]));
    // Node cost 2, label cost 1, edge cost 0.25: 0.75 for the label, 0.5 for the edge, of 2 * 8 + 0.5 * 7.
    expect(graphSimilarity(profileOf(base), minus, costsOf({ cssgNodeCost: 2, cssgClassCost: 1, cssgEdgeCost: 0.25 }), 200).value).toBeCloseTo(1 - 1.25 / 19.5, 12);
    for (const [name, value] of Object.entries(CSSG_DEFAULTS)) expect(defaults()[name as keyof typeof CSSG_DEFAULTS], name).toBe(value);
  });
  it('stays in [0, 1] and is symmetric, whatever the costs', () => {
    const next = draws(41);
    for (let k = 0; k < 100; k++) {
      const a = profileOf(randomGraph(next, 1 + Math.floor(next() * 20))), b = profileOf(randomGraph(next, 1 + Math.floor(next() * 20)));
      const chosen = costsOf({ cssgNodeCost: 0.1 + 5 * next(), cssgClassCost: 5 * next(), cssgEdgeCost: 5 * next() });
      for (const most of [200, 5]) {
        const there = graphSimilarity(a, b, chosen, most), back = graphSimilarity(b, a, chosen, most);
        for (const value of [there.value, ...Object.values(there.parts)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(back).toEqual(there);
      }
    }
  });
  it('compares graphs beyond the cap by refined labels, and says so', () => {
    const next = draws(42), large = randomGraph(next, 60), a = profileOf(large), b = profileOf(edited(large, next, 2));
    expect(graphSimilarity(a, b, costs, 200).reason).toBeUndefined();
    const found = graphSimilarity(a, b, costs, 59);
    expect(found.reason).toMatch(/^too long: more than 59 statements/);
    expect(found.value).toBeLessThan(1);
    expect(found.value).toBeGreaterThan(0.7);
    expect(graphSimilarity(a, a, costs, 59).value).toBe(1);
  });
});

describe('the metric on code', () => {
  it('is 1 for a function against itself in every language, and less against every other function of the language\'s own kind', () => {
    for (const { language, original } of FAMILIES) expect(score(original, original, language)?.value, language).toBe(1);
    expect(score(FAMILIES[0]!.original, 'function g(x) { return x; }')!.value).toBeLessThan(0.4);
  });
  it('is not applicable without a tree of the original, 0 without one of the reconstruction', () => {
    expect(score('function (', 'function f() {}')).toBeUndefined();
    expect(cssgSimilarity(new Prepared('f()', 'javascript'), new Prepared('f()', 'javascript'), {})).toBeUndefined();
    expect(score('function f() {}', 'function (')).toEqual({ value: 0, parts: {}, reason: 'does not parse' });
    expect(score('function f() {}', '')).toEqual({ value: 0, parts: {}, reason: 'does not parse' });
  });
  it('approximates the exact distance between small real functions, never from below', () => {
    const small = [
      'function f(a, b) { return a + b; }', 'function f(a) { const b = a * 2; return b; }', 'function f(a) { if (a > 0) { return a; } return -a; }',
      'function f(xs) { let s = 0; for (const x of xs) { s += x; } return s; }', 'function f(xs) { let m = xs[0]; for (const x of xs) { if (x > m) m = x; } return m; }',
      'function f(a, b) { while (b) { const t = a % b; a = b; b = t; } return a; }', 'function f(s) { return s.trim().toLowerCase(); }',
      'function f(n) { if (n < 2) return n; return f(n - 1) + f(n - 2); }', 'function f(a) { let c = 0; for (let i = 0; i < a.length; i++) { if (a[i] === null) c++; } return c; }',
    ].map((code) => profileOf(buildGraph(parser.parse('javascript', code)!, 'javascript')));
    let gap = 0, pairs = 0;
    for (const a of small) {
      for (const b of small) {
        if (Math.max(a.n, b.n) > 12) continue;
        const found = distance(a, b, costs, { ...EFFORT, exact: 0 }), best = exactMatching(a, b, costs).cost;
        expect(found.cost).toBeGreaterThanOrEqual(best - 1e-9);
        gap += (found.cost - best) / found.worst;
        pairs++;
      }
    }
    console.log(`small functions: mean gap ${(gap / pairs).toFixed(4)} over ${pairs} pairs`);
    expect(pairs).toBeGreaterThan(40);
    expect(gap / pairs).toBeLessThan(0.02);
  });
  it('takes bounded time on hostile code: thousands of tokens, all of them defining and using the same names', () => {
    const hostile = (operator: string): string => `function f(a, b) {\n${Array.from({ length: 530 }, (_, i) => `  if (a ${operator} ${i}) b = a + b; else a = b ${operator} a;`).join('\n')}\n}`;
    const a = new Prepared(hostile('<'), 'javascript', parser), b = new Prepared(hostile('>'), 'javascript', parser);
    void [a.tree, b.tree];
    // Time of this process, not of the clock: other work on the machine does not count.
    const start = process.cpuUsage();
    const found = cssgSimilarity(a, b, {})!;
    const took = process.cpuUsage(start).user / 1000;
    console.log(`hostile pair of ${a.tokens.length} tokens: ${took.toFixed(0)} ms`);
    expect(a.tokens.length).toBeGreaterThan(10_000);
    expect(found.reason).toMatch(/^too long/);
    // 200 ms is the aim with warm code; here it runs for the first time.
    expect(took).toBeLessThan(1000);
  });
});
