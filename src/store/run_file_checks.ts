/** Knows what each part of a run's file must hold before anything of it is believed; does not know the container or the storage. */
import { checkSetting, presetSettings, SETTINGS, validate } from '../config';
import { LANGUAGE_NAMES } from '../corpus/languages';
import { validateConfig } from '../formats/hf_config';
import { countParameters, expectedTensors } from '../formats/layout';
import { firstNonFinite } from '../formats/safetensors';
import { parseStrictJson } from '../formats/strict_json';
import { SHOWN_TESTS } from '../types';
import type { CodeItem, ConsensusRecord, Episode, Fact, MetricRow, ModelConfig, RunMark, StoryEntry, StoryPage, TokenTrace } from '../types';
import { ARRAYS, type ArrayName, type CheckpointHead } from './checkpoints';
import { revived } from './exact_json';
import type { RunRecord, SavedPoint } from './runs';
import { between, data, either, floats, list, matching, nothing, number, numbers, object, oneOf, table, text, truth, whole, type Check } from './schema';

const WORD = 200, PAGE = 200_000;
const hash = matching(/^[\w-]{0,128}$/, 'a hash');
const id = matching(/^[\w-]{0,80}$/, 'an id');
const finite = between(-Number.MAX_VALUE, Number.MAX_VALUE);
const stage = oneOf('warmstart', 'loop');

/** Known settings with values in range; those of other versions of the page are left behind. */
const settings: Check<Record<string, string | number | boolean>> = (value, at) => {
  const given = data(value, at);
  const kept: Record<string, string | number | boolean> = {};
  for (const { key } of SETTINGS) {
    if (!Object.hasOwn(given, key)) continue;
    const problem = checkSetting(key, given[key]);
    if (problem) throw new Error(`${at}: ${problem}`);
    kept[key] = given[key] as string | number | boolean;
  }
  const problems = validate({ ...presetSettings('demo'), ...kept });
  if (problems.length > 0) throw new Error(`${at}: ${problems[0]}`);
  return kept;
};

const saved: Check<SavedPoint> = object<SavedPoint>({ stage, step: whole, at: between(0, 1e15) });

/** What of a record travels: everything but ids and dates, which are made anew. */
export type TravellingRun = Omit<RunRecord, 'id' | 'createdAt' | 'updatedAt' | 'corpusId' | 'modelId' | 'importedAt'>;

export interface RunHead {
  schema: number;
  run: TravellingRun;
  /** '' = the sample; else the hash of the corpus it was trained on. */
  corpus: { name: string; hash: string };
  /** Shipped ones by their id (see SHIPPED); anything else is in the file. */
  model: { id: string; name: string };
  checkpoints: number;
  /** Checkpoints that could not be read when the file was written, as sentences. */
  leftOut: string[];
}

const run: Check<TravellingRun> = object<TravellingRun>({
  name: text(WORD), preset: text(40), settings, state: oneOf('new', 'running', 'paused', 'stopped', 'finished', 'failed'), step: whole, summary: data,
  embedding: object<NonNullable<RunRecord['embedding']>>({ name: text(WORD), sha256: hash }),
  marks: list(object<RunMark>({ kind: oneOf('saved', 'paused', 'resumed', 'lost', 'recovered', 'skipped', 'rolled-back', 'rate-halved', 'evaluated'), step: whole, stage: oneOf('warmstart'), at: between(0, 1e15) }, 'stage'), 100_000),
  saved, branchOf: object<NonNullable<RunRecord['branchOf']>>({ stage, step: whole, at: between(0, 1e15), runId: id, name: text(WORD) }),
}, 'embedding', 'marks', 'saved', 'branchOf');

const head = object<RunHead>({
  schema: whole, run, corpus: object<RunHead['corpus']>({ name: text(WORD), hash }), model: object<RunHead['model']>({ id, name: text(WORD) }),
  checkpoints: between(0, 100), leftOut: list(text(1000), 100),
});

