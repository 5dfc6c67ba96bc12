/** The corpora of this browser: the sample, folders that were read, storage. Knows no model and no run. */
import * as Comlink from 'comlink';
import type { Account } from '../corpus/account';
import { isEverything, readChoice } from '../corpus/choice';
import type { Choice } from '../corpus/choice';
import type { CorpusProgress, CorpusReport as IngestReport } from '../corpus/corpus';
import type { FileCaps } from '../corpus/files';
import { fromDataTransfer, fromFileList } from '../corpus/sources';
import type { CorpusSource } from '../corpus/sources';
import { askPersistence, storageEstimate } from '../store/browser_storage';
import type { LabStore } from '../store/lab_store';
import { labError } from '../types';
import type { CodeItem } from '../types';
import { describeFailure, isStop } from './failures';
import { download, fileName } from './files';
import { count } from './format';
import { countItems } from './corpus_counts';
import { capped, corpora, corpus, failure, fruitless, ingest, place, preset, queryErrors, settings, storage, toast } from './state';
import type { CorpusReport, CorpusView } from './state';
import { presetSettings } from '../config';
import { drawSample, openCorpus, pageBase } from './worker_ports';
import type { OpenCorpus } from './worker_ports';
import type { HandedSource, Picked } from '../../workers/corpus';

const PHASES: Record<CorpusProgress['phase'], string> = { files: 'Reading files', functions: 'Finding functions', duplicates: 'Dropping duplicates', split: 'Setting functions aside' };

export class Library {
  readonly #store: LabStore;
  readonly #sample: () => Promise<CorpusView>;
  #worker: OpenCorpus | undefined;
  #reading: Promise<void> = Promise.resolve();
  #sources: CorpusSource[] | undefined;
  /** Counts what was handed over in pieces. */
  #turn = 0;
  #held: { key: string; lengths: Uint32Array } | undefined;

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

