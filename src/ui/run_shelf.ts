/** The saved runs: list, open, rename, duplicate, delete with undo, export. Knows storage and formats, no engine. */
import { presetSettings, validate } from '../config';
import type { Settings } from '../config';
import { writeModelFolder, zipFiles } from '../formats/model_folder';
import type { CheckpointInfo } from '../store/checkpoints';
import type { LabStore } from '../store/lab_store';
import type { RunRecord } from '../store/runs';
import { labError } from '../types';
import type { Episode, MetricRow, StoryPage } from '../types';
import type { ExportFile } from './actions';
import { describeFailure } from './failures';
import { download, fileName } from './files';
import type { Models, Unpack } from './models';
import { addMetrics, addNotice, busy, clearRunData, EMPTY_RUN, failure, marks, resumable, run, runs, storedSteps, stories, toast } from './state';
import type { RunListing, RunState } from './state';
import { readMarks } from './train/marks';

/** How the file of a whole run ends. */
export const RUN_FILE = '.batcoder-run';

export class RunShelf {
  readonly #store: LabStore;
  readonly #models: Models;
  readonly #unpack: Unpack;
  /** The opening that was asked for last. */
  #asked: symbol | undefined;

  constructor(store: LabStore, models: Models, unpack: Unpack) {
    this.#store = store;
    this.#models = models;
    this.#unpack = unpack;
  }

