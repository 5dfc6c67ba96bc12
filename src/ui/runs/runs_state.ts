/** What the Runs tab remembers of this visit: what is searched, chosen and overlaid, and what was read of stored runs. Knows no storage itself. */
import { computed, effect, signal } from '@preact/signals';
import type { MetricRow } from '../../types';
import type { Actions } from '../actions';
import { MetricTable } from '../metric_table';
import { corpora, run, runs } from '../state';
import { OPEN_RUN, sourceOf } from '../train/chart_source';
import type { Source } from '../train/chart_source';
import { arrange } from './run_list';
import type { GroupKey, Row, SortKey } from './run_list';
import { looksOf } from './run_looks';

export const search = signal('');
export const sort = signal<SortKey>('newest');
export const group = signal<GroupKey>('none');
/** Ids, in the order in which they were chosen. */
export const selected = signal<readonly string[]>([]);
export const overlaid = signal<readonly string[]>([]);
/** Bytes of a run's checkpoints, by id. */
export const sizes = signal<ReadonlyMap<string, number>>(new Map());

export const looks = computed(() => looksOf(runs.value));

export function corpusName(id: string): string {
  return id === '' ? 'Sample corpus' : corpora.value.find(corpus => corpus.id === id)?.name ?? 'a corpus that is gone';
}

export const arranged = computed(() => arrange(runs.value.map((row): Row => ({ run: row, corpus: corpusName(row.corpusId), bytes: sizes.value.get(row.id) ?? NaN })), search.value, sort.value, group.value));

export function toggle(list: { value: readonly string[]; peek(): readonly string[] }, id: string): void {
  const now = list.peek();
  list.value = now.includes(id) ? now.filter(other => other !== id) : [...now, id];
}

// A run that is gone is chosen no more.
effect(() => {
  const known = new Set(runs.value.map(({ id }) => id));
  for (const list of [selected, overlaid]) if (list.peek().some(id => !known.has(id))) list.value = list.peek().filter(id => known.has(id));
});

// ---- curves of stored runs -------------------------------------------------------------------------------------------------

interface Read { step: number; state: string; source: Source; rows: readonly MetricRow[] }
const read = new Map<string, Read>();
/** Bumped when curves have been read. */
export const curvesVersion = signal(0);

/** The curves of a run; undefined until they have been read. The open run grows as it goes. */
export function curvesOf(id: string): Source | undefined {
  void curvesVersion.value;
  return run.value.id === id ? OPEN_RUN.loop : read.get(id)?.source;
}

/** Values of one metric in order, for a spark line. */
export function valuesOf(id: string, key: string): number[] {
  void curvesVersion.value;
  return (read.get(id)?.rows ?? []).flatMap(row => { const at = row[key]; return at !== undefined && Number.isFinite(at) ? [at] : []; });
}

/** Reads what is missing or has grown since. */
export async function readCurves(actions: Actions, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const row = runs.peek().find(one => one.id === id), known = read.get(id);
    if (!row || (known && known.step === row.step && known.state === row.state)) continue;
    const rows = await actions.runMetrics(id), table = new MetricTable();
    for (const metrics of rows) if (metrics['step'] !== undefined) table.add(metrics);
    read.set(id, { step: row.step, state: row.state, source: sourceOf(table), rows });
    curvesVersion.value++;
  }
}

/** Reads how much room each run takes. */
export async function readSizes(actions: Actions): Promise<void> {
  const found = new Map<string, number>();
  for (const { id } of runs.peek()) found.set(id, (await actions.checkpointsOf(id)).reduce((sum, { bytes }) => sum + bytes, 0));
  sizes.value = found;
}
