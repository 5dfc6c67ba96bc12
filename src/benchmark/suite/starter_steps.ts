/** Problems over one list of numbers in the starter's words, with what none of its functions has: numbers that it never saw, or two steps in one. */
import type { SuiteRecord } from './record';

export const STARTER_STEPS: readonly SuiteRecord[] = [
  {
    name: 'keep-sizes', level: 'easy', params: ['sizes'], text: 'Keeps the items greater than 13.',
    javascript: 'return sizes.filter(size => size > 13);',
    python: 'return [size for size in sizes if size > 13]',
    ruby: 'sizes.select { |size| size > 13 }',
    cases: [[[], []], [[13], []], [[14], [14]], [[12], []], [[12, 13, 14], [14]], [[-13, 130, 31], [130, 31]], [[20, 1, 20], [20, 20]], [[3, 2, 1], []]],
  },
  {
    name: 'count-prices', level: 'easy', params: ['prices'], text: 'Counts the items at least 20.',
    javascript: 'return prices.filter(p => p >= 20).length;',
    python: 'return len([p for p in prices if p >= 20])',
    ruby: 'prices.count { |p| p >= 20 }',
    cases: [[[], 0], [[20], 1], [[19], 0], [[21], 1], [[19, 20, 21], 2], [[-20, 200], 1], [[20, 20, 20], 3], [[2, 10, 12], 0]],
  },
  {
    name: 'sum-weights', level: 'easy', params: ['weights'], text: 'Adds the items to a start of 15.',
    javascript: `
      let total = 15;
      for (const w of weights) {
        total += w;
      }
      return total;`,
    python: `
      total = 15
      for w in weights:
          total += w
      return total`,
    ruby: `
      total = 15
      weights.each { |w| total += w }
      total`,
    cases: [[[], 15], [[0], 15], [[1], 16], [[-15], 0], [[1, 2, 3], 21], [[5, 5], 25], [[-1, 1, -1], 14], [[100], 115]],
  },
  {
    name: 'reject-below-one', level: 'easy', params: ['values'], text: 'Loops and leaves out the items less than 1.',
    javascript: `
      const out = [];
      for (const value of values) {
        if (value < 1) continue;
        out.push(value);
      }
      return out;`,
    python: `
      out = []
      for value in values:
          if value < 1:
              continue
          out.append(value)
      return out`,
    ruby: `
      out = []
      values.each do |value|
        next if value < 1
        out.push(value)
      end
      out`,
    cases: [[[], []], [[1], [1]], [[0], []], [[2], [2]], [[-1, 0, 1], [1]], [[3, -3, 3], [3, 3]], [[0, 0], []], [[10, 11], [10, 11]]],
  },
  {
    name: 'count-inside', level: 'middle', params: ['ages'], text: 'Counts the items greater than 4 and at most 9.',
    javascript: 'return ages.filter(age => age > 4 && age <= 9).length;',
    python: 'return len([age for age in ages if age > 4 and age <= 9])',
    ruby: 'ages.count { |age| age > 4 && age <= 9 }',
    cases: [[[], 0], [[4], 0], [[5], 1], [[9], 1], [[10], 0], [[3, 4, 5, 6, 9, 10], 3], [[-5, 50], 0], [[7, 7, 7], 3]],
  },
  {
    name: 'keep-and-double', level: 'middle', params: ['costs'], text: 'Keeps the items at least 3 and gives each of them times 2.',
    javascript: 'return costs.filter(cost => cost >= 3).map(cost => cost * 2);',
    python: 'return [cost * 2 for cost in costs if cost >= 3]',
    ruby: 'costs.select { |cost| cost >= 3 }.map { |cost| cost * 2 }',
    cases: [[[], []], [[3], [6]], [[2], []], [[4], [8]], [[2, 3, 4], [6, 8]], [[-3, 0, 30], [60]], [[5, 1, 5], [10, 10]], [[1, 2], []]],
  },
  {
    name: 'map-twice', level: 'middle', params: ['levels'], text: 'Turns each item into itself times 3 plus 2.',
    javascript: 'return levels.map(lv => lv * 3 + 2);',
    python: 'return [lv * 3 + 2 for lv in levels]',
    ruby: 'levels.map { |lv| lv * 3 + 2 }',
    cases: [[[], []], [[0], [2]], [[1], [5]], [[-1], [-1]], [[2, 3], [8, 11]], [[4, 4], [14, 14]], [[-10, 100], [-28, 302]], [[6, 0, 5], [20, 2, 17]]],
  },
  {
    name: 'take-after-skip', level: 'middle', params: ['items'], text: 'Skips the first 2 items and takes 3 items from the rest.',
    javascript: 'return items.slice(2, 5);',
    python: 'return items[2:5]',
    ruby: 'items.drop(2).take(3)',
    cases: [[[], []], [[1], []], [[1, 2], []], [[1, 2, 3], [3]], [[1, 2, 3, 4, 5], [3, 4, 5]], [[1, 2, 3, 4, 5, 6], [3, 4, 5]], [[9, 8, 7, 6], [7, 6]], [[0, 0, 0, 1, 0, 0, 0], [0, 1, 0]]],
  },
  {
    name: 'last-position', level: 'middle', params: ['scores', 'value'], text: 'Returns the index of the last item equal to value, or -1.',
    javascript: `
      for (let i = scores.length - 1; i >= 0; i--) {
        if (scores[i] === value) return i;
      }
      return -1;`,
    python: `
      for i in range(len(scores) - 1, -1, -1):
          if scores[i] == value:
              return i
      return -1`,
    ruby: 'scores.rindex(value) || -1',
    cases: [[[], 1, -1], [[1], 1, 0], [[1], 2, -1], [[5, 5, 5], 5, 2], [[4, 5, 6], 4, 0], [[1, 2, 1, 2], 1, 2], [[0, -3, 3], 3, 2], [[7, 8], 0, -1]],
  },
  {
    name: 'max-below', level: 'middle', params: ['nums'], text: 'Finds the largest item less than 8, or 0 when there is none.',
    javascript: `
      const kept = nums.filter(n => n < 8);
      if (kept.length === 0) return 0;
      return Math.max(...kept);`,
    python: `
      kept = [n for n in nums if n < 8]
      if not kept:
          return 0
      return max(kept)`,
    ruby: `
      kept = nums.select { |n| n < 8 }
      return 0 if kept.empty?
      kept.max`,
    cases: [[[], 0], [[8], 0], [[7], 7], [[9], 0], [[6, 7, 8, 9], 7], [[-8, -2, 80], -2], [[3, 3], 3], [[10, 20, 1], 1]],
  },
  {
    name: 'mean-of-large', level: 'middle', params: ['points'], text: 'Averages only the items at least 2, or gives 5 when there is none.',
    javascript: `
      const kept = points.filter(pt => pt >= 2);
      if (kept.length === 0) return 5;
      return kept.reduce((a, b) => a + b, 0) / kept.length;`,
    python: `
      kept = [pt for pt in points if pt >= 2]
      if len(kept) == 0:
          return 5
      return sum(kept) / len(kept)`,
    ruby: `
      kept = points.select { |pt| pt >= 2 }
      return 5 if kept.empty?
      kept.sum / kept.length.to_f`,
    cases: [[[], 5], [[2], 2], [[1], 5], [[3], 3], [[1, 2, 3], 2.5], [[-2, 20], 20], [[0, 1, -4], 5], [[4, 4, 5, 5], 4.5]],
  },
  {
    name: 'sum-up-to-limit', level: 'middle', params: ['marks', 'limit'], text: 'Adds the items from the front for as long as the total stays at most limit. The item that would go over it ends the adding.',
    javascript: `
      let total = 0;
      for (const m of marks) {
        if (total + m > limit) return total;
        total += m;
      }
      return total;`,
    python: `
      total = 0
      for m in marks:
          if total + m > limit:
              return total
          total += m
      return total`,
    ruby: `
      total = 0
      marks.each do |m|
        return total if total + m > limit
        total += m
      end
      total`,
    cases: [[[], 10, 0], [[10], 10, 10], [[11], 10, 0], [[4, 6], 10, 10], [[4, 7, 1], 10, 4], [[1, 1, 1], 2, 2], [[5, -5, 8], 8, 8], [[3, 3, 3], 100, 9], [[0, 0, 1], 0, 0]],
  },
];
