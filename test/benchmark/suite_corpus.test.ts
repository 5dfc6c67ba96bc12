/** That our own suite is none of what the starters learned from: by its text nowhere, by its shape only where it is meant to be. */
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { outputIs } from '../../src/benchmark/outputs';
import { loadSuite, type SuiteLanguage, type SuiteProblem } from '../../src/benchmark/suite';
import { generateCorpus } from '../../src/synthetic/corpus';
import { hash32 } from '../../src/synthetic/hash';
import { SAMPLE, sampleCorpus } from '../../src/synthetic/sample';
import type { CodeItem } from '../../src/types';
import { renamed, shapeOf, wordsOf } from './renamed';

const LANGUAGES: readonly SuiteLanguage[] = ['javascript', 'python', 'ruby'];

/** Problems by subject whose reference some item is, as `form` sees both. */
function shared(suite: readonly SuiteProblem[], items: readonly CodeItem[], form: (code: string, language: SuiteLanguage) => string): Record<string, string[]> {
  const known = new Set(items.map(({ code, language }) => `${language} ${form(code, language as SuiteLanguage)}`));
  const found: Record<string, string[]> = {};
  for (const { subject, id, language, reference } of suite) if (known.has(`${language} ${form(reference, language)}`)) (found[subject] ??= []).push(id.split('/')[1]!);
  return found;
}

let suite: SuiteProblem[];
let sample: CodeItem[];
beforeAll(async () => {
  suite = await loadSuite();
  sample = sampleCorpus(20000, 200).filter(({ split }) => split === 'train');
});

describe('our own suite and the sample corpus', () => {
  it('share no function, in any language, and no shape but the starter\'s own', () => {
    const learned = [
      sample,
      // The same families in the other languages, and all 48 of them.
      ...LANGUAGES.filter(language => !SAMPLE.languages.includes(language)).map(language => generateCorpus({ ...SAMPLE, languages: [language], split: 'train', count: 8000 })),
      generateCorpus({ seed: SAMPLE.seed, split: 'train', count: 12000 }),
    ].flat();
    expect(shared(suite, learned, wordsOf)).toEqual({});
    for (const language of LANGUAGES) {
      const own = suite.filter(problem => problem.language === language), items = learned.filter(item => item.language === language);
      // The starter's part is its families with slots held out: under other names each of them occurs. Nothing else does.
      const same = shared(own, items, renamed);
      expect(Object.keys(same), language).toEqual(['starter']);
      expect(same['starter']!.length, language).toBe(37);
      // Near: the same but for the numbers in it.
      const { starter, ...near } = shared(own, items, shapeOf);
      expect(starter!.length, language).toBe(37);
      expect(near, language).toEqual(NEAR[language]);
    }
  });

  it('takes from the starter\'s families only what is held out of every draw, whatever its seed', () => {
    const families = new Map(sample.filter(({ language }) => language === 'javascript').map(({ code, path }) => [renamed(code, 'javascript'), /\w+(?=\.js$)/.exec(path)![0]]));
    const held = suite.filter(({ subject, language }) => subject === 'starter' && language === 'javascript').map(({ id, params, reference }) => {
      const [verb] = id.split('/')[1]!.split('-'), family = families.get(renamed(reference, 'javascript'))!;
      return { family, held: hash32(`${family} ${params[0]!} ${verb!}`) % 7 === 0 };
    });
    expect(held.filter(one => !one.held)).toEqual([]);
    expect(new Set(held.map(({ family }) => family)).size).toBe(16);
  });

  it('has no problem beyond the starter\'s own that a function of the corpus solves', () => {
    const learned = new Map<string, CodeItem>();
    for (const item of sample) if (item.language === 'javascript') learned.set(renamed(item.code, 'javascript'), item);
    expect(learned.size).toBe(531);
    const programs = [...learned.values()].map(({ code, params }) => ({ params, run: runInNewContext(`(text) => JSON.stringify((${code})(...JSON.parse(text)))`) as (text: string) => string | undefined }));
    const solves = (run: (text: string) => string | undefined, { check }: SuiteProblem): boolean => check.inputs.every((input, i) => {
      try {
        return outputIs(run(JSON.stringify(input)), check.expected[i]);
      } catch {
        // Made for lists of numbers, given something else.
        return false;
      }
    });
    const solved = suite.filter(({ language }) => language === 'javascript')
      .filter(problem => programs.some(({ params, run }) => params.length === problem.params.length && solves(run, problem)));
    expect([...new Set(solved.map(({ subject }) => subject))]).toEqual(['starter']);
    expect(solved.length).toBe(37);
  });

  it('is told apart by names and by numbers', () => {
    const code = 'function keepAges(ages) {\n  return ages.filter(age => age > 5);\n}';
    expect(wordsOf(code)).toBe(wordsOf(code.replaceAll('\n', '\n\n')));
    expect(wordsOf(code)).not.toBe(wordsOf(code.replaceAll('ages', 'costs')));
    expect(renamed(code, 'javascript')).toBe(renamed(code.replaceAll('ages', 'costs').replace('keepAges', 'pick'), 'javascript'));
    expect(renamed(code, 'javascript')).not.toBe(renamed(code.replace('filter', 'some'), 'javascript'));
    expect(renamed(code, 'javascript')).not.toBe(renamed(code.replace('5', '6'), 'javascript'));
    expect(shapeOf(code, 'javascript')).toBe(shapeOf(code.replace('5', '13'), 'javascript'));
    expect(shapeOf(code, 'javascript')).not.toBe(shapeOf(code.replace('>', '<'), 'javascript'));
  });
});

const STEPS = ['keep-sizes', 'count-prices', 'sum-weights', 'reject-below-one'];
const NEAR: Readonly<Record<SuiteLanguage, Record<string, string[]>>> = {
  javascript: { 'starter-steps': [...STEPS, 'take-after-skip'] },
  python: { 'starter-steps': STEPS, 'lists': ['running-total'] },
  ruby: { 'starter-steps': STEPS, 'lists': ['running-total'] },
};
