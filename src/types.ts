/** The nouns of the lab: plain data only, so every one of them can cross a worker boundary. No behaviour lives here. */

/** Languages whose functions are extracted; also the names of their special tokens (`<|python|>`). */
export type Language =
  | 'javascript' | 'typescript' | 'tsx' | 'python' | 'ruby' | 'go' | 'rust' | 'java' | 'c' | 'cpp' | 'php' | 'lua';

/** `variation` and `combination` are the held-out splits of the synthetic corpus, `heldout` that of a dropped folder. */
export type Split = 'train' | 'heldout' | 'variation' | 'combination';

/** One true statement about a function, as a sentence. `kind` says what it states; `values` are the stated names or literals. */
export interface Fact {
  kind: 'name' | 'params' | 'calls' | 'fields' | 'constants' | 'raises' | 'shape';
  sentence: string;
  values: string[];
}

/** One function of a corpus. `code` has its own documentation already split off. */
export interface CodeItem {
  /** Stable across sessions: a hash of path, name and code. */
  id: string;
  language: Language;
  /** The function's own name, without its class. */
  name: string;
  path: string;
  /** 1-based, inclusive. */
  startLine: number;
  endLine: number;
  code: string;
  /** Everything of `code` up to the body. */
  signature: string;
  params: string[];
  /** Its own documentation comment or docstring as plain text; '' when it has none. */
  documentation: string;
  split: Split;
  facts: Fact[];
  /** Synthetic corpus only: behaviour sentences at three levels of detail. */
  phrases?: { vague: string[]; medium: string[]; precise: string[] };
  /** Its comment as it stands, where it has tags, types or examples that `documentation` leaves out. */
  tags?: string;
  /** Synthetic corpus only: argument lists to run the function on (JSON values). */
  inputs?: unknown[][];
  /** True: nobody has documented it. A warm start sees its code alone; held-out functions are documented all the same, to measure by. */
  undocumented?: boolean;
}

/** What a model is, in Hugging Face's names. One layout serves Llama, Qwen2 and Qwen3. */
export interface ModelConfig {
  model_type: 'llama' | 'qwen2' | 'qwen3';
  vocab_size: number;
  hidden_size: number;
  intermediate_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  num_key_value_heads: number;
  head_dim: number;
  max_position_embeddings: number;
  rms_norm_eps: number;
  rope_theta: number;
  tie_word_embeddings: boolean;
  /** Bias on q, k, v projections (Qwen2). */
  attention_bias: boolean;
  /** RMSNorm per head on q and k before RoPE (Qwen3). */
  qk_norm: boolean;
}

/** A named tensor in row-major order. */
export interface NamedTensor { name: string; shape: number[]; data: Float32Array }

/** Which adapter a number was measured on; printed beside every number. */
export interface AdapterInfo {
  vendor: string; architecture: string; device: string; description: string;
  /** True for software adapters (SwiftShader, llvmpipe, WARP). */
  fallback: boolean;
  features: string[];
  maxStorageBufferBindingSize: number;
}

// ---- engine requests -------------------------------------------------------------------------------------------------

export interface GenerateRequest {
  prompts: Int32Array[];
  /** Completions per prompt; the prompt is prefilled once. */
  samplesPerPrompt: number;
  maxNewTokens: number;
  /** 0 means greedy. */
  temperature: number;
  topK: number;              // 0 = off
  topP: number;              // 1 = off
  minP: number;              // 0 = off
  repetitionPenalty: number; // 1 = off
  endId: number;
  /** Draws are a function of (seed, step, stream, row, position): the same key gives the same completion. */
  seed: number; step: number; stream: number;
  /** Which weights speak: the trained ones or the frozen copy. */
  model?: 'policy' | 'frozen';
}

/** Row `p * samplesPerPrompt + s` is sample s of prompt p. */
export interface Generation {
  /** Completion ids, the end token included when `finished`. */
  tokens: Int32Array[];
  /** log p(token) under the temperature-scaled softmax before any top-k/p filter: what the trainer's forward gives. */
  logps: Float32Array[];
  finished: boolean[];
}

