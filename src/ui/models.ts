/** Which model a run starts from and which tokenizer it speaks, across visits; knows storage and files, no engine. */
import { effect } from '@preact/signals';
import { modelConfig, STARTER_NAMES } from '../config';
import type { Settings, StarterName } from '../config';
import { tokenizerTexts } from '../corpus/tokenizer_texts';
import { writeModelFolder } from '../formats/model_folder';
import type { LabStore } from '../store/lab_store';
import { labError } from '../types';
import type { Checkpoint, CodeItem, Language, ModelConfig, NamedTensor, TokenizerApi } from '../types';
import { fetchStarter, isStarter, modelFrom, readFolder } from './model_source';
import type { ModelSource, NamedModel } from './model_source';
import { startRef, stepWords } from './models/model_state';
import { formatRef, parseRef } from './models/refs';
import { settingsOf } from './run_shelf';
import { model, modelProblem, settings } from './state';
import { trainedAhead } from './trained_ahead';
import { pageBase } from './worker_ports';

/** What a run begins with. */
export interface Beginning { config: ModelConfig; tensors: NamedTensor[] | null; tokenizer: TokenizerApi; modelId: string }

/** Where the chosen model is remembered across visits. */
const CHOSEN = 'start-from';

/** Turns a checkpoint's arena back into named tensors; the engine's layout, handed in from outside. */
export type Unpack = (checkpoint: Checkpoint) => NamedTensor[];

export class Models {
  readonly #store: LabStore;
  readonly #unpack: Unpack;
  readonly #starters = new Map<StarterName, Promise<ModelSource>>();
  /** A model a person chose; it takes the place of the starter. */
  #folder: ModelSource | undefined;

  constructor(store: LabStore, unpack: Unpack) {
    this.#store = store;
    this.#unpack = unpack;
  }

  starter(name: StarterName = 'starter'): Promise<ModelSource> {
    // A failure is kept too: asking for missing files again and again helps nobody. Choosing it anew asks anew.
    let source = this.#starters.get(name);
    if (!source) this.#starters.set(name, source = fetchStarter(pageBase(), name));
    return source;
  }

  /** The tokenizer of the model that a run would begin with; of the starter where it begins with nothing. */
  async current(): Promise<{ name: string; json: string }> {
    const wanted = settings.peek().model;
    const source = this.#folder && (wanted === 'new' || wanted === 'starter') ? this.#folder : await this.starter(wanted === 'new' ? 'starter' : wanted);
    return { name: source.name, json: source.tokenizer.json };
  }

  /** Shows the model that the settings name, now and whenever they change; resolves once the first is there or known to be missing. */
  async follow(): Promise<void> {
    const chosen = await this.#store.settings.get(CHOSEN).catch(() => undefined);
    // One that is gone is no reason to stop: the starter is there.
    if (typeof chosen === 'string') this.#folder = await this.#source(chosen).catch(() => undefined);
    let first: Promise<void> | undefined;
    effect(() => {
      const wanted = settings.value.model;
      const showing = this.#show(wanted === 'new' ? 'starter' : wanted);
      first ??= showing;
    });
    await first;
  }

