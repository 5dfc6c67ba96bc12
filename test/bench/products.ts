/** Matrix products of everyone, checked against sums in double precision; knows shapes, no kernel. */
import { createRng } from '../../src/rng';
import type { Entry, Event } from './contest';
import type { MatmulShape, Product } from './task';

/** Entries of each product that are worked out apart from it. */
const PROBES = 64;

/** A square, a tall and a skinny product: an edge, activations against a weight, and a vocabulary head. */
export function shapes(software: boolean): MatmulShape[] {
  return software
    ? [{ name: 'product, square', rows: 256, cols: 256, inner: 256 }, { name: 'product, tall', rows: 2048, cols: 64, inner: 64 }, { name: 'product, skinny', rows: 8, cols: 512, inner: 512 }]
    : [{ name: 'product, square', rows: 1024, cols: 1024, inner: 1024 }, { name: 'product, tall', rows: 16384, cols: 256, inner: 256 }, { name: 'product, skinny', rows: 8, cols: 4096, inner: 4096 }];
}

export function products(shape: MatmulShape): Event {
  const { rows, cols, inner } = shape;
  const draw = createRng(3, 1, 4);
  const random = (n: number): Float32Array<ArrayBuffer> => new Float32Array(n).map(() => 2 * draw() - 1);
  const left = random(rows * inner), right = random(cols * inner);
  const made = new Map<Entry, Product>();
  return {
    // A short product is repeated until the wait at its end does not count.
    round: { wanted: 60, most: 64 },
    name: shape.name, size: `${rows} x ${inner} x ${cols}`, work: { flops: 2 * rows * cols * inner, bytes: 4 * (rows * inner + cols * inner + rows * cols) },
    enter: async peer => {
      if (!peer.product) return peer.lacks?.product ?? 'not offered';
      const product = await peer.product(shape, left, right);
      const entry: Entry = { peer: peer.name, run: n => product.run(n), close: () => product.close() };
      made.set(entry, product);
      return entry;
    },
    check: async entry => {
      checkProduct(shape, left, right, await made.get(entry)!.result());
    },
  };
}

/** Throws at the first entry looked at that is not the sum. */
export function checkProduct({ rows, cols, inner }: MatmulShape, left: Float32Array, right: Float32Array, got: Float32Array): void {
  for (let p = 0; p < PROBES; p++) {
    const r = (p * 7919) % rows, c = (p * 104729) % cols;
    let want = 0;
    for (let k = 0; k < inner; k++) want += left[r * inner + k]! * right[c * inner + k]!;
    const error = Math.abs(got[r * cols + c]! - want);
    if (!(error <= 1e-4 * Math.sqrt(inner))) throw new Error(`The product is wrong at row ${r}, column ${c}: ${got[r * cols + c]} instead of ${want}.`);
  }
}