const config: Check<ModelConfig> = (value, at) => {
  const made = object<ModelConfig>({
    model_type: oneOf('llama', 'qwen2', 'qwen3'), vocab_size: whole, hidden_size: whole, intermediate_size: whole, num_hidden_layers: whole, num_attention_heads: whole,
    num_key_value_heads: whole, head_dim: whole, max_position_embeddings: whole, rms_norm_eps: number, rope_theta: number, tie_word_embeddings: truth, attention_bias: truth, qk_norm: truth,
  })(value, at);
  validateConfig(made);
  return made;
};

const counted = between(0, Number.MAX_VALUE);
const cells = table(either(number, nothing), 1000);
const resumed = object<{ meter: object; before: object; after: object; history: object[]; rewards: unknown[]; said: string[]; rollbacks?: number; notFinite?: number }>({
  meter: object<{ prefilled: number; sampled: number; scored: number; trained: number; seconds: object }>({ prefilled: counted, sampled: counted, scored: counted, trained: counted, seconds: table(counted, 100) }),
  before: cells, after: cells, history: list(cells, 100_000), rewards: list(either(number, nothing), 1_000_000), said: list(text(WORD), 1000), rollbacks: between(0, 100), notFinite: whole,
}, 'rollbacks', 'notFinite');

/** The loop's own memory is its own affair, but for the fields that a resumed run counts on from; each rollback halves its learning rate. */
const loop: Check<Record<string, unknown>> = (value, at) => {
  whole(resumed(value, at).rollbacks ?? 0, `${at}.rollbacks`);
  return data(value, at);
};

export type TravellingCheckpoint = Omit<CheckpointHead, 'runId'> & { score: number | null; arrays: ArrayName[] };

const checkpoint = object<TravellingCheckpoint>({
  stage, step: whole, seed: whole, settings, corpusHash: hash, tokenizerHash: hash, loop, savedAt: between(0, 1e15), config, optimizerStep: whole,
  kernels: list(object<{ shape: string; chosen: string }>({ shape: text(WORD), chosen: text(WORD) }), 10_000), lossScale: between(1, 2 ** 100), lossScaleSteps: whole,
  score: either(finite, nothing), arrays: list(oneOf(...ARRAYS), 4),
}, 'kernels', 'lossScale', 'lossScaleSteps');

const LIMITS = { error: 'BadInput', what: 'A part of the run\'s file' } as const;
const parsed = (source: Uint8Array | string, maxBytes: number) => revived(parseStrictJson(source, { ...LIMITS, maxBytes, maxDepth: 24 }));

/** All of these throw: BadInput or BadModel with a message, or a plain Error with a reason. */
export function checkHead(bytes: Uint8Array): RunHead { return head(parsed(bytes, 32 << 20), 'run'); }

export function checkCheckpoint(bytes: Uint8Array): TravellingCheckpoint {
  const made = checkpoint(parsed(bytes, 32 << 20), 'checkpoint');
  if (new Set(made.arrays).size !== made.arrays.length || !['weights', 'm', 'v'].every(name => made.arrays.includes(name as ArrayName))) throw new Error(`checkpoint.arrays are ${made.arrays.join(', ')}`);
  return made;
}

/** An arena lays every tensor on a boundary of 64 numbers; the engine holds the exact length against its own layout on resume. */
const ALIGN = 64;

/** One array of a checkpoint: as long as the model asks for, finite, in memory of its own. */
export function checkArray(bytes: Uint8Array, name: ArrayName, { config: model }: TravellingCheckpoint): Float32Array {
  const least = countParameters(model), most = least + ALIGN * (expectedTensors(model).length + 1);
  const length = bytes.length / 4;
  if (!Number.isInteger(length) || length < least || length > most) throw new Error(`${name} has ${bytes.length} bytes for a model of ${least} parameters`);
  const array = new Float32Array(length);
  new Uint8Array(array.buffer).set(bytes);
  const bad = firstNonFinite(array);
  if (bad >= 0) throw new Error(`${name} holds ${array[bad]} at element ${bad}`);
  return array;
}

const MAX_LINES = 200_000, MAX_LINE = 64 << 20;

/** JSON, one object a line; the last line ends too. */
function* lines(bytes: Uint8Array): Generator<unknown> {
  let start = 0;
  for (let count = 0; start < bytes.length; count++) {
    const end = bytes.indexOf(10, start);
    if (end < 0) throw new Error('its last line has no end');
    if (count >= MAX_LINES) throw new Error(`it has more than ${MAX_LINES} lines`);
    yield parsed(bytes.subarray(start, end), MAX_LINE);
    start = end + 1;
  }
}

