/** Which dispatches a timeline draws and where: a window of time as blocks, few enough to draw. Knows spans, no view. */
import type { KernelSpan } from '../../types';

/** A part of the timeline; `kernel` null = no kernel ran. `calls` is 0 where several dispatches are drawn as one. */
export interface Block { kernel: string | null; startMs: number; endMs: number; calls: number }

/** From and to in ms since the first dispatch. */
export interface Window { from: number; to: number }

/** More rectangles than this are neither seen apart nor drawn quickly. */
export const MOST_BLOCKS = 600;

/** All of the work: up to the end of its last dispatch, or of the wall clock if that is later. */
export function wholeWindow(spans: readonly KernelSpan[]): Window {
  return { from: 0, to: spans.reduce((end, span) => Math.max(end, span.startMs + span.ms), 0) };
}

/** Spans that lie in the window, at least in part, in order of time. */
export function spansIn(spans: readonly KernelSpan[], { from, to }: Window): KernelSpan[] {
  return spans.filter(span => span.startMs < to && span.startMs + span.ms > from).sort((a, b) => a.startMs - b.startMs);
}

/**
 * One block a dispatch where that many can be drawn; otherwise the window in equal columns, each given to the kernel that fills most of it
 * (or to none, where idle time does), neighbours joined.
 */
export function blocksOf(spans: readonly KernelSpan[], window: Window, most = MOST_BLOCKS): Block[] {
  const { from, to } = window, shown = spansIn(spans, window);
  if (shown.length <= most) return shown.map(({ kernel, startMs, ms }) => ({ kernel, startMs: Math.max(from, startMs), endMs: Math.min(to, startMs + ms), calls: 1 }));
  const width = (to - from) / most, columns = Array.from({ length: most }, () => new Map<string, number>());
  for (const { kernel, startMs, ms } of shown) {
    const first = Math.max(0, Math.floor((startMs - from) / width)), last = Math.min(most - 1, Math.floor((startMs + ms - from) / width));
    for (let column = first; column <= last; column++) {
      const inside = Math.min(startMs + ms, from + (column + 1) * width) - Math.max(startMs, from + column * width);
      columns[column]!.set(kernel, (columns[column]!.get(kernel) ?? 0) + Math.max(0, inside));
    }
  }
  const blocks: Block[] = [];
  columns.forEach((times, column) => {
    let kernel: string | null = null, longest = width - [...times.values()].reduce((sum, time) => sum + time, 0);
    for (const [name, time] of times) if (time > longest) { kernel = name; longest = time; }
    const startMs = from + column * width, before = blocks.at(-1);
    if (before && before.kernel === kernel) before.endMs = startMs + width;
    else blocks.push({ kernel, startMs, endMs: startMs + width, calls: 0 });
  });
  return blocks.filter(block => block.kernel !== null);
}

/** The window twice as near or as far around its middle, or half of it to a side, kept within the whole. */
export function moved(window: Window, whole: Window, how: 'in' | 'out' | 'earlier' | 'later'): Window {
  const length = window.to - window.from, all = whole.to - whole.from;
  const wanted = how === 'in' ? length / 2 : how === 'out' ? Math.min(all, length * 2) : length;
  const middle = (window.from + window.to) / 2 + (how === 'earlier' ? -length / 2 : how === 'later' ? length / 2 : 0);
  const from = Math.min(Math.max(whole.from, middle - wanted / 2), whole.to - wanted);
  return { from, to: from + wanted };
}

/** Round times within the window, three to seven of them. */
export function ticks({ from, to }: Window): number[] {
  const length = to - from;
  if (!(length > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(length / 3)), step = [5, 2, 1].map(n => n * power).find(n => length / n >= 3) ?? power;
  const out: number[] = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to * (1 + 1e-12); n++) out.push(Number((n * step).toPrecision(12)));
  return out;
}
