/** What the problems of our own suite are about, in words; holds none of them. */

export const SUBJECTS = {
  'starter': 'the starter\'s families, in combinations of family, name and list that it never saw',
  'starter-steps': 'the starter\'s words, with numbers that it never saw or two steps in one',
  'numbers': 'digits, divisors, powers',
  'lists': 'order, neighbours, windows, merging',
  'texts': 'letters, words, repetition',
  'records': 'fields, groups, nested tables',
  'recursion': 'nested lists, trees, choices',
  'searching': 'searching, sorting, ranking',
  'dates': 'dates and clock times as arithmetic',
  'formats': 'reading small formats',
  'matrices': 'tables of rows and grids',
  'intervals': 'overlaps and gaps',
  'stepwise': 'dynamic programming',
  'bits': 'binary digits',
  'layouts': 'writing values as text',
  'checking': 'forms and properties that hold or do not',
} as const;

export type Subject = keyof typeof SUBJECTS;