/** A row of a generation as soon as it has ended, before its company has. */
export interface GeneratedRow { row: number; tokens: Int32Array; logps: Float32Array; finished: boolean }

/** A token as soon as it was drawn: p under the temperature-scaled softmax before any filter, and the likeliest ids there, first the likeliest. */
export interface DrawnToken { row: number; id: number; p: number; among: { id: number; p: number }[] }

/** Hears of every token; a generation whose listener answers false is stopped and rejects with Stopped. */
export type TokenListener = (tokens: DrawnToken[]) => boolean | Promise<boolean>;

export interface EmbedRequest { sequences: Int32Array[]; model: 'policy' | 'frozen' }

/** One vector of `hidden_size` numbers a sequence: the mean over its tokens of the states after the last RMSNorm. */
export interface EmbedResult { vectors: Float32Array[] }

export interface AttendRequest {
  /** One sequence of at most ATTEND_MOST tokens, as the model would read it: specials and prompt included. */
  tokens: Int32Array;
  /** 0-based; `head` is a query head (several may share the keys of one key head). */
  layer: number; head: number;
  model: 'policy' | 'frozen';
}

/** Longest sequence whose attention is looked at: T x T numbers come back. */
export const ATTEND_MOST = 512;

export interface ScoreRequest {
  sequences: Int32Array[];
  temperature: number;
  model: 'policy' | 'frozen';
}

/** `logps[i][t]` = log p(sequence_i[t] | sequence_i[<t]); index 0 is 0. */
export interface ScoreResult { logps: Float32Array[] }

/**
 * Sequences laid end to end. `offsets` has S+1 entries. Per token: `weight` is the aggregation weight (0 = masked: prompts,
 * padding), already holding the denominators of the chosen aggregation, so the loss is sum(weight * l_t).
 * `advantage` is the per-token advantage; 1 for supervised tokens.
 */
export interface Batch {
  tokens: Int32Array;
  offsets: Int32Array;
  weight: Float32Array;
  advantage: Float32Array;
  /** Log-probabilities of the sampling policy; absent = the current ones, detached (one on-policy update). */
  oldLogps?: Float32Array;
  refLogps?: Float32Array;
}

/** The policy-gradient loss as five switches; see src/rl/methods for the named methods. */
export interface UpdateSettings {
  learningRate: number; beta1: number; beta2: number; epsilon: number; weightDecay: number; maxGradNorm: number;
  /** `none`: l = A log p. `token`: rho_t. `sequence`: exp(mean log rho) (GSPO). `product`: exp(sum log rho) (RLOO). */
  ratio: 'none' | 'token' | 'sequence' | 'product';
  /** `min`: PPO's clipped minimum. `cispo`: stop-gradient of the capped ratio times log p. */
  clip: 'none' | 'min' | 'cispo';
  epsilonLow: number; epsilonHigh: number;
  /** For A < 0 the loss is capped at -c A (verl); 0 = off. */
  dualClip: number;
  kl: 'none' | 'k1' | 'k2' | 'k3';
  klBeta: number;
  /** Largest k3 of a token, 0 = no bound; 10 (verl's) when absent. */
  klCap?: number;
  entropyCoef: number;
  /** Logits are divided by it before the log-softmax. */
  temperature: number;
  /** True: the metrics of the step come with `perToken`. */
  tokens?: boolean;
}

/** What a step knew of each token when it updated the weights: aligned with the batch's tokens, 0 where nothing is trained. */
export interface TokenReport {
  /** log p(token) and the entropy of the prediction before the update, at the batch's temperature. */
  logps: Float32Array; entropies: Float32Array;
  /** The importance ratio that the loss used: of the token, or of its sequence where the method has one for all. */
  ratios: Float32Array;
  /** Its term in the objective, weight * l_t: advantage, ratio and clip, without KL and entropy bonus. */
  terms: Float32Array;
  /**
   * The objective's slope by the token's log-probability, KL included: above 0 the update pushes the token up, below 0 down, 0 leaves it
   * alone. Equals `terms` for an unclipped ratio without KL; `l_t = A log p` has terms of the other sign, because log p is negative.
   */
  pushes: Float32Array;
  /** 1 = a clip or a bound on the ratio had the last word on its term. */
  clipped: Uint8Array;
}

