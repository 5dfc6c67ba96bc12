/** Log-probabilities, mean states and attention of given sequences, forward only: rewards by likelihood, references, evaluation, embeddings, looking inside. */
import { ATTEND_MOST, labError, type AttendRequest, type EmbedRequest, type EmbedResult, type MemoryUse, type ModelConfig, type ScoreRequest, type ScoreResult, type UpdateSettings } from '../types';
import { readStaging, type Gpu } from '../gpu/device';
import { HYPER_BYTES, packHyper } from '../gpu/ops/policy';
import { segments } from '../gpu/pacer';
import { Plan, view, type View } from '../gpu/plan';
import { Activation, Draft, place, type Placement, type Workspace } from '../gpu/workspace';
import type { Arena, Blocks } from './arena';
import { attentionOf } from './attend';
import { Head } from './head';
import { cut, inputPlaces, quietBatch, writeQuiet, type InputPlaces } from './pack';
import type { Shape } from './params';
import { Transformer } from './transformer';

/** Only the temperature matters here. */
const QUIET: UpdateSettings = {
  learningRate: 0, beta1: 0, beta2: 0, epsilon: 1, weightDecay: 0, maxGradNorm: 1, ratio: 'none', clip: 'none',
  epsilonLow: 0, epsilonHigh: 0, dualClip: 0, kl: 'none', klBeta: 0, entropyCoef: 0, temperature: 1,
};

/** Passes end with log-probabilities, with states, or with the queries of a layer; `source` is what is read of them. */
type Kind = 'score' | 'embed' | number;
interface Pass { plan: Plan; source: View }

/** The longest pass, recorded: where its activations lie serves the shorter ones, which end before the head. */
function record(gpu: Gpu, shape: Shape, weights: Blocks, { live, token, hyper, table }: { live: View; token: View; hyper: View; table: View }): { draft: Draft; transformer: Transformer; head: Head } {
  const draft = new Draft();
  const plan = draft.plan(gpu, 'score');
  const transformer = new Transformer(shape, table, draft);
  const head = new Head(shape, gpu.memory.limits.binding, draft);
  transformer.forward(plan, weights, { live, token });
  head.forward(plan, weights, { live, hyper, token, normed: transformer.normed });
  return { draft, transformer, head };
}

/** What scoring will hold besides the arenas, without making any of it; states for embeddings come on top. */
export function scoringMemory(gpu: Gpu, shape: Shape): { draft: Draft; placement: Placement; uses: MemoryUse[] } {
  const at = (bytes: number): View => new Activation('elsewhere', bytes);
  const { draft } = record(gpu, shape, { view: ({ size }) => at(size * 4) }, { live: at(16), token: at(16), hyper: at(16), table: at(16) });
  return {
    draft, placement: place(draft, gpu.memory.limits.buffer),
    uses: [{ purpose: 'inputs', bytes: inputPlaces(shape.capacity).bytes }, { purpose: 'tables', bytes: HYPER_BYTES }, { purpose: 'readback', bytes: shape.capacity * 16 }],
  };
}

export class Scoring {
  readonly capacity: number;
  readonly transformer: Transformer;
  readonly places: InputPlaces;
  readonly inputs: GPUBuffer;
  /** Where inputs are laid out before they go there. */
  readonly bytes: ArrayBuffer;
  #gpu: Gpu;
  #config: ModelConfig;
  #head: Head;
  #hyper: GPUBuffer;
  #staging: GPUBuffer;
  /** Rows of states for the host; made when the first embedding is asked for. */
  #states: GPUBuffer | null = null;
  /** Queries, keys and values for the host; made when attention is first looked at. */
  #queries: GPUBuffer | null = null;
  #passes = new Map<Arena, Map<Kind, Pass>>();

