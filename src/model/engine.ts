/** The Trainer: one model on one GPU device, with its training, scoring and decoding plans. Runs in a worker or in Node. */
import {
  labError, type AdapterInfo, type Batch, type EmbedRequest, type EmbedResult, type EngineProfile, type GenerateRequest, type Generation, type MemoryUse, type ModelConfig, type NamedTensor, type ScoreRequest,
  type ScoreResult, type StepMetrics, type Trainer, type TrainerState, type UpdateSettings,
} from '../types';
import { measureCeilings } from '../gpu/ceilings';
import { check, readBuffer, type Gpu } from '../gpu/device';
import type { Purpose } from '../gpu/memory';
import { ropeTable } from '../gpu/ops/rope';
import { view, type View } from '../gpu/plan';
import { Decoder } from './decoder';
import { initialWeights, layoutOf, packTensors, unpackTensors, type Layout } from './params';
import { Scoring } from './scoring';
import { Training, type Arenas, type Inspection } from './training';

/** Bytes that the activations of one micro-batch may take. */
const ACTIVATION_BYTES = 256 << 20;
const MAX_TOKENS = { gpu: 4096, software: 2048 };
const MAX_POSITIONS = 4096;

interface Loaded {
  config: ModelConfig;
  layout: Layout;
  arenas: Arenas;
  table: View;
  capacity: number;
  training: Promise<Training> | null;
  scoring: Scoring | null;
  frozen: GPUBuffer | null;
  decoders: Map<string, Decoder>;
}

export class Engine implements Trainer {
  /** Told how many kernels of the training plan are compiled. */
  onCompile: ((done: number, total: number) => void) | null = null;
  #gpu: Gpu;
  #model: Loaded | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #ceilings: EngineProfile['ceilings'] = null;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  adapter(): Promise<AdapterInfo> {
    return Promise.resolve(this.#gpu.info);
  }

  load(config: ModelConfig, tensors: NamedTensor[] | null, seed: number): Promise<{ parameters: number }> {
    const layout = layoutOf(config);
    const weights = tensors ? packTensors(layout, tensors) : initialWeights(config, layout, seed);
    this.#place(config, layout, weights);
    return Promise.resolve({ parameters: layout.parameters });
  }

