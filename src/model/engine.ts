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
import { choose, smaller, type Choice, type Wish } from './budget';
import { cacheBytes, Decoder, decoderSize, MOST_SLOTS, SLOT_STEP } from './decoder';
import { initialWeights, layoutOf, packTensors, unpackTensors, type Layout } from './params';
import { productsOf } from './products';
import { Scoring } from './scoring';
import { FIRST_SCALE, Training, type Arenas, type Inspection } from './training';

/** Long enough for the products of one model, short enough to wait for. */
const TUNING_MS = 1500;

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
  /** The same, once it is built. */
  built: Training | null;
  scoring: Scoring | null;
  frozen: Arena | null;
  /** Keys and values of every layer: decoders take turns. */
  caches: GPUBuffer[];
  /** Most rows that decode at once: fewer once there was no room for their keys and values. */
  slots: number;
  decoders: Map<string, Decoder>;
  /** Bytes held on the device after the first step. */
  firstStepBytes?: number;
}

export class Engine implements Trainer {
  /** Told how many of the kernels that are being compiled are ready. */
  set onCompile(told: ((done: number, total: number) => void) | null) { this.#gpu.onCompile = told; }
  /** Told what the tuner knows whenever it has measured something new. */
  onTuned: ((tuning: Tuning) => void) | null = null;
  /** Told in words what was made smaller because the GPU had no room for it. */
  onShrunk: ((text: string) => void) | null = null;
  /** Milliseconds that measuring kernels for a new model may take; on software adapters they were measured once for all. */
  tuningBudget: number;
  #gpu: Gpu;
  #wish: Wish;
  #model: Loaded | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #ceilings: EngineProfile['ceilings'] = null;
  /** Steps asked for, those of them that are on the device, and generations under way. */
  #steps = new Set<Promise<unknown>>();
  #stepping = new Set<Promise<unknown>>();
  #generating = 0;

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
    await this.#idle();
    if (this.tuningBudget > 0) await this.#tune(config);
    await this.#place(config, layout, weights);
    return { parameters: layout.parameters };
  }

