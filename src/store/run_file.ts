/**
 * Knows a whole run as one file: record, metrics, samples, kept checkpoints, tokenizer, the model it began with and, when asked for,
 * the code it was trained on. A file is believed after every part was checked, and comes in wholly or not at all.
 */
import { STARTER_NAMES } from '../config';
import { corpusHash } from '../corpus/hash';
import { utf8 } from '../formats/metrics';
import { readModelFolder, type FileEntry } from '../formats/model_folder';
import { createTokenizer } from '../tokenizer/tokenizer';
import type { Checkpoint, CodeItem, TokenizerApi } from '../types';
import { writeRows } from './branch';
import { ARRAYS, headOf, joined, type CheckpointHead } from './checkpoints';
import { stringifyArrays, stringifyExact } from './exact_json';
import type { LabStore, ModelInfo } from './lab_store';
import { packParts, refused, unpackParts, type Part } from './run_container';
import { checkArray, checkCheckpoint, checkEpisodes, checkHead, checkItems, checkMetrics, checkStories, type RunHead, type TravellingCheckpoint } from './run_file_checks';
import { copyName } from './run_names';
import type { Adoption } from './runs';

const SCHEMA = 1;
/** Ids of the models that the page ships: their names, the starter's is ''. */
const SHIPPED: readonly string[] = STARTER_NAMES.map(name => (name === 'starter' ? '' : name));
const MODEL_FILES = ['config.json', 'tokenizer.json', 'model.safetensors'];

export interface RunFileOptions {
  /** Whether the functions it was trained on go along. Samples are always in, with the functions that they are about. */
  corpus: boolean;
  /** The run's tokenizer.json, where it may be one that the page ships and storage does not have. */
  tokenizer?: string;
}

/**
 * The run as one file. A checkpoint that does not verify is left out, and the file says so. Throws BadInput when there is no such
 * run, StorageUnavailable when storage fails, BadInput when the corpus is asked for and damaged.
 */
