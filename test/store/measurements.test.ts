/** Measurements are kept, come back as they were, and one that is not of their shape is refused. */
import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../src/benchmark/results';
import { measurementShape } from '../../src/store/measurement_shape';
import { createMeasurements, type MeasurementInfo } from '../../src/store/measurements';
import { createMemoryKeyValue } from '../../src/store/memory';
import { listed } from '../../src/ui/tests/problem_filter';

const result = (c: number, n = 4) => ({ n, c, said: '', answers: [{ code: 'x', count: n, passed: c > 0, ending: 'ran', said: '', failed: { input: '1', expected: '2', got: '3' } }] });
const problem = (id: string, language: 'ruby' | 'python') => ({ id, source: 's', language, entry: 'f', description: `does ${id}`, prompt: '', reference: '', tests: '' });
const MEASUREMENT: Measurement = {
  subjects: [{ name: 'a', ref: 'starter', kind: 'model' }, { name: 'b', ref: '', kind: 'file' }], how: { n: 4, temperature: 0.8, topP: 1, longest: 9, seed: 0, taking: 'whole', template: 't' },
  problems: [problem('p/0', 'ruby'), problem('p/1', 'python'), problem('p/2', 'python')], results: [[result(0), result(4), null], [result(2), result(4), { ...result(1), plus: 1 }]], notes: ['n'], partial: false,
};
const INFO: MeasurementInfo = { subjects: ['a', 'b'], problems: 3, n: 4, partial: false, pass: [0.5, null] };

describe('measurements', () => {
  it('come back as they were, are renamed, deleted and restored', async () => {
    const store = createMemoryKeyValue(), kept = createMeasurements(store), { id } = await kept.save('first', MEASUREMENT, INFO);
    expect(await kept.load(id)).toEqual(MEASUREMENT);
    await kept.rename(id, 'renamed');
    expect((await kept.list()).map(({ name, info }) => [name, info])).toEqual([['renamed', INFO]]);
    const restore = await kept.remove(id);
    expect(await kept.list()).toEqual([]);
    await expect(kept.load(id)).rejects.toMatchObject({ name: 'BadInput' });
    await restore();
    expect(await kept.load(id)).toEqual(MEASUREMENT);
  });
  it.each([
    ['a row too few', { ...MEASUREMENT, results: MEASUREMENT.results.slice(1) }, /no table/],
    ['a place too few', { ...MEASUREMENT, results: [[result(0)], MEASUREMENT.results[1]] }, /no table/],
    ['more right than samples', { ...MEASUREMENT, results: [[result(5), null, null], [null, null, null]] }, /more right/],
    ['more passed the harder tests than passed', { ...MEASUREMENT, results: [[{ ...result(1), plus: 2 }, null, null], [null, null, null]] }, /more right/],
    ['an unknown language', { ...MEASUREMENT, problems: [{ ...MEASUREMENT.problems[0], language: 'cobol' }, MEASUREMENT.problems[1], MEASUREMENT.problems[2]] }, /language is "cobol"/],
    ['text where a number belongs', { ...MEASUREMENT, how: { ...MEASUREMENT.how, n: '4' } }, /how.n is "4"/],
  ])('%s is refused', async (_, value, message) => {
    expect(() => measurementShape(value, 'it')).toThrow(message);
    const kept = createMeasurements(createMemoryKeyValue()), { id } = await kept.save('bad', value as never, INFO);
    await expect(kept.load(id)).rejects.toMatchObject({ name: 'BadInput', message: expect.stringMatching(/The results of "bad" cannot be read.*Measure again/) });
  });
});

describe('the list of problems', () => {
  it('is filtered by who solved what, by words and by language', () => {
    const of = (filter: Parameters<typeof listed>[1], search = '', language = ''): number[] => listed(MEASUREMENT, filter, search, language);
    expect([of('all'), of('some'), of('none'), of('every'), of('differs')]).toEqual([[0, 1, 2], [0, 1, 2], [], [1], [0]]);
    expect(listed({ ...MEASUREMENT, results: [[result(0), result(4), null], [result(0), result(1), null]] }, 'none', '')).toEqual([0]);
    expect([of('all', 'DOES P/1'), of('all', '', 'python'), of('some', 'p/0', 'python')]).toEqual([[1], [1, 2], []]);
  });
});
