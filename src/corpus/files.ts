/** Knows which files of a dropped folder become text of the corpus, and counts all others by reason; knows no browser API. */
import ignore from 'ignore';
import type { Ignore } from 'ignore';
import { LeftOutCounts } from './account';
import type { FileRecord, LeftOut } from './account';
import { breather } from './corpus';
import type { CorpusProgress, TextFile } from './corpus';
import { languageOf, maybeSource } from './languages';
import { folderKind, leftOutByName, safePath } from './paths';
import { findSecret } from './secrets';

/** One file of a source. `exempt` leading path segments are the dropped root itself: folder rules do not apply to them. */
export interface FileEntry { path: string; size: number; exempt: number; read(): Promise<Uint8Array> }

/** Something a source left out by itself: a folder it did not walk, an entry it refused. */
export interface SkippedEntry { path: string; skipped: string; /** It is a folder with all in it. */ folder?: true }

export interface FileCaps {
  /** Most files kept. */
  files: number;
  /** Most path segments below the dropped root. */
  depth: number;
  /** Most bytes of one file, and of all kept text. */
  fileBytes: number; totalBytes: number;
  /** Most entries looked at, kept or not. */
  entries: number;
}

export const FILE_CAPS: FileCaps = { files: 5_000, depth: 20, fileBytes: 512 * 1024, totalBytes: 20 * 2 ** 20, entries: 50_000 };

/** Longest line of hand-written code, and longest mean line. */
const LONG_LINE = 2_000, MEAN_LINE = 200;

export interface CollectedFiles {
  files: TextFile[]; leftOut: LeftOut[]; notices: string[];
  /** What was left out, by name, and how much is not listed. */
  records: FileRecord[]; unlisted: number;
  /** A cap was reached: with larger ones there would be more. */
  capped: boolean;
}

export interface CollectOptions {
  caps?: Partial<FileCaps>;
  /** Aborted: everything is given up. */
  signal?: AbortSignal;
  /** Aborted: what was read so far is all there is. */
  enough?: AbortSignal;
  progress?: (p: CorpusProgress) => void;
}

/**
 * Turns a folder's entries into text files of known languages, everything else counted by reason. The order of the entries does
 * not matter: names are sorted before caps apply. A build folder (`dist` and the like) is read only when the folder has no
 * source outside one. Rejects with Stopped when the signal fires.
 */
export async function collectFiles(entries: AsyncIterable<FileEntry | SkippedEntry>, options: CollectOptions = {}): Promise<CollectedFiles> {
  const caps = { ...FILE_CAPS, ...options.caps };
  const progress = options.progress ?? (() => {});
  const pause = breather(options.signal);
  const leftOut = new LeftOutCounts();
  const notices: string[] = [];
  const seen = new Map<string, FileEntry>();
  let looked = 0, capped = false;
  for await (const entry of entries) {
    if (options.enough?.aborted) break;
    if (++looked > caps.entries) {
      capped = true;
      notices.push(`The folder has more than ${caps.entries} entries; the rest was not looked at. Drop a smaller folder to choose which code is used.`);
      leftOut.add('over the cap on entries', entry.path);
      break;
    }
    if (looked % 256 === 0) progress({ phase: 'files', done: 0, total: looked });
    await pause();
    const path = safePath(entry.path);
    if ('skipped' in entry) { leftOut.add(entry.skipped, path ?? shownUnsafe(entry.path), { folder: entry.folder ?? false }); continue; }
    if (path === null) leftOut.add('unsafe name', shownUnsafe(entry.path));
    else if (seen.has(path)) leftOut.add('same name twice', path);
    else seen.set(path, entry);
  }
  const ignored = await readIgnoreFiles(seen);
  const own: [string, FileEntry][] = [], built: [string, FileEntry][] = [];
  for (const path of [...seen.keys()].sort()) {
    const entry = seen.get(path)!;
    const found = leftOutByPath(path, entry, caps, ignored);
    if (found?.reason === 'build folder') built.push([path, entry]);
    else if (found) leftOut.add(found.reason, path, found);
    else own.push([path, entry]);
    await pause();
  }
  const reader = new Reader(caps, leftOut, pause, progress, options.enough);
  await reader.readAll(own);
  if (reader.files.length === 0 && built.length > 0) {
    await reader.readAll(built);
    if (reader.files.length > 0) notices.push('There is no source outside the build folders, so the build folders were read, as for a published package.');
  } else for (const [path] of built) leftOut.add('build folder', path);
  if (reader.capped) notices.push(`The caps of ${caps.files} files and ${Math.round(caps.totalBytes / 2 ** 20)} MB of text were reached; the files after that, by name, were left out. Drop a smaller folder to choose which code is used.`);
  if (options.enough?.aborted) notices.push('The reading was ended early, as you asked: the corpus is made of what was read until then.');
  return { files: reader.files, leftOut: leftOut.list(), notices, records: leftOut.records(), unlisted: leftOut.unlisted, capped: capped || reader.capped };
}

