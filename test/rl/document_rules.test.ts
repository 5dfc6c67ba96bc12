/** Tests of what the documentation check demands and strips: each rule on and off, strict, loose and off, with its sentence for a person. */
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/config';
import { DEFAULT_RULES, documentationRules, judgeDocumentation } from '../../src/rl/document';
import type { DocumentationInput, DocumentationRules } from '../../src/rl/document';

const CODE = 'def keep_ages(ages, limit):\n    return [age for age in ages if age > limit and age < 99]';
type Changes = Partial<DocumentationRules> & { input?: Partial<DocumentationInput> };
const judge = (text: string, { input, ...rules }: Changes = {}) => judgeDocumentation({
  text, finished: true, structure: 'sentences', code: CODE, params: ['ages', 'limit'], leakGate: true, name: 'keep_ages', signature: 'def keep_ages(ages, limit):', rules: { ...DEFAULT_RULES, ...rules }, ...input,
});
const sections = (text: string, changes: Changes = {}) => judge(text, { ...changes, input: { structure: 'sections', ...changes.input } });
const FULL = 'Summary: Keeps the items above a limit.\nParams: ages (list): the items\nlimit (int): the bound\nReturns: list: what is left\nExamples: >>> keep_ages([1, 5], 2)\n[5]';

describe('rules', () => {
  it('are the settings\', and the defaults are those of the default settings', () => {
    expect(documentationRules(defaults())).toEqual(DEFAULT_RULES);
    expect(documentationRules({ ...defaults(), documentationStrictness: 'off', documentationTypes: true, stripRun: 8 })).toMatchObject({ strictness: 'off', types: true, longestRun: 8 });
  });
  it('absent are the defaults', () => {
    for (const text of ['Keeps the items', '```x```', '', 'Keeps items. Keeps items.', 'x = 1']) {
      const input: DocumentationInput = { text, finished: true, structure: 'sentences', code: CODE, params: [], leakGate: true };
      expect(judgeDocumentation(input)).toEqual(judgeDocumentation({ ...input, rules: DEFAULT_RULES }));
    }
  });
});

describe('strictness', () => {
  const rows: [string, number, number, Partial<DocumentationInput>?][] = [
    ['Keeps the items above a limit.', 1, 1], ['Keeps the items', 0.5, 1], ['keeps', 0.5, 1], ['Keeps items.\nAlso more.', 0, 0.5], ['Keeps items. Keeps items.', 0, 0.5],
    ['', 0, 0], ['Keeps ```x``` items.', 0, 0], ['x = ages.', 0, 0], ['Keeps \ufffd items.', 0, 0], ['Keeps items.', 0, 0, { finished: false }], ['Gives age for age in ages if age is large.', 0, 0],
  ];
  it.each(rows)('%j: strict %d, loose %d, off 1', (text, strict, loose, input) => {
    const wanted = (strictness: DocumentationRules['strictness']) => judge(text, { strictness, ...(input ? { input } : {}) });
    expect(wanted('strict').rDoc).toBe(strict);
    expect(wanted('loose').rDoc).toBe(loose);
    expect(wanted('off')).toMatchObject({ rDoc: 1, form: 1, reason: '', explanation: '', stripped: [] });
    for (const verdict of [wanted('strict'), wanted('loose')]) {
      expect(verdict.reason === '').toBe(verdict.rDoc === 1);
      expect(verdict.explanation).toMatch(verdict.rDoc === 1 ? /^$/ : verdict.rDoc === 0 ? /^Refused\. .+\.$/ : /^A level lower\. .+\.$/);
    }
  });
  it('is milder on sections too', () => {
    expect(sections('Summary: Keeps items.', { strictness: 'loose' }).rDoc).toBe(1);
    expect(sections('Returns: list', { strictness: 'loose' })).toMatchObject({ rDoc: 0.5, reason: 'no Summary', explanation: 'A level lower. There is no Summary, the one section nothing can do without.' });
    expect(sections(`${FULL}\nReturns: again`, { strictness: 'loose' }).rDoc).toBe(0.5);
    expect(sections('Summary: return [age for age in ages]', { strictness: 'loose' }).rDoc).toBe(0);
  });
  it('off measures the leak and changes nothing but blanks', () => {
    const line = 'return [age for age in ages if age > limit and age < 99]';
    const verdict = sections(`Summary:  Keeps items.\n\n${line}`, { strictness: 'off', stripFences: true, longestRun: 2 });
    expect(verdict).toMatchObject({ text: `Summary: Keeps items.\n${line}`, rDoc: 1, stripped: [] });
    expect(verdict.leak.score).toBe(1);
  });
});

describe('language', () => {
  const german = 'Berechnet die Summe der Preise aller Artikel bis zu einer Grenze.';
  it('any lets every language pass', () => {
    for (const text of [german, 'Suma los precios.', 'Складывает цены товаров.']) expect(judge(text).rDoc, text).toBe(1);
  });
  it('english refuses others, loosely takes a level off, and knows English', () => {
    for (const text of [german, 'Suma los precios de los artículos.', 'Складывает цены товаров.', '计算价格之和。']) {
      expect(judge(text, { language: 'english' }).rDoc, text).toBe(0);
      expect(judge(text, { language: 'english', strictness: 'loose' }).rDoc, text).toBe(0.5);
    }
    expect(judge(german, { language: 'english' })).toMatchObject({ reason: 'not English' });
    expect(judge(german, { language: 'english' }).explanation).toMatch(/^Refused\. English is wanted; \d+ % of the words are English\.$/);
    for (const text of ['Keeps the items above a limit.', 'Named keep_ages. Takes ages and limit.', 'Filters ages.']) expect(judge(text, { language: 'english' }), text).toMatchObject({ rDoc: 1 });
    expect(sections(FULL, { language: 'english' }).rDoc).toBe(1);
  });
});

