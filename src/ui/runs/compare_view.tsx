/** Several runs over each other: their curves, their last numbers, and how their settings differ. Knows no storage. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useActions } from '../actions';
import { count, value } from '../format';
import { runs } from '../state';
import type { RunListing } from '../state';
import { Chart } from '../train/chart';
import type { Line } from '../train/chart';
import { setXMode, smoothing, spanOf, xMode } from '../train/chart_options';
import { X_MODES } from '../train/chart_source';
import { configDiff } from './config_diff';
import { curvesOf, curvesVersion, looks, overlaid, readCurves, toggle } from './runs_state';
import { Swatch } from './swatch';

/** Their own cursor and zoom. */
const GROUP = 'compare';
const CHARTS: readonly { title: string; key: string; smooth: boolean; range?: [number, number] }[] = [
  { title: 'Reward', key: 'reward/mean', smooth: true, range: [0, 1] },
  { title: 'Held-out similarity', key: 'heldout/similarity', smooth: false, range: [0, 1] },
  { title: 'From another function\'s documentation', key: 'heldout/shuffled', smooth: false, range: [0, 1] },
  { title: 'Leak', key: 'leak/rate', smooth: true, range: [0, 1] },
  { title: 'Loss', key: 'loss', smooth: true },
];

export function CompareView(): JSX.Element | null {
  const actions = useActions();
  const listed = runs.value, ids = overlaid.value;
  useEffect(() => { void readCurves(actions, ids); }, [ids, listed]);
  void curvesVersion.value;
  const chosen = ids.flatMap(id => listed.find(row => row.id === id) ?? []);
  if (chosen.length === 0) return null;
  const drawn = chosen.flatMap(row => { const source = curvesOf(row.id); return source ? [{ row, source }] : []; });
  const lines = (key: string, smooth: boolean): Line[] => drawn.map(({ row, source }) => ({ key, label: row.name, ...looks.value.get(row.id)!, smooth, source }));
  return (
    <section class="card compare" aria-label="Runs compared" id="compare">
      <div class="charts-head">
        <h2>{chosen.length === 1 ? chosen[0]!.name : `${chosen.length} runs compared`}</h2>
        <div class="row">
          <label class="inline">Smoothing <input type="range" min="0" max="0.99" step="0.01" value={smoothing.value} onInput={event => { smoothing.value = Number(event.currentTarget.value); }} /><span class="output">{smoothing.value.toFixed(2)}</span></label>
          <label class="inline">x counts <select class="small" value={xMode.value} onChange={event => setXMode(X_MODES.find(mode => mode === event.currentTarget.value) ?? 'step')}>
            {X_MODES.map(mode => <option key={mode} value={mode}>{mode === 'step' ? 'steps' : mode}</option>)}
          </select></label>
          <button type="button" class="small" disabled={spanOf(GROUP).value === null} onClick={() => { spanOf(GROUP).value = null; }}>All of x</button>
          <button type="button" class="small" onClick={() => { overlaid.value = []; }}>Compare none</button>
        </div>
      </div>
      <Numbers rows={chosen} />
      {drawn.length < chosen.length && <p class="muted">Reading curves…</p>}
      <div class="charts">{CHARTS.map(({ title, key, smooth, range }) => <Chart key={key} title={title} lines={lines(key, smooth)} group={GROUP} {...(range ? { range } : {})} />)}</div>
      {chosen.length > 1 && <Differences rows={chosen} />}
    </section>
  );
}

/** The newest value of each curve: the legend in numbers. */
function Numbers({ rows }: { rows: readonly RunListing[] }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Newest numbers of the compared runs">
      <table class="data wide-first">
        <thead><tr><th scope="col">run</th><th scope="col">steps</th>{CHARTS.map(({ key, title }) => <th scope="col" key={key}>{title.toLowerCase()}</th>)}<th scope="col"><span class="unseen">Compared</span></th></tr></thead>
        <tbody>{rows.map(row => {
          const table = curvesOf(row.id)?.table();
          return (
            <tr key={row.id}>
              <th scope="row"><Swatch id={row.id} /> {row.name}</th><td>{count(row.step)}</td>
              {CHARTS.map(({ key }) => <td key={key}>{value(table?.last(key)?.value)}</td>)}
              <td><button type="button" class="quiet small" aria-label={`Take ${row.name} out`} onClick={() => { toggle(overlaid, row.id); }}>×</button></td>
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}

function Differences({ rows }: { rows: readonly RunListing[] }): JSX.Element {
  const all = useSignal(false);
  const diff = configDiff(rows.map(({ settings }) => settings), all.value);
  return (
    <div class="differences">
      <div class="charts-head"><h3>How their settings differ</h3><label class="check"><input type="checkbox" checked={all.value} onChange={event => { all.value = event.currentTarget.checked; }} />all settings</label></div>
      {diff.length === 0 ? <p class="muted">Their settings are the same; what differs then is the code, the model they began with, or where one was branched off.</p> : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Settings of the compared runs">
          <table class="data wide-first" id="config-diff">
            <thead><tr><th scope="col">setting</th>{rows.map(row => <th scope="col" key={row.id}><Swatch id={row.id} /> {row.name}</th>)}</tr></thead>
            <tbody>{diff.map(({ key, label, unit, values, differs }) => (
              <tr key={key} data-key={key}>
                <th scope="row">{label}{all.value && differs && <span class="badge warn">differs</span>}</th>
                {values.map((own, i) => <td key={i} class={differs && own !== values[0] ? 'differs' : ''}>{typeof own === 'boolean' ? (own ? 'on' : 'off') : String(own)}{unit && ` ${unit}`}</td>)}
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </div>
  );
}
