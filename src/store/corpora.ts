/** Knows how a corpus (code items with their split) is kept as lines of JSON on a shelf; does not know how it was made. */
import { labError, type CodeItem } from '../types';
import type { FileEntry } from '../formats/model_folder';
import type { KeyValue } from './key_value';
import { createShelf, type Restore, type ShelfEntry, type StagedEntry } from './shelf';

/** What a list shows of a corpus without loading it. `report` is what its maker wants to show again: counts, left-out files. */
export interface CorpusInfo {
  items: number;
  languages: Record<string, number>;
  splits: Record<string, number>;
  hash: string;
  report: Record<string, unknown>;
}

export interface Corpora {
  list(): Promise<ShelfEntry<CorpusInfo>[]>;
  /** `hash` is the corpus's own, as checkpoints record it. */
  save(name: string, items: readonly CodeItem[], hash: string, report?: Record<string, unknown>, account?: unknown): Promise<ShelfEntry<CorpusInfo>>;
  /** As `save`, but to appear together with other things. */
  stage(name: string, items: readonly CodeItem[], hash: string, report?: Record<string, unknown>): StagedEntry<CorpusInfo>;
  /** `account`: what became of each file, as it was saved; null in corpora that have none. */
  load(id: string): Promise<{ entry: ShelfEntry<CorpusInfo>; items: CodeItem[]; account: unknown }>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<Restore>;
  purge(ageMs: number): Promise<void>;
}

/** Beside the items: too long for `info`, which every list reads. */
const ACCOUNT = 'account.json';

/** Text of one file of the shelf entry, before it is cut into pieces: bounds the strings that exist at once, and the time the page stands still for one. */
const PART_ITEMS = 1000;

function counts(values: Iterable<string>): Record<string, number> {
  const table = new Map<string, number>();
  for (const value of values) table.set(value, (table.get(value) ?? 0) + 1);
  return Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function* filesOf(items: readonly CodeItem[]): Generator<FileEntry> {
  const encoder = new TextEncoder();
  for (let n = 0; n * PART_ITEMS < items.length; n++) {
    yield { name: `items-${n}.jsonl`, bytes: encoder.encode(items.slice(n * PART_ITEMS, (n + 1) * PART_ITEMS).map(item => `${JSON.stringify(item)}\n`).join('')) };
  }
}

/** The page has its turn: a corpus of thousands is written and read in parts. */
const turn = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, 0); });

function infoOf(items: readonly CodeItem[], hash: string, report: Record<string, unknown>): CorpusInfo {
  return { items: items.length, languages: counts(items.map(item => item.language)), splits: counts(items.map(item => item.split)), hash, report };
}

export function createCorpora(store: KeyValue, options: { chunkBytes?: number; now?: () => number } = {}): Corpora {
  const shelf = createShelf<CorpusInfo>(store, 'corpora', options);
  return {
    list: shelf.list,
    rename: shelf.rename,
    remove: shelf.remove,
    purge: shelf.purge,
    save: async (name, items, hash, report = {}, account = null) => {
      const files: FileEntry[] = [];
      for (const file of filesOf(items)) {
        files.push(file);
        await turn();
      }
      if (account !== null) files.push({ name: ACCOUNT, bytes: new TextEncoder().encode(JSON.stringify(account)) });
      return await shelf.add(name, files, infoOf(items, hash, report));
    },
    stage: (name, items, hash, report = {}) => shelf.stage(name, [...filesOf(items)], infoOf(items, hash, report)),
    load: async id => {
      const { entry, files } = await shelf.load(id);
      const items: CodeItem[] = [];
      let account: unknown = null;
      for (const { name, bytes } of files) {
        if (name === ACCOUNT) { account = JSON.parse(new TextDecoder().decode(bytes)) as unknown; continue; }
        for (const line of new TextDecoder().decode(bytes).split('\n')) if (line !== '') items.push(JSON.parse(line) as CodeItem);
        await turn();
      }
      if (items.length !== entry.info.items) throw labError('BadInput', `"${entry.name}" holds ${items.length} functions of ${entry.info.items}. It was not loaded. Delete it and add the folder again.`);
      return { entry, items, account };
    },
  };
}
