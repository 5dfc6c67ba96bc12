/** Packs recorded work into submits that a GPU finishes within a time limit, by what it has measured; knows no kernel and no model. */
import type { Plan } from './plan';
import type { Timer } from './timer';

/**
 * A piece of work that is never cut. `rows` is what its time grows with (tokens of a micro-batch, rows that decode); 0 = copies and
 * clears, which take no time worth counting. Either dispatches from..to of a plan, or commands of the encoder.
 * `pairs`: of tokens in which one sees the other, for the profile.
 */
export interface Piece { key: string; rows: number; pairs?: number; plan?: Plan; from?: number; to?: number; record?: (encoder: GPUCommandEncoder) => void }

/** Most pieces a plan is cut into. */
const SEGMENTS = 24;
/** Times a piece runs alone before its time is believed: the first run also compiles. */
const TRIALS = 2;
/** Clocks in browsers are coarse: no piece takes less than this. */
const LEAST_MS = 0.01;
/** An estimate may grow as fast as the truth demands, and shrinks slowly: a submit too long can end in a reset, one too short costs microseconds. */
const [SHRINK, GROW] = [0.8, 4];

/** A plan as one piece. */
export function whole(plan: Plan, rows: number): Piece {
  return { key: plan.label, rows, plan };
}

/** A plan as pieces of about equally many dispatches. */
export function segments(plan: Plan, rows: number, pairs?: number): Piece[] {
  const count = Math.min(SEGMENTS, plan.commands.length);
  const edge = (i: number): number => Math.round((i * plan.commands.length) / count);
  return Array.from({ length: count }, (_, i) => ({ key: `${plan.label} ${i}/${count}`, rows, ...(pairs === undefined ? {} : { pairs }), plan, from: edge(i), to: edge(i + 1) }));
}

/**
 * Operating systems reset a GPU that works on one submit for seconds (2 s on Windows). A piece not yet measured is submitted alone; known
 * ones are packed together up to the limit, which on all but the slowest adapters is everything.
 */
export class Pacer {
  /** Milliseconds that one submit may take; Infinity = never cut. */
  limit: number;
  /** While set, every dispatch is timed in a pass of its own. */
  timer: Timer | null = null;
  /** Submits made, the longest of them once pieces were known, and the processor's time to record and submit, in ms. */
  readonly seen = { submits: 0, longest: 0, cpu: 0 };
  #device: GPUDevice;
  #rates = new Map<string, { msPerRow: number; trials: number }>();
  #idleSince = 0;

  constructor(device: GPUDevice, limit: number) {
    this.#device = device;
    this.limit = limit;
  }

  /** Another model has other costs under the same keys. */
  forget(): void {
    this.#rates.clear();
  }

  /** Submits the pieces in order. */
  submit(pieces: readonly Piece[]): void {
    const began = performance.now();
    let group: Piece[] = [], expected = 0;
    for (const piece of pieces) {
      const cost = this.#cost(piece);
      if (cost > 0 && expected > 0 && expected + cost > this.limit) {
        this.#send(group, expected);
        group = [];
        expected = 0;
      }
      group.push(piece);
      expected += cost;
    }
    if (group.length > 0) this.#send(group, expected);
    this.seen.cpu += performance.now() - began;
  }

  /** Expected ms; Infinity while unknown. */
  #cost({ key, rows }: Piece): number {
    if (rows === 0 || this.limit === Infinity) return 0;
    const rate = this.#rates.get(key);
    return rate && rate.trials >= TRIALS ? rate.msPerRow * rows : Infinity;
  }

  #send(group: readonly Piece[], expected: number): void {
    const { queue } = this.#device;
    const encoder = this.#device.createCommandEncoder();
    let pass: GPUComputePassEncoder | null = null;
    for (const piece of group) {
      if (piece.plan && !this.timer) piece.plan.encode(pass ??= encoder.beginComputePass({ label: piece.key }), piece.from, piece.to, piece.rows);
      else if (piece.plan) piece.plan.encodeTimed(encoder, this.timer!, piece.from, piece.to, piece.rows, piece.pairs);
      else {
        pass?.end();
        pass = null;
        piece.record?.(encoder);
      }
    }
    pass?.end();
    const started = performance.now();
    queue.submit([encoder.finish()]);
    this.seen.submits++;
    if (this.limit === Infinity) return;
    // A lost device rejects, and tells its story elsewhere.
    queue.onSubmittedWorkDone().then(() => {
      const now = performance.now();
      this.#learn(group, expected, now - Math.max(started, this.#idleSince));
      this.#idleSince = now;
    }, () => undefined);
  }

  #learn(group: readonly Piece[], expected: number, ms: number): void {
    const worked = group.filter((piece) => piece.rows > 0);
    if (expected === Infinity) {
      const [piece] = worked;
      const rate = this.#rates.get(piece!.key) ?? { msPerRow: Infinity, trials: 0 };
      this.#rates.set(piece!.key, { msPerRow: Math.min(rate.msPerRow, Math.max(ms, LEAST_MS) / piece!.rows), trials: rate.trials + 1 });
      return;
    }
    this.seen.longest = Math.max(this.seen.longest, ms);
    if (expected <= 0) return;
    const correction = Math.min(GROW, Math.max(SHRINK, ms / expected));
    for (const key of new Set(worked.map((piece) => piece.key))) {
      const rate = this.#rates.get(key);
      if (rate) rate.msPerRow *= correction;
    }
  }
}
