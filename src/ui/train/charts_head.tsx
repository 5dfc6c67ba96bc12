/** The switches over the charts: smoothing, what x counts, and the part of it that is shown. */
import type { JSX } from 'preact';
import { metricTable, metricsVersion } from '../state';
import type { Stage } from '../state';
import { moved, setXMode, smoothing, spanOf, xMode, zoomed } from './chart_options';
import type { Span } from './chart_options';
import { positions, X_MODES } from './chart_source';

export function ChartsHead({ groups }: { groups: readonly Stage[] }): JSX.Element {
  return (
    <div class="charts-head">
      <h2>Curves</h2>
      <div class="charts-tools">
        <label class="inline">Smoothing
          <input type="range" min="0" max="0.99" step="0.01" value={smoothing.value} onInput={event => { smoothing.value = Number(event.currentTarget.value); }} />
          <span class="output">{smoothing.value.toFixed(2)}</span>
        </label>
        <label class="inline">x counts
          <select class="small" value={xMode.value} onChange={event => setXMode(X_MODES.find(mode => mode === event.currentTarget.value) ?? 'step')}>
            {X_MODES.map(mode => <option key={mode} value={mode}>{mode === 'step' ? 'steps' : mode === 'tokens' ? 'tokens' : 'time'}</option>)}
          </select>
        </label>
        <ZoomButtons groups={groups} />
      </div>
    </div>
  );
}

/** What dragging over a chart does, for whoever cannot drag. */
function ZoomButtons({ groups }: { groups: readonly Stage[] }): JSX.Element {
  void metricsVersion.value;
  const near = groups.some(group => spanOf(group).value !== null);
  const each = (change: (span: Span | null, whole: Span) => Span | null) => (): void => {
    for (const group of groups) {
      const at = positions(metricTable(group), xMode.peek());
      if (at && at.length > 1) spanOf(group).value = change(spanOf(group).peek(), [at[0]!, at.at(-1)!]);
    }
  };
  return (
    <div class="row zoom" role="group" aria-label="Part of the x axis">
      <button type="button" class="small" disabled={!near} aria-label="Earlier" title="Earlier" onClick={each((span, whole) => moved(span, whole, -0.5))}>◂</button>
      <button type="button" class="small" aria-label="Zoom in" title="Zoom in" onClick={each((span, whole) => zoomed(span, whole, 0.5))}>+</button>
      <button type="button" class="small" disabled={!near} aria-label="Zoom out" title="Zoom out" onClick={each((span, whole) => zoomed(span, whole, 2))}>−</button>
      <button type="button" class="small" disabled={!near} aria-label="Later" title="Later" onClick={each((span, whole) => moved(span, whole, 0.5))}>▸</button>
      <button type="button" class="small" disabled={!near} onClick={each(() => null)}>All</button>
    </div>
  );
}
