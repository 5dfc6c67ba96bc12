/** The measured rows as a table to read and a file to compare; knows rows, nothing of how they came about. */
import { aimsOf, type Aim } from './aims';
import type { Ceilings, Row } from './rows';

export interface Header {
  adapter: string;
  software: boolean;
  /** Browser and version, or Node's. */
  host: string;
  commit: string;
  date: string;
  /** Package names and versions. */
  peers: Record<string, string>;
  ceilings: Ceilings | null;
}

const count = (value: number | null): string => (value === null ? '' : Number.isInteger(value) ? String(value) : value.toFixed(1));
const percent = (value: number | null): string => (value === null || !Number.isFinite(value) ? '' : `${(100 * value).toFixed(value < 0.095 ? 1 : 0)} %`);

/** Three digits, in the unit that suits. */
export function time(ms: number): string {
  return ms < 1 ? `${digits(ms * 1000)} us` : ms < 1000 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`;
}
const digits = (value: number): string => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0));

export function size(bytes: number): string {
  return bytes < 1024 ? `${Math.round(bytes)} B` : bytes < 2 ** 20 ? `${digits(bytes / 1024)} KiB` : `${digits(bytes / 2 ** 20)} MiB`;
}

function cells(row: Row): string[] {
  const why = row.error !== undefined ? `failed: ${row.error}` : row.skipped === undefined ? '' : row.skipped.startsWith('waits') ? row.skipped : `skipped: ${row.skipped}`;
  return [
    row.name, row.size, row.peer, row.median_ms === null ? '-' : time(row.median_ms), percent(row.spread), row.ratio === null ? '' : `${row.ratio.toFixed(2)}x`,
    percent(row.roofline), count(row.dispatches), count(row.submits), count(row.buffers), row.bytes === null ? '' : size(row.bytes), [why, row.note ?? ''].filter(Boolean).join('; ').replaceAll('|', '/'),
  ];
}

function aimCells({ name, wanted, got, met, why }: Aim): string[] {
  const value = (of: number): string => (wanted < 1 ? `${(100 * of).toFixed(0)} %` : `${of.toFixed(2)}x`);
  return [name, value(wanted), got === null ? '-' : value(got), met === null ? '-' : met ? 'yes' : 'no', why.replaceAll('|', '/')];
}

/** Markdown. */
export function benchTable(header: Header, rows: readonly Row[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const head = ['what', 'size', 'who', 'median', 'spread', 'peer / ours', 'roofline', 'dispatches', 'submits', 'buffers made', 'bytes', 'note'];
  const { ceilings } = header;
  return [
    header.adapter,
    `${header.host}; commit ${header.commit}; ${header.date}; ${Object.entries(header.peers).map(([name, version]) => `${name} ${version}`).join(', ') || 'no peers'}`,
    ...(header.software ? ['No speed of a software adapter predicts a GPU: these numbers compare with each other only.'] : []),
    '', line(head), line(head.map(() => '---')), ...rows.map(row => line(cells(row))), '',
    'Median over the rounds, in which all take turns; spread = (largest - smallest) / median; peer / ours above 1: the peer is slower. Dispatches,',
    'submits, buffers and bytes (uploaded and read back) are of one repetition, counted apart from the clock. Roofline = the least time that the',
    `adapter's ceilings allow, max(FLOP / F, bytes / W), over the time taken${ceilings ? `; here F = ${(ceilings.flops / 1e9).toFixed(1)} GFLOP/s (the fastest f32 product of this run, whoever's) and W = ${(ceilings.bytes / 1e9).toFixed(1)} GB/s copied` : ''}.`,
    ...(rows.some(row => row.busy) ? ['GPU busy: at least the time of its compute passes by its own clock (copies left out), at most the time in which a submit was outstanding, from', 'its call until the page heard of its end.'] : []),
    '', 'Aims, out of the same run; a dash where it cannot say:', '',
    line(['aim', 'wanted', 'got', 'met', 'from']), line(['---', '---', '---', '---', '---']), ...aimsOf(rows, header.software).map(aim => line(aimCells(aim))),
    '',
  ].join('\n');
}

/** Whether ours did everything that was asked of it. */
export function oursFailed(rows: readonly Row[]): Row[] {
  return rows.filter(row => (row.peer === 'ours' || row.peer === 'adapter') && row.error !== undefined);
}

/** The file beside the table; every number as measured, and the aims as held against them. */
export function benchJson(header: Header, rows: readonly Row[]): string {
  return `${JSON.stringify({ ...header, aims: aimsOf(rows, header.software), rows }, null, 2)}\n`;
}
