/** `npm run probe` as a stranger would use it: random models of three families against the plain f64 reference. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeModelFolder } from '../../src/formats/model_folder';
import { readSafetensors } from '../../src/formats/safetensors';
import { createRng } from '../../src/rng';
import type { ModelConfig } from '../../src/types';
import { parameterShapes, randomParameters } from '../reference/parameters';
import type { Parameters } from '../reference/parameters';
import { lossReference } from '../reference/transformer';
import { command } from './harness';

let home: string;
beforeAll(async () => { home = await mkdtemp(join(tmpdir(), 'batcoder-probe-')); });
afterAll(async () => { await rm(home, { recursive: true }); });

const base: ModelConfig = {
  model_type: 'llama', vocab_size: 37, hidden_size: 24, intermediate_size: 40, num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 4,
  head_dim: 6, max_position_embeddings: 64, rms_norm_eps: 1e-5, rope_theta: 10000, tie_word_embeddings: true, attention_bias: false, qk_norm: false,
};
const models: Record<string, ModelConfig> = {
  llama: { ...base, tie_word_embeddings: false },
  qwen2: { ...base, model_type: 'qwen2', num_key_value_heads: 2, attention_bias: true, rms_norm_eps: 1e-6 },
  qwen3: { ...base, model_type: 'qwen3', num_key_value_heads: 1, head_dim: 8, qk_norm: true, rope_theta: 1e6 },
};

/** Rows of unequal length, right-padded; the last has a single completion token. */
const rows = [
  { length: 11, prompt: 4, advantage: 0.7 },
  { length: 6, prompt: 2, advantage: -1.3 },
  { length: 5, prompt: 4, advantage: 0.4 },
];
const T = 11;

async function randomModel(name: string): Promise<{ folder: string; config: ModelConfig; weights: Parameters }> {
  const config = models[name]!;
  const draw = createRng(5, 0, name.length + name.charCodeAt(4));
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  // Rounded to f32 first: the reference must have the weights that the file has.
  const weights: Parameters = new Map([...randomParameters(config, normal, 0.2)].map(([key, data]) => [key, Float64Array.from(Float32Array.from(data))]));
  const tensors = parameterShapes(config).map(({ name: key, shape }) => ({ name: key, shape, data: Float32Array.from(weights.get(key)!) }));
  const folder = join(home, name);
  await mkdir(folder, { recursive: true });
  for (const file of writeModelFolder(config, tensors, null, { dtype: 'F32' })) await writeFile(join(folder, file.name), file.bytes);
  return { folder, config, weights };
}

function randomBatch(): { padded: number[][]; attention: number[][]; completion: number[][]; old: number[][]; ref: number[][] } {
  const draw = createRng(6);
  const grid = (value: (row: (typeof rows)[number], t: number) => number): number[][] => rows.map((row) => Array.from({ length: T }, (_, t) => value(row, t)));
  return {
    padded: grid((row, t) => (t < row.length ? Math.floor(draw() * 37) : 0)),
    attention: grid((row, t) => Number(t < row.length)),
    completion: grid((row, t) => Number(t >= row.prompt && t < row.length)),
    old: grid((row, t) => (t >= row.prompt && t < row.length ? -3.5 - 0.6 * draw() : 0)),
    ref: grid((row, t) => (t >= row.prompt && t < row.length ? -3.5 - 0.6 * draw() : 0)),
  };
}

const relative = (got: ArrayLike<number>, want: ArrayLike<number>): number => {
  let error = 0;
  let size = 0;
  for (let i = 0; i < want.length; i++) {
    error += (got[i]! - want[i]!) ** 2;
    size += want[i]! ** 2;
  }
  return Math.sqrt(error / Math.max(size, 1e-20));
};

/** Weight of each completion token under TRL's loss types; the loss is the sum of weight times token loss. */
const tokenWeight: Record<string, (row: (typeof rows)[number]) => number> = {
  grpo: (row) => 1 / (rows.length * (row.length - row.prompt)),
  bnpo: () => 1 / rows.reduce((sum, row) => sum + row.length - row.prompt, 0),
  dr_grpo: () => 1 / (rows.length * 16),
};

