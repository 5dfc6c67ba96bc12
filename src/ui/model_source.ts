/** Where a run's first weights come from: the shipped starter, a folder a person gave, or nothing. Knows no engine. */
import { readModelFolder } from '../formats/model_folder';
import type { FileEntry } from '../formats/model_folder';
import { STARTER_NAMES } from '../config';
import type { StarterName } from '../config';
import { labError, SPECIALS } from '../types';
import type { ModelConfig, NamedTensor, TokenizerApi } from '../types';

/** A model ready to be loaded. */
export interface ModelSource {
  name: string;
  /** '' = the shipped starter, the name of another that is shipped; else its id in storage. */
  id: string;
  config: ModelConfig;
  tensors: NamedTensor[];
  tokenizer: TokenizerApi;
}

/** Any model there is; `tensors` null = random weights that `seed` draws. */
export interface NamedModel extends Omit<ModelSource, 'tensors'> { tensors: NamedTensor[] | null; seed: number }

const NAMES = ['config.json', 'tokenizer.json', 'model.safetensors'] as const;

export const isStarter = (text: string): text is StarterName => (STARTER_NAMES as readonly string[]).includes(text);

/** A starter model beside the page. @throws BadModel when a file is missing or damaged */
export async function fetchStarter(base: string, starter: StarterName): Promise<ModelSource> {
  const files = await Promise.all(NAMES.map(async name => {
    const response = await fetch(new URL(`models/${starter}/${name}`, base));
    if (!response.ok) throw labError('BadModel', `The starter model's ${name} did not load (status ${response.status}). Nothing was started. Reload the page; if it stays so, choose "new" as the model to start from.`);
    return { name, bytes: new Uint8Array(await response.arrayBuffer()) };
  }));
  return modelFrom(files, starter, starter === 'starter' ? '' : starter);
}

/** A model folder as a file input gives it. @throws BadModel naming what is wrong */
export async function readFolder(files: readonly File[]): Promise<{ source: ModelSource; files: FileEntry[] }> {
  const wanted = files.filter(file => NAMES.some(name => file.name === name) && depth(file) <= 1);
  const entries = await Promise.all(wanted.map(async file => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
  const folder = files[0]?.webkitRelativePath.split('/')[0];
  return { source: await modelFrom(entries, folder || 'loaded model', ''), files: entries };
}

/** Reads a folder's files. @throws BadModel when there is no tokenizer or it lacks the lab's special tokens */
export async function modelFrom(files: readonly FileEntry[], name: string, id: string): Promise<ModelSource> {
  const folder = readModelFolder(files);
  if (folder.tokenizerJson === null) throw labError('BadModel', 'The model folder has no tokenizer.json. The model in use is unchanged. Choose a folder that holds one.');
  // Beside the view, not before it: the page is drawn without a tokenizer.
  const { createTokenizer } = await import('../tokenizer/tokenizer');
  const tokenizer = await createTokenizer(folder.tokenizerJson);
  const lacking = SPECIALS.filter(token => !tokenizer.hasSpecial(token));
  if (lacking.length > 0) throw labError('BadModel', `This model's tokenizer has no ${lacking.join(', ')}: the lab's prompts need them. The model in use is unchanged. Load a model that was exported here.`);
  if (tokenizer.vocabSize > folder.config.vocab_size) throw labError('BadModel', `The tokenizer has ${tokenizer.vocabSize} tokens, the model only ${folder.config.vocab_size}. The model in use is unchanged. Check that both files belong together.`);
  return { name, id, config: folder.config, tensors: folder.tensors, tokenizer };
}

/** Folders between the chosen one and the file. */
function depth(file: File): number { return Math.max(0, file.webkitRelativePath.split('/').length - 2); }
