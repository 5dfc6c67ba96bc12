/** Knows every setting of a run, its range and source, the presets and their URL form; knows no engine, corpus or page. */

import type { ModelConfig } from './types';

export type SettingKind = 'number' | 'integer' | 'choice' | 'boolean';
export type SettingGroup = 'Run' | 'Model' | 'Sampling' | 'Reward' | 'Similarity' | 'Update' | 'UCoder' | 'Evaluation' | 'Warm start';

/** One setting as the page, the command line and the README show it. */
export interface Setting {
  key: SettingKey;
  group: SettingGroup;
  label: string;
  kind: SettingKind;
  default: number | string | boolean;
  /** Numbers only. */
  min?: number; max?: number; step?: number;
  choices?: readonly string[];
  unit?: string;
  /** One plain sentence for a person who does not read papers. */
  meaning: string;
  /** Where the default comes from. */
  source: string;
}

type Range = readonly [min: number, max: number, step: number];
interface Body<T> { group: SettingGroup; label: string; kind: SettingKind; default: T; min?: number; max?: number; step?: number; choices?: readonly string[]; unit?: string; meaning: string; source: string }

const number = (group: SettingGroup, label: string, value: number, [min, max, step]: Range, meaning: string, source: string, unit?: string): Body<number> =>
  ({ group, label, kind: 'number', default: value, min, max, step, meaning, source, ...(unit ? { unit } : {}) });
const integer = (group: SettingGroup, label: string, value: number, [min, max, step]: Range, meaning: string, source: string, unit?: string): Body<number> =>
  ({ ...number(group, label, value, [min, max, step], meaning, source, unit), kind: 'integer' });
const choice = <const C extends readonly string[]>(group: SettingGroup, label: string, choices: C, value: C[number], meaning: string, source: string): Body<C[number]> =>
  ({ group, label, kind: 'choice', default: value, choices, meaning, source });
const flag = (group: SettingGroup, label: string, value: boolean, meaning: string, source: string): Body<boolean> =>
  ({ group, label, kind: 'boolean', default: value, meaning, source });

const MEASURED = 'measured with our prototype (tiny models, three seeds)';
const OURS = 'our choice; the paper does not say';
const TRL = 'TRL GRPOConfig';

/** The models that the page ships; their names are their folders. */
export const STARTER_NAMES = ['starter', 'starter-small', 'starter-python'] as const;
export type StarterName = (typeof STARTER_NAMES)[number];

