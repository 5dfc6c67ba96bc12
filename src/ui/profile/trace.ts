/** A profile as files: a trace that chrome://tracing and ui.perfetto.dev open, and its tables as CSV. Knows both formats, no page. */
import type { EngineProfile, WorkProfile } from '../../types';
import { kernelRows } from './kernel_rows';

export const WORK_NAMES: Record<WorkProfile['work'], string> = { train: 'Training step', decode: 'Block of decoding' };

/** An event of Chrome's trace format: X has a start and a duration in microseconds, M names a process or a thread. */
export interface TraceEvent {
  name: string; ph: 'X' | 'M'; pid: number; tid: number;
  cat?: string; ts?: number; dur?: number;
  args: Record<string, string | number>;
}
export interface Trace { traceEvents: TraceEvent[]; displayTimeUnit: 'ms'; otherData: Record<string, string> }

const GPU = 1, CPU = 2;

/**
 * One process for each work, with the GPU's dispatches and the processor's time as its two threads. Works follow one another, a millisecond
 * apart; within one, both threads begin at its start, for their clocks are two and nothing tells how they lie to each other.
 * @param about shown by the viewers as facts of the file, for instance the adapter
 */
export function traceOf(works: readonly WorkProfile[], about: Record<string, string>): Trace {
  const events: TraceEvent[] = [];
  let start = 0;
  works.forEach((work, i) => {
    const pid = i + 1, name = WORK_NAMES[work.work];
    const meta = (what: string, tid: number, args: TraceEvent['args']): void => { events.push({ name: what, ph: 'M', pid, tid, args }); };
    meta('process_name', 0, { name });
    meta('process_labels', 0, { labels: `${rounded(work.wallMs)} ms wall clock, ${work.tokens} tokens` });
    meta('process_sort_index', 0, { sort_index: i });
    meta('thread_name', GPU, { name: 'GPU' });
    meta('thread_name', CPU, { name: 'CPU: record and submit' });
    events.push({ name: 'record and submit', cat: 'cpu', ph: 'X', pid, tid: CPU, ts: start, dur: micro(work.cpuMs), args: { wall_ms: work.wallMs, tokens: work.tokens } });
    let end = Math.max(work.wallMs, work.cpuMs);
    for (const { kernel, startMs, ms, flops, bytes } of work.spans) {
      const args: TraceEvent['args'] = { flops, bytes };
      if (ms > 0) Object.assign(args, { gflops_per_s: rounded(flops / ms / 1e6), gb_per_s: rounded(bytes / ms / 1e6) });
      events.push({ name: kernel, cat: 'gpu', ph: 'X', pid, tid: GPU, ts: rounded(start + micro(startMs)), dur: micro(ms), args });
      end = Math.max(end, startMs + ms);
    }
    start = rounded(start + micro(end) + 1000);
  });
  return { traceEvents: events, displayTimeUnit: 'ms', otherData: about };
}

const HEADER = ['work', 'kernel', 'calls', 'ms', 'time_share', 'flops', 'bytes', 'flops_per_s', 'flop_ceiling_share', 'bytes_per_s', 'byte_ceiling_share', 'bound'];

/** The tables of kernels, one row a kernel and work (RFC 4180). What could not be measured is an empty field. */
export function kernelsCsv({ works, ceilings }: Pick<EngineProfile, 'works' | 'ceilings'>): string {
  const rows = works.flatMap(({ work, spans }) => kernelRows(spans, ceilings).map(row => [
    work, row.kernel, row.calls, row.ms, row.share, row.flops, row.bytes, row.flopRate, row.flopShare, row.byteRate, row.byteShare, row.bound]));
  return [HEADER, ...rows].map(row => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** To a nanosecond: what floating point adds after it is no time. */
const micro = (ms: number): number => rounded(ms * 1000);
const rounded = (n: number): number => Number(n.toFixed(3));
