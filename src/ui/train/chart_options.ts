/** What charts share and a browser remembers: smoothing, what x counts, log axes, pins, and the part of x that is looked at. */
import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { X_MODES } from './chart_source';
import { recall, remember } from '../remembered';
import type { XMode } from './chart_source';

const KEY = 'batcoder.charts';

/** Weight of the moving average, 0 to 0.99. */
export const smoothing = signal(0.8);
export const xMode = signal<XMode>('step');
/** Titles of charts with a logarithmic y axis, of those at the top (in order), and of wide ones. */
export const logCharts = signal<readonly string[]>([]);
export const pinned = signal<readonly string[]>([]);
export const wide = signal<readonly string[]>([]);

export type Span = readonly [from: number, to: number];
const spans = new Map<string, Signal<Span | null>>();
/** The part of the x axis that the charts of a group show; null = all of it. Charts of a group also move their cursors together. */
export function spanOf(group: string): Signal<Span | null> {
  let span = spans.get(group);
  if (!span) spans.set(group, span = signal<Span | null>(null));
  return span;
}
/** What x counts has changed: a part of the old axis means nothing on the new one. */
export function setXMode(mode: XMode): void {
  if (mode === xMode.peek()) return;
  for (const span of spans.values()) span.value = null;
  xMode.value = mode;
}

/** A part around `centre`, `factor` times as wide, within `whole`; null when that is all of it. */
export function zoomed(span: Span | null, whole: Span, factor: number, centre?: number): Span | null {
  const [from, to] = span ?? whole, width = (to - from) * factor, middle = centre !== undefined && centre >= from && centre <= to ? centre : (from + to) / 2;
  if (!(width < whole[1] - whole[0])) return null;
  const start = Math.min(Math.max(whole[0], middle - width / 2), whole[1] - width);
  return [start, start + width];
}

/** The same width further along by a share of it, within `whole`. */
export function moved(span: Span | null, whole: Span, share: number): Span | null {
  if (!span) return null;
  const width = span[1] - span[0], start = Math.min(Math.max(whole[0], span[0] + width * share), Math.max(whole[0], whole[1] - width));
  return [start, start + width];
}

export function toggled(list: readonly string[], name: string): string[] {
  return list.includes(name) ? list.filter(other => other !== name) : [...list, name];
}

const names = (value: unknown): string[] => (Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string').slice(0, 50) : []);

/** Takes what this browser remembers and keeps it from then on. Called once, by the first view with charts. */
export function rememberOptions(): void {
  if (remembered) return;
  remembered = true;
  try {
    const read = JSON.parse(recall(KEY) ?? '{}') as Record<string, unknown>;
    if (typeof read['smoothing'] === 'number' && read['smoothing'] >= 0 && read['smoothing'] <= 0.99) smoothing.value = read['smoothing'];
    xMode.value = X_MODES.find(mode => mode === read['x']) ?? 'step';
    logCharts.value = names(read['log']);
    pinned.value = names(read['pinned']);
    wide.value = names(read['wide']);
  } catch { /* damaged: nothing is remembered */ }
  effect(() => {
    remember(KEY, JSON.stringify({ smoothing: smoothing.value, x: xMode.value, log: logCharts.value, pinned: pinned.value, wide: wide.value }));
  });
}
let remembered = false;
