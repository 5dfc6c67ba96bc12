/** Scores lists of pairs on several workers; knows that a worker can hang or die, not what kind of thread it is nor how it scores. */

import type { Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { labError } from '../types';
import { shareOut } from './shares';

/** A worker that was started and has its grammars. */
export interface ScoringWorker extends Rewarder {
  /** Resolves with the reason when the worker ends by itself. */
  gone: Promise<string>;
  terminate(): void;
}

export interface RewardPoolOptions {
  /** Starts a worker; called again for each that hung or died. */
  spawn: () => Promise<ScoringWorker>;
  workers: number;
  /** Wall clock of one message, ms. The pairs of one that takes longer are scored again, each by itself with this limit. */
  pairMs?: number;
  /** Wall clock of a worker's start, ms; grammars are megabytes and come over the net. */
  startMs?: number;
}

/** Fewer pairs than this are scored by one worker: sharing them out costs more than it saves. */
export const ALONE = 24;

/** `again`: sent before, in a message that was not answered. */
interface Message { places: number[]; again: boolean }
/** Why a message was not answered; `spent`: the worker says that it can score nothing more. */
interface Failure { reason: string; spent?: boolean }

const LATE = Symbol('late');

class Clock {
  readonly struck: Promise<typeof LATE>;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.struck = new Promise((resolve) => { this.timer = setTimeout(() => { resolve(LATE); }, ms); });
  }

  stop(): void { clearTimeout(this.timer); }
}

/** One place for a worker, which answers one message at a time. */
class Seat {
  /** Pairs that were asked for and are not answered. */
  waiting = 0;
  /** Workers that hung or died here. */
  lost = 0;
  private worker: Promise<ScoringWorker> | undefined;
  private tail: Promise<unknown> = Promise.resolve();
  private readonly spawn: () => Promise<ScoringWorker>;
  private readonly pairMs: number;
  private readonly startMs: number;
  private readonly ended: Promise<never>;
  private end!: (error: Error) => void;

  constructor(spawn: () => Promise<ScoringWorker>, pairMs: number, startMs: number) {
    this.spawn = spawn;
    this.pairMs = pairMs;
    this.startMs = startMs;
    this.ended = new Promise((_, reject) => { this.end = reject; });
    this.ended.catch(() => undefined);
  }

  /** The worker, started when there is none. @throws what `spawn` throws, and BadInput when it takes too long; the next call tries again */
  async open(): Promise<ScoringWorker> {
    if (this.worker) return Promise.race([this.worker, this.ended]);
    const started = this.worker = this.spawn();
    const drop = (): void => { if (this.worker === started) this.worker = undefined; };
    // A browser calls an uncaught error in a worker its end, though the worker may run on: it is ended here.
    started.then((worker) => worker.gone.then(() => { if (this.worker === started) this.lost++; worker.terminate(); })).then(drop, drop);
    const late = new Clock(this.startMs);
    try {
      const worker = await Promise.race([started, late.struck, this.ended]);
      if (worker !== LATE) return worker;
    } finally {
      late.stop();
    }
    drop();
    started.then((worker) => { worker.terminate(); }, () => undefined);
    throw labError('BadInput', `A scoring worker did not start within ${this.startMs / 1000} s. Nothing was scored; check that the grammars load, and try again.`);
  }

