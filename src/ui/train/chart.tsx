/**
 * One chart: faint raw lines under their debiased average, gaps for what is no number, marks of what happened, a click or Enter that names a
 * step, a table, a picture and a CSV of the data. To draw any number of runs over each other give every line its own `source`
 * (`sourceOf(table)` in chart_source, where `table` is a MetricTable filled with a stored run's rows), a label and a colour of its own, and a
 * `group` other than `loop`, so that their cursor and zoom are theirs.
 */
import { effect, untracked, useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { useActions } from '../actions';
import { fileName } from '../files';
import { count, duration, plural, value } from '../format';
import { useMenu } from '../menu';
import { LineSwatch } from '../line_swatch';
import { theme } from '../theme';
import { chartCsv, chartData, neighbour } from './chart_data';
import type { ChartData, DrawnLine, Line } from './chart_data';
import { chartImage } from './chart_image';
import { logCharts, pinned, rememberOptions, smoothing, spanOf, toggled, wide, xMode, zoomed } from './chart_options';
import { makePlot } from './chart_plot';
import { OPEN_RUN, X_NAMES } from './chart_source';
import type { Source, XMode } from './chart_source';
import { DataTable } from './chart_table';
import { MARK_LOOKS } from './marks';

export type { Line } from './chart_data';

interface Props {
  /** Also the name under which its choices are remembered. */
  title: string; lines: readonly Line[];
  /** The axis spans at least this, more when values lie outside. */
  range?: [number, number]; rightLabel?: string;
  /** Where lines without a source of their own come from; the loop of the open run. */
  source?: Source;
  /** Charts of a group share zoom and cursor. */
  group?: string;
  onPick?: (step: number, source: Source) => void;
}

/** Heights of the plot in CSS pixels, usual and wide. */
const HEIGHTS = [212, 360] as const;
/** Redraws of a chart are at least this far apart, ms. */
const REDRAW = 100;

export function Chart({ title, lines, range, rightLabel, source = OPEN_RUN.loop, group = 'loop', onPick }: Props): JSX.Element {
  rememberOptions();
  const actions = useActions();
  const menu = useMenu();
  const box = useRef<HTMLDivElement>(null), plot = useRef<uPlot>(undefined), held = useRef<ChartData>(undefined);
  const at = useSignal<number | null>(null), hidden = useSignal<ReadonlySet<number>>(new Set()), table = useSignal(false), seen = useSignal(false), made = useComputed(() => seen.value || plot.current !== undefined);
  const span = spanOf(group), log = logCharts.value.includes(title), large = wide.value.includes(title);
  const given: DrawnLine[] = lines.map(line => ({ ...line, source: line.source ?? source })), shownLines = useSignal(given);
  useEffect(() => {
    if (same(shownLines.peek(), given)) return;
    hidden.value = new Set();
    shownLines.value = given;
  });
  const drawn = shownLines.value;
  // A chart out of sight hears of nothing and costs nothing until it is scrolled to; but other lines than it holds must be had to be drawn.
  const computed = useComputed(() => (!seen.value && held.current?.columns.length === shownLines.value.length ? held.current
    : held.current = chartData(shownLines.value, { mode: xMode.value, weight: smoothing.value, log: logCharts.value.includes(title), hidden: hidden.value })));
  const pick = (index: number): void => {
    // The first shown line that has a value there says whose step it is.
    const { columns, steps } = computed.peek(), own = shownLines.peek(), line = own.findIndex((_, i) => !hidden.peek().has(i) && columns[i]![index] !== undefined);
    if (line >= 0) onPick?.(steps[line]![index]!, own[line]!.source);
  };
  // What the plot calls must be today's, not that of the render it was made in.
  const picked = useRef(pick);
  picked.current = pick;

  useEffect(() => {
    const host = box.current!, height = (): number => HEIGHTS[wide.peek().includes(title) ? 1 : 0];
    let frame = 0, making: ReturnType<typeof setTimeout> | undefined, waiting: ReturnType<typeof setTimeout> | undefined, last = 0;
    const build = (): void => {
      plot.current?.destroy();
      plot.current = makePlot(host, {
        lines: shownLines.peek(), log: logCharts.peek().includes(title), mode: xMode.peek(), height: height(), group, range, rightLabel,
        span: () => span.peek(), marks: () => computed.peek().marks,
        onIndex: index => { cancelAnimationFrame(frame); frame = requestAnimationFrame(() => { at.value = index; }); },
        onSpan: found => { span.value = found; }, onPick: index => picked.current(index),
      }, computed.peek().plot as uPlot.AlignedData);
    };
    const draw = (): void => {
      waiting = undefined;
      last = performance.now();
      plot.current?.setData(computed.peek().plot as uPlot.AlignedData);
    };
    // Ten charts at once would be a long task: each is made when it comes into sight, and that in a task of its own.
    // Colours, axes and size are settled when the plot is made, so a change makes it anew; everything else only brings new data.
    const disposeShape = effect(() => { void theme.value; void xMode.value; void logCharts.value; void wide.value; void shownLines.value; if (made.value) untracked(build); });
    const looks = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map(query => matchMedia(query));
    const repaint = (): void => { if (plot.current) build(); };
    for (const look of looks) look.addEventListener('change', repaint);
    const disposeData = effect(() => {
      void span.value; void computed.value;
      waiting ??= setTimeout(draw, Math.max(0, last + REDRAW - performance.now()));
    });
    const resized = new ResizeObserver(() => { plot.current?.setSize({ width: Math.max(200, host.clientWidth), height: height() }); });
    resized.observe(host);
    const sight = new IntersectionObserver(entries => { const now = entries.at(-1)!.isIntersecting; clearTimeout(making); if (!now || plot.current) seen.value = now; else making = setTimeout(() => { seen.value = true; }, 0); }, { rootMargin: '200px' });
    // The figure, not the plot: that one is not laid out while it has nothing to show.
    sight.observe(host.parentElement!);
    return () => { resized.disconnect(); sight.disconnect(); for (const look of looks) look.removeEventListener('change', repaint); disposeShape(); disposeData(); clearTimeout(waiting); clearTimeout(making); cancelAnimationFrame(frame); plot.current?.destroy(); };
  }, []);

  const data = computed.value;
  const index = at.value !== null && at.value < data.x.length ? at.value : null;
  const filled = drawn.map((line, i) => ({ line, i, last: data.columns[i]!.findLastIndex(v => v !== undefined) })).filter(({ last }) => last >= 0);
  const whole = data.x.length > 0 ? [data.x[0]!, data.x.at(-1)!] as const : null;
  const words = index === null ? '' : readout(data, index, filled.filter(({ i }) => !hidden.value.has(i)), xMode.value);
  const go = (to: number): void => { const u = plot.current; if (u) u.setCursor({ left: u.valToPos(data.x[to]!, 'x'), top: u.over.clientHeight / 2 }); };

  function onKeyDown(event: KeyboardEvent): void {
    if (!whole || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = data.x.length, from = index ?? rows;
    const steps: Record<string, () => void> = {
      ArrowLeft: () => go(neighbour(data.columns, hidden.peek(), from, -1)), ArrowRight: () => go(neighbour(data.columns, hidden.peek(), index ?? -1, 1)),
      PageUp: () => go(neighbour(data.columns, hidden.peek(), from, -10)), PageDown: () => go(neighbour(data.columns, hidden.peek(), index ?? -1, 10)),
      Home: () => go(neighbour(data.columns, hidden.peek(), -1, 1)), End: () => go(neighbour(data.columns, hidden.peek(), rows, -1)),
      Enter: () => { if (index !== null) pick(index); }, Escape: () => { at.value = null; plot.current?.setCursor({ left: -10, top: -10 }); },
      '+': () => { span.value = zoomed(span.peek(), whole, 0.5, index === null ? undefined : data.x[index]); }, '-': () => { span.value = zoomed(span.peek(), whole, 2); }, '0': () => { span.value = null; },
    };
    const act = steps[event.key === '=' ? '+' : event.key];
    if (!act || (event.key === 'Enter' && index === null)) return;
    event.preventDefault();
    // A cursor out of the part that is shown would move where nobody sees it.
    if (/^(Arrow|Page|Home|End)/.test(event.key) && span.peek() && event.key !== 'Enter') follow(act); else act();
  }
  /** Moves the cursor, and the part that is shown with it. */
  function follow(act: () => void): void {
    act();
    const u = plot.current;
    if (!u || u.cursor.idx == null || !whole) return;
    const x = data.x[u.cursor.idx]!, part = span.peek();
    if (part && (x < part[0] || x > part[1])) span.value = zoomed([x - (part[1] - part[0]) / 2, x + (part[1] - part[0]) / 2], whole, 1, x);
  }
  const save = (kind: 'png' | 'csv') => async (): Promise<void> => {
    const bytes = kind === 'csv' ? new TextEncoder().encode(chartCsv(drawn, xMode.peek(), smoothing.peek(), hidden.peek()))
      : await chartImage(plot.current!, box.current!, title, filled.filter(({ i }) => !hidden.peek().has(i)).map(({ line }) => line), xMode.peek(), rightLabel);
    actions.saveFile({ name: fileName(title, `.${kind}`), bytes });
  };

  return (
    <figure class={`chart${filled.length === 0 ? ' empty-chart' : ''}${large ? ' wide' : ''}`}>
      <figcaption>
        <span class="chart-title">{title}</span>
        {index !== null && <span class="muted">{place(data, index, xMode.value)}</span>}
        <span class="chart-tools">
          <button type="button" class="quiet small" aria-pressed={log} title="Logarithmic axis" onClick={() => { logCharts.value = toggled(logCharts.peek(), title); }}>Log<span class="unseen"> axis of {title}</span></button>
          <button type="button" class="quiet small" aria-expanded={table.value} onClick={() => { table.value = !table.value; }}>{table.value ? 'Hide table' : 'Table'}</button>
          <details class="chart-more" ref={menu}>
            <summary>More<span class="unseen"> for {title}</span></summary>
            <div class="chart-menu">
              <button type="button" class="quiet small" aria-pressed={pinned.value.includes(title)} onClick={() => { pinned.value = toggled(pinned.peek(), title); }}>{pinned.value.includes(title) ? 'Unpin' : 'Pin to the top'}</button>
              <button type="button" class="quiet small" aria-pressed={large} onClick={() => { wide.value = toggled(wide.peek(), title); }}>{large ? 'Usual size' : 'Larger'}</button>
              <button type="button" class="quiet small" onClick={() => void save('png')()}>Save as PNG</button>
              <button type="button" class="quiet small" onClick={() => void save('csv')()}>Save as CSV</button>
            </div>
          </details>
        </span>
      </figcaption>
      <ul class="legend">
        {filled.map(({ line, i, last }) => {
          const off = hidden.value.has(i);
          return (
            <li key={i}>
              <button type="button" class="legend-item" aria-pressed={!off} title={line.key} onClick={() => {
                const next = new Set(hidden.value);
                if (!next.delete(i)) next.add(i);
                hidden.value = next;
              }}>
                <LineSwatch color={line.color} dash={line.dash} />
                {line.label} <b>{value(data.columns[i]![index ?? last])}</b>
              </button>
            </li>
          );
        })}
        {filled.length === 0 && <li class="muted">{data.left ? `This run has no count of ${X_NAMES[xMode.value]}: choose another x axis.` : 'No values yet.'}</li>}
      </ul>
      <div class="plot" ref={box} {...(whole && filled.length > 0 ? {
        role: 'slider', tabIndex: 0, 'aria-label': `${title}, cursor`, 'aria-valuemin': whole[0], 'aria-valuemax': whole[1], 'aria-valuenow': index === null ? whole[1] : data.x[index]!,
        'aria-valuetext': words || 'Arrow keys read the values, Enter opens the samples of the step, plus and minus zoom.', onKeyDown,
      } : { 'aria-hidden': true })} />
      {index !== null && markWords(data, index) !== '' && <p class="chart-mark">{markWords(data, index)}</p>}
      {data.notPositive > 0 && <p class="muted">{plural(data.notPositive, 'value')} at or below zero {data.notPositive === 1 ? 'has' : 'have'} no place on a logarithmic axis and {data.notPositive === 1 ? 'is' : 'are'} left out.</p>}
      {data.left && filled.length > 0 && <p class="muted">A run without a count of {X_NAMES[xMode.value]} is left out.</p>}
      {table.value && <DataTable lines={drawn} onPick={onPick} />}
    </figure>
  );
}

/** Whether two lists of lines are drawn alike from the same tables. */
function same(a: readonly DrawnLine[], b: readonly DrawnLine[]): boolean {
  const look = ({ key, label, color, dash, scale, smooth }: DrawnLine): string => JSON.stringify([key, label, color, dash, scale, smooth]);
  return a.length === b.length && a.every((line, i) => line.source === b[i]!.source && look(line) === look(b[i]!));
}

/** Where the cursor stands: the step, and the count on the axis where that is another. */
function place(data: ChartData, index: number, mode: XMode): string {
  const step = data.steps.find(steps => steps[index] !== undefined)?.[index], x = data.x[index]!;
  return `${step === undefined ? '' : `step ${count(step)}`}${mode === 'tokens' ? `, ${count(x, true)} tokens` : mode === 'time' ? `, ${duration(x)}` : ''}`;
}

/** Marks at the cursor, in words. */
function markWords(data: ChartData, index: number): string {
  const x = data.x[index]!;
  const found = data.marks.filter(placed => placed.x === x).map(({ mark }) => MARK_LOOKS[mark.kind]);
  return [...new Set(found)].map(({ label, meaning }) => `${label[0]!.toUpperCase()}${label.slice(1)}: ${meaning}`).join(' ');
}

function readout(data: ChartData, index: number, lines: readonly { line: DrawnLine; i: number }[], mode: XMode): string {
  const values = lines.flatMap(({ line, i }) => (data.columns[i]![index] === undefined ? [] : [`${line.label} ${value(data.columns[i]![index])}`]));
  return `${place(data, index, mode)}: ${values.join(', ') || 'no values'}. ${markWords(data, index)}`;
}
