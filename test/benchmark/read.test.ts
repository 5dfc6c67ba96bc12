/** Files of benchmarks as problems: each published form by its keys, packed and not, and every bad one refused with its place. */
import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/benchmark/formats';
import type { Problem } from '../../src/benchmark/problem';
import { readBenchmark } from '../../src/benchmark/read';
import { blob, EVAL_PLUS_JS, HUMAN_EVAL_JS, HUMAN_EVAL_PYTHON, lines, MBPP, MBPP_PLUS, MBPP_SANITISED, MULTIPL_JS } from './fixtures';

const read = async (records: readonly unknown[], name = 'own.jsonl') => (await readBenchmark(name, blob(lines(records))))[0]!;
const only = async (record: unknown): Promise<Problem> => (await read([record])).problems[0]!;
const refusal = async (text: string | Uint8Array, name = 'own.jsonl', caps = {}): Promise<string> => readBenchmark(name, blob(text), caps).then(() => 'read', (error: Error) => `${error.name}: ${error.message}`);

describe('the form is known by its keys, in their order', () => {
  it('each published form is its own', () => {
    expect([EVAL_PLUS_JS, MULTIPL_JS[0], HUMAN_EVAL_PYTHON, MBPP, MBPP_SANITISED, MBPP_PLUS, { task_id: 'a', completion: '' }, { code: '' }, { content: '', language: 'go' }, { some: 1 }].map((record) => formatOf(record as never)))
      .toEqual(['EvalPlus', 'MultiPL-E', 'HumanEval', 'MBPP', 'MBPP sanitised', 'MBPP+', 'samples', 'corpus', 'corpus', null]);
  });
  it('the first that fits counts', () => {
    // EvalPlus keeps HumanEval's keys, MBPP has code as a corpus has.
    expect(formatOf({ ...HUMAN_EVAL_PYTHON, plus_input: [] } as never)).toBe('EvalPlus');
    expect(formatOf({ ...MULTIPL_JS[0], test: '', entry_point: 'a' } as never)).toBe('MultiPL-E');
    expect(formatOf({ ...MBPP, prompt: 'p' } as never)).toBe('MBPP');
    expect(formatOf({ tests: '', stop_tokens: [], task_id: 'x', completion: 'y' } as never)).toBe('MultiPL-E');
  });
});