const BODY = {
  model: choice('Run', 'Start from', [...STARTER_NAMES, 'new'], 'starter', 'The shipped starter model (0.35M parameters), its small sister (0.11M) for slow machines, one that has read as much Python as JavaScript and hardly any documentation of it, or new random weights that the warm start trains from nothing.', OURS),
  steps: integer('Run', 'Updates', 120, [0, 100000, 1], 'Updates of the loop; each one documents, rebuilds, scores and learns.', MEASURED),
  warmstartSteps: integer('Run', 'Warm-start steps', 0, [0, 200000, 10], 'Next-token training steps before the loop; 0 skips the warm start.', MEASURED),
  seed: integer('Run', 'Seed', 0, [0, 2147483647, 1], 'Same seed, corpus and adapter: the same run, token for token.', OURS),
  checkpointSeconds: integer('Run', 'Checkpoint every', 60, [5, 3600, 5], 'Seconds between saved checkpoints; one is also saved at the end and on stop.', OURS, 's'),

  modelSize: choice('Model', 'Size of a new model', ['107k', '351k', '667k', '1.1M'], '351k', 'Parameters of a new model at its usual vocabulary; the starter keeps its own size.', MEASURED),
  vocabSize: integer('Model', 'Vocabulary', 512, [300, 16384, 1], 'Tokens of the byte-level BPE trained on the corpus for a new model.', MEASURED, 'tokens'),
  recompute: choice('Model', 'Computed again', ['none', 'layers'], 'none', 'None keeps everything that the way back needs; layers keeps what enters each layer and computes the rest again: half to a sixth of the memory for about a third more work in the update; the same numbers, up to rounding where more tokens then fit into a micro-batch. Chosen by itself where nothing else fits.', OURS),
  precision: choice('Model', 'Matrix products read', ['f32', 'f16'], 'f32', 'What the matrix products of the update read: f16 packs weights, activations and gradients to half precision for them, so that they read half the bytes; sums, the weights that AdamW changes, its moments and everything else stay f32, and the loss is scaled so that small gradients are not lost. It costs a packed copy of the weights and rounds to about a thousandth; now and then an update is left out to lower the scale. Works on every adapter, but pays at best on a GPU: in software an update takes half again to twice as long.', 'Micikevicius et al. 2017, arXiv 1710.03740'),
  cachePrecision: choice('Model', 'Keys and values kept as', ['f32', 'f16'], 'f32', 'What decoding remembers of the tokens before: f16 takes half the memory and half the reading for each token, on every GPU; without a GPU it is slower by a tenth to a quarter. All arithmetic stays f32. The sampler\'s log-probabilities then differ from the trainer\'s, by 0.0001 to 0.0003 nats on average and 0.014 at most with the starters: sampler/mismatch shows by how much, and an update that uses them computes them again where they differ by more than the sampler bound.', `${OURS}; differences measured`),

  codesPerStep: integer('Sampling', 'Functions per update (n)', 8, [1, 64, 1], 'Functions drawn for each update.', MEASURED),
  documentations: integer('Sampling', 'Documentations per function (K)', 8, [2, 64, 1], 'Documentations sampled for each function: the group that is compared with itself.', `${MEASURED}; ${TRL} num_generations 8`),
  reconstructions: integer('Sampling', 'Reconstructions per documentation (M)', 1, [1, 16, 1], 'Times each documentation is turned back into code.', MEASURED),
  temperature: number('Sampling', 'Temperature', 1, [0.1, 2, 0.05], 'Randomness of sampling while learning; 1 samples the model as it is.', TRL),
  topK: integer('Sampling', 'Top-k', 0, [0, 1000, 1], 'Only the k likeliest tokens may be drawn; 0 is off.', TRL),
  topP: number('Sampling', 'Top-p', 1, [0.05, 1, 0.01], 'Only the likeliest tokens up to this total probability may be drawn; 1 is off.', TRL),
  minP: number('Sampling', 'Min-p', 0, [0, 1, 0.01], 'Tokens below this share of the likeliest token may not be drawn; 0 is off.', TRL),
  repetitionPenalty: number('Sampling', 'Repetition penalty', 1, [1, 2, 0.01], 'Makes tokens that were already written less likely; 1 is off.', TRL),
  maxDocumentationTokens: integer('Sampling', 'Longest documentation', 56, [8, 256, 1], 'Documentation that has not ended by then is refused.', MEASURED, 'tokens'),
  maxCodeTokens: integer('Sampling', 'Longest function', 90, [8, 512, 1], 'Longer functions leave the run, and reconstructions stop here.', MEASURED, 'tokens'),

  reward: choice('Reward', 'Reward', ['similarity', 'log-likelihood'], 'similarity', 'Similarity of the reconstruction (the paper), or how likely the reader finds the original code given the documentation (faster, and the one that works on real code from nothing).', `BatCoder; ${MEASURED}`),
  rDocMode: choice('Reward', 'Documentation check', ['gate', 'additive'], 'gate', 'Gate multiplies the reward by R_doc (the paper); additive subtracts 0.1 for bad form and 0.3 x leak. Both learn alike.', `gate: BatCoder; additive: ${MEASURED}`),
  leakPenalty: flag('Reward', 'Refuse copied code', true, 'Off, a model that was ever shown copies soon writes the code itself into the documentation and the reward reads 0.99; the starters were not, and hardly try.', MEASURED),
  documentationStructure: choice('Reward', 'Form of documentation', ['sentences', 'sections'], 'sentences', 'Plain sentences, or Summary, Params, Returns and Examples sections as in the paper.', 'BatCoder'),
  documentationStrictness: choice('Reward', 'Strictness of the check', ['strict', 'loose', 'off'], 'strict', 'Strict takes a level off for small faults and refuses grave ones; loose lets small faults pass; off lets everything pass unchanged, copied code too (the ablation without filter).', OURS),
  documentationLanguage: choice('Reward', 'Language of documentation', ['any', 'english'], 'any', 'English refuses documentation in another language; loose checking takes a level off instead.', OURS),
  documentationExamples: flag('Reward', 'Examples required', true, 'Sections only: a documentation without examples is a level lower.', 'BatCoder'),
  documentationTypes: flag('Reward', 'Parameter types required', false, 'Sections only: a parameter without a type in parentheses takes a level off.', 'BatCoder has typed parameters; off is our choice'),
  documentationWords: integer('Reward', 'Fewest words', 0, [0, 64, 1], 'Shorter documentation (in sections: a shorter Summary) is a level lower; a plain sentence has two words in any case.', OURS, 'words'),
  stripFences: flag('Reward', 'Cut out fenced code', false, 'Fenced code blocks are cut out and the rest is judged; off, a fence refuses the documentation.', OURS),
  stripSignature: flag('Reward', 'Cut out the signature', false, 'A signature written out in the documentation is cut down to the name before the reader sees it.', OURS),
  stripRun: integer('Reward', 'Longest copied run', 0, [0, 64, 1], 'Runs of more tokens than this that stand in the code too are cut out before the reader sees them, examples excepted; 0 cuts none.', OURS, 'tokens'),
  unparsable: number('Reward', 'Unparsable code scores at most', 1, [0, 1, 0.05], 'Highest similarity that code with a syntax error may get; its structure part is 0 in any case.', OURS),
  contrast: integer('Reward', 'Contrast functions', 0, [0, 7, 1], 'Log-likelihood only: subtract how well the same documentation explains this many other functions.', MEASURED),
  identificationWeight: number('Reward', 'Identification', 0, [0, 2, 0.05], 'Added to the reward: the probability with which the reader picks the right function among 8 given the documentation.', OURS),
  frozenWeight: number('Reward', 'Frozen reader', 0, [0, 2, 0.05], 'Added to the reward: the geometric mean probability of the original code under a reader frozen before the loop, which no private language can please.', OURS),
  factWeight: number('Reward', 'True facts', 0, [0, 2, 0.05], 'Added to the reward: F1 of the stated facts against the syntax tree, so that both untrue and missing facts cost.', OURS),
  lengthCost: number('Reward', 'Length cost', 0, [0, 1, 0.05], 'Subtracted from the reward for a documentation of full length, in proportion for shorter ones.', MEASURED),
  cheatPenalty: number('Reward', 'Penalty for cheating', 1, [0, 2, 0.05], 'Times the cheat score, subtracted from the reward: code handed over as word lists, ciphers, spellings or invisible marks. Honest documentation scores 0.', OURS),
  paddingPenalty: number('Reward', 'Penalty for padding', 0.5, [0, 2, 0.05], 'Times the padding score, subtracted from a reconstruction with text in comments, repeated or dead statements, or a length far from the original\'s.', OURS),

  weightEdit: number('Similarity', 'Token edits', 0.3, [0, 1, 0.05], 'Share of token edit similarity in the reward.', OURS),
  weightF1: number('Similarity', 'Exact tokens', 0.2, [0, 1, 0.05], 'Share of exact-token F1 in the reward.', MEASURED),
  weightChrf: number('Similarity', 'chrF', 0.1, [0, 1, 0.05], 'Share of character n-gram F (chrF) in the reward.', 'arXiv 2208.03133: chrF fits human judgement best'),
  weightStructure: number('Similarity', 'Structure', 0.4, [0, 1, 0.05], 'Share of syntax-tree similarity in the reward.', MEASURED),
  weightCssg: number('Similarity', 'CSSG (our reading)', 0, [0, 1, 0.05], 'Share of program-dependence-graph similarity in the reward: the paper\'s own metric, as far as it is published.', 'arXiv 2601.04085'),
  weightTsed: number('Similarity', 'TSED', 0, [0, 1, 0.05], 'Share of tree edit distance as published: blind to names, literals and most operators.', 'arXiv 2404.08817'),
  weightTsedFull: number('Similarity', 'TSED, full tree', 0, [0, 1, 0.05], 'Share of tree edit distance that sees operators, literals and names.', OURS),
  weightCodebleu: number('Similarity', 'CodeBLEU', 0, [0, 1, 0.05], 'Share of CodeBLEU as published, with its free quarter when no data flow matches.', 'k4black/codebleu'),
  weightCodebleuFixed: number('Similarity', 'CodeBLEU, mended', 0, [0, 1, 0.05], 'Share of CodeBLEU with both directions counted and no free quarter.', OURS),
  weightBleu: number('Similarity', 'BLEU', 0, [0, 1, 0.05], 'Share of sentence BLEU, smoothed as sacrebleu does.', 'sacrebleu'),
  weightCrystalbleu: number('Similarity', 'CrystalBLEU', 0, [0, 1, 0.05], 'Share of BLEU without the n-grams that all code shares.', 'sola-st/crystalbleu'),
  weightRouge: number('Similarity', 'ROUGE-L', 0, [0, 1, 0.05], 'Share of the longest common subsequence of tokens.', 'Lin 2004'),
  weightExact: number('Similarity', 'Exact match', 0, [0, 1, 0.05], 'Share of exact equality after normalisation.', OURS),
  weightEmbedding: number('Similarity', 'Embedding', 0, [0, 1, 0.05], 'Share of the cosine of embeddings by a frozen model, negative ones counted as 0.', OURS),
  weightExecution: number('Similarity', 'Execution', 0, [0, 1, 0.05], 'Share of behaviour: original and reconstruction run on the same made inputs in the sandbox, and the part is the share of outputs that agree. Functions that cannot be judged by running leave their share to the other parts. It costs seconds in every update, which are shown.', OURS),
  executionInputs: integer('Similarity', 'Inputs for execution', 20, [4, 60, 1], 'Argument lists that each function is run on, chosen so that the original answers differently; 20 tell 97 of 100 one-operator changes of the sample corpus apart.', 'measured on mutants of the sample corpus', 'inputs'),
  embedding: choice('Similarity', 'Embeddings by', ['off', 'policy', 'model'], 'off', 'Which frozen model embeds: the policy as it was when the loop began, or an encoder of yours, chosen as a folder and read in this browser.', OURS),
  embeddingDevice: choice('Similarity', 'Embedding device', ['wasm', 'webgpu'], 'wasm', 'Where an encoder of yours runs: on the processor, or on the GPU beside the training.', OURS),
  cssgNodeCost: number('Similarity', 'CSSG node cost', 1, [0.1, 5, 0.1], 'Cost of a statement that only one graph has.', `${OURS} (unpublished)`),
  cssgClassCost: number('Similarity', 'CSSG label cost', 2, [0, 5, 0.1], 'Cost of a statement of the same kind but another operation, identifier class or constant type.', `${OURS} (unpublished)`),
  cssgEdgeCost: number('Similarity', 'CSSG edge cost', 0.5, [0, 5, 0.1], 'Cost of each end of a control, data or call edge that only one graph has.', `${OURS} (unpublished)`),
  cssgMostNodes: integer('Similarity', 'CSSG largest graph', 200, [20, 1000, 10], 'Larger graphs are compared by refined labels instead of an assignment.', OURS, 'nodes'),

  objective: choice('Update', 'Objective', ['policy', 'rft', 'sft', 'backtranslation', 'ucoder', 'in-turn'], 'policy', 'Policy gradient (BatCoder); best-of-K rejection sampling; supervised pairs only; reward-free back-translation; UCoder: many answers to each problem are run, and the one that most agree on is learned; or BatCoder and UCoder in turn. Supervised and back-translation are comparisons.', MEASURED),
  method: choice('Update', 'Method', ['proven', 'reinforce', 'reinforce++', 'reinforce++-baseline', 'grpo', 'dr-grpo', 'dapo', 'rloo', 'gspo', 'cispo'], 'proven', 'Policy-gradient estimator: proven is group-normalised with a token mean per stage and no KL; REINFORCE++ is the one the paper names.', MEASURED),
  aggregation: choice('Update', 'Aggregation', ['method', 'token-mean', 'sequence-mean', 'sequence-sum', 'dr_grpo', 'bnpo', 'dapo'], 'method', 'How token losses are averaged; method keeps the one that belongs to the method.', 'method papers'),
  advantageEpsilon: number('Update', 'Advantage epsilon', 0.01, [0, 1, 0.001], 'Added to the group deviation before dividing by it.', MEASURED),
  epsilonLow: number('Update', 'Clip below', 0, [0, 1, 0.0001], 'Ratio clip below 1; 0 takes the method\'s own.', 'method papers'),
  epsilonHigh: number('Update', 'Clip above', 0, [0, 10, 0.0001], 'Ratio clip above 1; 0 takes the method\'s own.', 'method papers'),
  kl: choice('Update', 'KL', ['method', 'none', 'k1', 'k2', 'k3'], 'method', 'Estimator of the distance from the starting model; method keeps the one that belongs to the method.', 'method papers'),
  klBeta: number('Update', 'KL weight', 0, [0, 1, 0.001], 'Weight of the KL term; 0 takes the method\'s own.', 'OpenRLHF 0.01, TRL RLOO 0.05'),
  entropyCoef: number('Update', 'Entropy bonus', 0, [0, 0.1, 0.001], 'Rewards undecided predictions; 0 is off.', TRL),
  updatesPerBatch: integer('Update', 'Updates per batch', 1, [1, 8, 1], 'Optimizer steps on the same samples; above 1 the clip begins to act.', TRL),
  samplerBound: number('Update', 'Sampler bound', 1e-3, [0, 1, 0.0001], 'Log-probabilities come from the sampler as long as a few rows, scored again by the trainer, differ by at most this (or a tenth of the clip range, where that is less), else all are scored again; 0 always does. Compared in every step that uses them (several updates, KL in the reward), else in every tenth.', 'our choice; f32 differs by about 1e-5 (measured)', 'nats'),
  writerWeight: number('Update', 'Writer weight', 1, [0, 4, 0.1], 'Weight of code-to-documentation in the update.', 'BatCoder: both stages together'),
  readerWeight: number('Update', 'Reader weight', 1, [0, 4, 0.1], 'Weight of documentation-to-code in the update.', 'BatCoder: both stages together'),
  anchor: integer('Update', 'Anchor pairs', 0, [0, 64, 1], 'Warm-start pairs (documentation to code) added to every update so the reader is not lost.', MEASURED),
  learningRate: number('Update', 'Learning rate', 2e-4, [1e-7, 1e-2, 1e-5], 'Step size of the loop.', MEASURED),
  learningRateWarmup: integer('Update', 'Learning-rate warm-up', 5, [0, 1000, 1], 'Updates over which the rate rises to its full value.', MEASURED, 'updates'),
  maxGradNorm: number('Update', 'Gradient clip', 1, [0.01, 100, 0.01], 'Gradients longer than this are shortened to it.', MEASURED),
  weightDecay: number('Update', 'Weight decay', 0, [0, 1, 0.01], 'Decoupled weight decay in the loop.', MEASURED),
  beta1: number('Update', 'Adam beta 1', 0.9, [0, 0.999, 0.001], 'Memory of the gradient mean.', MEASURED),
  beta2: number('Update', 'Adam beta 2', 0.95, [0, 0.9999, 0.001], 'Memory of the gradient square.', MEASURED),

  problems: choice('UCoder', 'Problems from', ['corpus', 'described', 'model'], 'corpus', 'Corpus: the documentation that the model itself writes of your functions (BatCoder\'s first stage) is the problem. Described: their true documentation at the reader\'s detail. Model: the model makes problems up, rates them and writes their heads and tests, as in the paper; that takes a model that follows instructions.', 'UCoder stages 1 to 4; corpus and described are ours'),
  candidates: integer('UCoder', 'Answers per problem (n)', 16, [2, 128, 1], 'Answers sampled for each problem and run.', 'UCoder 128; 16 is our choice'),
  tests: integer('UCoder', 'Tests per problem', 40, [1, 200, 1], 'Inputs that every answer is run on, at most.', 'UCoder about 100; 40 is our choice', 'inputs'),
  reliability: number('UCoder', 'Reliability', 0.8, [0, 1, 0.05], 'Answers that run on a smaller share of the tests are left out (rho).', 'UCoder'),
  minShare: number('UCoder', 'Smallest agreement', 0.5, [0, 1, 0.05], 'The largest cluster must hold this share of the answers, and at least two, or the problem is left: a smaller one is seldom right (tau / n).', 'our choice, measured: where half agree 54 (0.11M) to 100 (0.35M) of 100 answers were right, where fewer do 0 to 47'),
  signature: choice('UCoder', 'Signature', ['output', 'passfail'], 'output', 'What answers have to share to agree: their outputs, or only where they pass (the paper\'s words; without expected outputs that means where they run).', 'UCoder says both'),
  pick: choice('UCoder', 'Learned from', ['consensus', 'random', 'greedy', 'reward', 'truth'], 'consensus', 'Which answer is learned: the consensus; or, to compare, a random one that runs, the likeliest one, the one most similar to the original, or the original itself.', 'UCoder; the others are comparisons'),
  patience: integer('Evaluation', 'Evaluations without gain', 0, [0, 100, 1], 'The run ends when so many evaluations in a row brought no better held-out result (functions rebuilt from their true documentation that run right; similarity where nothing runs); 0 = never.', 'UCoder: best in rounds 4 to 6, then it oscillates'),
  allMetrics: flag('Evaluation', 'Every metric in every step', true, 'Computes all similarity metrics on the samples of each step, whichever is rewarded, beside the update.', OURS),
  traceGroups: integer('Evaluation', 'Functions followed past the update', 1, [0, 64, 1], 'The tokens sampled for the first so many functions of each update are scored again after it, so that the Samples tab can show what the update did to them, and what their documentation is worth to the reader beside none; 0 = off.', OURS),
  evaluateEvery: integer('Evaluation', 'Evaluate every', 20, [1, 10000, 1], 'Updates between evaluations on held-out functions; there is always one before and one after.', OURS, 'updates'),
  evaluateItems: integer('Evaluation', 'Held-out functions', 32, [2, 1024, 1], 'Functions per held-out split in an evaluation; 96 gives a standard error near 0.015.', MEASURED),
  evaluateTemperature: number('Evaluation', 'Evaluation temperature', 1, [0, 2, 0.05], 'Temperature of evaluation samples; 0 takes the likeliest token.', MEASURED),

  warmstartLearningRate: number('Warm start', 'Learning rate', 4e-3, [1e-6, 5e-2, 1e-4], 'Peak rate, reached after 50 steps and lowered along a cosine to a tenth.', MEASURED),
  warmstartBatch: integer('Warm start', 'Sequences per step', 40, [1, 512, 1], 'Sequences in one warm-start step.', MEASURED),
  warmstartWeightDecay: number('Warm start', 'Weight decay', 0.05, [0, 1, 0.01], 'Decoupled weight decay in the warm start.', MEASURED),
  mixLm: number('Warm start', 'Share of plain code', 0.1, [0, 1, 0.05], 'Share of sequences that are code alone.', MEASURED),
  mixWriter: number('Warm start', 'Share of writer pairs', 0.35, [0, 1, 0.05], 'Share of code-to-documentation pairs.', MEASURED),
  mixReader: number('Warm start', 'Share of reader pairs', 0.55, [0, 1, 0.05], 'Share of documentation-to-code pairs.', MEASURED),
  writerDetail: number('Warm start', 'Detail for the writer', 0.12, [0, 1, 0.01], 'Chance that a fact is stated (or a sentence precise) in documentation the writer learns from: vague, so that the loop has something to find.', MEASURED),
  readerDetail: number('Warm start', 'Detail for the reader', 0.6, [0, 1, 0.01], 'The same for the reader: precise, so that it can follow a good documentation.', MEASURED),
  readerPreciseShare: number('Warm start', 'Precise reader pairs', 0.8, [0, 1, 0.05], 'Share of reader pairs at the reader\'s detail; the rest use the writer\'s.', MEASURED),
  referenceGapGate: number('Warm start', 'Reference gap wanted', 0.8, [0, 5, 0.05], 'Nats per token by which right documentation must beat wrong documentation before the loop on log-likelihood is worth starting.', MEASURED, 'nats/token'),
  factPrecisionGate: number('Warm start', 'True facts wanted', 0.4, [0, 1, 0.05], 'Share of the stated facts that must be true before the loop on log-likelihood is worth starting.', MEASURED),
  loopGate: choice('Warm start', 'When the gate is closed', ['warn', 'stop'], 'warn', 'If the reader is not ready after the warm start: say so and go on, or stop there, saved; resuming then goes on all the same.', OURS),
} as const satisfies Record<string, Body<number | string | boolean>>;