/** A name that is refused, in a form that is safe to show. */
function shownUnsafe(path: string): string { return JSON.stringify(path).slice(1, -1).slice(0, 120).replace(/[^\x20-\x7e]/g, '?') || '(no name)'; }

/** Why a file is left out, and what more a list says of it. */
interface Refusal { reason: string; detail?: string; /** The folder that is to blame. */ path?: string }

/** Reasons that need no content, in the order in which a person would give them. */
function leftOutByPath(path: string, entry: FileEntry, caps: FileCaps, ignored: (path: string) => string | null): Refusal | null {
  const segments = path.split('/');
  const folders = segments.slice(entry.exempt, -1).map(folderKind);
  const vendor = folders.indexOf('vendor');
  if (vendor >= 0) return { reason: 'vendor or tool folder', path: segments.slice(0, entry.exempt + vendor + 1).join('/') };
  if (segments.length - entry.exempt > caps.depth) return { reason: 'too deep', detail: `${segments.length - entry.exempt} folders deep, at most ${caps.depth}` };
  const byName = leftOutByName(path);
  if (byName) return { reason: byName };
  const rule = ignored(path);
  if (rule !== null) return { reason: 'ignored by .gitignore', detail: rule };
  if (!maybeSource(path)) return { reason: 'no supported language' };
  if (entry.size > caps.fileBytes) return { reason: 'too large', detail: `${Math.ceil(entry.size / 1024)} kB, at most ${Math.floor(caps.fileBytes / 1024)} kB` };
  return folders.includes('build') ? { reason: 'build folder' } : null;
}

/** Largest ignore file that is read. */
const IGNORE_BYTES = 64 * 1024;

/** Reads every `.gitignore` and `.ignore`; gives the rule that ignores a path (file, line, pattern) by git's rules: the deepest file that says something wins. */
async function readIgnoreFiles(entries: Map<string, FileEntry>): Promise<(path: string) => string | null> {
  const rules = new Map<string, Ignore>();
  for (const [path, entry] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const slash = path.lastIndexOf('/') + 1;
    if (!/^\.(?:git)?ignore$/.test(path.slice(slash)) || entry.size > IGNORE_BYTES) continue;
    if (path.slice(0, slash).split('/').slice(entry.exempt, -1).some((f) => folderKind(f) === 'vendor')) continue;
    const folder = path.slice(0, slash);
    let text: string;
    try { text = new TextDecoder().decode(await entry.read()); } catch { continue; }
    const file = rules.get(folder) ?? ignore();
    for (const [i, pattern] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) if (pattern !== '') file.add({ pattern, mark: `${path} line ${i + 1}: ${pattern.slice(0, 80)}` });
    rules.set(folder, file);
  }
  const memo = new Map<string, string | null>();
  // A file cannot be brought back when a folder above it is ignored, so folders are asked first, from the top.
  const folderIgnored = (folder: string): string | null => {
    if (folder === '') return null;
    let known = memo.get(folder);
    if (known === undefined) {
      const parent = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
      known = folderIgnored(parent) ?? verdict(folder);
      memo.set(folder, known);
    }
    return known;
  };
  const verdict = (path: string): string | null => {
    for (let end = path.lastIndexOf('/', path.length - 2); ; end = path.lastIndexOf('/', end - 1)) {
      const base = path.slice(0, end + 1);
      const result = rules.get(base)?.test(path.slice(end + 1));
      if (result && (result.ignored || result.unignored)) return result.ignored ? result.rule?.mark ?? '' : null;
      if (end <= 0) return null;
    }
  };
  if (rules.size === 0) return () => null;
  return (path) => folderIgnored(path.slice(0, path.lastIndexOf('/') + 1)) ?? verdict(path);
}

