/** Measuring from question to numbers with the real sandbox and a writer of fixed answers: what is asked, what is counted, and that it comes out the same again. */
import { beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../src/benchmark/formats';
import type { Problem } from '../../src/benchmark/problem';
import { readBenchmark } from '../../src/benchmark/read';
import { ratesOf, shared, summary, toCsv, toJsonLines, kept } from '../../src/benchmark/results';
import type { Measurement, ProblemResult } from '../../src/benchmark/results';
import { sanitise } from '../../src/benchmark/sanitise';
import { DEFAULT_TEMPLATE } from '../../src/benchmark/template';
import { createParser } from '../../src/corpus/parser';
import { judgeAnswers, prepare } from '../../src/loop/judge_answers';
import type { Judge, Ready } from '../../src/loop/judge_answers';
import { STREAM } from '../../src/loop/lab';
import { measureModel, measureSamples } from '../../src/loop/measure';
import type { MeasuredModel, MeasureOptions, MeasureParts } from '../../src/loop/measure';
import { createPrompts } from '../../src/rl/prompts';
import type { SandboxRequest } from '../../src/sandbox/languages';
import { createSandbox } from '../../src/sandbox/serve_quickjs';
import type { GenerateRequest, TokenizerApi } from '../../src/types';
import { blob, EVAL_PLUS_JS, HUMAN_EVAL_JS, HUMAN_EVAL_PYTHON, lines, MULTIPL_JS } from '../benchmark/fixtures';
import { nodeGrammars } from '../corpus/node_grammars';

const sandbox = createSandbox();
let ran: SandboxRequest[] = [];
const executor: Judge = {
  languages: ['javascript', 'typescript', 'tsx'],
  judge: async (jobs, onDone) => { ran.push(...jobs); const all = []; for (const job of jobs) { all.push(await sandbox.run(job)); onDone?.(all.length); } return all; },
};
let parts: MeasureParts;
beforeAll(async () => {
  const parser = await createParser(nodeGrammars);
  await parser.load(['javascript', 'python']);
  parts = { executor, sanitise: list => Promise.resolve(list.map(({ text, entry, language, also }) => sanitise(parser, text, entry, language, also))), stopping: () => false };
});

const js = HUMAN_EVAL_JS.map(record => problemOf(record as never, 'HumanEval', 'own')), multipl = MULTIPL_JS.map(record => problemOf(record as never, 'MultiPL-E', 'own'));
const plus = problemOf(EVAL_PLUS_JS as never, 'EvalPlus', 'own');
const own: Problem = { id: 'suite/add', source: 'suite', language: 'javascript', entry: 'add', params: ['a', 'b'], description: 'Adds.', prompt: '', signature: 'function add(a, b) {', reference: '', stop: [], check: { kind: 'outputs', inputs: [[1, 2], [0.5, 0.5]], expected: [3, 1] } };
const judge = async (problem: Problem, programs: string[]): Promise<ProblemResult> => { const { ready } = await prepare(executor, [problem]); return (await judgeAnswers(executor, [{ ready: ready[0]!, programs }]))[0]!; };

describe('judging', () => {
  it('counts samples, runs equal programs once, and keeps what each said', async () => {
    ran = [];
    const right = 'function one() { return 1 }', result = await judge(js[0]!, [right, 'function one() { return 2 }', right, 'function one() {', right]);
    expect([result.n, result.c, result.plus, ran.length]).toEqual([5, 3, undefined, 3]);
    expect(result.answers.map(({ count, passed, ending, said }) => [count, passed, ending, said])).toEqual([[3, true, 'ran', ''], [1, false, 'threw', 'Error: got 2, expected 1'], [1, false, 'undefined', expect.any(String)]]);
  });
  it('EvalPlus: what the reference gives is right, and the harder inputs are counted apart', async () => {
    ran = [];
    const body = (text: string): string => `function mean(xs) { ${text} }`;
    const result = await judge(plus, [body('return xs.length === 0 ? 0 : xs.reduce((a, b) => a + b) / xs.length'), body('return xs.reduce((a, b) => a + b, 0) / xs.length'), body('return xs[0]'), body('let s = 0; for (const x of xs) s += x; return xs.length ? s / xs.length + 1e-9 : 0')]);
    expect([result.n, result.c, result.plus]).toEqual([4, 3, 2]);
    expect(result.answers.map(({ passed, plus, failed }) => [passed, plus, failed?.input, failed?.expected, failed?.got])).toEqual([
      [true, true, undefined, undefined, undefined], [true, false, '[]', '0', 'null'], [true, true, undefined, undefined, undefined], [false, false, '[1,2,3]', '2', '1'],
    ]);
    // What is expected was never sent in.
    expect(ran.every(job => !('expected' in job))).toBe(true);
    // A program that failed is not run on: the reference, four on the base, three on the rest.
    expect(ran.length).toBe(1 + 4 + 3 + 0);
  });
  it('problems of our own judge what is done, not what it is called; published ones ask for the name', async () => {
    expect((await judge(own, ['function add(a, b) { return a + b }', 'function sum(a, b) { return a + b }', 'function sum(a, b) { return a * b }'])).c).toBe(2);
    expect((await judge(plus, ['function other(xs) { return xs.length === 0 ? 0 : xs.reduce((a, b) => a + b) / xs.length }'])).c).toBe(0);
  });
  it('long lists of inputs go in stretches, each with its own expectations', async () => {
    const many: Problem = { ...own, check: { kind: 'outputs', inputs: Array.from({ length: 100 }, (_, i) => [i, 1]), expected: Array.from({ length: 100 }, (_, i) => i + 1) } };
    ran = [];
    expect((await judge(many, ['function add(a, b) { return a + b }', 'function add(a, b) { return a === 90 ? 0 : a + b }'])).answers.map(({ passed, failed }) => [passed, failed])).toEqual([[true, undefined], [false, { input: '90,1', expected: '91', got: '0' }]]);
    expect(ran.map(job => job.inputs!.length)).toEqual([40, 40, 40, 40, 20, 20]);
  });
  it('a problem whose solution gives nothing here, or whose language nothing runs, is left out and said', async () => {
    const { ready, notes } = await prepare(executor, [{ ...plus, reference: 'function mean(xs) { throw 1 }' }, problemOf(HUMAN_EVAL_PYTHON as never, 'HumanEval', 'own'), own]);
    expect([ready.map(({ problem }) => problem.id), notes.length, notes.join(' ')]).toEqual([['suite/add'], 2, expect.stringMatching(/1 problem in python left out.*1 problem left out: the published solution gave nothing/)]);
  });
});

describe('answers of a file', () => {
  it('HumanEval\'s shipped example: six answers to one problem, three right, pass@1 0.5', async () => {
    const { problems } = (await readBenchmark('p', blob(lines(HUMAN_EVAL_JS))))[0]!;
    // As the example does: a call of the machine, one that waits, one that asks, and three spellings of the right one.
    const completions = ['  require("child_process")\n}', '  for (;;) {}\n  return 1;\n}', '  return prompt("a number");\n}', '  return 1;\n}', ' return 1;\n}', '\treturn 1;\n}'];
    const { samples } = (await readBenchmark('s', blob(lines([...completions.map(completion => ({ task_id: 'own/0', completion })), { task_id: 'OWN/1', solution: 'const twice = n => n + n' }, { task_id: 'strange/1', completion: '' }]))))[0]!;
    const { ready } = await prepare(executor, problems), results: (ProblemResult | null)[] = [null, null];
    const { notes } = await measureSamples(samples, ready, 'whole', parts, { wrote: () => undefined, result: (place, result) => { results[place] = result; } });
    expect([ratesOf([results[0]!]).pass[0]!.value, results[0]!.n, results[0]!.c, results[1]!.c, notes]).toEqual([0.5, 6, 3, 1, ['1 answer belongs to no problem that is measured here, and was not run.']]);
    expect(results[0]!.answers.map(({ ending, passed }) => [ending, passed])).toEqual([['ran', true], ['ran', true], ['ran', true], ['threw', false], ['time', false], ['threw', false]]);
  });
});

/** A tokenizer whose tokens are characters, and specials above them. */
const SPECIAL = ['<|pad|>', '<|bos|>', '<|end|>', '<|code|>', '<|doc|>', '<|javascript|>'];
const tokenizer: TokenizerApi = {
  encode: text => Array.from(text, c => c.charCodeAt(0)), decode: ids => String.fromCharCode(...Array.from(ids).filter(id => id < 1000)),
  special: token => 1000 + SPECIAL.indexOf(token), hasSpecial: token => SPECIAL.includes(token), vocabSize: 2000, json: '', hash: '',
};
/** Writes what `answer` says for the prompt's text and the sample's number. */
function writer(answer: (prompt: string, sample: number) => string, positions = 2000): { model: MeasuredModel; asked: GenerateRequest[] } {
  const asked: GenerateRequest[] = [];
  const generate: MeasuredModel['trainer']['generate'] = (request, onRows) => {
    asked.push(request);
    const tokens = request.prompts.flatMap(prompt => Array.from({ length: request.samplesPerPrompt }, (_, s) => Int32Array.from([...tokenizer.encode(answer(tokenizer.decode(prompt), s)), 1002])));
    onRows?.(tokens.map((row, i) => ({ row: i, tokens: row, logps: new Float32Array(row.length), finished: true })));
    return Promise.resolve({ tokens, logps: [], finished: tokens.map(() => true) });
  };
  return { asked, model: { name: 'writer', trainer: { generate }, tokenizer, prompts: createPrompts(tokenizer, 128), positions } };
}
const OPTIONS: MeasureOptions = { n: 2, temperature: 0.8, topP: 0.95, longest: 100, seed: 9, taking: 'evalplus', template: DEFAULT_TEMPLATE };

async function measured(answer: (prompt: string, sample: number) => string, problems: readonly Ready[], options: Partial<MeasureOptions> = {}, positions?: number) {
  const { model, asked } = writer(answer, positions), results: (ProblemResult | null)[] = problems.map(() => null), told: [number, number][] = [];
  await measureModel(model, problems, { ...OPTIONS, ...options }, parts, { wrote: (done, total) => { told.push([done, total]); }, result: (place, result) => { results[place] = result; } });
  return { results, asked, told };
}

describe('a model', () => {
  it('is asked in the reader\'s form by default, with keyed draws, and its programs are run', async () => {
    const { ready } = await prepare(executor, [own, ...multipl]);
    const { results, asked, told } = await measured((prompt, s) => (prompt.startsWith('Adds.') ? `function add(a, b) { return a ${s === 0 ? '+' : '-'} b }` : 'Sure:\n```js\nfunction last(xs) { return xs.at(-1) }\n```'), ready);
    expect(asked.length).toBe(1);
    expect(asked[0]).toMatchObject({ samplesPerPrompt: 2, maxNewTokens: 100, temperature: 0.8, topP: 0.95, topK: 0, seed: 9, step: 0, stream: STREAM.measure, endId: 1002 });
    expect(Array.from(asked[0]!.prompts[0]!)).toEqual([1001, 1004, ...tokenizer.encode('Adds.'), 1003, 1005]);
    expect(results.map(result => [result!.n, result!.c])).toEqual([[2, 1], [2, 0], [2, 2]]);
    expect(told.at(-1)).toEqual([6, 6]);
  });
  it('goes on from the head or the prompt where the template says so', async () => {
    const { ready } = await prepare(executor, [multipl[0]!]), rest = '  return xs.slice(1).map((x, i) => [xs[i], x]);\n}\n// and more\nthrow 1';
    const given = await measured(() => rest, ready, { template: { ...DEFAULT_TEMPLATE, given: true } });
    expect([given.results[0]!.c, tokenizer.decode(given.asked[0]!.prompts[0]!)]).toEqual([2, `${multipl[0]!.description}function pairs(xs){`]);
    const text = await measured(() => rest, ready, { taking: 'whole', template: { ...DEFAULT_TEMPLATE, form: 'text' } });
    expect([text.results[0]!.c, Array.from(text.asked[0]!.prompts[0]!)]).toEqual([2, [1001, ...tokenizer.encode(multipl[0]!.prompt)]]);
  });
  it('many samples and problems are asked in requests that the decoder holds, each with a key of its own', async () => {
    const { ready } = await prepare(executor, Array.from({ length: 3 }, (_, i): Problem => ({ ...own, id: `p${i}` })));
    const { results, asked } = await measured((_, s) => `function add(a, b) { return a + b + ${s % 2} }`, ready, { n: 150 });
    expect(asked.map(({ prompts, samplesPerPrompt, step }) => [prompts.length, samplesPerPrompt, step])).toEqual([[2, 50, 0], [2, 50, 1], [2, 50, 2], [1, 50, 3], [1, 50, 4], [1, 50, 5]]);
    expect(results.map(result => [result!.n, result!.c, result!.answers.length])).toEqual([[150, 75, 2], [150, 75, 2], [150, 75, 2]]);
    expect(ratesOf(results as ProblemResult[]).pass.map(rate => rate?.value)).toEqual([0.5, expect.closeTo(0.99938, 3), 1]);
  });
  it('what cannot be put to it is not right, and the reason is kept', async () => {
    const { ready } = await prepare({ ...executor, languages: ['javascript', 'python'] }, [{ ...own, description: 'x'.repeat(400) }, problemOf(HUMAN_EVAL_PYTHON as never, 'HumanEval', 'own'), own]);
    const { results, asked } = await measured(() => 'function add(a, b) { return a + b }', ready, {}, 300);
    expect(results.map(result => [result!.n, result!.c, result!.said])).toEqual([[2, 0, expect.stringMatching(/has 404 tokens, and writer reads 300/)], [2, 0, expect.stringMatching(/no token for python/)], [2, 2, '']]);
    expect(asked[0]!.prompts.length).toBe(1);
  });
  it('stops between requests and keeps what came before', async () => {
    const { ready } = await prepare(executor, Array.from({ length: 4 }, (_, i): Problem => ({ ...own, id: `p${i}` })));
    const { model, asked } = writer(() => 'function add(a, b) { return a + b }'), results: (ProblemResult | null)[] = [null, null, null, null];
    await measureModel(model, ready, { ...OPTIONS, n: 64 }, { ...parts, stopping: () => results.some(result => result !== null) }, { wrote: () => undefined, result: (place, result) => { results[place] = result; } });
    expect([asked.length, results.filter(result => result !== null).length]).toEqual([2, 2]);
  });
});

describe('what is shown of it', () => {
  const result = (c: number, n = 10): ProblemResult => ({ n, c, said: '', answers: [{ code: '=f(),\n"x"', count: n, passed: c > 0, ending: 'ran', said: '' }] });
  const measurement: Measurement = {
    subjects: [{ name: 'before', ref: 'starter', kind: 'model' }, { name: '=after', ref: 'run:x@1', kind: 'model' }], partial: false, notes: [],
    how: { n: 10, temperature: 0.8, topP: 0.95, longest: 100, seed: 0, taking: 'evalplus', template: '' }, problems: [own, { ...own, id: 'b' }, { ...own, id: 'c', language: 'ruby' as const }].map(kept), results: [[result(1), result(0), null], [result(5), result(0), result(2)]],
  };
  it('compares over the problems that all have come to, whole and by language', () => {
    expect(shared(measurement)).toEqual([0, 1]);
    const both = { ...measurement, results: [[result(1), result(0), result(0)], [result(5), result(0), result(2)]] }, rows = summary(both);
    expect(rows.map(({ language, rates, gain }) => [language, rates.map(({ pass }) => pass[0]!.value.toFixed(3)), gain![0]!.value.toFixed(3)])).toEqual([[null, ['0.033', '0.233'], '0.200'], ['javascript', ['0.050', '0.250'], '0.200'], ['ruby', ['0.000', '0.200'], '0.200']]);
    expect(rows[0]!.rates[0]!.pass[2]).toBeNull();
  });
  it('the harder tests are rated over the problems that have some', () => {
    const found = ratesOf([{ ...result(6), plus: 3 }, { ...result(8), plus: 8 }, result(10)]);
    expect([found.pass[0]!.value, found.plus![0]!.value, found.plus![0]!.problems, ratesOf([result(1)]).plus]).toEqual([expect.closeTo(0.8, 12), expect.closeTo(0.55, 12), 2, null]);
  });
  it('goes out as lines and as a table that no spreadsheet takes for a formula', () => {
    expect(toJsonLines(measurement).trim().split('\n').map(line => JSON.parse(line) as unknown)[0]).toEqual({ task_id: 'suite/add', language: 'javascript', model: 'before', solution: '=f(),\n"x"', count: 10, passed: true, result: 'passed' });
    const table = toCsv(measurement).trim().split('\n');
    expect([table.length, table[0], table[1], table[3]]).toEqual([6, 'task_id,source,language,model,samples,passed,passed_plus,pass@1,pass@10,pass@100,programs,note', 'suite/add,suite,javascript,before,10,1,,0.1,1,,1,', "suite/add,suite,javascript,'=after,10,5,,0.5,1,,1,"]);
  });
});
