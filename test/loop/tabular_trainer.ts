/** A small real model on the CPU behind the engine's interface: a log-linear softmax over tables, with true gradients and AdamW. */
import { createRng, philox } from '../../src/rng';
import { labError } from '../../src/types';
import type { Batch, EmbedRequest, EmbedResult, GeneratedRow, GenerateRequest, Generation, ModelConfig, NamedTensor, ScoreRequest, ScoreResult, StepMetrics, TokenReport, Trainer, TrainerState, UpdateSettings } from '../../src/types';

const PAIR_SLOTS = 256;

/**
 * logits[v] = sum over features f of W[f][v]. Features of a context: its last token, its last two (hashed), its last special token, and
 * each distinct token before that special token. So it can learn to copy a name or a number from prompt to completion, and little else.
 */
export class TabularTrainer implements Trainer {
  private config: ModelConfig | null = null;
  private weights = new Float32Array(0);
  private frozen: Float32Array | null = null;
  private m = new Float32Array(0);
  private v = new Float32Array(0);
  private optimizerStep = 0;
  private vocab = 0;
  /** Ids below this are special tokens. */
  private readonly specials: number;
  /** Steps after which the gradient is made not finite; for tests of what follows. */
  poison = false;
  /** What is added to every log-probability of a sample: a sampler that disagrees with its trainer. */
  samplerOffset = 0;
  /** ms that a token takes to decode; 0 = all at once. */
  tokenMs = 0;
  calls = { generate: 0, score: 0, step: 0 };

  constructor(specials: number) {
    this.specials = specials;
  }

  adapter() {
    return Promise.resolve({ vendor: 'test', architecture: 'tabular', device: 'cpu', description: 'log-linear model on the CPU', fallback: true, features: [], maxStorageBufferBindingSize: 0 });
  }

  load(config: ModelConfig, tensors: NamedTensor[] | null, seed: number) {
    this.config = config;
    this.vocab = config.vocab_size;
    const rng = createRng(seed, 0, 99);
    this.weights = tensors ? tensors[0]!.data.slice() : Float32Array.from({ length: (3 * this.vocab + PAIR_SLOTS) * this.vocab }, () => (rng() - 0.5) * 0.02);
    this.m = new Float32Array(this.weights.length);
    this.v = new Float32Array(this.weights.length);
    this.optimizerStep = 0;
    this.frozen = null;
    return Promise.resolve({ parameters: this.weights.length });
  }

  /** Feature rows for predicting the token at `at` from those before it. */
  private features(tokens: ArrayLike<number>, start: number, at: number): number[] {
    const V = this.vocab;
    const last = tokens[at - 1]!, before = at - 2 >= start ? tokens[at - 2]! : V;
    let special = at - 1;
    while (special > start && tokens[special]! >= this.specials) special--;
    const bag = new Set<number>();
    for (let i = start; i < special; i++) bag.add(tokens[i]!);
    return [last, V + ((last * 31 + before * 17) % PAIR_SLOTS), V + PAIR_SLOTS + tokens[special]!, ...[...bag].map((token) => 2 * V + PAIR_SLOTS + token)];
  }

  private logProbabilities(weights: Float32Array, features: readonly number[], temperature: number): Float64Array {
    const V = this.vocab;
    const logits = new Float64Array(V);
    for (const f of features) for (let v = 0; v < V; v++) logits[v]! += weights[f * V + v]!;
    let max = -Infinity, sum = 0;
    for (let v = 0; v < V; v++) max = Math.max(max, (logits[v] = logits[v]! / temperature));
    for (let v = 0; v < V; v++) sum += Math.exp(logits[v]! - max);
    const norm = max + Math.log(sum);
    for (let v = 0; v < V; v++) logits[v] = logits[v]! - norm;
    return logits;
  }

  private speaking(model: 'policy' | 'frozen' | undefined): Float32Array {
    if (model !== 'frozen') return this.weights;
    if (!this.frozen) throw labError('BadInput', 'There is no frozen copy.');
    return this.frozen;
  }