  async #show(wanted: StarterName): Promise<void> {
    const stale = (): boolean => { const now = settings.peek().model; return now !== 'new' && now !== wanted; };
    try {
      const source = this.#folder && wanted === 'starter' ? this.#folder : await this.starter(wanted);
      if (stale()) return;
      modelProblem.value = '';
      model.value = { name: source.name, source: source === this.#folder ? 'folder' : 'starter', config: source.config };
      startRef.value = settings.peek().model === 'new' ? '' : source === this.#folder ? formatRef({ kind: 'stored', id: source.id }) : wanted;
    } catch (error) {
      this.#starters.delete(wanted);
      if (stale()) return;
      model.value = null;
      modelProblem.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** Back to the shipped starter. */
  async dropFolder(): Promise<void> {
    this.#folder = undefined;
    await this.#store.settings.set(CHOSEN, undefined);
    await this.#show('starter');
  }

  /** Takes a model for the next run. A checkpoint is copied to the stored models first: the run may thin or lose it. @throws BadModel, BadInput when it is gone */
  async choose(ref: string): Promise<void> {
    const parsed = parseRef(ref);
    if (parsed?.kind === 'starter') {
      if (parsed.name === 'starter') { this.#folder = undefined; await this.#store.settings.set(CHOSEN, undefined); }
      await this.#wish(parsed.name);
      return;
    }
    const id = parsed?.kind === 'stored' ? parsed.id : (await this.#copy(ref)).id;
    this.#folder = await this.#source(id);
    await this.#store.settings.set(CHOSEN, id);
    await this.#wish('starter');
  }

  /** A stored model was deleted. True when it was the chosen one; then the starter is again. */
  async forget(id: string): Promise<boolean> {
    if (this.#folder?.id !== id) return false;
    await this.dropFolder();
    return true;
  }

  async renamed(id: string, name: string): Promise<void> {
    if (this.#folder?.id !== id) return;
    this.#folder = { ...this.#folder, name };
    await this.#show('starter');
  }

  async #wish(name: StarterName): Promise<void> {
    if (settings.peek().model === name) await this.#show(name);
    else settings.value = { ...settings.peek(), model: name };
  }

  /** The same checkpoint twice is kept once. */
  async #copy(ref: string): Promise<{ id: string }> {
    const found = (await this.#store.models.list()).find(({ info }) => info.ref === ref);
    if (found) return found;
    const { name, config, tensors, tokenizer } = await this.named(ref);
    if (!tensors) throw labError('BadInput', `${name} has no weights yet. The model in use is unchanged; choose "new" as the model to start from for the same.`);
    const files = writeModelFolder(config, tensors, tokenizer.json, { dtype: 'F32' });
    const runId = parseRef(ref)?.kind === 'checkpoint' ? (parseRef(ref) as { run: string }).run : '';
    return this.#store.models.add(name, files, { parameters: tensors.reduce((n, tensor) => n + tensor.data.length, 0), modelType: config.model_type, source: 'run', runId, config, ref });
  }

  /** Any model by its reference. @throws BadInput when it is gone, BadCheckpoint when it is damaged */
  async named(ref: string): Promise<NamedModel> {
    const parsed = parseRef(ref);
    switch (parsed?.kind) {
      case 'starter': return { ...await this.starter(parsed.name), seed: 0 };
      case 'stored': return { ...await this.#source(parsed.id), seed: 0 };
      case 'checkpoint': {
        const { checkpoint } = await this.#checkpoint(parsed.run, parsed.order);
        const { name } = await this.#store.runs.get(parsed.run);
        return { name: `${name}, ${stepWords(checkpoint)}`, id: '', config: checkpoint.trainer.config, tensors: this.#unpack(checkpoint), tokenizer: await this.tokenizer(checkpoint.tokenizerHash), seed: 0 };
      }
      case 'beginning': {
        const record = await this.#store.runs.get(parsed.run), own = settingsOf(record), name = `${record.name}, what it began with`;
        if (own.model !== 'new') return { ...await this.#source(record.modelId), name, seed: 0 };
        const { checkpoint } = await this.#checkpoint(parsed.run), tokenizer = await this.tokenizer(checkpoint.tokenizerHash);
        // The same seed draws the same weights again.
        return { name, id: '', config: modelConfig(own, tokenizer.vocabSize), tensors: null, tokenizer, seed: own.seed };
      }
      case undefined: throw labError('BadInput', 'This is no model that the page knows. Nothing was loaded; choose one of the list.');
    }
  }

  async #checkpoint(run: string, order?: number): Promise<{ checkpoint: Checkpoint }> {
    const found = await this.#store.checkpoints.load(run, order);
    if (!found) throw labError('BadInput', 'This run has no checkpoint any more. Nothing was loaded; choose another model.');
    return found;
  }

  /** Reads a model folder and keeps it. @throws BadModel; the model in use is unchanged then */
  async load(files: readonly File[]): Promise<void> {
    const { source, files: entries } = await readFolder(files);
    const info = { parameters: source.tensors.reduce((n, tensor) => n + tensor.data.length, 0), modelType: source.config.model_type, source: 'import' as const, runId: '', config: source.config };
    const { id } = await this.#store.models.add(source.name, entries, info);
    await this.#keep(source.tokenizer, '');
    this.#folder = { ...source, id };
    await this.#store.settings.set(CHOSEN, id);
    if (settings.peek().model !== 'starter') settings.value = { ...settings.peek(), model: 'starter' };
    await this.#show('starter');
  }

  /** @param onProgress hears shares in [0, 1] while a tokenizer is trained. */
  async beginning(own: Settings, items: readonly CodeItem[], corpusId: string, modelId: string | null, onProgress: (done: number) => void, signal: AbortSignal): Promise<Beginning> {
    if (own.model === 'new') {
      const tokenizer = await this.#train(own, items, onProgress, signal);
      await this.#keep(tokenizer, corpusId);
      return { config: modelConfig(own, tokenizer.vocabSize), tensors: null, tokenizer, modelId: '' };
    }
    const source = modelId !== null ? await this.#source(modelId)
      : own.model === 'starter' && this.#folder ? this.#folder : await this.starter(own.model);
    return { config: source.config, tensors: source.tensors, tokenizer: source.tokenizer, modelId: source.id };
  }

  /** The tokenizer of a saved run. @throws BadCheckpoint when it is nowhere */
  async tokenizer(hash: string): Promise<TokenizerApi> {
    if (this.#folder?.tokenizer.hash === hash) return this.#folder.tokenizer;
    for (const name of STARTER_NAMES) {
      const source = await this.starter(name).catch(() => undefined);
      if (source?.tokenizer.hash === hash) return source.tokenizer;
    }
    for (const { id, info } of await this.#store.tokenizers.list()) {
      if (info.hash !== hash) continue;
      const { files } = await this.#store.tokenizers.load(id);
      if (files[0]) return (await import('../tokenizer/tokenizer')).createTokenizer(new TextDecoder().decode(files[0].bytes));
    }
    throw labError('BadCheckpoint', 'The tokenizer this run was trained with is no longer in this browser. The run was not changed. Start a new run, or import the model folder if you exported it.');
  }

  async #source(id: string): Promise<ModelSource> {
    if (id === '') return this.starter();
    if (isStarter(id)) return this.starter(id);
    if (this.#folder?.id === id) return this.#folder;
    const { entry, files } = await this.#store.models.load(id);
    return modelFrom(files, entry.name, id);
  }

  /** Same items and size give the same tokenizer: a repeated run gets the ids of the first. */
  async #train(own: Settings, items: readonly CodeItem[], onProgress: (done: number) => void, signal: AbortSignal): Promise<TokenizerApi> {
    const { createTokenizer } = await import('../tokenizer/tokenizer');
    // A person may have trained it ahead, to look at it: it is the same one.
    const ahead = trainedAhead(items, own.vocabSize);
    if (ahead) return createTokenizer(ahead);
    const languages = [...new Set(items.map(item => item.language))].sort() as Language[];
    const { trainTokenizerInSlices } = await import('../tokenizer/train');
    const json = await trainTokenizerInSlices(tokenizerTexts(items), { vocabSize: own.vocabSize, languages, onProgress: done => { onProgress(done); } }, signal);
    return createTokenizer(json);
  }

  async #keep(tokenizer: TokenizerApi, corpusId: string): Promise<void> {
    if ((await this.#store.tokenizers.list()).some(entry => entry.info.hash === tokenizer.hash)) return;
    await this.#store.tokenizers.add(`vocabulary of ${tokenizer.vocabSize}`, [{ name: 'tokenizer.json', bytes: new TextEncoder().encode(tokenizer.json) }],
      { vocabSize: tokenizer.vocabSize, hash: tokenizer.hash, corpusId });
  }
}
