/** One chart: faint raw lines under their debiased average, gaps for what is no number, a click that names a step, a table of the data. */
import { effect, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { value } from '../format';
import { debiasedEma, withGaps } from '../smoothing';
import { metricsVersion, metricTable } from '../state';
import type { Stage } from '../state';
import { theme } from '../theme';
import { smoothing, sharedCursor } from './chart_options';

/** `color` names a custom property of the style sheet; `dash` tells lines apart without colour. */
export interface Line { key: string; label: string; color: string; dash?: number[]; smooth?: boolean; scale?: 'y' | 'right' }

interface Props {
  title: string; lines: Line[]; 
  /** The axis spans at least this, more when values lie outside. */
  range?: [number, number]; rightLabel?: string;
  /** Whose steps the x axis counts; samples exist of the loop's only. */
  stage?: Stage;
  onPick?: (step: number) => void;
}

export function Chart({ title, lines, range, rightLabel, stage = 'loop', onPick }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const at = useSignal<number | null>(null);
  const hidden = useSignal<ReadonlySet<string>>(new Set());
  const table = useSignal(false);

  useEffect(() => {
    const host = box.current;
    if (!host) return;
    let plot: uPlot | undefined;
    const build = (): void => {
      plot?.destroy();
      plot = new uPlot(options(host, lines, range, rightLabel, index => { at.value = index; }, step => pick.current?.(step), stage), data(lines, hidden.peek(), stage), host);
    };
    // Colours are resolved when the plot is made, so a theme change makes it anew; everything else only brings new data.
    const disposeTheme = effect(() => { void theme.value; build(); });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', build);
    const disposeData = effect(() => { void metricsVersion.value; void smoothing.value; plot?.setData(data(lines, hidden.value, stage)); });
    const observer = new ResizeObserver(() => { plot?.setSize({ width: host.clientWidth, height: 190 }); });
    observer.observe(host);
    return () => { observer.disconnect(); scheme.removeEventListener('change', build); disposeTheme(); disposeData(); plot?.destroy(); };
  }, []);

  void metricsVersion.value;
  const metrics = metricTable(stage);
  const steps = metrics.steps();
  const index = at.value;
  const shown = lines.filter(line => metrics.last(line.key) !== undefined);
  return (
    <figure class={`chart${shown.length === 0 ? ' empty-chart' : ''}`}>
      <figcaption>
        <span class="chart-title">{title}</span>
        {index !== null && steps[index] !== undefined && <span class="muted">step {steps[index]}</span>}
        <button type="button" class="quiet small" aria-expanded={table.value} onClick={() => { table.value = !table.value; }}>{table.value ? 'Hide table' : 'Table'}</button>
      </figcaption>
      <ul class="legend">
        {shown.map(line => {
          const off = hidden.value.has(line.key);
          const now = index === null ? metrics.last(line.key)?.value : metrics.column(line.key)[index];
          return (
            <li key={line.key}>
              <button type="button" class="legend-item" aria-pressed={!off} title={line.key} onClick={() => {
                const next = new Set(hidden.value);
                if (!next.delete(line.key)) next.add(line.key);
                hidden.value = next;
              }}>
                <svg class={`swatch ${line.color}`} viewBox="0 0 22 6" aria-hidden="true"><line x1="0" y1="3" x2="22" y2="3" stroke="currentColor" stroke-width="3" stroke-dasharray={line.dash?.join(' ')} /></svg>
                {line.label} <b>{value(now)}</b>
              </button>
            </li>
          );
        })}
        {shown.length === 0 && <li class="muted">No values yet.</li>}
      </ul>
      <div class="plot" ref={box} aria-hidden="true" />
      {table.value && <DataTable lines={lines} stage={stage} onPick={onPick} />}
    </figure>
  );
}

/** The same numbers as text; the newest two hundred rows, everything is in the exported metrics.csv. */
function DataTable({ lines, stage, onPick }: { lines: Line[]; stage: Stage; onPick: Props['onPick'] }): JSX.Element {
  void metricsVersion.value;
  const metrics = metricTable(stage);
  const rows = metrics.rows(metrics.length - 200).filter(row => lines.some(line => row[line.key] !== undefined)).reverse();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Data of the chart">
      <table class="data">
        <thead><tr><th scope="col">step</th>{lines.map(line => <th scope="col" key={line.key}>{line.label}</th>)}</tr></thead>
        <tbody>{rows.map(row => (
          <tr key={row[metrics.key]}>
            <th scope="row">{onPick ? <button type="button" class="link" title="Samples of this step" onClick={() => onPick(row[metrics.key]!)}>{row[metrics.key]}</button> : row[metrics.key]}</th>
            {lines.map(line => <td key={line.key}>{row[line.key] === undefined ? '' : value(row[line.key])}</td>)}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

type Column = (number | null | undefined)[];

function data(lines: Line[], hidden: ReadonlySet<string>, stage: Stage): uPlot.AlignedData {
  const metrics = metricTable(stage);
  const columns: Column[] = [];
  for (const line of lines) {
    const raw = hidden.has(line.key) ? new Array<undefined>(metrics.length).fill(undefined) : metrics.column(line.key);
    columns.push(line.smooth ? withGaps(raw) : new Array<undefined>(metrics.length).fill(undefined));
    columns.push(line.smooth ? debiasedEma(raw, smoothing.value) : withGaps(raw));
  }
  return [metrics.steps(), ...columns] as uPlot.AlignedData;
}

function options(host: HTMLElement, lines: Line[], range: Props['range'], rightLabel: string | undefined, onIndex: (index: number | null) => void, onPick: (step: number) => void, stage: Stage): uPlot.Options {
  const ink = resolved(host, '--ink-soft');
  const grid = resolved(host, '--line');
  const axis: uPlot.Axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 }, font: '11px system-ui, sans-serif' };
  const series: uPlot.Series[] = [{}];
  for (const line of lines) {
    const stroke = resolved(host, `--${line.color}`);
    const scale = line.scale ?? 'y';
    series.push({ scale, stroke, alpha: 0.28, width: 1, points: { show: false } });
    series.push({ scale, stroke, width: 2, ...(line.dash ? { dash: line.dash } : {}), points: { show: (u, i) => few(u.data[i] as Column), size: 5 } });
  }
  const right = lines.some(line => line.scale === 'right');
  const scales: uPlot.Scales = { x: { time: false }, y: range ? { range: (_u, low, high) => [Math.min(range[0], low ?? range[0]), Math.max(range[1], high ?? range[1])] } : {} };
  return {
    width: Math.max(200, host.clientWidth), height: 190, legend: { show: false }, padding: [8, right ? 4 : 12, 0, 0],
    cursor: { drag: { x: false, y: false }, sync: { key: `${sharedCursor}-${stage}` }, points: { size: 6 } },
    scales,
    axes: [{ ...axis, size: 26 }, { ...axis, size: 44, values: (_u, ticks) => ticks.map(tick) },
      ...(right ? [{ ...axis, scale: 'right', side: 1 as const, size: 44, grid: { show: false }, label: rightLabel ?? '', labelSize: 14, values: (_u: uPlot, ticks: number[]) => ticks.map(tick) }] : [])],
    series,
    hooks: {
      setCursor: [u => onIndex(u.cursor.idx ?? null)],
      ready: [u => {
        u.over.addEventListener('click', () => {
          const step = u.cursor.idx === null || u.cursor.idx === undefined ? undefined : u.data[0][u.cursor.idx];
          if (step !== undefined) onPick(step);
        });
      }],
    },
  };
}

/** Short enough for the axis: differences of log-probabilities are millionths. */
function tick(at: number): string {
  const rounded = Number(at.toPrecision(3));
  return rounded !== 0 && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** Evaluations come every few steps: points show where they were; a long curve needs none. */
function few(column: Column): boolean {
  return column.filter(v => v !== undefined && v !== null).length < 40;
}

/** A custom property as a colour the canvas understands: the browser resolves light-dark() and system colours, the canvas does not. */
function resolved(host: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  host.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
