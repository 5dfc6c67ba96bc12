/** The models there are: list, rename, delete with undo, export. Knows storage and formats, no engine. */
import { countParameters } from '../../formats/layout';
import { writeModelFolder, zipFiles } from '../../formats/model_folder';
import type { LabStore } from '../../store/lab_store';
import { labError } from '../../types';
import { STARTER_NAMES } from '../../config';
import type { TokenizerApi } from '../../types';
import { describeFailure } from '../failures';
import { download, fileName } from '../files';
import type { Models } from '../models';
import { failure, toast } from '../state';
import { newestOfStep } from '../runs/run_list';
import { modelEntries, STARTERS } from './model_state';
import type { ModelEntry } from './model_state';
import { formatRef, parseRef } from './refs';

export class ModelShelf {
  readonly #store: LabStore;
  readonly #models: Models;
  #reading = 0;

  constructor(store: LabStore, models: Models) {
    this.#store = store;
    this.#models = models;
  }

  /** Reads the list anew; of two readings under way the later one stands. */
  async refresh(): Promise<void> {
    const own = ++this.#reading;
    const entries = [...await this.#starters(), ...await this.#trained(), ...await this.#stored()];
    if (own === this.#reading) modelEntries.value = entries;
  }

  async #starters(): Promise<ModelEntry[]> {
    const found = await Promise.all(STARTER_NAMES.map(async (name): Promise<ModelEntry[]> => {
      const source = await this.#models.starter(name).catch(() => undefined);
      if (!source) return [];
      const parameters = countParameters(source.config);
      return [{ ref: name, name: STARTERS[name], kind: 'starter', from: name === 'starter-python' ? 'The starter, shown as much Python as JavaScript and hardly any documentation of it; shipped with the page.' : 'Warm-started by the project on functions like the sample corpus, and shipped with the page.', config: source.config, parameters, bytes: parameters * 2, createdAt: 0, checkpoints: [], runId: '' }];
    }));
    return found.flat();
  }

  async #trained(): Promise<ModelEntry[]> {
    const entries: ModelEntry[] = [];
    for (const record of await this.#store.runs.list()) {
      const checkpoints = newestOfStep((await this.#store.checkpoints.list(record.id)).reverse()).map(({ order, stage, step, savedAt, bytes, score, config }) => ({
        ref: formatRef({ kind: 'checkpoint', run: record.id, order }), order, stage, step, savedAt, bytes, score, config,
      }));
      const newest = checkpoints[0];
      if (!newest) continue;
      entries.push({ ref: newest.ref, name: record.name, kind: 'run', from: `Trained here, ${record.preset}.`, config: newest.config, parameters: countParameters(newest.config), bytes: checkpoints.reduce((sum, one) => sum + one.bytes, 0), createdAt: newest.savedAt, checkpoints, runId: record.id });
    }
    return entries;
  }

  async #stored(): Promise<ModelEntry[]> {
    const entries: ModelEntry[] = [];
    for (const { id, name, bytes, createdAt, info } of await this.#store.models.list()) {
      entries.push({
        ref: formatRef({ kind: 'stored', id }), name, kind: 'stored', from: info.source === 'run' ? 'Copied from a checkpoint of a run, so that it stays when the run goes.' : 'A model folder that was loaded here.',
        config: info.config ?? null, parameters: info.parameters, bytes, createdAt, checkpoints: [], runId: info.runId,
      });
    }
    return entries;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#store.models.rename(id, name);
    await this.#models.renamed(id, name);
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    const name = modelEntries.peek()?.find(entry => entry.ref === formatRef({ kind: 'stored', id }))?.name ?? 'The model';
    const restore = await this.#store.models.remove(id);
    const chosen = await this.#models.forget(id);
    await this.refresh();
    const undo = (): void => {
      void restore().then(async () => {
        if (chosen) await this.#models.choose(formatRef({ kind: 'stored', id }));
        await this.refresh();
      }).catch((error: unknown) => { failure.value = describeFailure(error); });
    };
    toast.value = { text: `${name} was deleted.${chosen ? ' The next run starts from the starter again.' : ''}`, undo };
  }

  /** A folder that Hugging Face's libraries read, as a zip. Weights are F32: the loaded model gives the same logits. */
  async save(ref: string): Promise<void> {
    const { name, config, tensors, tokenizer } = await this.#models.named(ref);
    if (!tensors) throw labError('BadInput', `${name} has no weights yet: they are drawn when its run starts. Nothing was exported.`);
    const files = writeModelFolder(config, tensors, tokenizer.json, { dtype: 'F32', ...tokensOf(tokenizer), metadata: { model: ref } });
    download({ name: fileName(name, '.zip'), bytes: zipFiles(files) as Uint8Array<ArrayBuffer> }, 'application/zip');
  }

  async choose(ref: string): Promise<void> {
    await this.#models.choose(ref);
    // A checkpoint was copied to where models are kept.
    if (parseRef(ref)?.kind === 'checkpoint') await this.refresh();
  }
}

/** The special tokens by Hugging Face's names. */
export function tokensOf(tokenizer: TokenizerApi): { tokens: { bos_token_id: number; eos_token_id: number; pad_token_id: number }; specials: { bos_token: string; eos_token: string; pad_token: string } } {
  return {
    tokens: { bos_token_id: tokenizer.special('<|bos|>'), eos_token_id: tokenizer.special('<|end|>'), pad_token_id: tokenizer.special('<|pad|>') },
    specials: { bos_token: '<|bos|>', eos_token: '<|end|>', pad_token: '<|pad|>' },
  };
}