  generate(request: GenerateRequest): Promise<Generation> {
    return this.#inTurn(async () => {
      const model = this.#need();
      if (!request.prompts.length) return { tokens: [], logps: [], finished: [] };
      return (await this.#decoder(model, request)).generate(request);
    });
  }

  score(request: ScoreRequest): Promise<ScoreResult> {
    return this.#inTurn(async () => {
      const model = this.#need();
      return this.#scoring(model).score(request, this.#speaker(model, request.model));
    });
  }

  embed(request: EmbedRequest): Promise<EmbedResult> {
    return this.#inTurn(async () => {
      const model = this.#need();
      return this.#scoring(model).embed(request, this.#speaker(model, request.model));
    });
  }

  async step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    const model = this.#need();
    if (!batch.weight.some(weight => weight !== 0)) throw labError('BadInput', 'The batch has no trained token. No update was made.');
    const training = await this.#training(model);
    return this.#gpu.profiler.around('train', batch.tokens.length, () => training.step(batch, settings));
  }

  /** The next training step and the next block of decoding are timed kernel by kernel; see `profile`. */
  profileNext(): Promise<void> {
    check(this.#gpu);
    this.#gpu.profiler.arm();
    return Promise.resolve();
  }

  async profile(): Promise<EngineProfile> {
    check(this.#gpu);
    const works = [...this.#gpu.profiler.works.values()];
    // Measured with the first profile: it keeps the GPU for a moment.
    if (works.length > 0) this.#ceilings ??= await this.#inTurn(() => measureCeilings(this.#gpu));
    return { timestamps: this.#gpu.device.features.has('timestamp-query'), works, memory: [], ceilings: this.#ceilings, tuned: [] };
  }

  /** Bytes held on the device, by what they are for. */
  memory(): MemoryUse[] {
    return this.#gpu.memory.use();
  }

  /** Loss, log-probabilities, logits and gradients without an update. */
  async inspect(batch: Batch, settings: UpdateSettings): Promise<Inspection & { named: NamedTensor[] }> {
    const model = this.#need();
    const training = await this.#training(model);
    const inspection = await training.inspect(batch, settings);
    return { ...inspection, named: unpackTensors(model.layout, inspection.grads) };
  }

  freeze(): Promise<void> {
    const model = this.#need();
    const { device } = this.#gpu;
    model.frozen ??= this.#arena('frozen', 'frozen', model.layout.length);
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(model.arenas.weights, 0, model.frozen, 0, model.layout.length * 4);
    device.queue.submit([encoder.finish()]);
    return Promise.resolve();
  }

  async exportTensors(): Promise<NamedTensor[]> {
    const model = this.#need();
    return unpackTensors(model.layout, new Float32Array(await readBuffer(this.#gpu, model.arenas.weights)));
  }

  async snapshot(): Promise<TrainerState> {
    const { config, arenas, frozen } = this.#need();
    const read = async (buffer: GPUBuffer): Promise<Float32Array> => new Float32Array(await readBuffer(this.#gpu, buffer));
    const state: TrainerState = {
      config, weights: await read(arenas.weights), m: await read(arenas.m), v: await read(arenas.v),
      optimizerStep: (await read(arenas.state))[0]!,
    };
    if (frozen) state.frozen = await read(frozen);
    return state;
  }

  restore(state: TrainerState): Promise<void> {
    const layout = layoutOf(state.config);
    for (const [name, arena] of Object.entries({ weights: state.weights, m: state.m, v: state.v })) {
      if (arena.length !== layout.length) throw labError('BadCheckpoint', `The checkpoint's ${name} hold ${arena.length} numbers, its configuration asks for ${layout.length}. Nothing was restored.`);
    }
    const same = this.#model && JSON.stringify(this.#model.config) === JSON.stringify(state.config);
    if (!same) this.#place(state.config, layout, state.weights);
    const { arenas } = this.#need();
    const { queue } = this.#gpu.device;
    queue.writeBuffer(arenas.weights, 0, state.weights as Float32Array<ArrayBuffer>);
    queue.writeBuffer(arenas.m, 0, state.m as Float32Array<ArrayBuffer>);
    queue.writeBuffer(arenas.v, 0, state.v as Float32Array<ArrayBuffer>);
    queue.writeBuffer(arenas.state, 0, Float32Array.of(state.optimizerStep, 1, 0, 1, 0, 0, 0, 0));
    if (state.frozen) {
      this.#need().frozen ??= this.#arena('frozen', 'frozen', layout.length);
      queue.writeBuffer(this.#need().frozen!, 0, state.frozen as Float32Array<ArrayBuffer>);
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#unload();
    this.#gpu.device.destroy();
    return Promise.resolve();
  }

  #need(): Loaded {
    check(this.#gpu);
    if (!this.#model) throw labError('BadModel', 'No model is loaded. Load the starter, a model folder or a new one first.');
    return this.#model;
  }

  #arena(purpose: Purpose, label: string, floats: number): GPUBuffer {
    return this.#gpu.memory.buffer(purpose, label, floats * 4, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
  }

  #place(config: ModelConfig, layout: Layout, weights: Float32Array): void {
    const { device, info } = this.#gpu;
    check(this.#gpu);
    this.#gpu.pacer.forget();
    if (config.head_dim % 2) throw labError('BadModel', `head_dim ${config.head_dim} is odd; RoPE turns pairs. Nothing was loaded.`);
    if (config.num_attention_heads % config.num_key_value_heads) throw labError('BadModel', 'num_attention_heads is not a multiple of num_key_value_heads. Nothing was loaded.');
    if (layout.length * 4 > device.limits.maxStorageBufferBindingSize) {
      throw labError('BadModel', `The model needs ${layout.length * 4} bytes in one binding; this GPU allows ${device.limits.maxStorageBufferBindingSize}. Nothing was loaded; choose a smaller model.`);
    }
    this.#unload();
    const arenas: Arenas = {
      weights: this.#arena('weights', 'weights', layout.length), grads: this.#arena('gradients', 'grads', layout.length), m: this.#arena('moments', 'm', layout.length),
      v: this.#arena('moments', 'v', layout.length), state: this.#arena('tables', 'state', 8),
    };
    device.queue.writeBuffer(arenas.weights, 0, weights as Float32Array<ArrayBuffer>);
    const positions = Math.min(config.max_position_embeddings, MAX_POSITIONS);
    const table = ropeTable(positions, config.head_dim, config.rope_theta);
    const tableBuffer = this.#arena('tables', 'rope table', table.length);
    device.queue.writeBuffer(tableBuffer, 0, table as Float32Array<ArrayBuffer>);
    const limit = info.fallback ? MAX_TOKENS.software : MAX_TOKENS.gpu;
    const capacity = Math.max(tokensThatFit(config, limit), Math.min(1024, Math.ceil(positions / 64) * 64));
    this.#model = { config, layout, arenas, table: view(tableBuffer), capacity, training: null, scoring: null, frozen: null, decoders: new Map() };
  }

  #unload(): void {
    const model = this.#model;
    if (!model) return;
    this.#model = null;
    void model.training?.then(training => { training.destroy(); }, () => undefined);
    model.scoring?.destroy();
    for (const decoder of model.decoders.values()) decoder.destroy();
    for (const buffer of [...Object.values(model.arenas) as GPUBuffer[], model.table.buffer, ...(model.frozen ? [model.frozen] : [])]) this.#gpu.memory.release(buffer);
  }

  #training(model: Loaded): Promise<Training> {
    model.training ??= (async () => {
      const training = new Training(this.#gpu, model.config, model.layout, model.arenas, model.table, model.capacity);
      await training.build((done, total) => this.onCompile?.(done, total));
      return training;
    })();
    return model.training;
  }

  /** Decoding and scoring share buffers and staging: one at a time, in the order asked. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(work);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  #scoring(model: Loaded): Scoring {
    model.scoring ??= new Scoring(this.#gpu, model.config, model.layout, model.table, model.capacity);
    return model.scoring;
  }

  #speaker(model: Loaded, which: 'policy' | 'frozen'): GPUBuffer {
    if (which === 'policy') return model.arenas.weights;
    if (!model.frozen) throw labError('BadInput', 'There is no frozen copy of the model yet.');
    return model.frozen;
  }

  /** Decoders by size: rows in powers of two up to 128, positions in powers of two. Made once each. */
  async #decoder(model: Loaded, request: GenerateRequest): Promise<Decoder> {
    const rows = request.prompts.length * request.samplesPerPrompt;
    const slots = Math.max(8, Math.min(128, 2 ** Math.ceil(Math.log2(Math.max(rows, request.samplesPerPrompt)))), request.samplesPerPrompt);
    const longest = Math.max(...request.prompts.map(prompt => prompt.length)) + request.maxNewTokens;
    const most = Math.min(model.config.max_position_embeddings, MAX_POSITIONS);
    const positions = Math.min(most, Math.max(128, 2 ** Math.ceil(Math.log2(longest))));
    const which = request.model ?? 'policy';
    const key = `${which} ${slots} ${positions}`;
    let decoder = model.decoders.get(key);
    if (!decoder) {
      decoder = new Decoder(this.#gpu, model.config, model.layout, this.#speaker(model, which), model.table, this.#scoring(model), slots, positions);
      await decoder.build();
      model.decoders.set(key, decoder);
    }
    return decoder;
  }
}

/** Tokens of a micro-batch whose saved activations stay under ACTIVATION_BYTES; a multiple of 64. */
export function tokensThatFit(config: ModelConfig, limit: number): number {
  const { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, num_hidden_layers: L } = config;
  const perLayer = 4 * C + 3 * F + (H + 2 * K) * D + 2 * (H + K) * D + H * D + H + 4;
  const fit = Math.floor(ACTIVATION_BYTES / 4 / (L * perLayer) / 64) * 64;
  return Math.max(64, Math.min(limit, fit));
}
