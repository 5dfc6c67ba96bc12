/** The Similarity section: the blend, every metric over the steps, and how far the metrics agree. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { correlationMatrix } from '../../reward/correlation';
import type { CorrelationMatrix } from '../../reward/correlation';
import { useActions } from '../actions';
import { count } from '../format';
import { episodesOf, episodeSteps, episodesVersion, metricsVersion, metricTable, run } from '../state';
import type { Episode } from '../../types';
import { BlendPanel } from './blend_panel';
import { Chart } from './chart';
import { metricColumns } from './metrics_columns';
import { METRIC_LINES, METRIC_LOOKS } from './metrics_lines';

/** Reconstructions that are correlated, the newest: more would say the same and take longer. */
const MOST_ROWS = 2000;
/** ms between looks for new samples. */
const PAUSE = 3000;

export function SimilarityPanel({ onPick }: { onPick: (step: number) => void }): JSX.Element {
  void metricsVersion.value;
  const drawn = METRIC_LINES.some(line => metricTable().last(line.key) !== undefined);
  const open = useSignal(false);
  return (
    <section aria-label="Similarity" class="similarity" id="similarity">
      <h2>Similarity</h2>
      <div class="card"><BlendPanel /></div>
      {drawn && <div class="charts"><Chart title="Every metric, mean of each step" lines={METRIC_LINES} range={[0, 1]} onPick={onPick} /></div>}
      <details class="card" onToggle={event => { open.value = event.currentTarget.open; }}>
        <summary>How far do the metrics agree?</summary>
        {open.value && <Correlations />}
      </details>
    </section>
  );
}

const LABELS: ReadonlyMap<string, string> = new Map([...METRIC_LOOKS.map(({ name, label }): [string, string] => [name, label]), ['execution', 'Execution']]);

function Correlations(): JSX.Element {
  const actions = useActions();
  const matrix = useSignal<CorrelationMatrix | null>(null), rows = useSignal(0), kind = useSignal<'pearson' | 'spearman'>('spearman');
  const runId = run.value.id;
  useEffect(() => {
    let gone = false, seen = -1, working = false;
    const compute = async (): Promise<void> => {
      const version = episodesVersion.peek();
      if (working || version === seen) return;
      working = true;
      const episodes = await newest(runId, actions.episodes, () => gone);
      working = false;
      if (episodes === null) return;
      seen = version;
      matrix.value = correlationMatrix(metricColumns(episodes, METRIC_LOOKS.map(({ name }) => name)));
      rows.value = episodes.reduce((sum, episode) => sum + episode.reconstructions.length, 0);
    };
    void compute();
    const timer = setInterval(() => void compute(), PAUSE);
    return () => { gone = true; clearInterval(timer); };
  }, [runId]);
  const found = matrix.value;
  if (!found || found.names.length < 2) return <p class="muted">There is nothing to correlate yet: two metrics and three reconstructions are needed.</p>;
  return (
    <div class="correlations">
      <fieldset class="row">
        <legend class="unseen">Which correlation</legend>
        <label class="check"><input type="radio" name="correlation" checked={kind.value === 'spearman'} onChange={() => { kind.value = 'spearman'; }} />Spearman (of ranks)</label>
        <label class="check"><input type="radio" name="correlation" checked={kind.value === 'pearson'} onChange={() => { kind.value = 'pearson'; }} />Pearson (of values)</label>
      </fieldset>
      <Matrix matrix={found} kind={kind.value} />
      <p class="muted">Over the newest {count(rows.value)} reconstructions of this run. 1: they order reconstructions alike; 0: one says nothing about the other; –: one of them did not vary. A metric that goes with execution rewards what runs.</p>
    </div>
  );
}

function Matrix({ matrix, kind }: { matrix: CorrelationMatrix; kind: 'pearson' | 'spearman' }): JSX.Element {
  const label = (name: string): string => LABELS.get(name) ?? name;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Correlation of the metrics">
      <table class="data correlation" id="correlation">
        <caption>{kind === 'pearson' ? 'Pearson' : 'Spearman'} correlation of the metrics</caption>
        <thead><tr><td />{matrix.names.map(name => <th scope="col" key={name}>{label(name)}</th>)}</tr></thead>
        <tbody>{matrix.names.map((row, i) => (
          <tr key={row}><th scope="row">{label(row)}</th>{matrix.names.map((column, j) => {
            const r = matrix[kind][i]![j]!;
            return <td key={column} class={tint(r)} title={`${label(row)} and ${label(column)}: ${count(matrix.n[i]![j]!)} reconstructions`}>{Number.isFinite(r) ? r.toFixed(2).replace('-', '−') : '–'}</td>;
          })}</tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** Class of a cell: five shades either side of none. The number stands in the cell, so colour only helps the eye. */
export function tint(r: number): string {
  const level = Math.round(Math.abs(r) * 5);
  return !Number.isFinite(r) || level === 0 ? '' : `r-${r < 0 ? 'minus' : 'plus'}-${level}`;
}

/** Episodes of the newest steps, from memory or from storage, up to the most rows; null when they are no longer wanted. */
async function newest(runId: string, stored: (runId: string, step: number) => Promise<Episode[] | undefined>, gone: () => boolean): Promise<Episode[] | null> {
  const found: Episode[] = [];
  let rows = 0;
  for (const step of episodeSteps().reverse()) {
    const episodes = episodesOf(step) ?? (runId === '' ? undefined : await stored(runId, step).catch(() => undefined)) ?? [];
    if (gone()) return null;
    found.push(...episodes);
    rows += episodes.reduce((sum, episode) => sum + episode.reconstructions.length, 0);
    if (rows >= MOST_ROWS) break;
  }
  return found;
}
