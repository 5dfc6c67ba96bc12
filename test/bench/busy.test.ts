/** How long a GPU was busy: unions and shares of intervals by hand. The watch itself needs a device: test/gpu/busy.test.ts. */
import { expect, test } from 'vitest';
import { busyWithin, covered } from './busy';

test('what overlaps counts once', () => {
  expect(covered([])).toBe(0);
  expect(covered([{ from: 5, to: 9 }, { from: 0, to: 3 }, { from: 2, to: 4 }, { from: 6, to: 7 }])).toBe(8);
  expect(covered([{ from: 0, to: 1 }, { from: 1, to: 2 }])).toBe(2);
});

test('shares of the clock: submits are cut at the edges of the stretches, passes count where they were recorded', () => {
  const seen = {
    submits: [{ from: 0, to: 4 }, { from: 3, to: 6 }, { from: 18, to: 30 }],
    // The GPU's clock has another zero.
    passes: [{ recorded: 1, gpu: { from: 1000, to: 1002 } }, { recorded: 3, gpu: { from: 1001, to: 1004 } }, { recorded: 18, gpu: { from: 1018, to: 1027 } }],
  };
  expect(busyWithin(seen, [{ from: 0, to: 10 }])).toEqual({ least: 0.4, most: 0.6 });
  expect(busyWithin(seen, [{ from: 0, to: 10 }, { from: 20, to: 30 }])).toEqual({ least: 0.2, most: 0.8 });
  expect(busyWithin(seen, [{ from: 10, to: 15 }])).toEqual({ least: 0, most: 0 });
  expect(busyWithin({ ...seen, passes: null }, [{ from: 5, to: 15 }])).toEqual({ least: null, most: 0.1 });
});
