/** The Trainer: one model on one GPU device, with its training, scoring and decoding plans. Runs in a worker or in Node. */
import {
  labError, type AdapterInfo, type AttendRequest, type Batch, type EmbedRequest, type EmbedResult, type EngineProfile, type GeneratedRow, type GenerateRequest, type Generation, type MemoryUse, type ModelConfig, type NamedTensor, type ScoreRequest,
  type ScoreResult, type StepMetrics, type TokenListener, type Trainer, type TrainerState, type UpdateSettings,
} from '../types';
import { measureCeilings } from '../gpu/ceilings';
import { check, readBuffer, type Gpu } from '../gpu/device';
import { ropeTable } from '../gpu/ops/rope';
import { view, type View } from '../gpu/plan';
import { tune } from '../gpu/tune';
import type { Tuning } from '../gpu/tuner';
import { Workspace } from '../gpu/workspace';
import { Arena } from './arena';
import { choose, type Choice, type Wish } from './budget';
import { cacheBytes, Decoder, SLOT_STEP, type DecoderSize } from './decoder';
import { initialWeights, layoutOf, packTensors, unpackTensors, type Layout } from './params';
import { productsOf } from './products';
import { Scoring } from './scoring';
import { FIRST_SCALE, Training, type Arenas, type Inspection } from './training';

/** Long enough for the products of one model, short enough to wait for. */
const TUNING_MS = 1500;
/** Bytes that all keys and values may take, and rows of a request that a decoder has room for at the least. */
const CACHE_BYTES = { gpu: 2 * 2 ** 30, software: 512 * 2 ** 20 };
const LEAST_ROWS = 256;

interface Loaded {
  config: ModelConfig;
  layout: Layout;
  choice: Choice;
  /** What was wished for when it was laid so. */
  wish: Wish;
  arenas: Arenas;
  table: View;
  /** Training, scoring and prefill lay their activations over each other here; made for the first of them. */
  workspace: Workspace | null;
  training: Promise<Training> | null;
  scoring: Scoring | null;
  frozen: Arena | null;
  /** Keys and values of every layer: decoders take turns. */
  caches: GPUBuffer[];
  decoders: Map<string, Decoder>;
}

