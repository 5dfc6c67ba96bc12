/** Knows how metric rows and episodes are written as CSV and JSON lines; does not know what any metric means. */
import type { Episode, MetricRow, TokenTrace } from '../types';

/** JSON has no NaN or infinity: they become null. Typed arrays become lists. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float32Array);
  return value;
}

/** One JSON object a line; the empty text for no rows. */
export function toJsonLines(rows: readonly unknown[]): string {
  return rows.map(row => `${JSON.stringify(row, plain)}\n`).join('');
}

/** Texts one after another as UTF-8. The samples of a long run are longer than any one text may be. */
export function utf8(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder(), parts = texts.map(text => encoder.encode(text));
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}

/** `step` first, then the other names in the order of their first appearance. */
function columnNames(rows: readonly Record<string, unknown>[]): string[] {
  const names = new Set<string>();
  if (rows.some(row => 'step' in row)) names.add('step');
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

/**
 * One text cell of a CSV (RFC 4180). A text that a spreadsheet would run as a formula (first character = + - @, tab or return)
 * gets an apostrophe in front.
 */
export function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * A table with one column per name that occurs in any row, lines ended by CRLF. Numbers keep all their digits and their
 * sign; a missing value and NaN are empty cells, infinities are `Infinity` and `'-Infinity`.
 */
export function toCsv(rows: readonly Record<string, number | string | boolean>[]): string {
  const names = columnNames(rows);
  if (names.length === 0) return '';
  const cell = (value: number | string | boolean | undefined) => {
    if (value === undefined || Number.isNaN(value)) return '';
    return typeof value === 'number' && Number.isFinite(value) ? String(value) : csvText(String(value));
  };
  return [names.map(csvText), ...rows.map(row => names.map(name => cell(row[name])))].map(cells => `${cells.join(',')}\r\n`).join('');
}

export function metricsCsv(rows: readonly MetricRow[]): string {
  return toCsv(rows);
}

export function metricsJsonl(rows: readonly MetricRow[]): string {
  return toJsonLines(rows);
}

/** Five digits say all that is to be seen of a token, in half the text. */
function rounded(trace: TokenTrace | undefined): Record<string, unknown> | undefined {
  if (!trace) return undefined;
  return Object.fromEntries(Object.entries(trace).map(([name, values]: [string, string | ArrayLike<number>]) => [name, typeof values === 'string' ? values : Array.from(values, value => Number(value.toPrecision(5)))]));
}

/**
 * One line per documentation of a function: the episode, flat. `reconstruction` and `similarity` are those of the first
 * reconstruction; all of them are in `reconstructions`, each with its reward parts and advantage.
 */
export function samplesJsonl(episodes: readonly Episode[]): string {
  return toJsonLines(episodes.map(episode => ({
    step: episode.step,
    group: episode.group,
    item_id: episode.itemId,
    language: episode.language,
    name: episode.name,
    path: episode.path,
    code: episode.code,
    documentation: episode.documentation,
    reconstruction: episode.reconstructions[0]?.code ?? null,
    reward: episode.reward,
    advantage: episode.advantage,
    rewards: {
      similarity: episode.reconstructions[0]?.similarity ?? null,
      r_doc: episode.rDoc,
      r_doc_reason: episode.rDocReason,
      leak: episode.leak,
      log_likelihood: episode.logLikelihood,
    },
    documentation_tokens: episode.documentationTokens,
    documentation_logps: episode.documentationLogps,
    lift: episode.lift,
    discarded: episode.discarded,
    documentation_trace: rounded(episode.documentationTrace),
    reconstructions: episode.reconstructions.map(({ trace, ...made }) => ({ ...made, trace: rounded(trace) })),
  })));
}