/** What one optimizer step reports; arrives one step late. */
export interface StepMetrics {
  loss: number; gradNorm: number; entropy: number; kl: number; clipLow: number; clipHigh: number; ratioMean: number;
  /** Trained (unmasked) tokens and all tokens of the batch. */
  trainedTokens: number; tokens: number;
  /** False: the gradient was not finite and the weights were left alone. */
  finite: boolean;
  /** At mixed precision only: the next step's loss scale. A step that is not finite halves it, down to 1. */
  lossScale?: number;
  /** Where the settings asked for it. */
  perToken?: TokenReport;
}

/** Everything of the trainer that a checkpoint needs. Arenas are whole, in layout order (src/model/params). */
export interface TrainerState {
  config: ModelConfig;
  weights: Float32Array; m: Float32Array; v: Float32Array;
  /** Optimizer steps taken (finite ones). */
  optimizerStep: number;
  /** Which kernel was chosen for which products, where that was measured: with others, the bits of a resumed run would differ. */
  kernels?: { shape: string; chosen: string }[];
  /** The frozen copy, when there is one. */
  frozen?: Float32Array;
  /** At mixed precision: what the next step's loss is multiplied by, and finite steps in a row at that scale. */
  lossScale?: number; lossScaleSteps?: number;
}

export interface MemoryWish {
  /** `layers`: what a layer makes on the way forward is computed again on the way back instead of kept. */
  recompute?: 'none' | 'layers';
  /** Of what the matrix products of training read: see the setting of that name. */
  precision?: 'f32' | 'f16';
  /** What decoding keeps keys and values as. */
  cachePrecision?: 'f32' | 'f16';
  /** Share of the tokens that a micro-batch would have: below 1 after a device may have died of too many. */
  share?: number;
}

/** The engine as the loop sees it: local in Node, behind comlink in the page. */
export interface Trainer {
  adapter(): Promise<AdapterInfo>;
  /** How models are laid in memory from the next load or restore on; see the settings `recompute`, `precision` and `cachePrecision`. */
  prefer?(wish: MemoryWish): Promise<void>;
  /** Makes the model; tensors absent = random initialisation from the seed. Replaces any model before it. */
  load(config: ModelConfig, tensors: NamedTensor[] | null, seed: number): Promise<{ parameters: number }>;
  /**
   * `onRows` hears of rows as they end, each once and all of them before the promise resolves, so that scoring can begin. With `onTokens`
   * the GPU is asked after every token and not every few: slower, for someone who looks on; the same tokens.
   */
  generate(request: GenerateRequest, onRows?: (rows: GeneratedRow[]) => void, onTokens?: TokenListener): Promise<Generation>;
  score(request: ScoreRequest): Promise<ScoreResult>;
  embed(request: EmbedRequest): Promise<EmbedResult>;
  /**
   * What one head looks at, for looking at only: a forward pass to that layer, then softmax(q k / sqrt(D)) in f64. Row-major T x T: entry
   * `i * T + j` is the share of position i that goes to position j; each row sums to 1, and entries with j > i are 0. A call costs about as
   * much as scoring the sequence and may be made while a run is under way. Absent in engines that cannot. Throws BadInput for an empty or
   * longer sequence, or a layer or head that the model does not have.
   */
  attend?(request: AttendRequest): Promise<Float32Array>;
  /** One optimizer step over the batch (as many micro-batches as it needs), one submit. */
  step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics>;
  /** Copies the weights into the frozen model (reference, frozen reader). */
  freeze(): Promise<void>;
  exportTensors(): Promise<NamedTensor[]>;
  snapshot(): Promise<TrainerState>;
  restore(state: TrainerState): Promise<void>;
  /** Frees everything on the device. */
  close(): Promise<void>;
}

// ---- profile ---------------------------------------------------------------------------------------------------------

