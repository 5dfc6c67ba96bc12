/** A tree of n-grams of numbered symbols, and numbers for tokens; knows neither text nor scores. */

/** No such n-gram, or a symbol that the other side does not have. */
export const NONE = -1;
/** The empty n-gram, from which every walk starts. */
export const ROOT = 0;

/**
 * n-grams as a tree: a node is an n-gram, its child by a symbol is that n-gram with the symbol behind it. Children are found through one
 * open-addressed hash table of typed arrays, so a walk makes no strings and no objects; `clear` keeps the memory for the next text.
 */
export class NgramTree {
  /** How often each node was counted in; the caller's own meaning. */
  count = new Int32Array(256);
  private nodes = 1;
  private parent = new Int32Array(256);
  private symbol = new Int32Array(256);
  /** Node numbers; ROOT = a free slot, since the root is nobody's child. A power of two, at least twice the nodes. */
  private slots = new Int32Array(512);

  get size(): number { return this.nodes; }

  clear(): void {
    this.count.fill(0, 0, this.nodes);
    this.slots.fill(ROOT);
    this.nodes = 1;
  }

  private slotOf(parent: number, symbol: number): number {
    const { slots, parent: parents, symbol: symbols } = this, mask = slots.length - 1;
    let slot = Math.imul(Math.imul(parent, 0x9e3779b1) ^ (symbol + 0x7f4a7c15), 0x85ebca6b);
    slot = (slot ^ (slot >>> 15)) & mask;
    for (let node = slots[slot]!; node !== ROOT && (parents[node] !== parent || symbols[node] !== symbol); node = slots[slot]!) slot = (slot + 1) & mask;
    return slot;
  }

  /** The child of `node` by `symbol`; NONE when there is none. */
  child(node: number, symbol: number): number {
    return this.slots[this.slotOf(node, symbol)]! || NONE;
  }

  /** The child of `node` by `symbol`, made if need be. */
  add(node: number, symbol: number): number {
    const slot = this.slotOf(node, symbol), found = this.slots[slot]!;
    if (found !== ROOT) return found;
    if (this.nodes === this.count.length) { this.grow(); return this.add(node, symbol); }
    this.parent[this.nodes] = node;
    this.symbol[this.nodes] = symbol;
    return (this.slots[slot] = this.nodes++);
  }

  private grow(): void {
    const wider = (old: Int32Array): Int32Array<ArrayBuffer> => { const all = new Int32Array(2 * old.length); all.set(old); return all; };
    this.count = wider(this.count);
    this.parent = wider(this.parent);
    this.symbol = wider(this.symbol);
    this.slots = new Int32Array(2 * this.slots.length);
    for (let node = 1; node < this.nodes; node++) this.slots[this.slotOf(this.parent[node]!, this.symbol[node]!)] = node;
  }

  /** Counts all n-grams of `symbols` with 1 <= n <= order. */
  countAll(symbols: Int32Array, order: number): void {
    for (let i = 0; i < symbols.length; i++) {
      const end = Math.min(symbols.length, i + order);
      let node = ROOT;
      for (let j = i; j < end; j++) {
        node = this.add(node, symbols[j]!);
        this.count[node]!++;
      }
    }
  }

  /**
   * Clipped matches by order (index 0 = unigrams): how many n-grams of `symbols` are counted here, each no more often than it is here.
   * n-grams that `skip` knows (its count is not 0), walked by `skipSymbols` over the same positions, are passed over and not in `totals`.
   */
  matches(symbols: Int32Array, order: number, skip?: { tree: NgramTree; symbols: Int32Array }): { correct: number[]; totals: number[] } {
    const correct = new Array<number>(order).fill(0), totals = new Array<number>(order).fill(0);
    const left = this.count.slice(0, this.nodes);
    for (let i = 0; i < symbols.length; i++) {
      const end = Math.min(symbols.length, i + order);
      let node = ROOT, skipped = skip ? ROOT : NONE;
      for (let j = i; j < end; j++) {
        if (skipped !== NONE) skipped = skip!.symbols[j] === NONE ? NONE : skip!.tree.child(skipped, skip!.symbols[j]!);
        if (node !== NONE) node = symbols[j] === NONE ? NONE : this.child(node, symbols[j]!);
        if (skipped !== NONE && skip!.tree.count[skipped] !== 0) continue;
        totals[j - i]!++;
        if (node !== NONE && left[node]! > 0) { left[node]!--; correct[j - i]!++; }
      }
    }
    return { correct, totals };
  }
}

/** Numbers tokens by first use, from 0. */
export class Vocabulary {
  private readonly numbers = new Map<string, number>();

  get size(): number { return this.numbers.size; }

  /** Numbers of the tokens; new ones are added. */
  learn(tokens: readonly string[]): Int32Array {
    const numbers = new Int32Array(tokens.length);
    for (let i = 0; i < tokens.length; i++) {
      let number = this.numbers.get(tokens[i]!);
      if (number === undefined) this.numbers.set(tokens[i]!, number = this.numbers.size);
      numbers[i] = number;
    }
    return numbers;
  }

  /** Numbers of the tokens; NONE for those never learned. */
  read(tokens: readonly string[]): Int32Array {
    const numbers = new Int32Array(tokens.length);
    for (let i = 0; i < tokens.length; i++) numbers[i] = this.numbers.get(tokens[i]!) ?? NONE;
    return numbers;
  }
}
