/** Problems of searching, ordering and ranking. */
import type { SuiteRecord } from './record';

export const SEARCHING: readonly SuiteRecord[] = [
  {
    name: 'insert-position', level: 'middle', params: ['numbers', 'value'], text: 'Finds the place in a list sorted from small to large where a value would be put in so that it stays sorted. Among equal numbers the value goes before the first.',
    javascript: `
      let low = 0;
      let high = numbers.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle] < value) low = middle + 1;
        else high = middle;
      }
      return low;`,
    python: `
      low, high = 0, len(numbers)
      while low < high:
          middle = (low + high) // 2
          if numbers[middle] < value:
              low = middle + 1
          else:
              high = middle
      return low`,
    ruby: 'numbers.bsearch_index { |n| n >= value } || numbers.length',
    cases: [[[], 5, 0], [[5], 5, 0], [[5], 4, 0], [[5], 6, 1], [[1, 3, 5], 3, 1], [[1, 3, 5], 4, 2], [[1, 3, 5], 9, 3], [[2, 2, 2], 2, 0], [[1, 2, 2, 3], 2, 1], [[-5, -1, 0, 8], -1, 1]],
  },
  {
    name: 'order-by-length', level: 'middle', params: ['words'], text: 'Sorts words by their length, the short ones first, and words of the same length by the alphabet.',
    javascript: 'return [...words].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));',
    python: 'return sorted(words, key=lambda word: (len(word), word))',
    ruby: 'words.sort_by { |word| [word.length, word] }',
    cases: [[[], []], [['a'], ['a']], [['bb', 'a'], ['a', 'bb']], [['b', 'a'], ['a', 'b']], [['bb', 'aa', 'c'], ['c', 'aa', 'bb']], [['', 'x', ''], ['', '', 'x']], [['pear', 'fig', 'apple', 'kiwi'], ['fig', 'kiwi', 'pear', 'apple']], [['zz', 'é', 'z'], ['z', 'é', 'zz']], [['ab', 'cd', 'ef'], ['ab', 'cd', 'ef']], [['c', 'a', 'b', 'a'], ['a', 'a', 'b', 'c']]],
  },
  {
    name: 'nth-smallest', level: 'easy', params: ['numbers', 'place'], text: 'Finds the number at a place, counted from 1, when the different numbers of a list are sorted from small to large. Gives null, or what stands for it, where there are too few.',
    javascript: `
      const sorted = [...new Set(numbers)].sort((a, b) => a - b);
      return place <= sorted.length ? sorted[place - 1] : null;`,
    python: `
      ordered = sorted(set(numbers))
      return ordered[place - 1] if place <= len(ordered) else None`,
    ruby: 'numbers.uniq.sort[place - 1]',
    cases: [[[], 1, null], [[7], 1, 7], [[7], 2, null], [[3, 1, 2], 1, 1], [[3, 1, 2], 3, 3], [[5, 5, 5], 2, null], [[10, 9, 100], 2, 10], [[-1, -10, 0], 2, -1], [[2, 1, 2, 1, 3], 2, 2]],
  },
  {
    name: 'pair-with-sum', level: 'middle', params: ['numbers', 'target'], text: 'Finds two places of a list, counted from 0, whose numbers add up to a target. Of several pairs it gives the one whose first place is the smallest, then the one whose second is; without any, an empty list.',
    javascript: `
      for (let i = 0; i < numbers.length; i++) {
        const j = numbers.indexOf(target - numbers[i], i + 1);
        if (j > 0) return [i, j];
      }
      return [];`,
    python: `
      for i in range(len(numbers)):
          for j in range(i + 1, len(numbers)):
              if numbers[i] + numbers[j] == target:
                  return [i, j]
      return []`,
    ruby: '(0...numbers.length).to_a.combination(2).find { |i, j| numbers[i] + numbers[j] == target } || []',
    cases: [[[], 0, []], [[5], 5, []], [[5], 10, []], [[1, 2], 3, [0, 1]], [[3, 3], 6, [0, 1]], [[1, 2, 3, 4], 5, [0, 3]], [[2, 3, 2, 3], 5, [0, 1]], [[0, -1, 1], 0, [1, 2]], [[4, 1, 9], 20, []], [[7, 8, 0], 8, [1, 2]]],
  },
  {
    name: 'count-inversions', level: 'middle', params: ['numbers'], text: 'Counts the pairs of numbers of a list of which the earlier is larger than the later.',
    javascript: `
      let count = 0;
      for (let i = 0; i < numbers.length; i++) {
        for (let j = 0; j < i; j++) {
          if (numbers[j] > numbers[i]) count += 1;
        }
      }
      return count;`,
    python: 'return sum(1 for i, n in enumerate(numbers) for m in numbers[:i] if m > n)',
    ruby: 'numbers.combination(2).count { |a, b| a > b }',
    cases: [[[], 0], [[1], 0], [[1, 2], 0], [[2, 1], 1], [[2, 2], 0], [[3, 2, 1], 3], [[1, 2, 3, 4], 0], [[2, 4, 1, 3], 3], [[5, 1, 5, 1], 3], [[0, -1, -2, 9], 3]],
  },
  {
    name: 'nearest-value', level: 'middle', params: ['numbers', 'target'], text: 'Finds the number of a list that is nearest to a target. Of two that are equally near, the smaller one counts; the list is not empty.',
    javascript: `
      let best = numbers[0];
      for (const n of numbers) {
        const gain = Math.abs(best - target) - Math.abs(n - target);
        if (gain > 0 || (gain === 0 && n < best)) best = n;
      }
      return best;`,
    python: 'return min(numbers, key=lambda n: (abs(n - target), n))',
    ruby: 'numbers.min_by { |n| [(n - target).abs, n] }',
    cases: [[[7], 0, 7], [[1, 9], 2, 1], [[1, 9], 8, 9], [[1, 9], 5, 1], [[9, 1], 5, 1], [[4, 6, 5], 5, 5], [[-3, 3], 0, -3], [[3, -3], 0, -3], [[10, 20, 30], 26, 30], [[2, 2, 8], 100, 8]],
  },
  {
    name: 'competition-ranks', level: 'middle', params: ['scores'], text: 'Gives the rank of each score of a list, 1 for the highest. Equal scores share a rank, and after two that share one the next rank is left out.',
    javascript: 'return scores.map(score => 1 + scores.filter(other => other > score).length);',
    python: 'return [1 + sum(1 for other in scores if other > score) for score in scores]',
    ruby: 'scores.map { |score| 1 + scores.count { |other| other > score } }',
    cases: [[[], []], [[5], [1]], [[5, 9], [2, 1]], [[9, 5], [1, 2]], [[7, 7], [1, 1]], [[3, 9, 9, 1], [3, 1, 1, 4]], [[0, -1, -2], [1, 2, 3]], [[4, 4, 4, 8], [2, 2, 2, 1]], [[10, 100, 20], [3, 1, 2]]],
  },
  {
    name: 'frequent-words', level: 'hard', params: ['words', 'most'], text: 'Lists the words that occur most often in a list, at most so many of them. Frequent ones come first, and equally frequent ones go by the alphabet.',
    javascript: `
      const counts = {};
      for (const word of words) counts[word] = (counts[word] || 0) + 1;
      const order = (a, b) => counts[b] - counts[a] || (a < b ? -1 : 1);
      return Object.keys(counts).sort(order).slice(0, most);`,
    python: `
      counts = {}
      for word in words:
          counts[word] = counts.get(word, 0) + 1
      return sorted(counts, key=lambda word: (-counts[word], word))[:most]`,
    ruby: 'words.tally.sort_by { |word, n| [-n, word] }.first(most).map(&:first)',
    cases: [[[], 3, []], [['a'], 0, []], [['a'], 1, ['a']], [['b', 'a'], 2, ['a', 'b']], [['b', 'a', 'b'], 2, ['b', 'a']], [['c', 'b', 'a'], 2, ['a', 'b']], [['x', 'y', 'y', 'x', 'z'], 2, ['x', 'y']], [['to', 'be', 'or', 'not', 'to', 'be', 'to'], 3, ['to', 'be', 'not']], [['é', 'e', 'é'], 9, ['é', 'e']]],
  },
  {
    name: 'first-peak', level: 'middle', params: ['heights'], text: 'Finds the first place, counted from 0, whose height is above that of its neighbours. The ends have one neighbour only, a single height is a peak, and where there is no peak the answer is -1.',
    javascript: 'return heights.findIndex((h, i) => (i === 0 || heights[i - 1] < h) && (i === heights.length - 1 || heights[i + 1] < h));',
    python: `
      for i, h in enumerate(heights):
          if (i == 0 or heights[i - 1] < h) and (i == len(heights) - 1 or heights[i + 1] < h):
              return i
      return -1`,
    ruby: `
      last = heights.length - 1
      (0..last).find { |i| (i == 0 || heights[i - 1] < heights[i]) && (i == last || heights[i + 1] < heights[i]) } || -1`,
    cases: [[[], -1], [[5], 0], [[2, 1], 0], [[1, 2], 1], [[3, 3], -1], [[1, 3, 2], 1], [[1, 3, 3, 2], -1], [[2, 2, 5, 1, 9], 2], [[-5, -6, -1], 0], [[1, 1, 1, 2], 3], [[0, 1, 2, 2], -1]],
  },
  {
    name: 'turned-by', level: 'middle', params: ['numbers'], text: 'Says by how many steps to the right a list was turned that holds different numbers and was sorted from small to large before. What leaves at the back comes in at the front; a sorted list and an empty one give 0.',
    javascript: `
      let low = 0;
      let high = numbers.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle] > numbers[high]) low = middle + 1;
        else high = middle;
      }
      return low;`,
    python: `
      low, high = 0, max(0, len(numbers) - 1)
      while low < high:
          middle = (low + high) // 2
          if numbers[middle] > numbers[high]:
              low = middle + 1
          else:
              high = middle
      return low`,
    ruby: 'numbers.each_cons(2).find_index { |a, b| a > b }.then { |at| at.nil? ? 0 : at + 1 }',
    cases: [[[], 0], [[7], 0], [[1, 2], 0], [[2, 1], 1], [[1, 2, 3, 4, 5], 0], [[5, 1, 2, 3, 4], 1], [[2, 3, 4, 5, 1], 4], [[4, 5, 6, 1, 2, 3], 3], [[3, 9, -4, -1], 2], [[10, 20, 30, 0], 3]],
  },
];
