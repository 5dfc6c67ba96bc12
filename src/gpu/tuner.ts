/** Which kernel makes which product on this adapter: measured where it was, a guess by the kind of adapter elsewhere. Knows names, no kernel. */
import type { AdapterInfo, EngineProfile } from '../types';

/** `decode`: the products of a decoding step with RMSNorm in front of them (ops/slots.ts). */
export type Product = 'forward' | 'backward_inp' | 'backward_weight' | 'decode';

/** The candidates of each product, by the names that ops/matmul.ts gives them. */
export const KERNELS = {
  forward: ['four', 'wide', 'tiled', 'thin'],
  backward_inp: ['four', 'wide', 'tiled'],
  backward_weight: ['four', 'wide', 'by_four', 'tiled', 'wide_split', 'tiled_split'],
  decode: ['wide', 'thin'],
} as const satisfies Record<Product, readonly string[]>;
export type Kernel = (typeof KERNELS)[Product][number];

/** Rows of a product by class: up to 1, 4, 16, 64, 256, 1,024, and more. */
export const ROW_CLASSES = [1, 4, 16, 64, 256, 1024, Infinity];
export const rowClass = (rows: number): number => ROW_CLASSES.findIndex(most => rows <= most);

/** Products whose sizes round to the same powers of two are one class. */
export function shapeClass(product: Product, inner: number, cols: number, rows: number): string {
  const rounded = (n: number): number => 2 ** Math.round(Math.log2(n));
  return `${product} ${rounded(inner)} x ${rounded(cols)}, rows ${ROW_CLASSES[rowClass(rows)] === Infinity ? 'more' : `to ${ROW_CLASSES[rowClass(rows)]}`}`;
}

/** Fewest tiles of 64 x 64 that keep a GPU busy; below, smaller pieces or a split sum do better. */
const TILES = 24;

export type Tuning = EngineProfile['tuned'];

export class Tuner {
  /** Set by tests and measurements: this kernel wherever it is a candidate. */
  force: Kernel | null = null;
  #measured = new Map<string, Tuning[number]>();
  #guess: 'swiftshader' | 'software' | 'gpu';

  constructor(info: AdapterInfo) {
    this.#guess = !info.fallback ? 'gpu' : /swiftshader/i.test(`${info.architecture} ${info.device} ${info.description}`) ? 'swiftshader' : 'software';
  }

  kernel(product: Product, inner: number, cols: number, rows: number): Kernel {
    const candidates: readonly string[] = KERNELS[product];
    if (this.force && candidates.includes(this.force)) return this.force;
    const chosen = this.#measured.get(shapeClass(product, inner, cols, rows))?.chosen;
    return chosen !== undefined && candidates.includes(chosen) ? chosen as Kernel : this.#guessed(product, inner, cols, rows);
  }

  /** What was measured, as it can be kept and shown. */
  get tuning(): Tuning { return [...this.#measured.values()]; }

  /** Takes over what was measured before, on the same adapter and browser. Anything unreadable is left out. True when another kernel is chosen now for something. */
  learn(tuning: Tuning): boolean {
    let changed = false;
    for (const entry of tuning) {
      const product = entry.shape.split(' ')[0] as Product;
      if (!(product in KERNELS) || !(KERNELS[product] as readonly string[]).includes(entry.chosen)) continue;
      if (this.#measured.get(entry.shape)?.chosen === entry.chosen) continue;
      this.#measured.set(entry.shape, entry);
      changed = true;
    }
    return changed;
  }

  knows(product: Product, inner: number, cols: number, rows: number): boolean {
    return this.#measured.has(shapeClass(product, inner, cols, rows));
  }

  /** Measured on SwiftShader and llvmpipe (LOG.md); for GPUs by what is published of theirs. */
  #guessed(product: Product, inner: number, cols: number, rows: number): Kernel {
    if (product === 'decode') return this.#guess === 'gpu' && rows <= 16 ? 'thin' : 'wide';
    if (this.#guess === 'swiftshader') return product === 'backward_weight' ? 'by_four' : 'wide';
    if (this.#guess === 'software') return product === 'backward_inp' ? 'four' : 'wide';
    const tiles = (across: number, down: number): number => Math.ceil(across / 64) * Math.ceil(down / 64);
    if (product === 'backward_weight') return tiles(inner, cols) >= TILES ? 'tiled' : rows > 256 ? 'tiled_split' : 'wide';
    if (product === 'forward' && rows <= 4) return 'thin';
    const across = product === 'forward' ? cols : inner;
    return rows >= 64 && tiles(across, Math.min(rows, 4096)) >= TILES ? 'tiled' : 'wide';
  }
}