/** Reads contents under the caps. */
class Reader {
  files: TextFile[] = [];
  capped = false;
  #bytes = 0;
  #caps: FileCaps;
  #leftOut: LeftOutCounts;
  #pause: () => Promise<void>;
  #progress: (p: CorpusProgress) => void;

  #enough: AbortSignal | undefined;

  constructor(caps: FileCaps, leftOut: LeftOutCounts, pause: () => Promise<void>, progress: (p: CorpusProgress) => void, enough: AbortSignal | undefined) {
    this.#caps = caps; this.#leftOut = leftOut; this.#pause = pause; this.#progress = progress; this.#enough = enough;
  }

  async readAll(entries: [string, FileEntry][]): Promise<void> {
    for (const [i, [path, entry]] of entries.entries()) {
      const reason = this.#enough?.aborted ? 'not read any more' : await this.#read(path, entry);
      if (reason) this.#leftOut.add(reason, path);
      this.#progress({ phase: 'files', done: i + 1, total: entries.length });
      await this.#pause();
    }
  }

  async #read(path: string, entry: FileEntry): Promise<string | null> {
    if (this.files.length >= this.#caps.files || this.#bytes + entry.size > this.#caps.totalBytes) { this.capped = true; return 'over the cap'; }
    let bytes: Uint8Array;
    try { bytes = await entry.read(); } catch (cause) {
      if (cause instanceof Error && cause.name === 'Stopped') throw cause;
      return cause instanceof Error && cause.name === 'BadInput' ? 'damaged archive entry' : 'could not be read';
    }
    if (bytes.length > this.#caps.fileBytes) return 'too large';
    if (this.#bytes + bytes.length > this.#caps.totalBytes) { this.capped = true; return 'over the cap'; }
    const text = decodeText(bytes);
    if (text === null) return 'binary';
    if (languageOf(path, text) === null) return 'no supported language';
    if (looksGenerated(text)) return 'minified or generated';
    const secret = findSecret(text);
    if (secret) return `secret inside: ${secret}`;
    this.files.push({ path, text });
    this.#bytes += bytes.length;
    return null;
  }
}

/** UTF-8 (or UTF-16 with its mark) text; null for binary: a NUL in the first 8 kB, or over 30 % control characters or bad bytes. */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
    return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  }
  const head = bytes.subarray(0, 8192);
  if (head.includes(0)) return null;
  const text = new TextDecoder().decode(bytes);
  const sample = text.slice(0, 8192);
  const odd = sample.match(/[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]/g)?.length ?? 0;
  return odd > 0.3 * sample.length ? null : text;
}

/** True for a line no person writes, a mean line no person keeps, or a header that says a tool wrote the file. */
export function looksGenerated(text: string): boolean {
  let longest = 0, lines = 0;
  for (let start = 0; start <= text.length;) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    longest = Math.max(longest, stop - start);
    lines++;
    start = stop + 1;
  }
  if (longest > LONG_LINE || (text.length > 4_000 && text.length / lines > MEAN_LINE)) return true;
  return /^\W*(?:.*\bCode generated\b.*DO NOT EDIT|.*@generated\b|.*\bauto-?generated (?:by|from|file)\b|.*\bThis file (?:was|is) (?:auto(?:matically)?[- ]?)?generated\b)/im.test(text.slice(0, 1_000));
}
