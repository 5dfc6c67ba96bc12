/** `npm run score`: what the command line means, what a pair is, and that the numbers are those of a run's reward. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { root } from '../../scripts/build.mjs';
import { languageNamed, main, pairScorer, readArguments, readPair } from '../../scripts/score';
import type { PairReport } from '../../scripts/score';
import { defaults } from '../../src/config';
import { blend } from '../../src/reward/blend';
import { METRICS, METRIC_NAMES } from '../../src/reward/table';

const SUM = 'function sum(values, start) {\n  let total = start;\n  for (const value of values) total += value;\n  return total;\n}\n';
const MINUS = SUM.replace('+=', '-=');

describe('the command line', () => {
  test('two files, all metrics, the defaults', () => {
    expect(readArguments(['a.js', '/b/c.js'], '/base')).toEqual({
      metrics: METRIC_NAMES, language: null, settings: defaults(), source: { original: '/base/a.js', reconstruction: '/b/c.js', documentation: null } });
  });

  test('chosen metrics, a named language, settings, a list', () => {
    const read = readArguments(['--metrics', 'chrf,edit', '--language', 'JS', '--set', 'weightChrf=1', '--set', 'rDocMode=additive', '--jsonl', '-'], '/base');
    expect([read.metrics, read.language, read.source]).toEqual([['chrf', 'edit'], 'javascript', { jsonl: '-' }]);
    expect([read.settings.weightChrf, read.settings.rDocMode]).toEqual([1, 'additive']);
  });

  test.each([
    [['a.js'], /Two files are compared; 1 is given/], [[], /0 are given/], [['a', 'b', 'c'], /3 are given/],
    [['--metrics', 'edit,simile', 'a', 'b'], /no metric called "simile"; there are .*edit/],
    [['--language', 'cobol', 'a', 'b'], /no language called "cobol"; there are javascript/],
    [['--set', 'weightEdit=2', 'a', 'b'], /between 0 and 1/], [['--set', 'weightEdit', 'a', 'b'], /key=value/],
    [['--set', 'reward=log-likelihood', 'a', 'b'], /asks a model/], [['--set', 'lengthCost=0.1', 'a', 'b'], /counts tokens/],
    [['--set', 'identificationWeight=1', 'a', 'b'], /ask a model/], [['--set', 'factWeight=1', 'a', 'b'], /leave factWeight at 0/],
    [['--set', 'weightEmbedding=1', 'a', 'b'], /in the page/],
    [['--jsonl', 'p', 'a', 'b'], /brings its own pairs/], [['--bogus', 'a', 'b'], /--bogus/],
  ])('%j is refused with a reason and the usage', (args, reason) => {
    expect(() => readArguments(args, '/base')).toThrow(reason);
    expect(() => readArguments(args, '/base')).toThrow(/Usage: npm run score/);
  });

  test('languages go by their own names, by extensions and as people write them', () => {
    expect(['JavaScript', 'js', '.py', 'rb', 'C++', 'golang', 'TSX', 'h++', 'constructor', 'cobol', ''].map(languageNamed))
      .toEqual(['javascript', 'javascript', 'python', 'ruby', 'cpp', 'go', 'tsx', 'cpp', null, null, null]);
  });
});

describe('a line of pairs', () => {
  test('has two texts and a language, its own or the one for all', () => {
    expect(readPair('{"original":"a","reconstruction":"b","language":"py","documentation":null}', null)).toEqual({ original: 'a', reconstruction: 'b', language: 'python' });
    expect(readPair('{"original":"a","reconstruction":"","documentation":"D."}', 'go')).toEqual({ original: 'a', reconstruction: '', language: 'go', documentation: 'D.' });
  });

  test.each([
    ['{"original":"a"', /not JSON/], ['[1]', /not a JSON object/], ['{"original":"a","language":"js"}', /"reconstruction" must be a string/],
    ['{"original":1,"reconstruction":"b","language":"js"}', /"original" must be a string/], ['{"original":"a","reconstruction":"b"}', /without "language"/],
    ['{"original":"a","reconstruction":"b","language":"cobol"}', /no language called "cobol"/], ['{"original":"a","reconstruction":"b","language":"js","documentation":3}', /"documentation"/],
  ])('%s is refused', (line, reason) => { expect(() => readPair(line, null)).toThrow(reason); });
});

describe('scores', () => {
  const settings = defaults();

  test('equal code is 1 under every metric that applies, and the similarity is the blend of the weighted ones, whatever is printed', async () => {
    const score = await pairScorer(['javascript'], { metrics: METRIC_NAMES, settings });
    const equal = score({ original: SUM, reconstruction: SUM, language: 'javascript' });
    for (const name of METRIC_NAMES) expect(equal.metrics[name], name).toBeCloseTo(1, 9);
    expect(equal).toMatchObject({ parses: true, exact: true, similarity: 1, reward: 1, r_doc: 1, leak: 0 });

    const near = score({ original: SUM, reconstruction: MINUS, language: 'javascript' });
    const weights = Object.fromEntries(METRIC_NAMES.map((name) => [name, settings[METRICS[name].weight]]));
    const known = Object.fromEntries(Object.entries(near.metrics).filter(([, value]) => value !== null)) as Record<string, number>;
    expect(near.similarity).toBeCloseTo(blend(known, weights), 12);
    expect(near.metrics['edit']).toBeCloseTo(1 - 1 / 28, 12);
    const few = (await pairScorer(['javascript'], { metrics: ['chrf'], settings }))({ original: SUM, reconstruction: MINUS, language: 'javascript' });
    expect(few.metrics).toEqual({ chrf: near.metrics['chrf'] });
    expect(few.similarity).toBe(near.similarity);
  });

  test('a metric without a weight is printed and does not count', async () => {
    const score = await pairScorer(['javascript'], { metrics: ['exact', 'f1'], settings: { ...settings, weightEdit: 0, weightF1: 1, weightChrf: 0, weightStructure: 0 } });
    const made = score({ original: SUM, reconstruction: MINUS, language: 'javascript' });
    expect(made.metrics['exact']).toBe(0);
    expect(made.similarity).toBe(made.metrics['f1']);
  });

  test('what does not parse is said, and a metric that needs the tree of an unparsable original is null', async () => {
    const score = await pairScorer(['python'], { metrics: METRIC_NAMES, settings });
    expect(score({ original: 'def f(a):\n  return a', reconstruction: 'def f(a:\n  return a', language: 'python' })).toMatchObject({ parses: false, exact: false, reason: 'does not parse', metrics: { structure: 0 } });
    expect(score({ original: 'def f(a', reconstruction: 'def f(a):\n  return a', language: 'python' }).metrics['structure']).toBeNull();
    expect(score({ original: 'def f(a):\n  return a', reconstruction: '', language: 'python' })).toMatchObject({ reason: 'empty', similarity: 0, reward: 0 });
  });

  test('documentation multiplies the reward by R_doc; copied code is refused', async () => {
    const score = await pairScorer(['javascript'], { metrics: ['edit'], settings });
    const judged = (documentation: string): PairReport => score({ original: SUM, reconstruction: MINUS, language: 'javascript', documentation });
    const { similarity } = judged('Adds all numbers of a list to a first value.');
    expect(judged('Adds all numbers of a list to a first value.')).toMatchObject({ r_doc: 1, reward: similarity });
    expect(judged('adds all numbers of a list to a first value')).toMatchObject({ r_doc: 0.5, r_doc_reason: 'no capital first letter, no final period', reward: similarity / 2 });
    const copied = judged('It is let total = start; for (const value of values) total += value; return total.');
    expect(copied).toMatchObject({ r_doc: 0, reward: 0, similarity });
    expect(copied.leak).toBeGreaterThan(0.3);
  });

  test('padding and smuggled code have the price that a run asks, and none when it is set to 0', async () => {
    const padded = `${SUM}// ${'sum values start total value of const let return '.repeat(6)}\n`, smuggled = 'Function sum values start let total start for const value of values total value return total.';
    const judge = async (reconstruction: string, documentation: string, differences: Partial<ReturnType<typeof defaults>> = {}): Promise<PairReport> =>
      (await pairScorer(['javascript'], { metrics: ['edit'], settings: { ...settings, leakPenalty: false, ...differences } }))({ original: SUM, reconstruction, language: 'javascript', documentation });
    const honest = await judge(SUM, 'Adds all numbers of a list to a first value.');
    expect(honest).toMatchObject({ cheat: 0, padding: 0, reward: 1 });
    const fat = await judge(padded, 'Adds all numbers of a list to a first value.');
    expect(fat.padding).toBeGreaterThan(0.2);
    expect(fat.reward).toBeCloseTo(fat.similarity - 0.5 * fat.padding!, 12);
    const told = await judge(SUM, smuggled, { cheatPenalty: 0.4 });
    expect(told.cheat).toBeGreaterThan(0.2);
    expect(told.reward).toBeCloseTo((1 - 0.4 * told.cheat!) * told.r_doc, 12);
    expect(told.r_doc).toBeGreaterThan(0);
    expect((await judge(padded, smuggled, { cheatPenalty: 0, paddingPenalty: 0 })).reward).toBeCloseTo(fat.similarity * told.r_doc, 12);
  });

  test('the rules of the check are settings', async () => {
    const reward = async (differences: Partial<ReturnType<typeof defaults>>): Promise<number> =>
      (await pairScorer(['javascript'], { metrics: ['edit'], settings: { ...settings, ...differences } }))({ original: SUM, reconstruction: SUM, language: 'javascript', documentation: 'adds all numbers of a list' }).r_doc;
    expect([await reward({}), await reward({ documentationStrictness: 'loose' }), await reward({ documentationStrictness: 'off' })]).toEqual([0.5, 1, 1]);
  });

  test('the additive check subtracts as a run does', async () => {
    const score = await pairScorer(['javascript'], { metrics: ['edit'], settings: { ...settings, rDocMode: 'additive' } });
    const made = score({ original: SUM, reconstruction: SUM, language: 'javascript', documentation: 'adds all numbers' });
    expect(made.reward).toBeCloseTo(1 - 0.1 - 0.3 * made.leak, 12);
  });

  test('the parameters of a sectioned documentation are those of the original, a bare method\'s too', async () => {
    const score = await pairScorer(['javascript', 'python'], { metrics: ['edit'], settings: { ...settings, documentationStructure: 'sections' } });
    const sections = (...params: string[]): string => `Summary: Adds all numbers of a list.\nParams:\n${params.map((name) => `${name}: what is given`).join('\n')}\nReturns: The total of them all.\nExamples: none`;
    const rDoc = (original: string, language: 'javascript' | 'python', documentation: string): number => score({ original, reconstruction: original, language, documentation }).r_doc;
    expect(rDoc(SUM, 'javascript', sections('values', 'start'))).toBe(1);
    expect(rDoc(SUM, 'javascript', sections('values'))).toBe(0.5);
    expect(rDoc('sum(values, start) {\n  return values.reduce((a, b) => a + b, start);\n}', 'javascript', sections('values', 'start'))).toBe(1);
    expect(rDoc('def sum(self, values):\n  return 0', 'python', sections('self', 'values'))).toBe(1);
    // The closure inside is a function with a name of its own; it is not what is documented.
    expect(rDoc('sum(values, start) {\n  const add = (a, b) => a + b;\n  return values.reduce(add, start);\n}', 'javascript', sections('values', 'start'))).toBe(1);
  });
});

describe('as a process', () => {
  let home: string;
  beforeAll(async () => { home = await mkdtemp(join(tmpdir(), 'batcoder-score-')); });
  afterAll(async () => { await rm(home, { recursive: true }); });
  const run = async (args: string[], input = ''): Promise<{ status: number | null; stdout: string; stderr: string }> => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), join(root, 'scripts/score.ts'), ...args], { cwd: home, env: { ...process.env, INIT_CWD: home } });
    let stdout = '', stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    child.on('error', reject);
    child.on('close', (status) => { resolve({ status, stdout, stderr }); });
    child.stdin.end(input);
  });

  test('two files: one object, nothing else, status 0; the extension names the language', async () => {
    await writeFile(join(home, 'a.js'), SUM);
    await writeFile(join(home, 'b.js'), MINUS);
    const ran = await run(['a.js', 'b.js', '--metrics', 'edit']);
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(JSON.parse(ran.stdout)).toMatchObject({ metrics: { edit: 1 - 1 / 28 }, parses: true, exact: false });
    const missing = await run(['a.js', 'gone.js']);
    expect([missing.status, missing.stdout]).toEqual([1, '']);
    expect(missing.stderr).toContain('gone.js');
  });

  test('a list: a bad line is named by its number and holds its place, the others are scored', async () => {
    const pair = (reconstruction: string): string => JSON.stringify({ original: SUM, reconstruction, language: 'js' });
    const ran = await run(['--jsonl', '-', '--metrics', 'exact'], `${pair(SUM)}\n\n{broken\n${pair(MINUS)}\n`);
    const lines = ran.stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(ran.status).toBe(1);
    expect(lines).toHaveLength(3);
    expect([lines[0]!['metrics'], lines[1]!['line'], lines[2]!['metrics']]).toEqual([{ exact: 1 }, 3, { exact: 0 }]);
    expect(ran.stderr).toMatch(/^line 3: not JSON/);
    expect((await run(['--metrics', 'nothing', 'a', 'b'])).status).toBe(2);
  });
});

test('a file that is no UTF-8 is scored, and the reason says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'batcoder-utf8-')), written: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => { written.push(String(text)); return true; });
  try {
    await writeFile(join(folder, 'a.py'), Buffer.from([0x78, 0x3d, 0x22, 0xe9, 0x22]));
    await writeFile(join(folder, 'b.py'), 'x=1');
    expect(await main([join(folder, 'a.py'), join(folder, 'b.py')])).toBe(0);
  } finally {
    out.mockRestore();
    await rm(folder, { recursive: true });
  }
  expect((JSON.parse(written.join('')) as PairReport).reason).toBe('invalid UTF-8');
});
