/** Reads dropped files as problems and as answers to them: .json, .jsonl, either of them gzipped, or a zip of such. What is wrong with one is said, and nothing of it is kept. */
import { zipEntries } from '../corpus/zip';
import { parseStrictJson } from '../formats/strict_json';
import type { JsonObject } from '../formats/strict_json';
import { labError } from '../types';
import { formatOf, problemOf, sampleOf, UnknownLanguage } from './formats';
import type { Format, Sample } from './formats';
import type { Problem } from './problem';

export interface ReadCaps {
  /** Bytes of a file as it is and unpacked, bytes of one record, records of one file, nested lists. */
  bytes: number; recordBytes: number; records: number; depth: number;
}

export const READ_CAPS: ReadCaps = { bytes: 64 * 2 ** 20, recordBytes: 16 * 2 ** 20, records: 100_000, depth: 40 };

/** What one file was: problems, or answers to problems. */
export interface ReadFile {
  name: string; format: Format;
  problems: Problem[]; samples: Sample[];
  /** Problems left out because of their language, by its name. */
  unknown: Record<string, number>;
}

const refused = (name: string, reason: string, advice = 'Check that the file is whole and is one of HumanEval, MBPP, EvalPlus, MultiPL-E, or answers to one of them.'): Error => labError('BadInput', `${name} was not read: ${reason}. Nothing was changed. ${advice}`);

/** Every readable file in what was dropped. @throws BadInput naming file and line; nothing is given then */
export async function readBenchmark(name: string, blob: Blob, limits: Partial<ReadCaps> = {}): Promise<ReadFile[]> {
  const caps = { ...READ_CAPS, ...limits };
  if (blob.size > caps.bytes) throw refused(name, `it has ${Math.ceil(blob.size / 2 ** 20)} MB, the limit is ${Math.floor(caps.bytes / 2 ** 20)} MB`);
  if (!/\.zip$/i.test(name)) return [readText(name, text(name, await bytesOf(name, new Uint8Array(await blob.arrayBuffer()), caps)), caps)];
  const found: ReadFile[] = [];
  for await (const entry of zipEntries(blob, { archiveBytes: caps.bytes, unpackedBytes: caps.bytes })) {
    if ('skipped' in entry || !/\.jsonl?(?:\.gz)?$/i.test(entry.path)) continue;
    found.push(readText(entry.path, text(entry.path, await bytesOf(entry.path, await entry.read(), caps)), caps));
  }
  if (found.length === 0) throw refused(name, 'it holds no .json and no .jsonl file');
  return found;
}

async function bytesOf(name: string, bytes: Uint8Array, caps: ReadCaps): Promise<Uint8Array> {
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  // In pieces: what unpacks to too much is seen before it is all there.
  for (;;) {
    const { done, value } = await reader.read().catch(() => { throw refused(name, 'its compression is damaged or cut short', 'Load it again.'); });
    if (done) return new Uint8Array(await new Blob(pieces).arrayBuffer());
    length += value.length;
    if (length > caps.bytes) {
      void reader.cancel().catch(() => undefined);
      throw refused(name, `it unpacks to more than ${Math.floor(caps.bytes / 2 ** 20)} MB`);
    }
    pieces.push(value);
  }
}

function text(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused(name, 'it is no UTF-8 text');
  }
}

/** The records of a text with where each stands: one list, one record, or a record a line. */
function* records(name: string, whole: string, caps: ReadCaps): Generator<{ at: string; record: JsonObject }> {
  const parsed = (source: string, what: string, maxBytes: number, maxDepth: number): JsonObject => parseStrictJson(source, { maxBytes, maxDepth, error: 'BadInput', what });
  const start = whole.trimStart();
  if (start.startsWith('[')) {
    // The strict reader takes objects.
    const list = parsed(`{"list":${whole}}`, name, caps.bytes, caps.depth + 1)['list'] as unknown[];
    for (const [i, record] of list.entries()) {
      if (typeof record !== 'object' || record === null || Array.isArray(record)) throw refused(name, `entry ${i + 1} is no object`);
      yield { at: `entry ${i + 1}`, record: record as JsonObject };
    }
    return;
  }
  let number = 0;
  const lines = whole.split('\n');
  // One record over many lines has no whole object in its first.
  if (start.startsWith('{') && !lines.find((line) => line.trim() !== '')!.trimEnd().endsWith('}')) {
    yield { at: 'the record', record: parsed(whole, name, caps.bytes, caps.depth) };
    return;
  }
  for (const line of lines) {
    number++;
    if (line.trim() !== '') yield { at: `line ${number}`, record: parsed(line, `Line ${number} of ${name}`, caps.recordBytes, caps.depth) };
  }
}

function readText(name: string, whole: string, caps: ReadCaps): ReadFile {
  const file: ReadFile = { name, format: 'corpus', problems: [], samples: [], unknown: {} };
  const unknown = new Map<string, number>(), seen = new Set<string>();
  let first: Format | null = null, count = 0;
  for (const { at, record } of records(name, whole, caps)) {
    if (++count > caps.records) throw refused(name, `it has more than ${caps.records} records`);
    const format = formatOf(record);
    if (format === null) throw refused(name, `${at} has the keys ${Object.keys(record).slice(0, 6).map((key) => `"${key.slice(0, 30)}"`).join(', ') || 'of nothing'}, which no benchmark here has`);
    if (format === 'corpus') throw refused(name, `${at} is code without a task`, 'Drop it on the Data tab to train on it.');
    first ??= format;
    if ((format === 'samples') !== (first === 'samples')) throw refused(name, `${at} is ${format === 'samples' ? 'an answer among problems' : 'a problem among answers'}`);
    try {
      if (format === 'samples') { file.samples.push(sampleOf(record)); continue; }
      const problem = problemOf(record, format, name);
      if (seen.has(problem.id)) throw new Error(`its name "${problem.id.slice(0, 60)}" stood before`);
      seen.add(problem.id);
      file.problems.push(problem);
    } catch (cause) {
      if (!(cause instanceof UnknownLanguage)) throw refused(name, `${at}: ${(cause as Error).message}`);
      unknown.set(cause.language, (unknown.get(cause.language) ?? 0) + 1);
    }
  }
  if (first === null) throw refused(name, 'it is empty');
  if (file.problems.length + file.samples.length === 0) throw refused(name, `none of its problems is in a language that is known here (${[...unknown.keys()].slice(0, 6).join(', ')})`);
  return { ...file, format: first, unknown: Object.fromEntries(unknown) };
}

/** A name as it is compared: files of one benchmark write "Mbpp/2", "mbpp/2" or 2. */
export const sameName = (id: string): string => id.toLowerCase();
