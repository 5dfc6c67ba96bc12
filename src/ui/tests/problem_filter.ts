/** Which problems of a measurement are listed; plain data, no DOM. */
import type { Measurement, ProblemResult } from '../../benchmark/results';

export const FILTERS = { all: 'all problems', some: 'right at least once', none: 'never right', every: 'always right', differs: 'models differ' } as const;
export type Filter = keyof typeof FILTERS;

const rate = (result: ProblemResult): number => (result.n > 0 ? result.c / result.n : 0);

/** Places of the problems that the filter and the search let through, in their order. Only what was come to is filtered. */
export function listed({ problems, results }: Measurement, filter: Filter, search: string, language = ''): number[] {
  const wanted = search.trim().toLowerCase();
  return problems.flatMap((problem, p) => {
    if (language !== '' && problem.language !== language) return [];
    if (wanted !== '' && ![problem.id, problem.entry, problem.description].some(text => text.toLowerCase().includes(wanted))) return [];
    const own = results.flatMap(row => row[p] ?? []);
    switch (filter) {
      case 'all': return [p];
      case 'some': return own.some(({ c }) => c > 0) ? [p] : [];
      case 'none': return own.length > 0 && own.every(({ c }) => c === 0) ? [p] : [];
      case 'every': return own.length > 0 && own.every(({ n, c }) => n > 0 && c === n) ? [p] : [];
      // By how often it is right: two models of which one is right twice as often differ too.
      case 'differs': return own.length > 1 && own.some(result => rate(result) !== rate(own[0]!)) ? [p] : [];
    }
  });
}
