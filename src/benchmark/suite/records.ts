/** Problems over records and tables: fields, groups, nesting. */
import type { SuiteRecord } from './record';

const people = [{ name: 'Ada', age: 36 }, { name: 'Max' }, { age: 5 }];

export const RECORDS: readonly SuiteRecord[] = [
  {
    name: 'pluck-field', level: 'easy', params: ['rows', 'field'], text: 'Lists what the records of a list hold under a field. Where a record lacks the field, null or what stands for it is listed.',
    javascript: 'return rows.map(row => field in row ? row[field] : null);',
    python: 'return [row.get(field) for row in rows]',
    ruby: 'rows.map { |row| row[field] }',
    cases: [[[], 'a', []], [[{ a: 1 }], 'a', [1]], [[{ a: 1 }], 'b', [null]], [people, 'name', ['Ada', 'Max', null]], [people, 'age', [36, null, 5]], [[{}, {}], 'x', [null, null]], [[{ a: 0 }, { a: '' }], 'a', [0, '']], [[{ a: false }, { a: [1] }], 'a', [false, [1]]]],
  },
  {
    name: 'group-totals', level: 'middle', params: ['rows'], text: 'Adds up the field amount of a list of records for each value of their field kind. Gives a table from kind to total.',
    javascript: `
      const totals = {};
      for (const row of rows) totals[row.kind] = (totals[row.kind] || 0) + row.amount;
      return totals;`,
    python: `
      totals = {}
      for row in rows:
          totals[row['kind']] = totals.get(row['kind'], 0) + row['amount']
      return totals`,
    ruby: `
      totals = Hash.new(0)
      rows.each { |row| totals[row['kind']] += row['amount'] }
      totals`,
    cases: [[[], {}], [[{ kind: 'a', amount: 3 }], { a: 3 }], [[{ kind: 'a', amount: 3 }, { kind: 'a', amount: 4 }], { a: 7 }], [[{ kind: 'a', amount: 3 }, { kind: 'b', amount: 4 }], { a: 3, b: 4 }], [[{ kind: 'x', amount: 0 }], { x: 0 }], [[{ kind: 'x', amount: 5 }, { kind: 'y', amount: 1 }, { kind: 'x', amount: -5 }], { x: 0, y: 1 }], [[{ kind: '', amount: 2 }, { kind: '', amount: 2 }, { kind: 'é', amount: 1 }], { '': 4, é: 1 }], [[{ kind: 'b', amount: -1 }, { kind: 'b', amount: -2 }, { kind: 'b', amount: 10 }], { b: 7 }]],
  },
  {
    name: 'invert-table', level: 'easy', params: ['table'], text: 'Turns a table around: its values, which are texts that differ, become the keys, and its keys the values.',
    javascript: 'return Object.fromEntries(Object.entries(table).map(([key, value]) => [value, key]));',
    python: 'return {value: key for key, value in table.items()}',
    ruby: 'table.invert',
    cases: [[{}, {}], [{ a: 'b' }, { b: 'a' }], [{ a: 'a' }, { a: 'a' }], [{ a: 'x', b: 'y' }, { x: 'a', y: 'b' }], [{ a: 'b', b: 'a' }, { a: 'b', b: 'a' }], [{ one: 'eins', two: 'zwei' }, { eins: 'one', zwei: 'two' }], [{ k: '' }, { '': 'k' }], [{ é: 'ü', ü: 'o' }, { ü: 'é', o: 'ü' }]],
  },
  {
    name: 'merge-counts', level: 'easy', params: ['left', 'right'], text: 'Joins two tables of numbers. Where both have a key, their numbers are added.',
    javascript: `
      const out = { ...left };
      for (const [key, n] of Object.entries(right)) out[key] = (out[key] || 0) + n;
      return out;`,
    python: `
      out = dict(left)
      for key, n in right.items():
          out[key] = out.get(key, 0) + n
      return out`,
    ruby: 'left.merge(right) { |_, a, b| a + b }',
    cases: [[{}, {}, {}], [{ a: 1 }, {}, { a: 1 }], [{}, { b: 2 }, { b: 2 }], [{ a: 1 }, { a: 2 }, { a: 3 }], [{ a: 1, b: 5 }, { b: -5, c: 0 }, { a: 1, b: 0, c: 0 }], [{ x: 0 }, { x: 0 }, { x: 0 }], [{ p: 10, q: 20 }, { q: 1, p: 2 }, { p: 12, q: 21 }], [{ é: 1 }, { e: 1 }, { é: 1, e: 1 }]],
  },
  {
    name: 'word-table', level: 'easy', params: ['text'], text: 'Counts how often each word occurs in a text, capitals taken for small letters. Words are parted by one or more spaces.',
    javascript: `
      const counts = {};
      for (const word of text.toLowerCase().split(' ')) {
        if (word !== '') counts[word] = (counts[word] || 0) + 1;
      }
      return counts;`,
    python: `
      counts = {}
      for word in text.lower().split(' '):
          if word:
              counts[word] = counts.get(word, 0) + 1
      return counts`,
    ruby: "text.downcase.split(' ').tally",
    cases: [['', {}], ['  ', {}], ['a', { a: 1 }], ['a a', { a: 2 }], ['A a', { a: 2 }], ['to be or not to be', { to: 2, be: 2, or: 1, not: 1 }], [' x  y x ', { x: 2, y: 1 }], ['Été été', { été: 2 }]],
  },
  {
    name: 'rename-fields', level: 'middle', params: ['row', 'names'], text: 'Gives a copy of a record whose fields bear the new names that a table has for them. Fields that the table lacks keep theirs.',
    javascript: `
      const out = {};
      for (const key of Object.keys(row)) out[key in names ? names[key] : key] = row[key];
      return out;`,
    python: 'return {names.get(key, key): value for key, value in row.items()}',
    ruby: 'row.transform_keys { |key| names.fetch(key, key) }',
    cases: [[{}, {}, {}], [{ a: 1 }, {}, { a: 1 }], [{ a: 1 }, { a: 'b' }, { b: 1 }], [{}, { a: 'b' }, {}], [{ a: 1, c: 2 }, { a: 'b' }, { b: 1, c: 2 }], [{ a: 1, b: 2 }, { a: 'b', b: 'a' }, { b: 1, a: 2 }], [{ x: null, y: [1] }, { y: 'z' }, { x: null, z: [1] }], [{ id: 0 }, { id: 'number', name: 'label' }, { number: 0 }]],
  },
  {
    name: 'best-of-groups', level: 'hard', params: ['rows'], text: 'Finds, for each team of a list of records, the name with the highest score; of equal scores the first counts. Gives a table from team to name.',
    javascript: `
      const best = {};
      for (const row of rows) {
        const leader = best[row.team];
        if (leader === undefined || row.score > leader.score) best[row.team] = row;
      }
      const out = {};
      for (const team of Object.keys(best)) out[team] = best[team].name;
      return out;`,
    python: `
      best = {}
      for row in rows:
          leader = best.get(row['team'])
          if leader is None or row['score'] > leader['score']:
              best[row['team']] = row
      return {team: row['name'] for team, row in best.items()}`,
    ruby: `
      best = {}
      rows.each do |row|
        leader = best[row['team']]
        best[row['team']] = row if leader.nil? || row['score'] > leader['score']
      end
      best.transform_values { |row| row['name'] }`,
    cases: [
      [[], {}], [[{ team: 'a', name: 'Jo', score: 0 }], { a: 'Jo' }],
      [[{ team: 'a', name: 'Jo', score: 1 }, { team: 'a', name: 'Al', score: 2 }], { a: 'Al' }],
      [[{ team: 'a', name: 'Jo', score: 2 }, { team: 'a', name: 'Al', score: 1 }], { a: 'Jo' }],
      [[{ team: 'a', name: 'Jo', score: 2 }, { team: 'a', name: 'Al', score: 2 }], { a: 'Jo' }],
      [[{ team: 'a', name: 'Jo', score: 1 }, { team: 'b', name: 'Al', score: 9 }], { a: 'Jo', b: 'Al' }],
      [[{ team: 'x', name: 'P', score: -5 }, { team: 'x', name: 'Q', score: -3 }], { x: 'Q' }],
      [[{ team: 'b', name: 'K', score: 3 }, { team: 'a', name: 'L', score: 3 }, { team: 'b', name: 'M', score: 4 }, { team: 'a', name: 'N', score: 0 }], { b: 'M', a: 'L' }],
    ],
  },
  {
    name: 'nest-paths', level: 'hard', params: ['flat'], text: 'Builds nested tables from a flat one whose keys are paths with dots between their parts. No path is the beginning of another.',
    javascript: `
      const out = {};
      for (const [path, value] of Object.entries(flat)) {
        const parts = path.split('.');
        const last = parts.pop();
        let place = out;
        for (const part of parts) place = place[part] = place[part] || {};
        place[last] = value;
      }
      return out;`,
    python: `
      out = {}
      for path, value in flat.items():
          parts = path.split('.')
          place = out
          for part in parts[:-1]:
              place = place.setdefault(part, {})
          place[parts[-1]] = value
      return out`,
    ruby: `
      out = {}
      flat.each do |path, value|
        *parts, last = path.split('.')
        place = parts.reduce(out) { |table, part| table[part] ||= {} }
        place[last] = value
      end
      out`,
    cases: [[{}, {}], [{ a: 1 }, { a: 1 }], [{ 'a.b': 1 }, { a: { b: 1 } }], [{ 'a.b': 1, 'a.c': 2 }, { a: { b: 1, c: 2 } }], [{ 'a.b.c': 3, d: 4 }, { a: { b: { c: 3 } }, d: 4 }], [{ 'x.y': 0, 'z.y': 0 }, { x: { y: 0 }, z: { y: 0 } }], [{ 'a.b.c': 1, 'a.b.d': 2, 'a.e': 3 }, { a: { b: { c: 1, d: 2 }, e: 3 } }], [{ 'é.ü': 'o' }, { é: { ü: 'o' } }]],
  },
  {
    name: 'flatten-table', level: 'hard', params: ['table'], text: 'Makes one flat table of nested ones. A key of the result is the path to a value, its parts joined by dots; empty tables leave nothing.',
    javascript: `
      const out = {};
      const walk = (inner, path) => {
        for (const [key, value] of Object.entries(inner)) {
          if (typeof value === 'object') walk(value, path + key + '.');
          else out[path + key] = value;
        }
      };
      walk(table, '');
      return out;`,
    python: `
      out = {}
      def walk(inner, path):
          for key, value in inner.items():
              if isinstance(value, dict):
                  walk(value, path + key + '.')
              else:
                  out[path + key] = value
      walk(table, '')
      return out`,
    ruby: `
      out = {}
      walk = lambda do |inner, path|
        inner.each do |key, value|
          if value.is_a?(Hash)
            walk.call(value, path + key + '.')
          else
            out[path + key] = value
          end
        end
      end
      walk.call(table, '')
      out`,
    cases: [[{}, {}], [{ a: 1 }, { a: 1 }], [{ a: { b: 1 } }, { 'a.b': 1 }], [{ a: {} }, {}], [{ a: { b: 1, c: 2 }, d: 3 }, { 'a.b': 1, 'a.c': 2, d: 3 }], [{ a: { b: { c: 'x' } } }, { 'a.b.c': 'x' }], [{ x: { y: {}, z: 0 } }, { 'x.z': 0 }], [{ p: { q: true }, r: { q: false } }, { 'p.q': true, 'r.q': false }]],
  },
  {
    name: 'table-changes', level: 'middle', params: ['before', 'after'], text: 'Compares two tables. Gives three lists of keys, each sorted: those that came in, those that went, and those whose value changed.',
    javascript: `
      const came = Object.keys(after).filter(key => !(key in before));
      const went = Object.keys(before).filter(key => !(key in after));
      const changed = Object.keys(before).filter(key => key in after && after[key] !== before[key]);
      return [came.sort(), went.sort(), changed.sort()];`,
    python: `
      came = [key for key in after if key not in before]
      went = [key for key in before if key not in after]
      changed = [key for key in before if key in after and after[key] != before[key]]
      return [sorted(came), sorted(went), sorted(changed)]`,
    ruby: `
      both = before.keys & after.keys
      [(after.keys - both).sort, (before.keys - both).sort, both.select { |key| after[key] != before[key] }.sort]`,
    cases: [[{}, {}, [[], [], []]], [{}, { a: 1 }, [['a'], [], []]], [{ a: 1 }, {}, [[], ['a'], []]], [{ a: 1 }, { a: 1 }, [[], [], []]], [{ a: 1 }, { a: 2 }, [[], [], ['a']]], [{ b: 1, a: 1 }, { d: 1, c: 1 }, [['c', 'd'], ['a', 'b'], []]], [{ z: 1, y: 2, x: 3 }, { z: 2, y: 3, x: 3 }, [[], [], ['y', 'z']]], [{ k: 0, l: '' }, { k: '', m: 0 }, [['m'], ['l'], ['k']]]],
  },
];