  constructor(gpu: Gpu, shape: Shape, weights: Blocks, table: View, workspace: Workspace) {
    const { memory } = gpu;
    const { capacity } = shape;
    this.#gpu = gpu;
    this.#config = shape.config;
    this.capacity = capacity;
    this.places = inputPlaces(capacity);
    this.inputs = memory.buffer('inputs', 'score inputs', this.places.bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#hyper = memory.buffer('tables', 'score hyper', HYPER_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.bytes = new ArrayBuffer(this.places.bytes);
    this.#staging = memory.buffer('readback', 'score readback', capacity * 16, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    const { draft, transformer, head } = record(gpu, shape, weights, { ...this.inputViews(), hyper: view(this.#hyper), table });
    workspace.put(place(draft, memory.limits.buffer));
    this.transformer = transformer;
    this.#head = head;
  }

  /** Views of the arrays that a forward-only pass reads; prefill shares them. */
  inputViews(): { live: View; token: View; fill: View } {
    return {
      live: view(this.inputs, this.places.live, 16),
      token: view(this.inputs, this.places.token, this.capacity * 16),
      fill: view(this.inputs, this.places.fill, this.capacity * 8),
    };
  }

  destroy(): void {
    for (const passes of this.#passes.values()) for (const { plan } of passes.values()) plan.destroy();
    for (const buffer of [this.inputs, this.#hyper, this.#staging, this.#states, this.#queries]) if (buffer) this.#gpu.memory.release(buffer);
  }

  /** `weights` is the arena that speaks; sequences of any number, each at most `capacity` tokens. One call at a time. */
  async score(request: ScoreRequest, weights: Arena): Promise<ScoreResult> {
    const logps = request.sequences.map(sequence => new Float32Array(sequence.length));
    await this.#forward(request.sequences, request.temperature, await this.#pass(weights, 'score'), this.#staging, 4, (s, stat) => {
      for (let t = 1; t < logps[s]!.length; t++) logps[s]![t] = stat[(t - 1) * 4]!;
    });
    return { logps };
  }

  /** Means of the states after the last norm, over the tokens of each sequence. Limits as for `score`; an empty sequence gives zeros. */
  async embed(request: EmbedRequest, weights: Arena): Promise<EmbedResult> {
    const { hidden_size: C } = this.#config;
    this.#states ??= this.#gpu.memory.buffer('readback', 'states readback', this.capacity * C * 4, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    await this.#gpu.memory.settle();
    const vectors = request.sequences.map(() => new Float32Array(C));
    await this.#forward(request.sequences, 1, await this.#pass(weights, 'embed'), this.#states, C, (s, states) => {
      const count = request.sequences[s]!.length;
      for (let c = 0; c < C; c++) {
        let sum = 0;
        for (let t = 0; t < count; t++) sum += states[t * C + c]!;
        vectors[s]![c] = sum / count;
      }
    });
    return { vectors };
  }

  /** What a head looks at; see `Trainer.attend`. Queries and keys come to the host, and the softmax is made there. */
  async attend({ tokens, layer, head }: AttendRequest, weights: Arena): Promise<Float32Array> {
    const { num_hidden_layers: L, num_attention_heads: H, num_key_value_heads: K, head_dim: D } = this.#config;
    const most = Math.min(ATTEND_MOST, this.capacity);
    const inside = (i: number, count: number): boolean => Number.isInteger(i) && i >= 0 && i < count;
    if (tokens.length === 0 || tokens.length > most) throw labError('BadInput', `Attention is shown of 1 to ${most} tokens, and this sequence has ${tokens.length}. Nothing was computed; shorten it.`);
    if (!inside(layer, L) || !inside(head, H)) throw labError('BadInput', `There is no head ${head} in layer ${layer}: this model has ${L} layers of ${H} heads, counted from 0. Nothing was computed.`);
    const shape = { queryHeads: H, keyHeads: K, headDim: D, stride: (H + 2 * K) * D };
    this.#queries ??= this.#gpu.memory.buffer('readback', 'queries readback', most * shape.stride * 4, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    let probabilities = new Float32Array(0);
    await this.#forward([tokens], 1, await this.#pass(weights, layer), this.#queries, shape.stride, (_, qkv) => { probabilities = attentionOf(qkv, shape, head); });
    return probabilities;
  }

  /** Runs the plan over micro-batches and hands each sequence's rows of what is read back, of `cols` numbers, to `take`. */
  async #forward(sequences: readonly Int32Array[], temperature: number, { plan, source }: Pass, staging: GPUBuffer, cols: number, take: (s: number, rows: Float32Array) => void): Promise<void> {
    const { device } = this.#gpu;
    device.queue.writeBuffer(this.#hyper, 0, packHyper({ ...QUIET, temperature }, false, false));
    const batch = quietBatch(sequences), stride = cols * 4;
    for (const micro of cut(batch.offsets, this.capacity)) {
      if (micro.tokens === 0) continue;
      device.queue.writeBuffer(this.inputs, 0, this.bytes, 0, writeQuiet(this.bytes, this.places, batch, micro, this.#config.vocab_size));
      this.#gpu.pacer.submit([...segments(plan, micro.tokens, micro.pairs), { key: 'read', rows: 0, record: encoder => encoder.copyBufferToBuffer(source.buffer, source.offset, staging, 0, micro.tokens * stride) }]);
      const rows = new Float32Array(await readStaging(this.#gpu, staging, micro.tokens * stride));
      let row = 0;
      for (let s = micro.first; s < micro.last; s++) {
        const { length } = sequences[s]!;
        if (length > 0) take(s, rows.subarray(row * cols, (row + length) * cols));
        row += length;
      }
    }
  }

  async #pass(weights: Arena, kind: Kind): Promise<Pass> {
    const passes = this.#passes.get(weights) ?? new Map<Kind, Pass>();
    this.#passes.set(weights, passes);
    const known = passes.get(kind);
    if (known) return known;
    const plan = new Plan(this.#gpu, typeof kind === 'number' ? `attend ${kind}` : kind), { live, token } = this.inputViews();
    let source: View = this.transformer.normed;
    if (typeof kind === 'number') source = this.transformer.queries(plan, weights, { live, token }, kind);
    else this.transformer.forward(plan, weights, { live, token });
    if (kind === 'score') {
      this.#head.forward(plan, weights, { live, hyper: view(this.#hyper), token, normed: this.transformer.normed });
      source = this.#head.stat;
    }
    const pass = { plan: await plan.build(), source };
    passes.set(kind, pass);
    return pass;
  }
}
