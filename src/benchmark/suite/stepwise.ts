/** Problems whose answers are built from the answers to smaller ones (dynamic programming). */
import type { SuiteRecord } from './record';

export const STEPWISE: readonly SuiteRecord[] = [
  {
    name: 'stair-ways', level: 'middle', params: ['stairs'], text: 'Counts the ways to climb some stairs with steps of one, two or three stairs at a time. No stairs can be climbed in one way.',
    javascript: `
      const ways = [1];
      for (let i = 1; i <= stairs; i++) ways.push(ways.slice(-3).reduce((a, b) => a + b));
      return ways[stairs];`,
    python: `
      ways = [1]
      for _ in range(stairs):
          ways.append(sum(ways[-3:]))
      return ways[-1]`,
    ruby: `
      ways = [1]
      stairs.times { ways.push(ways.last(3).sum) }
      ways.last`,
    cases: [[0, 1], [1, 1], [2, 2], [3, 4], [4, 7], [5, 13], [6, 24], [7, 44], [10, 274]],
  },
  {
    name: 'fewest-coins', level: 'middle', params: ['coins', 'amount'], text: 'Finds the smallest number of coins that make up an amount, where each kind of coin may be used again and again. Gives -1 where the kinds cannot make it up.',
    javascript: `
      const fewest = [0];
      for (let sum = 1; sum <= amount; sum++) {
        const counts = coins.filter(coin => coin <= sum).map(coin => fewest[sum - coin] + 1);
        fewest.push(Math.min(Infinity, ...counts));
      }
      return fewest[amount] === Infinity ? -1 : fewest[amount];`,
    python: `
      fewest = [0]
      for sum_ in range(1, amount + 1):
          counts = [fewest[sum_ - coin] + 1 for coin in coins if coin <= sum_]
          fewest.append(min(counts, default=float('inf')))
      return -1 if fewest[amount] == float('inf') else fewest[amount]`,
    ruby: `
      fewest = [0]
      (1..amount).each do |sum|
        counts = coins.select { |coin| coin <= sum }.map { |coin| fewest[sum - coin] + 1 }
        fewest.push(counts.min || Float::INFINITY)
      end
      fewest[amount] == Float::INFINITY ? -1 : fewest[amount]`,
    cases: [[[], 0, 0], [[], 3, -1], [[5], 5, 1], [[5], 3, -1], [[5], 10, 2], [[1, 3, 4], 6, 2], [[1, 5, 10], 18, 5], [[2, 4], 7, -1], [[3, 7], 13, 3], [[9, 6, 1], 12, 2]],
  },
  {
    name: 'coin-ways', level: 'hard', params: ['coins', 'amount'], text: 'Counts the ways to make up an amount from kinds of coins that may each be used again and again. The order of the coins does not matter, and an amount of 0 is made up in one way.',
    javascript: `
      const ways = [1, ...Array(amount).fill(0)];
      for (const coin of coins) {
        for (let sum = coin; sum <= amount; sum++) ways[sum] += ways[sum - coin];
      }
      return ways[amount];`,
    python: `
      ways = [1] + [0] * amount
      for coin in coins:
          for sum_ in range(coin, amount + 1):
              ways[sum_] += ways[sum_ - coin]
      return ways[amount]`,
    ruby: `
      ways = [1] + [0] * amount
      coins.each do |coin|
        (coin..amount).each { |sum| ways[sum] += ways[sum - coin] }
      end
      ways[amount]`,
    cases: [[[], 0, 1], [[], 2, 0], [[2], 3, 0], [[2], 4, 1], [[1, 2], 3, 2], [[1, 2], 4, 3], [[2, 1], 4, 3], [[1, 2, 5], 5, 4], [[5, 10], 20, 3], [[7], 3, 0], [[1, 5, 10, 25], 30, 18]],
  },
  {
    name: 'longest-climb', level: 'hard', params: ['heights'], text: 'Says how many numbers of a list one can keep at most, in their order, so that each is larger than the one kept before it.',
    javascript: `
      const best = [];
      for (let i = 0; i < heights.length; i++) {
        const before = best.filter((_, j) => heights[j] < heights[i]);
        best.push(1 + Math.max(0, ...before));
      }
      return Math.max(0, ...best);`,
    python: `
      best = []
      for i, height in enumerate(heights):
          best.append(1 + max([best[j] for j in range(i) if heights[j] < height], default=0))
      return max(best, default=0)`,
    ruby: `
      best = []
      heights.each_with_index do |height, i|
        best.push(1 + ((0...i).select { |j| heights[j] < height }.map { |j| best[j] }.max || 0))
      end
      best.max || 0`,
    cases: [[[], 0], [[5], 1], [[1, 2, 3], 3], [[3, 2, 1], 1], [[2, 2, 2], 1], [[1, 3, 2, 4], 3], [[12, 8, 3, 6, 4, 7, 90, 20], 4], [[-3, -5, -1, -4, 0], 3], [[4, 1, 5, 2, 6, 3], 3]],
  },
  {
    name: 'edit-steps', level: 'hard', params: ['left', 'right'], text: 'Says how many steps turn one text into another at least. A step puts in, takes out or changes one character.',
    javascript: `
      let row = Array.from({ length: right.length + 1 }, (_, j) => j);
      for (let i = 1; i <= left.length; i++) {
        const next = [i];
        for (let j = 1; j <= right.length; j++) {
          const change = row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1);
          next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
        }
        row = next;
      }
      return row[right.length];`,
    python: `
      row = list(range(len(right) + 1))
      for i, a in enumerate(left):
          following = [i + 1]
          for j, b in enumerate(right):
              following.append(min(row[j] + (a != b), row[j + 1] + 1, following[j] + 1))
          row = following
      return row[-1]`,
    ruby: `
      row = (0..right.length).to_a
      left.chars.each_with_index do |a, i|
        following = [i + 1]
        right.chars.each_with_index do |b, j|
          following.push([row[j] + (a == b ? 0 : 1), row[j + 1] + 1, following[j] + 1].min)
        end
        row = following
      end
      row.last`,
    cases: [['', '', 0], ['a', '', 1], ['', 'abc', 3], ['a', 'a', 0], ['a', 'b', 1], ['ab', 'ba', 2], ['pencil', 'stencil', 2], ['house', 'mouse', 1], ['flour', 'louder', 3], ['été', 'ete', 2], ['abcdef', 'azced', 3]],
  },
  {
    name: 'best-streak', level: 'middle', params: ['changes'], text: 'Finds the highest total that neighbouring numbers of a list can have. No number at all has the total 0.',
    javascript: `
      let best = 0;
      let here = 0;
      for (const change of changes) {
        here = Math.max(0, here + change);
        best = Math.max(best, here);
      }
      return best;`,
    python: `
      best = here = 0
      for change in changes:
          here = max(0, here + change)
          best = max(best, here)
      return best`,
    ruby: `
      best = here = 0
      changes.each do |change|
        here = [0, here + change].max
        best = [best, here].max
      end
      best`,
    cases: [[[], 0], [[5], 5], [[-5], 0], [[1, 2, 3], 6], [[-1, 4, -1], 4], [[4, -1, 4], 7], [[4, -9, 4], 4], [[-3, 2, -4, 5, -2, 3, 1, -6, 4], 7], [[0, 0], 0], [[2, -3, 5, -1], 5]],
  },
  {
    name: 'grid-ways', level: 'middle', params: ['grid'], text: 'Counts the ways from the top left cell of a grid to the bottom right one with steps to the right and down. Cells with 1 are blocked, cells with 0 are free, and the grid is not empty.',
    javascript: `
      const ways = Array(grid[0].length).fill(0);
      ways[0] = 1;
      for (const row of grid) {
        row.forEach((cell, x) => {
          ways[x] = cell === 1 ? 0 : ways[x] + (x > 0 ? ways[x - 1] : 0);
        });
      }
      return ways[ways.length - 1];`,
    python: `
      ways = [1] + [0] * (len(grid[0]) - 1)
      for row in grid:
          for x, cell in enumerate(row):
              ways[x] = 0 if cell == 1 else ways[x] + (ways[x - 1] if x > 0 else 0)
      return ways[-1]`,
    ruby: `
      ways = [1] + [0] * (grid[0].length - 1)
      grid.each do |row|
        row.each_with_index { |cell, x| ways[x] = cell == 1 ? 0 : ways[x] + (x > 0 ? ways[x - 1] : 0) }
      end
      ways.last`,
    cases: [[[[0]], 1], [[[1]], 0], [[[0, 0]], 1], [[[0], [0]], 1], [[[0, 0], [0, 0]], 2], [[[0, 1], [0, 0]], 1], [[[0, 1], [1, 0]], 0], [[[0, 0, 0], [0, 0, 0], [0, 0, 0]], 6], [[[0, 0, 0], [0, 1, 0], [0, 0, 0]], 2], [[[0, 0, 0, 0], [0, 0, 0, 0]], 4], [[[1, 0], [0, 0]], 0]],
  },
  {
    name: 'best-load', level: 'hard', params: ['things', 'limit'], text: 'Finds the highest total value of things that can be taken along when their weights may add up to a limit at most. A thing is a pair of its weight and its value and can be taken once.',
    javascript: `
      const best = Array(limit + 1).fill(0);
      for (const [weight, value] of things) {
        for (let load = limit; load >= weight; load--) best[load] = Math.max(best[load], best[load - weight] + value);
      }
      return best[limit];`,
    python: `
      best = [0] * (limit + 1)
      for weight, value in things:
          for load in range(limit, weight - 1, -1):
              best[load] = max(best[load], best[load - weight] + value)
      return best[limit]`,
    ruby: `
      best = [0] * (limit + 1)
      things.each do |weight, value|
        limit.downto(weight) { |load| best[load] = [best[load], best[load - weight] + value].max }
      end
      best[limit]`,
    cases: [[[], 5, 0], [[[5, 10]], 5, 10], [[[6, 10]], 5, 0], [[[2, 3]], 9, 3], [[[2, 3], [3, 4]], 5, 7], [[[2, 3], [3, 4]], 4, 4], [[[5, 10], [4, 7], [3, 6]], 7, 13], [[[1, 1], [1, 5], [1, 3]], 2, 8], [[[0, 4], [9, 9]], 0, 4], [[[3, 8], [4, 9], [5, 13]], 8, 21]],
  },
  {
    name: 'shared-order', level: 'hard', params: ['left', 'right'], text: 'Says how many characters two texts share at most when from each the characters are taken in their order, with gaps allowed.',
    javascript: `
      let row = Array(right.length + 1).fill(0);
      for (const a of left) {
        const next = [0];
        for (let j = 0; j < right.length; j++) next.push(a === right[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]));
        row = next;
      }
      return row[right.length];`,
    python: `
      row = [0] * (len(right) + 1)
      for a in left:
          following = [0]
          for j, b in enumerate(right):
              following.append(row[j] + 1 if a == b else max(row[j + 1], following[j]))
          row = following
      return row[-1]`,
    ruby: `
      row = [0] * (right.length + 1)
      left.each_char do |a|
        following = [0]
        right.chars.each_with_index { |b, j| following.push(a == b ? row[j] + 1 : [row[j + 1], following[j]].max) }
        row = following
      end
      row.last`,
    cases: [['', '', 0], ['a', '', 0], ['a', 'a', 1], ['a', 'b', 0], ['abc', 'abc', 3], ['abc', 'cba', 1], ['market', 'make', 4], ['aab', 'aba', 2], ['thinking', 'thing', 5], ['été', 'téte', 2], ['xaybzc', 'abc', 3]],
  },
];
