/** Problems over the binary digits of numbers that are not negative. */
import type { SuiteRecord } from './record';

export const BITS: readonly SuiteRecord[] = [
  {
    name: 'count-ones', level: 'easy', params: ['n'], text: 'Counts the ones among the binary digits of a number that is not negative.',
    javascript: `
      let count = 0;
      for (; n > 0; n >>= 1) count += n & 1;
      return count;`,
    python: "return bin(n).count('1')",
    ruby: "n.to_s(2).count('1')",
    cases: [[0, 0], [1, 1], [2, 1], [3, 2], [7, 3], [8, 1], [170, 4], [255, 8], [256, 1], [1023, 10]],
  },
  {
    name: 'binary-text', level: 'easy', params: ['n', 'width'], text: 'Writes a number that is not negative with binary digits, filled up with zeros on the left to a width. A longer number is not cut.',
    javascript: "return n.toString(2).padStart(width, '0');",
    python: "return bin(n)[2:].rjust(width, '0')",
    ruby: "n.to_s(2).rjust(width, '0')",
    cases: [[0, 1, '0'], [0, 4, '0000'], [1, 1, '1'], [1, 3, '001'], [5, 3, '101'], [5, 2, '101'], [5, 8, '00000101'], [255, 8, '11111111'], [256, 8, '100000000'], [6, 0, '110']],
  },
  {
    name: 'flip-bits', level: 'middle', params: ['n', 'width'], text: 'Turns the lowest binary digits of a number around, as many as the width says: ones become zeros and zeros ones. Higher digits stay.',
    javascript: 'return n ^ ((1 << width) - 1);',
    python: 'return n ^ ((1 << width) - 1)',
    ruby: 'n ^ ((1 << width) - 1)',
    cases: [[0, 0, 0], [5, 0, 5], [0, 1, 1], [1, 1, 0], [5, 3, 2], [2, 3, 5], [255, 8, 0], [256, 8, 511], [9, 2, 10], [0, 10, 1023]],
  },
  {
    name: 'gray-code', level: 'middle', params: ['place', 'width'], text: 'Gives the text at a place, counted from 0, of a list of all texts of so many binary digits as the width says. The list begins with zeros alone and neighbours differ in one digit: its second half is the first one backwards, with a one in front instead of a zero.',
    javascript: "return (place ^ (place >> 1)).toString(2).padStart(width, '0');",
    python: `
      codes = ['']
      for _ in range(width):
          codes = ['0' + code for code in codes] + ['1' + code for code in reversed(codes)]
      return codes[place]`,
    ruby: `
      codes = ['']
      width.times do
        codes = codes.map { |code| '0' + code } + codes.reverse.map { |code| '1' + code }
      end
      codes[place]`,
    cases: [[0, 1, '0'], [1, 1, '1'], [0, 3, '000'], [1, 3, '001'], [2, 3, '011'], [3, 3, '010'], [4, 3, '110'], [7, 3, '100'], [8, 4, '1100'], [5, 4, '0111'], [15, 4, '1000']],
  },
  {
    name: 'odd-one-out', level: 'easy', params: ['numbers'], text: 'Finds the one number of a list that stands in it an odd number of times, where all others stand in it an even number of times. No number is negative.',
    javascript: 'return numbers.reduce((a, b) => a ^ b, 0);',
    python: `
      result = 0
      for n in numbers:
          result ^= n
      return result`,
    ruby: 'numbers.reduce(0, :^)',
    cases: [[[7], 7], [[0], 0], [[1, 2, 1], 2], [[2, 1, 1], 2], [[5, 5, 5], 5], [[4, 9, 4, 9, 6], 6], [[0, 3, 0], 3], [[1, 1, 0, 2, 2], 0], [[8, 8, 8, 1, 1], 8]],
  },
  {
    name: 'bit-distance', level: 'easy', params: ['left', 'right'], text: 'Counts the places at which the binary digits of two numbers differ. Neither is negative.',
    javascript: `
      let rest = left ^ right;
      let count = 0;
      while (rest > 0) {
        count += rest % 2;
        rest = rest >> 1;
      }
      return count;`,
    python: "return bin(left ^ right).count('1')",
    ruby: "(left ^ right).to_s(2).count('1')",
    cases: [[0, 0, 0], [1, 0, 1], [0, 1, 1], [1, 2, 2], [7, 7, 0], [7, 8, 4], [255, 0, 8], [170, 85, 8], [1, 1023, 9], [6, 4, 1]],
  },
  {
    name: 'widest-gap', level: 'middle', params: ['n'], text: 'Says how many zeros stand between two ones of the binary digits of a number at most, without another one between them. Without two ones the answer is 0.',
    javascript: `
      let best = 0;
      let last = -1;
      for (let place = 0; n >> place > 0; place++) {
        if ((n >> place) % 2 === 1) {
          if (last >= 0) best = Math.max(best, place - last - 1);
          last = place;
        }
      }
      return best;`,
    python: "return max(len(zeros) for zeros in bin(n)[2:].strip('0').split('1'))",
    ruby: "n.to_s(2).sub(/0+$/, '').split('1').map(&:length).max || 0",
    cases: [[0, 0], [1, 0], [2, 0], [3, 0], [5, 1], [9, 2], [20, 1], [529, 4], [1041, 5], [32, 0], [513, 8], [1048577, 19]],
  },
  {
    name: 'mirror-bits', level: 'middle', params: ['n', 'width'], text: 'Reads the binary digits of a number backwards, where the number is written with exactly so many digits as the width says.',
    javascript: `
      let out = 0;
      for (let i = 0; i < width; i++) {
        out = out * 2 + n % 2;
        n >>= 1;
      }
      return out;`,
    python: `
      out = 0
      for _ in range(width):
          out = out * 2 + n % 2
          n >>= 1
      return out`,
    ruby: 'n.to_s(2).rjust(width, "0").reverse.to_i(2)',
    cases: [[0, 1, 0], [1, 1, 1], [1, 4, 8], [8, 4, 1], [6, 3, 3], [5, 3, 5], [1, 10, 512], [11, 4, 13], [255, 8, 255], [2, 8, 64]],
  },
];