test.each([
  ['llama', 'bnpo', 'token', 0],
  ['qwen2', 'grpo', 'token', 0.04],
  ['qwen3', 'dr_grpo', 'token', 0.04],
  ['llama', 'grpo', 'sequence', 0],
] as const)('%s under %s with %s ratios and beta %d equals the reference', async (name, lossType, level, beta) => {
  const { folder, config, weights } = await randomModel(name);
  const { padded, attention, completion, old, ref } = randomBatch();
  const out = join(home, `${name}-${lossType}-${level}`);
  await writeFile(join(home, 'batch.json'), JSON.stringify({
    input_ids: padded, attention_mask: attention, completion_mask: completion, advantages: rows.map((row) => row.advantage),
    old_per_token_logps: old, ref_per_token_logps: ref,
    settings: { loss_type: lossType, epsilon: 0.2, epsilon_high: 0.28, beta, importance_sampling_level: level, max_completion_length: 16, temperature: 0.9 },
  }));
  const ran = await command('probe', ['--model', folder, '--batch', join(home, 'batch.json'), '--out', out]);
  expect(ran.stderr).toContain('Written to');
  expect(ran.status).toBe(0);

  const flat = (grid: number[][]): number[] => rows.flatMap((row, b) => grid[b]!.slice(0, row.length));
  const offsets = rows.reduce<number[]>((all, row) => [...all, all.at(-1)! + row.length], [0]);
  const want = lossReference(config, weights, {
    tokens: flat(padded), offsets, oldLogps: flat(old), refLogps: flat(ref),
    weight: rows.flatMap((row) => Array.from({ length: row.length }, (_, t) => (t >= row.prompt ? tokenWeight[lossType]!(row) : 0))),
    advantage: rows.flatMap((row) => Array.from({ length: row.length }, () => row.advantage)),
  }, {
    ratio: level, clip: 'min', epsilonLow: 0.2, epsilonHigh: 0.28, dualClip: 0, kl: beta > 0 ? 'k3' : 'none', klBeta: beta, entropyCoef: 0, temperature: 0.9,
  });

  const result = JSON.parse(await readFile(join(out, 'result.json'), 'utf8')) as { loss: number; per_token_logps: number[][]; grad_norm: number; adapter: unknown };
  expect(result.loss).toBeCloseTo(want.loss, 4);
  expect(JSON.stringify(result.adapter)).toMatch(/\w/);
  const squares = [...want.gradients.values()].reduce((sum, data) => sum + data.reduce((s, v) => s + v * v, 0), 0);
  expect(result.grad_norm / Math.sqrt(squares)).toBeCloseTo(1, 3);
  rows.forEach((row, b) => {
    for (let t = row.prompt; t < row.length; t++) expect(Math.abs(result.per_token_logps[b]![t]! - want.logps[offsets[b]! + t]!)).toBeLessThan(1e-3);
  });

  const { tensors: [logits] } = readSafetensors(new Uint8Array(await readFile(join(out, 'logits.safetensors'))));
  expect(logits!.shape).toEqual([rows.length, T, config.vocab_size]);
  rows.forEach((row, b) => {
    const V = config.vocab_size;
    const got = logits!.data.subarray(b * T * V, (b * T + row.length) * V);
    expect(relative(got, want.logits.subarray(offsets[b]! * V, offsets[b + 1]! * V))).toBeLessThan(1e-4);
  });
  const { tensors: gradients } = readSafetensors(new Uint8Array(await readFile(join(out, 'grads.safetensors'))));
  expect(gradients.map((tensor) => tensor.name).sort()).toEqual(parameterShapes(config).map((spec) => spec.name).sort());
  for (const tensor of gradients) {
    expect(tensor.shape).toEqual(parameterShapes(config).find((spec) => spec.name === tensor.name)!.shape);
    expect(relative(tensor.data, want.gradients.get(tensor.name)!), tensor.name).toBeLessThan(2e-3);
  }
});

test('a model that does not fit its config is refused with a reason and a status', async () => {
  const { folder } = await randomModel('llama');
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, hidden_size: 32 }));
  await writeFile(join(home, 'batch.json'), JSON.stringify({ input_ids: [[1, 2]], attention_mask: [[1, 1]], completion_mask: [[0, 1]], advantages: [1], settings: { loss_type: 'sft' } }));
  const ran = await command('probe', ['--model', folder, '--batch', join(home, 'batch.json'), '--out', join(home, 'refused')]);
  expect(ran.status).toBe(1);
  expect(ran.stderr).toMatch(/BadModel|embed_tokens/);
});
