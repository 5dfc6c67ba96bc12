/** Problems of reading small formats: pairs, ranges, versions, quoted lines, paths. */
import type { SuiteRecord } from './record';

export const FORMATS: readonly SuiteRecord[] = [
  {
    name: 'read-query', level: 'middle', params: ['query'], text: 'Reads a text of pairs like a=1&b=2 into a table of texts. The name ends at the first equals sign; a pair without one has an empty value, and of equal names the last counts.',
    javascript: `
      const table = {};
      for (const pair of query.split('&')) {
        if (pair === '') continue;
        const [name, ...rest] = pair.split('=');
        table[name] = rest.join('=');
      }
      return table;`,
    python: `
      table = {}
      for pair in query.split('&'):
          if pair:
              name, _, value = pair.partition('=')
              table[name] = value
      return table`,
    ruby: `
      table = {}
      query.split('&').each do |pair|
        next if pair.empty?
        name, _, value = pair.partition('=')
        table[name] = value
      end
      table`,
    cases: [['', {}], ['a=1', { a: '1' }], ['a=1&b=2', { a: '1', b: '2' }], ['a', { a: '' }], ['a=', { a: '' }], ['a=1&a=2', { a: '2' }], ['a=b=c', { a: 'b=c' }], ['&&x=y&', { x: 'y' }], ['=v', { '': 'v' }], ['é=ü&n', { é: 'ü', n: '' }]],
  },
  {
    name: 'split-quoted', level: 'hard', params: ['line'], text: 'Splits a line at its commas, but not at commas between double quotes. The quotes around a part are left out, and two quotes in a row between quotes stand for one.',
    javascript: `
      const parts = [''];
      let quoted = false;
      for (let i = 0; i < line.length; i++) {
        const c = line[i];
        if (quoted && c === '"' && line[i + 1] === '"') {
          parts[parts.length - 1] += c;
          i += 1;
        } else if (c === '"') quoted = !quoted;
        else if (c === ',' && !quoted) parts.push('');
        else parts[parts.length - 1] += c;
      }
      return parts;`,
    python: `
      parts = ['']
      quoted = False
      i = 0
      while i < len(line):
          c = line[i]
          if quoted and line[i:i + 2] == '""':
              parts[-1] += c
              i += 1
          elif c == '"':
              quoted = not quoted
          elif c == ',' and not quoted:
              parts.append('')
          else:
              parts[-1] += c
          i += 1
      return parts`,
    ruby: `
      parts = ['']
      quoted = false
      i = 0
      while i < line.length
        c = line[i]
        if quoted && line[i, 2] == '""'
          parts[-1] += c
          i += 1
        elsif c == '"'
          quoted = !quoted
        elsif c == ',' && !quoted
          parts.push('')
        else
          parts[-1] += c
        end
        i += 1
      end
      parts`,
    cases: [['', ['']], ['a', ['a']], ['a,b', ['a', 'b']], [',', ['', '']], ['"a"', ['a']], ['"a,b",c', ['a,b', 'c']], ['"say ""hi""",x', ['say "hi"', 'x']], ['"",y', ['', 'y']], ['a, b ,', ['a', ' b ', '']], ['"é,ü","1","2"', ['é,ü', '1', '2']], ['""""', ['"']]],
  },
  {
    name: 'compare-versions', level: 'middle', params: ['left', 'right'], text: 'Compares two versions like 1.12.0 number by number. Gives -1, 0 or 1 when the left one is older, equal or newer; numbers that are missing at the end count as 0.',
    javascript: `
      const a = left.split('.').map(Number);
      const b = right.split('.').map(Number);
      for (let i = 0; i < Math.max(a.length, b.length); i++) {
        const gap = (a[i] || 0) - (b[i] || 0);
        if (gap !== 0) return gap < 0 ? -1 : 1;
      }
      return 0;`,
    python: `
      a = [int(part) for part in left.split('.')]
      b = [int(part) for part in right.split('.')]
      length = max(len(a), len(b))
      a += [0] * (length - len(a))
      b += [0] * (length - len(b))
      return (a > b) - (a < b)`,
    ruby: `
      a = left.split('.').map(&:to_i)
      b = right.split('.').map(&:to_i)
      length = [a.length, b.length].max
      (a + [0] * (length - a.length)) <=> (b + [0] * (length - b.length))`,
    cases: [['1', '1', 0], ['1', '2', -1], ['2', '1', 1], ['1.9', '1.10', -1], ['1.10', '1.9', 1], ['1.0', '1', 0], ['1', '1.0.1', -1], ['1.0.1', '1', 1], ['2.0', '1.99', 1], ['0.0.1', '0.0.10', -1], ['1.2.3', '1.2.3', 0]],
  },
  {
    name: 'read-duration', level: 'middle', params: ['text'], text: 'Reads a duration like 1h30m5s into seconds. Each part is a whole number and one of the letters d, h, m and s; an empty text is 0.',
    javascript: `
      const worth = { d: 86400, h: 3600, m: 60, s: 1 };
      let total = 0;
      let number = '';
      for (const c of text) {
        if (c in worth) {
          total += Number(number) * worth[c];
          number = '';
        } else number += c;
      }
      return total;`,
    python: `
      worth = {'d': 86400, 'h': 3600, 'm': 60, 's': 1}
      total = 0
      number = ''
      for c in text:
          if c in worth:
              total += int(number) * worth[c]
              number = ''
          else:
              number += c
      return total`,
    ruby: `
      worth = { 'd' => 86400, 'h' => 3600, 'm' => 60, 's' => 1 }
      text.scan(/(\\d+)([dhms])/).sum { |n, unit| n.to_i * worth[unit] }`,
    cases: [['', 0], ['0s', 0], ['1s', 1], ['1m', 60], ['1h', 3600], ['1d', 86400], ['1h30m', 5400], ['1h30m5s', 5405], ['2d3h', 183600], ['90m', 5400], ['10s10s', 20]],
  },
  {
    name: 'read-ranges', level: 'middle', params: ['text'], text: 'Reads page ranges like 1-3,7 into the list of all pages that they name, in the order given. An empty text names none, and a range that runs backwards neither.',
    javascript: `
      const pages = [];
      if (text === '') return pages;
      for (const part of text.split(',')) {
        const ends = part.split('-').map(Number);
        for (let page = ends[0]; page <= ends[ends.length - 1]; page++) pages.push(page);
      }
      return pages;`,
    python: `
      pages = []
      if text == '':
          return pages
      for part in text.split(','):
          ends = [int(end) for end in part.split('-')]
          pages += range(ends[0], ends[-1] + 1)
      return pages`,
    ruby: "text.split(',').flat_map { |part| (part.split('-')[0].to_i..part.split('-')[-1].to_i).to_a }",
    cases: [['', []], ['7', [7]], ['1-3', [1, 2, 3]], ['1-3,7', [1, 2, 3, 7]], ['5-5', [5]], ['3-1', []], ['9,2-3', [9, 2, 3]], ['1-2,2-3', [1, 2, 2, 3]], ['10-12,0', [10, 11, 12, 0]]],
  },
  {
    name: 'tidy-path', level: 'hard', params: ['path'], text: 'Shortens a path that begins with a slash: empty parts and single dots go, and two dots take the part before them away, if there is one. The result begins with a slash and does not end with one, unless it is the root.',
    javascript: `
      const kept = [];
      for (const part of path.split('/')) {
        if (part === '..') kept.pop();
        else if (part !== '' && part !== '.') kept.push(part);
      }
      return '/' + kept.join('/');`,
    python: `
      kept = []
      for part in path.split('/'):
          if part == '..':
              if kept:
                  kept.pop()
          elif part not in ('', '.'):
              kept.append(part)
      return '/' + '/'.join(kept)`,
    ruby: `
      kept = []
      path.split('/').each do |part|
        if part == '..'
          kept.pop
        elsif part != '' && part != '.'
          kept.push(part)
        end
      end
      '/' + kept.join('/')`,
    cases: [['/', '/'], ['/a', '/a'], ['/a/', '/a'], ['//a///b', '/a/b'], ['/a/./b', '/a/b'], ['/a/../b', '/b'], ['/..', '/'], ['/a/b/../..', '/'], ['/../a/.../b', '/a/.../b'], ['/.é/ü/.', '/.é/ü']],
  },
  {
    name: 'run-postfix', level: 'hard', params: ['text'], text: 'Works out a sum in which the signs plus, minus and star stand behind the two values that they join. Whole numbers and signs are parted by single spaces, and numbers may be negative.',
    javascript: `
      const stack = [];
      for (const token of text.split(' ')) {
        if (['+', '-', '*'].includes(token)) {
          const b = stack.pop();
          const a = stack.pop();
          stack.push(token === '+' ? a + b : token === '-' ? a - b : a * b);
        } else stack.push(Number(token));
      }
      return stack[0];`,
    python: `
      stack = []
      for token in text.split(' '):
          if token in ('+', '-', '*'):
              b = stack.pop()
              a = stack.pop()
              stack.append(a + b if token == '+' else a - b if token == '-' else a * b)
          else:
              stack.append(int(token))
      return stack[0]`,
    ruby: `
      stack = []
      text.split(' ').each do |token|
        if ['+', '-', '*'].include?(token)
          b = stack.pop
          a = stack.pop
          stack.push(token == '+' ? a + b : token == '-' ? a - b : a * b)
        else
          stack.push(token.to_i)
        end
      end
      stack[0]`,
    cases: [['5', 5], ['-5', -5], ['1 2 +', 3], ['1 2 -', -1], ['3 4 *', 12], ['1 2 + 3 *', 9], ['1 2 3 + *', 5], ['10 2 3 - -', 11], ['0 -1 *', 0], ['2 3 4 * + 5 -', 9], ['2 2 + 2 2 + *', 16]],
  },
  {
    name: 'read-settings', level: 'middle', params: ['text'], text: 'Reads lines like name: value into a table of texts. A line is parted at its first colon, spaces around both sides go, and lines without a colon or that begin with a hash are left out.',
    javascript: `
      const table = {};
      for (const line of text.split('\\n')) {
        const at = line.indexOf(':');
        if (at >= 0 && !line.startsWith('#')) table[line.slice(0, at).trim()] = line.slice(at + 1).trim();
      }
      return table;`,
    python: `
      table = {}
      for line in text.split('\\n'):
          if ':' in line and not line.startswith('#'):
              name, _, value = line.partition(':')
              table[name.strip()] = value.strip()
      return table`,
    ruby: `
      table = {}
      text.split("\\n").each do |line|
        next if line.start_with?('#') || !line.include?(':')
        name, _, value = line.partition(':')
        table[name.strip] = value.strip
      end
      table`,
    cases: [['', {}], ['a: 1', { a: '1' }], ['a:1', { a: '1' }], ['a: 1\nb: 2', { a: '1', b: '2' }], ['# a: 1', {}], ['plain', {}], ['time: 12:30', { time: '12:30' }], [' x  :  y z ', { x: 'y z' }], ['a: 1\n\na: 2\n', { a: '2' }], [': v', { '': 'v' }], ['é: ü\n#b: 1\nc:', { é: 'ü', c: '' }]],
  },
  {
    name: 'read-colour', level: 'middle', params: ['code'], text: 'Reads a colour code like #ff8000 into the list of its three parts from 0 to 255. The short form #f80 repeats each of its digits.',
    javascript: `
      let digits = code.slice(1);
      if (digits.length === 3) digits = digits.split('').map(d => d + d).join('');
      return [0, 2, 4].map(i => parseInt(digits.slice(i, i + 2), 16));`,
    python: `
      digits = code[1:]
      if len(digits) == 3:
          digits = ''.join(d + d for d in digits)
      return [int(digits[i:i + 2], 16) for i in (0, 2, 4)]`,
    ruby: `
      digits = code[1..]
      digits = digits.chars.map { |d| d * 2 }.join if digits.length == 3
      digits.scan(/../).map { |pair| pair.to_i(16) }`,
    cases: [['#000000', [0, 0, 0]], ['#ffffff', [255, 255, 255]], ['#ff8000', [255, 128, 0]], ['#f80', [255, 136, 0]], ['#FFF', [255, 255, 255]], ['#010203', [1, 2, 3]], ['#10A0fF', [16, 160, 255]], ['#09c', [0, 153, 204]]],
  },
  {
    name: 'read-roman', level: 'middle', params: ['text'], text: 'Reads a number in Roman capitals. A letter that stands before one of higher worth is taken away, the others are added; an empty text is 0.',
    javascript: `
      const worth = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };
      let total = 0;
      for (let i = 0; i < text.length; i++) {
        const value = worth[text[i]];
        total += value < worth[text[i + 1]] ? -value : value;
      }
      return total;`,
    python: `
      worth = {'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}
      total = 0
      for i, c in enumerate(text):
          later = worth[text[i + 1]] if i + 1 < len(text) else 0
          total += -worth[c] if worth[c] < later else worth[c]
      return total`,
    ruby: `
      worth = { 'I' => 1, 'V' => 5, 'X' => 10, 'L' => 50, 'C' => 100, 'D' => 500, 'M' => 1000 }
      values = text.chars.map { |c| worth[c] }
      values.each_with_index.sum { |value, i| value < (values[i + 1] || 0) ? -value : value }`,
    cases: [['', 0], ['I', 1], ['III', 3], ['IV', 4], ['VI', 6], ['IX', 9], ['XL', 40], ['XC', 90], ['CD', 400], ['MCDXLIV', 1444], ['MMXXVI', 2026], ['DLV', 555]],
  },
];
