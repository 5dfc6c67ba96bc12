/** A JavaScript function and its variants. */
import type { Family } from './relations';

export const javascript: Family = {
  language: 'javascript',
  original: `function scoreWords(words, limit) {
  let total = 0;
  let longest = '';
  for (let i = 0; i < words.length; i++) {
    const word = words[i].trim();
    if (word.length > limit) {
      total = total + word.length * 2;
      longest = word + total;
    } else {
      total = total - 1;
    }
  }
  return [Math.max(total, 0), longest];
}`,
  variants: {
    'variables renamed': [{ rename: { words: 'items', limit: 'most', total: 'sum', longest: 'best', i: 'k', word: 'item' } }],
    'function renamed': [['scoreWords', 'rate']],
    'comments and layout': [
      ['function scoreWords(words, limit) {\n', '// Long words count twice.\nfunction scoreWords( words, limit )\n{\n\n'], ["''", '""'], [' else {\n', '\n    /* short */\n    else {\n'],
    ],
    'independent statements exchanged': [["  let total = 0;\n  let longest = '';\n", "  let longest = '';\n  let total = 0;\n"]],
    'redundant parentheses': [['total + word.length * 2', '(total + (word.length * 2))'], ['word.length > limit', '(word.length) > (limit)']],
    'x = x + 1 as x += 1': [['total = total - 1', 'total -= 1']],
    'condition negated and branches exchanged': [['word.length > limit', 'word.length <= limit']],
    'value returned through a variable': [['  return [Math.max(total, 0), longest];', '  const result = [Math.max(total, 0), longest];\n  return result;']],
    'operator changed': [['total + word.length * 2', 'total - word.length * 2']],
    'constant of another type': [['total = 0', 'total = "0"']],
    'constant of another value': [['length * 2', 'length * 3']],
    'branches exchanged': [['total = total + word.length * 2;\n      longest = word + total;', '@'], ['total = total - 1;', 'total = total + word.length * 2;\n      longest = word + total;'], ['@', 'total = total - 1;']],
    'loop bound changed': [['i < words.length', 'i < words.length - 1']],
    'another function called': [['Math.max', 'Math.min']],
    'statement deleted': [['      longest = word + total;\n', '']],
    'wrong variable used': [['total = total - 1', 'total = limit - 1']],
    'another value returned': [['[Math.max(total, 0), longest]', '[Math.max(total, 0), words]']],
    'dependent statements exchanged': [['      total = total + word.length * 2;\n      longest = word + total;\n', '      longest = word + total;\n      total = total + word.length * 2;\n']],
    'statement added': [['total = total - 1;', 'total = total - 1;\n      longest = word;']],
  },
};
