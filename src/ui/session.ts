/** Puts the parts of the page together and fulfils what views and scripts ask for; decides no layout. */
import { watchOtherTabs } from '../store/browser_storage';
import { openLabStore } from '../store/lab_store';
import type { LabStore } from '../store/lab_store';
import { labError } from '../types';
import { fromDataTransfer, fromFileList } from '../corpus/sources';
import type { Actions } from './actions';
import type { Automatable, ProbeRequest, ProbeResult } from './automation';
import { probeCapability } from './capability_probe';
import { watchEviction } from './eviction';
import { describeFailure, isStop } from './failures';
import { filesOf } from './embedding_folder';
import { Encoders } from './embedding_model';
import { download, fromBase64, toBase64 } from './files';
import { Library } from './library';
import { Models } from './models';
import type { Unpack } from './models';
import { ModelShelf } from './models/model_shelf';
import type { Tryout } from './models/tryout';
import type { Measuring } from './tests/measuring';
import { Profiling } from './profile/profiling';
import { RunDriver } from './run_driver';
import { RunShelf } from './run_shelf';
import type { AblationQueue } from './runs/ablation_queue';
import { addNotice, busy, corpus, failure, heldElsewhere, ingest, resumable, run, settings, startable } from './state';
import type { CorpusReport, CorpusView } from './state';
import { drawSample } from './worker_ports';

export interface Session extends Automatable {
  actions: Actions;
}

interface Parts { store: LabStore; library: Library; models: Models; modelShelf: ModelShelf; encoders: Encoders; shelf: RunShelf; driver: RunDriver; queue: () => Promise<AblationQueue>; profiling: Profiling; storageKept(): boolean }

