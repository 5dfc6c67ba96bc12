/** One plot on a canvas: axes, lines, marks, and what a mouse does to it. Knows numbers and colours, no run and no view. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { RunMark } from '../../types';
import type { Span } from './chart_options';
import { X_NAMES } from './chart_source';
import type { XMode } from './chart_source';
import { MARK_LOOKS } from './marks';

export type Column = (number | null | undefined)[];
export interface PlotLine { color: string; dash?: number[]; scale?: 'y' | 'right' }
export interface PlacedMark { mark: RunMark; x: number }

export interface PlotSpec {
  lines: readonly PlotLine[]; log: boolean; mode: XMode; height: number;
  /** Plots of a group move their cursors together. */
  group: string;
  range?: readonly [number, number] | undefined; rightLabel?: string | undefined;
  span: () => Span | null;
  marks: () => readonly PlacedMark[];
  onIndex: (index: number | null) => void;
  onSpan: (span: Span) => void;
  onPick: (index: number) => void;
}

/** Pixels that a finger or a mouse may move in a click; further is a drag. */
const CLICK = 8;
const FONT = '11px system-ui, sans-serif';

/** Two columns a line: the faint raw one and the one that is read. */
export function makePlot(host: HTMLElement, spec: PlotSpec, data: uPlot.AlignedData): uPlot {
  const probe = document.createElement('span'), known = new Map<string, string>();
  host.append(probe);
  const color = (name: string): string => known.get(name) ?? (known.set(name, read(probe, `--${name}`)), known.get(name)!);
  // Axes are the system's where it forces colours; lines keep their own, as the legend beside them does, or they could not be told apart.
  const ink = read(probe, '--ink-soft'), grid = read(probe, '--line');
  probe.className = 'own-colours';
  const axis: uPlot.Axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 }, font: FONT, labelFont: FONT, labelSize: 14, labelGap: 0 };
  const series: uPlot.Series[] = [{}];
  for (const { color: name, dash, scale = 'y' } of spec.lines) {
    const stroke = color(name);
    series.push({ scale, stroke, alpha: 0.28, width: 1, points: { show: false } });
    series.push({ scale, stroke, width: 2, ...(dash ? { dash } : {}), points: { show: (u, i) => few(u.data[i] as Column), size: 5 } });
  }
  const right = spec.lines.some(line => line.scale === 'right');
  const scale = (range?: PlotSpec['range']): uPlot.Scale => (spec.log ? { distr: 3, range: logRange } : { range: (_u, low, high) => padded(low, high, range) });
  const values = (_u: uPlot, ticks: (number | null)[]): string[] => ticks.map(tick);
  const colors = Object.fromEntries([...new Set(Object.values(MARK_LOOKS).map(look => look.color))].map(name => [name, color(name)]));
  probe.remove();
  let downAt = 0;
  return new uPlot({
    width: Math.max(200, host.clientWidth), height: spec.height, legend: { show: false }, padding: [12, right ? 4 : 12, 0, 0],
    cursor: { drag: { x: true, y: false, setScale: false, dist: CLICK, click: () => undefined }, sync: { key: `batcoder-${spec.group}` }, points: { size: 6 } },
    scales: { x: { time: false, range: (_u, low, high): [number, number] => { const [from, to] = spec.span() ?? [low ?? 0, high ?? 1]; return from < to ? [from, to] : [from - 0.5, to + 0.5]; } }, y: scale(spec.range), ...(right ? { right: scale() } : {}) },
    axes: [{ ...axis, size: 26, label: X_NAMES[spec.mode], values }, { ...axis, size: 46, values },
      ...(right ? [{ ...axis, scale: 'right', side: 1 as const, size: 46, grid: { show: false }, label: spec.rightLabel ?? '', values }] : [])],
    series,
    hooks: {
      setCursor: [u => spec.onIndex(u.cursor.idx ?? null)],
      setSelect: [u => {
        const { left, width } = u.select;
        if (width === 0) return;
        // The others of the group hear of the drag too; the one under the mouse speaks for all.
        const own = u.cursor.event != null, span: Span = [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')];
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        if (own && width >= CLICK) spec.onSpan(span);
      }],
      draw: [u => drawMarks(u, spec.marks(), colors)],
      ready: [u => {
        u.over.addEventListener('mousedown', event => { downAt = event.clientX; });
        u.over.addEventListener('click', event => {
          if (Math.abs(event.clientX - downAt) < CLICK && u.cursor.idx != null) spec.onPick(u.cursor.idx);
        });
      }],
    },
  }, data, host);
}