  async refresh(): Promise<void> {
    const listed = (await this.#store.runs.list()).map(listing);
    runs.value = listed;
    // What is offered may have gone on, or ended, in another tab.
    const offered = resumable.peek(), now = offered && listed.find(({ id }) => id === offered.id);
    if (offered) resumable.value = now && canGoOn(now) ? now : null;
  }

  /** Offers to resume the newest unfinished run that has a checkpoint, `first` before all others: at the start of a visit, and after a stop. */
  async offer(first?: string): Promise<void> {
    await this.refresh();
    for (const row of runs.peek().toSorted((a, b) => Number(b.id === first) - Number(a.id === first))) {
      if (!canGoOn(row)) continue;
      if ((await this.#store.checkpoints.list(row.id)).length > 0) { resumable.value = row; return; }
    }
  }

  /** Shows a saved run's curves and samples, unless a run was begun or another opened while they were read. @throws BadInput when it was deleted */
  async open(id: string): Promise<void> {
    const asked = this.#asked = Symbol();
    const read = await this.#read(id), { record } = read;
    if (busy.peek() || this.#asked !== asked) return;
    show(read);
    run.value = { ...EMPTY_RUN, id, name: record.name, preset: record.preset, state: stateOf(record), step: record.step, steps: settingsOf(record).steps, settings: settingsOf(record) };
  }

  /** Fills curves and the list of steps from storage. */
  async showData(id: string): Promise<void> { show(await this.#read(id)); }

  async #read(id: string): Promise<Shown> {
    const { runs: stored } = this.#store;
    return { record: await stored.get(id), rows: await stored.metrics(id), steps: await stored.episodeSteps(id), pages: await stored.stories(id) };
  }

  metrics(id: string): Promise<MetricRow[]> { return this.#store.runs.metrics(id); }

  episodes(id: string, step: number): Promise<Episode[]> { return this.#store.runs.episodes(id, step); }

  async rename(id: string, name: string): Promise<void> {
    await this.#store.runs.rename(id, name);
    const renamed = await this.#store.runs.get(id);
    if (run.peek().id === id) run.value = { ...run.peek(), name: renamed.name };
    await this.refresh();
  }

  async duplicate(id: string): Promise<void> {
    const made = await this.#store.runs.duplicate(id);
    toast.value = { text: `${made.name} has the same settings and waits to be started.` };
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    const { name } = await this.#store.runs.get(id);
    const restore = await this.#store.runs.remove(id);
    if (resumable.peek()?.id === id) resumable.value = null;
    if (run.peek().id === id) { clearRunData(); run.value = EMPTY_RUN; }
    await this.refresh();
    toast.value = { text: `${name} was deleted.`, undo: () => { void restore().then(() => this.refresh(), (error: unknown) => { failure.value = describeFailure(error); }); } };
  }

  /**
   * metrics.csv, metrics.jsonl, samples.jsonl, summary.json, and the model as Hugging Face's libraries read it when the run has a
   * checkpoint. Weights are F32: the loaded model gives the same logits.
   */
  async files(id: string): Promise<ExportFile[]> {
    const found = await this.#store.checkpoints.load(id);
    if (!found) return asExport(await this.#store.runs.export(id));
    const { checkpoint } = found;
    const tokenizer = await this.#models.tokenizer(checkpoint.tokenizerHash);
    const tokens = { bos_token_id: tokenizer.special('<|bos|>'), eos_token_id: tokenizer.special('<|end|>'), pad_token_id: tokenizer.special('<|pad|>') };
    const specials = { bos_token: '<|bos|>', eos_token: '<|end|>', pad_token: '<|pad|>' };
    const metadata = { run: id, stage: checkpoint.stage, step: String(checkpoint.step), corpus: checkpoint.corpusHash };
    const model = writeModelFolder(checkpoint.trainer.config, this.#unpack(checkpoint), tokenizer.json, { dtype: 'F32', tokens, specials, metadata });
    return asExport(await this.#store.runs.export(id, model));
  }

  /** The whole run as one file, to go on with elsewhere. Samples are in it either way, and with them the functions they are about. */
  async exportRun(id: string, withCorpus: boolean): Promise<void> {
    const { writeRunFile } = await import('../store/run_file');
    const { name } = await this.#store.runs.get(id);
    const newest = (await this.#store.checkpoints.list(id)).at(-1);
    const hash = newest && await this.#store.checkpoints.load(id, newest.order).then(found => found?.checkpoint.tokenizerHash, () => undefined);
    const tokenizer = hash === undefined ? undefined : await this.#models.tokenizer(hash).then(found => found.json, () => undefined);
    const bytes = await writeRunFile(this.#store, id, { corpus: withCorpus, ...(tokenizer === undefined ? {} : { tokenizer }) });
    download({ name: fileName(name, RUN_FILE), bytes }, 'application/octet-stream');
    toast.value = { text: withCorpus ? `The file of ${name} holds your code: all functions it was trained on, its samples and its model.` : `The file of ${name} holds its model and its samples, with the functions they are about, and no other code.` };
  }

  /** @throws BadInput for a file that is refused; nothing is changed then */
  async importRun(file: File): Promise<void> {
    const { readRunFile } = await import('../store/run_file');
    const { id, name, notices } = await readRunFile(this.#store, new Uint8Array(await file.arrayBuffer()));
    await this.refresh();
    toast.value = { text: `${name} was imported.${notices.length > 0 ? ` ${notices.join(' ')}` : ''}` };
    if (!busy.peek()) await this.open(id);
    for (const notice of notices) addNotice('warning', 'import', notice, run.peek().step);
  }

  async branchRun(id: string, order: number): Promise<void> {
    const { name, step, branchOf } = await this.#store.branch(id, order);
    await this.refresh();
    toast.value = { text: `${name} stands at ${branchOf?.stage === 'warmstart' ? `warm-start step ${branchOf.step}` : `step ${step}`} of ${branchOf?.name ?? 'the other run'} and waits to be resumed.` };
  }

  checkpointsOf(id: string): Promise<CheckpointInfo[]> { return this.#store.checkpoints.list(id); }

  async saveZip(id: string): Promise<void> {
    const { name } = await this.#store.runs.get(id);
    const bytes = zipFiles(await this.files(id)) as Uint8Array<ArrayBuffer>;
    download({ name: fileName(name, '.zip'), bytes }, 'application/zip');
  }
}

interface Shown { record: RunRecord; rows: MetricRow[]; steps: number[]; pages: StoryPage[] }

/** All of it at once: nothing that happens meanwhile gets between the curves of one run and the name of another. */
function show({ record, rows, steps, pages }: Shown): void {
  clearRunData();
  marks.value = readMarks(record.marks);
  for (const row of rows) addMetrics(row);
  storedSteps.value = steps;
  stories.value = pages;
}

/** The settings a record was made with; a record of an older version takes today's defaults for what it lacks. */
export function settingsOf(record: Pick<RunRecord, 'settings'>): Settings {
  const merged = mergedSettings(record);
  return validate(merged).length === 0 ? merged as Settings : presetSettings('demo');
}

/** As settingsOf, for a run that is to be trained: not with other settings than it was made with. @throws BadInput naming what is not understood */
export function trainingSettings(record: Pick<RunRecord, 'settings' | 'name'>): Settings {
  const merged = mergedSettings(record), problems = validate(merged);
  if (problems.length > 0) throw labError('BadInput', `${record.name} was made with settings that this version of the page does not take: ${problems.join(' ')} Nothing was started, and the run stays as it is; it can be looked at and exported.`);
  return merged as Settings;
}

function mergedSettings(record: Pick<RunRecord, 'settings'>): Record<string, unknown> {
  const known = presetSettings('demo'), merged: Record<string, unknown> = { ...known };
  for (const key of Object.keys(known)) if (Object.hasOwn(record.settings, key)) merged[key] = record.settings[key];
  return merged;
}

/** A record as the list shows it. One that was running when its tab closed is interrupted. */
function listing(record: RunRecord): RunListing {
  const settings = settingsOf(record);
  return {
    id: record.id, name: record.name, preset: record.preset, state: record.state === 'running' || record.state === 'paused' ? 'interrupted' : record.state,
    step: record.step, steps: settings.steps, createdAt: record.createdAt, corpusId: record.corpusId, ...(record.branchOf ? { branchOf: record.branchOf } : {}), settings, summary: Object.keys(record.summary).length > 0 ? record.summary : null,
  };
}

function canGoOn({ state, step, steps }: RunListing): boolean { return state !== 'finished' && state !== 'new' && (steps === 0 || step < steps); }

function stateOf(record: RunRecord): RunState {
  return record.state === 'finished' ? 'finished' : record.state === 'failed' ? 'failed' : record.step > 0 || record.saved ? 'stopped' : 'idle';
}

function asExport(files: readonly { name: string; bytes: Uint8Array }[]): ExportFile[] {
  return files.map(file => ({ name: file.name, bytes: file.bytes as Uint8Array<ArrayBuffer> }));
}
