/** Knows the files of a Hugging Face model folder and how they fit together; does not know where a folder comes from or goes to. */
import { zipSync } from 'fflate';
import { labError, type ModelConfig, type NamedTensor } from '../types';
import { parseConfig, writeConfig, type TokenIds } from './hf_config';
import { checkTensors, expectedTensors } from './layout';
import { readSafetensorsHeader, readTensor, writeSafetensors } from './safetensors';

/** A file by its path relative to the folder, with `/`. */
export interface FileEntry { name: string; bytes: Uint8Array }

export interface ModelFolder {
  config: ModelConfig;
  tokens: TokenIds;
  /** In the order of `expectedTensors(config)`. */
  tensors: NamedTensor[];
  /** Text of tokenizer.json; null when the folder has none. */
  tokenizerJson: string | null;
  /** Metadata of the safetensors file. */
  metadata: Record<string, string>;
}

const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
const WEIGHTS = 'model.safetensors';

/** Published headers of large models pass the container's default of 1 MiB. */
const MAX_HEADER_BYTES = 16 << 20;
/** tokenizer.json of a 151,936-token vocabulary has about 11 MB. */
const MAX_TOKENIZER_BYTES = 64 << 20;

/**
 * Reads `config.json`, `model.safetensors` and, when present, `tokenizer.json`; other files are left alone. Names may carry one
 * leading folder. Names and shapes are held against the config before any tensor is allocated. Throws BadModel.
 */
export function readModelFolder(files: readonly FileEntry[]): ModelFolder {
  const find = (name: string) => files.find(file => file.name === name) ?? files.find(file => file.name.split('/').length === 2 && file.name.endsWith(`/${name}`));
  const configFile = find(CONFIG);
  if (!configFile) throw missing(CONFIG);
  const { config, tokens } = parseConfig(configFile.bytes);
  const weights = find(WEIGHTS);
  if (!weights) {
    if (find(`${WEIGHTS}.index.json`)) throw labError('BadModel', 'This model is split over several safetensors files. No model was loaded. Save it as one file (save_pretrained with a large max_shard_size) and try again.');
    throw missing(WEIGHTS);
  }
  const header = readSafetensorsHeader(weights.bytes, { maxHeaderBytes: MAX_HEADER_BYTES });
  checkTensors(config, header.entries);
  const entries = new Map(header.entries.map(entry => [entry.name, entry]));
  const tensors = expectedTensors(config).map(({ name }) => readTensor(weights.bytes, header, entries.get(name)!));
  return { config, tokens, tensors, tokenizerJson: readTokenizer(find(TOKENIZER)), metadata: header.metadata };
}

function missing(name: string): Error {
  return labError('BadModel', `The model folder has no ${name}. No model was loaded. Choose the folder that holds ${CONFIG}, ${WEIGHTS} and ${TOKENIZER}.`);
}

function readTokenizer(file: FileEntry | undefined): string | null {
  if (!file) return null;
  // A vocabulary may rightly hold any word as a key, "constructor" among them, so only the envelope is checked here.
  if (file.bytes.length > MAX_TOKENIZER_BYTES) throw labError('BadModel', `tokenizer.json has ${file.bytes.length} bytes, the limit is ${MAX_TOKENIZER_BYTES}. No model was loaded. Check that the file is the right one.`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file.bytes);
    const json = JSON.parse(text) as { model?: unknown } | null;
    if (typeof json !== 'object' || json === null || typeof json.model !== 'object' || json.model === null) throw new Error('it has no "model"');
    return text;
  } catch (cause) {
    throw labError('BadModel', `tokenizer.json could not be read: ${cause instanceof Error ? cause.message.slice(0, 120) : 'unknown'}. No model was loaded. Check that the file is whole.`);
  }
}

export interface WriteModelOptions {
  dtype: 'F32' | 'F16';
  tokens?: TokenIds;
  /** Text pairs for the safetensors header; `format: pt` is added because transformers asks for it. */
  metadata?: Record<string, string>;
  /** Texts of the special tokens, for tokenizer_config.json. */
  specials?: { bos_token?: string; eos_token?: string; pad_token?: string };
}

/**
 * The files of a folder that Hugging Face's libraries open: config.json, model.safetensors and, with a tokenizer,
 * tokenizer.json and tokenizer_config.json. Tensors may come in any order. Throws BadModel when they do not fit the config.
 */
export function writeModelFolder(config: ModelConfig, tensors: readonly NamedTensor[], tokenizerJson: string | null, options: WriteModelOptions): FileEntry[] {
  const ignored = checkTensors(config, tensors);
  const order = new Map(expectedTensors(config).map(({ name }, i) => [name, i]));
  const kept = tensors.filter(({ name }) => !ignored.has(name)).sort((a, b) => order.get(a.name)! - order.get(b.name)!);
  const encode = (text: string) => new TextEncoder().encode(text);
  const files: FileEntry[] = [
    { name: CONFIG, bytes: encode(writeConfig(config, options.dtype, options.tokens)) },
    { name: WEIGHTS, bytes: writeSafetensors(kept, options.dtype, { format: 'pt', ...options.metadata }) },
  ];
  if (tokenizerJson !== null) {
    files.push({ name: TOKENIZER, bytes: encode(tokenizerJson) });
    // Without it AutoTokenizer would pick the family's own tokenizer class, whose pre-tokenizer may differ.
    const settings = { tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: config.max_position_embeddings, clean_up_tokenization_spaces: false, ...options.specials };
    files.push({ name: 'tokenizer_config.json', bytes: encode(`${JSON.stringify(settings, null, 2)}\n`) });
  }
  return files;
}

/**
 * One zip of all files. Weights hardly compress, so they are stored as they are; text is deflated. Dates are fixed, so equal
 * content gives equal bytes. Throws BadInput for a repeated name.
 */
export function zipFiles(files: readonly FileEntry[]): Uint8Array {
  const tree: Parameters<typeof zipSync>[0] = {};
  for (const { name, bytes } of files) {
    if (Object.hasOwn(tree, name)) throw labError('BadInput', `The export has two files named ${name}. No file was written. Please report this.`);
    tree[name] = [bytes, { level: name.endsWith('.safetensors') ? 0 : 6, mtime: new Date(1980, 0, 1, 12) }];
  }
  return zipSync(tree);
}
