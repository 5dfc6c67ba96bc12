/** What UCoder's first four stages read out of answers: well-formed ones, broken ones, and the reasons. */
import { describe, expect, it } from 'vitest';
import { problemPrompt, PROBLEM_KINDS, readProblem } from '../../src/ucoder/problem';
import { ratingPrompt, readRating } from '../../src/ucoder/rating';
import { readSkeleton, skeletonPrompt } from '../../src/ucoder/skeleton';
import { readTests, testsPrompt } from '../../src/ucoder/tests';

const PROBLEM = 'Title: Middle of three\nDescription: Returns the value that is neither\nthe smallest nor the largest.\nFunction Signature: def middle(a, b, c):\nExample Input-Output: middle(1, 3, 2) -> 2\nHint: Sort them.\n<PROBLEM_END>';
const problem = { title: 'Middle of three', description: 'Returns the value that is neither\nthe smallest nor the largest.', signature: 'def middle(a, b, c):', examples: 'middle(1, 3, 2) -> 2', hint: 'Sort them.' };

describe('stage 1, problems', () => {
  it('reads what the form asks for, with or without the start tag', () => {
    expect(readProblem(PROBLEM)).toEqual(problem);
    expect(readProblem(`Here it is.\n<PROBLEM_START>\n${PROBLEM} and more`)).toEqual(problem);
  });
  it('says why an answer is none', () => {
    expect(readProblem('Title: x')).toEqual({ refused: 'it has no <PROBLEM_END>' });
    expect(readProblem('Title: x\nFunction Signature: f()\n<PROBLEM_END>')).toEqual({ refused: 'it has no description' });
    expect(readProblem('Description: x\n<PROBLEM_END>')).toEqual({ refused: 'it has no function signature' });
    expect(readProblem('Description: x\nDescription: y\nFunction Signature: f()\n<PROBLEM_END>')).toEqual({ refused: 'it has "Description" twice' });
    expect(readProblem(`Description: ${'x'.repeat(5000)}\nFunction Signature: f()\n<PROBLEM_END>`)).toEqual({ refused: 'it is 5,038 characters long' });
  });
  it('asks for four kinds, each in its own words, and ends open', () => {
    const prompts = PROBLEM_KINDS.map((kind) => problemPrompt(kind, 'python'));
    expect(new Set(prompts).size).toBe(4);
    for (const prompt of prompts) expect([prompt.endsWith('<PROBLEM_START>\n'), prompt.includes('in python')]).toEqual([true, true]);
  });
});

describe('stage 2, rating', () => {
  it('reads scores as models write them', () => {
    expect(readRating('Problem Quality Score: 7\nSummary: clear\n<RATING_END>')).toEqual({ score: 7, summary: 'clear' });
    expect(['7/10', '7.5', '10 / 10', '0', '8 out of 10'].map((text) => (readRating(`Problem Quality Score: ${text}\n<RATING_END>`) as { score: number }).score)).toEqual([7, 7.5, 10, 0, 8]);
    for (const text of ['', 'high', '11', '-1', '7 or 8', '100']) expect(readRating(`Problem Quality Score: ${text}\n<RATING_END>`)).toEqual({ refused: 'its score is no number from 0 to 10' });
    expect(readRating('Problem Quality Score: 7')).toEqual({ refused: 'it has no <RATING_END>' });
  });
  it('shows the whole problem', () => {
    for (const part of [problem.title, problem.description, problem.signature, problem.examples]) expect(ratingPrompt(problem)).toContain(part);
  });
});

describe('stage 3, skeleton', () => {
  it('reads heads in four languages', () => {
    expect(readSkeleton('from typing import List\n\ndef middle(a: int, b: List[int] = [1, 2], *rest) -> int:\n    """Middle.\n\n    Args: a\n    """\n<SKELETON_END>', 'python')).toEqual({
      imports: 'from typing import List', signature: 'def middle(a: int, b: List[int] = [1, 2], *rest) -> int:', name: 'middle', params: ['a', 'b', 'rest'], documentation: 'Middle.\n\n    Args: a',
    });
    expect(readSkeleton('/**\n * Middle.\n * @param {number} a one\n */\nfunction middle(a, { b }) {\n<SKELETON_END>', 'javascript')).toEqual({ refused: 'a parameter has no name' });
    expect(readSkeleton('/**\n * Middle.\n */\nfunction middle(a, ...b) {\n<SKELETON_END>', 'javascript')).toMatchObject({ name: 'middle', params: ['a', 'b'], documentation: 'Middle.' });
    expect(readSkeleton('# Middle.\ndef middle?(a, b)\n<SKELETON_END>', 'ruby')).toMatchObject({ name: 'middle?', params: ['a', 'b'], documentation: 'Middle.' });
    expect(readSkeleton('-- Middle.\nlocal function middle()\n<SKELETON_END>', 'lua')).toMatchObject({ name: 'middle', params: [], documentation: 'Middle.' });
    expect(readSkeleton('nothing\n<SKELETON_END>', 'python')).toEqual({ refused: 'no function begins in it' });
    expect(readSkeleton('def f(): <SKELETON_END>', 'rust')).toEqual({ refused: "there is no form of a function's head for rust" });
  });
  it('asks in the form of the language', () => {
    expect([skeletonPrompt(problem, 'ruby').includes('def name(param)'), skeletonPrompt(problem, 'javascript').includes('function name(param) {')]).toEqual([true, true]);
  });
});

describe('stage 4, tests', () => {
  const skeleton = { imports: '', signature: 'def middle(a, b):', name: 'middle', params: ['a', 'b'], documentation: 'Middle.' };
  it('reads argument lists, once each, and counts the rest', () => {
    expect(readTests('[1, 2]\n[[], null]\n[1,2]\n[1]\nmiddle(1, 2)\n["a", {"b": 1}],\n<TESTS_END>\n[5, 5]', 2)).toEqual({ inputs: [[1, 2], [[], null], ['a', { b: 1 }]], refused: 2, repeated: 1 });
  });
  it('keeps what is whole of an answer that was cut, and no more than asked', () => {
    expect(readTests('[1, 2]\n[3, 4]\n[5, ', 2)).toEqual({ inputs: [[1, 2], [3, 4]], refused: 0, repeated: 0 });
    expect(readTests('[1, 2]\n[3, 4]\n<TESTS_END>', 2, 1).inputs).toEqual([[1, 2]]);
    expect(readTests('', 2)).toEqual({ inputs: [], refused: 0, repeated: 0 });
    expect(readTests(`[${'1'.repeat(3000)}, 2]\n<TESTS_END>`, 2)).toMatchObject({ inputs: [], refused: 1 });
  });
  it('shows an input of the right length', () => {
    expect(testsPrompt(skeleton, 40)).toContain('Write 40 different inputs');
    expect(JSON.parse(/^\[\[\], 0\]$/m.exec(testsPrompt(skeleton))![0])).toHaveLength(2);
  });
});
