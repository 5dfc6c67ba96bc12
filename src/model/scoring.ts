/** Log-probabilities of given sequences, forward only: rewards by likelihood, references, evaluation. */
import type { ModelConfig, ScoreRequest, ScoreResult, UpdateSettings } from '../types';
import { readStaging, type Gpu } from '../gpu/device';
import { HYPER_BYTES, packHyper } from '../gpu/ops/policy';
import { Plan, view, type View } from '../gpu/plan';
import { Head } from './head';
import { cut, inputPlaces, writeMicroBatch, type InputPlaces } from './pack';
import type { Layout } from './params';
import { Transformer } from './transformer';

/** Only the temperature matters here. */
const QUIET: UpdateSettings = {
  learningRate: 0, beta1: 0, beta2: 0, epsilon: 1, weightDecay: 0, maxGradNorm: 1, ratio: 'none', clip: 'none',
  epsilonLow: 0, epsilonHigh: 0, dualClip: 0, kl: 'none', klBeta: 0, entropyCoef: 0, temperature: 1,
};

export class Scoring {
  readonly capacity: number;
  readonly transformer: Transformer;
  readonly places: InputPlaces;
  readonly inputs: GPUBuffer;
  #gpu: Gpu;
  #config: ModelConfig;
  #head: Head;
  #hyper: GPUBuffer;
  #bytes: ArrayBuffer;
  #staging: GPUBuffer;
  #plans = new Map<GPUBuffer, Plan>();

  constructor(gpu: Gpu, config: ModelConfig, layout: Layout, table: View, capacity: number) {
    const { device } = gpu;
    this.#gpu = gpu;
    this.#config = config;
    this.capacity = capacity;
    this.places = inputPlaces(capacity);
    this.transformer = new Transformer(gpu, config, layout, capacity, table, false);
    this.#head = new Head(gpu, config, layout, capacity);
    this.inputs = device.createBuffer({ label: 'score inputs', size: this.places.bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.#hyper = device.createBuffer({ label: 'score hyper', size: HYPER_BYTES, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.#bytes = new ArrayBuffer(this.places.bytes);
    this.#staging = device.createBuffer({ label: 'score readback', size: capacity * 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
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
    this.transformer.destroy();
    this.#head.destroy();
    for (const plan of this.#plans.values()) plan.destroy();
    for (const buffer of [this.inputs, this.#hyper, this.#staging]) buffer.destroy();
  }

  /** `weights` is the arena that speaks; sequences of any number, each at most `capacity` tokens. One call at a time. */
  async score(request: ScoreRequest, weights: GPUBuffer): Promise<ScoreResult> {
    const { device } = this.#gpu;
    const plan = await this.#plan(weights);
    device.queue.writeBuffer(this.#hyper, 0, packHyper({ ...QUIET, temperature: request.temperature }, false, false));
    const offsets = new Int32Array(request.sequences.length + 1);
    request.sequences.forEach((sequence, s) => { offsets[s + 1] = offsets[s]! + sequence.length; });
    const tokens = new Int32Array(offsets.at(-1)!);
    request.sequences.forEach((sequence, s) => { tokens.set(sequence, offsets[s]); });
    const quiet = new Float32Array(tokens.length);
    const batch = { tokens, offsets, weight: quiet, advantage: quiet };
    const logps = request.sequences.map(sequence => new Float32Array(sequence.length));
    for (const micro of cut(offsets, this.capacity)) {
      writeMicroBatch(this.#bytes, 0, this.places, this.capacity, batch, micro, this.#config.vocab_size);
      device.queue.writeBuffer(this.inputs, 0, this.#bytes);
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass({ label: 'score' });
      plan.encode(pass);
      pass.end();
      encoder.copyBufferToBuffer(this.#head.stat.buffer, 0, this.#staging, 0, micro.tokens * 16);
      device.queue.submit([encoder.finish()]);
      const stat = new Float32Array(await readStaging(this.#gpu, this.#staging, micro.tokens * 16));
      let row = 0;
      for (let s = micro.first; s < micro.last; s++) {
        for (let t = 1; t < logps[s]!.length; t++) logps[s]![t] = stat[(row + t - 1) * 4]!;
        row += logps[s]!.length;
      }
    }
    return { logps };
  }

  async #plan(weights: GPUBuffer): Promise<Plan> {
    let plan = this.#plans.get(weights);
    if (!plan) {
      plan = new Plan(this.#gpu, 'score');
      const { live, token } = this.inputViews();
      this.transformer.forward(plan, weights, { live, token });
      this.#head.forward(plan, weights, { live, hyper: view(this.#hyper), token, normed: this.transformer.normed });
      await plan.build();
      this.#plans.set(weights, plan);
    }
    return plan;
  }
}
