/** Problems over intervals: pairs of a start and an end, where the end does not belong to the interval any more. */
import type { SuiteRecord } from './record';

export const INTERVALS: readonly SuiteRecord[] = [
  {
    name: 'overlap-length', level: 'easy', params: ['left', 'right'], text: 'Says how long the common part of two intervals is, each a pair of its start and its end. Intervals that only touch have none.',
    javascript: 'return Math.max(0, Math.min(left[1], right[1]) - Math.max(left[0], right[0]));',
    python: 'return max(0, min(left[1], right[1]) - max(left[0], right[0]))',
    ruby: '[0, [left[1], right[1]].min - [left[0], right[0]].max].max',
    cases: [[[0, 5], [5, 9], 0], [[0, 5], [6, 9], 0], [[0, 5], [4, 9], 1], [[4, 9], [0, 5], 1], [[0, 10], [3, 4], 1], [[3, 4], [0, 10], 1], [[-5, 5], [-5, 5], 10], [[0, 0], [0, 9], 0], [[-9, -2], [-4, 7], 2]],
  },
  {
    name: 'join-intervals', level: 'middle', params: ['intervals'], text: 'Joins all intervals of a list that overlap or touch, each a pair of its start and its end. The joined ones are sorted by their start.',
    javascript: `
      const joined = [];
      for (const [start, end] of [...intervals].sort((a, b) => a[0] - b[0])) {
        const last = joined[joined.length - 1];
        if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
        else joined.push([start, end]);
      }
      return joined;`,
    python: `
      joined = []
      for start, end in sorted(intervals):
          if joined and start <= joined[-1][1]:
              joined[-1][1] = max(joined[-1][1], end)
          else:
              joined.append([start, end])
      return joined`,
    ruby: `
      joined = []
      intervals.sort.each do |start, finish|
        if !joined.empty? && start <= joined[-1][1]
          joined[-1][1] = [joined[-1][1], finish].max
        else
          joined.push([start, finish])
        end
      end
      joined`,
    cases: [[[], []], [[[1, 2]], [[1, 2]]], [[[1, 2], [3, 4]], [[1, 2], [3, 4]]], [[[3, 4], [1, 2]], [[1, 2], [3, 4]]], [[[1, 2], [2, 3]], [[1, 3]]], [[[1, 5], [2, 3]], [[1, 5]]], [[[1, 3], [2, 5], [7, 8]], [[1, 5], [7, 8]]], [[[0, 1], [0, 1]], [[0, 1]]], [[[10, 12], [-3, 0], [-1, 4], [4, 6]], [[-3, 6], [10, 12]]]],
  },
  {
    name: 'free-slots', level: 'hard', params: ['busy', 'opens', 'closes'], text: 'Lists the times between opening and closing that no appointment takes, as pairs of a start and an end in their order. Appointments are such pairs too; they may overlap, touch or reach over the opening hours.',
    javascript: `
      const free = [];
      let from = opens;
      for (const [start, end] of [...busy].sort((a, b) => a[0] - b[0])) {
        const until = Math.min(start, closes);
        if (until > from) free.push([from, until]);
        from = Math.max(from, end);
      }
      if (from < closes) free.push([from, closes]);
      return free;`,
    python: `
      free = []
      at = opens
      for start, end in sorted(busy):
          until = min(start, closes)
          if until > at:
              free.append([at, until])
          at = max(at, end)
      if at < closes:
          free.append([at, closes])
      return free`,
    ruby: `
      free = []
      at = opens
      busy.sort.each do |start, finish|
        stop = [start, closes].min
        free.push([at, stop]) if stop > at
        at = [at, finish].max
      end
      free.push([at, closes]) if at < closes
      free`,
    cases: [[[], 9, 17, [[9, 17]]], [[[9, 17]], 9, 17, []], [[[10, 11]], 9, 17, [[9, 10], [11, 17]]], [[[12, 13], [9, 10]], 9, 17, [[10, 12], [13, 17]]], [[[9, 12], [10, 11]], 9, 17, [[12, 17]]], [[[0, 10], [16, 20]], 9, 17, [[10, 16]]], [[[10, 12], [12, 14]], 9, 17, [[9, 10], [14, 17]]], [[[1, 2], [20, 22]], 9, 17, [[9, 17]]], [[], 5, 5, []], [[[18, 19]], 17, 17, []]],
  },
  {
    name: 'covered-length', level: 'middle', params: ['intervals'], text: 'Says how much of the number line a list of intervals covers, each a pair of its start and its end. What several cover counts once.',
    javascript: `
      let total = 0;
      let reached = -Infinity;
      for (const [start, end] of [...intervals].sort((a, b) => a[0] - b[0])) {
        total += Math.max(0, end - Math.max(start, reached));
        reached = Math.max(reached, end);
      }
      return total;`,
    python: `
      total = 0
      reached = float('-inf')
      for start, end in sorted(intervals):
          total += max(0, end - max(start, reached))
          reached = max(reached, end)
      return total`,
    ruby: 'intervals.flat_map { |start, finish| (start...finish).to_a }.uniq.length',
    cases: [[[], 0], [[[1, 4]], 3], [[[1, 1]], 0], [[[1, 4], [6, 7]], 4], [[[1, 4], [2, 6]], 5], [[[2, 6], [1, 4]], 5], [[[0, 10], [2, 3], [4, 5]], 10], [[[0, 1], [1, 2]], 2], [[[-5, -3], [-4, 0], [7, 9]], 7], [[[3, 5], [3, 5]], 2]],
  },
  {
    name: 'most-at-once', level: 'hard', params: ['visits'], text: 'Says how many visitors are there at the same time at most. A visit is a pair of its start and its end, and who leaves when another comes does not meet them.',
    javascript: `
      const events = visits.flatMap(([start, end]) => [[start, 1], [end, -1]]);
      events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      let now = 0;
      let most = 0;
      for (const [, change] of events) {
        now += change;
        most = Math.max(most, now);
      }
      return most;`,
    python: `
      events = sorted([(start, 1) for start, end in visits] + [(end, -1) for start, end in visits])
      now = most = 0
      for _, change in events:
          now += change
          most = max(most, now)
      return most`,
    ruby: 'visits.map { |start, _| visits.count { |first, last| first <= start && start < last } }.max || 0',
    cases: [[[], 0], [[[1, 2]], 1], [[[1, 2], [3, 4]], 1], [[[1, 2], [2, 3]], 1], [[[1, 3], [2, 4]], 2], [[[1, 9], [2, 3], [4, 5]], 2], [[[1, 5], [2, 6], [3, 7]], 3], [[[5, 6], [5, 6], [1, 5]], 2], [[[-3, 0], [-2, 1], [0, 5], [0, 2]], 3], [[[1, 2], [1, 2], [1, 2], [1, 2]], 4]],
  },
  {
    name: 'which-interval', level: 'easy', params: ['intervals', 'point'], text: 'Finds the place, counted from 0, of the first interval of a list that holds a point, or -1. An interval is a pair of its start, which belongs to it, and its end, which does not.',
    javascript: 'return intervals.findIndex(([start, end]) => start <= point && point < end);',
    python: `
      for i, (start, end) in enumerate(intervals):
          if start <= point < end:
              return i
      return -1`,
    ruby: 'intervals.index { |start, finish| start <= point && point < finish } || -1',
    cases: [[[], 1, -1], [[[1, 3]], 1, 0], [[[1, 3]], 3, -1], [[[1, 3]], 2, 0], [[[1, 3]], 0, -1], [[[1, 3], [3, 5]], 3, 1], [[[5, 9], [0, 9]], 4, 1], [[[0, 9], [5, 9]], 6, 0], [[[2, 2]], 2, -1], [[[-4, -1], [-1, 1]], -1, 1]],
  },
];
