/** Our own suite as data: how much of it there is, that every problem is whole and says what it asks without giving it away, and that nothing can change it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cutAtStops } from '../../src/benchmark/answer';
import { loadSuite, SUBJECTS, type SuiteProblem } from '../../src/benchmark/suite';
import { LEAK_GATE, leak } from '../../src/reward/leak';

let suite: SuiteProblem[];
beforeAll(async () => { suite = await loadSuite(); });

const counted = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};
const distinct = (values: readonly string[]): number => new Set(values).size;

describe('our own suite', () => {
  it('has 175 problems, each in three languages, by subject and level', () => {
    expect(counted(suite.map(({ language }) => language))).toEqual({ javascript: 175, python: 175, ruby: 175 });
    const one = suite.filter(({ language }) => language === 'javascript');
    expect(counted(one.map(({ level }) => level))).toEqual({ easy: 80, middle: 67, hard: 28 });
    expect(counted(one.map(({ subject }) => subject))).toEqual({
      'starter': 37, 'starter-steps': 12, 'numbers': 10, 'lists': 11, 'texts': 12, 'records': 10, 'recursion': 8, 'searching': 10, 'dates': 8,
      'formats': 10, 'matrices': 8, 'intervals': 6, 'stepwise': 9, 'bits': 8, 'layouts': 8, 'checking': 8,
    });
    expect(Object.keys(SUBJECTS)).toEqual([...new Set(one.map(({ subject }) => subject))]);
  });

  it('names each problem once, and asks the same of every language', () => {
    expect(distinct(suite.map(({ id }) => id))).toBe(525);
    for (let i = 0; i < suite.length; i += 3) {
      const [javascript, python, ruby] = suite.slice(i, i + 3) as [SuiteProblem, SuiteProblem, SuiteProblem];
      const name = javascript.id.split('/')[1]!;
      expect([javascript, python, ruby].map(({ id }) => id)).toEqual(['javascript', 'python', 'ruby'].map(language => `suite/${name}/${language}`));
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(python.entry).toBe(ruby.entry);
      expect(javascript.entry.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)).toBe(python.entry);
      for (const twin of [python, ruby]) {
        expect(twin.check).toEqual(javascript.check);
        expect(twin.params).toEqual(javascript.params);
        expect(twin.description.replaceAll(twin.entry, javascript.entry)).toBe(javascript.description);
      }
    }
  });

  it('has 8 to 12 cases a problem, no two with the same arguments, in plain JSON', () => {
    for (const { id, params, check } of suite) {
      expect(check.inputs.length, id).toBeGreaterThanOrEqual(8);
      expect(check.inputs.length, id).toBeLessThanOrEqual(12);
      expect(check.expected.length, id).toBe(check.inputs.length);
      for (const input of check.inputs) expect(input.length, id).toBe(params.length);
      expect(distinct(check.inputs.map(input => JSON.stringify(input))), id).toBe(check.inputs.length);
      expect(JSON.parse(JSON.stringify(check)), id).toEqual(check);
    }
  });

  it('describes each problem in one to three plain sentences of its own, and gives no code away', () => {
    const one = suite.filter(({ language }) => language === 'javascript');
    const ending = ({ entry, params }: SuiteProblem): string => ` Named ${entry}. Takes ${params.join(', ').replace(/, (?=[^,]*$)/, ' and ')}.`;
    const tasks = one.map(problem => problem.description.slice(0, problem.description.length - ending(problem).length));
    expect(one.map((problem, i) => tasks[i]! + ending(problem))).toEqual(one.map(({ description }) => description));
    expect(distinct(tasks)).toBe(175);
    for (const task of tasks) {
      expect(task).toMatch(/^[A-Z][ -~]*\.$/);
      expect(task.split(/\.(?: |$)/).length - 1, task).toBeLessThanOrEqual(3);
    }
    for (const { reference, description, id } of suite) {
      expect(leak(reference, description).score, id).toBeLessThanOrEqual(LEAK_GATE);
    }
    // What copies its reference is over the gate: the measure sees these problems.
    expect(leak(one[0]!.reference, one[0]!.reference).score).toBe(1);
  });

  it('opens its prompts where a reference goes on, and no stop token cuts a reference short', () => {
    for (const { id, language, prompt, signature, description, reference, stop } of suite) {
      expect(prompt, id).toContain(description);
      expect(prompt, id).toContain(`${signature}\n`);
      const body = reference.slice(signature.length);
      expect(reference, id).toBe(signature + body);
      expect(cutAtStops(body, stop), id).toBe(body);
      expect(cutAtStops(`${body}\n${signature}`, stop), id).toBe(body);
      expect(body.split('\n').every((line, i) => i === 0 || line === '' || line.startsWith(language === 'python' ? '    ' : '  ') || line === '}' || line === 'end'), id).toBe(true);
    }
  });

  it('cannot be changed, and each load makes its own', async () => {
    const again = await loadSuite();
    expect(again).toEqual(suite);
    const frozen = (value: unknown): boolean => typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    for (const [i, problem] of suite.entries()) {
      expect(frozen(problem), problem.id).toBe(true);
      expect(again[i]).not.toBe(problem);
      expect(again[i]!.check.inputs).not.toBe(problem.check.inputs);
    }
    expect(() => { suite[0]!.check.inputs.push([1]); }).toThrow(TypeError);
    expect(() => { (suite[0]!.check.inputs[0]![0] as number[]).push(1); }).toThrow(TypeError);
    expect(structuredClone(suite[0])).toEqual(suite[0]);
  });
});
