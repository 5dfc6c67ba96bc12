/** Problems over what contains itself: nested lists, trees, choices. */
import type { SuiteRecord } from './record';

export const RECURSION: readonly SuiteRecord[] = [
  {
    name: 'nested-sum', level: 'middle', params: ['items'], text: 'Adds up all numbers of a list that may hold further lists, however deep.',
    javascript: `
      let total = 0;
      for (const item of items) total += Array.isArray(item) ? nestedSum(item) : item;
      return total;`,
    python: 'return sum(nested_sum(item) if isinstance(item, list) else item for item in items)',
    ruby: 'items.sum { |item| item.is_a?(Array) ? nested_sum(item) : item }',
    cases: [[[], 0], [[1], 1], [[1, 2], 3], [[[1]], 1], [[1, [2, [3]]], 6], [[[], [[]]], 0], [[[4, -4], [10]], 10], [[[[[[7]]]], 1], 8]],
  },
  {
    name: 'nesting-depth', level: 'middle', params: ['items'], text: 'Says how deep a list is nested: a list without lists inside has depth 1, an empty one too.',
    javascript: `
      let deepest = 0;
      for (const item of items) {
        if (Array.isArray(item)) deepest = Math.max(deepest, nestingDepth(item));
      }
      return deepest + 1;`,
    python: 'return 1 + max([nesting_depth(item) for item in items if isinstance(item, list)], default=0)',
    ruby: '1 + (items.grep(Array).map { |item| nesting_depth(item) }.max || 0)',
    cases: [[[], 1], [[1, 2], 1], [[[]], 2], [[1, [2]], 2], [[[1], [[2]], [3]], 3], [[[[[]]]], 4], [[[1, 2], [3, 4]], 2], [[0, [0, [0, [0, [0]]]]], 5]],
  },
  {
    name: 'leaf-paths', level: 'hard', params: ['tree'], text: 'Lists the ways from the root of a tree to each of its leaves, left to right, as texts of values joined by slashes. A node is a list of its value, a text, and then its children.',
    javascript: `
      const [value, ...children] = tree;
      if (children.length === 0) return [value];
      return children.flatMap(child => leafPaths(child).map(path => value + '/' + path));`,
    python: `
      value, children = tree[0], tree[1:]
      if not children:
          return [value]
      return [value + '/' + path for child in children for path in leaf_paths(child)]`,
    ruby: `
      value, *children = tree
      return [value] if children.empty?
      children.flat_map { |child| leaf_paths(child).map { |path| value + '/' + path } }`,
    cases: [[['a'], ['a']], [['a', ['b']], ['a/b']], [['a', ['b'], ['c']], ['a/b', 'a/c']], [['a', ['b', ['c']]], ['a/b/c']], [['a', ['b', ['c'], ['d']], ['e']], ['a/b/c', 'a/b/d', 'a/e']], [['x', ['x'], ['x']], ['x/x', 'x/x']], [['r', ['z'], ['y', ['w']]], ['r/z', 'r/y/w']], [['', ['é']], ['/é']]],
  },
  {
    name: 'tree-height', level: 'middle', params: ['tree'], text: 'Says how many nodes the longest way down a binary tree has. A node is a list of its left branch, its value and its right branch; a missing branch is null, or what stands for it.',
    javascript: `
      if (tree === null) return 0;
      return 1 + Math.max(treeHeight(tree[0]), treeHeight(tree[2]));`,
    python: `
      if tree is None:
          return 0
      return 1 + max(tree_height(tree[0]), tree_height(tree[2]))`,
    ruby: `
      return 0 if tree.nil?
      1 + [tree_height(tree[0]), tree_height(tree[2])].max`,
    cases: [[null, 0], [[null, 1, null], 1], [[[null, 1, null], 2, null], 2], [[null, 2, [null, 3, null]], 2], [[[null, 1, null], 2, [null, 3, null]], 2], [[[[null, 0, null], 1, null], 2, [null, 3, null]], 3], [[null, 1, [null, 2, [null, 3, null]]], 3], [[null, 1, [[[null, 4, null], 3, null], 2, null]], 4]],
  },
  {
    name: 'tower-moves', level: 'middle', params: ['discs', 'start', 'goal', 'spare'], text: 'Lists the moves that carry a tower of discs from a start peg to a goal by way of a spare one. One disc moves at a time and never lies on a smaller one; a move is the pair of pegs that it goes from and to, and there are as few as possible.',
    javascript: `
      if (discs === 0) return [];
      return [...towerMoves(discs - 1, start, spare, goal), [start, goal], ...towerMoves(discs - 1, spare, goal, start)];`,
    python: `
      if discs == 0:
          return []
      return tower_moves(discs - 1, start, spare, goal) + [[start, goal]] + tower_moves(discs - 1, spare, goal, start)`,
    ruby: `
      return [] if discs == 0
      tower_moves(discs - 1, start, spare, goal) + [[start, goal]] + tower_moves(discs - 1, spare, goal, start)`,
    cases: [
      [0, 'a', 'c', 'b', []], [1, 'a', 'c', 'b', [['a', 'c']]], [1, 'b', 'a', 'c', [['b', 'a']]], [0, 'x', 'x', 'x', []],
      [2, 'a', 'c', 'b', [['a', 'b'], ['a', 'c'], ['b', 'c']]], [2, 'c', 'a', 'b', [['c', 'b'], ['c', 'a'], ['b', 'a']]], [2, 'a', 'b', 'c', [['a', 'c'], ['a', 'b'], ['c', 'b']]],
      [3, 'a', 'c', 'b', [['a', 'c'], ['a', 'b'], ['c', 'b'], ['a', 'c'], ['b', 'a'], ['b', 'c'], ['a', 'c']]],
    ],
  },
  {
    name: 'subset-count', level: 'hard', params: ['numbers', 'target'], text: 'Counts the ways to choose some numbers of a list, each place at most once, so that they add up to a target. Choosing nothing adds up to 0.',
    javascript: `
      if (numbers.length === 0) return target === 0 ? 1 : 0;
      const rest = numbers.slice(1);
      return subsetCount(rest, target) + subsetCount(rest, target - numbers[0]);`,
    python: `
      if not numbers:
          return 1 if target == 0 else 0
      rest = numbers[1:]
      return subset_count(rest, target) + subset_count(rest, target - numbers[0])`,
    ruby: `
      return target == 0 ? 1 : 0 if numbers.empty?
      first, *rest = numbers
      subset_count(rest, target) + subset_count(rest, target - first)`,
    cases: [[[], 0, 1], [[], 5, 0], [[5], 5, 1], [[5], 0, 1], [[1, 2, 3], 3, 2], [[1, 1, 1], 2, 3], [[0], 0, 2], [[2, -2], 0, 2], [[1, 2, 3, 4, 5], 10, 3], [[4, 6], 5, 0]],
  },
  {
    name: 'orderings', level: 'hard', params: ['items'], text: 'Lists all orders that the items of a list can stand in. Orders that begin with an earlier item come first, and so on for what follows.',
    javascript: `
      if (items.length === 0) return [[]];
      return items.flatMap((item, i) => orderings([...items.slice(0, i), ...items.slice(i + 1)]).map(rest => [item, ...rest]));`,
    python: `
      if not items:
          return [[]]
      return [[item] + rest for i, item in enumerate(items) for rest in orderings(items[:i] + items[i + 1:])]`,
    ruby: 'items.permutation.to_a',
    cases: [[[], [[]]], [[1], [[1]]], [[1, 2], [[1, 2], [2, 1]]], [[2, 1], [[2, 1], [1, 2]]], [[1, 2, 3], [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]], [['a', 'b'], [['a', 'b'], ['b', 'a']]], [[7, 7], [[7, 7], [7, 7]]], [[3, 1, 2], [[3, 1, 2], [3, 2, 1], [1, 3, 2], [1, 2, 3], [2, 3, 1], [2, 1, 3]]]],
  },
  {
    name: 'bracket-texts', level: 'hard', params: ['pairs', 'depth'], text: 'Lists all texts of a number of pairs of round brackets in which every bracket is closed properly and never more than depth of them are open at a time. The texts are sorted, with the opening bracket before the closing one.',
    javascript: `
      const found = [];
      const grow = (text, opened, closed) => {
        if (closed === pairs) found.push(text);
        if (opened < pairs && opened - closed < depth) grow(text + '(', opened + 1, closed);
        if (closed < opened) grow(text + ')', opened, closed + 1);
      };
      grow('', 0, 0);
      return found;`,
    python: `
      found = []
      def grow(text, opened, closed):
          if closed == pairs:
              found.append(text)
          if opened < pairs and opened - closed < depth:
              grow(text + '(', opened + 1, closed)
          if closed < opened:
              grow(text + ')', opened, closed + 1)
      grow('', 0, 0)
      return found`,
    ruby: `
      found = []
      grow = lambda do |text, opened, closed|
        found.push(text) if closed == pairs
        grow.call(text + '(', opened + 1, closed) if opened < pairs && opened - closed < depth
        grow.call(text + ')', opened, closed + 1) if closed < opened
      end
      grow.call('', 0, 0)
      found`,
    cases: [
      [0, 0, ['']], [0, 3, ['']], [1, 1, ['()']], [1, 0, []], [2, 1, ['()()']], [2, 2, ['(())', '()()']], [3, 1, ['()()()']],
      [3, 2, ['(()())', '(())()', '()(())', '()()()']], [3, 3, ['((()))', '(()())', '(())()', '()(())', '()()()']], [3, 9, ['((()))', '(()())', '(())()', '()(())', '()()()']],
    ],
  },
];