/** One dispatch of a profiled piece of work. */
export interface KernelSpan {
  /** `op.entry`, the kernel's label. */
  kernel: string;
  /** Milliseconds from the first dispatch of the piece, and how long it ran, by timestamp queries. */
  startMs: number; ms: number;
  /** What the launch asks for by its shapes; bytes are those that have to be read and written at least. */
  flops: number; bytes: number;
}

export interface WorkProfile {
  work: 'train' | 'decode';
  /** Empty where the adapter has no timestamp queries. */
  spans: KernelSpan[];
  /**
   * From the first submit to the end on the GPU, and the processor's time to record and submit, ms: by the last piece of this work that was
   * not timed kernel by kernel, where there was one, for as many tokens of a batch or steps of a block.
   */
  wallMs: number; cpuMs: number;
  /** Tokens of the step; rows times tokens of the decoded block. */
  tokens: number;
}

/** Bytes on the GPU for one purpose (weights, gradients, moments, activations, logits, cache, inputs, readback, ...). */
export interface MemoryUse { purpose: string; bytes: number }

export interface EngineProfile {
  /** False: this adapter has no timestamp queries, and no kernel can be timed alone. */
  timestamps: boolean;
  /** The newest of each kind of work; none until `profileNext` was asked for and that work was done. */
  works: WorkProfile[];
  memory: MemoryUse[];
  /** Buffers that hold it, and how many bytes were held when the model had made its first step; absent before that. */
  buffers?: number; firstStepBytes?: number;
  /** Rates per second that this adapter reached with the engine's own product and copy; null until measured. */
  ceilings: { flops: number; bytes: number } | null;
  /** Which kernel the tuner chose for each class of shapes, with the times of all candidates in ms. */
  tuned: { shape: string; chosen: string; candidates: { kernel: string; ms: number }[] }[];
}

// ---- loop ------------------------------------------------------------------------------------------------------------

/**
 * What was recorded of the tokens of one completion, one entry a token, the end token included. Lists are typed arrays, or plain ones after
 * an export. Kept for the first 128 completions of a step (documentations in its order, each with all that was rebuilt from it), which is
 * every one of a demo step: see src/loop/traces.ts for what that costs in storage.
 */
export interface TokenTrace {
  /** The completion as it was sampled, before any rewriting. Token i is `text.slice(ends[i - 1] ?? 0, ends[i])`; the end token has no text. */
  text: string;
  ids: ArrayLike<number>;
  ends: ArrayLike<number>;
  /** The sampler's log-probabilities: before the update. */
  logps: ArrayLike<number>;
  /** As in TokenReport, of the last update of the step. Absent: it was in no update. */
  entropies?: ArrayLike<number>;
  ratios?: ArrayLike<number>;
  terms?: ArrayLike<number>;
  pushes?: ArrayLike<number>;
  clipped?: ArrayLike<number>;
  /** Log-probabilities after the update, for the groups that the setting `traceGroups` follows. */
  after?: ArrayLike<number>;
}

/** What became of the answers to one problem when they were run (UCoder); answers by their place among the episode's reconstructions. */
export interface ConsensusRecord {
  /** Argument lists as JSON text: the first SHOWN_TESTS of `testCount`. */
  tests: string[];
  testCount: number;
  /** Answers that behave the same, most of them first; `outputs` on the first tests, null where it failed. */
  clusters: { members: number[]; outputs: (string | null)[] }[];
  /** e(r) and f(r) of each answer: the share of tests on which it ran, and its perplexity. */
  executed: number[]; perplexity: number[];
  /** The answer that was learned; -1: none. `why` says it in words. */
  chosen: number; why: string;
  /** Share of all answers in the largest cluster. */
  confidence: number;
  /** p as measured (NaN where there is one cluster), n² p^|T|, and the tests that 5 % would take. */
  agreement: number; failure: number; needed: number;
  /** Which answers behave as the original: watched, never used. Absent where there is no original. */
  right?: boolean[];
}

/** Tests whose outputs are kept with an episode. */
export const SHOWN_TESTS = 12;

