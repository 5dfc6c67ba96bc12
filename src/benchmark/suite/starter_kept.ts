/** Problems over one list of numbers that keep, change, find or test items, in the starter's words: combinations of family, noun and verb that it never saw. */
import type { SuiteRecord } from './record';

export const STARTER_KEPT: readonly SuiteRecord[] = [
  {
    name: 'keep-marks', level: 'easy', params: ['marks'], text: 'Keeps the items at least 7.',
    javascript: 'return marks.filter(m => m >= 7);',
    python: 'return [m for m in marks if m >= 7]',
    ruby: 'marks.select { |m| m >= 7 }',
    cases: [[[], []], [[7], [7]], [[6], []], [[8], [8]], [[6, 7, 8], [7, 8]], [[-7, 7, 0, 70], [7, 70]], [[9, 9, 1, 9], [9, 9, 9]], [[7, 3, 7, 6, 12], [7, 7, 12]]],
  },
  {
    name: 'select-ages', level: 'easy', params: ['ages'], text: 'Returns the items less than 9.',
    javascript: 'return ages.filter(age => age < 9);',
    python: 'return [age for age in ages if age < 9]',
    ruby: 'ages.select { |age| age < 9 }',
    cases: [[[], []], [[9], []], [[8], [8]], [[10], []], [[8, 9, 10], [8]], [[-9, 0, 9, 90], [-9, 0]], [[3, 12, 3, 9, 1], [3, 3, 1]], [[9, 9, 9], []]],
  },
  {
    name: 'filter-scores', level: 'easy', params: ['scores'], text: 'Keeps the items other than 4.',
    javascript: 'return scores.filter(s => s !== 4);',
    python: 'return [s for s in scores if s != 4]',
    ruby: 'scores.select { |s| s != 4 }',
    cases: [[[], []], [[4], []], [[3], [3]], [[5], [5]], [[4, 4, 4], []], [[3, 4, 5], [3, 5]], [[-4, 4, 44], [-4, 44]], [[0, 4, 0, 4, 1], [0, 0, 1]]],
  },
  {
    name: 'drop-nums', level: 'easy', params: ['nums'], text: 'Loops and leaves out the items greater than 6.',
    javascript: `
      const out = [];
      for (const n of nums) {
        if (n > 6) continue;
        out.push(n);
      }
      return out;`,
    python: `
      out = []
      for n in nums:
          if n > 6:
              continue
          out.append(n)
      return out`,
    ruby: `
      out = []
      nums.each do |n|
        next if n > 6
        out.push(n)
      end
      out`,
    cases: [[[], []], [[6], [6]], [[7], []], [[5], [5]], [[5, 6, 7], [5, 6]], [[-6, 60, 6], [-6, 6]], [[7, 8, 9], []], [[1, 7, 1, 6, 2], [1, 1, 6, 2]]],
  },
  {
    name: 'reject-weights', level: 'easy', params: ['weights'], text: 'Loops over the list, skipping items at most 3.',
    javascript: `
      const out = [];
      for (const w of weights) {
        if (w <= 3) continue;
        out.push(w);
      }
      return out;`,
    python: `
      out = []
      for w in weights:
          if w <= 3:
              continue
          out.append(w)
      return out`,
    ruby: `
      out = []
      weights.each do |w|
        next if w <= 3
        out.push(w)
      end
      out`,
    cases: [[[], []], [[3], []], [[4], [4]], [[2], []], [[2, 3, 4], [4]], [[-3, 0, 30], [30]], [[5, 5, 3, 5], [5, 5, 5]], [[1, 2, 3], []]],
  },
  {
    name: 'remove-values', level: 'easy', params: ['values'], text: 'Loops and leaves out the items equal to 5.',
    javascript: `
      const out = [];
      for (const value of values) {
        if (value === 5) continue;
        out.push(value);
      }
      return out;`,
    python: `
      out = []
      for value in values:
          if value == 5:
              continue
          out.append(value)
      return out`,
    ruby: `
      out = []
      values.each do |value|
        next if value == 5
        out.push(value)
      end
      out`,
    cases: [[[], []], [[5], []], [[4], [4]], [[6], [6]], [[5, 5], []], [[4, 5, 6], [4, 6]], [[-5, 5, 55], [-5, 55]], [[5, 1, 5, 2, 5], [1, 2]]],
  },
  {
    name: 'map-scores', level: 'easy', params: ['scores'], text: 'Turns each item into itself times 4.',
    javascript: 'return scores.map(s => s * 4);',
    python: 'return [s * 4 for s in scores]',
    ruby: 'scores.map { |s| s * 4 }',
    cases: [[[], []], [[0], [0]], [[1], [4]], [[-1], [-4]], [[2, 3], [8, 12]], [[4, 4], [16, 16]], [[25, -25, 100], [100, -100, 400]], [[7, 0, -3], [28, 0, -12]]],
  },
  {
    name: 'adjust-prices', level: 'easy', params: ['prices'], text: 'Gives every item minus 6.',
    javascript: 'return prices.map(p => p - 6);',
    python: 'return [p - 6 for p in prices]',
    ruby: 'prices.map { |p| p - 6 }',
    cases: [[[], []], [[0], [-6]], [[6], [0]], [[-6], [-12]], [[7, 5], [1, -1]], [[6, 6, 6], [0, 0, 0]], [[100, 60], [94, 54]], [[3, 12, -1], [-3, 6, -7]]],
  },
  {
    name: 'change-marks', level: 'easy', params: ['marks'], text: 'Turns each item into itself increased by 9.',
    javascript: 'return marks.map(m => m + 9);',
    python: 'return [m + 9 for m in marks]',
    ruby: 'marks.map { |m| m + 9 }',
    cases: [[[], []], [[0], [9]], [[-9], [0]], [[9], [18]], [[1, -1], [10, 8]], [[91, 991], [100, 1000]], [[2, 2, 2], [11, 11, 11]], [[-10, 5, 0], [-1, 14, 9]]],
  },
  {
    name: 'adjust-costs', level: 'easy', params: ['costs'], text: 'Gives every item modulo 7.',
    javascript: 'return costs.map(cost => cost % 7);',
    python: 'return [cost % 7 for cost in costs]',
    ruby: 'costs.map { |cost| cost % 7 }',
    cases: [[[], []], [[0], [0]], [[6], [6]], [[7], [0]], [[8], [1]], [[14, 13, 15], [0, 6, 1]], [[3, 3, 70], [3, 3, 0]], [[100, 1, 48], [2, 1, 6]]],
  },
  {
    name: 'search-prices', level: 'easy', params: ['prices', 'amount'], text: 'Returns the index of the item equal to amount, or -1.',
    javascript: `
      for (let i = 0; i < prices.length; i++) {
        if (prices[i] === amount) return i;
      }
      return -1;`,
    python: `
      for i, p in enumerate(prices):
          if p == amount:
              return i
      return -1`,
    ruby: 'prices.index(amount) || -1',
    cases: [[[], 1, -1], [[1], 1, 0], [[1], 2, -1], [[4, 5, 6], 6, 2], [[4, 5, 6], 4, 0], [[5, 5, 5], 5, 0], [[1, 2, 1, 2], 2, 1], [[0, -3, 3], -3, 1], [[7, 8], 0, -1]],
  },
  {
    name: 'pick-sizes', level: 'easy', params: ['sizes'], text: 'Finds the first item greater than 10.',
    javascript: `
      for (const size of sizes) {
        if (size > 10) return size;
      }
      return null;`,
    python: `
      for size in sizes:
          if size > 10:
              return size
      return None`,
    ruby: 'sizes.find { |size| size > 10 }',
    cases: [[[], null], [[10], null], [[11], 11], [[9], null], [[10, 11, 12], 11], [[12, 11], 12], [[-11, 5, 100, 50], 100], [[1, 2, 3], null]],
  },
  {
    name: 'find-levels', level: 'easy', params: ['levels'], text: 'Returns the first item at most 4.',
    javascript: `
      for (const lv of levels) {
        if (lv <= 4) return lv;
      }
      return null;`,
    python: `
      for lv in levels:
          if lv <= 4:
              return lv
      return None`,
    ruby: 'levels.find { |lv| lv <= 4 }',
    cases: [[[], null], [[4], 4], [[5], null], [[3], 3], [[5, 4, 3], 4], [[9, 0, -2], 0], [[40, 44], null], [[6, -6, 4], -6]],
  },
  {
    name: 'has-levels', level: 'easy', params: ['levels'], text: 'Tests whether any item is equal to 12.',
    javascript: 'return levels.some(lv => lv === 12);',
    python: 'return any(lv == 12 for lv in levels)',
    ruby: 'levels.any? { |lv| lv == 12 }',
    cases: [[[], false], [[12], true], [[11], false], [[13], false], [[1, 2, 12], true], [[12, 12], true], [[-12, 120, 21], false], [[0, 12, 5], true]],
  },
  {
    name: 'some-values', level: 'easy', params: ['values'], text: 'True when some item is less than 2.',
    javascript: 'return values.some(value => value < 2);',
    python: 'return any(value < 2 for value in values)',
    ruby: 'values.any? { |value| value < 2 }',
    cases: [[[], false], [[2], false], [[1], true], [[3], false], [[2, 3, 4], false], [[5, 6, 1], true], [[-2, 20], true], [[2, 2, 0], true]],
  },
  {
    name: 'every-points', level: 'easy', params: ['points'], text: 'Tests whether all items are at least 5.',
    javascript: 'return points.every(pt => pt >= 5);',
    python: 'return all(pt >= 5 for pt in points)',
    ruby: 'points.all? { |pt| pt >= 5 }',
    cases: [[[], true], [[5], true], [[4], false], [[6], true], [[5, 6, 7], true], [[7, 6, 4], false], [[-5, 50], false], [[5, 5, 5], true]],
  },
  {
    name: 'all-ages', level: 'easy', params: ['ages'], text: 'True when every item is not equal to 8.',
    javascript: 'return ages.every(age => age !== 8);',
    python: 'return all(age != 8 for age in ages)',
    ruby: 'ages.all? { |age| age != 8 }',
    cases: [[[], true], [[8], false], [[7], true], [[9], true], [[7, 8, 9], false], [[1, 2, 3], true], [[-8, 80, 18], true], [[8, 8], false]],
  },
  {
    name: 'take-costs', level: 'easy', params: ['costs'], text: 'Takes 4 items from the front.',
    javascript: 'return costs.slice(0, 4);',
    python: 'return costs[:4]',
    ruby: 'costs.take(4)',
    cases: [[[], []], [[1], [1]], [[1, 2, 3], [1, 2, 3]], [[1, 2, 3, 4], [1, 2, 3, 4]], [[1, 2, 3, 4, 5], [1, 2, 3, 4]], [[0, 0, 0, 0, 0, 9], [0, 0, 0, 0]], [[-1, 5, -1, 5, -1], [-1, 5, -1, 5]], [[9, 8, 7, 6, 5, 4, 3], [9, 8, 7, 6]]],
  },
  {
    name: 'first-marks', level: 'easy', params: ['marks'], text: 'Returns the first 3 items.',
    javascript: 'return marks.slice(0, 3);',
    python: 'return marks[:3]',
    ruby: 'marks.take(3)',
    cases: [[[], []], [[3], [3]], [[1, 2], [1, 2]], [[1, 2, 3], [1, 2, 3]], [[4, 3, 2, 1], [4, 3, 2]], [[0, 0, 0, 1], [0, 0, 0]], [[-1, -2, -3, -4], [-1, -2, -3]], [[9, 9, 1, 9, 9], [9, 9, 1]]],
  },
  {
    name: 'rest-nums', level: 'easy', params: ['nums'], text: 'Returns all but the first 2 items.',
    javascript: 'return nums.slice(2);',
    python: 'return nums[2:]',
    ruby: 'nums.drop(2)',
    cases: [[[], []], [[1], []], [[1, 2], []], [[1, 2, 3], [3]], [[4, 3, 2, 1], [2, 1]], [[0, 0, 0], [0]], [[-1, 5, -1, 5], [-1, 5]], [[2, 2, 2, 2, 2], [2, 2, 2]]],
  },
  {
    name: 'tail-scores', level: 'easy', params: ['scores'], text: 'Skips the first 5 items.',
    javascript: 'return scores.slice(5);',
    python: 'return scores[5:]',
    ruby: 'scores.drop(5)',
    cases: [[[], []], [[5], []], [[1, 2, 3, 4], []], [[1, 2, 3, 4, 5], []], [[1, 2, 3, 4, 5, 6], [6]], [[0, 0, 0, 0, 0, 0, 0], [0, 0]], [[9, 8, 7, 6, 5, 4, -3, 2], [4, -3, 2]], [[5, 5, 5, 5, 5, 5], [5]]],
  },
];
