/** Six more families over one list of numbers: ends, pieces, order, tables. */
import type { Family } from '../family';

export const MORE_LIST_FAMILIES: readonly Family[] = [
  {
    id: 'last', verbs: ['last', 'end', 'final'], takes: ['numbers'],
    python: ['def $f($xs):', '    if len($xs) < $k:', '        return None', '    return $xs[-1]'],
    javascript: ['function $f($xs) {', '  if ($xs.length < $k) return null;', '  return $xs[$xs.length - 1];', '}'],
    ruby: ['def $f($xs)', '  return nil if $xs.length < $k', '  $xs.last', 'end'],
    vague: ['Looks for an item.', 'Returns part of the list.'],
    medium: ['Returns the last item of a long enough list.'],
    precise: ['Returns the last item when there are at least {k}.'],
  },
  {
    id: 'chunk', verbs: ['chunk', 'split', 'batch'], takes: ['numbers'],
    python: ['def $f($xs):', '    out = []', '    for i in range(0, len($xs), $k):', '        out.append($xs[i:i + $k])', '    return out'],
    javascript: ['function $f($xs) {', '  const out = [];', '  for (let i = 0; i < $xs.length; i += $k) {', '    out.push($xs.slice(i, i + $k));', '  }', '  return out;', '}'],
    ruby: ['def $f($xs)', '  $xs.each_slice($k).to_a', 'end'],
    vague: ['Splits something.', 'Makes a new list.'],
    medium: ['Splits the list into chunks.'],
    precise: ['Splits the list into chunks of {k}.'],
  },
  {
    id: 'sort', verbs: ['sort', 'order', 'rank'], takes: ['numbers'],
    python: ['def $f($xs):', '    return sorted($xs, reverse=True)[:$k]'],
    javascript: ['function $f($xs) {', '  return [...$xs].sort((a, b) => b - a).slice(0, $k);', '}'],
    ruby: ['def $f($xs)', '  $xs.sort.reverse.take($k)', 'end'],
    vague: ['Makes a new list.', 'Returns part of the list.'],
    medium: ['Sorts the list and takes the largest items.'],
    precise: ['Sorts from large to small and takes the first {k}.'],
  },
  {
    id: 'unique', verbs: ['unique', 'dedupe', 'distinct'], takes: ['numbers'],
    python: ['def $f($xs):', '    seen = []', '    for $x in $xs:', '        if $x not in seen:', '            seen.append($x)', '    return seen'],
    javascript: ['function $f($xs) {', '  const seen = [];', '  for (const $x of $xs) {', '    if (!seen.includes($x)) seen.push($x);', '  }', '  return seen;', '}'],
    ruby: ['def $f($xs)', '  seen = []', '  $xs.each do |$x|', '    seen.push($x) unless seen.include?($x)', '  end', '  seen', 'end'],
    vague: ['Picks from a list.', 'Makes a new list.'],
    medium: ['Leaves out repeated items.'],
    precise: ['Collects each item once in a seen list.'],
  },
  {
    id: 'tally', verbs: ['tally', 'freq', 'histogram'], takes: ['numbers'],
    python: ['def $f($xs):', '    out = {}', '    for $x in $xs:', '        out[$x] = out.get($x, 0) + $k', '    return out'],
    javascript: ['function $f($xs) {', '  const out = {};', '  for (const $x of $xs) {', '    out[$x] = (out[$x] || 0) + $k;', '  }', '  return out;', '}'],
    ruby: ['def $f($xs)', '  out = Hash.new(0)', '  $xs.each { |$x| out[$x] += $k }', '  out', 'end'],
    vague: ['Counts something.', 'Builds a table.'],
    medium: ['Counts how often each item occurs.'],
    precise: ['Counts each item in a table in steps of {k}.'],
  },
  {
    id: 'running', verbs: ['running', 'cumulate', 'scan'], takes: ['numbers'],
    python: ['def $f($xs):', '    out = []', '    acc = $k', '    for $x in $xs:', '        acc += $x', '        out.append(acc)', '    return out'],
    javascript: ['function $f($xs) {', '  const out = [];', '  let acc = $k;', '  for (const $x of $xs) {', '    acc += $x;', '    out.push(acc);', '  }', '  return out;', '}'],
    ruby: ['def $f($xs)', '  acc = $k', '  $xs.map { |$x| acc += $x }', 'end'],
    vague: ['Adds things up.', 'Makes a new list.'],
    medium: ['Lists the running totals.'],
    precise: ['Lists the running totals from {k}.'],
  },
];