  generate(request: GenerateRequest, onRows?: (rows: GeneratedRow[]) => void, onTokens?: TokenListener): Promise<Generation> {
    return this.#inTurn(async () => {
      const model = this.#need();
      if (!request.prompts.length) return { tokens: [], logps: [], finished: [] };
      this.#generating++;
      try {
        return await (await this.#decoder(model, request)).generate(request, onRows, onTokens);
      } finally {
        this.#generating--;
      }
    });
  }

  score(request: ScoreRequest): Promise<ScoreResult> {
    return this.#inTurn(async () => {
      const model = this.#need();
      return this.#fit(model, () => this.#scoring(model).score(request, this.#speaker(model, request.model)));
    });
  }

  embed(request: EmbedRequest): Promise<EmbedResult> {
    return this.#inTurn(async () => {
      const model = this.#need();
      return this.#fit(model, () => this.#scoring(model).embed(request, this.#speaker(model, request.model)));
    });
  }

  attend(request: AttendRequest): Promise<Float32Array> {
    return this.#inTurn(async () => {
      const model = this.#need();
      return this.#fit(model, () => this.#scoring(model).attend(request, this.#speaker(model, request.model)));
    });
  }

  step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    return listed(this.#steps, this.#step(batch, settings));
  }

  async #step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    const model = this.#need();
    if (!batch.weight.some(weight => weight !== 0)) throw labError('BadInput', 'The batch has no trained token. No update was made.');
    const training = await this.#training(model);
    const metrics = await listed(this.#stepping, this.#gpu.profiler.around('train', batch.tokens.length, batch.tokens.length, () => training.step(batch, settings)));
    model.firstStepBytes ??= this.#gpu.memory.bytes;
    return metrics;
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
    return {
      timestamps: this.#gpu.device.features.has('timestamp-query'), works, memory: this.memory(), buffers: this.#gpu.memory.count,
      ...(this.#model?.firstStepBytes === undefined ? {} : { firstStepBytes: this.#model.firstStepBytes }), ceilings: this.#ceilings, tuned: this.#gpu.tuner.tuning,
    };
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

  async freeze(): Promise<void> {
    const model = this.#need();
    const { device } = this.#gpu;
    const frozen = await this.#frozen(model);
    const encoder = device.createCommandEncoder();
    frozen.copyFrom(model.arenas.weights, encoder);
    device.queue.submit([encoder.finish()]);
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
    await this.#idle();
    const others = this.#gpu.tuner.learn((state.kernels ?? []).map(kernel => ({ ...kernel, candidates: [] })));
    if (this.tuningBudget > 0) await this.#tune(state.config);
    const same = !others && this.#model?.wish === this.#wish && JSON.stringify(this.#model.config) === JSON.stringify(state.config);
    if (!same) await this.#place(state.config, layout, state.weights);
    const { arenas } = this.#need();
    arenas.weights.write(state.weights);
    arenas.m.write(state.m);
    arenas.v.write(state.v);
    this.#count(this.#need(), state);
    if (state.frozen) (await this.#frozen(this.#need())).write(state.frozen);
  }

  /** Frees the model and leaves the device to others. */
  async unload(): Promise<void> {
    await this.#idle();
    this.#unload();
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
    // Without room to measure in, the guesses stay.
    await this.#inTurn(() => tune(this.#gpu, productsOf(choose(this.#gpu, config, this.#wish).shape, this.#gpu.memory.limits.binding), this.tuningBudget)).catch((error: unknown) => { if (!full(error)) throw error; });
    if (tuner.tuning.length > before) this.onTuned?.(tuner.tuning);
  }

  #need(): Loaded {
    check(this.#gpu);
    if (!this.#model) throw labError('BadModel', 'No model is loaded. Load the starter, a model folder or a new one first.');
    return this.#model;
  }

  /** What reads or replaces the model waits for scores and steps under way; a generation can take minutes, and is nobody's to cut off. */
  async #idle(): Promise<void> {
    if (this.#generating > 0) throw labError('BadInput', 'The model is generating. Nothing was loaded, and the generation goes on; wait for it, or stop it, and load again.');
    await Promise.allSettled([this.#turn, ...this.#steps]);
  }

  async #frozen(model: Loaded): Promise<Arena> {
    return model.frozen ??= await this.#fit(model, async () => {
      const frozen = this.#gpu.memory.whole(() => new Arena(this.#gpu, 'frozen', 'frozen', model.choice.shards));
      return this.#settled(frozen, () => { frozen.release(); });
    });
  }

  /** What was made, once the device has said that there was room for it; else `release` and the error. */
  async #settled<T>(made: T, release: () => void): Promise<T> {
    try {
      await this.#gpu.memory.settle();
      return made;
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Does what needs room on the device; where there is none, lays the model for fewer tokens at once and does it again, as often as that
   * makes a difference. Masters, moments and a frozen copy stay where they are.
   * @throws OutOfMemory with the numbers when nothing smaller is left
   */
  async #fit<T>(model: Loaded, make: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#model !== model) throw labError('BadModel', 'The model was replaced or closed meanwhile. Nothing was computed.');
      try {
        return await make();
      } catch (error) {
        if (!full(error) || this.#gpu.failure || this.#model !== model) throw error;
        await Promise.allSettled(this.#stepping);
        const less = smaller(this.#gpu, model.config, model.wish, model.choice);
        this.#forgetWork(model);
        if (!less) throw labError('OutOfMemory', `${error.message} Nothing smaller is left to try: ${model.choice.shape.capacity} tokens at once are the fewest. The weights are as they were before.`);
        const { shape: { capacity }, recompute } = less.choice;
        this.onShrunk?.(`${error.message} From here on ${capacity} tokens are trained at once instead of ${model.choice.shape.capacity}${recompute === model.choice.recompute ? '' : ', and what a layer makes is made twice instead of kept'}.`);
        Object.assign(model, less);
        this.#wish = less.wish;
      }
    }
  }

  async #place(config: ModelConfig, layout: Layout, weights: Float32Array): Promise<void> {
    const { memory, device } = this.#gpu;
    check(this.#gpu);
    this.#gpu.pacer.forget();
    if (config.head_dim % 2) throw labError('BadModel', `head_dim ${config.head_dim} is odd; RoPE turns pairs. Nothing was loaded.`);
    if (config.num_attention_heads % config.num_key_value_heads) throw labError('BadModel', 'num_attention_heads is not a multiple of num_key_value_heads. Nothing was loaded.');
    const choice = choose(this.#gpu, config, this.#wish);
    this.#unload();
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const { shards, positions } = choice;
    const angles = ropeTable(positions, config.head_dim, config.rope_theta);
    const model = memory.whole((): Loaded => {
      const arenas: Arenas = {
        weights: new Arena(this.#gpu, 'weights', 'weights', shards), grads: new Arena(this.#gpu, 'gradients', 'grads', shards),
        m: new Arena(this.#gpu, 'moments', 'm', shards), v: new Arena(this.#gpu, 'moments', 'v', shards), state: memory.buffer('tables', 'state', 32, usage),
      };
      const table = view(memory.buffer('tables', 'rope table', angles.byteLength, usage));
      return { config, layout, choice, wish: this.#wish, arenas, table, workspace: null, training: null, built: null, scoring: null, frozen: null, caches: [], slots: MOST_SLOTS, decoders: new Map() };
    });
    this.#model = await this.#settled(model, () => { this.#release(model); });
    model.arenas.weights.write(weights);
    device.queue.writeBuffer(model.table.buffer, 0, angles as Float32Array<ArrayBuffer>);
    this.#count(this.#model, { optimizerStep: 0 });
  }

  /** Steps taken, and the loss scale where there is one: see gradnorm.wgsl. */
  #count({ arenas, choice }: Loaded, { optimizerStep, lossScale = FIRST_SCALE, lossScaleSteps = 0 }: Pick<TrainerState, 'optimizerStep' | 'lossScale' | 'lossScaleSteps'>): void {
    const scaled = choice.precision === 'f16';
    this.#gpu.device.queue.writeBuffer(arenas.state, 0, Float32Array.of(optimizerStep, 1, 0, 1, 0, 0, scaled ? lossScale : 0, scaled ? lossScaleSteps : 0));
  }

  #unload(): void {
    const model = this.#model;
    this.#model = null;
    if (model) this.#release(model);
  }

  #release(model: Loaded): void {
    this.#forgetWork(model);
    const { weights, grads, m, v, state } = model.arenas;
    for (const arena of [weights, grads, m, v, model.frozen]) arena?.release();
    for (const buffer of [state, model.table.buffer]) this.#gpu.memory.release(buffer);
  }

  /** Frees everything that the model works with; what it is made of stays. */
  #forgetWork(model: Loaded): void {
    if (model.built) model.built.destroy();
    else void model.training?.then(training => { training.destroy(); }, () => undefined);
    model.training = model.built = null;
    model.scoring?.destroy();
    model.scoring = null;
    this.#forgetDecoders(model);
    model.workspace?.release();
    model.workspace = null;
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
      model.caches = this.#gpu.memory.whole(() => Array.from({ length: model.config.num_hidden_layers }, () => this.#gpu.memory.buffer('cache', 'keys and values', bytes, GPUBufferUsage.STORAGE)));
    }
    return model.caches.map(buffer => view(buffer, 0, bytes));
  }

  #workspace(model: Loaded): Workspace {
    return model.workspace ??= this.#gpu.memory.whole(() => new Workspace(this.#gpu.memory, model.choice.workspace));
  }

  #training(model: Loaded): Promise<Training> {
    return model.training ?? this.#inTurn(() => this.#fit(model, () => model.training ??= this.#makeTraining(model)));
  }

  async #makeTraining(model: Loaded): Promise<Training> {
    let training: Training | null = null;
    try {
      await this.#gpu.memory.settle();
      const workspace = this.#workspace(model);
      training = this.#gpu.memory.whole(() => new Training(this.#gpu, model.choice.shape, model.choice.recompute, model.choice.precision, model.arenas, model.table, workspace));
      await training.build();
      // Unless it was given up while it was compiling.
      if (model.training) model.built = training;
      return training;
    } catch (error) {
      training?.destroy();
      model.training = null;
      throw error;
    }
  }

  /** Decoding and scoring share buffers and staging: one at a time, in the order asked. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(work);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  #scoring(model: Loaded): Scoring {
    const workspace = this.#workspace(model);
    return model.scoring ??= this.#gpu.memory.whole(() => new Scoring(this.#gpu, model.choice.shape, model.arenas.weights, model.table, workspace));
  }

  #speaker(model: Loaded, which: 'policy' | 'frozen'): Arena {
    if (which === 'policy') return model.arenas.weights;
    if (!model.frozen) throw labError('BadInput', 'There is no frozen copy of the model yet.');
    return model.frozen;
  }

  /** A decoder for the request, of fewer rows at once where there is no room for more, then of a model laid smaller. */
  async #decoder(model: Loaded, request: GenerateRequest): Promise<Decoder> {
    for (;;) {
      // What decoding shares with scoring comes first: fewer rows make it no smaller.
      if (!model.scoring) {
        await this.#fit(model, async () => {
          this.#scoring(model);
          await this.#gpu.memory.settle();
        });
      }
      try {
        return await this.#decoderOf(model, request);
      } catch (error) {
        const had = model.slots, group = Math.ceil(request.samplesPerPrompt / SLOT_STEP) * SLOT_STEP;
        if (!full(error) || this.#gpu.failure || this.#model !== model) throw error;
        this.#forgetDecoders(model);
        model.slots = Math.max(group, Math.ceil(had / 2 / SLOT_STEP) * SLOT_STEP);
        if (model.slots < had) this.onShrunk?.(`${error.message} From here on at most ${model.slots} rows are written at once instead of ${had}.`);
        else {
          model.slots = had;
          let told = false;
          // Fails the first time round, so that the model is laid smaller before the next try.
          await this.#fit(model, () => (told ? Promise.resolve() : (told = true, Promise.reject(error as Error))));
        }
      }
    }
  }

  /** Decoders by size: slots in powers of two up to 128 as far as their caches fit, positions and rows in powers of two. Made once each. */
  async #decoderOf(model: Loaded, request: GenerateRequest): Promise<Decoder> {
    const { samplesPerPrompt: group } = request;
    const rows = request.prompts.length * group;
    const longest = Math.max(...request.prompts.map(prompt => prompt.length)) + request.maxNewTokens;
    const size = decoderSize(this.#gpu, model.config, { rows, group, longest, positions: model.choice.positions }, model.wish.cachePrecision ?? 'f32', model.slots), { positions } = size;
    const which = request.model ?? 'policy';
    const key = `${which} ${size.slots} ${positions} ${size.rows}`;
    let decoder = model.decoders.get(key);
    if (!decoder) {
      const cache = this.#caches(model, cacheBytes(model.config, size));
      const scoring = this.#scoring(model);
      decoder = this.#gpu.memory.whole(() => new Decoder(this.#gpu, model.choice.shape, this.#speaker(model, which), model.table, scoring, cache, size));
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

function full(error: unknown): error is Error {
  return error instanceof Error && error.name === 'OutOfMemory';
}

/** Keeps the work in the list until it is done. */
async function listed<T>(list: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  list.add(work);
  try {
    return await work;
  } finally {
    list.delete(work);
  }
}
