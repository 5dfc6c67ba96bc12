/** The counts of one update, and the work in its middle that is not its own; knows no objective. */

import type { MetricRow, Phase } from '../types';
import type { Meter, MeterState } from './lab';

export class StepClock {
  private readonly meter: Meter;
  private readonly started = performance.now();
  private readonly tokensBefore: number;
  private readonly begun: MeterState;
  private readonly besides = { milliseconds: 0, tokens: 0 };

  constructor(meter: Meter) {
    this.meter = meter;
    this.tokensBefore = meter.tokens;
    this.begun = meter.mark();
  }

  /** Awaits what comes between samples and update, and leaves it out of the step. False: no update is made, and what was sampled is taken back. */
  async aside(sampled: (() => Promise<boolean>) | undefined, phase: (name: Phase) => void): Promise<boolean> {
    if (!sampled) return true;
    const from = performance.now(), tokens = this.meter.tokens, until = this.meter.mark();
    if (!await sampled()) {
      // These samples are drawn again when the run goes on.
      this.meter.takeBack(this.begun, until);
      return false;
    }
    phase('update');
    this.besides.milliseconds += performance.now() - from;
    this.besides.tokens += this.meter.tokens - tokens;
    return true;
  }

  row(): MetricRow {
    const { meter, besides } = this, seconds = (performance.now() - this.started - besides.milliseconds) / 1000;
    return {
      'num_tokens': meter.tokens, 'time/elapsed_seconds': meter.elapsed, 'step_time': seconds, 'tokens_per_second': (meter.tokens - this.tokensBefore - besides.tokens) / seconds, 'flops': meter.flops,
    };
  }
}
