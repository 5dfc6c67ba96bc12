/** Scores pairs in the batches in which they come, while others are still being written; knows places in a list, not what stands there. */

import type { ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { underWay } from './lab';
import type { Lab } from './lab';

/** A pair to be scored and its place among all of them. */
export interface PlacedPair { place: number; pair: ScoredPair }

export class Scores {
  private readonly lab: Pick<Lab, 'rewarder' | 'settings'>;
  private readonly options: ScoreOptions;
  private readonly scores: SimilarityScore[] = [];
  private readonly answers: Promise<void>[] = [];
  private held: PlacedPair[] = [];
  private waiting = 0;
  private since = 0;
  private spent = 0;

  constructor(lab: Pick<Lab, 'rewarder' | 'settings'>, options: ScoreOptions) {
    this.lab = lab;
    this.options = options;
  }

  /** Seconds in which the rewarder was at work on these pairs, so far. */
  get seconds(): number {
    return (this.spent + (this.waiting > 0 ? performance.now() - this.since : 0)) / 1000;
  }

  /** Begins to score them. Each place may come once, in any order. */
  ask(pairs: readonly PlacedPair[]): void {
    // A text is embedded in one batch with its company, which may move the last bits: there the company must not depend on who ended when.
    if (this.lab.settings.embedding !== 'off') this.held.push(...pairs);
    else if (pairs.length > 0) this.answers.push(underWay(this.send(pairs)));
  }

  /** Every score in the order of the places. @throws what the rewarder threw for any of the batches */
  async all(): Promise<SimilarityScore[]> {
    const held = this.held.sort((a, b) => a.place - b.place);
    this.held = [];
    if (held.length > 0) this.answers.push(this.send(held));
    await Promise.all(this.answers);
    return this.scores;
  }

  private async send(pairs: readonly PlacedPair[]): Promise<void> {
    if (this.waiting++ === 0) this.since = performance.now();
    try {
      const scores = await this.lab.rewarder.score(pairs.map(({ pair }) => pair), this.options);
      pairs.forEach(({ place }, i) => { this.scores[place] = scores[i]!; });
    } finally {
      if (--this.waiting === 0) this.spent += performance.now() - this.since;
    }
  }
}