describe('problems', () => {
  it('HumanEval: head, parameters and words from the docstring, check called after the tests', async () => {
    expect(await only(HUMAN_EVAL_PYTHON)).toMatchObject({
      id: 'own/2', source: 'own.jsonl', language: 'python', entry: 'longest', params: ['words', 'least'], signature: 'def longest(words: List[str], least: int = 1) -> str:',
      description: 'The longest of the words\nthat has at least so many letters.\n>>> longest(["a", "bcd"])\n\'bcd\'', reference: HUMAN_EVAL_PYTHON.prompt + HUMAN_EVAL_PYTHON.canonical_solution,
      check: { kind: 'tests', tests: `${HUMAN_EVAL_PYTHON.test}\ncheck(longest)` },
    });
    expect(await only(HUMAN_EVAL_JS[1])).toMatchObject({ language: 'javascript', signature: 'function twice(n) {', params: ['n'], description: 'Twice the number.\nIt may be negative.' });
  });
  it('MultiPL-E: the function that the tests call, words from the comment, stop tokens', async () => {
    expect(await only(MULTIPL_JS[0])).toMatchObject({ id: 'own_0_pairs', language: 'javascript', entry: 'pairs', params: ['xs'], signature: 'function pairs(xs){', description: 'Every number with the one after it.\n>>> pairs([1, 2])\n[[1, 2]]', stop: ['\nfunction ', '\n/*', '\n//', '\nconsole.log'], reference: '' });
    const lua = { ...MULTIPL_JS[0], name: 'l', language: 'lua', prompt: '-- Adds.\nlocal function add(a, b)\n', tests: "lu = require('luaunit')\nfunction test_humaneval()\nlocal candidate = add\nlu.assertEquals(candidate(1, 2), 3)\nend\nos.exit(lu.LuaUnit.run())" };
    const ruby = { ...MULTIPL_JS[0], name: 'r', language: 'rb', prompt: '# Adds.\ndef add(a, b)\n', tests: 'class T < Test::Unit::TestCase\n  def test_add\n    candidate = method(:add)\n  end\nend' };
    const go = { ...MULTIPL_JS[0], name: 'g', language: 'go', prompt: 'package add_test\n\nimport (\n    "testing"\n)\n\n// Adds.\nfunc add(a int, b int) int {\n', tests: 'func TestAdd(t *testing.T) {\n  candidate := add\n}' };
    const java = { ...MULTIPL_JS[0], name: 'j', language: 'java', prompt: 'import java.util.*;\nclass Problem {\n    // Adds.\n    public static long add(long a, long b) {\n', tests: '    }\n    public static void main(String[] args) {}\n}' };
    expect((await read([lua, ruby, go, java])).problems.map(({ language, entry, params, signature, description }) => [language, entry, params.join(), signature, description])).toEqual([
      ['lua', 'add', 'a,b', 'local function add(a, b)', 'Adds.'], ['ruby', 'add', 'a,b', 'def add(a, b)', 'Adds.'],
      ['go', 'add', 'a,b', 'func add(a int, b int) int {', 'Adds.'], ['java', 'add', 'a,b', '    public static long add(long a, long b) {', 'Adds.'],
    ]);
  });
  it('EvalPlus: argument lists of both kinds, and what is expected left to the reference', async () => {
    expect(await only(EVAL_PLUS_JS)).toMatchObject({ entry: 'mean', reference: EVAL_PLUS_JS.prompt + EVAL_PLUS_JS.canonical_solution, check: { kind: 'outputs', inputs: [[[1, 2, 3]], [[4]], [[]], [[0.1, 0.2]]], expected: [], base: 2, atol: 1e-6 } });
    expect(await only({ ...EVAL_PLUS_JS, task_id: 'Mbpp/2', language: undefined, prompt: '"""\nWrite a function to add.\nassert add(1, 2) == 3\n"""\n', canonical_solution: '\ndef add(a, b):\n    return a + b\n', entry_point: 'add', plus_input: {}, atol: 0.01 }))
      .toMatchObject({ language: 'python', signature: '', params: ['a', 'b'], description: 'Write a function to add.\nassert add(1, 2) == 3', check: { base: 2, atol: 0.01 } });
  });
  it('MBPP in its three forms: the function that the tests name, set up before them', async () => {
    expect(await only(MBPP)).toMatchObject({ id: 'mbpp/11', language: 'python', entry: 'add_two', params: ['a', 'b'], prompt: '', signature: '', reference: MBPP.code, description: `${MBPP.text}\n${MBPP.test_list.join('\n')}`, check: { kind: 'tests', tests: ['import math', ...MBPP.test_list].join('\n') } });
    expect((await only(MBPP_SANITISED)).check).toEqual({ kind: 'tests', tests: ['import math', ...MBPP.test_list].join('\n') });
    expect((await only(MBPP_PLUS)).check).toMatchObject({ plus: MBPP_PLUS.test });
    expect((await only({ ...MBPP, test_list: ['assert set(sorted(add_two(1, 2))) == {3}'] })).entry).toBe('add_two');
  });
  it('a language that is not known is counted, and no fault of the file', async () => {
    const file = await read([MULTIPL_JS[0], { ...MULTIPL_JS[0], name: 'd', language: 'd' }, { ...MULTIPL_JS[0], name: 'd2', language: 'd' }]);
    expect([file.problems.length, file.unknown]).toEqual([1, { d: 2 }]);
    expect(await refusal(lines([{ ...MULTIPL_JS[0], language: 'racket' }]))).toMatch(/none of its problems is in a language that is known here \(racket\)/);
  });
});

