/** UCoder's six stages as a person reads them: what happens, by which template, and the numbers of a round. Knows metric names, draws nothing. */
import type { Settings } from '../../config';
import type { MetricRow } from '../../types';
import { CONFIDENT } from '../../ucoder/consensus';
import { problemPrompt } from '../../ucoder/problem';
import { ratingPrompt } from '../../ucoder/rating';
import { skeletonPrompt } from '../../ucoder/skeleton';
import { testsPrompt } from '../../ucoder/tests';
import { count, plural, value } from '../format';

export interface Stage {
  number: number;
  name: string;
  /** File of the program that does it. */
  source: string;
  /** What happens, for problems from the corpus and for problems that the model makes up. */
  corpus: string; model: string;
  /** What the model is asked; '' where nothing is asked in words. */
  template: string;
  /** What became of it in a round; [] where the round has no such numbers. */
  numbers: (row: MetricRow) => [name: string, shown: string][];
}

const EXAMPLE = { title: '{title}', description: '{description}', signature: '{signature}', examples: '{example}', hint: '{hint}' };
const HEAD = { imports: '', signature: '{signature}', name: '{name}', params: ['{a}', '{b}'], documentation: '{documentation}' };
const has = (row: MetricRow, name: string): boolean => Number.isFinite(row[name]);
const counted = (row: MetricRow, name: string, label: string): [string, string][] => (has(row, name) ? [[label, count(row[name]!)]] : []);
const share = (row: MetricRow, name: string, label: string): [string, string][] => (has(row, name) ? [[label, percent(row[name]!)]] : []);

export const percent = (part: number): string => (Number.isFinite(part) ? `${Math.round(100 * part)} %` : '–');

/** The stages under a configuration. */
export function stagesOf({ candidates, tests, reliability, minShare, pick, problems }: Settings): Stage[] {
  return [
    {
      number: 1, name: 'Problems', source: 'src/ucoder/problem.ts', template: problemPrompt('algorithms', '{language}'),
      corpus: problems === 'described' ? 'Functions are drawn, and the true documentation of each, at the detail that the reader learned from, is the problem.' : 'Functions are drawn, and the documentation that the model writes of each is the problem: BatCoder’s first stage.', model: 'The model makes up problems of four kinds in a fixed form.',
      numbers: row => [...counted(row, 'ucoder/proposed', 'proposed'), ...counted(row, 'ucoder/unreadable', 'not in the form')],
    },
    {
      number: 2, name: 'Rating', source: 'src/ucoder/rating.ts', template: ratingPrompt(EXAMPLE),
      corpus: 'The check of documentation (form, leak, cheating) rates it; what it refuses is left out.', model: 'The model rates its own problem from 0 to 10; below 6 it is left out.',
      numbers: row => counted(row, 'ucoder/rated_out', 'left out'),
    },
    {
      number: 3, name: 'Head of the function', source: 'src/ucoder/skeleton.ts', template: skeletonPrompt(EXAMPLE, 'python'),
      corpus: 'Name and parameters are those of the function that was drawn.', model: 'The model writes the first line and a documentation in the language’s form.',
      numbers: row => [...counted(row, 'ucoder/problems', 'problems'), ...counted(row, 'ucoder/without_head', 'without a head')],
    },
    {
      number: 4, name: 'Tests', source: 'src/ucoder/tests.ts', template: testsPrompt(HEAD, tests),
      corpus: `Up to ${tests} inputs on the edges of the function: its own, or made from its types, examples and literals.`, model: `The model writes up to ${tests} inputs; no outputs, for nobody knows them.`,
      numbers: row => [...(has(row, 'ucoder/tests') ? [['tests a problem', value(row['ucoder/tests']!)] as [string, string]] : []), ...counted(row, 'ucoder/without_tests', 'without tests')],
    },
    {
      number: 5, name: 'Answers', source: 'src/ucoder/consensus.ts', template: '',
      corpus: `${plural(candidates, 'answer')} to each problem are sampled and run in the sandbox. Those that ran on at least ${percent(reliability)} of the tests are put together by what they gave.`, model: '',
      numbers: row => [
        ...counted(row, 'ucoder/programs', 'programs run'), ...share(row, 'ucoder/executed', 'ran'), ...(has(row, 'ucoder/clusters') ? [['clusters a problem', value(row['ucoder/clusters']!)] as [string, string]] : []),
        ...share(row, 'ucoder/confidence', 'in the largest'), ...(has(row, 'ucoder/seconds') ? [['time', `${value(row['ucoder/seconds']!)} s`] as [string, string]] : []),
      ],
    },
    {
      number: 6, name: 'Consolidation', source: 'src/loop/ucoder.ts', template: '',
      corpus: pick === 'consensus' ? `Where at least ${percent(minShare)} of the answers agree, the likeliest of them is learned as the answer to the problem; otherwise the problem is left out.` : `For comparison, what is learned is not the consensus but: ${PICKS[pick]}.`, model: '',
      numbers: row => [...counted(row, 'ucoder/learned', 'learned'), ...share(row, 'ucoder/abstained', 'abstained'), ...share(row, 'ucoder/learned_right', 'of the learned, right'), ...(has(row, 'loss') ? [['loss', value(row['loss']!)] as [string, string]] : [])],
    },
  ];
}

const PICKS: Record<Exclude<Settings['pick'], 'consensus'>, string> = { random: 'a random answer that runs', greedy: 'the likeliest answer', reward: 'the answer most similar to the original', truth: 'the original itself' };

export type Badge = 'sure' | 'unsure' | 'none';
/** What a cluster's share of the answers is worth, by what was measured; see the README. */
export function badgeOf(confidence: number, chosen: number): { badge: Badge; words: string } {
  if (confidence === 0) return { badge: 'none', words: 'nothing runs' };
  const shown = percent(confidence);
  return confidence >= CONFIDENT ? { badge: 'sure', words: `${shown} agree` } : { badge: 'unsure', words: `only ${shown} agree${chosen < 0 ? ': left out' : ''}` };
}
