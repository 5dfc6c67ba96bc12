/** The corpora of this browser: the sample, folders that were read, storage. Knows no model and no run. */
import * as Comlink from 'comlink';
import type { CorpusProgress, CorpusReport as IngestReport } from '../corpus/corpus';
import { fromDataTransfer, fromFileList } from '../corpus/sources';
import type { CorpusSource } from '../corpus/sources';
import { askPersistence, storageEstimate } from '../store/browser_storage';
import type { LabStore } from '../store/lab_store';
import { describeFailure, isStop } from './failures';
import { download, fileName } from './files';
import { count } from './format';
import { countItems } from './sample_corpus';
import { corpora, corpus, failure, ingest, place, preset, queryErrors, settings, storage, toast } from './state';
import type { CorpusReport, CorpusView } from './state';
import { presetSettings } from '../config';
import { openCorpus, pageBase } from './worker_ports';
import type { OpenCorpus } from './worker_ports';

const PHASES: Record<CorpusProgress['phase'], string> = { files: 'Reading files', functions: 'Finding functions', duplicates: 'Dropping duplicates', split: 'Setting functions aside' };

export class Library {
  readonly #store: LabStore;
  readonly #sample: () => Promise<CorpusView>;
  #worker: OpenCorpus | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(store: LabStore, sample: () => Promise<CorpusView>) {
    this.#store = store;
    this.#sample = sample;
  }

  /** Reads a list of corpora and the storage figures anew. */
  async refresh(): Promise<void> {
    const entries = await this.#store.corpora.list();
    corpora.value = entries.map(({ id, name, bytes, createdAt, info }) => ({ id, name, bytes, createdAt, functions: info.items }));
    const { usage, quota, persisted } = await storageEstimate();
    storage.value = { usage: usage ?? NaN, quota: quota ?? NaN, persisted, available: this.#store.temporary === '', reason: this.#store.temporary };
  }

  async useSample(): Promise<void> { corpus.value = await this.#sample(); }

  /** Opens a stored corpus; '' is the sample. @throws BadInput when it was deleted or is damaged */
  async open(id: string): Promise<CorpusView> {
    if (corpus.peek()?.id === id) return corpus.peek()!;
    if (id === '') { await this.useSample(); return corpus.peek()!; }
    const { entry, items } = await this.#store.corpora.load(id);
    const stored = entry.info.report as { view?: CorpusReport };
    corpus.value = { id, name: entry.name, hash: entry.info.hash, source: 'folder', items, report: stored.view ?? countItems(items) };
    return corpus.value;
  }

  /** Settles when nothing is being read any more; rejects with the reason when the last reading failed. */
  ready(): Promise<void> { return this.#reading; }

  addFiles(files: ArrayLike<File>): Promise<void> { return this.#read(Promise.resolve(fromFileList(files))); }
  addSources(sources: Promise<CorpusSource[]>): Promise<void> { return this.#read(sources); }
  /** What was dropped. Call inside the drop event: its items are gone after it. */
  static taken(transfer: DataTransfer): Promise<CorpusSource[]> { return fromDataTransfer(transfer); }

  cancel(): void { void this.#worker?.api.cancel(); }

  /** Errors are shown here; `ready()` carries them to scripts. */
  #read(sources: Promise<CorpusSource[]>): Promise<void> {
    const reading = this.#ingest(sources);
    this.#reading = reading;
    return reading.catch((error: unknown) => { if (!isStop(error)) failure.value = describeFailure(error); });
  }

  async #ingest(pending: Promise<CorpusSource[]>): Promise<void> {
    ingest.value = { label: 'Reading files', done: 0, total: 0 };
    failure.value = null;
    try {
      const sources = await pending;
      this.#worker ??= openCorpus();
      const { items, report } = await Promise.race([
        this.#worker.api.ingest(sources, { grammars: `${pageBase()}grammars/` }, Comlink.proxy(({ phase, done, total }: CorpusProgress) => {
          if (ingest.peek()) ingest.value = { label: PHASES[phase], done, total: phase === 'files' ? 0 : total };
        })),
        this.#worker.failed,
      ]);
      ingest.value = { label: 'Saving', done: 0, total: 0 };
      const view = viewOf(report);
      const name = nameOf(sources);
      let id = `unsaved-${Date.now()}`;
      if (items.length > 0) {
        try {
          id = (await this.#store.corpora.save(name, items, report.hash, { view })).id;
        } catch (error) {
          // It can be trained on without being kept; a resumed run will ask for the folder again.
          failure.value = describeFailure(error);
        }
      }
      corpus.value = { id, name, hash: report.hash, source: 'folder', items, report: view };
      suggestPreset();
      await this.refresh();
    } finally {
      ingest.value = null;
    }
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#store.corpora.rename(id, name);
    const current = corpus.peek();
    if (current?.id === id) corpus.value = { ...current, name };
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    const name = corpora.peek().find(c => c.id === id)?.name ?? 'The corpus';
    const restore = await this.#store.corpora.remove(id);
    if (corpus.peek()?.id === id) await this.useSample();
    await this.refresh();
    toast.value = { text: `${name} was deleted.`, undo: () => { void restore().then(() => this.refresh(), (error: unknown) => { failure.value = describeFailure(error); }); } };
  }

  /** One JSON line a function. */
  async save(id: string): Promise<void> {
    const { entry, items } = await this.#store.corpora.load(id);
    const bytes = new TextEncoder().encode(items.map(item => `${JSON.stringify(item)}\n`).join(''));
    download({ name: fileName(entry.name, '.jsonl'), bytes }, 'application/jsonl');
  }

  /** @param quiet a refusal is common and no failure; it is told only to who asked. */
  async persist(quiet = false): Promise<void> {
    const kept = await askPersistence();
    if (!kept && !quiet) toast.value = { text: 'The browser did not promise to keep the data. Export what matters.' };
    await this.refresh();
  }
}

/** A person's own code wants the Folder preset; a configuration that was chosen is left alone. */
function suggestPreset(): void {
  if (preset.peek() !== 'demo' || JSON.stringify(settings.peek()) !== JSON.stringify(presetSettings('demo'))) return;
  queryErrors.value = [];
  preset.value = 'folder';
  settings.value = presetSettings('folder');
  if (place.peek().tab === 'data') toast.value = { text: 'The preset is now Folder, made for your own code.' };
}

/** The worker's report in the form the page shows. */
export function viewOf(report: IngestReport): CorpusReport {
  const left = report.leftOut.filter(entry => !entry.reason.startsWith('function: ')).reduce((n, entry) => n + entry.count, 0);
  return {
    filesSeen: report.files + left, filesUsed: report.files,
    leftOut: report.leftOut.map(({ reason, count: n, examples }) => ({ reason, count: n, examples })),
    languages: report.languages.map(({ language, files, functions }) => ({ language, files, functions })),
    functions: report.functions, duplicates: report.duplicates.exact + report.duplicates.near, withDocumentation: report.documented,
    train: report.train, heldout: report.heldout,
    notices: [...report.notices, ...(report.crossing > 0 ? [`${count(report.crossing)} held-out functions were dropped because training has a near-copy of them.`] : [])],
  };
}

/** The dropped folder's own name. */
export function nameOf(sources: readonly CorpusSource[]): string {
  const first = sources[0];
  if (!first) return 'Files';
  const name = first.kind === 'folder' ? first.handle.name : first.kind === 'zip' ? first.file.name.replace(/\.zip$/i, '') : rootOf(first.files[0]?.path ?? '');
  return name || 'Files';
}

function rootOf(path: string): string { return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''; }
