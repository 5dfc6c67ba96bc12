/** What a training step tells the host, a step late: its totals, and each token's numbers where they are asked for. Knows their layout, not how they come about. */
import type { Batch, MemoryUse, StepMetrics, TokenReport } from '../types';
import { readStaging, type Gpu } from '../gpu/device';
import { TRACE } from '../gpu/ops/policy';
import type { View } from '../gpu/plan';

/** Staging buffers: so many steps may be on their way. */
const RING = 3;
/** totals (32 bytes) and state (32 bytes), each at its own alignment; the tokens follow. */
const REPORT_BYTES = 64;
export const TOTALS_BYTES = 32;
const ROW_BYTES = TRACE * 4;

/** Without the tokens. */
export const reportMemory: MemoryUse = { purpose: 'readback', bytes: RING * REPORT_BYTES };

/** The staging buffers of steps. One that is asked for more than it holds gives way to a larger one, in powers of two, so that steady steps make none. */
export class Reports {
  #gpu: Gpu;
  #free: GPUBuffer[];
  #waiting: ((buffer: GPUBuffer) => void)[] = [];
  #all: Set<GPUBuffer>;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#free = Array.from({ length: RING }, () => this.#make(REPORT_BYTES));
    this.#all = new Set(this.#free);
  }

  /** Lets `submit` fill a staging buffer with the help of the copies below, and reads it. `submit` returns the trained tokens. */
  async take(batch: Batch, withTokens: boolean, submit: (staging: GPUBuffer) => number): Promise<StepMetrics> {
    const { length } = batch.tokens;
    const bytes = REPORT_BYTES + (withTokens ? length * ROW_BYTES : 0);
    let staging = await this.#wait();
    try {
      if (staging.size < bytes) staging = this.#larger(staging, 2 ** Math.ceil(Math.log2(bytes)));
      const trained = submit(staging);
      const report = new Float32Array(await readStaging(this.#gpu, staging, bytes));
      const metrics = metricsOf(report, trained, length);
      return withTokens ? { ...metrics, perToken: tokensOf(report.subarray(REPORT_BYTES / 4), batch) } : metrics;
    } finally {
      this.#give(staging);
    }
  }

  copy(encoder: GPUCommandEncoder, staging: GPUBuffer, totals: GPUBuffer, state: GPUBuffer): void {
    encoder.copyBufferToBuffer(totals, 0, staging, 0, TOTALS_BYTES);
    encoder.copyBufferToBuffer(state, 0, staging, TOTALS_BYTES, REPORT_BYTES - TOTALS_BYTES);
  }

  /** `rows` rows of a micro-batch, which begins at token `base` of the batch. */
  copyTrace(encoder: GPUCommandEncoder, staging: GPUBuffer, trace: View, base: number, rows: number): void {
    encoder.copyBufferToBuffer(trace.buffer, trace.offset, staging, REPORT_BYTES + base * ROW_BYTES, rows * ROW_BYTES);
  }

  destroy(): void {
    for (const buffer of this.#all) this.#gpu.memory.release(buffer);
  }

  #make(bytes: number): GPUBuffer {
    return this.#gpu.memory.buffer('readback', 'metrics', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** What does not fit leaves the smaller buffer where it was. */
  #larger(staging: GPUBuffer, bytes: number): GPUBuffer {
    const made = this.#make(bytes);
    this.#all.add(made);
    this.#all.delete(staging);
    this.#gpu.memory.release(staging);
    return made;
  }

  #wait(): Promise<GPUBuffer> {
    const buffer = this.#free.pop();
    return buffer ? Promise.resolve(buffer) : new Promise(resolve => this.#waiting.push(resolve));
  }

  #give(buffer: GPUBuffer): void {
    const next = this.#waiting.shift();
    if (next) next(buffer);
    else this.#free.push(buffer);
  }
}

/** totals (w L, H, KL, rho, trained, low, high, 0), then state (steps, finite, norm, clip, ..., loss scale, ...). */
export function metricsOf(report: Float32Array, trainedTokens: number, tokens: number): StepMetrics {
  const trained = Math.max(1, report[4]!);
  return {
    loss: report[0]!, entropy: report[1]! / trained, kl: report[2]! / trained, ratioMean: report[3]! / trained,
    clipLow: report[5]! / trained, clipHigh: report[6]! / trained, gradNorm: report[10]!, finite: report[9] === 1, trainedTokens, tokens,
    ...(report[14]! > 0 ? { lossScale: report[14]! } : {}),
  };
}

/** Row r of a sequence predicts its token r + 1: every number moves one place down. */
function tokensOf(rows: Float32Array, { tokens, offsets }: Batch): TokenReport {
  const floats = (): Float32Array => new Float32Array(tokens.length);
  const out: TokenReport = { logps: floats(), entropies: floats(), ratios: floats(), terms: floats(), pushes: floats(), clipped: new Uint8Array(tokens.length) };
  const columns = [out.logps, out.entropies, out.ratios, out.terms, out.pushes, out.clipped];
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let t = offsets[s]! + 1; t < offsets[s + 1]!; t++) columns.forEach((column, c) => { column[t] = rows[(t - 1) * TRACE + c]!; });
  }
  return out;
}
