/** What everyone is given, and what they have to give back: the same weights, batch and settings. Knows no engine and no library. */
import { createRng } from '../../src/rng';
import type { ModelConfig, NamedTensor, UpdateSettings } from '../../src/types';

/** AdamW without clipping: the least that everyone can do alike. Decay on matrices only. */
export const OPTIMIZER = { learningRate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 } as const;

export const SUPERVISED: UpdateSettings = {
  ...OPTIMIZER, maxGradNorm: 0, ratio: 'none', clip: 'none', epsilonLow: 0.2, epsilonHigh: 0.2, dualClip: 0, kl: 'none', klBeta: 0, entropyCoef: 0, temperature: 1,
};

export interface TrainTask {
  config: ModelConfig;
  /** The initial weights, in Hugging Face's names and shapes. */
  tensors: NamedTensor[];
  rows: number;
  length: number;
}

/** One row of token ids after the other, rows x length. */
export type Tokens = Int32Array<ArrayBuffer>;

/** Ids that can be learned a little: a walk with short steps, so that the loss falls and an error in a gradient shows. */
export function batchOf({ config, rows, length }: TrainTask, seed: number): Tokens {
  const draw = createRng(seed, 0, 77);
  const tokens = new Int32Array(rows * length);
  let id = 0;
  for (let i = 0; i < tokens.length; i++) tokens[i] = id = (id + 1 + Math.floor(draw() * 7)) % config.vocab_size;
  return tokens;
}

/** The id after each token, 0 after a row's last, and the weight of its prediction: the mean over all that have one. */
export function targetsOf({ rows, length }: TrainTask, tokens: Tokens): { targets: Tokens; weights: Float32Array<ArrayBuffer> } {
  const targets = new Int32Array(tokens.length), weights = new Float32Array(tokens.length);
  const each = 1 / (rows * (length - 1));
  for (let i = 0; i < tokens.length; i++) {
    if (i % length === length - 1) continue;
    targets[i] = tokens[i + 1]!;
    weights[i] = each;
  }
  return { targets, weights };
}

/** cos and sin of position * theta^(-2i / D), [length, D / 2] each. */
export function rotations({ config: { head_dim: D, rope_theta: theta }, length }: TrainTask): { cos: Float32Array<ArrayBuffer>; sin: Float32Array<ArrayBuffer> } {
  const cos = new Float32Array(length * D / 2), sin = new Float32Array(length * D / 2);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < D / 2; i++) {
      const angle = p * theta ** (-2 * i / D);
      cos[p * D / 2 + i] = Math.cos(angle);
      sin[p * D / 2 + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

export interface Trainee {
  /** Starts one optimizer step; its loss may come later, so that whoever can keep several steps going does. */
  step(tokens: Tokens): Promise<number>;
  /** Resolves when every step so far is in the weights. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** out [M, N] = left [M, K] right [N, K]^T, or right given as [K, N] by whoever is faster with that. */
export interface MatmulShape { name: string; rows: number; cols: number; inner: number }

export interface Product {
  /** The product `repeats` times over; resolves when the last is done. */
  run(repeats: number): Promise<void>;
  /** [M, N] */
  result(): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface DecodeTask {
  config: ModelConfig;
  tensors: NamedTensor[];
  prompts: Int32Array[];
  newTokens: number;
}

export interface Speaker {
  /** Greedy ids of every row, prompt not included. */
  generate(): Promise<number[][]>;
  close(): Promise<void>;
}

/** A library, or ours. What it does not have is absent, with the reason in `lacks`. */
export interface Peer {
  name: string;
  product?(shape: MatmulShape, left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>): Promise<Product>;
  trainee?(task: TrainTask): Promise<Trainee>;
  speaker?(task: DecodeTask): Promise<Speaker>;
  lacks?: Partial<Record<'product' | 'trainee' | 'speaker', string>>;
}

/** Index of the run that takes less time, each measured once after once to warm up. */
export async function fasterOf(runs: readonly ((repeats: number) => Promise<void>)[]): Promise<number> {
  const seconds: number[] = [];
  for (const run of runs) {
    await run(1);
    const start = performance.now();
    await run(1);
    seconds.push(performance.now() - start);
  }
  return seconds.indexOf(Math.min(...seconds));
}

/** [rows, cols] -> [cols, rows]. */
export function transpose(data: Float32Array, rows: number, cols: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) out[c * rows + r] = data[r * cols + c]!;
  return out;
}
