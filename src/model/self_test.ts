/** A tiny model whose every number is known beforehand: tells an adapter that computes wrongly from one that can be trained on. Knows no browser and no storage. */
import * as sources from '../gpu/ops/shaders';
import type { Gpu } from '../gpu/device';
import type { Batch, GenerateRequest, ModelConfig, NamedTensor, TrainerState, UpdateSettings } from '../types';
import { Engine } from './engine';
import { layoutOf, packTensors, unpackTensors } from './params';
import { GRADIENTS, GREEDY, LOGPS, UPDATES } from './self_test_numbers';

/** The starter's family, with sizes for the same kernels. */
export const TINY: ModelConfig = {
  model_type: 'llama', vocab_size: 64, hidden_size: 32, intermediate_size: 48, num_hidden_layers: 1, num_attention_heads: 4, num_key_value_heads: 4, head_dim: 8,
  max_position_embeddings: 64, rms_norm_eps: 1e-5, rope_theta: 1e4, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
};

/** A number in -0.5..0.5 that every machine gets exactly: a counter, mixed. */
export function drawn(i: number): number {
  let mixed = Math.imul(i + 1, 2654435761);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519);
  mixed ^= mixed >>> 13;
  return Math.fround((mixed >>> 8) / 2 ** 24 - 0.5);
}

/** Weights as an integer formula gives them: norms around 1, the rest large enough that no path is silent. */
export function tinyTensors(): NamedTensor[] {
  const empty = new Float32Array(layoutOf(TINY).length);
  let i = 0;
  return unpackTensors(layoutOf(TINY), empty).map(({ name, shape, data }) => ({ name, shape, data: data.map(() => (name.endsWith('norm.weight') ? 1 : 0) + Math.fround(drawn(i++) * 1.25)) }));
}

const ROWS = [[5, 17, 42, 3, 60, 8, 21, 33, 2], [11, 29, 1, 47, 55], [7, 7, 50, 12, 38, 19, 26]];
export const tinySequences = ROWS.map(row => Int32Array.from(row));
export const tinyBatch: Batch = {
  tokens: Int32Array.from(ROWS.flat()), offsets: Int32Array.from([0, 9, 14, 21]),
  weight: Float32Array.from(ROWS.flatMap(row => row.map((_, t) => (t === 0 || t % 4 === 2 ? 0 : 1 / 16)))),
  advantage: Float32Array.from(ROWS.flat(), (_, t) => 1 + drawn(t * 7)),
};
/** A first moment of half the gradient, and an epsilon at which an update is smooth in it. */
export const tinySettings: UpdateSettings = {
  learningRate: 0.01, beta1: 0.5, beta2: 0.9, epsilon: 0.01, weightDecay: 0.1, maxGradNorm: 0, ratio: 'none', clip: 'none', epsilonLow: 0, epsilonHigh: 0, dualClip: 0, kl: 'none', klBeta: 0,
  entropyCoef: 0.02, temperature: 0.9,
};
export const tinyPrompts = [[44, 1, 3], [36, 24, 52, 61, 36]];
export const TINY_TOKENS = 6;
const request: GenerateRequest = {
  prompts: tinyPrompts.map(prompt => Int32Array.from(prompt)), samplesPerPrompt: 1, maxNewTokens: TINY_TOKENS, temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, endId: 1000, seed: 1, step: 0, stream: 0,
};

/** What a tensor comes down to: its length, and its product with a fixed vector. */
export function summary(data: ArrayLike<number>): [norm: number, dot: number] {
  let [squares, dot] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    squares += data[i]! ** 2;
    dot += data[i]! * drawn(i * 3 + 1);
  }
  return [Math.sqrt(squares), dot];
}

/** Far above rounding on any adapter, far below what one wrong constant does. */
const [VALUES, SLOPES] = [1e-4, 1e-3];

/** What is computed wrongly, and by how much of its size. */
export interface Fault { part: string; off: number }

const off = (got: number, want: number, size: number): number => (Number.isFinite(got) ? Math.abs(got - want) / Math.max(size, 1e-6) : Infinity);

/** The worst tensor of those whose summaries are known, in shares of its length. */
function worst(state: TrainerState, values: Float32Array, known: Readonly<Record<string, readonly [number, number]>>): Fault {
  let found: Fault = { part: '', off: 0 };
  for (const { name, data } of unpackTensors(layoutOf(state.config), values)) {
    const got = summary(data), want = known[name]!, error = Math.max(off(got[0], want[0], want[0]), off(got[1], want[1], want[0]));
    if (!(error <= found.off)) found = { part: name, off: error };
  }
  return found;
}

/**
 * Forward, greedy decoding, backward and one AdamW update against the f64 reference's numbers. Null when all is right. The pipelines that
 * it compiles are those of every engine on this device.
 */
export async function selfTest(gpu: Gpu): Promise<Fault | null> {
  const engine = new Engine(gpu, { tokens: 64 });
  engine.tuningBudget = 0;
  try {
    await engine.load(TINY, tinyTensors(), 0);
    const { logps } = await engine.score({ sequences: tinySequences, temperature: 1, model: 'policy' });
    const flat = logps.flatMap(row => [...row]), size = Math.max(...LOGPS.map(Math.abs));
    const forward = Math.max(...LOGPS.map((want, i) => off(flat[i]!, want, size)));
    if (forward > VALUES) return { part: 'the forward pass (log-probabilities)', off: forward };
    const { tokens, logps: chosen } = await engine.generate(request);
    for (const [row, want] of GREEDY.entries()) {
      const wrong = want.tokens.findIndex((token, i) => tokens[row]![i] !== token), decoding = Math.max(...want.logps.map((logp, i) => off(chosen[row]![i]!, logp, size)));
      if (wrong >= 0 || decoding > VALUES) return { part: 'decoding with kept keys and values', off: decoding };
    }
    await engine.step(tinyBatch, tinySettings);
    const state = await engine.snapshot();
    const backward = worst(state, state.m.map(m => m * 2), GRADIENTS);
    if (backward.off > SLOPES) return { part: `the backward pass (gradient of ${backward.part})`, off: backward.off };
    const before = packTensors(layoutOf(TINY), tinyTensors()), update = worst(state, state.weights.map((w, i) => w - before[i]!), UPDATES);
    if (update.off > SLOPES) return { part: `the AdamW update (${update.part})`, off: update.off };
    return null;
  } finally {
    await engine.unload();
  }
}

/** Changes with every kernel: a verdict holds for the kernels it was made on. */
export function kernelsHash(): string {
  let hash = 0x811c9dc5;
  for (const { code } of Object.values(sources).filter(made => typeof made === 'object')) {
    for (let i = 0; i < code.length; i++) hash = Math.imul(hash ^ code.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}
