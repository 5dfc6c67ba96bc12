/** Problems of checking that something has the form or the property that it should have. */
import type { SuiteRecord } from './record';

export const CHECKING: readonly SuiteRecord[] = [
  {
    name: 'brackets-match', level: 'middle', params: ['text'], text: 'Tests whether every round, square and curly bracket of a text is closed by one of its kind, the last opened first. Other characters do not matter.',
    javascript: `
      const open = [];
      const partner = { ')': '(', ']': '[', '}': '{' };
      for (const c of text) {
        if ('([{'.includes(c)) open.push(c);
        else if (c in partner && open.pop() !== partner[c]) return false;
      }
      return open.length === 0;`,
    python: `
      opened = []
      partner = {')': '(', ']': '[', '}': '{'}
      for c in text:
          if c in '([{':
              opened.append(c)
          elif c in partner and (not opened or opened.pop() != partner[c]):
              return False
      return not opened`,
    ruby: `
      opened = []
      partner = { ')' => '(', ']' => '[', '}' => '{' }
      text.each_char do |c|
        if '([{'.include?(c)
          opened.push(c)
        elsif partner.key?(c) && opened.pop != partner[c]
          return false
        end
      end
      opened.empty?`,
    cases: [['', true], ['abc', true], ['()', true], ['(', false], [')', false], ['([]{})', true], ['(]', false], ['([)]', false], ['a(b[c]d)e', true], ['}{', false], ['(()', false], ['{{}}', true]],
  },
  {
    name: 'check-digit', level: 'middle', params: ['code'], text: 'Tests a code of digits as card numbers are tested: from the right, every second digit is doubled, less 9 where that is above 9, and the total of all must end in 0. An empty code does not pass.',
    javascript: `
      let total = 0;
      for (let i = 0; i < code.length; i++) {
        const digit = Number(code[code.length - 1 - i]) * (i % 2 === 1 ? 2 : 1);
        total += digit > 9 ? digit - 9 : digit;
      }
      return code !== '' && total % 10 === 0;`,
    python: `
      total = 0
      for i, c in enumerate(reversed(code)):
          digit = int(c) * (2 if i % 2 == 1 else 1)
          total += digit - 9 if digit > 9 else digit
      return code != '' and total % 10 == 0`,
    ruby: `
      total = code.reverse.chars.each_with_index.sum do |c, i|
        digit = c.to_i * (i.odd? ? 2 : 1)
        digit > 9 ? digit - 9 : digit
      end
      code != '' && total % 10 == 0`,
    cases: [['', false], ['0', true], ['5', false], ['18', true], ['81', false], ['59', true], ['91', true], ['40061236', true], ['40061237', false], ['9876543210987', true], ['9876543210981', false]],
  },
  {
    name: 'is-clock-time', level: 'easy', params: ['text'], text: 'Tests whether a text is a time from 00:00 to 23:59, with two digits on both sides of the colon.',
    javascript: 'return /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(text);',
    python: `
      if len(text) != 5 or text[2] != ':':
          return False
      digits = text[:2] + text[3:]
      if any(c not in '0123456789' for c in digits):
          return False
      return text[:2] <= '23' and text[3:] <= '59'`,
    ruby: '/\\A([01][0-9]|2[0-3]):[0-5][0-9]\\z/.match?(text)',
    cases: [['', false], ['00:00', true], ['23:59', true], ['24:00', false], ['12:60', false], ['9:05', false], ['09:5', false], ['19:30', true], ['2a:00', false], ['12-30', false], ['012:30', false], ['12:300', false]],
  },
  {
    name: 'is-strong-word', level: 'middle', params: ['word'], text: 'Tests whether a password has at least 8 characters and among them a small letter from a to z, a capital from A to Z and a digit.',
    javascript: "return word.length >= 8 && /[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9]/.test(word);",
    python: `
      small = any('a' <= c <= 'z' for c in word)
      capital = any('A' <= c <= 'Z' for c in word)
      digit = any('0' <= c <= '9' for c in word)
      return len(word) >= 8 and small and capital and digit`,
    ruby: 'word.length >= 8 && word.match?(/[a-z]/) && word.match?(/[A-Z]/) && word.match?(/[0-9]/)',
    cases: [['', false], ['Abcdef12', true], ['Abcdef1', false], ['abcdef12', false], ['ABCDEF12', false], ['Abcdefgh', false], ['aZ000000', true], ['zA9!!!!!', true], ['ÉÉaaaa11', false], ['a long Pass 9', true], ['12345678', false]],
  },
  {
    name: 'is-plain-name', level: 'easy', params: ['text'], text: 'Tests whether a text may name a variable: it begins with a letter from a to z, small or capital, or an underscore, and goes on with such characters and digits.',
    javascript: 'return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);',
    python: `
      letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_'
      return text != '' and text[0] in letters and all(c in letters + '0123456789' for c in text)`,
    ruby: '/\\A[A-Za-z_][A-Za-z0-9_]*\\z/.match?(text)',
    cases: [['', false], ['a', true], ['Z', true], ['_', true], ['1a', false], ['a1', true], ['a-b', false], ['a b', false], ['snake_case_9', true], ['é', false], ['aé', false], ['a.b', false]],
  },
  {
    name: 'is-address', level: 'middle', params: ['text'], text: 'Tests whether a text is an address of four whole numbers from 0 to 255 with dots between them. Numbers have no signs, no spaces and no zeros in front.',
    javascript: `
      const parts = text.split('.');
      return parts.length === 4 && parts.every(part => /^[0-9]+$/.test(part) && String(Number(part)) === part && Number(part) <= 255);`,
    python: `
      parts = text.split('.')
      return len(parts) == 4 and all(part in [str(n) for n in range(256)] for part in parts)`,
    ruby: `
      parts = text.split('.', -1)
      parts.length == 4 && parts.all? { |part| (0..255).map(&:to_s).include?(part) }`,
    cases: [['', false], ['0.0.0.0', true], ['255.255.255.255', true], ['256.1.1.1', false], ['1.2.3', false], ['1.2.3.4.5', false], ['1.2.3.', false], ['01.2.3.4', false], ['1.2.3.-4', false], ['1.2.3.x', false], ['192.168.0.10', true], ['1. 2.3.4', false]],
  },
  {
    name: 'is-numbering', level: 'easy', params: ['numbers'], text: 'Tests whether a list of numbers holds each number from 1 up to its own length exactly once, in any order. An empty list does.',
    javascript: 'return [...numbers].sort((a, b) => a - b).every((n, i) => n === i + 1);',
    python: 'return sorted(numbers) == list(range(1, len(numbers) + 1))',
    ruby: 'numbers.sort == (1..numbers.length).to_a',
    cases: [[[], true], [[1], true], [[0], false], [[2], false], [[2, 1], true], [[1, 1], false], [[3, 1, 2], true], [[1, 2, 4], false], [[0, 1, 2], false], [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], true], [[-1, 1], false]],
  },
  {
    name: 'is-calendar-date', level: 'hard', params: ['text'], text: 'Tests whether a text like 2024-02-29 is a date that exists, with four, two and two digits. Every fourth year is a leap year, of the full hundreds only every fourth; there is no year 0.',
    javascript: `
      if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
      const [year, month, day] = text.split('-').map(Number);
      const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
      const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
      return year > 0 && month > 0 && month < 13 && day > 0 && day <= lengths[month - 1];`,
    python: `
      if len(text) != 10 or text[4] != '-' or text[7] != '-':
          return False
      parts = [text[:4], text[5:7], text[8:]]
      if any(c not in '0123456789' for part in parts for c in part):
          return False
      year, month, day = map(int, parts)
      leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
      lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      return year > 0 and 1 <= month <= 12 and 1 <= day <= lengths[month - 1]`,
    ruby: `
      return false unless text.match?(/\\A[0-9]{4}-[0-9]{2}-[0-9]{2}\\z/)
      year, month, day = text.split('-').map(&:to_i)
      leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      year > 0 && month.between?(1, 12) && day.between?(1, lengths[month - 1])`,
    cases: [['', false], ['2024-02-29', true], ['2023-02-29', false], ['1900-02-29', false], ['2000-02-29', true], ['2023-04-31', false], ['2023-12-31', true], ['2023-13-01', false], ['2023-00-10', false], ['2023-1-01', false], ['0000-01-01', false], ['2023-01-00', false]],
  },
];