describe('parts', () => {
  it('examples may be waived', () => {
    const without = FULL.replace(/\nExamples:[\s\S]*/, '');
    expect(sections(without)).toMatchObject({ rDoc: 0.5, reason: 'without Examples', explanation: 'A level lower. Missing: Examples.' });
    expect(sections(without, { examples: false }).rDoc).toBe(1);
  });
  it('types may be demanded', () => {
    const untyped = FULL.replace('limit (int)', 'limit'), none = FULL.replace('(int)', '()');
    expect(sections(untyped).rDoc).toBe(1);
    for (const text of [untyped, none]) expect(sections(text, { types: true })).toMatchObject({ rDoc: 0.5, reason: 'parameters without a type' });
    expect(sections(FULL, { types: true }).rDoc).toBe(1);
    expect(sections(FULL.replace('(int)', '(Map<String, List<int>>)'), { types: true }).rDoc).toBe(1);
    expect(sections('Summary: Says hello.\nParams: none\nReturns: none\nExamples: >>> f()', { types: true, input: { params: [] } }).rDoc).toBe(1);
  });
  it('names the parameters that are wrong', () => {
    expect(sections(FULL.replace('limit (int)', 'bound (int)')).explanation).toBe('A level lower. Params names ages, bound; the signature has ages, limit.');
  });
  it('may have a least length', () => {
    expect(judge('Keeps some ages.', { fewestWords: 3 }).rDoc).toBe(1);
    expect(judge('Keeps some ages.', { fewestWords: 4 })).toMatchObject({ rDoc: 0.5, reason: 'fewer than 4 words' });
    expect(sections(FULL, { fewestWords: 6 }).rDoc).toBe(1);
    expect(sections(FULL, { fewestWords: 7 }).explanation).toBe('A level lower. The Summary has 6 words; 7 are wanted.');
  });
});

describe('rewriting', () => {
  it('cuts fences out, closed and open', () => {
    for (const text of ['Keeps the items. ```py\nx = 1\n``` Named keep_ages.', 'Keeps the items. ~~~\nx~~~ Named keep_ages.']) {
      expect(judge(text).rDoc).toBe(0);
      expect(judge(text, { stripFences: true })).toMatchObject({ rDoc: 1, text: 'Keeps the items. Named keep_ages.', stripped: ['A fenced code block was cut out.'] });
    }
    expect(judge('Keeps the items. ```py\nx = 1', { stripFences: true })).toMatchObject({ rDoc: 1, text: 'Keeps the items.' });
  });
  it('cuts a spelled-out signature down to the name', () => {
    const text = 'Uses keep_ages(ages, limit) to keep the items.';
    expect(judge(text).text).toBe(text);
    expect(judge(text, { stripSignature: true })).toMatchObject({ text: 'Uses keep_ages to keep the items.', stripped: ['The signature was cut down to the name.'] });
    expect(judge('Is def keep_ages(ages, limit): and more.', { stripSignature: true }).text).toBe('Is keep_ages and more.');
    // Names listed in prose are no signature, and a call with other arguments is none either.
    for (const other of ['Named keep_ages. Takes ages and limit.', 'Calls keep_ages(rows, 3) for each.']) expect(judge(other, { stripSignature: true })).toMatchObject({ text: other, stripped: [] });
  });
  it('keeps signatures and runs in the examples', () => {
    const text = FULL.replace('keep_ages([1, 5], 2)', 'keep_ages(ages, limit)');
    expect(sections(text, { stripSignature: true, longestRun: 3 }).text).toBe(text);
  });
  it('cuts runs longer than allowed, down to the last, and leaves shorter ones', () => {
    const text = 'Gives age for age in ages if age is large.';
    expect(judge(text).rDoc).toBe(0);
    expect(judge(text).leak.run).toBe(7);
    expect(judge(text, { longestRun: 7 }).text).toBe(text);
    const cut = judge(text, { longestRun: 6 });
    expect(cut).toMatchObject({ text: 'Gives is large.', rDoc: 1, stripped: ['Runs of more than 6 tokens of the code were cut out.'] });
    for (const longestRun of [1, 2, 3, 4, 5]) {
      const left = judge(`Does ${CODE.replace(/\s+/g, ' ')} and age for it, age in age for ages.`, { longestRun });
      expect(left.leak.run).toBeLessThanOrEqual(longestRun);
    }
  });
  it('ends for any text', () => {
    for (const text of [CODE, CODE.repeat(5), '', '.', 'age '.repeat(200), '((('.repeat(50)]) {
      const verdict = judge(text, { longestRun: 1, stripSignature: true, stripFences: true });
      expect(verdict.leak.run).toBeLessThanOrEqual(1);
    }
  });
});
