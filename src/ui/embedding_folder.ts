/** An encoder's folder as a person gives it: which files are needed, and what is wrong with those there are. Opens no model. */
import type { EncoderFolder } from '../../workers/embedding';
import type { CorpusSource, DroppedFile } from '../corpus/sources';
import { labError } from '../types';

/** config.json of published encoders has a few kilobytes; tokenizer.json of 250,000 tokens has 17 MB. */
const MAX_CONFIG_BYTES = 1 << 20;
const MAX_TOKENIZER_BYTES = 64 << 20;
/** The runtime holds the weights twice while it opens them, in 4 GB. */
const MAX_MODEL_BYTES = 1 << 30;

/** The three files to look for; shown beside the button, too. */
export const ENCODER_FILES = 'config.json, tokenizer.json and onnx/model.onnx (or model_quantized.onnx)';

/** Files looked at of a folder, and how deep: a whole clone of a model's repository has a few dozen, and what is needed lies at its top. */
const MOST_FILES = 500;
const WALK_DEPTH = 2;

/** Positions that the RoBERTa family numbers from its padding token on, so that many fewer tokens fit. */
const SHIFTED = /roberta|camembert|longformer|mpnet/;

/**
 * Picks and checks an encoder's files among those of a folder: config.json, tokenizer.json, optionally tokenizer_config.json, and
 * model.onnx or else model_quantized.onnx, beside them or under onnx/. Paths begin with the folder's name; files without
 * their folder have bare names. The weights are not read here. @throws BadInput that names what is missing or broken
 */
export async function readEncoderFolder(files: readonly DroppedFile[]): Promise<EncoderFolder> {
  const paths = files.map(({ file, path }) => ({ file, path: path.split('/') }));
  const root = paths.filter(({ path }) => path.at(-1) === 'config.json').sort((a, b) => a.path.length - b.path.length)[0]?.path.slice(0, -1) ?? paths[0]?.path.slice(0, -1).slice(0, 1) ?? [];
  const name = root.at(-1) ?? 'chosen files';
  const find = (path: string): File | undefined => paths.find((entry) => entry.path.join('/') === [...root, path].join('/'))?.file;
  /** Files dropped without their folder have no onnx/ before their names. */
  const findModel = (file: string): File | undefined => find(`onnx/${file}`) ?? find(file);

  const config = find('config.json'), tokenizer = find('tokenizer.json');
  const modelName = ['model', 'model_quantized'].find((stem) => findModel(`${stem}.onnx`));
  const missing = [...(config ? [] : ['config.json']), ...(tokenizer ? [] : ['tokenizer.json']), ...(modelName ? [] : ['onnx/model.onnx'])];
  if (!config || !tokenizer || !modelName) {
    const other = find('model.safetensors') ?? find('pytorch_model.bin');
    throw bad(`The folder has no ${missing.join(', no ')}.`, other && !modelName ? `${other.name} is another format: choose an export to ONNX.` : `Choose a folder with ${ENCODER_FILES}.`);
  }
  const model = findModel(`${modelName}.onnx`)!, weights = findModel(`${modelName}.onnx_data`) ?? null;
  const settings = await json(config, MAX_CONFIG_BYTES);
  if (typeof settings['model_type'] !== 'string') throw bad('config.json has no "model_type", so it is no model\'s.', `Choose a folder with ${ENCODER_FILES}.`);
  const words = await json(tokenizer, MAX_TOKENIZER_BYTES);
  if (typeof words['model'] !== 'object' || words['model'] === null) throw bad('tokenizer.json has no "model", so it is no tokenizer of Hugging Face\'s.', 'Download it again.');
  await checkWeights(model, weights);
  const named = find('tokenizer_config.json');
  return {
    name, config: JSON.stringify(settings), tokenizer: JSON.stringify(words), tokenizerConfig: JSON.stringify(withLength(named ? await json(named, MAX_CONFIG_BYTES) : {}, settings)),
    model, modelName, weights,
  };
}

/** The files of what was dropped or picked; folders are walked as deep as a model's folder goes. @throws BadInput for an archive */
export async function filesOf(sources: readonly CorpusSource[]): Promise<DroppedFile[]> {
  const files: DroppedFile[] = [];
  const walk = async (folder: FileSystemDirectoryHandle, path: string, depth: number): Promise<void> => {
    for await (const entry of folder.values()) {
      if (files.length >= MOST_FILES) return;
      if (entry.kind === 'file') files.push({ path: `${path}/${entry.name}`, file: await (entry as FileSystemFileHandle).getFile() });
      else if (depth < WALK_DEPTH) await walk(entry as FileSystemDirectoryHandle, `${path}/${entry.name}`, depth + 1);
    }
  };
  for (const source of sources) {
    switch (source.kind) {
      case 'files': files.push(...source.files); break;
      case 'folder': await walk(source.handle, source.handle.name, 1); break;
      case 'zip': throw bad(`${source.file.name} is an archive.`, 'Unpack it and choose the folder.');
    }
  }
  return files;
}

/** The tokenizer's settings with the longest text that the model has positions for: many say 1e30, and longer texts would fail. */
function withLength(tokenizer: Record<string, unknown>, config: Record<string, unknown>): Record<string, unknown> {
  const positions = config['max_position_embeddings'];
  const shift = SHIFTED.test(String(config['model_type'])) ? Number(config['pad_token_id'] ?? 1) + 1 : 0;
  const lengths = [tokenizer['model_max_length'], typeof positions === 'number' ? positions - shift : undefined].filter((length): length is number => typeof length === 'number' && length > 0);
  return lengths.length > 0 ? { ...tokenizer, model_max_length: Math.min(...lengths) } : tokenizer;
}

/** What a downloaded file most often is instead of a model: nothing, a pointer of Git LFS, or a web page. */
async function checkWeights(model: File, weights: File | null): Promise<void> {
  const total = model.size + (weights?.size ?? 0);
  if (total > MAX_MODEL_BYTES) throw bad(`${model.name} has ${Math.round(total / 2 ** 20)} MB, the limit is ${MAX_MODEL_BYTES / 2 ** 20} MB.`, 'Choose a smaller encoder or a quantized export.');
  for (const file of weights ? [model, weights] : [model]) {
    if (file.size === 0) throw bad(`${file.name} is empty.`, 'Download it again.');
    const start = await file.slice(0, 64).text();
    if (start.startsWith('version https://git-lfs')) throw bad(`${file.name} is a pointer of Git LFS, not the file itself.`, 'Download the file itself, or run git lfs pull.');
    if (/^\s*<(?:!doctype|html)/i.test(start)) throw bad(`${file.name} is a web page.`, 'Download the file itself.');
  }
}

async function json(file: File, most: number): Promise<Record<string, unknown>> {
  if (file.size > most) throw bad(`${file.name} has ${file.size} bytes, the limit is ${most}.`, 'Check that it is the right file.');
  let value: unknown;
  try {
    value = JSON.parse(await file.text());
  } catch (error) {
    throw bad(`${file.name} could not be read: ${error instanceof Error ? error.message.slice(0, 120) : 'unknown'}.`, 'Download it again.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${file.name} holds no object.`, 'Download it again.');
  return value as Record<string, unknown>;
}

function bad(what: string, remedy: string): Error {
  return labError('BadInput', `${what} The embedding model in use is unchanged. ${remedy}`);
}
