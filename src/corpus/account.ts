/** Knows what became of every file and function that came in, counted by reason and listed by name; decides nothing about them. */
import type { Language } from '../types';

/** How often something was left out, why, and up to eight examples of it. */
export interface LeftOut { reason: string; count: number; examples: string[] }

export type FunctionReason = 'does not parse' | 'too long' | 'no body' | 'copy' | 'near-copy' | 'near-copy of a function for training';

/** A function of a used file that is not in the corpus. */
export interface FunctionRecord {
  name: string;
  /** 1-based. */
  line: number;
  reason: FunctionReason;
  /** What it is a copy of: path, line and name. */
  of?: string;
}

/** What became of one file, or of a folder that was not looked into. */
export interface FileRecord {
  path: string;
  /** '' = used. */
  reason: string;
  /** What a person needs to find the cause: the line of the ignore file, the size. */
  detail?: string;
  /** Set for a folder: how many entries of it were seen, 0 when it was not opened. */
  folder?: number;
  language?: Language;
  /** Functions of it that are in the corpus. */
  functions?: number;
  left?: FunctionRecord[];
}

/** All that is listed; what came after the caps is only counted. */
export interface Account { files: FileRecord[]; unlistedFiles: number; unlistedFunctions: number }

/** Files left out that are listed, and functions. A tree of more helps nobody, and all of it is stored. */
export const LISTED_FILES = 20_000, LISTED_FUNCTIONS = 10_000;

/** Collects reasons for leaving things out. */
export class LeftOutCounts {
  #counts = new Map<string, LeftOut>();
  #records = new Map<string, FileRecord>();
  unlisted = 0;

  /** @param more what the list says of it beside the reason; `path` where the example is not the path itself, such as the folder around it. */
  add(reason: string, example: string, more: { detail?: string; path?: string; folder?: boolean } = {}): void {
    this.count(reason, example);
    // The one that came first is listed under the name.
    if (reason === 'same name twice') return;
    const path = more.path ?? example;
    const known = this.#records.get(path);
    if (known) { if (known.folder !== undefined) known.folder++; return; }
    if (this.#records.size >= LISTED_FILES) { this.unlisted++; return; }
    const isInside = more.path !== undefined && more.path !== example;
    this.#records.set(path, { path, reason, ...(more.detail ? { detail: more.detail } : {}), ...(more.folder || isInside ? { folder: isInside ? 1 : 0 } : {}) });
  }

  /** Counts something that is no file of its own. */
  count(reason: string, example: string, count = 1): void {
    const entry = this.#counts.get(reason) ?? { reason, count: 0, examples: [] };
    entry.count += count;
    if (entry.examples.length < 8) entry.examples.push(example);
    this.#counts.set(reason, entry);
  }

  /** Most frequent first. */
  list(): LeftOut[] { return [...this.#counts.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)); }

  records(): FileRecord[] { return [...this.#records.values()]; }
}

/** One account of several; cut at the caps, used files first to stay. */
export function joinAccounts(parts: readonly { files: readonly FileRecord[]; unlistedFiles: number }[]): Account {
  const files: FileRecord[] = [];
  let unlistedFiles = parts.reduce((n, part) => n + part.unlistedFiles, 0), leftOut = 0, listed = 0, unlistedFunctions = 0;
  for (const record of parts.flatMap((part) => part.files)) {
    if (record.reason !== '' && ++leftOut > LISTED_FILES) { unlistedFiles++; continue; }
    const left = record.left?.slice(0, Math.max(0, LISTED_FUNCTIONS - listed));
    listed += left?.length ?? 0;
    unlistedFunctions += (record.left?.length ?? 0) - (left?.length ?? 0);
    files.push(left ? { ...record, left } : record);
  }
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files, unlistedFiles, unlistedFunctions };
}