/** Starts loading at once. @param unpack the engine's layout of a checkpoint's weights */
export function createSession(unpack: Unpack): Session {
  const parts = open(unpack);
  const ready = parts.then(boot);
  let tryout: Promise<Tryout> | undefined, measuring: Promise<Measuring> | undefined;
  // Shown to a person here; scripts hear it from `ready`.
  ready.catch((error: unknown) => { failure.value = describeFailure(error); });

  /** An action of a person: whatever goes wrong is shown. */
  const act = (work: (p: Parts) => Promise<void> | void) => async (): Promise<void> => {
    try {
      await work(await parts);
    } catch (error) {
      if (!isStop(error)) failure.value = describeFailure(error);
    }
  };
  /** What is read for a view; what cannot be read is shown as a failure, and the list is empty. */
  const list = async <T>(read: (shelf: RunShelf) => Promise<T[]>): Promise<T[]> => {
    try {
      return await read((await parts).shelf);
    } catch (error) {
      failure.value = describeFailure(error);
      return [];
    }
  };
  const steer = (work: (driver: RunDriver) => void): void => { void parts.then(({ driver }) => work(driver)); };

  const actions: Actions = {
    start: act(async ({ driver, library }) => {
      // Asked on a click, when the browser is most likely to say yes.
      void library.persist(true).catch(() => undefined);
      await driver.begin();
    }),
    pause: () => steer(d => d.pause()), proceed: () => steer(d => d.proceed()), step: () => steer(d => d.step()), save: () => steer(d => d.save()), stop: () => steer(d => d.stop()),

    addFiles: files => act(({ library }) => library.addFiles(files))(),
    addDropped: transfer => {
      // The drop's items are gone after this turn, so they are taken out of it before anything is awaited.
      const sources = Library.taken(transfer);
      return act(({ library }) => library.addSources(sources))();
    },
    addZip: file => act(({ library }) => library.addFiles([file]))(),
    cancelIngest: () => { void parts.then(({ library }) => library.cancel()); },
    useSample: act(({ library }) => library.useSample()),
    useSecond: act(async ({ library }) => {
      await library.useSecond();
      settings.value = { ...settings.peek(), model: 'starter-python', maxCodeTokens: 110 };
    }),
    useCorpus: id => act(async ({ library }) => { await library.open(id); })(),
    renameCorpus: (id, name) => act(({ library }) => library.rename(id, name))(),
    deleteCorpus: id => act(({ library }) => library.remove(id))(),
    exportCorpus: id => act(({ library }) => library.save(id))(),
    enoughIngest: () => { void parts.then(({ library }) => library.enough()); },
    readOn: act(({ library }) => library.readOn()),
    chooseItems: (choice, splits, hash) => act(({ library }) => library.choose(choice, splits, hash))(),
    wholeCorpus: async () => (await parts).library.whole(),
    pickItems: async (whole, lengths, choice) => (await parts).library.pick(whole, lengths, choice),
    chooseAll: act(({ library }) => library.chooseAll()),
    modelTokenizer: async () => (await parts).models.current(),
    askPersistence: act(({ library }) => library.persist()),

    openRun: id => act(async ({ shelf }) => { if (!busy.peek()) await shelf.open(id); })(),
    resumeRun: id => act(({ driver }) => driver.begin(id))(),
    runMetrics: id => list(shelf => shelf.metrics(id)),
    renameRun: (id, name) => act(({ shelf }) => shelf.rename(id, name))(),
    duplicateRun: id => act(({ shelf }) => shelf.duplicate(id))(),
    deleteRun: id => act(({ shelf }) => shelf.remove(id))(),
    runFiles: id => list(shelf => shelf.files(id)),
    saveRunZip: id => act(({ shelf }) => shelf.saveZip(id))(),
    exportRun: (id, withCorpus) => act(({ shelf }) => shelf.exportRun(id, withCorpus))(),
    importRun: file => act(({ shelf }) => shelf.importRun(file))(),
    branchRun: (id, order) => act(({ shelf }) => shelf.branchRun(id, order))(),
    checkpointsOf: id => list(shelf => shelf.checkpointsOf(id)),
    saveFile: file => download(file),
    loadModel: files => act(async ({ models, modelShelf }) => { await models.load([...files]); await modelShelf.refresh(); })(),
    listModels: act(({ modelShelf }) => modelShelf.refresh()),
    startFrom: ref => act(({ modelShelf }) => modelShelf.choose(ref))(),
    renameModel: (id, name) => act(({ modelShelf }) => modelShelf.rename(id, name))(),
    deleteModel: id => act(({ modelShelf }) => modelShelf.remove(id))(),
    exportModel: ref => act(({ modelShelf }) => modelShelf.save(ref))(),
    tryout: () => {
      tryout ??= parts.then(async ({ models }) => new (await import('./models/tryout')).Tryout(models));
      // Code that did not load is asked for again at the next press.
      tryout.catch(() => { tryout = undefined; });
      return tryout;
    },
    measuring: () => {
      measuring ??= parts.then(async ({ models, store }) => new (await import('./tests/measuring')).Measuring(models, store.measurements));
      measuring.catch(() => { measuring = undefined; });
      return measuring;
    },
    chooseEncoder: files => act(async ({ encoders }) => { await encoders.choose(filesOf(fromFileList(files)), settings.peek().embeddingDevice); })(),
    dropEncoder: transfer => {
      // Taken out before anything is awaited, as above.
      const sources = fromDataTransfer(transfer);
      return act(async ({ encoders }) => { await encoders.choose(sources.then(filesOf), settings.peek().embeddingDevice); })();
    },
    startAblation: plan => act(async ({ queue }) => (await queue()).start(plan))(),
    stopAblation: () => { void parts.then(async ({ queue }) => (await queue()).stop()); },
    profileNext: act(({ profiling }) => profiling.next()),
    readProfile: act(({ profiling }) => profiling.read()),
    attention: async request => {
      const { engine, held } = (await parts).driver;
      if (!engine || held?.run !== request.run) return 'The model of this run is not in the engine: it is while the run is under way and until another one starts. Resume it, or look at the recorded run.';
      const { attentionOf } = await import('./explain/live_attention');
      return await attentionOf(engine, held, request).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    },
    episodes: async (runId, step) => {
      const found = await (await parts).shelf.episodes(runId, step).catch(() => []);
      return found.length > 0 ? found : undefined;
    },
  };

  return {
    actions,
    ready,
    async corpusReady(): Promise<CorpusReport | null> {
      await (await parts).library.ready();
      await ready;
      return corpus.peek()?.report ?? null;
    },
    async begin() {
      const { driver } = await parts;
      if (!startable.peek() && !busy.peek() && ingest.peek()) throw labError('BadInput', 'Files are being read. Nothing was started; wait for corpusReady() first.');
      await driver.begin();
    },
    ended: async () => (await parts).driver.ended(),
    async currentFiles() {
      const { id } = run.peek();
      if (id === '') throw labError('BadInput', 'No run is open. Nothing was exported; start or open one first.');
      return (await parts).shelf.files(id);
    },
    stop: () => actions.stop(),
    async probe(request: ProbeRequest): Promise<ProbeResult> {
      if (busy.peek()) throw labError('BadInput', 'A run is under way and holds the engine. Nothing was computed; stop it first.');
      const { api } = await (await parts).driver.trainer();
      const { result, logits, grads } = await api.probe({ config: request.config, safetensors: fromBase64(request.safetensorsBase64), batch: request.batch });
      return { result, logitsBase64: toBase64(logits), gradsBase64: toBase64(grads) };
    },
  };
}

