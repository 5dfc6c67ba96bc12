/** Knows every kept thing of the lab by one handle: corpora, tokenizers, models, runs, checkpoints, measurements, settings; knows no views. */
import { createCheckpoints, type RunCheckpoints } from './checkpoints';
import { createCorpora, type Corpora } from './corpora';
import { NEWER, openDatabase } from './database';
import type { KeyValue } from './key_value';
import { createMeasurements, type Measurements } from './measurements';
import { createMemoryKeyValue } from './memory';
import { createOverlay } from './overlay';
import { branchRun } from './branch';
import { createRuns, type RunRecord, type Runs } from './runs';
import { createShelf, type Shelf } from './shelf';
import type { ModelConfig } from '../types';

/** Files: tokenizer.json. */
export interface TokenizerInfo { vocabSize: number; hash: string; corpusId: string }
/** Files: those of a Hugging Face model folder. */
export interface ModelInfo {
  parameters: number; modelType: string; source: 'run' | 'import'; runId: string;
  /** Absent in models of older versions. */
  config?: ModelConfig;
  /** Which checkpoint it is a copy of, where it is one. */
  ref?: string;
}

export interface LabStore {
  corpora: Corpora;
  tokenizers: Shelf<TokenizerInfo>;
  models: Shelf<ModelInfo>;
  runs: Runs;
  checkpoints: RunCheckpoints;
  measurements: Measurements;
  /** A new run that goes on from checkpoint `order` of another; see branch.ts. */
  branch(runId: string, order: number): Promise<RunRecord>;
  /** Small plain values by name. */
  settings: { get(name: string): Promise<unknown>; set(name: string, value: unknown): Promise<void> };
  /** Frees what was deleted; default: at least ten minutes ago, so that an undo in another tab still works. */
  purge(ageMs?: number): Promise<void>;
  /** '' when things are kept; else why they are not: everything is in memory and ends with the page. */
  temporary: string;
  close(): void;
}

export interface LabStoreOptions {
  /** Name of the database. */
  name?: string;
  /** Another tab needs the database in a newer form: ask for a reload. */
  onReplaced?: () => void;
}

const UNDO_MS = 600_000;

/** Everything over any key-value store; `openLabStore` is this over IndexedDB. */
export function createLabStore(store: KeyValue, temporary = '', close: () => void = () => undefined): LabStore {
  const checkpoints = createCheckpoints(store, { expected: async id => {
    const record = await store.get('runs', id) as RunRecord | undefined;
    return record !== undefined && (record.saved !== undefined || record.step > 0);
  } });
  const corpora = createCorpora(store);
  const tokenizers = createShelf<TokenizerInfo>(store, 'tokenizers');
  const models = createShelf<ModelInfo>(store, 'models');
  const runs = createRuns(store, checkpoints);
  const measurements = createMeasurements(store);
  return {
    corpora, tokenizers, models, runs, checkpoints, measurements, temporary, close,
    branch: (runId, order) => branchRun(runs, checkpoints, runId, order),
    settings: {
      get: name => store.get('settings', name),
      set: (name, value) => store.commit([value === undefined ? { store: 'settings', key: name, remove: true } : { store: 'settings', key: name, value }], 'relaxed'),
    },
    purge: async (ageMs = UNDO_MS) => {
      for (const shelf of [corpora, tokenizers, models, runs, measurements]) await shelf.purge(ageMs);
    },
  };
}

/**
 * Opens the lab's storage. Where the browser refuses it (private windows, blocked cookies) the lab still works: everything is
 * kept in memory and `temporary` says why, to be shown with the advice to export. What a newer version of the page has saved is read, and
 * changed in memory only.
 */
export async function openLabStore(options: LabStoreOptions = {}): Promise<LabStore> {
  try {
    const database = await openDatabase(options.name, options.onReplaced);
    return createLabStore(database, '', () => { database.close(); });
  } catch (error) {
    const { message } = error as Error;
    if (message.includes(NEWER)) {
      const newer = await openDatabase(options.name, options.onReplaced, 0).catch(() => null);
      if (newer) return createLabStore(createOverlay(newer), 'What is saved here was made by a newer version of this page. This older one shows it and changes nothing of it: whatever you do now ends with the tab. Reload the page to get the newer version.', () => { newer.close(); });
    }
    return createLabStore(createMemoryKeyValue(), message);
  }
}