export async function writeRunFile(store: LabStore, runId: string, options: RunFileOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { id: _id, createdAt: _created, updatedAt: _updated, importedAt: _imported, corpusId, modelId, ...run } = await store.runs.get(runId);
  const leftOut: string[] = [];
  const parts: Part[] = [];
  const put = (name: string, ...texts: readonly string[]) => { parts.push({ name, bytes: utf8(texts) }); };

  let count = 0;
  let newest: Checkpoint | undefined;
  for (const { order, score, stage, step } of await store.checkpoints.list(runId)) {
    let checkpoint: Checkpoint;
    try {
      ({ checkpoint } = (await store.checkpoints.load(runId, order))!);
    } catch (error) {
      if ((error as Error).name !== 'BadCheckpoint') throw error;
      leftOut.push(`The checkpoint of ${stage} step ${step} was damaged when the file was written, and is not in it.`);
      continue;
    }
    const { runId: _run, ...head } = headOf(checkpoint);
    const arrays = ARRAYS.filter(name => checkpoint.trainer[name]);
    put(`checkpoints/${count}/head.json`, stringifyExact({ ...head, score, arrays } satisfies TravellingCheckpoint));
    for (const name of arrays) {
      const array = checkpoint.trainer[name]!;
      parts.push({ name: `checkpoints/${count}/${name}`, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    }
    count++;
    newest = checkpoint;
  }

  put('metrics.jsonl', (await store.runs.metrics(runId)).map(row => `${stringifyExact(row)}\n`).join(''));
  const steps: string[] = [];
  for (const step of await store.runs.episodeSteps(runId)) steps.push(`${stringifyArrays({ step, episodes: await store.runs.episodes(runId, step) })}\n`);
  put('episodes.jsonl', ...steps);
  const stories = await store.runs.stories(runId);
  if (stories.length > 0) put('story.jsonl', stories.map(page => `${stringifyExact(page)}\n`).join(''));

  const tokenizer = newest && (options.tokenizer ?? await storedTokenizer(store, newest.tokenizerHash));
  if (tokenizer !== undefined) put('tokenizer.json', tokenizer);

  const shipped = SHIPPED.includes(modelId);
  const model = shipped ? undefined : await whenThere(store.models.load(modelId));
  if (!shipped && !model) leftOut.push('The model that the run began with was no longer here when the file was written, and is not in it.');
  for (const { name, bytes } of model?.files ?? []) if (MODEL_FILES.includes(name)) parts.push({ name: `model/${name}`, bytes });

  const entry = corpusId === '' ? undefined : (await store.corpora.list()).find(corpus => corpus.id === corpusId);
  if (entry && options.corpus) put('corpus.jsonl', (await store.corpora.load(corpusId)).items.map(item => `${JSON.stringify(item)}\n`).join(''));
  const head: RunHead = {
    schema: SCHEMA, run, checkpoints: count, leftOut, model: { id: shipped ? modelId : model ? 'own' : 'gone', name: model?.entry.name ?? '' },
    corpus: { name: entry?.name ?? '', hash: corpusId === '' ? '' : entry?.info.hash ?? newest?.corpusHash ?? 'gone' },
  };
  return packParts([{ name: 'run.json', bytes: new TextEncoder().encode(stringifyExact(head)) }, ...parts]);
}

async function storedTokenizer(store: LabStore, hash: string): Promise<string | undefined> {
  const entry = (await store.tokenizers.list()).find(({ info }) => info.hash === hash);
  const file = entry && (await store.tokenizers.load(entry.id)).files[0];
  return file && new TextDecoder().decode(file.bytes);
}

/** undefined for what was deleted or is damaged. */
function whenThere<T>(loading: Promise<T>): Promise<T | undefined> {
  return loading.catch((error: unknown) => {
    if ((error as Error).name === 'BadInput') return undefined;
    throw error;
  });
}

/** A file of which every part was checked. */
interface Checked {
  head: RunHead;
  parts: Map<string, Uint8Array<ArrayBuffer>>;
  checkpoints: TravellingCheckpoint[];
  tokenizer: TokenizerApi | null;
  model: { files: FileEntry[]; parameters: number; modelType: string } | null;
  items: CodeItem[] | null;
}

/**
 * Brings a run in under a new id. Throws BadInput for a file that is refused, QuotaExceeded and StorageUnavailable; then nothing
 * here was changed.
 */
export async function readRunFile(store: LabStore, bytes: Uint8Array): Promise<{ id: string; name: string; notices: string[] }> {
  const file = await checked(bytes);
  const { head, parts } = file;
  const notices = [...head.leftOut];
  const known = head.corpus.hash === '' ? undefined : (await store.corpora.list()).find(({ info }) => info.hash === head.corpus.hash);
  const bringsCorpus = file.items !== null && !known;
  const corpusId = head.corpus.hash === '' ? '' : known?.id ?? `not-here-${head.corpus.hash.slice(0, 12)}`;
  if (head.corpus.hash !== '' && !known && !bringsCorpus) notices.push(`The file does not hold the code that the run was trained on${head.corpus.name === '' ? '' : ` ("${plain(head.corpus.name)}")`}. Its curves and samples can be seen; to go on with it, add the same folder on the Data tab first and import the file again.`);
  if (head.checkpoints === 0) notices.push('The file holds no checkpoint: the run can be looked at, and begins anew when it is started.');

  const { run } = head;
  const start = {
    ...run, state: run.state === 'running' || run.state === 'paused' ? 'stopped' as const : run.state, importedAt: Date.now(), corpusId, modelId: head.model.id,
    ...(run.branchOf ? { branchOf: { ...run.branchOf, runId: '' } } : {}),
  };
  const { id, name } = await store.runs.adopt(start, (wanted, taken) => (taken.has(wanted) ? copyName(wanted, taken, 'imported') : wanted), async adoption => {
    if (bringsCorpus) {
      adoption.fields.corpusId = await staging(adoption, store.corpora.stage(named(head.corpus.name, 'imported code'), file.items!, head.corpus.hash));
    }
    if (file.model) {
      const { files, parameters, modelType } = file.model;
      adoption.fields.modelId = await staging(adoption, store.models.stage(named(head.model.name, 'imported model'), files, { parameters, modelType, source: 'import', runId: '' } satisfies ModelInfo));
    }
    if (file.tokenizer && !(await store.tokenizers.list()).some(({ info }) => info.hash === file.tokenizer!.hash)) {
      const { json, hash, vocabSize } = file.tokenizer;
      await staging(adoption, store.tokenizers.stage(`vocabulary of ${vocabSize}`, [{ name: 'tokenizer.json', bytes: new TextEncoder().encode(json) }], { vocabSize, hash, corpusId: adoption.fields.corpusId ?? corpusId }));
    }
    for (const [order, checkpoint] of file.checkpoints.entries()) {
      adoption.changes.push(...await store.checkpoints.stage(assembled(parts, checkpoint, order, adoption.id), order, checkpoint.score));
    }
    await writeRows(store.runs, adoption.id, checkMetrics(parts.get('metrics.jsonl')!));
    for (const { step, episodes } of checkEpisodes(parts.get('episodes.jsonl')!)) await store.runs.saveEpisodes(adoption.id, step, episodes);
    for (const page of parts.has('story.jsonl') ? checkStories(parts.get('story.jsonl')!) : []) await store.runs.saveStory(adoption.id, page);
  });
  return { id, name, notices };
}

async function staging(adoption: Adoption, staged: { entry: { id: string }; write(): Promise<Adoption['changes']>; undo: Adoption['undo'][number] }): Promise<string> {
  adoption.undo.push(() => staged.undo());
  adoption.changes.push(...await staged.write());
  return staged.entry.id;
}

function assembled(parts: Checked['parts'], head: TravellingCheckpoint, order: number, runId: string): Checkpoint {
  const array = (name: typeof ARRAYS[number]) => checkArray(parts.get(`checkpoints/${order}/${name}`)!, name, head);
  return joined({ ...head, runId } satisfies CheckpointHead, {
    weights: array('weights'), m: array('m'), v: array('v'), ...(head.arrays.includes('frozen') ? { frozen: array('frozen') } : {}),
  });
}

const plain = (name: string) => name.replace(/[\p{Cc}\p{Cf}]/gu, '').trim().slice(0, 80);
const named = (name: string, otherwise: string) => plain(name.normalize('NFC')) || otherwise;

/** Every part, before anything is written. Throws BadInput. */
async function checked(bytes: Uint8Array): Promise<Checked> {
  const parts = await unpackParts(bytes);
  const used = new Set<string>();
  const part = async <T>(name: string, read: (content: Uint8Array<ArrayBuffer>) => T | Promise<T>): Promise<T> => {
    const content = parts.get(name);
    if (!content) throw refused(`it has no ${name}`);
    used.add(name);
    try {
      return await read(content);
    } catch (error) {
      throw blamed(name, error as Error);
    }
  };

  const head = await part('run.json', checkHead);
  if (head.schema > SCHEMA) throw refused(`it was written by a newer version of this page (schema ${head.schema}, this page reads ${SCHEMA}); reload the page to get the newer version`);
  if (head.schema !== SCHEMA) throw refused(`it has the schema ${head.schema}, this page reads ${SCHEMA}`);
  if (plain(head.run.name) === '') throw refused('the run has no name');

  const checkpoints: TravellingCheckpoint[] = [];
  for (let order = 0; order < head.checkpoints; order++) {
    const checkpoint = await part(`checkpoints/${order}/head.json`, checkCheckpoint);
    const lengths = new Set<number>();
    for (const name of checkpoint.arrays) lengths.add((await part(`checkpoints/${order}/${name}`, content => checkArray(content, name, checkpoint))).length);
    if (lengths.size !== 1) throw refused(`the arrays of checkpoint ${order} differ in length`);
    if (head.corpus.hash !== '' && checkpoint.corpusHash !== head.corpus.hash) throw refused(`checkpoint ${order} was trained on another corpus than the run`);
    checkpoints.push(checkpoint);
  }

  await part('metrics.jsonl', checkMetrics);
  await part('episodes.jsonl', content => {
    let last = -1;
    for (const { step } of checkEpisodes(content)) {
      if (step <= last) throw new Error(`the samples of step ${step} come after those of step ${last}`);
      last = step;
    }
  });

  if (parts.has('story.jsonl')) await part('story.jsonl', checkStories);

  const tokenizer = parts.has('tokenizer.json') ? await part('tokenizer.json', openTokenizer) : null;
  if (tokenizer && checkpoints.some(({ tokenizerHash }) => tokenizerHash !== tokenizer.hash)) throw refused('its checkpoints were made with another tokenizer');

  const model = head.model.id === 'own' ? await part('model/config.json', () => {
    const files = MODEL_FILES.flatMap(name => {
      const content = parts.get(`model/${name}`);
      if (content) used.add(`model/${name}`);
      return content ? [{ name, bytes: content }] : [];
    });
    const folder = readModelFolder(files);
    return { files, parameters: folder.tensors.reduce((sum, tensor) => sum + tensor.data.length, 0), modelType: folder.config.model_type };
  }) : null;
  if (![...SHIPPED, 'own', 'gone'].includes(head.model.id)) throw refused(`it began with an unknown model "${head.model.id}"`);

  const items = parts.has('corpus.jsonl') ? await part('corpus.jsonl', checkItems) : null;
  if (items && await corpusHash(items) !== head.corpus.hash) throw refused('the code in it is not the code that the run was trained on');
  const stranger = [...parts.keys()].find(name => !used.has(name));
  if (stranger !== undefined) throw refused(`it has a part that does not belong, ${stranger}`);
  return { head, parts, checkpoints, tokenizer, model, items };
}

/** The library behind it fails in many ways for what is no tokenizer, and all mean that. */
async function openTokenizer(bytes: Uint8Array): Promise<TokenizerApi> {
  try {
    return await createTokenizer(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new Error((error as Error).message.split('. ')[0]);
  }
}

/** A refusal that names the part. Errors of other kinds are ours and stay what they are. */
function blamed(name: string, error: Error): Error {
  if (error.name === 'BadInput' || error.name === 'BadModel') return refused(`${name}: ${error.message.split('. ')[0]!}`);
  return Object.getPrototypeOf(error) === Error.prototype ? refused(`${name}: ${error.message}`) : error;
}

