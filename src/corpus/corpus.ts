/** Knows how to make a corpus (functions, without copies, split) of text files; knows nothing of where the files came from. */
import { labError } from '../types';
import type { CodeItem, Language } from '../types';
import { joinAccounts, LeftOutCounts } from './account';
import type { Account, FileRecord, FunctionRecord, LeftOut } from './account';
import { fingerprint, nearDuplicate, NearIndex } from './duplicates';
import type { Fingerprint } from './duplicates';
import { extractFunctions } from './functions';
import { corpusHash } from './hash';
import { LANGUAGE_NAMES, languageOf } from './languages';
import type { Parser } from './parser';
import { splitItems } from './split';

export interface TextFile { path: string; text: string }

export interface CorpusOptions {
  seed: number;
  /** Share of functions set aside, 0 to 0.5. */
  heldoutFraction: number;
  /** Longest function, in characters. */
  maxCharacters: number;
  /** Aborted: buildCorpus rejects with Stopped. */
  signal?: AbortSignal;
  /** Aborted: no further file is parsed, and the corpus is made of those that were. */
  enough?: AbortSignal;
}

export const CORPUS_DEFAULTS: CorpusOptions = { seed: 1, heldoutFraction: 0.15, maxCharacters: 20_000 };

export interface CorpusProgress { phase: 'files' | 'functions' | 'duplicates' | 'split'; done: number; total: number }

export interface CorpusReport {
  /** Files with a language, and their characters. */
  files: number; characters: number;
  /** Functions cut out, before duplicates went. */
  found: number;
  /** Functions kept. */
  functions: number; train: number; heldout: number;
  /** Kept functions that have documentation of their own. */
  documented: number;
  languages: { language: Language; files: number; functions: number; documented: number }[];
  duplicates: { exact: number; near: number };
  /** Held-out functions dropped because training has a near-copy. */
  crossing: number;
  /** By function only when there were too few files. */
  splitBy: 'file' | 'function';
  leftOut: LeftOut[];
  /** What a person should know: caps that were hit, build folders that were read, a split by function. */
  notices: string[];
  /** SHA-256 over every kept item, hex. */
  hash: string;
  /** What became of each file and function. */
  account: Account;
}

export interface Corpus { items: CodeItem[]; report: CorpusReport }

/** Gives the event loop a turn once 30 ms have passed, so that a worker still hears a cancel. */
export function breather(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= 30) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      last = performance.now();
    }
    if (signal?.aborted) throw labError('Stopped', 'Reading the code was stopped. Nothing was kept. Drop the folder again to start over.');
  };
}

/**
 * Functions of the files, exact copies (same tokens) and near-copies dropped (the first by path and line stays), split into
 * train and heldout by seed. Deterministic: the order of `files` does not matter. Near-linear in the number of functions.
 * Rejects with Stopped when the signal fires, BadInput when no grammar can be loaded.
 */
export async function buildCorpus(parser: Parser, files: readonly TextFile[], options: Partial<CorpusOptions> = {}, progress: (p: CorpusProgress) => void = () => {}): Promise<Corpus> {
  const { seed, heldoutFraction, maxCharacters, signal, enough } = { ...CORPUS_DEFAULTS, ...options };
  const pause = breather(signal);
  const leftOut = new LeftOutCounts();
  const sources: { path: string; text: string; language: Language }[] = [];
  for (const file of files) {
    const language = languageOf(file.path, file.text);
    if (language) sources.push({ ...file, language }); else leftOut.add('no supported language', file.path);
  }
  sources.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const missing = await loadGrammars(parser, new Set(sources.map((s) => s.language)));

  const found: CodeItem[] = [];
  const records = new Map<string, FileRecord & { left: FunctionRecord[] }>();
  for (const [i, source] of sources.entries()) {
    if (missing.has(source.language)) { leftOut.add('grammar not available', source.path); continue; }
    if (enough?.aborted) { leftOut.add('not read any more', source.path); continue; }
    const extraction = extractFunctions(parser, source.language, source.path, source.text, { maxCharacters });
    found.push(...extraction.items);
    for (const [reason, count] of Object.entries(extraction.leftOut)) leftOut.count(`function: ${reason}`, source.path, count);
    records.set(source.path, { path: source.path, reason: '', language: source.language, functions: 0, left: extraction.left });
    progress({ phase: 'functions', done: i + 1, total: sources.length });
    await pause();
  }

  const items: CodeItem[] = [];
  const prints: Fingerprint[] = [];
  const exact = new Map<string, CodeItem>();
  const index = new NearIndex<CodeItem>(64);
  const leave = (item: CodeItem, reason: FunctionRecord['reason'], of?: CodeItem): void => {
    records.get(item.path)!.left.push({ name: item.name, line: item.startLine, reason, ...(of ? { of: `${of.path}, line ${of.startLine}, ${of.name}` } : {}) });
  };
  const duplicates = { exact: 0, near: 0 };
  for (const [i, item] of found.entries()) {
    const print = fingerprint(item.code);
    const same = exact.get(print.exact);
    if (same) { duplicates.exact++; leave(item, 'copy', same); }
    else {
      exact.set(print.exact, item);
      const near = index.find(print, nearDuplicate, item);
      if (near) { duplicates.near++; leave(item, 'near-copy', near); }
      else { items.push(item); prints.push(print); }
    }
    if (i % 64 === 63 || i === found.length - 1) progress({ phase: 'duplicates', done: i + 1, total: found.length });
    await pause();
  }

  progress({ phase: 'split', done: 0, total: 1 });
  const split = splitItems(items, prints, heldoutFraction, seed);
  for (const { item, near } of split.crossed) leave(item, 'near-copy of a function for training', near);
  for (const item of split.items) { const record = records.get(item.path)!; record.functions = (record.functions ?? 0) + 1; }
  const used = [...records.values()].map(({ left, ...record }): FileRecord => (left.length > 0 ? { ...record, left: left.sort((a, b) => a.line - b.line) } : record));
  const notices: string[] = [];
  if (split.splitBy === 'function' && items.length > 0) notices.push('Too few files to set whole files aside, so functions were set aside one by one.');
  const report: CorpusReport = {
    files: sources.length, characters: sources.reduce((n, s) => n + s.text.length, 0),
    found: found.length, functions: split.items.length,
    train: split.items.filter((i) => i.split === 'train').length, heldout: split.items.filter((i) => i.split === 'heldout').length,
    documented: split.items.filter((i) => i.documentation !== '').length,
    languages: LANGUAGE_NAMES.map((language) => {
      const own = split.items.filter((i) => i.language === language);
      return { language, files: sources.filter((s) => s.language === language).length, functions: own.length, documented: own.filter((i) => i.documentation !== '').length };
    }).filter((l) => l.files > 0),
    duplicates, crossing: split.crossed.length, splitBy: split.splitBy, leftOut: leftOut.list(), notices,
    hash: await corpusHash(split.items),
    account: joinAccounts([{ files: used, unlistedFiles: 0 }, { files: leftOut.records(), unlistedFiles: leftOut.unlisted }]),
  };
  progress({ phase: 'split', done: 1, total: 1 });
  return { items: split.items, report };
}

/** Loads what can be loaded; the languages that could not. Throws the first failure when there is nothing left. */
async function loadGrammars(parser: Parser, languages: Set<Language>): Promise<Set<Language>> {
  const missing = new Set<Language>();
  let failure: unknown;
  for (const language of languages) {
    try { await parser.load([language]); } catch (cause) { missing.add(language); failure ??= cause; }
  }
  if (missing.size > 0 && missing.size === languages.size) throw failure;
  return missing;
}
