/** Tests of the documentation gate: every level of R_doc with its reason. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, judgeDocumentation, looksLikeCode } from '../../src/rl/document';
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
  it('may have brackets around asides, intervals, calls and values', () => {
    const rows: [string, string][] = [
      ['def clamp(x, lo, hi):\n    return max(lo, min(x, hi))', 'Restricts a number to the closed interval [lo, hi] (both ends included).'],
      ['def gcd(a, b):\n    while b:\n        a, b = b, a % b\n    return a', 'Returns the gcd of two integers using Euclid\'s algorithm (O(log n)).'],
      ['def word_count(text):\n    counts = {}\n    for word in text.lower().split():\n        counts[word] = counts.get(word, 0) + 1\n    return counts', 'Splits text.lower() into words and counts them.'],
      ['def word_count(text):\n    counts = {}\n    for word in text.lower().split():\n        counts[word] = counts.get(word, 0) + 1\n    return counts', 'Build a histogram of words; e.g. word_count("a A b") gives {"a": 2, "b": 1}.'],
    ];
    for (const [code, text] of rows) {
      const verdict = judge(text, { code });
      expect(verdict, text).toMatchObject({ rDoc: 1, reason: '' });
      expect(verdict.leak.punctuation).toBeGreaterThan(0.12);
      expect(verdict.leak.score).toBeLessThan(0.05);
    }
  });
  it('are refused for marks by their own name', () => {
    const text = 'Does a[i] <= b[j] && !(c || d) ? x : y % z.';
    expect(judge(text)).toMatchObject({ rDoc: 0, form: 1 });
    expect(judge(text).reason).toMatch(/^is written in marks of code \(\d\d % of it\)$/);
    expect(judge(text).explanation).toMatch(/^Refused\. It is written as code is: \d\d % of it are brackets/);
    // Nested brackets with hardly a word, and brackets that do not match.
    for (const other of ['Does f(g(h(i(x)))).', 'Does ) f ( x ] y [ z } w {.', 'Gives [] {} () [] {}.']) expect(judge(other).reason, other).toMatch(/^is written in marks/);
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
  const written: [string, string, string[], string[]][] = [
    ['python', 'def add(self, x):\n    self.items.append(x)', ['self', 'x'], ['x (int): the item', 'self: the list\nx (int): the item']],
    ['python, class method', 'def make(cls, x):\n    return cls(x)', ['cls', 'x'], ['x (int): the item', 'cls (type): the class\nx (int): the item']],
    ['python, stars', 'def f(*args, **kwargs):\n    return g(args, kwargs)', ['args', 'kwargs'], ['*args (list): all\n**kwargs (dict): named', 'args (list): all\nkwargs (dict): named']],
    ['rust', 'fn add(&mut self, x: i32) {\n    self.items.push(x);\n}', ['self', 'x'], ['x (i32): the item', '&self: the list\nx (i32): the item', '&mut self: the list\nx (i32): the item']],
    ['rust, receiver alone', 'fn len(&self) -> usize {\n    self.items.len()\n}', ['self'], ['none', '&self: the list']],
    ['php', 'function twice($a) { return 2 * $a; }', ['a'], ['$a (int): the number', 'a (int): the number', '&$a (int): the number']],
    ['javascript', 'function hide($el, ...rest) { $el.hide(rest); }', ['$el', 'rest'], ['$el (Element): what is hidden\n...rest (any): passed on', '$el (Element): what is hidden\nrest (any): passed on']],
    ['ruby', 'def each(&block)\n  @items.each(&block)\nend', ['block'], ['&block (Proc): what is called', 'block (Proc): what is called']],
    ['typescript', 'function keep<T>(rows: T[], cb: (x: T) => boolean): T[] { return rows.filter(cb); }', ['rows', 'cb'], ['rows (T[]): the rows\ncb ((x: T) => boolean): which to keep']],
    ['typescript, nested', 'function on(cb: (f: (x: number) => void) => void): void { listen(cb); }', ['cb'], ['cb ((f: (x: number) => void) => void): what is called']],
    ['c', 'int apply(int (*cb)(int), int *v) { return cb(*v); }', ['cb', 'v'], ['cb (int (*)(int)): what is called\nv (int *): where it is', 'cb (int (*)(int)): what is called\n*v (int): where it is']],
  ];
  it.each(written)('take the parameters as %s writes them', (_, code, params, forms) => {
    for (const form of forms) for (const types of [false, true]) {
      const verdict = judge(`Summary: Does what its name says.\nParams: ${form}\nReturns: nothing\nExamples: see there`, { code, params, structure: 'sections', rules: { ...DEFAULT_RULES, types: types && !form.startsWith('none') } });
      expect(verdict, form).toMatchObject({ rDoc: 1, reason: '' });
      expect(verdict.leak.score, form).toBe(0);
    }
  });
  it('demand the other parameters all the same, and see what stands behind a type', () => {
    const form = (params: string, names: string[]) => judge(`Summary: Does what its name says.\nParams: ${params}\nReturns: nothing\nExamples: see there`, { params: names, structure: 'sections' });
    for (const [params, names] of [['self: the list', ['self', 'x']], ['none', ['self', 'x']], ['self: the list\nx: it', ['x']], ['x: it', ['x', 'self']], ['b: it', ['$a']]] as const) expect(form(params, [...names]).rDoc, params).toBe(0.5);
    expect(form('ages (list (x)): age for age in ages if age', ['ages']).reason).toMatch(/^copies the code/);
    expect(form('ages (age for age in ages if age', ['ages']).reason).toMatch(/^copies the code/);
  });
  it('lose lines copied from the code, examples excepted', () => {
    const line = 'return [age for age in ages if age > limit and age < 99]';
    const { text } = sections(`Summary: Keeps items.\n${line}\nExamples: >>> 1\n${line}`);
    expect(text).toBe(`Summary: Keeps items.\nExamples: >>> 1\n${line}`);
  });
});
