/** How many bytes a model will take on the device, before any of them is asked for, and how many tokens a micro-batch may have for that. */
import { labError, type MemoryUse, type MemoryWish, type ModelConfig } from '../types';
import type { Gpu } from '../gpu/device';
import { shared } from '../gpu/workspace';
import { layoutOf, shardsOf, vocabularySlices, type Layout, type Shape, type Shard } from './params';
import { scoringMemory } from './scoring';
import { trainingMemory, type Precision } from './training';
import type { Recompute } from './transformer';

/** Bytes that activations may take, unless told otherwise, and the most tokens that a micro-batch gains by. */
const ACTIVATION_BYTES = { gpu: 1536 * 2 ** 20, software: 512 * 2 ** 20 };
const MOST_TOKENS = { gpu: 4096, software: 2048 };
const MOST_POSITIONS = 4096;
const STATE_BYTES = 32;
/** Micro-batches grow by this many tokens. */
const STEP = 64;

/** How a model is laid on the device. */
export interface Choice {
  shape: Shape;
  shards: Shard[];
  recompute: Recompute;
  precision: Precision;
  /** Positions of the table of angles. */
  positions: number;
  /** Sizes of the buffers of activations. */
  workspace: number[];
  /** What the model will hold once it has trained and scored: decoders, a frozen copy and states for embeddings come on top. */
  uses: MemoryUse[];
}

/** `recompute` none becomes `layers` where it has to; the others are f32 when absent. */
export interface Wish extends MemoryWish {
  /** Bytes for the whole model; by default only its activations are bounded. */
  bytes?: number;
  /** Tokens of a micro-batch; by default as many as fit. */
  tokens?: number;
}

export const positionsOf = (config: ModelConfig): number => Math.min(config.max_position_embeddings, MOST_POSITIONS);

/** @throws OutOfMemory when not even the smallest micro-batch fits; nothing is made on the device. */
export function choose(gpu: Gpu, config: ModelConfig, wish: Wish = {}): Choice {
  const kind = gpu.info.fallback ? 'software' : 'gpu';
  const layout = layoutOf(config);
  const least = Math.min(1024, Math.ceil(positionsOf(config) / STEP) * STEP);
  const bound = Math.min(gpu.memory.limits.binding, gpu.memory.limits.buffer);
  const tokens = Math.floor(bound / 4 / widest(config) / STEP) * STEP;
  if (tokens < least) {
    throw labError('OutOfMemory', `${least} tokens, as many as a sequence may have here, need ${4 * least * widest(config)} bytes in one binding; this GPU allows ${bound}. Nothing was loaded; choose a smaller model or shorter sequences.`);
  }
  const most = Math.max(least, Math.min(MOST_TOKENS[kind], tokens));
  const wished = Math.min(wish.tokens ?? most, most * (wish.share ?? 1));
  const start = Math.min(most, Math.max(least, Math.ceil(wished / STEP) * STEP));
  const allowed = (choice: Choice): number => (wish.bytes === undefined ? ACTIVATION_BYTES[kind] : wish.bytes - total(choice.uses) + sum(choice.workspace));
  let smallest: Choice | null = null;
  for (const recompute of wish.recompute === 'layers' ? ['layers'] as const : ['none', 'layers'] as const) {
    for (let capacity = start; ;) {
      const choice = lay(gpu, config, layout, capacity, recompute, wish.precision);
      const [has, may] = [sum(choice.workspace), allowed(choice)];
      if (has <= may) return choice;
      smallest = choice;
      if (capacity === least) break;
      // Activations grow with the tokens; a step less each time in case they do not quite.
      capacity = Math.max(least, Math.min(capacity - STEP, Math.floor(capacity * Math.max(0, may) / has / STEP) * STEP));
    }
  }
  const { shape, workspace, uses } = smallest!;
  throw labError('OutOfMemory', `The model would take ${mebi(total(uses))} MiB to train, ${mebi(sum(workspace))} of it for activations of ${shape.capacity} tokens; ${mebi(wish.bytes ?? ACTIVATION_BYTES[kind])} MiB are allowed ${wish.bytes === undefined ? 'for activations' : 'for all of it'}. Nothing was loaded; choose a smaller model or shorter sequences.`);
}

/** The next smaller way after a choice for which there was no room: half the tokens at once, then layers made again. Null when there is none. */
export function smaller(gpu: Gpu, config: ModelConfig, wish: Wish, had: Choice): { wish: Wish; choice: Choice } | null {
  for (const less of [{ ...wish, tokens: Math.floor(had.shape.capacity / 2) }, { ...wish, tokens: had.shape.capacity, recompute: 'layers' as const }]) {
    const choice = choose(gpu, config, less);
    if (choice.shape.capacity < had.shape.capacity || choice.recompute !== had.recompute) return { wish: less, choice };
  }
  return null;
}

/** One way of laying a model on the device. */
export function lay(gpu: Gpu, config: ModelConfig, layout: Layout, capacity: number, recompute: Recompute, precision: Precision = 'f32'): Choice {
  const { limits } = gpu.memory;
  const slices = vocabularySlices(config, limits.binding);
  const shards = shardsOf(layout, config, slices, Math.min(limits.binding, limits.buffer));
  const shape = { config, layout, slices, capacity };
  const positions = positionsOf(config);
  const [training, scoring] = [trainingMemory(gpu, shape, recompute, precision === 'f16' ? { shards } : undefined), scoringMemory(gpu, shape)];
  const workspace = shared(training.placement.sizes, scoring.placement.sizes);
  const arena = layout.length * 4;
  const uses = new Map<string, number>();
  const parts: MemoryUse[] = [
    { purpose: 'weights', bytes: arena }, { purpose: 'gradients', bytes: arena }, { purpose: 'moments', bytes: 2 * arena },
    { purpose: 'tables', bytes: STATE_BYTES + positions * config.head_dim * 4 }, { purpose: 'activations', bytes: sum(workspace) }, ...training.uses, ...scoring.uses,
  ];
  for (const { purpose, bytes } of parts) uses.set(purpose, (uses.get(purpose) ?? 0) + bytes);
  return { shape, shards, recompute, precision, positions, workspace, uses: [...uses].map(([purpose, bytes]) => ({ purpose, bytes })) };
}

/** Numbers a token of the widest activation. */
function widest({ hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D }: ModelConfig): number {
  return Math.max(C, 2 * F, (H + 2 * K) * D);
}

export function total(uses: readonly MemoryUse[]): number {
  return uses.reduce((bytes, use) => bytes + use.bytes, 0);
}

const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
const mebi = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
