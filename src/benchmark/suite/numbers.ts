/** Problems over whole numbers: digits, divisors, powers. */
import type { SuiteRecord } from './record';

export const NUMBERS: readonly SuiteRecord[] = [
  {
    name: 'digit-gap', level: 'easy', params: ['n'], text: 'Says how far apart the largest and the smallest decimal digit of a number are. The number is not negative.',
    javascript: `
      const digits = String(n).split('').map(Number);
      return Math.max(...digits) - Math.min(...digits);`,
    python: `
      digits = [int(c) for c in str(n)]
      return max(digits) - min(digits)`,
    ruby: `
      digits = n.to_s.chars.map(&:to_i)
      digits.max - digits.min`,
    cases: [[0, 0], [7, 0], [10, 1], [99, 0], [19, 8], [909, 9], [5432, 3], [1000000, 1], [86420, 8]],
  },
  {
    name: 'digit-rounds', level: 'middle', params: ['n'], text: 'Replaces a number by the total of its digits again and again, until one digit is left, and says how many times that took.',
    javascript: `
      let rounds = 0;
      while (n > 9) {
        let total = 0;
        for (const c of String(n)) total += Number(c);
        n = total;
        rounds += 1;
      }
      return rounds;`,
    python: `
      rounds = 0
      while n > 9:
          n = sum(int(c) for c in str(n))
          rounds += 1
      return rounds`,
    ruby: `
      rounds = 0
      while n > 9
        n = n.digits.sum
        rounds += 1
      end
      rounds`,
    cases: [[0, 0], [9, 0], [10, 1], [18, 1], [19, 2], [55, 2], [99, 2], [199, 3], [1000, 1], [999999, 2]],
  },
  {
    name: 'climb-to-multiple', level: 'easy', params: ['n', 'step'], text: 'Gives the smallest multiple of a positive step that is not below n, for n from 0 on.',
    javascript: 'return Math.ceil(n / step) * step;',
    python: 'return (n + step - 1) // step * step',
    ruby: '(n + step - 1) / step * step',
    cases: [[0, 5, 0], [1, 5, 5], [4, 5, 5], [5, 5, 5], [6, 5, 10], [7, 1, 7], [1, 100, 100], [99, 10, 100], [100, 10, 100]],
  },
  {
    name: 'common-divisor', level: 'easy', params: ['numbers'], text: 'Finds the largest number that divides every number of a list of positive numbers. An empty list gives 0.',
    javascript: `
      let a = 0;
      for (let b of numbers) {
        while (b > 0) [a, b] = [b, a % b];
      }
      return a;`,
    python: `
      a = 0
      for b in numbers:
          while b > 0:
              a, b = b, a % b
      return a`,
    ruby: 'numbers.reduce(0) { |a, b| a.gcd(b) }',
    cases: [[[], 0], [[7], 7], [[6, 4], 2], [[4, 6], 2], [[9, 27, 18], 9], [[5, 7], 1], [[12, 12], 12], [[100, 75, 50], 25], [[1, 1000], 1], [[14, 21, 35], 7]],
  },
  {
    name: 'shared-multiple', level: 'middle', params: ['numbers'], text: 'Finds the smallest positive number that every number of a list of positive numbers divides. An empty list gives 1.',
    javascript: `
      let result = 1;
      for (const n of numbers) {
        let a = result;
        let b = n;
        while (b > 0) [a, b] = [b, a % b];
        result = result / a * n;
      }
      return result;`,
    python: `
      result = 1
      for n in numbers:
          a, b = result, n
          while b > 0:
              a, b = b, a % b
          result = result // a * n
      return result`,
    ruby: 'numbers.reduce(1) { |a, b| a.lcm(b) }',
    cases: [[[], 1], [[1], 1], [[9], 9], [[2, 3], 6], [[4, 6], 12], [[6, 6], 6], [[2, 4, 8], 8], [[3, 5, 7], 105], [[10, 15, 25], 150]],
  },
  {
    name: 'factor-pairs', level: 'middle', params: ['n'], text: 'Lists all pairs of positive numbers, the smaller one first, whose product is n. The pairs go by their first number.',
    javascript: `
      const pairs = [];
      for (let a = 1; a * a <= n; a++) {
        if (n % a === 0) pairs.push([a, n / a]);
      }
      return pairs;`,
    python: `
      pairs = []
      a = 1
      while a * a <= n:
          if n % a == 0:
              pairs.append([a, n // a])
          a += 1
      return pairs`,
    ruby: '(1..Integer.sqrt(n)).select { |a| n % a == 0 }.map { |a| [a, n / a] }',
    cases: [[1, [[1, 1]]], [2, [[1, 2]]], [4, [[1, 4], [2, 2]]], [6, [[1, 6], [2, 3]]], [12, [[1, 12], [2, 6], [3, 4]]], [13, [[1, 13]]], [36, [[1, 36], [2, 18], [3, 12], [4, 9], [6, 6]]], [49, [[1, 49], [7, 7]]]],
  },
  {
    name: 'prime-powers', level: 'middle', params: ['n'], text: 'Takes a positive number apart into primes. Lists each prime with how many times it occurs, from the smallest prime on.',
    javascript: `
      const found = [];
      for (let p = 2; n > 1; p++) {
        let times = 0;
        while (n % p === 0) {
          n /= p;
          times += 1;
        }
        if (times > 0) found.push([p, times]);
      }
      return found;`,
    python: `
      found = []
      p = 2
      while n > 1:
          times = 0
          while n % p == 0:
              n //= p
              times += 1
          if times > 0:
              found.append([p, times])
          p += 1
      return found`,
    ruby: `
      found = []
      p = 2
      while n > 1
        times = 0
        while n % p == 0
          n /= p
          times += 1
        end
        found.push([p, times]) if times > 0
        p += 1
      end
      found`,
    cases: [[1, []], [2, [[2, 1]]], [8, [[2, 3]]], [9, [[3, 2]]], [12, [[2, 2], [3, 1]]], [30, [[2, 1], [3, 1], [5, 1]]], [97, [[97, 1]]], [360, [[2, 3], [3, 2], [5, 1]]], [1001, [[7, 1], [11, 1], [13, 1]]]],
  },
  {
    name: 'whole-root', level: 'easy', params: ['n'], text: 'Finds the largest whole number whose square is at most n, for n from 0 on.',
    javascript: `
      let root = 0;
      while ((root + 1) * (root + 1) <= n) root += 1;
      return root;`,
    python: `
      root = 0
      while (root + 1) * (root + 1) <= n:
          root += 1
      return root`,
    ruby: 'Integer.sqrt(n)',
    cases: [[0, 0], [1, 1], [2, 1], [3, 1], [4, 2], [8, 2], [9, 3], [10, 3], [99, 9], [100, 10], [10000, 100]],
  },
  {
    name: 'power-remainder', level: 'middle', params: ['base', 'exponent', 'modulus'], text: 'Raises a base to an exponent and gives what is left over when that is divided by the modulus. None of them is negative, the modulus is from 1 to 10000, and the exponent may be large.',
    javascript: `
      let result = 1 % modulus;
      let square = base % modulus;
      while (exponent > 0) {
        if (exponent % 2 === 1) result = result * square % modulus;
        square = square * square % modulus;
        exponent = Math.floor(exponent / 2);
      }
      return result;`,
    python: 'return pow(base, exponent, modulus)',
    ruby: 'base.pow(exponent, modulus)',
    cases: [[2, 0, 5, 1], [2, 10, 1000, 24], [0, 3, 7, 0], [0, 0, 7, 1], [5, 3, 1, 0], [7, 1, 10, 7], [3, 4, 80, 1], [10, 9, 7, 6], [2, 1000000, 7, 2], [9999, 2, 10000, 1]],
  },
  {
    name: 'balanced-ternary', level: 'hard', params: ['n'], text: 'Writes a whole number in balanced base three, whose digits are worth one, nothing and minus one. They are written as plus, 0 and minus; zero is a single 0.',
    javascript: `
      if (n === 0) return '0';
      let text = '';
      while (n !== 0) {
        const digit = ((n % 3) + 4) % 3 - 1;
        text = (digit === 0 ? '0' : digit === 1 ? '+' : '-') + text;
        n = (n - digit) / 3;
      }
      return text;`,
    python: `
      if n == 0:
          return '0'
      text = ''
      while n != 0:
          digit = (n + 1) % 3 - 1
          text = '0+-'[digit] + text
          n = (n - digit) // 3
      return text`,
    ruby: `
      return '0' if n == 0
      text = ''
      while n != 0
        digit = (n + 1) % 3 - 1
        text = '0+-'[digit] + text
        n = (n - digit) / 3
      end
      text`,
    cases: [[0, '0'], [1, '+'], [-1, '-'], [2, '+-'], [3, '+0'], [4, '++'], [5, '+--'], [-5, '-++'], [13, '+++'], [14, '+---'], [-9, '-00']],
  },
];
