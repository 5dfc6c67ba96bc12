/** The metrics of one run as typed columns outside the view framework; knows nothing of charts, signals or the DOM. */
import type { MetricRow } from '../types';

/**
 * Grows by doubling. A value a row does not have is stored as `undefined` when read back, a value that was not a number as NaN: a
 * chart spans the first and leaves a gap for the second.
 */
export class MetricTable {
  /** The column that counts: `step` for the loop, `warmstart/step` for the warm start. */
  readonly key: string;
  #length = 0;
  #capacity = 256;
  #steps = new Float64Array(256);
  #columns = new Map<string, { values: Float64Array; present: Uint8Array }>();

  constructor(key = 'step') { this.key = key; }

  /** Rows held. */
  get length(): number { return this.#length; }

  /** Column names in order of first appearance, the counting one left out. */
  get names(): string[] { return [...this.#columns.keys()]; }

  /** Appends a row; a row of the step that is already last is merged into it (an evaluation arrives after its update). */
  add(row: MetricRow): void {
    const step = row[this.key];
    if (step === undefined || !Number.isFinite(step)) return;
    let at = this.#length - 1;
    if (at < 0 || this.#steps[at] !== step) {
      at = this.#length;
      // A run resumed from an older checkpoint repeats steps: what came after the checkpoint is replaced, as the weights were.
      if (at > 0 && step < this.#steps[at - 1]!) at = this.#truncate(step);
      if (at >= this.#capacity) this.#grow();
      this.#length = at + 1;
      this.#steps[at] = step;
      for (const column of this.#columns.values()) column.present[at] = 0;
    }
    for (const [name, value] of Object.entries(row)) {
      if (name === this.key || typeof value !== 'number') continue;
      let column = this.#columns.get(name);
      if (!column) {
        column = { values: new Float64Array(this.#capacity), present: new Uint8Array(this.#capacity) };
        this.#columns.set(name, column);
      }
      column.values[at] = value;
      column.present[at] = 1;
    }
  }

  /** Steps as plain numbers, one per row. */
  steps(): number[] { return Array.from(this.#steps.subarray(0, this.#length)); }

  /** A column aligned with `steps()`: undefined = the row has no such value, NaN or Infinity = it was not a finite number. */
  column(name: string): (number | undefined)[] {
    const column = this.#columns.get(name);
    const out: (number | undefined)[] = new Array(this.#length);
    for (let i = 0; i < this.#length; i++) out[i] = column && column.present[i] === 1 ? column.values[i] : undefined;
    return out;
  }

  /** The newest value of a column with its step; undefined when there is none. */
  last(name: string): { step: number; value: number } | undefined {
    const column = this.#columns.get(name);
    if (!column) return undefined;
    for (let i = this.#length - 1; i >= 0; i--) {
      if (column.present[i] === 1) return { step: this.#steps[i]!, value: column.values[i]! };
    }
    return undefined;
  }

  /** Rows `from` to `to` (exclusive) as records, for the table view. */
  rows(from = 0, to = this.#length): MetricRow[] {
    const out: MetricRow[] = [];
    for (let i = Math.max(0, from); i < Math.min(to, this.#length); i++) {
      const row: MetricRow = { [this.key]: this.#steps[i]! };
      for (const [name, column] of this.#columns) if (column.present[i] === 1) row[name] = column.values[i]!;
      out.push(row);
    }
    return out;
  }

  #truncate(step: number): number {
    let at = this.#length;
    while (at > 0 && this.#steps[at - 1]! >= step) at--;
    return at;
  }

  #grow(): void {
    this.#capacity *= 2;
    const steps = new Float64Array(this.#capacity);
    steps.set(this.#steps);
    this.#steps = steps;
    for (const column of this.#columns.values()) {
      const values = new Float64Array(this.#capacity);
      const present = new Uint8Array(this.#capacity);
      values.set(column.values);
      present.set(column.present);
      column.values = values;
      column.present = present;
    }
  }
}
