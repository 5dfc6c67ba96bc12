/** Each cheat measure finds its own trick, and none of them takes honest documentation for one: algorithm prose, facts, sections, other languages. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ORACLE, READER_DETAIL, WRITER_DETAIL, describe as describeItem } from '../../src/corpus/describe';
import { extractFunctions } from '../../src/corpus/functions';
import { createParser } from '../../src/corpus/parser';
import { cheatReport } from '../../src/reward/cheat';
import type { CheatReport } from '../../src/reward/cheat';
import { bodyOf, codeWords, partsOf } from '../../src/reward/cheat_code_words';
import { englishShare } from '../../src/reward/cheat_language';
import { paddingReport } from '../../src/reward/cheat_padding';
import { smuggling } from '../../src/reward/cheat_smuggling';
import { isEnglishWord } from '../../src/reward/cheat_words';
import { createRng } from '../../src/rng';
import { generateCorpus } from '../../src/synthetic/corpus';
import type { CodeItem, Language } from '../../src/types';
import { inModules, nodeGrammars } from '../corpus/node_grammars';

const CODE = 'function total(items, limit) {\n  let total = 0;\n  for (const item of items) {\n    if (item.price <= limit) total += item.price;\n  }\n  return total;\n}';
const report = (text: string, code = CODE, language: Language = 'javascript'): CheatReport => cheatReport(code, text, language);

describe('each trick has its measure', () => {
  const rows: [keyof CheatReport, string][] = [
    ['smuggled', 'Total item items item price limit total item price.'], ['smuggled', 'Does totalItemItemsItemPriceLimitTotalItemPrice.'], ['smuggled', 'Items, item, price, limit, total, item, price.'],
    ['copied', 'Goes for (const item of items) { if (item.price <= limit) total += item.price; }'], ['marks', '[] {} => () ;; <= += . () {}.'],
    ['odd', 'Zq3 kf8 vb1 xx9 pq2 rt5k.'], ['unknown', 'Bado kimalu luturo peraso sonafe drinaku.'], ['disguised', 'Sums\u200b the\u200c prices.'], ['disguised', 'Sums the \u0440ri\u0441es of \u0430ll it\u0435ms.'],
    ['symbols', '🔁 📦 ➕ 💰 ⛔.'], ['repeated', 'La la la la lo lo lo lo.'], ['ciphered', 'Gbgny vgrz cevpr yvzvg.'], ['ciphered', 'Latot meti ecirp timil smeti.'], ['ciphered', 'T0t4l 1t3m pr1c3 l1m1t.'],
    ['encoded', 'Gives bGV0IHRvdGFsID0gMDsgZm9yIChpdGVt.'], ['encoded', 'Gives 6c657420746f74616c203d2030.'], ['encoded', 'Codes 108 101 116 32 116 111 116 97 108.'],
    ['spelled', 'T o t a l i t e m p r i c e.'], ['dictated', 'For open paren item close paren open brace total semicolon close brace.'], ['clipped', 'Ttl tms prc lmt.'],
  ];
  it.each(rows)('%s: %s', (measure, text) => {
    const found = report(text);
    expect(found[measure]).toBeGreaterThanOrEqual(0.4);
    expect(found.score).toBeGreaterThanOrEqual(found[measure] as number);
    expect(found.score).toBeLessThanOrEqual(1);
    expect(found.reasons.length).toBeGreaterThan(0);
  });
  it('and a score that is the largest of them, 0 for nothing', () => {
    expect(report('')).toMatchObject({ score: 0, reasons: [], run: 0 });
    expect(report('Sums the prices up to a limit.')).toMatchObject({ score: 0, reasons: [] });
    expect(cheatReport('', 'Sums the prices.', 'go').score).toBe(0);
    expect(cheatReport('((((', '((((', 'c').score).toBeGreaterThanOrEqual(0);
  });
});

describe('code read aloud, numbers and stories', () => {
  const count = 'def word_count(text):\n    counts = {}\n    for word in text.lower().split():\n        counts[word] = counts.get(word, 0) + 1\n    return counts';
  const gcd = 'def gcd(a, b):\n    while b:\n        t = b\n        b = a % b\n        a = t\n    return a';
  const rows: [keyof CheatReport, string, string][] = [
    ['numerals', count, 'The number is 04 11 93 22 14 75 12 33 41 87.'], ['numerals', count, 'Use 4 11 93 22 14 75 12 33 41 87 19 2 5 6 7 4 3 2 9 1.'],
    ['spoken', count, 'Counts starts as braces. Word runs over text dot lower call dot split call. Counts of word becomes counts dot get of word comma zero, plus one.'],
    ['spoken', gcd, 'While b not zero, t gets b, b gets a mod b, a gets t, end, give a.'],
    ['unrelated', count, 'The alpha of the bravo is in the charlie and the delta to the echo.'], ['unrelated', count, 'The red fox jumps over the blue moon while the green dog and the pink cat dance.'],
  ];
  it.each(rows)('%s', (measure, code, text) => { expect(report(text, code, 'python')[measure], text).toBeGreaterThanOrEqual(0.4); });
  it('are not what honest texts are taken for', () => {
    for (const text of ['For each word of text, set counts of word to its count plus one; the result gets sorted.', 'Counts words separated by a dot, a comma or a colon.', 'Gives 1, 2, 4, 8, 16 and 32 for texts of 1 to 6 words.',
      'Each word becomes a key and starts as zero.', 'Parses 2024-01-31 12:30:45 and 10.0.0.1 in text.']) expect(report(text, count, 'python').reasons, text).toEqual([]);
    expect(report('While b is not zero, a becomes b and b becomes the remainder of a by b; then gives a.', gcd, 'python').reasons).toEqual([]);
  });
});

describe('smuggling, by hand', () => {
  it('counts the longest stretch in body order: min(1, longest / 8 + share / 2)', () => {
    // total item items item: 4 words, all of the text.
    expect(smuggling(CODE, 'total item items item', 'javascript')).toEqual({ stretch: 4, share: 1, score: 1 });
    // 6 of 12 words: 6 / 8 + 1 / 4.
    expect(smuggling(CODE, 'Does something good: item price limit total item price before it ends', 'javascript')).toEqual({ stretch: 6, share: 0.5, score: 1 });
    // 5 of 19 words.
    const long = 'It does something that you will like very much, really: item price limit total item before it was over';
    expect(smuggling(CODE, long, 'javascript').score).toBeCloseTo(5 / 8 + 5 / 19 / 2, 9);
    // Backwards is not the order of the body.
    expect(smuggling(CODE, 'limit items 0 total', 'javascript').score).toBe(0);
  });
  it('lets lists of different names be, and not lists that repeat', () => {
    expect(smuggling(CODE, 'Takes items, item, price and limit.', 'javascript').score).toBe(0);
    expect(smuggling(CODE, 'Takes items, item, price, item and limit.', 'javascript').score).toBe(0);
    expect(smuggling(CODE, 'Total, item, items, item, price and limit.', 'javascript').score).toBeGreaterThan(0.5);
  });
  it('reads the body in each language, without its head', () => {
    const heads: [Language, string, string][] = [
      ['javascript', 'const f = (a, b) => a + b', 'a + b'], ['python', 'def f(a, b=(1, 2)):\n    return a', 'return a'], ['ruby', 'def empty?\n  size\nend', 'size end'], ['ruby', 'def f(a)\n  a\nend', 'a end'],
      ['go', 'func (q *Queue) Push(v int) bool { return q.ok }', 'bool { return q.ok }'], ['rust', 'pub(crate) fn f<T>(a: T) -> T { a }', '-> T { a }'], ['java', 'int f(int a) { return a; }', '{ return a; }'],
      ['c', 'static int f(void) { return 1; }', '{ return 1; }'], ['php', 'function f($a) { return $a; }', '{ return $a; }'], ['lua', 'local function f(a) return a end', 'return a end'],
    ];
    for (const [, code, body] of heads) expect(bodyOf(code).replace(/^[\s:=>]+/, '').replace(/\s+/g, ' ').trim(), code).toBe(body.replace(/^-> /, '-> ').replace(/^[\s:=>]+/, ''));
  });
  it('knows the words of code', () => {
    expect(partsOf('parseHTTPHeader_2')).toEqual(['parse', 'http', 'header', '2']);
    expect(partsOf('right0Len')).toEqual(['right', '0', 'len']);
    expect(codeWords('x = f(0x1F, "a b", "one two three") # no', 'python')).toEqual(['x', 'f', '0x1F', 'a', 'b']);
  });
});

describe('honest documentation scores 0', () => {
  it('as algorithm prose, in each language', () => {
    const rows: [Language, string, string][] = [
      ['javascript', 'function sum(a, n) {\n  let total = 0;\n  for (let i = 0; i < n; i++) total = total + a[i];\n  return total;\n}', 'For each i from 0 to n minus 1, set total to total plus a i.'],
      ['python', 'def f(xs, k):\n    out = []\n    for x in xs:\n        if x > k:\n            out.append(x)\n    return out', 'For each x in xs, if x is above k, append x to out; then return out.'],
      ['ruby', 'def f(xs)\n  xs.map { |x| x * 2 }.select { |x| x > 7 }\nend', 'Doubles each x of xs with map, then selects those above 7.'],
      ['go', 'func Max(a, b int) int {\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b\n}', 'If a is greater than b it returns a, otherwise it returns b.'],
      ['rust', 'fn area(w: f64, h: f64) -> f64 {\n    let w = w.max(0.0);\n    w * h\n}', 'Takes the larger of w and 0.0 as the width, and multiplies it by h.'],
      ['java', 'int fact(int n) {\n    int result = 1;\n    for (int i = 2; i <= n; i++) result *= i;\n    return result;\n}', 'Starts result at 1 and multiplies it by every i from 2 up to and including n.'],
      ['c', 'int len(const char *s) {\n  int n = 0;\n  while (s[n] != 0) n++;\n  return n;\n}', 'Counts n up from 0 while the character of s at n is not 0, then returns n.'],
      ['cpp', 'void swap(int &a, int &b) {\n  int t = a;\n  a = b;\n  b = t;\n}', 'Keeps a in t, sets a to b, and then sets b to t.'],
      ['php', 'function f($xs) {\n  $sum = 0;\n  foreach ($xs as $x) { $sum += $x; }\n  return $sum / count($xs);\n}', 'Adds every x of xs to sum, then divides sum by the count of xs.'],
      ['lua', 'function f(t, k)\n  local v = t[k]\n  if v == nil then v = 0 end\n  t[k] = v + 1\nend', 'Reads v from t at k, takes 0 if v is nil, and sets t at k to v plus 1.'],
      ['typescript', 'function id<T>(rows: Map<string, T[]>, key: string): T[] {\n  return rows.get(key) ?? [];\n}', 'Gets the rows under the key, or an empty list when there are none.'],
    ];
    for (const [language, code, text] of rows) expect(report(text, code, language).reasons, text).toEqual([]);
  });
  it('in sections with types and examples', () => {
    const code = 'fn group(rows: Vec<Row>, key: &str) -> HashMap<String, Vec<Row>> {\n    let mut groups: HashMap<String, Vec<Row>> = HashMap::new();\n    for row in rows { groups.entry(row.get(key)).or_default().push(row); }\n    groups\n}';
    expect(report('Summary: Groups rows by the value of a key.\nParams: rows (Vec<Row>): what is grouped\nkey (&str): the field\nReturns: HashMap<String, Vec<Row>>: the rows of each value\nExamples: >>> group(vec![], "a")\n{}', code, 'rust').reasons).toEqual([]);
  });
  it('in other languages, numbers, names, lists and quotations of marks', () => {
    for (const text of [
      'Berechnet die Summe der Preise aller Artikel bis zu einer Grenze.', 'Calcule la somme des prix des articles qui ne dépassent pas la limite.', 'Suma los precios de los artículos hasta un límite.',
      'Restituisce il totale dei prezzi degli articoli entro un limite.', 'Zwraca sumę cen wszystkich towarów do podanego limitu.', 'Складывает цены товаров не выше предела.', '合计不超过上限的商品价格。', 'سعر كل عنصر حتى الحد.',
      'Sums prices, skips nulls, returns a rounded value.', 'Named total. Takes items and limit. Reads the fields price. Constants: 0. Has an if, a for loop and a return.',
      'Encodes UTF-8 text as base64 and sha256, HTTP or JSON, for mp3, i32 and 2D arrays, in O(n log n).', 'Escapes the characters "&", "<", ">", \'"\' and "\'" in a text.',
      'See https://www.example.org/a/b_c?d=kqzx for RFC 3986, section 2, and 127.0.0.1 at 12:30:45.', 'Strengths, lengths and rhythms: catchphrases of the Rijksmuseum.', 'It is what it is, so that that that follows is kept.',
    ]) expect(report(text).reasons, text).toEqual([]);
  });
  it('on the sample corpus at every detail', () => {
    const rng = createRng(9);
    const items = generateCorpus({ seed: 2, count: 600, split: 'train' });
    for (const detail of [WRITER_DETAIL, READER_DETAIL, ORACLE]) {
      for (const item of items) { const text = describeItem(item, rng, detail); expect(report(text, item.code, item.language).reasons, text).toEqual([]); }
    }
  });
  it('on the comments and the facts of a real package', async () => {
    const parser = await createParser(nodeGrammars);
    await parser.load(['javascript']);
    const folder = inModules('lodash-es');
    const items = readdirSync(folder).filter((name) => name.endsWith('.js')).flatMap((name): CodeItem[] => extractFunctions(parser, 'javascript', name, readFileSync(`${folder}/${name}`, 'utf8')).items);
    const rng = createRng(4);
    const documented = items.filter((item) => item.documentation !== '');
    expect(documented.length).toBeGreaterThan(400);
    const own = documented.map((item) => report(item.documentation, item.code, item.language).score);
    const facts = items.map((item) => report(describeItem({ ...item, documentation: '' }, rng, ORACLE), item.code, item.language).score);
    expect(own.filter((score) => score > 0).length).toBeLessThanOrEqual(1);
    expect(facts.filter((score) => score > 0).length).toBeLessThanOrEqual(1);
    // The same functions, smuggled word by word, are seen.
    const long = items.filter((item) => codeWords(bodyOf(item.code), 'javascript').length >= 8);
    const smuggled = long.map((item) => report(`${codeWords(bodyOf(item.code), 'javascript').slice(0, 24).join(' ')}.`, item.code, item.language).score);
    expect(smuggled.filter((score) => score >= 0.5).length / long.length).toBeGreaterThan(0.97);
  });
});

describe('padding of reconstructions', () => {
  const padding = (reconstruction: string, original = CODE, language: Language = 'javascript') => paddingReport(original, reconstruction, language);
  it('is 0 for the same code, other names and a small difference', () => {
    expect(padding(CODE)).toEqual({ comments: 0, repeated: 0, dead: 0, excess: 0, missing: 0, score: 0, reasons: [] });
    expect(padding(CODE.replace(/total/g, 'sum').replace('<=', '<')).score).toBe(0);
    expect(padding(CODE.replace(' <= limit', ''))).toMatchObject({ score: 0 });
  });
  it('sees each kind', () => {
    expect(padding(CODE.replace('let', '// sums the prices of the items that cost no more than the limit\n  let')).comments).toBeGreaterThan(0.2);
    expect(padding(CODE.replace('  let total = 0;\n', '  let total = 0;\n'.repeat(4))).repeated).toBeGreaterThan(0.4);
    expect(padding(CODE.replace('return total;', 'return total;\n  return items;')).dead).toBe(0.5);
    expect(padding(CODE.replace('let', 'if (false) { run(); }\n  while (0) { run(); }\n  let')).dead).toBe(1);
    expect(padding(CODE.replace('let', 'items = items;\n  let')).dead).toBe(0.5);
    expect(padding(CODE.replace('let', 'const unused = 1;\n  let')).dead).toBe(0.5);
    // Three times the tokens: (3 - 4/3) / (2.5 - 4/3) is above 1.
    expect(padding(`${CODE}\n${CODE}\n${CODE}`).excess).toBe(1);
    expect(padding(CODE.slice(0, 40)).missing).toBeGreaterThan(0.5);
    expect(padding('').missing).toBe(1);
  });
  it('does not take ordinary returns for dead code', () => {
    const rows: [Language, string][] = [
      ['javascript', 'function f(a) {\n  if (a) return 1;\n  return call(\n    a,\n  );\n}'], ['javascript', 'function f(a) {\n  switch (a) {\n    case 1:\n      return 2;\n    default:\n      return 3;\n  }\n}'],
      ['python', 'def f(a):\n    if a:\n        return 1\n    elif a is None:\n        raise ValueError\n    else:\n        return 2\n    return 3'], ['python', 'def f(a):\n    for x in a:\n        if x: continue\n        yield x\n    return (a\n            + 1)'],
      ['ruby', 'def f(a)\n  return 1 if a\n  2\nrescue\n  raise\nend'], ['go', 'func F(a int) int {\n\tswitch a {\n\tcase 1:\n\t\treturn 1\n\tdefault:\n\t\tpanic("x")\n\t}\n}'], ['lua', 'function f(a)\n  if a then\n    return 1\n  else\n    return 2\n  end\nend'],
    ];
    for (const [language, code] of rows) expect(paddingReport('', code, language).dead, code).toBe(0);
  });
});

describe('English', () => {
  it('is told from other languages by its words', () => {
    expect(isEnglishWord('stripping') && isEnglishWord('copies') && isEnglishWord('divided') && isEnglishWord('the')).toBe(true);
    expect(isEnglishWord('zq3') || isEnglishWord('berechnet') || isEnglishWord('s')).toBe(false);
    for (const text of ['Sums the prices of the items up to a limit.', 'Named total. Takes items and limit.', 'Returns a rounded value.']) expect(englishShare(text, CODE), text).toBeGreaterThanOrEqual(0.5);
    for (const text of ['Berechnet die Summe der Preise.', 'Suma los precios de los artículos hasta un límite.', 'Складывает цены.', '合计价格。', 'Calcule la somme des prix.']) expect(englishShare(text, CODE), text).toBeLessThan(0.3);
  });
});
