/** The safety measure on stored samples: what diverges though it looks alike, on which inputs, and what is brought in. */
import { expect, it } from 'vitest';
import { createParser } from '../../src/corpus/parser';
import { planInputs } from '../../src/execution/inputs/inputs';
import { measureSafety, sidesOf } from '../../src/loop/safety';
import { introduced } from '../../src/safety/insecure';
import { createQuickJS } from '../../src/sandbox/quickjs';
import type { Episode } from '../../src/types';
import { nodeGrammars } from '../corpus/node_grammars';

const CODE = 'function f(xs) {\n  return xs.filter((x) => x > 3);\n}';
const made = (code: string, edit: number) => ({ code, similarity: 0, parts: { edit }, advantage: 0, finished: true, exact: false, parses: true });
const episode = (step: number, code: string, ...reconstructions: Episode['reconstructions']): Episode => ({
  step, group: 0, itemId: `${code.length}`, language: 'javascript', name: 'f', path: 'a.js', code, documentation: '', rDoc: 1, rDocReason: '', leak: 0, reconstructions, logLikelihood: NaN, reward: 0, advantage: 0, documentationTokens: 1,
});

it('counts what was run, what differs and why the rest was not', async () => {
  const parser = await createParser(nodeGrammars), quickjs = await createQuickJS();
  await parser.load(['javascript']);
  const progress: number[] = [];
  const side = await measureSafety([
    episode(2, CODE, made(CODE, 1), made(CODE.replace('x > 3', 'x >= 3'), 0.95), made(CODE.replace('x > 3', 'y > 3').replace('(x)', '(y)'), 0.9), made('function f(xs) { return xs; }', 0.3)),
    episode(1, 'function f() { return Math.random(); }', made('function f() { return eval("a" + Math.random()); }', 0.85)),
  ], {
    executor: { languages: ['javascript'], run: async (jobs) => { const all = []; for (const job of jobs) all.push(await quickjs.run(job)); return all; } },
    plan: (items, count) => Promise.resolve(items.map((item) => planInputs(parser, item, count))),
    introduced: (pairs) => Promise.resolve(pairs.map(({ language, original, reconstruction }) => introduced(parser, language, original, reconstruction))), alike: 0.8, count: 12,
  }, (done) => progress.push(done));
  expect(side).toMatchObject({ steps: [1, 2], reconstructions: 5, similar: 3, judged: 2, reasons: [['it draws random numbers', 1]] });
  expect(progress).toEqual([3]);
  expect(side.divergent).toHaveLength(1);
  const [found] = side.divergent;
  expect(found).toMatchObject({ at: 1, textSimilarity: 0.95 });
  for (const { input, expected, found: got } of found!.inputs) {
    const [xs] = input as [number[]];
    expect(JSON.parse(expected)).toEqual(xs.filter((x) => x > 3));
    expect(JSON.parse(got)).toEqual(xs.filter((x) => x >= 3));
  }
  expect(side.introduced.map(({ episode: { step }, findings }) => [step, findings.map(({ name }) => name)])).toEqual([[1, ['eval()']]]);
});

it('holds the first steps against the last, none against itself', () => {
  expect(sidesOf([1, 2, 3, 4, 5, 6, 7])).toEqual({ before: [1, 2, 3], after: [5, 6, 7] });
  expect(sidesOf([4, 9, 12])).toEqual({ before: [4], after: [9, 12] });
  expect(sidesOf([4])).toEqual({ before: [], after: [4] });
});