  /** The corpus in a second language, kept like a folder from its first use on. */
  async useSecond(): Promise<void> {
    const drawn = await drawSample(true);
    const known = (await this.#store.corpora.list()).find(entry => entry.info.hash === drawn.hash);
    const id = known?.id ?? (await this.#store.corpora.save(drawn.name, drawn.items, drawn.hash, { view: drawn.report, part: null })).id;
    corpus.value = { ...drawn, id, name: known?.name ?? drawn.name };
    await this.refresh();
  }

  /** Opens a stored corpus; '' is the sample. @throws BadInput when it was deleted or is damaged */
  async open(id: string): Promise<CorpusView> {
    if (corpus.peek()?.id === id) return corpus.peek()!;
    if (id === '') { await this.useSample(); return corpus.peek()!; }
    const { entry, items, account } = await this.#store.corpora.load(id);
    const stored = entry.info.report as { view?: CorpusReport; part?: { of: string; name: string; choice: unknown } };
    corpus.value = {
      id, name: entry.name, hash: entry.info.hash, source: stored.part?.of === '' ? 'sample' : 'folder', items, report: stored.view ?? countItems(items),
      ...(account ? { account: account as Account } : {}), ...(stored.part ? { part: { ...stored.part, choice: readChoice(stored.part.choice) } } : {}),
    };
    return corpus.value;
  }

  /** The corpus that the one in use is a part of, with its items; itself when it is whole. Does not change what is in use. */
  async whole(): Promise<CorpusView> {
    const current = corpus.peek();
    if (!current) throw labError('BadInput', 'There is no corpus yet. Nothing was chosen; wait for the sample corpus or drop a folder.');
    if (!current.part) return current;
    if (current.part.of === '') return this.#sample();
    const { entry, items } = await this.#store.corpora.load(current.part.of);
    return { ...current, id: entry.id, name: entry.name, hash: entry.info.hash, items, report: (entry.info.report as { view?: CorpusReport }).view ?? countItems(items) };
  }

  /** What a choice would take; the corpus crosses to the worker once. */
  async pick(whole: CorpusView, lengths: Uint32Array, choice: Choice): Promise<Picked | null> {
    const worker = this.#worker ??= openCorpus(), key = `${whole.id} ${whole.hash} ${lengths.length}`;
    if (this.#held?.key !== key || this.#held.lengths !== lengths) {
      this.#held = { key, lengths };
      await Promise.race([worker.api.hold(key, whole.items, lengths), worker.failed]);
    }
    return Promise.race([worker.api.pick(key, choice), worker.failed]);
  }

  /**
   * Keeps a part of the whole corpus as a corpus of its own, with its own hash, and takes it into use: what a run trains on is what it resumes
   * on. A part of the same corpus that no run was started on gives way to it.
   */
  async choose(choice: Choice, splits: Uint8Array, hash: string): Promise<void> {
    const whole = await this.whole(), before = corpus.peek();
    if (isEverything(choice)) return this.chooseAll();
    const items = whole.items.flatMap((item, i): CodeItem[] => (splits[i] === 0 ? [] : [splits[i] === 1 ? { ...item, split: 'train' } : { ...item, split: choice.split ? 'heldout' : item.split }]));
    const part = { of: whole.id, name: whole.name, choice };
    const counted = countItems(items);
    const report: CorpusReport = { ...counted, filesSeen: whole.report?.filesSeen ?? 0, filesUsed: whole.report?.filesUsed ?? 0, leftOut: whole.report?.leftOut ?? [],
      notices: [], languages: counted.languages.map(l => ({ ...l, files: new Set(items.filter(item => item.language === l.language).map(item => item.path)).size })) };
    const name = `${whole.name}, chosen`;
    const known = corpora.peek().length > 0 ? (await this.#store.corpora.list()).find(entry => entry.info.hash === hash) : undefined;
    let id = known?.id ?? `unsaved-${Date.now()}`;
    try {
      if (!known) id = (await this.#store.corpora.save(name, items, hash, { view: report, part }, whole.account ?? null)).id;
    } catch (error) {
      failure.value = describeFailure(error);
    }
    corpus.value = { id, name: known?.name ?? name, hash, source: whole.source, items, report, part, ...(whole.account ? { account: whole.account } : {}) };
    await this.#dropUnused(before, id);
    await this.refresh();
  }

  /** The whole corpus again. */
  async chooseAll(): Promise<void> {
    const before = corpus.peek();
    if (!before?.part) return;
    await this.open(before.part.of);
    await this.#dropUnused(before, '');
    await this.refresh();
  }

  async #dropUnused(part: CorpusView | null, keep: string): Promise<void> {
    if (!part?.part || part.id === keep || part.id.startsWith('unsaved-')) return;
    if ((await this.#store.runs.list()).some(run => run.corpusId === part.id)) return;
    await this.#store.corpora.remove(part.id);
  }

  /** Settles when nothing is being read any more; rejects with the reason when the last reading failed. */
  ready(): Promise<void> { return this.#reading; }

  addFiles(files: ArrayLike<File>): Promise<void> { return this.#read(Promise.resolve(fromFileList(files))); }
  addSources(sources: Promise<CorpusSource[]>): Promise<void> { return this.#read(sources); }
  /** What was dropped. Call inside the drop event: its items are gone after it. */
  static taken(transfer: DataTransfer): Promise<CorpusSource[]> { return fromDataTransfer(transfer); }

  cancel(): void { void this.#worker?.api.cancel(); }
  enough(): void { void this.#worker?.api.enough(); }

  /** Reads what was dropped last again, under caps ten times as large. @throws BadInput when nothing is at hand any more */
  readOn(): Promise<void> {
    const sources = this.#sources;
    if (!sources) throw labError('BadInput', 'What was dropped is no longer at hand. Nothing was read; drop the folder again.');
    return this.#read(Promise.resolve(sources), LARGE_CAPS);
  }

  /** Errors are shown here; `ready()` carries them to scripts. */
  #read(sources: Promise<CorpusSource[]>, caps?: Partial<FileCaps>): Promise<void> {
    const reading = this.#ingest(sources, caps);
    this.#reading = reading;
    return reading.catch((error: unknown) => { if (!isStop(error) && fruitless.peek() === null) failure.value = describeFailure(error); });
  }

  async #ingest(pending: Promise<CorpusSource[]>, caps?: Partial<FileCaps>): Promise<void> {
    const startedAt = performance.now();
    ingest.value = { label: 'Reading files', done: 0, total: 0, startedAt };
    failure.value = null;
    fruitless.value = null;
    capped.value = false;
    try {
      const sources = await pending;
      this.#worker ??= openCorpus();
      const handed = await Promise.race([this.#hand(sources), this.#worker.failed]);
      const { items, report, capped: more } = await Promise.race([
        this.#worker.api.ingest(handed, { grammars: `${pageBase()}grammars/`, ...(caps ? { caps } : {}) }, Comlink.proxy(({ phase, done, total }: CorpusProgress) => {
          // While a folder is walked nobody knows how much there is: its entries so far come as the total, with nothing done.
          if (ingest.peek()) ingest.value = phase === 'files' && done === 0 ? { label: 'Looking through the folder', done: total, total: 0, unit: 'entries', startedAt } : { label: PHASES[phase], done, total, startedAt };
        })),
        this.#worker.failed,
      ]);
      ingest.value = { label: 'Saving', done: 0, total: 0, startedAt };
      const view = viewOf(report);
      const name = nameOf(sources);
      this.#sources = sources;
      capped.value = more && !caps;
      if (items.length === 0) {
        // The corpus in use stays: a folder without functions is no reason to have nothing.
        fruitless.value = { name, report: view, account: report.account };
        throw nothingFound(name, view);
      }
      let id = `unsaved-${Date.now()}`;
      try {
        id = (await this.#store.corpora.save(name, items, report.hash, { view }, report.account)).id;
      } catch (error) {
        // It can be trained on without being kept; a resumed run will ask for the folder again.
        failure.value = describeFailure(error);
      }
      corpus.value = { id, name, hash: report.hash, source: 'folder', items, report: view, account: report.account };
      suggestPreset();
      await this.refresh();
    } finally {
      ingest.value = null;
    }
  }

  /** Copying a file handle across takes about a tenth of a millisecond: thousands go in pieces, and the page answers in between. */
  async #hand(sources: readonly CorpusSource[]): Promise<HandedSource[]> {
    const handed: HandedSource[] = [];
    for (const source of sources) {
      if (source.kind !== 'files' || source.files.length <= PIECE) { handed.push(source); continue; }
      const turn = ++this.#turn;
      for (let at = 0; at < source.files.length; at += PIECE) await this.#worker!.api.give(turn, source.files.slice(at, at + PIECE));
      handed.push({ kind: 'given', turn });
    }
    return handed;
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

/** Files that cross to the worker at once. */
const PIECE = 100;

/** What a person reads in who asked for the rest, too: still bounded, so that a tab does not run out of memory. */
const LARGE_CAPS: Partial<FileCaps> = { files: 50_000, totalBytes: 200 * 2 ** 20, entries: 500_000, fileBytes: 2 * 2 ** 20 };

/** For scripts, which see no list. */
function nothingFound(name: string, view: CorpusReport): Error {
  const reasons = view.leftOut.slice(0, 8).map(entry => `${entry.count} ${entry.reason}`).join(', ');
  return labError('BadInput', `No function was found in ${name}${reasons ? ` (left out: ${reasons})` : ': it is empty'}. The corpus in use is unchanged. Drop a folder with code in a supported language.`);
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
    exact: report.duplicates.exact, near: report.duplicates.near, crossed: report.crossing, characters: report.characters,
    train: report.train, heldout: report.heldout,
    notices: [...report.notices, ...(report.crossing > 0 ? [`${report.crossing === 1 ? '1 held-out function was' : `${count(report.crossing)} held-out functions were`} dropped because training has a near-copy of ${report.crossing === 1 ? 'it' : 'them'}.`] : [])],
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