export type SettingKey = keyof typeof BODY;
/** A whole, valid configuration; plain data, assignable to the `settings` of a Checkpoint. */
export type Settings = { [K in SettingKey]: (typeof BODY)[K] extends Body<infer T> ? T : never };
export type SettingValue = number | string | boolean;

/** Every setting in the order in which the page lists them. */
export const SETTINGS: readonly Setting[] = (Object.entries(BODY) as [SettingKey, Body<SettingValue>][]).map(([key, body]) => ({ key, ...body }));
const BY_KEY: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((setting) => [setting.key, setting]));

/** The settings that hold the share of a similarity metric. */
export const WEIGHT_KEYS: readonly (SettingKey & `weight${string}`)[] = SETTINGS.map(({ key }) => key)
  .filter((key): key is SettingKey & `weight${string}` => /^weight[A-Z]/.test(key) && key !== 'weightDecay');

export type PresetName = 'demo' | 'lesson' | 'folder' | 'overnight';
export interface Preset { name: PresetName; label: string; meaning: string; settings: Partial<Settings> }

const FOLDER: Partial<Settings> = {
  model: 'new', modelSize: '1.1M', vocabSize: 1024, warmstartSteps: 1200, warmstartLearningRate: 3e-3, steps: 80, maxDocumentationTokens: 64, maxCodeTokens: 120,
  mixLm: 0.15, mixWriter: 0.3, mixReader: 0.55, writerDetail: 0.3, readerDetail: 0.6, readerPreciseShare: 0.75,
  reward: 'log-likelihood', rDocMode: 'additive', objective: 'rft', anchor: 12, aggregation: 'sequence-mean', evaluateItems: 48, loopGate: 'stop',
};

