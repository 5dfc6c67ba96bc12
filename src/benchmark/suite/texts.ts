/** Problems over texts: letters, words, repetition. */
import type { SuiteRecord } from './record';

export const TEXTS: readonly SuiteRecord[] = [
  {
    name: 'count-vowels', level: 'easy', params: ['text'], text: 'Counts the vowels a, e, i, o and u of a text, small and capital ones. Letters with accents do not count.',
    javascript: "return text.split('').filter(c => 'aeiouAEIOU'.includes(c)).length;",
    python: "return sum(1 for c in text if c in 'aeiouAEIOU')",
    ruby: "text.count('aeiouAEIOU')",
    cases: [['', 0], ['a', 1], ['b', 0], ['AEIOU', 5], ['rhythm', 0], ['queue', 4], ['Ö é ü', 0], ['A bee, I see', 6], ['xyz u', 1]],
  },
  {
    name: 'initials', level: 'easy', params: ['name'], text: 'Gives the first letters of the words of a name in capitals, each with a dot after it. Words are parted by one or more spaces.',
    javascript: "return name.split(' ').filter(word => word !== '').map(word => word[0].toUpperCase() + '.').join('');",
    python: "return ''.join(word[0].upper() + '.' for word in name.split(' ') if word)",
    ruby: "name.split(' ').map { |word| word[0].upcase + '.' }.join",
    cases: [['', ''], ['  ', ''], ['ada', 'A.'], ['ada lovelace', 'A.L.'], ['Grace Brewster Hopper', 'G.B.H.'], [' emmy  noether ', 'E.N.'], ['x y z', 'X.Y.Z.'], ['élise Zola', 'É.Z.']],
  },
  {
    name: 'mirror-words', level: 'middle', params: ['text'], text: 'Turns each word of a text around and leaves the words where they are. Words are parted by single spaces.',
    javascript: "return text.split(' ').map(word => word.split('').reverse().join('')).join(' ');",
    python: "return ' '.join(word[::-1] for word in text.split(' '))",
    ruby: "text.split(' ', -1).map(&:reverse).join(' ')",
    cases: [['', ''], ['a', 'a'], ['ab', 'ba'], ['ab cd', 'ba dc'], ['one two three', 'eno owt eerht'], ['level up', 'level pu'], ['naïve été', 'evïan été'], ['x yz ', 'x zy '], ['1 23', '1 32']],
  },
  {
    name: 'shift-letters', level: 'middle', params: ['text', 'steps'], text: 'Moves each small letter from a to z on by a number of steps from 0 to 25, going on with a after z. Everything else stays as it is.',
    javascript: `
      const letters = 'abcdefghijklmnopqrstuvwxyz';
      let out = '';
      for (const c of text) {
        const at = letters.indexOf(c);
        out += at < 0 ? c : letters[(at + steps) % 26];
      }
      return out;`,
    python: `
      letters = 'abcdefghijklmnopqrstuvwxyz'
      return ''.join(letters[(letters.index(c) + steps) % 26] if c in letters else c for c in text)`,
    ruby: `
      letters = ('a'..'z').to_a
      text.chars.map { |c| letters.include?(c) ? letters[(letters.index(c) + steps) % 26] : c }.join`,
    cases: [['', 3, ''], ['abc', 0, 'abc'], ['abc', 1, 'bcd'], ['xyz', 3, 'abc'], ['z', 1, 'a'], ['a', 25, 'z'], ['Hello, you', 2, 'Hgnnq, aqw'], ['é 42 b', 5, 'é 42 g'], ['azAZ', 13, 'nmAZ']],
  },
  {
    name: 'squeeze-spaces', level: 'easy', params: ['text'], text: 'Makes every run of spaces a single one and takes the spaces at both ends away.',
    javascript: "return text.split(' ').filter(word => word !== '').join(' ');",
    python: "return ' '.join(word for word in text.split(' ') if word)",
    ruby: "text.split(' ').join(' ')",
    cases: [['', ''], [' ', ''], ['a', 'a'], [' a', 'a'], ['a ', 'a'], ['a  b', 'a b'], ['  one   two ', 'one two'], ['a b c', 'a b c'], ['été    là', 'été là']],
  },
  {
    name: 'same-letters', level: 'easy', params: ['left', 'right'], text: 'Tests whether two texts consist of the same characters, each as often in the one as in the other. Capitals differ from small letters.',
    javascript: "return left.split('').sort().join('') === right.split('').sort().join('');",
    python: 'return sorted(left) == sorted(right)',
    ruby: 'left.chars.sort == right.chars.sort',
    cases: [['', '', true], ['a', '', false], ['ab', 'ba', true], ['ab', 'b', false], ['aab', 'abb', false], ['lemon', 'melon', true], ['Ab', 'ab', false], ['été', 'téé', true], ['abc', 'abd', false]],
  },
  {
    name: 'longest-word', level: 'easy', params: ['text'], text: 'Finds the longest word of a text whose words are parted by single spaces. Of several, the first one counts.',
    javascript: `
      let best = '';
      for (const word of text.split(' ')) {
        if (word.length > best.length) best = word;
      }
      return best;`,
    python: "return max(text.split(' '), key=len)",
    ruby: "text.split(' ').reduce('') { |best, word| word.length > best.length ? word : best }",
    cases: [['', ''], ['a', 'a'], ['a bb', 'bb'], ['bb a', 'bb'], ['aa bb', 'aa'], ['one three seven', 'three'], ['to be or not', 'not'], ['été là', 'été'], ['x yy zz w', 'yy']],
  },
  {
    name: 'pack-runs', level: 'middle', params: ['text'], text: 'Shortens a text of letters: a letter that stands more than once in a row is written once, followed by how often it stood there. Single letters stay alone.',
    javascript: `
      let out = '';
      for (let i = 0; i < text.length;) {
        let end = i;
        while (text[end] === text[i]) end += 1;
        out += text[i] + (end - i > 1 ? end - i : '');
        i = end;
      }
      return out;`,
    python: `
      out = ''
      i = 0
      while i < len(text):
          end = i
          while end < len(text) and text[end] == text[i]:
              end += 1
          out += text[i] + (str(end - i) if end - i > 1 else '')
          i = end
      return out`,
    ruby: "text.chars.chunk_while { |a, b| a == b }.map { |run| run.length > 1 ? run[0] + run.length.to_s : run[0] }.join",
    cases: [['', ''], ['a', 'a'], ['aa', 'a2'], ['ab', 'ab'], ['aab', 'a2b'], ['abb', 'ab2'], ['aaabbc', 'a3b2c'], ['aaaaaaaaaaaa', 'a12'], ['abba', 'ab2a'], ['ééé', 'é3']],
  },
  {
    name: 'unpack-runs', level: 'hard', params: ['text'], text: 'Undoes a shortening in which a number after a letter says how often the letter stands there. A letter without a number stands once, and numbers may have several digits.',
    javascript: `
      let out = '';
      for (let i = 0; i < text.length;) {
        let end = i + 1;
        while (end < text.length && text[end] >= '0' && text[end] <= '9') end += 1;
        out += text[i].repeat(end > i + 1 ? Number(text.slice(i + 1, end)) : 1);
        i = end;
      }
      return out;`,
    python: `
      out = ''
      i = 0
      while i < len(text):
          end = i + 1
          while end < len(text) and '0' <= text[end] <= '9':
              end += 1
          out += text[i] * (int(text[i + 1:end]) if end > i + 1 else 1)
          i = end
      return out`,
    ruby: "text.scan(/([^0-9])([0-9]*)/).map { |letter, times| letter * (times == '' ? 1 : times.to_i) }.join",
    cases: [['', ''], ['a', 'a'], ['a1', 'a'], ['a3', 'aaa'], ['ab', 'ab'], ['a2b', 'aab'], ['ab2', 'abb'], ['a12', 'aaaaaaaaaaaa'], ['x0y', 'y'], ['a10b9c', 'aaaaaaaaaabbbbbbbbbc'], ['é2', 'éé']],
  },
  {
    name: 'common-start', level: 'easy', params: ['words'], text: 'Finds the longest text that all words of a list begin with. An empty list gives an empty text.',
    javascript: `
      if (words.length === 0) return '';
      let start = words[0];
      for (const word of words) {
        while (!word.startsWith(start)) start = start.slice(0, -1);
      }
      return start;`,
    python: `
      if not words:
          return ''
      start = words[0]
      for word in words:
          while not word.startswith(start):
              start = start[:-1]
      return start`,
    ruby: `
      return '' if words.empty?
      start = words[0]
      words.each do |word|
        start = start[0...-1] until word.start_with?(start)
      end
      start`,
    cases: [[[], ''], [['abc'], 'abc'], [['abc', 'abd'], 'ab'], [['abc', 'ab'], 'ab'], [['ab', 'abc'], 'ab'], [['a', 'b'], ''], [['', 'a'], ''], [['flow', 'flower', 'flight'], 'fl'], [['été', 'étage'], 'ét'], [['same', 'same'], 'same']],
  },
  {
    name: 'reads-both-ways', level: 'middle', params: ['text'], text: 'Tests whether a text reads the same from both ends when only the letters from a to z and the digits count, and capitals are taken for small letters.',
    javascript: `
      const kept = text.toLowerCase().split('').filter(c => (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
      return kept.join('') === kept.reverse().join('');`,
    python: `
      kept = [c for c in text.lower() if 'a' <= c <= 'z' or '0' <= c <= '9']
      return kept == kept[::-1]`,
    ruby: `
      kept = text.downcase.gsub(/[^a-z0-9]/, '')
      kept == kept.reverse`,
    cases: [['', true], ['a0a', true], ['ab', false], ['Aba', true], ['A man, a plan', false], ['Never odd or even', true], ['09', false], ['az', false], ['10a', false], ['é!', true], ['z9 9Z', true], ['{a}b', false]],
  },
  {
    name: 'split-camel', level: 'middle', params: ['name'], text: 'Writes a name whose words begin with capital letters in small letters with an underscore between the words. Only the letters from A to Z count as capitals.',
    javascript: `
      let out = '';
      for (const c of name) {
        if (c >= 'A' && c <= 'Z') out += (out === '' ? '' : '_') + c.toLowerCase();
        else out += c;
      }
      return out;`,
    python: `
      out = ''
      for c in name:
          if 'A' <= c <= 'Z':
              out += ('_' if out else '') + c.lower()
          else:
              out += c
      return out`,
    ruby: "name.chars.each_with_index.map { |c, i| c =~ /[A-Z]/ ? (i > 0 ? '_' : '') + c.downcase : c }.join",
    cases: [['', ''], ['a', 'a'], ['A', 'a'], ['aB', 'a_b'], ['Ab', 'ab'], ['maxItemCount', 'max_item_count'], ['ZebraAndZoo', 'zebra_and_zoo'], ['readHTML', 'read_h_t_m_l'], ['x1Y2', 'x1_y2'], ['plain', 'plain']],
  },
];
