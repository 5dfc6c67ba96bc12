/** Problems over tables of rows: sums, turns, ways through a grid. */
import type { SuiteRecord } from './record';

export const MATRICES: readonly SuiteRecord[] = [
  {
    name: 'flip-table', level: 'easy', params: ['rows'], text: 'Makes the columns of a table its rows. All rows are equally long, and a table without rows stays empty.',
    javascript: `
      if (rows.length === 0) return [];
      return rows[0].map((_, i) => rows.map(row => row[i]));`,
    python: 'return [list(column) for column in zip(*rows)]',
    ruby: 'rows.transpose',
    cases: [[[], []], [[[1]], [[1]]], [[[1, 2]], [[1], [2]]], [[[1], [2]], [[1, 2]]], [[[1, 2], [3, 4]], [[1, 3], [2, 4]]], [[[1, 2, 3], [4, 5, 6]], [[1, 4], [2, 5], [3, 6]]], [[['a', 'b'], ['c', 'd'], ['e', 'f']], [['a', 'c', 'e'], ['b', 'd', 'f']]], [[[0, -1], [-2, 0]], [[0, -2], [-1, 0]]]],
  },
  {
    name: 'row-and-column-totals', level: 'easy', params: ['rows'], text: 'Gives two lists for a table of numbers: the totals of its rows and the totals of its columns. All rows are equally long.',
    javascript: `
      const add = list => list.reduce((a, b) => a + b, 0);
      const columns = rows.length === 0 ? [] : rows[0].map((_, i) => rows.map(row => row[i]));
      return [rows.map(add), columns.map(add)];`,
    python: 'return [[sum(row) for row in rows], [sum(column) for column in zip(*rows)]]',
    ruby: '[rows.map(&:sum), rows.transpose.map(&:sum)]',
    cases: [[[], [[], []]], [[[5]], [[5], [5]]], [[[1, 2]], [[3], [1, 2]]], [[[1], [2]], [[1, 2], [3]]], [[[1, 2], [3, 4]], [[3, 7], [4, 6]]], [[[0, 0], [0, 0]], [[0, 0], [0, 0]]], [[[1, -1], [-1, 1]], [[0, 0], [0, 0]]], [[[1, 2, 3], [4, 5, 6]], [[6, 15], [5, 7, 9]]]],
  },
  {
    name: 'quarter-turn', level: 'middle', params: ['rows'], text: 'Turns a table by a quarter to the right, so that its first column, read from the bottom up, becomes the first row.',
    javascript: `
      if (rows.length === 0) return [];
      return rows[0].map((_, i) => rows.map(row => row[i]).reverse());`,
    python: 'return [list(column) for column in zip(*rows[::-1])]',
    ruby: 'rows.reverse.transpose',
    cases: [[[], []], [[[1]], [[1]]], [[[1, 2]], [[1], [2]]], [[[1], [2]], [[2, 1]]], [[[1, 2], [3, 4]], [[3, 1], [4, 2]]], [[[1, 2, 3], [4, 5, 6]], [[4, 1], [5, 2], [6, 3]]], [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[7, 4, 1], [8, 5, 2], [9, 6, 3]]], [[['a', 'b'], ['c', 'd'], ['e', 'f']], [['e', 'c', 'a'], ['f', 'd', 'b']]]],
  },
  {
    name: 'diagonal-gap', level: 'easy', params: ['square'], text: 'Says how far the totals of the two diagonals of a square table are apart, as a number that is not negative.',
    javascript: `
      const last = square.length - 1;
      return Math.abs(square.reduce((gap, row, i) => gap + row[i] - row[last - i], 0));`,
    python: `
      last = len(square) - 1
      return abs(sum(row[i] - row[last - i] for i, row in enumerate(square)))`,
    ruby: `
      last = square.length - 1
      square.each_with_index.sum { |row, i| row[i] - row[last - i] }.abs`,
    cases: [[[], 0], [[[5]], 0], [[[1, 2], [3, 4]], 0], [[[1, 0], [0, 1]], 2], [[[0, 1], [1, 0]], 2], [[[1, 2, 3], [4, 5, 6], [7, 8, 10]], 1], [[[-1, 9, 4], [0, 7, 0], [3, 0, -2]], 10], [[[2, 2], [2, 2]], 0]],
  },
  {
    name: 'table-product', level: 'hard', params: ['left', 'right'], text: 'Multiplies two matrices of numbers, given as lists of rows, in the way of linear algebra. The left one is as wide as the right one is high, and neither is empty.',
    javascript: 'return left.map(row => right[0].map((_, j) => row.reduce((total, value, k) => total + value * right[k][j], 0)));',
    python: 'return [[sum(a * b for a, b in zip(row, column)) for column in zip(*right)] for row in left]',
    ruby: 'left.map { |row| right.transpose.map { |column| row.zip(column).sum { |a, b| a * b } } }',
    cases: [[[[3]], [[4]], [[12]]], [[[1, 2]], [[3], [4]], [[11]]], [[[1], [2]], [[3, 4]], [[3, 4], [6, 8]]], [[[1, 0], [0, 1]], [[5, 6], [7, 8]], [[5, 6], [7, 8]]], [[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[19, 22], [43, 50]]], [[[0, 1], [1, 0]], [[1, 2], [3, 4]], [[3, 4], [1, 2]]], [[[1, 2, 3]], [[1], [0], [-1]], [[-2]]], [[[0, 0]], [[7], [9]], [[0]]]],
  },
  {
    name: 'spiral-walk', level: 'hard', params: ['rows'], text: 'Lists the items of a table in the order of a walk that begins at the top left, goes right, then down, left and up, and winds inwards until all are visited.',
    javascript: `
      const out = [];
      let rest = rows;
      while (rest.length > 0) {
        const [top, ...below] = rest;
        out.push(...top);
        rest = top.map((_, i) => below.map(row => row[top.length - 1 - i])).filter(row => row.length > 0);
      }
      return out;`,
    python: `
      out = []
      rest = [list(row) for row in rows]
      while rest:
          out += rest[0]
          rest = [list(column) for column in zip(*rest[1:])][::-1]
      return out`,
    ruby: `
      out = []
      rest = rows
      until rest.empty?
        out += rest[0]
        rest = rest.drop(1).transpose.reverse
      end
      out`,
    cases: [[[], []], [[[1]], [1]], [[[1, 2, 3]], [1, 2, 3]], [[[1], [2], [3]], [1, 2, 3]], [[[1, 2], [3, 4]], [1, 2, 4, 3]], [[[1, 2, 3], [4, 5, 6]], [1, 2, 3, 6, 5, 4]], [[[1, 2], [3, 4], [5, 6]], [1, 2, 4, 6, 5, 3]], [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [1, 2, 3, 6, 9, 8, 7, 4, 5]], [[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], [1, 2, 3, 4, 8, 12, 11, 10, 9, 5, 6, 7]]],
  },
  {
    name: 'count-around', level: 'middle', params: ['grid'], text: 'Gives a grid that says, for each cell of a grid of zeros and ones, how many of its up to eight neighbours are ones. The cell itself does not count.',
    javascript: `
      const at = (y, x) => grid[y] !== undefined && grid[y][x] === 1 ? 1 : 0;
      return grid.map((row, y) => row.map((cell, x) => {
        let total = -cell;
        for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) total += at(y + dy, x + dx);
        return total;
      }));`,
    python: `
      def around(y, x):
          rows = grid[max(0, y - 1):y + 2]
          return sum(sum(row[max(0, x - 1):x + 2]) for row in rows) - grid[y][x]
      return [[around(y, x) for x in range(len(row))] for y, row in enumerate(grid)]`,
    ruby: `
      grid.each_index.map do |y|
        grid[y].each_index.map do |x|
          rows = grid[[0, y - 1].max..y + 1]
          rows.sum { |row| row[[0, x - 1].max..x + 1].sum } - grid[y][x]
        end
      end`,
    cases: [[[], []], [[[0]], [[0]]], [[[1]], [[0]]], [[[1, 0]], [[0, 1]]], [[[1, 1], [1, 1]], [[3, 3], [3, 3]]], [[[0, 0, 0], [0, 1, 0], [0, 0, 0]], [[1, 1, 1], [1, 0, 1], [1, 1, 1]]], [[[1, 0, 1], [0, 0, 0], [1, 0, 0]], [[0, 2, 0], [2, 3, 1], [0, 1, 0]]], [[[1], [0], [1], [1]], [[0], [2], [1], [1]]]],
  },
  {
    name: 'count-islands', level: 'hard', params: ['grid'], text: 'Counts the groups of ones in a grid of zeros and ones. Ones belong together when they touch above, below, left or right, not across a corner.',
    javascript: `
      const left = grid.map(row => [...row]);
      const sink = (y, x) => {
        if (left[y] === undefined || left[y][x] !== 1) return 0;
        left[y][x] = 0;
        for (const [dy, dx] of [[0, 1], [1, 0], [0, -1], [-1, 0]]) sink(y + dy, x + dx);
        return 1;
      };
      let count = 0;
      left.forEach((row, y) => row.forEach((_, x) => { count += sink(y, x); }));
      return count;`,
    python: `
      left = {(y, x) for y, row in enumerate(grid) for x, cell in enumerate(row) if cell == 1}
      count = 0
      while left:
          count += 1
          open_cells = [left.pop()]
          while open_cells:
              y, x = open_cells.pop()
              for cell in [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]:
                  if cell in left:
                      left.remove(cell)
                      open_cells.append(cell)
      return count`,
    ruby: `
      left = {}
      grid.each_with_index { |row, y| row.each_with_index { |cell, x| left[[y, x]] = true if cell == 1 } }
      count = 0
      until left.empty?
        count += 1
        open_cells = [left.shift[0]]
        until open_cells.empty?
          y, x = open_cells.pop
          [[y + 1, x], [y - 1, x], [y, x + 1], [y, x - 1]].each do |cell|
            open_cells.push(cell) if left.delete(cell)
          end
        end
      end
      count`,
    cases: [[[], 0], [[[0]], 0], [[[1]], 1], [[[1, 1]], 1], [[[1, 0, 1]], 2], [[[1, 0], [0, 1]], 2], [[[1, 1], [0, 1]], 1], [[[1], [1], [0], [1]], 2], [[[0, 1, 0], [1, 1, 1], [0, 1, 0]], 1], [[[1, 1, 1], [1, 0, 1], [1, 1, 1]], 1], [[[1, 0, 1], [1, 0, 1], [1, 1, 1]], 1], [[[0, 1, 0], [1, 0, 1], [0, 1, 0]], 4]],
  },
];