/** One documentation of one function with its reconstructions: a row of the Samples view. */
export interface Episode {
  step: number;
  /** Sample index within the group of `itemId`. */
  group: number;
  itemId: string; language: Language; name: string; path: string;
  code: string;
  documentation: string;
  documentationLogps?: Float32Array;
  /** The documentation token by token. Absent in runs of older versions and past the bound of TokenTrace. */
  documentationTrace?: TokenTrace;
  /** R_doc in {0, 0.5, 1} and why it is not 1. */
  rDoc: number; rDocReason: string;
  leak: number;
  reconstructions: { code: string; similarity: number; parts: Record<string, number>; advantage: number; finished: boolean; exact: boolean; parses: boolean; trace?: TokenTrace; discarded?: string }[];
  /** Reader's mean log-likelihood of the original given this documentation; NaN when not computed. */
  logLikelihood: number;
  /** Other things it was judged by, by name; absent in runs of older versions. */
  terms?: Record<string, number>;
  reward: number;
  advantage: number;
  documentationTokens: number;
  /**
   * Nats per token by which the reader finds the original likelier with this documentation than with none; known for the groups that the
   * setting `traceGroups` follows.
   */
  lift?: number;
  /** Why the documentation taught nothing or less than it could, in sentences; '' when there is nothing to say, absent in older runs. */
  discarded?: string;
  /** UCoder steps only: what became of the answers when they were run. */
  consensus?: ConsensusRecord;
}

/** One held-out function as an evaluation found it: what was written of it then, and what was rebuilt from that. */
export interface StoryEntry {
  itemId: string; language: Language; name: string; params: string[]; code: string;
  documentation: string; rDoc: number; rDocReason: string;
  reconstruction: string; similarity: number; exact: boolean;
  /** Similarity of what was rebuilt from another function's documentation. */
  shuffled: number;
}

/** The same few functions at one evaluation of a run. */
export interface StoryPage { step: number; entries: StoryEntry[] }

export type MarkKind = 'saved' | 'paused' | 'resumed' | 'lost' | 'recovered' | 'skipped' | 'rolled-back' | 'rate-halved' | 'evaluated';
/** Something that happened to a run at a step (of the loop unless `stage` says otherwise); `at` is the time in ms since 1970, 0 = not known. */
export interface RunMark { kind: MarkKind; step: number; stage?: 'warmstart'; at: number }

/** A flat row of numbers with TRL's names (`reward/mean`, `frac_reward_zero_std`) and ours (`heldout/shuffled`). */
export type MetricRow = Record<string, number>;

export type Phase = 'load' | 'compile' | 'warmstart' | 'document' | 'reconstruct' | 'reward' | 'update' | 'evaluate' | 'checkpoint';

/** What there is so far of the first documentation that ended in a step: an episode that fills in. */
export interface Draft {
  step: number;
  itemId: string; language: Language; name: string; path: string; code: string; group: number;
  documentation?: string; rDoc?: number; rDocReason?: string; leak?: number;
  /** null = none was made. */
  reconstruction?: string | null;
  similarity?: number; reward?: number; advantage?: number;
}

/** What a run tells whoever listens. `rows`: how many sequences of the phase under way are done. `draft` comes with the numbers of its step, once there are any. */
export type RunEvent =
  | { type: 'rows'; done: number; total: number }
  | { type: 'draft'; draft: Draft; row?: MetricRow }
  | { type: 'phase'; phase: Phase; done: number; total: number }
  | { type: 'metrics'; row: MetricRow }
  | { type: 'episodes'; step: number; episodes: Episode[] }
  | { type: 'story'; page: StoryPage }
  | { type: 'notice'; level: 'info' | 'warning' | 'error'; code: string; text: string };

/** A checkpoint: written wholly or not at all. Everything exact resume needs is in here. */
export interface Checkpoint {
  runId: string;
  /** Which stage of the run the counters belong to. */
  stage: 'warmstart' | 'loop';
  /** Completed updates of the stage. */
  step: number;
  seed: number;
  settings: Record<string, string | number | boolean>;
  corpusHash: string; tokenizerHash: string;
  trainer: TrainerState;
  /** Loop-side state: running means, best values, seconds and FLOPs so far. JSON. */
  loop: Record<string, unknown>;
  savedAt: number;
}

