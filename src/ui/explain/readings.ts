/** What a run showed of the things that exhibits are judged by, from its metric rows; knows no view and no exhibit. */
import { mean } from '../../rl/advantage';
import type { MetricRow } from '../../types';
import { READING_NAMES } from './exhibits';
import type { Reading } from './exhibits';

export type Readings = Record<Reading, number | null>;

/** Updates that a mean of "the last" or "the first" is over. */
const FEW = 5;
const HELD_OUT: Partial<Record<Reading, string>> = { similarity: 'heldout/similarity', shuffled: 'heldout/shuffled', copied: 'heldout/leak_rate', exact: 'heldout/exact_match', length: 'heldout/documentation_length' };
const OF_UPDATES: Partial<Record<Reading, string>> = { reward: 'reward/mean', silent: 'frac_reward_zero_std' };

/** Before the first and after the last update; null where the run has no such number. */
export function readingsOf(rows: readonly MetricRow[]): { before: Readings; after: Readings } {
  const columns = (key: string): number[] => rows.flatMap(row => (row[key] !== undefined && Number.isFinite(row[key]) ? [row[key]] : []));
  const shown = (values: readonly number[]): number | null => (values.length === 0 ? null : Number(mean(values).toPrecision(4)));
  const of = (side: 'before' | 'after') => Object.fromEntries(READING_NAMES.map(name => {
    const values = columns(HELD_OUT[name] ?? OF_UPDATES[name]!), few = HELD_OUT[name] ? 1 : FEW;
    return [name, shown(side === 'before' ? values.slice(0, few) : values.slice(-few))];
  })) as Readings;
  return { before: of('before'), after: of('after') };
}
