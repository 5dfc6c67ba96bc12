/** The list of runs as plain data: found, ordered, grouped, and what each came to. Knows no storage and no view. */
import type { MetricRow } from '../../types';
import type { RunListing } from '../state';

export const SORTS = { newest: 'newest first', name: 'name', steps: 'most steps', after: 'best held-out similarity', gain: 'largest gain', size: 'largest on disk' } as const;
export type SortKey = keyof typeof SORTS;
export const GROUPS = { none: 'not grouped', preset: 'by preset', corpus: 'by corpus', state: 'by state' } as const;
export type GroupKey = keyof typeof GROUPS;

/** Held-out numbers before the first and after the last update; NaN where they were not measured. */
export interface Outcome {
  /** How many functions were asked; NaN where the summary does not say. */
  functions: number;
  before: number; after: number; shuffled: number; shuffledBefore: number; leak: number; oracle: number; exact: number; exactBefore: number;
}

export function outcomeOf(summary: Record<string, unknown> | null): Outcome {
  const part = (name: string): Record<string, unknown> => {
    const found = summary?.[name];
    return typeof found === 'object' && found !== null ? found as Record<string, unknown> : {};
  };
  const at = (name: string, key: string): number => {
    const found = part(name)[key];
    return typeof found === 'number' ? found : NaN;
  };
  const splits = Object.keys(part('after')).filter(key => /^heldout\/\w+\/similarity$/.test(key)).length;
  return {
    functions: at('settings', 'evaluateItems') * Math.max(1, splits),
    before: at('before', 'heldout/similarity'), after: at('after', 'heldout/similarity'), shuffledBefore: at('before', 'heldout/shuffled'), shuffled: at('after', 'heldout/shuffled'),
    leak: at('after', 'heldout/leak_rate'), oracle: at('after', 'heldout/oracle'), exactBefore: at('before', 'heldout/exact_match'), exact: at('after', 'heldout/exact_match'),
  };
}

/** Similarities of single functions spread by about this much, so a mean over n of them by about this over the root of n. */
const SPREAD = 0.25;

/** What the numbers say, in one sentence: a reward alone could be had by cheating, so the control speaks too. */
export function outcomeWords({ functions, before, after, shuffled, shuffledBefore }: Outcome): string {
  if (!Number.isFinite(before) || !Number.isFinite(after)) return 'This run did not measure held-out functions before and after.';
  const gain = after - before, control = shuffled - shuffledBefore;
  if (Math.abs(gain) > 0.005 && Math.abs(gain) < SPREAD / Math.sqrt(functions)) return `Held-out functions are rebuilt ${gain > 0 ? 'a little better' : 'a little worse'} than before, but on ${functions} functions that may be chance: a longer run, or more functions measured, would tell.`;
  if (gain <= 0.005) return gain < -0.005 ? 'Held-out functions are rebuilt worse than before: the run unlearned something.' : 'Held-out functions are rebuilt no better than before: more updates or other settings are needed.';
  if (Number.isFinite(control) && control > gain / 2) return 'Held-out functions are rebuilt better, but from another function\'s documentation nearly as much so: the model may have learned likely code and not documentation.';
  return 'Held-out functions are rebuilt better from their own documentation than before, and not from another function\'s: the documentation carries more.';
}

/** Held-out similarity at a step: of its last evaluation up to there; NaN where there was none. */
export function heldOutAt(rows: readonly MetricRow[], step: number): number {
  let found = NaN;
  for (const row of rows) if (row['step'] !== undefined && row['step'] <= step && row['heldout/similarity'] !== undefined) found = row['heldout/similarity'];
  return found;
}

/** Of checkpoints of the same step, newest first, the first alone: a run saves once more as it ends. */
export function newestOfStep<T extends { stage: string; step: number }>(checkpoints: readonly T[]): T[] {
  return checkpoints.filter(({ stage, step }, i) => checkpoints.findIndex(other => other.stage === stage && other.step === step) === i);
}

/** A run with what is known of its place on disk. */
export interface Row { run: RunListing; corpus: string; bytes: number }

/** Every word of the search in name, preset, corpus, state or where it was branched from. */
export function arrange(rows: readonly Row[], search: string, sort: SortKey, group: GroupKey): { title: string; rows: Row[] }[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter(({ run, corpus }) => {
    const text = `${run.name} ${run.preset} ${run.state} ${corpus} ${run.branchOf?.name ?? ''}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
  // What was not measured comes last, whatever the order.
  const number = (of: (row: Row) => number) => (a: Row, b: Row): number => {
    const [x, y] = [of(a), of(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? Number(Number.isNaN(x)) - Number(Number.isNaN(y)) : y - x;
  };
  const orders: Record<SortKey, (a: Row, b: Row) => number> = {
    newest: number(row => row.run.createdAt), name: (a, b) => a.run.name.localeCompare(b.run.name), steps: number(row => row.run.step), size: number(row => row.bytes),
    after: number(row => outcomeOf(row.run.summary).after), gain: number(row => { const { before, after } = outcomeOf(row.run.summary); return after - before; }),
  };
  const sorted = found.toSorted((a, b) => orders[sort](a, b) || b.run.createdAt - a.run.createdAt);
  if (group === 'none') return sorted.length > 0 ? [{ title: '', rows: sorted }] : [];
  const titles = new Map<string, Row[]>();
  for (const row of sorted) {
    const title = group === 'preset' ? row.run.preset : group === 'corpus' ? row.corpus : row.run.state;
    titles.set(title, [...titles.get(title) ?? [], row]);
  }
  return [...titles].map(([title, own]) => ({ title, rows: own }));
}
