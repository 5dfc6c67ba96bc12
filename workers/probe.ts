/** One batch through loss and gradients of someone's model: TRL's names in, numbers and safetensors out. No page, no loop. */
import { labError, type Batch, type UpdateSettings } from '../src/types';
import { parseConfig } from '../src/formats/hf_config';
import { readSafetensors, writeSafetensors } from '../src/formats/safetensors';
import type { Engine } from '../src/model/engine';

export interface ProbeInput { config: unknown; safetensors: Uint8Array; batch: unknown }

export interface ProbeOutput {
  result: Record<string, unknown>;
  /** B x T x V, named `logits`. */
  logits: Uint8Array;
  /** Every parameter by its Hugging Face name, before clipping. */
  grads: Uint8Array;
}

type Aggregation = 'sequence-mean' | 'sequence-sum' | 'tokens' | 'fixed';

/** TRL's loss types and ours, as the kernel's switches. */
const LOSSES: Record<string, { aggregation: Aggregation; ratio: UpdateSettings['ratio']; clip: UpdateSettings['clip'] }> = {
  sft: { aggregation: 'tokens', ratio: 'none', clip: 'none' },
  reinforce: { aggregation: 'tokens', ratio: 'none', clip: 'none' },
  'reinforce++': { aggregation: 'tokens', ratio: 'token', clip: 'min' },
  'reinforce++-baseline': { aggregation: 'tokens', ratio: 'token', clip: 'min' },
  rloo: { aggregation: 'sequence-sum', ratio: 'product', clip: 'min' },
  grpo: { aggregation: 'sequence-mean', ratio: 'token', clip: 'min' },
  gspo: { aggregation: 'sequence-mean', ratio: 'sequence', clip: 'min' },
  bnpo: { aggregation: 'tokens', ratio: 'token', clip: 'min' },
  dapo: { aggregation: 'tokens', ratio: 'token', clip: 'min' },
  dr_grpo: { aggregation: 'fixed', ratio: 'token', clip: 'min' },
  cispo: { aggregation: 'tokens', ratio: 'none', clip: 'cispo' },
};

/** Throws BadModel or BadInput in words; the engine's model is replaced. */
export async function runProbe(engine: Engine, input: ProbeInput): Promise<ProbeOutput> {
  const { config } = parseConfig(JSON.stringify(input.config));
  const { tensors } = readSafetensors(input.safetensors, { maxHeaderBytes: 16 << 20 });
  const request = readRequest(input.batch);
  const { rows, length } = request;
  await engine.load({ ...config, max_position_embeddings: Math.max(config.max_position_embeddings, length) }, tensors, 0);
  const { batch, settings, attended } = toBatch(request);
  const seen = await engine.inspect(batch, settings);
  const table = (values: Float32Array): number[][] =>
    Array.from({ length: rows }, (_, b) => Array.from({ length }, (_, t) => (attended[b * length + t] ? values[b * length + t]! : 0)));
  const { metrics } = seen;
  const sequences = settings.ratio === 'sequence' ? sequenceMetrics(request, batch, settings, seen.logps) : null;
  return {
    result: {
      loss: metrics.loss, per_token_logps: table(seen.logps), entropy: metrics.entropy, per_token_entropy: table(seen.entropies), kl: metrics.kl,
      ...(settings.clip === 'cispo' ? { cispo_clip_ratio: metrics.clipHigh } : {}),
      'clip_ratio/low_mean': sequences?.low ?? metrics.clipLow, 'clip_ratio/high_mean': sequences?.high ?? metrics.clipHigh,
      'clip_ratio/region_mean': sequences ? sequences.low + sequences.high : metrics.clipLow + metrics.clipHigh, ratio_mean: sequences?.ratio ?? metrics.ratioMean, grad_norm: metrics.gradNorm, num_tokens: metrics.trainedTokens, adapter: await engine.adapter(),
    },
    logits: writeSafetensors([{ name: 'logits', shape: [rows, length, config.vocab_size], data: seen.logits }], 'F32'),
    grads: writeSafetensors(seen.named, 'F32'),
  };
}

/** Clip shares and the mean ratio counted by sequences, as TRL does when one ratio belongs to a whole row. */
function sequenceMetrics(request: Request, batch: Batch, settings: UpdateSettings, logps: Float32Array): { low: number; high: number; ratio: number } {
  const { rows, length } = request;
  const sum = { low: 0, high: 0, ratio: 0 };
  for (let b = 0; b < rows; b++) {
    const trained = Array.from({ length }, (_, t) => b * length + t).filter(i => batch.weight[i] !== 0);
    const ratio = Math.exp(trained.reduce((total, i) => total + (batch.oldLogps ? logps[i]! - batch.oldLogps[i]! : 0), 0) / Math.max(1, trained.length));
    const advantage = batch.advantage[trained[0] ?? 0]!;
    sum.ratio += ratio / rows;
    if (ratio < 1 - settings.epsilonLow && advantage < 0) sum.low += 1 / rows;
    if (ratio > 1 + settings.epsilonHigh && advantage > 0) sum.high += 1 / rows;
  }
  return sum;
}

interface Request {
  rows: number; length: number;
  ids: number[][]; attention: number[][]; completion: number[][];
  advantages: number[][];
  old: number[][] | null; ref: number[][] | null;
  settings: Record<string, unknown>;
}

function bad(text: string): Error {
  return labError('BadInput', `The batch ${text} Nothing was computed.`);
}

