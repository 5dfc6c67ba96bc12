/** The vocabulary head in slices of rows, and of ids where the vocabulary is long: logits, their statistics, and their gradient, never N x V twice. */
import type { Slice } from '../gpu/ops/embedding';
import { logprobBackward, logprobFinish, logprobForward, logprobForwardSlice, type LogprobShape } from '../gpu/ops/logprob';
import { matmulBackwardInp, matmulBackwardWeight, matmulForward, type MatmulShape } from '../gpu/ops/matmul';
import { reduceColumns } from '../gpu/ops/reduce';
import type { Plan, View } from '../gpu/plan';
import type { Activation, Draft } from '../gpu/workspace';
import type { Blocks } from './arena';
import { Packed } from './halves';
import { ROWS, sliceOf, type Shape } from './params';
import { matrix, productOf } from './transformer';

/** Bytes one slice of logits may take. */
const SLICE_BYTES = 64 << 20;

/** Rows whose logits are held at once; `binding` is the most bytes of one slice of rows and ids. */
export function sliceRows({ config: { vocab_size: V }, slices, capacity }: Shape, binding: number): number {
  const whole = Math.floor(SLICE_BYTES / (V * 4) / ROWS) * ROWS;
  const bound = Math.floor(binding / (slices[0]!.count * 4) / ROWS) * ROWS;
  return Math.min(capacity, bound, Math.max(ROWS, whole));
}

export class Head {
  /** Rows of a slice; a multiple of ROWS so that row views stay aligned. */
  readonly slice: number;
  readonly slices: number;
  /** (logp, entropy, lse, 0) a row. */
  readonly stat: Activation;
  /** For each slice of ids [slice, ids]. */
  #logits: Activation[];
  #shape: Shape;
  #draft: Draft;
  #packed: Packed;

  /** `binding` is the most bytes of one slice of rows and ids. */
  constructor(shape: Shape, binding: number, draft: Draft) {
    const { slices, capacity } = shape;
    this.#shape = shape;
    this.#draft = draft;
    this.#packed = new Packed(draft);
    this.slice = sliceRows(shape, binding);
    this.slices = Math.ceil(capacity / this.slice);
    this.#logits = slices.map(({ count }) => draft.make('logits', this.slice * count * 4));
    this.stat = draft.make('stat', capacity * 16);
    draft.late.add(this.stat);
  }

  /** normed -> stat for every row. With one slice the logits stay for `backward`. */
  forward(plan: Plan, weights: Blocks, at: { live: View; hyper: View; token: View; normed: Activation }): void {
    const { live, hyper, token } = at;
    const { slices } = this.#shape;
    for (let i = 0; i < this.slices; i++) {
      this.slicedLogits(plan, weights, at, i);
      if (slices.length === 1) {
        logprobForward(plan, { live, hyper, token, logits: this.#logits[0]!, stat: this.stat }, this.#rowsOf(i, slices[0]!));
        continue;
      }
      slices.forEach((ids, j) => { logprobForwardSlice(plan, { live, hyper, token, logits: this.#logits[j]!, stat: this.stat }, this.#rowsOf(i, ids)); });
      logprobFinish(plan, { live, token, stat: this.stat }, this.#rowsOf(i, slices[0]!));
    }
  }

  /** dstat -> dnormed (written) and the head's gradient (added). */
  backward(plan: Plan, weights: Blocks, grads: Blocks, at: { live: View; hyper: View; token: View; normed: Activation; dstat: View; dnormed: Activation }): void {
    const { live } = at;
    const { config: { hidden_size: C }, layout: { head }, slices } = this.#shape;
    for (let i = 0; i < this.slices; i++) {
      if (this.slices > 1) this.slicedLogits(plan, weights, at, i);
      slices.forEach((ids, j) => {
        const logits = this.#logits[j]!;
        const block = sliceOf(head, ids, C);
        const shape = this.#rowsOf(i, ids);
        logprobBackward(plan, { live, hyper: at.hyper, token: at.token, logits, stat: this.stat, dstat: at.dstat }, shape);
        const product = this.#product(weights, shape);
        const dnormed = this.#rows(at.dnormed, i);
        const weight = matrix(weights, block, product);
        let [dout, inp]: View[] = [logits, this.#rows(at.normed, i)];
        if (product.half) {
          // Slices take turns in one room; the first of ids is the longest.
          const { row0, capacity } = shape;
          dout = this.#packed.again(plan, live, logits, { cols: ids.count, capacity, row0 }, this.#logits[0]!);
          inp = this.#packed.once(plan, live, at.normed, { cols: C, capacity });
        }
        if (j === 0) matmulBackwardInp(plan, { live, dout, weight, dinp: dnormed }, product);
        else {
          const part = this.#draft.make('dnormed part', dnormed.size);
          matmulBackwardInp(plan, { live, dout, weight, dinp: part }, product);
          reduceColumns(plan, { chunk_sums: part, out: dnormed }, dnormed.size / 4);
        }
        matmulBackwardWeight(plan, { live, dout, inp, dweight: grads.view(block) }, product);
      });
    }
  }

  /** Logits of slice i, for every slice of ids; given back with the ids that each holds. */
  slicedLogits(plan: Plan, weights: Blocks, at: { live: View; normed: Activation }, i: number): { logits: Activation; ids: Slice }[] {
    const { config: { hidden_size: C }, layout: { head }, slices } = this.#shape;
    const { live } = at;
    return slices.map((ids, j) => {
      const logits = this.#logits[j]!;
      const product = this.#product(weights, this.#rowsOf(i, ids));
      let inp: View = this.#rows(at.normed, i);
      if (product.half) inp = j === 0 ? this.#packed.again(plan, live, inp, { ...product, cols: C }, at.normed) : this.#packed.once(plan, live, at.normed, { ...product, cols: C });
      matmulForward(plan, { live, inp, weight: matrix(weights, sliceOf(head, ids, C), product), out: logits }, product);
      return { logits, ids };
    });
  }

  #rowsOf(i: number, { first, count }: Slice): LogprobShape & { row0: number } {
    const row0 = i * this.slice;
    return { vocabulary: count, first, row0, capacity: Math.min(this.slice, this.#shape.capacity - row0) };
  }

  #product(weights: Blocks, { vocabulary, row0, capacity }: LogprobShape): MatmulShape {
    return productOf(weights, { inner: this.#shape.config.hidden_size, cols: vocabulary, row0, capacity });
  }

  #rows(whole: Activation, i: number): Activation {
    const { row0, capacity } = this.#rowsOf(i, this.#shape.slices[0]!);
    const { hidden_size: C } = this.#shape.config;
    return whole.part(row0 * C * 4, capacity * C * 4);
  }
}