/** Lowest and highest with air around them, at least `range` where there is one. A single value stands in the middle of an axis of its own size. */
export function padded(low: number | null, high: number | null, range?: readonly [number, number]): [number, number] {
  if (range) return [Math.min(range[0], low ?? range[0]), Math.max(range[1], high ?? range[1])];
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const air = high > low ? (high - low) * 0.06 : Math.abs(low) * 0.1 || 1;
  return [low >= 0 ? Math.max(0, low - air) : low - air, high + air];
}

function logRange(_u: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !(low > 0) || !Number.isFinite(high)) return [0.1, 1];
  return uPlot.rangeLog(low, high, 10, false) as [number, number];
}

function drawMarks(u: uPlot, marks: readonly PlacedMark[], colors: Record<string, string>): void {
  const { ctx } = u, { left, top, width, height } = u.bbox, ratio = uPlot.pxRatio, size = 4 * ratio;
  const lastOf = new Map<string, number>();
  ctx.save();
  for (const { mark: { kind }, x } of marks) {
    const at = Math.round(u.valToPos(x, 'x', true)), { shape, closed, color } = MARK_LOOKS[kind];
    // Saves of a long run would fill the strip: one that stands on its older self is left out.
    if (at < left - 1 || at > left + width + 1 || at - (lastOf.get(kind) ?? -Infinity) < size * 2) continue;
    lastOf.set(kind, at);
    ctx.strokeStyle = ctx.fillStyle = colors[color]!;
    ctx.lineWidth = ratio;
    if (kind !== 'evaluated' && kind !== 'saved') {
      ctx.globalAlpha = 0.5;
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.beginPath(); ctx.moveTo(at, top); ctx.lineTo(at, top + height); ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.setLineDash([]);
    }
    ctx.lineWidth = 1.5 * ratio;
    // Measurements tick below the line of shapes, so that a save at the same step stays in sight.
    const y = kind === 'evaluated' ? top + height - size : top - size;
    for (const corners of shape) {
      ctx.beginPath();
      corners.forEach(([dx, dy], i) => { if (i === 0) ctx.moveTo(at + dx * size, y + dy * size); else ctx.lineTo(at + dx * size, y + dy * size); });
      if (closed) { ctx.closePath(); ctx.fill(); } else ctx.stroke();
    }
  }
  ctx.restore();
}

/** Short enough for the axis: differences of log-probabilities are millionths, tokens are millions. */
function tick(at: number | null): string {
  if (at === null) return '';
  const rounded = Number(at.toPrecision(4)), size = Math.abs(rounded);
  if (size >= 1e6) return `${Number((rounded / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((rounded / 1e3).toPrecision(3))}k`;
  return size !== 0 && size < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** Evaluations come every few steps: points show where they were; a long curve needs none. */
function few(column: Column): boolean {
  return column.filter(v => v !== undefined && v !== null).length < 40;
}

/** A custom property as a colour the canvas understands: the browser resolves light-dark() and system colours, the canvas does not. */
export function resolved(host: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  host.append(probe);
  const color = read(probe, property);
  probe.remove();
  return color;
}

function read(probe: HTMLElement, property: string): string {
  probe.style.color = `var(${property})`;
  return getComputedStyle(probe).color;
}