function matrix(value: unknown, name: string, rows: number, length: number): number[][] {
  const ok = Array.isArray(value) && value.length === rows
    && value.every(row => Array.isArray(row) && row.length === length && row.every(x => typeof x === 'number' && Number.isFinite(x)));
  if (!ok) throw bad(`has no usable ${name}: it must be ${rows} rows of ${length} finite numbers.`);
  return value as number[][];
}

function readRequest(value: unknown): Request {
  if (typeof value !== 'object' || value === null) throw bad('is not a JSON object.');
  const json = value as Record<string, unknown>;
  const first = Array.isArray(json.input_ids) ? (json.input_ids as unknown[])[0] : undefined;
  if (!Array.isArray(first) || first.length < 2) throw bad('has no input_ids: rows of at least 2 token ids of equal length.');
  const rows = (json.input_ids as unknown[]).length;
  const length = first.length;
  const ids = matrix(json.input_ids, 'input_ids', rows, length);
  const attention = json.attention_mask === undefined ? ids.map(row => row.map(() => 1)) : matrix(json.attention_mask, 'attention_mask', rows, length);
  for (const row of attention) {
    if (row.some((x, t) => x !== 0 && t > 0 && row[t - 1] === 0)) throw bad('is not right-padded: an attention_mask goes from 0 back to 1.');
  }
  const completion = matrix(json.completion_mask, 'completion_mask', rows, length);
  const given = json.advantages ?? ids.map(() => 1);
  const flat = Array.isArray(given) && given.length === rows && given.every(x => typeof x === 'number');
  const advantages = flat ? (given as number[]).map(a => Array.from({ length }, () => a)) : matrix(given, 'advantages', rows, length);
  const optional = (name: string): number[][] | null => (json[name] === undefined || json[name] === null ? null : matrix(json[name], name, rows, length));
  const settings = (json.settings ?? {}) as Record<string, unknown>;
  return { rows, length, ids, attention, completion, advantages, old: optional('old_per_token_logps'), ref: optional('ref_per_token_logps'), settings };
}

function toBatch(request: Request): { batch: Batch; settings: UpdateSettings; attended: boolean[] } {
  const { rows, length, settings } = request;
  const number = (name: string, otherwise: number): number => {
    const value = settings[name] ?? otherwise;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(`has settings.${name} = ${JSON.stringify(value)}, not a number.`);
    return value;
  };
  const type = String(settings.loss_type ?? 'grpo');
  const loss = LOSSES[type];
  if (!loss) throw bad(`asks for loss_type ${type}; known are ${Object.keys(LOSSES).join(', ')}.`);
  const level = String(settings.importance_sampling_level ?? 'token');
  if (level !== 'token' && level !== 'sequence') throw bad(`asks for importance_sampling_level ${level}; known are token, sequence.`);
  const attended = request.attention.flat().map(x => x !== 0);
  // The first token of a row has no logits before it.
  const trained = request.completion.flatMap((row, b) => row.map((x, t) => x !== 0 && t > 0 && attended[b * length + t]!));
  const perRow = Array.from({ length: rows }, (_, b) => trained.slice(b * length, (b + 1) * length).filter(Boolean).length);
  const all = perRow.reduce((a, b) => a + b, 0);
  if (!all) throw bad('trains no token: completion_mask is 0 everywhere.');
  const longest = number('max_completion_length', length);
  const weightOf: Record<Aggregation, (b: number) => number> = {
    'sequence-mean': b => 1 / (rows * perRow[b]!), 'sequence-sum': () => 1 / rows, tokens: () => 1 / all, fixed: () => 1 / (rows * longest),
  };
  const size = rows * length;
  const batch: Batch = {
    tokens: Int32Array.from(request.ids.flat()), offsets: Int32Array.from({ length: rows + 1 }, (_, b) => b * length),
    weight: Float32Array.from({ length: size }, (_, i) => (trained[i] ? weightOf[loss.aggregation](Math.floor(i / length)) : 0)),
    advantage: type === 'sft' ? new Float32Array(size).fill(1) : Float32Array.from(request.advantages.flat()),
  };
  // On-policy unless told otherwise; the reference defaults to the model itself, where every KL is 0.
  if (request.old) batch.oldLogps = Float32Array.from(request.old.flat());
  if (request.ref) batch.refLogps = Float32Array.from(request.ref.flat());
  const epsilon = number('epsilon', 0.2);
  const beta = request.ref ? number('beta', 0) : 0;
  const ratio = level === 'sequence' && loss.ratio === 'token' ? 'sequence' : loss.ratio;
  if (ratio === 'sequence' || ratio === 'product') {
    // One ratio a row has one gradient; with several advantages it would not be each token's own.
    const uneven = request.advantages.some((row, b) => new Set(row.filter((_, t) => trained[b * length + t])).size > 1);
    if (uneven) throw bad('has several advantages in one row, which a ratio of whole sequences cannot weigh.');
  }
  const temperature = number('temperature', 1);
  if (temperature <= 0) throw bad(`has settings.temperature = ${temperature}; it must be above 0.`);
  return {
    batch, attended,
    settings: {
      learningRate: 0, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, maxGradNorm: number('max_grad_norm', 1),
      // CISPO's ratio is inside its own clip: with old log-probabilities it must be computed.
      ratio: type === 'cispo' ? (level === 'sequence' ? 'sequence' : 'token') : ratio, clip: loss.clip,
      epsilonLow: epsilon, epsilonHigh: number('epsilon_high', epsilon), dualClip: 0,
      // TRL bounds k3 nowhere.
      kl: beta ? 'k3' : 'none', klBeta: beta, klCap: 0, entropyCoef: number('entropy_coef', 0), temperature,
    },
  };
}