export class Engine implements Trainer {
  /** Told how many of the kernels that are being compiled are ready. */
  set onCompile(told: ((done: number, total: number) => void) | null) { this.#gpu.onCompile = told; }
  /** Told what the tuner knows whenever it has measured something new. */
  onTuned: ((tuning: Tuning) => void) | null = null;
  /** Milliseconds that measuring kernels for a new model may take; on software adapters they were measured once for all. */
  tuningBudget: number;
  #gpu: Gpu;
  #wish: Wish;
  #model: Loaded | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #ceilings: EngineProfile['ceilings'] = null;

  /** `wish`: what the memory of the next models should be like. */
  constructor(gpu: Gpu, wish: Wish = {}) {
    this.#gpu = gpu;
    this.#wish = wish;
    this.tuningBudget = gpu.info.fallback ? 0 : TUNING_MS;
  }

  adapter(): Promise<AdapterInfo> {
    return Promise.resolve(this.#gpu.info);
  }

  /** How models are laid in memory from the next load or restore on. */
  prefer(wish: Wish): Promise<void> {
    const merged = { ...this.#wish, ...wish };
    if (JSON.stringify(merged) !== JSON.stringify(this.#wish)) this.#wish = merged;
    return Promise.resolve();
  }

  async load(config: ModelConfig, tensors: NamedTensor[] | null, seed: number): Promise<{ parameters: number }> {
    const layout = layoutOf(config);
    const weights = tensors ? packTensors(layout, tensors) : initialWeights(config, layout, seed);
    if (this.tuningBudget > 0) await this.#tune(config);
    this.#place(config, layout, weights);
    return { parameters: layout.parameters };
  }

  generate(request: GenerateRequest, onRows?: (rows: GeneratedRow[]) => void, onTokens?: TokenListener): Promise<Generation> {
    return this.#inTurn(async () => {
      const model = this.#need();
      if (!request.prompts.length) return { tokens: [], logps: [], finished: [] };
      return (await this.#decoder(model, request)).generate(request, onRows, onTokens);
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

  attend(request: AttendRequest): Promise<Float32Array> {
    return this.#inTurn(async () => {
      const model = this.#need();
      return this.#scoring(model).attend(request, this.#speaker(model, request.model));
    });
  }

  async step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    const model = this.#need();
    if (!batch.weight.some(weight => weight !== 0)) throw labError('BadInput', 'The batch has no trained token. No update was made.');
    const training = await this.#training(model);
    return this.#gpu.profiler.around('train', batch.tokens.length, batch.tokens.length, () => training.step(batch, settings));
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
    return { timestamps: this.#gpu.device.features.has('timestamp-query'), works, memory: this.memory(), ceilings: this.#ceilings, tuned: this.#gpu.tuner.tuning };
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
    const encoder = device.createCommandEncoder();
    this.#frozen(model).copyFrom(model.arenas.weights, encoder);
    device.queue.submit([encoder.finish()]);
    return Promise.resolve();
  }

  async exportTensors(): Promise<NamedTensor[]> {
    const model = this.#need();
    return unpackTensors(model.layout, await model.arenas.weights.read());
  }

  async snapshot(): Promise<TrainerState> {
    const { config, arenas, frozen } = this.#need();
    const [weights, m, v] = [await arenas.weights.read(), await arenas.m.read(), await arenas.v.read()];
    const counted = new Float32Array(await readBuffer(this.#gpu, arenas.state));
    const state: TrainerState = { config, weights, m, v, optimizerStep: counted[0]! };
    const kernels = this.#gpu.tuner.tuning.map(({ shape, chosen }) => ({ shape, chosen }));
    if (kernels.length > 0) state.kernels = kernels;
    if (counted[6]! > 0) Object.assign(state, { lossScale: counted[6]!, lossScaleSteps: counted[7]! });
    if (frozen) state.frozen = await frozen.read();
    return state;
  }

  async restore(state: TrainerState): Promise<void> {
    const layout = layoutOf(state.config);
    for (const [name, arena] of Object.entries({ weights: state.weights, m: state.m, v: state.v })) {
      if (arena.length !== layout.length) throw labError('BadCheckpoint', `The checkpoint's ${name} hold ${arena.length} numbers, its configuration asks for ${layout.length}. Nothing was restored.`);
    }
    const others = this.#gpu.tuner.learn((state.kernels ?? []).map(kernel => ({ ...kernel, candidates: [] })));
    if (this.tuningBudget > 0) await this.#tune(state.config);
    const same = !others && this.#model?.wish === this.#wish && JSON.stringify(this.#model.config) === JSON.stringify(state.config);
    if (!same) this.#place(state.config, layout, state.weights);
    const { arenas } = this.#need();
    arenas.weights.write(state.weights);
    arenas.m.write(state.m);
    arenas.v.write(state.v);
    this.#count(this.#need(), state);
    if (state.frozen) this.#frozen(this.#need()).write(state.frozen);
  }

  close(): Promise<void> {
    this.#unload();
    this.#gpu.device.destroy();
    return Promise.resolve();
  }

  /** Before the model is placed: which kernels are chosen decides what scratch memory is planned. */
  async #tune(config: ModelConfig): Promise<void> {
    check(this.#gpu);
    const { tuner } = this.#gpu, before = tuner.tuning.length;
    await this.#inTurn(() => tune(this.#gpu, productsOf(choose(this.#gpu, config, this.#wish).shape, this.#gpu.memory.limits.binding), this.tuningBudget));
    if (tuner.tuning.length > before) this.onTuned?.(tuner.tuning);
  }

  #need(): Loaded {
    check(this.#gpu);
    if (!this.#model) throw labError('BadModel', 'No model is loaded. Load the starter, a model folder or a new one first.');
    return this.#model;
  }

  #frozen(model: Loaded): Arena {
    return model.frozen ??= new Arena(this.#gpu, 'frozen', 'frozen', model.choice.shards);
  }

  #place(config: ModelConfig, layout: Layout, weights: Float32Array): void {
    const { memory, device } = this.#gpu;
    check(this.#gpu);
    this.#gpu.pacer.forget();
    if (config.head_dim % 2) throw labError('BadModel', `head_dim ${config.head_dim} is odd; RoPE turns pairs. Nothing was loaded.`);
    if (config.num_attention_heads % config.num_key_value_heads) throw labError('BadModel', 'num_attention_heads is not a multiple of num_key_value_heads. Nothing was loaded.');
    const choice = choose(this.#gpu, config, this.#wish);
    this.#unload();
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const { shards, positions } = choice;
    const arenas: Arenas = {
      weights: new Arena(this.#gpu, 'weights', 'weights', shards), grads: new Arena(this.#gpu, 'gradients', 'grads', shards),
      m: new Arena(this.#gpu, 'moments', 'm', shards), v: new Arena(this.#gpu, 'moments', 'v', shards), state: memory.buffer('tables', 'state', 32, usage),
    };
    arenas.weights.write(weights);
    const angles = ropeTable(positions, config.head_dim, config.rope_theta);
    const table = memory.buffer('tables', 'rope table', angles.byteLength, usage);
    device.queue.writeBuffer(table, 0, angles as Float32Array<ArrayBuffer>);
    this.#model = { config, layout, choice, wish: this.#wish, arenas, table: view(table), workspace: null, training: null, scoring: null, frozen: null, caches: [], decoders: new Map() };
    this.#count(this.#model, { optimizerStep: 0 });
  }

  /** Steps taken, and the loss scale where there is one: see gradnorm.wgsl. */
  #count({ arenas, choice }: Loaded, { optimizerStep, lossScale = FIRST_SCALE, lossScaleSteps = 0 }: Pick<TrainerState, 'optimizerStep' | 'lossScale' | 'lossScaleSteps'>): void {
    const scaled = choice.precision === 'f16';
    this.#gpu.device.queue.writeBuffer(arenas.state, 0, Float32Array.of(optimizerStep, 1, 0, 1, 0, 0, scaled ? lossScale : 0, scaled ? lossScaleSteps : 0));
  }

  #unload(): void {
    const model = this.#model;
    if (!model) return;
    this.#model = null;
    void model.training?.then(training => { training.destroy(); }, () => undefined);
    model.scoring?.destroy();
    this.#forgetDecoders(model);
    const { weights, grads, m, v, state } = model.arenas;
    for (const arena of [weights, grads, m, v, model.frozen]) arena?.release();
    for (const buffer of [state, model.table.buffer]) this.#gpu.memory.release(buffer);
    model.workspace?.release();
  }

  #forgetDecoders(model: Loaded): void {
    for (const decoder of model.decoders.values()) decoder.destroy();
    model.decoders.clear();
    for (const buffer of model.caches) this.#gpu.memory.release(buffer);
    model.caches = [];
  }

  /** Caches of so many bytes a layer. Larger ones than there are take the place of these, and of the decoders that are bound to them. */
  #caches(model: Loaded, bytes: number): View[] {
    if (!(model.caches[0] && model.caches[0].size >= bytes)) {
      this.#forgetDecoders(model);
      model.caches = Array.from({ length: model.config.num_hidden_layers }, () => this.#gpu.memory.buffer('cache', 'keys and values', bytes, GPUBufferUsage.STORAGE));
    }
    return model.caches.map(buffer => view(buffer, 0, bytes));
  }

  #workspace(model: Loaded): Workspace {
    return model.workspace ??= new Workspace(this.#gpu.memory, model.choice.workspace);
  }

  #training(model: Loaded): Promise<Training> {
    model.training ??= (async () => {
      const training = new Training(this.#gpu, model.choice.shape, model.choice.recompute, model.choice.precision, model.arenas, model.table, this.#workspace(model));
      try {
        await training.build();
        return training;
      } catch (error) {
        training.destroy();
        model.training = null;
        throw error;
      }
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
    model.scoring ??= new Scoring(this.#gpu, model.choice.shape, model.arenas.weights, model.table, this.#workspace(model));
    return model.scoring;
  }

  #speaker(model: Loaded, which: 'policy' | 'frozen'): Arena {
    if (which === 'policy') return model.arenas.weights;
    if (!model.frozen) throw labError('BadInput', 'There is no frozen copy of the model yet.');
    return model.frozen;
  }

  /** Decoders by size: slots in powers of two up to 128 as far as their caches fit, positions and rows in powers of two. Made once each. */
  async #decoder(model: Loaded, request: GenerateRequest): Promise<Decoder> {
    const { samplesPerPrompt: group } = request;
    const rows = request.prompts.length * group;
    const power = (n: number): number => 2 ** Math.ceil(Math.log2(n));
    const longest = Math.max(...request.prompts.map(prompt => prompt.length)) + request.maxNewTokens;
    const positions = Math.min(model.choice.positions, Math.max(128, power(longest)));
    const { binding } = this.#gpu.memory.limits;
    const size: DecoderSize = { slots: Math.max(SLOT_STEP, Math.min(128, power(rows)), Math.ceil(group / SLOT_STEP) * SLOT_STEP), positions, rows: Math.max(LEAST_ROWS, power(rows)), cachePrecision: model.wish.cachePrecision ?? 'f32' };
    const most = Math.min(binding, CACHE_BYTES[this.#gpu.info.fallback ? 'software' : 'gpu'] / model.config.num_hidden_layers);
    while (size.slots > Math.max(SLOT_STEP, group) && cacheBytes(model.config, size) > most) size.slots = Math.max(Math.ceil(group / SLOT_STEP), Math.ceil(size.slots / 2 / SLOT_STEP)) * SLOT_STEP;
    if (cacheBytes(model.config, size) > binding || size.rows * positions * 4 > binding || rows > 1 << 16) {
      throw labError('BadInput', `${rows} rows of ${positions} tokens do not fit what this GPU binds at once (${binding} bytes). Nothing was generated; ask for fewer or shorter ones.`);
    }
    const which = request.model ?? 'policy';
    const key = `${which} ${size.slots} ${positions} ${size.rows}`;
    let decoder = model.decoders.get(key);
    if (!decoder) {
      const cache = this.#caches(model, cacheBytes(model.config, size));
      decoder = new Decoder(this.#gpu, model.choice.shape, this.#speaker(model, which), model.table, this.#scoring(model), cache, size);
      try {
        await decoder.build();
      } catch (error) {
        decoder.destroy();
        throw error;
      }
      model.decoders.set(key, decoder);
    }
    return decoder;
  }
}