  /** Rows that end with the same token are told of together, as a batched decoder would. */
  async generate(request: GenerateRequest, onRows?: (rows: GeneratedRow[]) => void): Promise<Generation> {
    this.calls.generate++;
    if (request.topK !== 0 || request.topP !== 1 || request.minP !== 0 || request.repetitionPenalty !== 1) throw labError('BadInput', 'The tabular model samples without filters.');
    const weights = this.speaking(request.model);
    const generation: Generation = { tokens: [], logps: [], finished: [] };
    request.prompts.forEach((prompt, p) => {
      for (let s = 0; s < request.samplesPerPrompt; s++) {
        const row = p * request.samplesPerPrompt + s;
        const sequence = Array.from(prompt), logps: number[] = [];
        let finished = false;
        while (!finished && logps.length < request.maxNewTokens) {
          const logp = this.logProbabilities(weights, this.features(sequence, 0, sequence.length), request.temperature || 1);
          let token = logp.indexOf(Math.max(...logp));
          if (request.temperature > 0) {
            let left = philox(request.seed, request.step, request.stream, row * 4096 + logps.length)[0] / 2 ** 32;
            for (token = 0; token < this.vocab - 1 && (left -= Math.exp(logp[token]!)) >= 0; token++);
          }
          sequence.push(token);
          logps.push(logp[token]! + this.samplerOffset);
          finished = token === request.endId;
        }
        generation.tokens.push(Int32Array.from(sequence.slice(prompt.length)));
        generation.logps.push(Float32Array.from(logps));
        generation.finished.push(finished);
      }
    });
    const longest = Math.max(0, ...generation.tokens.map((tokens) => tokens.length));
    for (let length = 1; length <= longest; length++) {
      if (this.tokenMs > 0) await new Promise((resolve) => { setTimeout(resolve, this.tokenMs); });
      const ended = generation.tokens.flatMap((tokens, row): GeneratedRow[] => (tokens.length === length ? [{ row, tokens, logps: generation.logps[row]!, finished: generation.finished[row]! }] : []));
      if (ended.length > 0) onRows?.(ended);
    }
    return generation;
  }

  /** The mean row of the first table over the tokens: what this model has for a state. */
  embed(request: EmbedRequest): Promise<EmbedResult> {
    const weights = this.speaking(request.model);
    return Promise.resolve({ vectors: request.sequences.map((sequence) => Float32Array.from({ length: this.vocab }, (_, v) => sequence.reduce((sum, token) => sum + weights[token * this.vocab + v]!, 0) / (sequence.length || 1))) });
  }

  score(request: ScoreRequest): Promise<ScoreResult> {
    this.calls.score++;
    const weights = this.speaking(request.model);
    return Promise.resolve({
      logps: request.sequences.map((sequence) => Float32Array.from(sequence, (token, t) => (t === 0 ? 0 : this.logProbabilities(weights, this.features(sequence, 0, t), request.temperature)[token]!))),
    });
  }