/** When what was queued in an earlier visit is looked for. */
const QUEUE_AFTER_MS = 2_000;

async function open(unpack: Unpack): Promise<Parts> {
  const store = await openLabStore({
    onReplaced: () => addNotice('warning', 'replaced', 'A newer version of this page is open in another tab, so this one can no longer save. Reload it.', 0),
  });
  const models = new Models(store, unpack), modelShelf = new ModelShelf(store, models);
  let sample: Promise<CorpusView> | undefined;
  const library = new Library(store, () => {
    sample ??= drawSample();
    return sample;
  });
  const shelf = new RunShelf(store, models, unpack);
  void store.purge().catch(() => undefined);
  watchOtherTabs(held => {
    const freed = run.peek().id !== '' && heldElsewhere.peek().has(run.peek().id) && !held.has(run.peek().id);
    heldElsewhere.value = held;
    // It went on there: what is shown of it here is out of date.
    void shelf.refresh().then(() => (freed && !busy.peek() ? shelf.open(run.peek().id) : undefined)).catch(() => undefined);
  });
  const encoders = new Encoders();
  const driver = new RunDriver(store, library, models, encoders, shelf);
  let made: Promise<AblationQueue> | undefined;
  const queue = (): Promise<AblationQueue> => made ??= import('./runs/ablation_queue').then(({ AblationQueue: Queue }) => new Queue(store, driver, () => shelf.refresh()));
  const profiling = new Profiling(() => driver.engine, () => (busy.peek() ? run.peek().name : null));
  // After the first view: most visits queue nothing.
  setTimeout(() => { queue().then(one => one.restore()).catch(() => undefined); }, QUEUE_AFTER_MS);
  return { store, library, models, modelShelf, encoders, shelf, driver, queue, profiling, storageKept: () => store.temporary === '' };
}

/** First visit: the starter, the sample corpus, and Start in focus. Later visits: the same, and the run to go on with. */
async function boot({ library, models, shelf, storageKept }: Parts): Promise<void> {
  const checked = probeCapability();
  const loaded = models.follow();
  // A folder may have been dropped while the sample was drawn.
  // An address that is not secure takes away more than WebGPU: without the browser's hashes nothing can be read, and the page says so.
  const drawn = isSecureContext && !corpus.peek() && !ingest.peek() ? library.useSample() : undefined;
  const shown = shelf.offer().then(() => {
    const evicted = storageKept() ? watchEviction() : null;
    if (evicted) failure.value = describeFailure(evicted);
  });
  // One part that fails takes no other with it: saved runs can be looked at without a sample corpus.
  const failed = (await Promise.allSettled([drawn, checked, loaded, library.refresh(), shown])).find(one => one.status === 'rejected');
  if (failed) throw failed.reason;
  // A disabled button takes no focus: the views are drawn first.
  await new Promise(resolve => { setTimeout(resolve, 0); });
  // Only when nothing else was reached for yet.
  if (document.activeElement === document.body) document.getElementById(resumable.peek() ? 'resume' : 'start')?.focus();
}