const row = table(number, 1000);
export function checkMetrics(bytes: Uint8Array): MetricRow[] {
  return Array.from(lines(bytes), value => row(value, 'a metric row'));
}

const code = text(PAGE);
const language = oneOf(...LANGUAGE_NAMES);
const lists = numbers(PAGE);
const trace = object<TokenTrace>({
  text: code, ids: lists, ends: lists, logps: lists, entropies: lists, ratios: lists, terms: lists, pushes: lists, clipped: lists, after: lists,
}, 'entropies', 'ratios', 'terms', 'pushes', 'clipped', 'after');
const reconstruction = object<Episode['reconstructions'][number]>({
  code, similarity: number, parts: table(number, 100), advantage: number, finished: truth, exact: truth, parses: truth, trace, discarded: text(1000),
}, 'trace', 'discarded');
const consensus = object<ConsensusRecord>({
  tests: list(code, SHOWN_TESTS), testCount: whole, clusters: list(object<ConsensusRecord['clusters'][number]>({ members: list(whole, 1024), outputs: list(either(code, nothing), SHOWN_TESTS) }), 1024),
  executed: list(number, 1024), perplexity: list(number, 1024), chosen: between(-1, 1024), why: text(1000), confidence: number, agreement: number, failure: number, needed: number, right: list(truth, 1024),
}, 'right');
const episode = object<Episode>({
  step: whole, group: whole, itemId: text(WORD), language, name: text(1000), path: text(4096), code, documentation: code, documentationLogps: floats(PAGE),
  rDoc: number, rDocReason: text(1000), leak: number,
  documentationTrace: trace, reconstructions: list(reconstruction, 1024),
  logLikelihood: number, terms: table(number, 100), reward: number, advantage: number, documentationTokens: whole, lift: number, discarded: text(1000), consensus,
}, 'documentationLogps', 'documentationTrace', 'terms', 'lift', 'discarded', 'consensus');
const stepOfEpisodes = object<{ step: number; episodes: Episode[] }>({ step: between(0, 9_999_999_999), episodes: list(episode, 10_000) });

/** Steps with their episodes, one at a time. */
export function* checkEpisodes(bytes: Uint8Array): Generator<{ step: number; episodes: Episode[] }> {
  for (const value of lines(bytes)) {
    const made = stepOfEpisodes(value, 'a step of samples');
    whole(made.step, 'a step of samples');
    yield made;
  }
}

const story = object<StoryPage>({ step: between(0, 9_999_999_999), entries: list(object<StoryEntry>({
  itemId: text(WORD), language, name: text(1000), params: list(text(1000), 1000), code, documentation: code, rDoc: number, rDocReason: text(1000),
  reconstruction: code, similarity: number, exact: truth, shuffled: number,
}), 100) });

export function checkStories(bytes: Uint8Array): StoryPage[] {
  return Array.from(lines(bytes), value => {
    const page = story(value, 'an evaluation');
    whole(page.step, 'an evaluation');
    return page;
  });
}

const item = object<CodeItem>({
  id: matching(/^[\w-]{1,80}$/, 'an id'), language, name: text(1000), path: text(4096), startLine: whole, endLine: whole, code, signature: code, params: list(text(1000), 1000), documentation: code,
  split: oneOf('train', 'heldout', 'variation', 'combination'),
  facts: list(object<Fact>({ kind: oneOf('name', 'params', 'calls', 'fields', 'constants', 'raises', 'shape'), sentence: text(PAGE), values: list(text(PAGE), 1000) }), 1000),
  phrases: object<NonNullable<CodeItem['phrases']>>({ vague: list(text(1000), 100), medium: list(text(1000), 100), precise: list(text(1000), 100) }),
  inputs: list(list(value => structuredClone(value), 100), 1000), undocumented: truth, tags: code,
}, 'phrases', 'inputs', 'undocumented', 'tags');

export function checkItems(bytes: Uint8Array): CodeItem[] {
  return Array.from(lines(bytes), value => item(value, 'a function'));
}
