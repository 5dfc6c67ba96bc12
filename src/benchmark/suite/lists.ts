/** Problems over lists: order, neighbours, windows, merging. */
import type { SuiteRecord } from './record';

export const LISTS: readonly SuiteRecord[] = [
  {
    name: 'running-total', level: 'easy', params: ['numbers'], text: 'Lists, for every place of a list, the total of all numbers up to and including that place.',
    javascript: `
      let total = 0;
      return numbers.map(n => total += n);`,
    python: `
      out = []
      total = 0
      for n in numbers:
          total += n
          out.append(total)
      return out`,
    ruby: `
      total = 0
      numbers.map { |n| total += n }`,
    cases: [[[], []], [[5], [5]], [[0], [0]], [[1, 2, 3], [1, 3, 6]], [[-1, 1, -1], [-1, 0, -1]], [[4, 4, 4], [4, 8, 12]], [[10, -20, 5], [10, -10, -5]], [[0, 0, 7], [0, 0, 7]]],
  },
  {
    name: 'rotate-left', level: 'easy', params: ['items', 'steps'], text: 'Moves the items of a list to the left by a number of steps that is not negative. What leaves at the front comes in at the back, and there may be more steps than items.',
    javascript: `
      if (items.length === 0) return [];
      const at = steps % items.length;
      return items.slice(at).concat(items.slice(0, at));`,
    python: `
      if not items:
          return []
      at = steps % len(items)
      return items[at:] + items[:at]`,
    ruby: 'items.rotate(steps)',
    cases: [[[], 3, []], [[1], 5, [1]], [[1, 2, 3], 0, [1, 2, 3]], [[1, 2, 3], 1, [2, 3, 1]], [[1, 2, 3], 2, [3, 1, 2]], [[1, 2, 3], 3, [1, 2, 3]], [[1, 2, 3], 7, [2, 3, 1]], [['a', 'b', 'c', 'd'], 6, ['c', 'd', 'a', 'b']]],
  },
  {
    name: 'neighbour-gaps', level: 'easy', params: ['numbers'], text: 'Lists how much each number is above the one before it. The result is one shorter than the list, and empty for less than two numbers.',
    javascript: 'return numbers.slice(1).map((n, i) => n - numbers[i]);',
    python: 'return [b - a for a, b in zip(numbers, numbers[1:])]',
    ruby: 'numbers.each_cons(2).map { |a, b| b - a }',
    cases: [[[], []], [[4], []], [[1, 4], [3]], [[4, 1], [-3]], [[2, 2, 2], [0, 0]], [[1, 2, 4, 8], [1, 2, 4]], [[0, -5, 5], [-5, 10]], [[10, 9, 11], [-1, 2]]],
  },
  {
    name: 'run-lengths', level: 'middle', params: ['items'], text: 'Puts equal neighbours together. Each group becomes a pair of the item and how many of it stood side by side.',
    javascript: `
      const runs = [];
      for (const item of items) {
        const last = runs[runs.length - 1];
        if (last !== undefined && last[0] === item) last[1] += 1;
        else runs.push([item, 1]);
      }
      return runs;`,
    python: `
      runs = []
      for item in items:
          if runs and runs[-1][0] == item:
              runs[-1][1] += 1
          else:
              runs.append([item, 1])
      return runs`,
    ruby: 'items.chunk_while { |a, b| a == b }.map { |run| [run[0], run.length] }',
    cases: [[[], []], [[3], [[3, 1]]], [[3, 3], [[3, 2]]], [[1, 2], [[1, 1], [2, 1]]], [[1, 1, 2, 1], [[1, 2], [2, 1], [1, 1]]], [['a', 'a', 'a'], [['a', 3]]], [[0, 0, 5, 5, 5], [[0, 2], [5, 3]]], [[4, 4, 4, 4], [[4, 4]]]],
  },
  {
    name: 'take-turns', level: 'easy', params: ['left', 'right'], text: 'Takes items from two lists by turns, beginning with the left one. When one list is used up, the rest of the other follows.',
    javascript: `
      const out = [];
      for (let i = 0; i < left.length || i < right.length; i++) {
        if (i < left.length) out.push(left[i]);
        if (i < right.length) out.push(right[i]);
      }
      return out;`,
    python: `
      out = []
      for i in range(max(len(left), len(right))):
          if i < len(left):
              out.append(left[i])
          if i < len(right):
              out.append(right[i])
      return out`,
    ruby: `
      out = []
      [left.length, right.length].max.times do |i|
        out.push(left[i]) if i < left.length
        out.push(right[i]) if i < right.length
      end
      out`,
    cases: [[[], [], []], [[1], [], [1]], [[], [2], [2]], [[1, 3], [2, 4], [1, 2, 3, 4]], [[1, 2, 3], [9], [1, 9, 2, 3]], [[1], [7, 8, 9], [1, 7, 8, 9]], [['a', 'b'], ['c'], ['a', 'c', 'b']], [[0, 0], [0, 0, 5], [0, 0, 0, 0, 5]]],
  },
  {
    name: 'leaders', level: 'middle', params: ['numbers'], text: 'Keeps the numbers that are larger than every number after them. The last number is always kept.',
    javascript: 'return numbers.filter((n, i) => numbers.slice(i + 1).every(later => later < n));',
    python: 'return [n for i, n in enumerate(numbers) if all(later < n for later in numbers[i + 1:])]',
    ruby: `
      out = []
      numbers.reverse_each { |n| out.unshift(n) if out.empty? || n > out[0] }
      out`,
    cases: [[[], []], [[5], [5]], [[1, 2, 3], [3]], [[3, 2, 1], [3, 2, 1]], [[4, 4], [4]], [[12, 19, 6, 2, 7, 1], [19, 7, 1]], [[-1, -2, -3], [-1, -2, -3]], [[7, 1, 7], [7]], [[0, 9, 0], [9, 0]]],
  },
  {
    name: 'longest-plateau', level: 'middle', params: ['items'], text: 'Says how many equal items stand side by side at most. An empty list gives 0.',
    javascript: `
      let best = 0;
      let length = 0;
      for (let i = 0; i < items.length; i++) {
        length = i > 0 && items[i] === items[i - 1] ? length + 1 : 1;
        best = Math.max(best, length);
      }
      return best;`,
    python: `
      best = 0
      length = 0
      for i, item in enumerate(items):
          length = length + 1 if i > 0 and item == items[i - 1] else 1
          best = max(best, length)
      return best`,
    ruby: 'items.chunk_while { |a, b| a == b }.map(&:length).max || 0',
    cases: [[[], 0], [[1], 1], [[1, 2], 1], [[2, 2], 2], [[1, 2, 2, 1], 2], [[1, 1, 1, 2, 2], 3], [[2, 2, 1, 1, 1], 3], [[5, 4, 5, 4, 5], 1], [['x', 'x', 'y', 'x'], 2]],
  },
  {
    name: 'window-peaks', level: 'hard', params: ['numbers', 'size'], text: 'Slides a window of a positive size over a list and notes the largest number of each full window. A list shorter than the window gives nothing.',
    javascript: `
      const out = [];
      for (let i = 0; i + size <= numbers.length; i++) {
        out.push(Math.max(...numbers.slice(i, i + size)));
      }
      return out;`,
    python: 'return [max(numbers[i:i + size]) for i in range(len(numbers) - size + 1)]',
    ruby: 'numbers.each_cons(size).map(&:max)',
    cases: [[[], 2, []], [[1], 1, [1]], [[1], 2, []], [[1, 3, 2], 1, [1, 3, 2]], [[1, 3, 2], 2, [3, 3]], [[1, 3, 2], 3, [3]], [[9, 1, 1, 1, 8], 3, [9, 1, 8]], [[-4, -2, -7], 2, [-2, -2]], [[5, 5, 5, 5], 2, [5, 5, 5]]],
  },
  {
    name: 'merge-sorted', level: 'middle', params: ['left', 'right'], text: 'Joins two lists that are sorted from small to large into one that is sorted too.',
    javascript: `
      const out = [];
      let i = 0;
      let j = 0;
      while (i < left.length || j < right.length) {
        if (j === right.length || (i < left.length && left[i] < right[j])) out.push(left[i++]);
        else out.push(right[j++]);
      }
      return out;`,
    python: `
      out = []
      i = j = 0
      while i < len(left) or j < len(right):
          if j == len(right) or (i < len(left) and left[i] < right[j]):
              out.append(left[i])
              i += 1
          else:
              out.append(right[j])
              j += 1
      return out`,
    ruby: '(left + right).sort',
    cases: [[[], [], []], [[1], [], [1]], [[], [2], [2]], [[1, 3], [2, 4], [1, 2, 3, 4]], [[5, 6], [1, 2], [1, 2, 5, 6]], [[1, 1], [1], [1, 1, 1]], [[-3, 0], [-2, 10], [-3, -2, 0, 10]], [[1, 2, 9], [3], [1, 2, 3, 9]]],
  },
  {
    name: 'three-ways', level: 'easy', params: ['numbers', 'pivot'], text: 'Deals the numbers into three lists: those below the pivot, those equal to it and those above it, each in the old order.',
    javascript: 'return [numbers.filter(n => n < pivot), numbers.filter(n => n === pivot), numbers.filter(n => n > pivot)];',
    python: 'return [[n for n in numbers if n < pivot], [n for n in numbers if n == pivot], [n for n in numbers if n > pivot]]',
    ruby: '[numbers.select { |n| n < pivot }, numbers.select { |n| n == pivot }, numbers.select { |n| n > pivot }]',
    cases: [[[], 3, [[], [], []]], [[3], 3, [[], [3], []]], [[2], 3, [[2], [], []]], [[4], 3, [[], [], [4]]], [[5, 1, 3, 2, 4], 3, [[1, 2], [3], [5, 4]]], [[3, 3, 3], 3, [[], [3, 3, 3], []]], [[-1, 0, 1], 0, [[-1], [0], [1]]], [[9, 8, 9], 1, [[], [], [9, 8, 9]]]],
  },
  {
    name: 'true-majority', level: 'middle', params: ['votes'], text: 'Finds the item that makes up more than half of a list. Gives null, or what stands for it, where there is none.',
    javascript: `
      for (const vote of votes) {
        if (votes.filter(other => other === vote).length * 2 > votes.length) return vote;
      }
      return null;`,
    python: `
      for vote in votes:
          if votes.count(vote) * 2 > len(votes):
              return vote
      return None`,
    ruby: 'votes.find { |vote| votes.count(vote) * 2 > votes.length }',
    cases: [[[], null], [[7], 7], [[1, 2], null], [[1, 1, 2, 2], null], [[1, 1, 2], 1], [[2, 1, 1], 1], [['a', 'b', 'a', 'a'], 'a'], [[3, 4, 5, 3, 3, 9], null], [[0, 0, 0, 1], 0]],
  },
];
