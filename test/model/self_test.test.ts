/** The numbers that a self-test is held against are the reference's, and no near tie could turn a right adapter away. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelsHash } from '../../src/model/self_test';
import { numbersFile, selfTestNumbers } from '../reference/self_test';

test('the stored numbers are those of the f64 reference, to the last digit that is kept', () => {
  const numbers = selfTestNumbers();
  expect(readFileSync(new URL('../../src/model/self_test_numbers.ts', import.meta.url), 'utf8')).toBe(numbersFile(numbers));
  for (const { margin } of numbers.greedy) expect(margin).toBeGreaterThan(0.2);
  // No tensor's gradient or product is so small that a wrong one would pass.
  for (const [name, [norm]] of Object.entries(numbers.gradients)) expect(norm, name).toBeGreaterThan(1e-3);
});

test('the kernels have a name by their text', () => {
  expect(kernelsHash()).toMatch(/^[0-9a-f]{1,8}$/);
});
