/** Which model a run starts from and which tokenizer it speaks, across visits; knows storage and files, no engine. */
import { effect } from '@preact/signals';
import { modelConfig } from '../config';
import type { Settings } from '../config';
import { describe, READER_DETAIL } from '../corpus/describe';
import { createRng } from '../rng';
import type { LabStore } from '../store/lab_store';
import { createTokenizer } from '../tokenizer/tokenizer';
import { trainTokenizerInSlices } from '../tokenizer/train';
import { labError } from '../types';
import type { CodeItem, Language, ModelConfig, NamedTensor, TokenizerApi } from '../types';
import { fetchStarter, modelFrom, readFolder } from './model_source';
import type { ModelSource, StarterName } from './model_source';
import { model, modelProblem, settings } from './state';
import { pageBase } from './worker_ports';

/** What a run begins with. */
export interface Beginning { config: ModelConfig; tensors: NamedTensor[] | null; tokenizer: TokenizerApi; modelId: string }

/** Characters that a tokenizer is trained on: 10 MB take under half a minute, and more changes few merges. */
const TOKENIZER_CHARACTERS = 10_000_000;

export class Models {
  readonly #store: LabStore;
  readonly #starters = new Map<StarterName, Promise<ModelSource>>();
  /** A model a person loaded; it takes the place of the starter. */
  #folder: ModelSource | undefined;

  constructor(store: LabStore) { this.#store = store; }

  starter(name: StarterName = 'starter'): Promise<ModelSource> {
    // A failure is kept too: asking for missing files again and again helps nobody. Choosing it anew asks anew.
    let source = this.#starters.get(name);
    if (!source) this.#starters.set(name, source = fetchStarter(pageBase(), name));
    return source;
  }

  /** Shows the model that the settings name, now and whenever they change; resolves once the first is there or known to be missing. */
  follow(): Promise<void> {
    let first: Promise<void> | undefined;
    effect(() => {
      const wanted = settings.value.model;
      const showing = this.#show(wanted === 'new' ? 'starter' : wanted);
      first ??= showing;
    });
    return first ?? Promise.resolve();
  }

  async #show(wanted: StarterName): Promise<void> {
    const stale = (): boolean => { const now = settings.peek().model; return now !== 'new' && now !== wanted; };
    try {
      const source = this.#folder && wanted === 'starter' ? this.#folder : await this.starter(wanted);
      if (stale()) return;
      modelProblem.value = '';
      model.value = { name: source.name, source: source === this.#folder ? 'folder' : 'starter', config: source.config };
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
    await this.#show('starter');
  }

  /** Reads a model folder and keeps it. @throws BadModel; the model in use is unchanged then */
  async load(files: readonly File[]): Promise<void> {
    const { source, files: entries } = await readFolder(files);
    const info = { parameters: source.tensors.reduce((n, tensor) => n + tensor.data.length, 0), modelType: source.config.model_type, source: 'import' as const, runId: '' };
    const { id } = await this.#store.models.add(source.name, entries, info);
    await this.#keep(source.tokenizer, '');
    this.#folder = { ...source, id };
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
    for (const name of ['starter', 'starter-small'] as const) {
      const source = await this.starter(name).catch(() => undefined);
      if (source?.tokenizer.hash === hash) return source.tokenizer;
    }
    for (const { id, info } of await this.#store.tokenizers.list()) {
      if (info.hash !== hash) continue;
      const { files } = await this.#store.tokenizers.load(id);
      if (files[0]) return createTokenizer(new TextDecoder().decode(files[0].bytes));
    }
    throw labError('BadCheckpoint', 'The tokenizer this run was trained with is no longer in this browser. The run was not changed. Start a new run, or import the model folder if you exported it.');
  }

  async #source(id: string): Promise<ModelSource> {
    if (id === '') return this.starter();
    if (id === 'starter-small') return this.starter(id);
    if (this.#folder?.id === id) return this.#folder;
    const { entry, files } = await this.#store.models.load(id);
    return modelFrom(files, entry.name, id);
  }

  /** Same items and size give the same tokenizer: a repeated run gets the ids of the first. */
  async #train(own: Settings, items: readonly CodeItem[], onProgress: (done: number) => void, signal: AbortSignal): Promise<TokenizerApi> {
    const train = items.filter(item => item.split === 'train');
    const languages = [...new Set(items.map(item => item.language))].sort() as Language[];
    const json = await trainTokenizerInSlices(texts(train), { vocabSize: own.vocabSize, languages, onProgress: done => { onProgress(done); } }, signal);
    return createTokenizer(json);
  }

  async #keep(tokenizer: TokenizerApi, corpusId: string): Promise<void> {
    if ((await this.#store.tokenizers.list()).some(entry => entry.info.hash === tokenizer.hash)) return;
    await this.#store.tokenizers.add(`vocabulary of ${tokenizer.vocabSize}`, [{ name: 'tokenizer.json', bytes: new TextEncoder().encode(tokenizer.json) }],
      { vocabSize: tokenizer.vocabSize, hash: tokenizer.hash, corpusId });
  }
}

/** Code and a true documentation of each function: the model will write both. */
function* texts(items: readonly CodeItem[]): Generator<string> {
  let left = TOKENIZER_CHARACTERS;
  const random = createRng(1);
  for (const item of items) {
    const documentation = describe(item, random, READER_DETAIL);
    left -= item.code.length + documentation.length;
    if (left < 0) return;
    yield item.code;
    yield documentation;
  }
}