  step(batch: Batch, settings: UpdateSettings): Promise<StepMetrics> {
    this.calls.step++;
    const V = this.vocab;
    const gradient = new Float64Array(this.weights.length);
    const floats = (): Float32Array => new Float32Array(batch.tokens.length);
    const perToken: TokenReport = { logps: floats(), entropies: floats(), ratios: floats(), terms: floats(), pushes: floats(), clipped: new Uint8Array(batch.tokens.length) };
    let loss = 0, entropySum = 0, klSum = 0, ratioSum = 0, clipLow = 0, clipHigh = 0, trained = 0;
    for (let s = 0; s + 1 < batch.offsets.length; s++) {
      const start = batch.offsets[s]!, end = batch.offsets[s + 1]!;
      const places: number[] = [];
      for (let t = start + 1; t < end; t++) if (batch.weight[t] !== 0) places.push(t);
      const views = places.map((t) => this.logProbabilities(this.weights, this.features(batch.tokens, start, t), settings.temperature));
      const ratios = places.map((t, i) => views[i]![batch.tokens[t]!]! - (batch.oldLogps ? batch.oldLogps[t]! : views[i]![batch.tokens[t]!]!));
      const sum = ratios.reduce((total, value) => total + value, 0);
      places.forEach((t, i) => {
        const view = views[i]!, token = batch.tokens[t]!, weight = batch.weight[t]!, advantage = batch.advantage[t]!;
        const rho = settings.ratio === 'none' ? 1 : Math.exp(settings.ratio === 'token' ? ratios[i]! : settings.ratio === 'sequence' ? sum / places.length : sum);
        const low = 1 - settings.epsilonLow, high = 1 + settings.epsilonHigh;
        let value = rho * advantage, slope = rho * advantage;
        if (settings.ratio === 'none') value = advantage * view[token]!;
        else if (settings.clip === 'min') {
          const clipped = Math.min(Math.max(rho, low), high) * advantage;
          if (clipped < value) { value = clipped; slope = 0; perToken.clipped[t] = 1; }
        } else if (settings.clip === 'cispo') {
          slope = Math.min(rho, settings.epsilonHigh) * advantage;
          value = slope * view[token]!;
        }
        const d = batch.refLogps ? view[token]! - batch.refLogps[t]! : 0;
        const [kl, klSlope] = settings.kl === 'k1' ? [d, 1] : settings.kl === 'k2' ? [(d * d) / 2, d] : settings.kl === 'k3' ? [Math.exp(-d) + d - 1, 1 - Math.exp(-d)] : [0, 0];
        let entropy = 0;
        for (let v = 0; v < V; v++) entropy -= Math.exp(view[v]!) * view[v]!;
        loss += weight * (-value + settings.klBeta * kl - settings.entropyCoef * entropy);
        entropySum += entropy;
        klSum += kl;
        ratioSum += rho;
        trained++;
        if (rho < low && advantage < 0) clipLow++;
        if (rho > high && advantage > 0) clipHigh++;
        const onToken = weight * (settings.klBeta * klSlope - slope);
        perToken.logps[t] = view[token]!;
        perToken.entropies[t] = entropy;
        perToken.ratios[t] = rho;
        perToken.terms[t] = weight * value;
        perToken.pushes[t] = -onToken;
        const features = this.features(batch.tokens, start, t);
        for (let v = 0; v < V; v++) {
          const p = Math.exp(view[v]!);
          const dlogit = (onToken * ((v === token ? 1 : 0) - p) + weight * settings.entropyCoef * p * (view[v]! + entropy)) / settings.temperature;
          for (const f of features) gradient[f * V + v]! += dlogit;
        }
      });
    }
    if (this.poison) gradient[0] = NaN;
    const norm = Math.sqrt(gradient.reduce((total, value) => total + value * value, 0));
    const finite = Number.isFinite(norm);
    if (finite) this.adamw(gradient, settings, Math.min(1, settings.maxGradNorm / (norm + 1e-6)));
    const per = (value: number): number => value / Math.max(1, trained);
    return Promise.resolve({ loss, gradNorm: norm, entropy: per(entropySum), kl: per(klSum), clipLow: per(clipLow), clipHigh: per(clipHigh), ratioMean: per(ratioSum), trainedTokens: trained, tokens: batch.tokens.length, finite, ...(settings.tokens ? { perToken } : {}) });
  }

  private adamw(gradient: Float64Array, settings: UpdateSettings, scale: number): void {
    const t = ++this.optimizerStep;
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i]! * scale;
      this.m[i] = settings.beta1 * this.m[i]! + (1 - settings.beta1) * g;
      this.v[i] = settings.beta2 * this.v[i]! + (1 - settings.beta2) * g * g;
      const step = (this.m[i]! / (1 - settings.beta1 ** t)) / (Math.sqrt(this.v[i]! / (1 - settings.beta2 ** t)) + settings.epsilon);
      this.weights[i] = this.weights[i]! * (1 - settings.learningRate * settings.weightDecay) - settings.learningRate * step;
    }
  }

  freeze(): Promise<void> {
    this.frozen = this.weights.slice();
    return Promise.resolve();
  }

  exportTensors(): Promise<NamedTensor[]> {
    return Promise.resolve([{ name: 'tables', shape: [this.weights.length / this.vocab, this.vocab], data: this.weights.slice() }]);
  }

  snapshot(): Promise<TrainerState> {
    if (!this.config) throw labError('BadInput', 'No model is loaded.');
    return Promise.resolve({ config: this.config, weights: this.weights.slice(), m: this.m.slice(), v: this.v.slice(), optimizerStep: this.optimizerStep, ...(this.frozen ? { frozen: this.frozen.slice() } : {}) });
  }

  restore(state: TrainerState): Promise<void> {
    this.config = state.config;
    this.vocab = state.config.vocab_size;
    this.weights = state.weights.slice();
    this.m = state.m.slice();
    this.v = state.v.slice();
    this.optimizerStep = state.optimizerStep;
    this.frozen = state.frozen?.slice() ?? null;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
