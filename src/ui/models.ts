/** Which model a run starts from and which tokenizer it speaks, across visits; knows storage and files, no engine. */
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
import { model, modelProblem } from './state';
import { pageBase } from './worker_ports';

/** What a run begins with. */
export interface Beginning { config: ModelConfig; tensors: NamedTensor[] | null; tokenizer: TokenizerApi; modelId: string }

/** Characters that a tokenizer is trained on: 10 MB take under half a minute, and more changes few merges. */
const TOKENIZER_CHARACTERS = 10_000_000;

export class Models {
  readonly #store: LabStore;
  readonly #starters = new Map<StarterName, Promise<ModelSource>>();
  #chosen: ModelSource | undefined;

  constructor(store: LabStore) { this.#store = store; }

  starter(name: StarterName = 'starter'): Promise<ModelSource> {
    // A failure is kept too: asking for missing files again and again helps nobody. Choosing the starter asks anew.
    let source = this.#starters.get(name);
    if (!source) this.#starters.set(name, source = fetchStarter(pageBase(), name));
    return source;
  }

  /** Makes the starter the model to start from; without one, says why and leaves the choice of a new model. */
  async useStarter(): Promise<void> {
    if (modelProblem.peek() !== '') this.#starters.clear();
    try {
      this.#choose(await this.starter());
    } catch (error) {
      modelProblem.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** Reads a model folder and keeps it. @throws BadModel; the model in use is unchanged then */
  async load(files: readonly File[]): Promise<void> {
    const { source, files: entries } = await readFolder(files);
    const info = { parameters: source.tensors.reduce((n, tensor) => n + tensor.data.length, 0), modelType: source.config.model_type, source: 'import' as const, runId: '' };
    const { id } = await this.#store.models.add(source.name, entries, info);
    await this.#keep(source.tokenizer, '');
    this.#choose({ ...source, id });
  }

  /** @param onProgress hears shares in [0, 1] while a tokenizer is trained. */
  async beginning(settings: Settings, items: readonly CodeItem[], corpusId: string, modelId: string | null, onProgress: (done: number) => void, signal: AbortSignal): Promise<Beginning> {
    if (settings.model === 'new') {
      const tokenizer = await this.#train(settings, items, onProgress, signal);
      await this.#keep(tokenizer, corpusId);
      return { config: modelConfig(settings, tokenizer.vocabSize), tensors: null, tokenizer, modelId: '' };
    }
    const source = modelId !== null ? await this.#source(modelId)
      : settings.model === 'starter-small' ? await this.starter('starter-small') : this.#chosen ?? await this.starter();
    return { config: source.config, tensors: source.tensors, tokenizer: source.tokenizer, modelId: source.id };
  }

  /** The tokenizer of a saved run. @throws BadCheckpoint when it is nowhere */
  async tokenizer(hash: string): Promise<TokenizerApi> {
    if (this.#chosen?.tokenizer.hash === hash) return this.#chosen.tokenizer;
    const starter = await this.starter().catch(() => undefined);
    if (starter?.tokenizer.hash === hash) return starter.tokenizer;
    for (const { id, info } of await this.#store.tokenizers.list()) {
      if (info.hash !== hash) continue;
      const { files } = await this.#store.tokenizers.load(id);
      if (files[0]) return createTokenizer(new TextDecoder().decode(files[0].bytes));
    }
    throw labError('BadCheckpoint', 'The tokenizer this run was trained with is no longer in this browser. The run was not changed. Start a new run, or import the model folder if you exported it.');
  }

  #choose(source: ModelSource): void {
    this.#chosen = source;
    modelProblem.value = '';
    model.value = { name: source.name, source: source.id === '' ? 'starter' : 'folder', config: source.config };
  }

  async #source(id: string): Promise<ModelSource> {
    if (id === '') return this.starter();
    if (id === 'starter-small') return this.starter(id);
    if (this.#chosen?.id === id) return this.#chosen;
    const { entry, files } = await this.#store.models.load(id);
    return modelFrom(files, entry.name, id);
  }

  /** Same items and size give the same tokenizer: a repeated run gets the ids of the first. */
  async #train(settings: Settings, items: readonly CodeItem[], onProgress: (done: number) => void, signal: AbortSignal): Promise<TokenizerApi> {
    const train = items.filter(item => item.split === 'train');
    const languages = [...new Set(items.map(item => item.language))].sort() as Language[];
    const json = await trainTokenizerInSlices(texts(train), { vocabSize: settings.vocabSize, languages, onProgress: done => { onProgress(done); } }, signal);
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