describe('files', () => {
  it('a list, one record over several lines, gzip and zip come to the same', async () => {
    const plain = (await read(HUMAN_EVAL_JS)).problems;
    expect((await readBenchmark('own.jsonl', blob(JSON.stringify(HUMAN_EVAL_JS, null, 2))))[0]!.problems).toEqual(plain);
    expect((await readBenchmark('own.jsonl', blob(JSON.stringify(HUMAN_EVAL_JS[0], null, 2))))[0]!.problems).toEqual(plain.slice(0, 1));
    expect((await readBenchmark('own.jsonl', blob(gzipSync(strToU8(lines(HUMAN_EVAL_JS))))))[0]!.problems).toEqual(plain);
    const zip = await readBenchmark('all.zip', blob(zipSync({ 'a.jsonl': strToU8(lines(HUMAN_EVAL_JS)), 'b.jsonl.gz': gzipSync(strToU8(lines(MULTIPL_JS))), 'readme.txt': strToU8('x') })));
    expect(zip.map(({ name, format, problems }) => [name, format, problems.length])).toEqual([['a.jsonl', 'HumanEval', 2], ['b.jsonl.gz', 'MultiPL-E', 2]]);
  });
  it('answers are rests of programs or whole ones', async () => {
    const file = await read([{ task_id: 'own/0', completion: '  return 1 }' }, { task_id: 3, solution: 'x', completion: 'y' }, { name: 'own_0_pairs', completion: 'z' }]);
    expect([file.format, file.samples]).toEqual(['samples', [{ id: 'own/0', text: '  return 1 }', whole: false }, { id: 'mbpp/3', text: 'x', whole: true }, { id: 'own_0_pairs', text: 'z', whole: false }]]);
  });
  it.each([
    ['a line that is cut', `${lines(HUMAN_EVAL_JS)}{"task_id": "x", "pro}`, /BadInput: Line 3 of own.jsonl was refused: .*not valid JSON/],
    ['a key twice', '{"task_id": "x", "task_id": "y", "completion": ""}', /Line 1 of own.jsonl was refused: the key "task_id" appears twice/],
    ['a key that reaches the machinery', '{"task_id": "x", "__proto__": {}, "completion": ""}', /the key "__proto__" is not allowed/],
    ['an unknown form', `${lines(HUMAN_EVAL_JS)}{"question": "?", "answer": 1}`, /line 3 has the keys "question", "answer", which no benchmark here has. Nothing was changed/],
    ['a wrong kind of value', lines([{ ...HUMAN_EVAL_JS[0], test: 7 }]), /line 1: "test" is no text/],
    ['a name that is none', lines([{ ...HUMAN_EVAL_JS[0], entry_point: 'a; b' }]), /"entry_point" is not the name of a function/],
    ['the same problem twice', lines([HUMAN_EVAL_JS[0], HUMAN_EVAL_JS[0]]), /line 2: its name "own\/0" stood before/],
    ['inputs that are no lists', lines([{ ...EVAL_PLUS_JS, base_input: [1] }]), /"base_input" holds something that is no argument list/],
    ['answers among problems', lines([HUMAN_EVAL_JS[0], { task_id: 'own/0', completion: '' }]), /line 2 is an answer among problems/],
    ['code without a task', '{"code": "x = 1"}', /line 1 is code without a task.*Data tab/],
    ['nothing', '\n\n', /it is empty/],
    ['no text', Uint8Array.of(0xff, 0xfe, 0xff), /no UTF-8/],
    ['text without records', 'hello', /Line 1 of own.jsonl was refused/],
    ['a gzip that is cut', gzipSync(strToU8(lines(HUMAN_EVAL_JS))).slice(0, 60), /compression is damaged or cut short/],
    ['too deep', `{"task_id": "x", "completion": "", "more": ${'['.repeat(50)}${']'.repeat(50)}}`, /nested more than 40 deep/],
  ])('%s is refused with its place', async (_, text, message) => {
    expect(await refusal(text)).toMatch(message);
  });
  it('caps on bytes, unpacked bytes and records hold', async () => {
    expect(await refusal('x'.repeat(100), 'a.jsonl', { bytes: 50 })).toMatch(/the limit is 0 MB/);
    expect(await refusal(gzipSync(new Uint8Array(100_000)), 'a.jsonl.gz', { bytes: 10_000 })).toMatch(/unpacks to more than/);
    expect(await refusal(lines([{ task_id: 'a', completion: '' }, { task_id: 'a', completion: '' }]), 'a.jsonl', { records: 1 })).toMatch(/more than 1 records/);
    expect(await refusal(lines([{ task_id: 'a', completion: 'x'.repeat(900) }]), 'a.jsonl', { recordBytes: 500 })).toMatch(/Line 1 of a.jsonl was refused: it has \d+ bytes, the limit is 500/);
  });
});
