/** The worker that owns the GPU: the engine behind comlink. Knows nothing of corpora, rewards or pages. */
import * as Comlink from 'comlink';
import {
  labError, type AttendRequest, type Batch, type EmbedRequest, type GeneratedRow, type GenerateRequest, type MemoryWish, type ModelConfig, type NamedTensor, type ScoreRequest, type TokenListener, type Trainer, type TrainerState,
  type UpdateSettings,
} from '../src/types';
import { openGpu, type Gpu } from '../src/gpu/device';
import { Engine } from '../src/model/engine';
import { kernelsHash, selfTest } from '../src/model/self_test';
import { runProbe, type ProbeInput } from './probe';
import { foundRight, keepRight, keepTuning, recallTuning } from './tuning';

let engine: Engine | null = null;

function need(): Engine {
  if (!engine) throw labError('WebGPUUnavailable', 'The GPU is not open yet. Nothing was computed.');
  return engine;
}

/** Tests the kernels on an adapter and browser that have not been seen before. */
async function trust(gpu: Gpu): Promise<void> {
  const kernels = kernelsHash();
  if (await foundRight(gpu.info, kernels)) return;
  const fault = await selfTest(gpu);
  if (fault) {
    gpu.device.destroy();
    const { description, vendor, architecture } = gpu.info;
    throw labError('WrongResults', `The kernels were tested on this adapter (${description || `${vendor} ${architecture}`}) against known numbers, and ${fault.part} is off by ${Number.isFinite(fault.off) ? `${(fault.off * 100).toPrecision(2)} % of its size` : 'more than can be said: it gives no numbers'}. No run was started.`);
  }
  await keepRight(gpu.info, kernels);
}

const trainer = {
  /**
   * Opens the GPU; call first, and again after DeviceLost for a new device (the model is gone then: restore a
   * checkpoint). `onCompile(done, total)` hears of compiled kernels, `onLost` of a device that died between requests. One that does not
   * measure kernels takes what is known of them: beside a run its times would be wrong, and the run's slow. `onShrunk`
   * hears of what was made smaller for want of memory. @throws WebGPUUnavailable without an adapter, WrongResults for one that computes wrongly
   */
  async open(onCompile?: (done: number, total: number) => void, onLost?: (message: string) => void, measures = true, onShrunk?: (text: string) => void) {
    const gpu = await openGpu(navigator.gpu);
    void gpu.device.lost.then(lost => { if (lost.reason !== 'destroyed') onLost?.(lost.message); });
    gpu.tuner.learn(await recallTuning(gpu.info));
    if (onCompile) gpu.onCompile = onCompile;
    await trust(gpu);
    engine = new Engine(gpu);
    if (!measures) engine.tuningBudget = 0;
    engine.onTuned = tuning => { void keepTuning(gpu.info, tuning); };
    if (onCompile) engine.onCompile = onCompile;
    if (onShrunk) engine.onShrunk = onShrunk;
    return gpu.info;
  },
  adapter: () => need().adapter(),
  prefer: (wish: MemoryWish) => need().prefer(wish),
  load: (config: ModelConfig, tensors: NamedTensor[] | null, seed: number) => need().load(config, tensors, seed),
  /** Rows are told of as they end. Each telling is answered before the generation is, and the caller's ports are closed after it. */
  async generate(request: GenerateRequest, onRows?: (rows: GeneratedRow[]) => void, onTokens?: TokenListener) {
    const speaker: Trainer = need();
    const page = onRows as unknown as Comlink.Remote<NonNullable<typeof onRows>> | undefined, told: Promise<void>[] = [];
    const reader = onTokens as unknown as Comlink.Remote<TokenListener> | undefined;
    try {
      const generation = await speaker.generate(request, page && (rows => {
        const telling = page(rows);
        telling.catch(() => undefined);
        told.push(telling);
      }), reader && (tokens => reader(tokens)));
      await Promise.all(told);
      return generation;
    } finally {
      page?.[Comlink.releaseProxy]();
      reader?.[Comlink.releaseProxy]();
    }
  },
  score: (request: ScoreRequest) => need().score(request),
  embed: (request: EmbedRequest) => need().embed(request),
  attend: (request: AttendRequest) => need().attend(request),
  step: (batch: Batch, settings: UpdateSettings) => need().step(batch, settings),
  freeze: () => need().freeze(),
  exportTensors: () => need().exportTensors(),
  snapshot: () => need().snapshot(),
  restore: (state: TrainerState) => need().restore(state),
  close: () => need().close(),
  profileNext: () => need().profileNext(),
  profile: () => need().profile(),
  /** Loads a model and takes one batch through loss and gradients: the door behind `npm run probe`. */
  probe: (input: ProbeInput) => runProbe(need(), input),
};

// The page's loop sees this as the Trainer contract.
const contract: Trainer = trainer;
export type TrainerApi = typeof trainer;
Comlink.expose(contract);