/** Error codes; `error.name` carries them across comlink. */
export type ErrorName =
  | 'WebGPUUnavailable' | 'DeviceLost' | 'OutOfMemory' | 'BadCheckpoint' | 'BadModel' | 'BadInput' | 'QuotaExceeded' | 'StorageUnavailable' | 'Stopped'
  | 'DeviceGone' | 'RunHeld' | 'WorkerFailed' | 'StorageEvicted' | 'WrongResults' | 'NotFinite';

/** An error whose name is its code: comlink keeps only name, message and stack. */
export function labError(name: ErrorName, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

// ---- what the loop is handed -------------------------------------------------------------------------------------------

/** Text to ids and back; made by src/tokenizer from a standard tokenizer.json. */
export interface TokenizerApi {
  /** No special tokens are added; special-token text inside `text` is encoded as plain bytes, never as the special. */
  encode(text: string): number[];
  /** Special tokens are dropped. */
  decode(ids: ArrayLike<number>): string;
  /** Id of a special token such as `<|end|>`; throws BadInput when the vocabulary lacks it. */
  special(token: string): number;
  hasSpecial(token: string): boolean;
  vocabSize: number;
  /** The tokenizer.json it was made from. */
  json: string;
  /** SHA-256 of `json`, hex. */
  hash: string;
}

/**
 * `parts` has one value in [0,1] per metric computed, and the metric's own parts as `metric/part`; `value` is the blend of the weighted
 * ones. `reason` says what a low or odd value comes from ('empty', 'does not parse', 'too long: ...'); '' when there is nothing to say.
 */
export interface SimilarityScore { value: number; parts: Record<string, number>; parses: boolean; exact: boolean; reason: string }

export interface ScoredPair { original: string; reconstruction: string; language: Language }

/** How pairs are scored; plain data. */
export interface ScoreOptions {
  /** Share of each metric in `value`, by the metric's name; they need not sum to 1. */
  weights: Record<string, number>;
  /** The most that a reconstruction with a syntax error may get (where the original itself parses). */
  unparsable: number;
  /** Metrics to compute; absent = those with a weight. */
  metrics?: readonly string[];
  /** Settable constants of the metrics, by setting key (`cssgEdgeCost`); a metric takes its default for one that is absent. */
  constants?: Record<string, number>;
}

/** Scores pairs; lives in a worker in the page. */
export interface Rewarder {
  /** Scores in the order of the pairs. */
  score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]>;
}

/** Runs a function on argument lists inside a sandbox; null = it did not run at all. Output i is JSON text, or 'ERR'. */
export interface Executor {
  /** Languages it can run now. */
  languages: Language[];
  run(jobs: { language: Language; code: string; name: string; inputs: unknown[][] }[]): Promise<(string[] | null)[]>;
  /** As `run`, with why each job ended as it did and what the first error said; absent where that is not known. */
  judge?(jobs: { language: Language; code: string; name: string; inputs: unknown[][] }[]): Promise<{ outputs: string[] | null; ending: string; said?: string }[]>;
}

export interface CheckpointStore {
  save(checkpoint: Checkpoint): Promise<void>;
  /** The newest checkpoint of the run that verifies; null when there is none. `notice` says when newer ones were bad. */
  load(runId: string): Promise<{ checkpoint: Checkpoint; notice: string } | null>;
}

/** How the page (or a script) steers a run that is under way. */
export interface RunControl {
  /** Resolves when the run may go on; awaited between steps. */
  gate(): Promise<void>;
  /** True once the run should stop at the next step boundary. */
  stopping(): boolean;
  /** True once for each time that the run should be saved at the next step boundary: it is being paused, or its page hidden. */
  wantsSave?(): boolean;
}

/** The names of the special tokens, in id order; language tokens follow. */
export const SPECIALS = ['<|pad|>', '<|bos|>', '<|end|>', '<|code|>', '<|doc|>'] as const;
