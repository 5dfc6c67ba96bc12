/** Small benchmark files of our own making, in the published forms; no problem of a published set is in them. */

/** HumanEval's form, in JavaScript, so that it runs here. */
export const HUMAN_EVAL_JS = [
  { task_id: 'own/0', language: 'javascript', prompt: '// Returns one.\nfunction one() {\n', entry_point: 'one', canonical_solution: '  return 1;\n}\n', test: "const assert = require('assert');\nfunction check(candidate) { assert.equal(candidate(), 1); }" },
  { task_id: 'own/1', language: 'javascript', prompt: '// Twice the number.\n// It may be negative.\nfunction twice(n) {\n', entry_point: 'twice', canonical_solution: '  return 2 * n;\n}\n', test: "const assert = require('assert');\nfunction check(candidate) { assert.equal(candidate(3), 6); assert.equal(candidate(-1), -2); }" },
];

export const HUMAN_EVAL_PYTHON = { task_id: 'own/2', prompt: 'from typing import List\n\n\ndef longest(words: List[str], least: int = 1) -> str:\n    """ The longest of the words\n    that has at least so many letters.\n    >>> longest(["a", "bcd"])\n    \'bcd\'\n    """\n', entry_point: 'longest', canonical_solution: '    return max((w for w in words if len(w) >= least), key=len)\n', test: 'def check(candidate):\n    assert candidate(["a", "bcd"]) == "bcd"\n' };

export const MULTIPL_JS = [
  { name: 'own_0_pairs', language: 'js', prompt: '// Every number with the one after it.\n// >>> pairs([1, 2])\n// [[1, 2]]\nfunction pairs(xs){\n', doctests: 'transform', original: 'own.py', prompt_terminology: 'reworded', tests: "const assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = pairs;\n  assert.deepEqual(candidate([3, 1, 2]),[[3, 1], [1, 2]]);\n  assert.deepEqual(candidate([7]),[]);\n}\n\ntest();", stop_tokens: ['\nfunction ', '\n/*', '\n//', '\nconsole.log'] },
  { name: 'own_1_last', language: 'js', prompt: '// The last of the list.\nfunction last(xs){\n', doctests: 'transform', original: 'own.py', prompt_terminology: 'reworded', tests: "const assert = require('node:assert');\nfunction test() {\n  let candidate = last;\n  assert.deepEqual(candidate([3, 1, 2]),2);\n}\ntest();", stop_tokens: ['\nfunction ', '\n/*', '\n//', '\nconsole.log'] },
];

export const EVAL_PLUS_JS = {
  task_id: 'ownplus/0', language: 'javascript', prompt: '// The mean of the numbers, 0 of none.\nfunction mean(xs) {\n', entry_point: 'mean', canonical_solution: '  return xs.length === 0 ? 0 : xs.reduce((a, b) => a + b, 0) / xs.length;\n}\n',
  base_input: [[[1, 2, 3]], [[4]]], plus_input: [[[]], [[0.1, 0.2]]], contract: '', atol: 0,
};

export const MBPP = { task_id: 11, text: 'Write a function to add two numbers.', code: 'def helper(a):\n    return a\n\ndef add_two(a, b=2):\n    return helper(a) + b', test_list: ['assert add_two(1, 2) == 3', 'assert set([add_two(1)]) == {3}', 'assert add_two(0, 0) == 0'], test_setup_code: 'import math', challenge_test_list: [] };
export const MBPP_SANITISED = { source_file: 'own', task_id: 12, prompt: 'Write a function to add two numbers.', code: MBPP.code, test_imports: ['import math'], test_list: MBPP.test_list };
export const MBPP_PLUS = { ...MBPP_SANITISED, task_id: 13, test: 'for i in range(100):\n    assert add_two(i, i) == 2 * i' };

export const lines = (records: readonly unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
export const blob = (text: string | Uint8Array): Blob => new Blob([text as Uint8Array<ArrayBuffer>]);
