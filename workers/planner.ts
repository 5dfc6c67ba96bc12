/** The worker that foresees what a model will take on the device: the engine's own plan on the adapter's limits, with no device made and nothing taken. */
import * as Comlink from 'comlink';
import { describe, type Gpu } from '../src/gpu/device';
import { Tuner } from '../src/gpu/tuner';
import { choose, positionsOf, total } from '../src/model/budget';
import { cacheBytes, decoderSize, type Sequences } from '../src/model/decoder';
import { labError, type MemoryUse, type MemoryWish, type ModelConfig } from '../src/types';

export interface Foreseen { bytes: number; uses: MemoryUse[]; recompute: 'none' | 'layers' }

let found: Promise<Gpu> | undefined;

/** What the planner asks of a GPU: who it is and how much it binds. */
async function limited(): Promise<Gpu> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw labError('WebGPUUnavailable', 'There is no graphics adapter to plan for.');
  const info = describe(adapter), limits = { binding: adapter.limits.maxStorageBufferBindingSize, buffer: adapter.limits.maxBufferSize };
  return { info, memory: { limits }, tuner: new Tuner(info) } as unknown as Gpu;
}

const planner = {
  /** Bytes of a model that trains, decodes and keeps a frozen copy. @throws OutOfMemory with the numbers when it does not fit */
  async plan(config: ModelConfig, wish: MemoryWish, sequences: Omit<Sequences, 'positions'>): Promise<Foreseen> {
    const gpu = await (found ??= limited()), choice = choose(gpu, config, wish);
    const size = decoderSize(gpu, config, { ...sequences, positions: positionsOf(config) }, wish.cachePrecision ?? 'f32');
    const uses = [...choice.uses, { purpose: 'frozen', bytes: choice.uses.find(({ purpose }) => purpose === 'moments')!.bytes / 2 }, { purpose: 'cache', bytes: cacheBytes(config, size) * config.num_hidden_layers }];
    return { bytes: total(uses), uses, recompute: choice.recompute };
  },
};

export type PlannerApi = typeof planner;
Comlink.expose(planner);