  /** @throws what `open` throws, and Stopped when the seat was closed meanwhile */
  ask(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[] | Failure> {
    this.waiting += pairs.length;
    const answer = this.tail.then(() => this.askNow(pairs, options)).finally(() => { this.waiting -= pairs.length; });
    this.tail = answer.catch(() => undefined);
    return answer;
  }

  private async askNow(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[] | Failure> {
    const worker = await this.open();
    const late = new Clock(this.pairMs);
    const answer = await Promise.race([
      worker.score(pairs, options).catch((error: unknown): Failure => ({ reason: `scoring failed: ${error instanceof Error ? error.message : String(error)}`, spent: error instanceof Error && error.name === 'OutOfMemory' })),
      worker.gone.then((why): Failure => ({ reason: `the scoring worker ended: ${why}` })), late.struck, this.ended,
    ]).finally(() => { late.stop(); });
    if (answer === LATE || ('spent' in answer && answer.spent)) {
      this.lost++;
      this.worker = undefined;
      worker.terminate();
    }
    if (answer === LATE) return { reason: `too slow: no score within ${this.pairMs / 1000} s` };
    return !Array.isArray(answer) || answer.length === pairs.length ? answer : { reason: `scoring failed: ${answer.length} scores for ${pairs.length} pairs` };
  }

  close(): void {
    this.end(labError('Stopped', 'The scoring workers were ended. These pairs were not scored; start the run again.'));
    this.worker?.then((worker) => { worker.terminate(); }, () => undefined);
    this.worker = undefined;
  }
}

/**
 * A Rewarder over several workers: scores come back in order, whatever becomes of the workers. A worker that hangs or dies is replaced,
 * the pairs it held are scored once more, each alone, and a pair that fails again gets value 0 with the reason.
 */
export class RewardPool implements Rewarder {
  private readonly seats: Seat[];

  constructor({ spawn, workers, pairMs = 10_000, startMs = 60_000 }: RewardPoolOptions) {
    this.seats = Array.from({ length: Math.max(1, Math.floor(workers)) }, () => new Seat(spawn, pairMs, startMs));
  }

  get workers(): number { return this.seats.length; }
  /** Workers that hung or died so far. */
  get lost(): number { return this.seats.reduce((sum, seat) => sum + seat.lost, 0); }

  /** Starts the first worker, so that a grammar that does not load is known at once; the others start when first needed. @throws what `spawn` throws */
  async open(): Promise<void> { await this.seats[0]!.open(); }

  /** @throws Stopped when the pool was closed, and what `spawn` throws when no worker starts */
  async score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]> {
    const scores = new Array<SimilarityScore>(pairs.length);
    // The least busy seat, and of those the first: it is the one that surely has its worker.
    const seats = pairs.length < ALONE ? [this.seats.reduce((best, seat) => (seat.waiting < best.waiting ? seat : best))] : this.seats;
    const queues = shareOut(pairs, seats.length).map((messages) => messages.map((places): Message => ({ places, again: false })));
    const unstarted = new Map<Seat, unknown>();
    // A seat whose worker does not start leaves its messages to the others, who may be through with theirs by then.
    for (let left = true; left; left = queues.some((queue) => queue.length > 0)) {
      const able = seats.flatMap((seat, i) => (unstarted.has(seat) ? [] : [{ seat, i }]));
      if (able.length === 0) throw [...unstarted.values()][0];
      await Promise.all(able.map(({ seat, i }) => this.serve(seat, i, queues, pairs, options, scores).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'Stopped') throw error;
        unstarted.set(seat, error);
      })));
    }
    return scores;
  }

  /** Sends what stands in the seat's queue, then what is left in the longest one. */
  private async serve(seat: Seat, own: number, queues: Message[][], pairs: ScoredPair[], options: ScoreOptions, scores: SimilarityScore[]): Promise<void> {
    for (;;) {
      const longest = queues.reduce((best, queue) => (queue.length > best.length ? queue : best));
      const message = queues[own]!.shift() ?? longest.pop();
      if (!message) return;
      let answer: SimilarityScore[] | Failure;
      try {
        answer = await seat.ask(message.places.map((place) => pairs[place]!), options);
      } catch (error) {
        queues[own]!.unshift(message);
        throw error;
      }
      if (Array.isArray(answer)) message.places.forEach((place, i) => { scores[place] = answer[i]!; });
      else if (message.again) for (const place of message.places) scores[place] = { value: 0, parts: {}, parses: false, exact: false, reason: answer.reason };
      else queues[own]!.unshift(...message.places.map((place): Message => ({ places: [place], again: true })));
    }
  }

  /** Ends the workers. Calls that wait are rejected with Stopped. */
  close(): void { for (const seat of this.seats) seat.close(); }
}