/** A preset is the defaults with these differences. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  demo: { name: 'demo', label: 'Demo', meaning: 'About a minute: the starter model learns to document its sample corpus.', settings: {} },
  lesson: { name: 'lesson', label: 'Lesson', meaning: 'About five minutes: the same loop for longer, measured on more functions.', settings: { steps: 400, evaluateItems: 64 } },
  folder: { name: 'folder', label: 'Folder', meaning: 'Your own code: a new model is warmed up on it, then learns by best-of-K on log-likelihood.', settings: FOLDER },
  overnight: { name: 'overnight', label: 'Overnight', meaning: 'Hours on your own code: a longer warm start and a longer loop.', settings: { ...FOLDER, vocabSize: 2048, warmstartSteps: 12000, steps: 2000, evaluateEvery: 100, evaluateItems: 96, checkpointSeconds: 300 } },
};

/** The defaults of every setting. */
export function defaults(): Settings {
  return Object.fromEntries(SETTINGS.map((setting) => [setting.key, setting.default])) as unknown as Settings;
}

/** The settings of a preset: defaults with the preset's differences. */
export function presetSettings(name: PresetName): Settings {
  return { ...defaults(), ...PRESETS[name].settings };
}

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}

/** What is wrong with `value` for the setting `key`; null when it is fine. Numbers must be finite and in range. */
export function checkSetting(key: string, value: unknown): string | null {
  const setting = BY_KEY.get(key);
  if (!setting) return `There is no setting called "${key.slice(0, 40)}".`;
  const name = `${setting.label} (${key})`;
  if (setting.kind === 'boolean') return typeof value === 'boolean' ? null : `${name} must be true or false.`;
  if (setting.kind === 'choice') {
    return typeof value === 'string' && setting.choices!.includes(value) ? null : `${name} must be one of ${setting.choices!.join(', ')}.`;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} must be a number.`;
  if (setting.kind === 'integer' && !Number.isInteger(value)) return `${name} must be a whole number.`;
  if (value < setting.min! || value > setting.max!) return `${name} must be between ${setting.min} and ${setting.max}.`;
  return null;
}

/** Everything wrong with a candidate configuration, one sentence each; empty when it can run. Missing keys are an error. */
export function validate(candidate: Record<string, unknown>): string[] {
  const problems: string[] = [];
  for (const key of Object.keys(candidate)) {
    const problem = checkSetting(key, candidate[key]);
    if (problem) problems.push(problem);
  }
  for (const setting of SETTINGS) if (!Object.hasOwn(candidate, setting.key)) problems.push(`${setting.label} (${setting.key}) is missing.`);
  if (problems.length > 0) return problems;
  const s = candidate as Settings;
  if (SETTINGS.every(({ key }) => !/^weight[A-Z]/.test(key) || key === 'weightDecay' || s[key] === 0)) problems.push('The similarity weights are all 0: give at least one part a share.');
  if (s.weightEmbedding > 0 && s.embedding === 'off') problems.push('Embedding has a share and nothing to embed with: set Embeddings by (embedding) to policy or model, or the share to 0.');
  if (s.mixLm + s.mixWriter + s.mixReader <= 0) problems.push('The warm-start shares are all 0: give at least one kind of sequence a share.');
  if (s.writerWeight + s.readerWeight <= 0) problems.push('Writer and reader weight are both 0: nothing would be trained.');
  if (s.contrast > 0 && s.contrast >= s.codesPerStep) problems.push('Contrast functions must be fewer than the functions per update.');
  return problems;
}

/** Reads text (a URL value, a `--set` argument) as a value of the setting; `error` says what is wrong with it. */
export function parseSetting(key: string, text: string): { value: SettingValue } | { error: string } {
  const setting = BY_KEY.get(key);
  if (!setting) return { error: `There is no setting called "${key.slice(0, 40)}".` };
  let value: SettingValue = text;
  if (setting.kind === 'boolean') value = text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
  // Number('') is 0 and Number('0x10') is 16: neither is what a person meant.
  else if (setting.kind !== 'choice') value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text;
  const error = checkSetting(key, value);
  return error ? { error } : { value };
}

/** The URL form: the preset and the differences from it, in listing order, without a leading `?`. */
export function toQuery(settings: Settings, preset: PresetName): string {
  const base = presetSettings(preset);
  const query = new URLSearchParams({ preset });
  for (const { key } of SETTINGS) if (settings[key] !== base[key]) query.set(key, String(settings[key]));
  return query.toString();
}

/** Every setting at its longest is well under this. */
const LONGEST_QUERY = 4_000;
/** Mistakes of an address that are told one by one. */
const MOST_ERRORS = 8;

/**
 * Reads a URL query. With any problem, `errors` lists them all and the settings are the untouched defaults of the demo: half a
 * configuration is never applied. Keys that are no setting are refused, prototype names included.
 */
export function fromQuery(query: string): { preset: PresetName; settings: Settings; errors: string[] } {
  const errors: string[] = [];
  if (query.length > LONGEST_QUERY) return { preset: 'demo', settings: presetSettings('demo'), errors: [`The address is ${query.length.toLocaleString('en-US')} characters long; a configuration takes at most ${LONGEST_QUERY.toLocaleString('en-US')}.`] };
  const seen = new Set<string>();
  const params = new URLSearchParams(query);
  const wanted = params.get('preset') ?? 'demo';
  const preset: PresetName = isPreset(wanted) ? wanted : 'demo';
  if (!isPreset(wanted)) errors.push(`There is no preset called "${wanted.slice(0, 40)}"; there are ${Object.keys(PRESETS).join(', ')}.`);
  const settings = presetSettings(preset);
  for (const [key, text] of params) {
    if (seen.has(key)) errors.push(`"${key.slice(0, 40)}" is given twice.`);
    seen.add(key);
    if (key === 'preset') continue;
    const read = parseSetting(key, text);
    if ('error' in read) errors.push(read.error);
    else Object.assign(settings, { [key]: read.value });
  }
  if (errors.length === 0) errors.push(...validate(settings));
  const told = errors.length > MOST_ERRORS + 1 ? [...errors.slice(0, MOST_ERRORS), `And ${errors.length - MOST_ERRORS} more mistakes.`] : errors;
  return errors.length > 0 ? { preset: 'demo', settings: presetSettings('demo'), errors: told } : { preset, settings, errors };
}

/** Layers, width, heads and feed-forward width of the new models; sizes measured in the prototype. */
export const MODEL_SIZES: Readonly<Record<Settings['modelSize'], { hidden: number; layers: number; heads: number; feedForward: number }>> = {
  '107k': { hidden: 48, layers: 3, heads: 4, feedForward: 128 },
  '351k': { hidden: 80, layers: 4, heads: 4, feedForward: 216 },
  '667k': { hidden: 112, layers: 4, heads: 4, feedForward: 304 },
  '1.1M': { hidden: 128, layers: 5, heads: 4, feedForward: 344 },
};

/** Config of a new model: Llama layout, tied embeddings, no biases; positions hold the longest pair the settings allow. */
export function modelConfig(settings: Settings, vocabSize: number): ModelConfig {
  const size = MODEL_SIZES[settings.modelSize];
  return {
    model_type: 'llama', vocab_size: vocabSize, hidden_size: size.hidden, intermediate_size: size.feedForward, num_hidden_layers: size.layers,
    num_attention_heads: size.heads, num_key_value_heads: size.heads, head_dim: size.hidden / size.heads,
    // Prompt specials take at most five positions; a round number keeps plans of similar runs alike.
    max_position_embeddings: Math.max(256, Math.ceil((settings.maxDocumentationTokens + settings.maxCodeTokens + 8) / 64) * 64),
    rms_norm_eps: 1e-5, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
  };
}
