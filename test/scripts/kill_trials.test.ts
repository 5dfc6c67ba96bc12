/** The kill trials' command line and verdict; the kills themselves are in test/e2e/kill.test.ts. */
import { expect, test } from 'vitest';
import { asItShould, main, readArguments, USAGE } from '../../scripts/kill-trials';

test('reads its command line, and refuses what it does not understand', async () => {
  expect(readArguments([])).toEqual({ trials: 200, sizes: [1, 16, 64], seed: 1, savers: ['lab'] });
  expect(readArguments(['--trials', '3', '--sizes', '2,4', '--seed', '9', '--bad'])).toEqual({ trials: 3, sizes: [2, 4], seed: 9, savers: ['delete-first', 'in-place'] });
  for (const bad of [['--trials', '0'], ['--sizes', '1,x'], ['--sizes', '4096'], ['--quick'], ['--seed', '-1']]) expect(() => readArguments(bad)).toThrow(USAGE);
  expect(await main(['--trials', 'many'])).toBe(2);
});

test('any loss of ours fails, and so does a trial that cannot see', () => {
  const good = { trials: 10, inSave: 6, lost: 0, corrupt: 0, older: 0, fallbacks: 3, failedInSave: 0 };
  expect(asItShould('lab', good)).toBe(true);
  for (const change of [{ lost: 1 }, { corrupt: 1 }, { older: 1 }, { inSave: 5 }]) expect(asItShould('lab', { ...good, ...change })).toBe(false);
  expect([2, 3].map(failedInSave => asItShould('in-place', { ...good, failedInSave, corrupt: failedInSave }))).toEqual([false, true]);
});
