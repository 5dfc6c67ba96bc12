/** Problems of writing values as text: columns, words, amounts. */
import type { SuiteRecord } from './record';

export const LAYOUTS: readonly SuiteRecord[] = [
  {
    name: 'group-thousands', level: 'middle', params: ['n'], text: 'Writes a whole number with a comma after every three digits, counted from the right. A negative number begins with its minus sign.',
    javascript: `
      const digits = String(Math.abs(n));
      let out = '';
      for (let i = 0; i < digits.length; i++) {
        if (i > 0 && (digits.length - i) % 3 === 0) out += ',';
        out += digits[i];
      }
      return n < 0 ? '-' + out : out;`,
    python: "return '{:,}'.format(n)",
    ruby: `
      digits = n.abs.to_s.reverse.scan(/.{1,3}/).join(',').reverse
      n < 0 ? '-' + digits : digits`,
    cases: [[0, '0'], [7, '7'], [-7, '-7'], [999, '999'], [1000, '1,000'], [-999, '-999'], [-1000, '-1,000'], [123456, '123,456'], [1234567, '1,234,567'], [1000000000, '1,000,000,000']],
  },
  {
    name: 'centre-text', level: 'middle', params: ['text', 'width'], text: 'Puts spaces on both sides of a text until it is as wide as asked. Where they cannot be equal, the right side gets one more; a longer text stays as it is.',
    javascript: `
      const room = Math.max(0, width - text.length);
      const left = Math.floor(room / 2);
      return ' '.repeat(left) + text + ' '.repeat(room - left);`,
    python: `
      room = max(0, width - len(text))
      return ' ' * (room // 2) + text + ' ' * (room - room // 2)`,
    ruby: 'text.center(width)',
    cases: [['', 0, ''], ['', 3, '   '], ['a', 1, 'a'], ['a', 2, 'a '], ['a', 3, ' a '], ['ab', 5, ' ab  '], ['abc', 2, 'abc'], ['title', 11, '   title   '], ['été', 6, ' été  ']],
  },
  {
    name: 'ordinal-text', level: 'easy', params: ['n'], text: 'Writes a number from 0 on with its English ending, as in 1st, 2nd, 3rd and 4th. Numbers whose last two digits are 11, 12 or 13 end in th.',
    javascript: `
      const tens = Math.floor(n / 10) % 10;
      return n + (tens === 1 ? 'th' : ['th', 'st', 'nd', 'rd'][n % 10] || 'th');`,
    python: `
      ending = 'th'
      if n // 10 % 10 != 1:
          ending = {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')
      return str(n) + ending`,
    ruby: `
      ending = n / 10 % 10 == 1 ? 'th' : { 1 => 'st', 2 => 'nd', 3 => 'rd' }.fetch(n % 10, 'th')
      n.to_s + ending`,
    cases: [[0, '0th'], [1, '1st'], [2, '2nd'], [3, '3rd'], [4, '4th'], [10, '10th'], [11, '11th'], [12, '12th'], [13, '13th'], [21, '21st'], [111, '111th'], [1002, '1002nd']],
  },
  {
    name: 'join-list', level: 'easy', params: ['words'], text: 'Joins words to a list in a sentence: a comma and a space between them, but and before the last one, without a comma. An empty list gives an empty text.',
    javascript: `
      if (words.length < 2) return words.join('');
      return words.slice(0, -1).join(', ') + ' and ' + words[words.length - 1];`,
    python: `
      if len(words) < 2:
          return ''.join(words)
      return ', '.join(words[:-1]) + ' and ' + words[-1]`,
    ruby: `
      return words.join if words.length < 2
      words[0...-1].join(', ') + ' and ' + words.last`,
    cases: [[[], ''], [['a'], 'a'], [['a', 'b'], 'a and b'], [['a', 'b', 'c'], 'a, b and c'], [['tea', 'milk', 'salt', 'oil'], 'tea, milk, salt and oil'], [['', ''], ' and '], [['x and y', 'z'], 'x and y and z'], [['ö', 'ä', 'ü'], 'ö, ä and ü']],
  },
  {
    name: 'price-text', level: 'easy', params: ['cents'], text: 'Writes an amount of cents as units with a dot and two digits behind it. A negative amount begins with its minus sign.',
    javascript: `
      const size = Math.abs(cents);
      const sign = cents < 0 ? '-' : '';
      return sign + Math.floor(size / 100) + '.' + String(size % 100).padStart(2, '0');`,
    python: `
      size = abs(cents)
      return '%s%d.%02d' % ('-' if cents < 0 else '', size // 100, size % 100)`,
    ruby: `
      size = cents.abs
      format('%s%d.%02d', cents < 0 ? '-' : '', size / 100, size % 100)`,
    cases: [[0, '0.00'], [1, '0.01'], [10, '0.10'], [99, '0.99'], [100, '1.00'], [101, '1.01'], [-1, '-0.01'], [-250, '-2.50'], [123456, '1234.56'], [-100, '-1.00']],
  },
  {
    name: 'progress-line', level: 'easy', params: ['done', 'total', 'width'], text: 'Draws how much of a total is done as a text of so many characters as the width says: hashes for the done share, rounded down to whole characters, then dots. The total is above 0 and not below what is done.',
    javascript: `
      const full = Math.floor(done * width / total);
      return '#'.repeat(full) + '.'.repeat(width - full);`,
    python: `
      full = done * width // total
      return '#' * full + '.' * (width - full)`,
    ruby: `
      full = done * width / total
      '#' * full + '.' * (width - full)`,
    cases: [[0, 1, 0, ''], [0, 5, 4, '....'], [5, 5, 4, '####'], [1, 2, 4, '##..'], [1, 3, 10, '###.......'], [2, 3, 10, '######....'], [99, 100, 10, '#########.'], [1, 100, 10, '..........'], [3, 4, 1, '.'], [1, 1, 3, '###']],
  },
  {
    name: 'wrap-words', level: 'hard', params: ['text', 'width'], text: 'Breaks a text into lines of at most so many characters, filling each line with as many words as fit, one space between them. A word longer than that has a line of its own; an empty text gives no lines.',
    javascript: `
      const lines = [];
      for (const word of text.split(' ').filter(w => w !== '')) {
        const last = lines.length - 1;
        if (last >= 0 && lines[last].length + 1 + word.length <= width) lines[last] += ' ' + word;
        else lines.push(word);
      }
      return lines;`,
    python: `
      lines = []
      for word in text.split():
          if lines and len(lines[-1]) + 1 + len(word) <= width:
              lines[-1] += ' ' + word
          else:
              lines.append(word)
      return lines`,
    ruby: `
      lines = []
      text.split.each do |word|
        if !lines.empty? && lines[-1].length + 1 + word.length <= width
          lines[-1] += ' ' + word
        else
          lines.push(word.dup)
        end
      end
      lines`,
    cases: [['', 5, []], ['a', 1, ['a']], ['a b', 3, ['a b']], ['a b', 2, ['a', 'b']], ['one two', 7, ['one two']], ['one two', 6, ['one', 'two']], ['toolong a', 3, ['toolong', 'a']], ['a  b   c', 3, ['a b', 'c']], ['some light blue box', 10, ['some light', 'blue box']], ['é é é', 3, ['é é', 'é']]],
  },
  {
    name: 'align-columns', level: 'hard', params: ['rows'], text: 'Writes a table of texts as lines whose columns stand below each other: each cell is filled with spaces to the width of the widest of its column, two spaces part the columns, and no line ends in spaces. All rows are equally long.',
    javascript: `
      const widths = rows.length === 0 ? [] : rows[0].map((_, i) => Math.max(...rows.map(row => row[i].length)));
      return rows.map(row => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd());`,
    python: `
      widths = [max(len(cell) for cell in column) for column in zip(*rows)]
      return ['  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]`,
    ruby: `
      widths = rows.transpose.map { |column| column.map(&:length).max }
      rows.map { |row| row.each_with_index.map { |cell, i| cell.ljust(widths[i]) }.join('  ').rstrip }`,
    cases: [[[], []], [[['a']], ['a']], [[['a', 'b']], ['a  b']], [[['a'], ['bb']], ['a', 'bb']], [[['a', 'b'], ['ccc', 'd']], ['a    b', 'ccc  d']], [[['x', 'yy'], ['xx', 'y']], ['x   yy', 'xx  y']], [[['', 'b'], ['a', '']], ['   b', 'a']], [[['id', 'name', 'n'], ['1', 'Zoé', '10'], ['22', 'Al', '3']], ['id  name  n', '1   Zoé   10', '22  Al    3']]],
  },
];
