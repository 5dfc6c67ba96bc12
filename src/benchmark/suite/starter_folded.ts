/** Problems over one list of numbers that come to one number, in the starter's words: combinations of family, noun and verb that it never saw. */
import type { SuiteRecord } from './record';

export const STARTER_FOLDED: readonly SuiteRecord[] = [
  {
    name: 'sum-points', level: 'easy', params: ['points'], text: 'Adds the items to a start of 8.',
    javascript: `
      let total = 8;
      for (const pt of points) {
        total += pt;
      }
      return total;`,
    python: `
      total = 8
      for pt in points:
          total += pt
      return total`,
    ruby: `
      total = 8
      points.each { |pt| total += pt }
      total`,
    cases: [[[], 8], [[0], 8], [[1], 9], [[-8], 0], [[1, 2, 3], 14], [[8, 8], 24], [[-1, 1, -1], 7], [[100, 50], 158]],
  },
  {
    name: 'total-levels', level: 'easy', params: ['levels'], text: 'Totals the items, starting from 12.',
    javascript: `
      let total = 12;
      for (const lv of levels) {
        total += lv;
      }
      return total;`,
    python: `
      total = 12
      for lv in levels:
          total += lv
      return total`,
    ruby: `
      total = 12
      levels.each { |lv| total += lv }
      total`,
    cases: [[[], 12], [[0], 12], [[-12], 0], [[1], 13], [[12, 12], 36], [[3, 4, 5], 24], [[-1, -1, -1], 9], [[1000], 1012]],
  },
  {
    name: 'total-items', level: 'easy', params: ['items'], text: 'Totals the items at least 6.',
    javascript: `
      let total = 0;
      for (const item of items) {
        if (item >= 6) total += item;
      }
      return total;`,
    python: `
      total = 0
      for item in items:
          if item >= 6:
              total += item
      return total`,
    ruby: `
      total = 0
      items.each do |item|
        total += item if item >= 6
      end
      total`,
    cases: [[[], 0], [[6], 6], [[5], 0], [[7], 7], [[5, 6, 7], 13], [[-6, 60], 60], [[6, 6, 6], 18], [[1, 9, 2, 8], 17]],
  },
  {
    name: 'add-weights', level: 'easy', params: ['weights'], text: 'Adds only the items below 5.',
    javascript: `
      let total = 0;
      for (const w of weights) {
        if (w < 5) total += w;
      }
      return total;`,
    python: `
      total = 0
      for w in weights:
          if w < 5:
              total += w
      return total`,
    ruby: `
      total = 0
      weights.each do |w|
        total += w if w < 5
      end
      total`,
    cases: [[[], 0], [[5], 0], [[4], 4], [[6], 0], [[4, 5, 6], 4], [[-5, 50], -5], [[1, 2, 3, 4], 10], [[9, 4, 9, 4], 8]],
  },
  {
    name: 'sum-ages', level: 'easy', params: ['ages'], text: 'Adds only the items other than 10.',
    javascript: `
      let total = 0;
      for (const age of ages) {
        if (age !== 10) total += age;
      }
      return total;`,
    python: `
      total = 0
      for age in ages:
          if age != 10:
              total += age
      return total`,
    ruby: `
      total = 0
      ages.each do |age|
        total += age if age != 10
      end
      total`,
    cases: [[[], 0], [[10], 0], [[9], 9], [[11], 11], [[9, 10, 11], 20], [[10, 10], 0], [[-10, 100], 90], [[1, 10, 2, 10, 3], 6]],
  },
  {
    name: 'tally-values', level: 'easy', params: ['values'], text: 'Counts the items equal to 3.',
    javascript: 'return values.filter(value => value === 3).length;',
    python: 'return len([value for value in values if value == 3])',
    ruby: 'values.count { |value| value == 3 }',
    cases: [[[], 0], [[3], 1], [[2], 0], [[4], 0], [[3, 3, 3], 3], [[2, 3, 4], 1], [[-3, 33, 30], 0], [[3, 1, 3, 2], 2]],
  },
  {
    name: 'number-nums', level: 'easy', params: ['nums'], text: 'Says how many items are greater than 8.',
    javascript: 'return nums.filter(n => n > 8).length;',
    python: 'return len([n for n in nums if n > 8])',
    ruby: 'nums.count { |n| n > 8 }',
    cases: [[[], 0], [[8], 0], [[9], 1], [[7], 0], [[7, 8, 9], 1], [[-8, 80, 88], 2], [[9, 9, 9], 3], [[1, 2, 3], 0]],
  },
  {
    name: 'number-scores', level: 'easy', params: ['scores'], text: 'Counts the items at most 2.',
    javascript: 'return scores.filter(s => s <= 2).length;',
    python: 'return len([s for s in scores if s <= 2])',
    ruby: 'scores.count { |s| s <= 2 }',
    cases: [[[], 0], [[2], 1], [[3], 0], [[1], 1], [[1, 2, 3], 2], [[-2, 0, 22], 2], [[5, 6, 7], 0], [[2, 2, 9, 2], 3]],
  },
  {
    name: 'max-sizes', level: 'easy', params: ['sizes'], text: 'Finds the largest item, or 7 when empty.',
    javascript: `
      if (sizes.length === 0) return 7;
      return Math.max(...sizes);`,
    python: `
      if not sizes:
          return 7
      return max(sizes)`,
    ruby: `
      return 7 if sizes.empty?
      sizes.max`,
    cases: [[[], 7], [[0], 0], [[1], 1], [[-5], -5], [[1, 9, 3], 9], [[4, 4, 4], 4], [[-3, -1, -2], -1], [[8, 2, 1], 8], [[0, 6], 6]],
  },
  {
    name: 'top-marks', level: 'easy', params: ['marks'], text: 'Returns the largest item or the default 2.',
    javascript: `
      if (marks.length === 0) return 2;
      return Math.max(...marks);`,
    python: `
      if not marks:
          return 2
      return max(marks)`,
    ruby: `
      return 2 if marks.empty?
      marks.max`,
    cases: [[[], 2], [[0], 0], [[1], 1], [[-9], -9], [[5, 1, 7], 7], [[3, 3], 3], [[-4, -6], -4], [[10, 9, 8], 10]],
  },
  {
    name: 'lowest-prices', level: 'easy', params: ['prices'], text: 'Finds the smallest item, or 10 when empty.',
    javascript: `
      if (prices.length === 0) return 10;
      return Math.min(...prices);`,
    python: `
      if not prices:
          return 10
      return min(prices)`,
    ruby: `
      return 10 if prices.empty?
      prices.min`,
    cases: [[[], 10], [[0], 0], [[11], 11], [[-5], -5], [[3, 1, 2], 1], [[4, 4, 4], 4], [[-3, -1, -2], -3], [[20, 30], 20]],
  },
  {
    name: 'least-points', level: 'easy', params: ['points'], text: 'Returns the smallest item or the default 4.',
    javascript: `
      if (points.length === 0) return 4;
      return Math.min(...points);`,
    python: `
      if not points:
          return 4
      return min(points)`,
    ruby: `
      return 4 if points.empty?
      points.min`,
    cases: [[[], 4], [[0], 0], [[5], 5], [[-1], -1], [[9, 6, 8], 6], [[7, 7], 7], [[-2, -8, 3], -8], [[1, 2, 3], 1]],
  },
  {
    name: 'average-prices', level: 'easy', params: ['prices'], text: 'Averages the items, or 6 when empty.',
    javascript: `
      if (prices.length === 0) return 6;
      return prices.reduce((a, b) => a + b, 0) / prices.length;`,
    python: `
      if len(prices) == 0:
          return 6
      return sum(prices) / len(prices)`,
    ruby: `
      return 6 if prices.empty?
      prices.sum / prices.length.to_f`,
    cases: [[[], 6], [[0], 0], [[5], 5], [[1, 2], 1.5], [[-4, 4], 0], [[2, 4, 6], 4], [[1, 1, 1, 2], 1.25], [[10, 20, 30, 40], 25]],
  },
  {
    name: 'mean-marks', level: 'easy', params: ['marks'], text: 'Returns the average or the default 3.',
    javascript: `
      if (marks.length === 0) return 3;
      return marks.reduce((a, b) => a + b, 0) / marks.length;`,
    python: `
      if len(marks) == 0:
          return 3
      return sum(marks) / len(marks)`,
    ruby: `
      return 3 if marks.empty?
      marks.sum / marks.length.to_f`,
    cases: [[[], 3], [[0], 0], [[7], 7], [[3, 4], 3.5], [[-1, -2], -1.5], [[9, 9, 9], 9], [[0, 0, 0, 1], 0.25], [[100, 0], 50]],
  },
  {
    name: 'product-nums', level: 'easy', params: ['nums'], text: 'Multiplies the items into a start of 2.',
    javascript: `
      let acc = 2;
      for (const n of nums) acc *= n;
      return acc;`,
    python: `
      acc = 2
      for n in nums:
          acc *= n
      return acc`,
    ruby: `
      acc = 2
      nums.each { |n| acc *= n }
      acc`,
    cases: [[[], 2], [[0], 0], [[1], 2], [[-1], -2], [[3, 4], 24], [[2, 2, 2], 16], [[5, 0, 7], 0], [[-2, -3], 12]],
  },
  {
    name: 'times-levels', level: 'easy', params: ['levels'], text: 'Multiplies all items, starting from 5.',
    javascript: `
      let acc = 5;
      for (const lv of levels) acc *= lv;
      return acc;`,
    python: `
      acc = 5
      for lv in levels:
          acc *= lv
      return acc`,
    ruby: `
      acc = 5
      levels.each { |lv| acc *= lv }
      acc`,
    cases: [[[], 5], [[1], 5], [[0], 0], [[2], 10], [[-2, 3], -30], [[4, 4], 80], [[1, 1, 1], 5], [[-1, -1, 3], 15]],
  },
];
