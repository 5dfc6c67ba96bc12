/** Tests of the documentation gate: every level of R_doc with its reason. */
import { describe, expect, it } from 'vitest';
import { judgeDocumentation, looksLikeCode } from '../../src/rl/document';
import type { DocumentationInput } from '../../src/rl/document';

const CODE = 'def keep_ages(ages, limit):\n    return [age for age in ages if age > limit and age < 99]';
const judge = (text: string, changes: Partial<DocumentationInput> = {}) => judgeDocumentation({ text, finished: true, structure: 'sentences', code: CODE, params: ['ages', 'limit'], leakGate: true, ...changes });

describe('sentences', () => {
  it('earn 1 with nothing wrong', () => {
    expect(judge('  Keeps the items  above 7. \n Named keep_ages. '.replace('\n', ' '))).toMatchObject({ rDoc: 1, form: 1, reason: '', text: 'Keeps the items above 7. Named keep_ages.' });
    expect(judge('Is it larger? Yes!').rDoc).toBe(1);
  });
  it('earn 0.5 for small faults, and say which', () => {
    expect(judge('Keeps the items')).toMatchObject({ rDoc: 0.5, reason: 'no final period' });
    expect(judge('keeps the items.')).toMatchObject({ rDoc: 0.5, reason: 'no capital first letter' });
    expect(judge('keeps')).toMatchObject({ rDoc: 0.5, reason: 'fewer than two words, no capital first letter, no final period' });
  });
  it('earn 0 for what cannot be used, and say why', () => {
    expect(judge(' \n ')).toMatchObject({ rDoc: 0, reason: 'empty', text: '' });
    expect(judge('Keeps items.', { finished: false })).toMatchObject({ rDoc: 0, reason: 'cut off: no end within the length limit' });
    expect(judge('Keeps ```x```.')).toMatchObject({ rDoc: 0, reason: 'code fence' });
    expect(judge('Keeps \ufffd items.')).toMatchObject({ rDoc: 0, reason: 'broken characters' });
    expect(judge('Keeps items.\nAlso more.')).toMatchObject({ rDoc: 0, reason: 'more than one line' });
    expect(judge('Keeps items. Keeps items.')).toMatchObject({ rDoc: 0, reason: 'a sentence is repeated' });
    expect(judge('x = ages.')).toMatchObject({ rDoc: 0, reason: 'reads as code' });
  });
  it('fail the leak gate when they copy, unless the gate is off', () => {
    const copy = 'Returns age for age in ages if age is large.';
    expect(judge(copy)).toMatchObject({ rDoc: 0, form: 1 });
    expect(judge(copy).reason).toMatch(/^copies the code \(leak 0\.\d\d\)$/);
    expect(judge(copy, { leakGate: false })).toMatchObject({ rDoc: 1, reason: '' });
  });
  it('are told from code', () => {
    for (const code of ['def f(a):', 'function f(a) { return a }', 'return a + (b)', 'x => x + 1', 'f(a, b)', 'let x = 1', 'a = b']) expect(looksLikeCode(code), code).toBe(true);
    for (const prose of ['Returns some items.', 'For each age above 7.', 'If it is even, halves it.', 'Named keep_ages. Takes ages.', 'Import of rows.']) expect(looksLikeCode(prose), prose).toBe(false);
  });
});

describe('sections', () => {
  const full = 'Summary: Keeps the items above a limit.\nParams: ages (list): the items\nlimit (int): the bound\nReturns: list: what is left\nExamples: >>> keep_ages([age for age in ages if age > limit and age < 99], 2)\n[]';
  const sections = (text: string) => judge(text, { structure: 'sections' });
  it('earn 1 when all four are there and the parameters are the signature\'s', () => {
    expect(sections(full)).toMatchObject({ rDoc: 1, reason: '' });
    expect(judge('Summary: Says hello.\nParams: none\nReturns: none\nExamples: >>> f()', { structure: 'sections', params: [] }).rDoc).toBe(1);
  });
  it('earn 0.5 with a Summary and something missing or wrong', () => {
    expect(sections('Summary: Keeps items.')).toMatchObject({ rDoc: 0.5, reason: 'without Params, Returns, Examples' });
    expect(sections(full.replace('limit (int)', 'bound (int)'))).toMatchObject({ rDoc: 0.5, reason: 'Params are not those of the signature' });
    expect(sections(`Well. \n${full}`).reason).toBe('text before the first label');
  });
  it('earn 0 without a Summary, with a repeated label, or with the code in the Summary', () => {
    expect(sections('Returns: list')).toMatchObject({ rDoc: 0, reason: 'no Summary' });
    expect(sections(`${full}\nReturns: again`)).toMatchObject({ rDoc: 0, reason: 'a label is repeated' });
    expect(sections('Summary: return [age for age in ages if age > limit]').rDoc).toBe(0);
    expect(sections(full.replace('Keeps the items above a limit', 'Gives age for age in ages if age')).reason).toMatch(/copies the code/);
  });
  it('lose lines copied from the code, examples excepted', () => {
    const line = 'return [age for age in ages if age > limit and age < 99]';
    const { text } = sections(`Summary: Keeps items.\n${line}\nExamples: >>> 1\n${line}`);
    expect(text).toBe(`Summary: Keeps items.\nExamples: >>> 1\n${line}`);
  });
});
