/** The runs at the side of a wide screen: look, name, state, how far, a spark of the reward; a click opens one. Knows no storage. */
import './rail.css';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useActions } from '../actions';
import { count, value } from '../format';
import { railOpen, rememberRail } from '../rail';
import { formatPlace } from '../place';
import { busy, heldElsewhere, metricsVersion, metricTable, place, run, runs } from '../state';
import type { RunListing } from '../state';
import { readCurves, valuesOf } from './runs_state';
import { sparkPoints } from './spark';
import { Swatch } from './swatch';

/** Runs whose curves are read for the rail: what is further down is opened rarely. */
const SPARKS = 12;
const [WIDTH, HEIGHT] = [60, 18];

export function RunRail(): JSX.Element {
  const actions = useActions();
  const listed = runs.value, open = railOpen.value;
  useEffect(() => { if (open) void readCurves(actions, listed.slice(0, SPARKS).map(({ id }) => id)); }, [listed, open]);
  return (
    <aside class={open ? 'rail' : 'rail closed'} aria-label="Runs">
      <button type="button" class="quiet small rail-switch" aria-expanded={open} onClick={() => rememberRail(!open)}>{open ? '◂ Runs' : '▸'}<span class="unseen">{open ? ', hide the list' : 'Show the list of runs'}</span></button>
      {open && (listed.length === 0 ? <p class="muted">Your runs will stand here.</p> : <ul>{listed.map(row => <li key={row.id}><RailRow row={row} /></li>)}</ul>)}
    </aside>
  );
}

function RailRow({ row }: { row: RunListing }): JSX.Element {
  const actions = useActions();
  const current = run.value.id === row.id, live = current && busy.value;
  if (current) void metricsVersion.value;
  const values = current ? metricTable().column('reward/mean').filter((at): at is number => at !== undefined && Number.isFinite(at)) : valuesOf(row.id, 'reward/mean');
  const state = heldElsewhere.value.has(row.id) ? 'in another tab' : live ? run.value.state : row.state, step = live ? run.value.step : row.step;
  const points = sparkPoints(values, WIDTH, HEIGHT);
  return (
    <button type="button" class="rail-row" aria-current={current ? 'true' : undefined} disabled={busy.value && !current} title={busy.value && !current ? 'A run is under way: it stays open until it ends' : `Open ${row.name}`} onClick={() => {
      void actions.openRun(row.id);
      // Data and Profile show nothing of a run.
      if (!['train', 'samples', 'runs'].includes(place.peek().tab)) location.hash = formatPlace({ tab: 'train' });
    }}>
      <Swatch id={row.id} />
      <span class="rail-name">{row.name}</span>
      <svg class="spark" viewBox={`-1 -1 ${WIDTH + 2} ${HEIGHT + 2}`} width={WIDTH} height={HEIGHT} role="img" aria-label={values.length > 1 ? `reward from ${value(values[0])} to ${value(values.at(-1))}` : 'no reward yet'}>{points && <polyline points={points} fill="none" stroke="currentColor" stroke-width="1.5" />}</svg>
      <span class="muted rail-state">{state}, step {count(step)} / {count(row.steps)}</span>
    </button>
  );
}
