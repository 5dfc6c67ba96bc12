/** Control flow of one function: sites, the edges between them and who controls whom; knows no syntax and no variables' values. */

import type { NodeKind } from './graph';

/** A variable after name resolution; two variables of the same name are two objects. */
export interface Variable {
  kind: 'parameter' | 'local' | 'global' | 'self' | 'function' | 'class';
  /** The function it belongs to. */
  owner: Procedure;
  /** What a call of it enters, for functions and classes of the snippet. */
  callee: Procedure | undefined;
  /** Among the parameters of its function, from 0. */
  place?: number;
}

/** A node of the graph to be: what it is, what it reads and writes, and where control goes from it. */
export interface Site {
  kind: NodeKind;
  operation: string;
  details: string[];
  uses: Variable[];
  /** Written for sure: earlier definitions end here. */
  defs: Variable[];
  /** Written in part (a field, an element, a mutating call): earlier definitions live on. */
  weak: Variable[];
  calls: Procedure[];
  /** `target * 2 + polarity`; polarity 1 is the branch not taken (false). */
  next: number[];
  /** Handlers that may see the variables as they were before or after this site. They carry data, not control. */
  raises: number[];
  /** Sites of its own for each parameter, and for each target of one value behind the first: what one site defines cannot be told apart. They follow it. */
  parts: Site[];
  /** What carries the value from the site to its parts. */
  whole?: Variable;
}

/** A function, or the loose statements of the snippet. `sites[0]` is its entry; the index `sites.length` stands for its exit. */
export interface Procedure { sites: Site[] }

export const site = (kind: NodeKind, operation: string): Site =>
  ({ kind, operation, details: [], uses: [], defs: [], weak: [], calls: [], next: [], raises: [], parts: [] });

/** What `break` and `continue` leave, or a `finally` that stands in their way. */
interface Frame {
  kind: 'loop' | 'switch' | 'block' | 'finally';
  label: string;
  breaks: number[];
  continues: number[];
  /** Finally: the jumps that pass through it, and the one that is resumed behind it. */
  resume?: () => void;
}

/** Lays out sites one after the other; `open` are the ends that run into whatever comes next. */
export class Flow {
  readonly sites: Site[];
  open: number[];
  private readonly frames: Frame[] = [];
  private readonly exits: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly gotos: { ends: number[]; label: string }[] = [];
  /** Per enclosing try with a handler: sites that may raise, ends of throws. */
  private readonly tries: { raisers: number[]; throws: number[] }[] = [];
  /** Label that names the next loop or block. */
  label = '';

  constructor(entry: Site) {
    this.sites = [entry];
    this.open = [0];
  }

  /** Index that the next site will have. */
  get here(): number { return this.sites.length; }

  /** Adds a site and its parts behind all open ends and leaves the plain (true) end of the last one open. Returns the index of the site. */
  append(added: Site): number {
    const index = this.sites.push(added) - 1;
    this.link(this.open, index);
    this.tries.at(-1)?.raisers.push(index);
    this.open = [index * 2];
    for (const part of added.parts) this.append(part);
    return index;
  }

  /** Connects ends to a site that exists. */
  link(ends: readonly number[], target: number): void {
    for (const end of ends) (this.sites[end >> 1] as Site).next.push(target * 2 + (end & 1));
  }

  /** Runs `body` with a frame that catches its breaks; they are open afterwards. `again` runs where continues arrive. */
  enter(kind: 'loop' | 'switch' | 'block', body: () => void, again?: () => void): void {
    const frame: Frame = { kind, label: this.label, breaks: [], continues: [] };
    this.label = '';
    this.frames.push(frame);
    body();
    this.open.push(...frame.continues);
    again?.();
    this.frames.pop();
    this.open.push(...frame.breaks);
  }

  /** Leaves towards the frame that `accepts`, or the exit when there is none; a `finally` in between takes the jump first. */
  private leave(accepts: (frame: Frame) => boolean, arrive: (frame: Frame | undefined) => void): void {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const frame = this.frames[i] as Frame;
      if (frame.kind === 'finally') {
        frame.breaks.push(...this.open);
        this.open = [];
        frame.resume = () => { this.leave(accepts, arrive); };
        return;
      }
      if (accepts(frame)) { arrive(frame); this.open = []; return; }
    }
    arrive(undefined);
    this.open = [];
  }

  get inLoop(): boolean { return this.frames.some((frame) => frame.kind === 'loop'); }

  break(label: string, levels = 1): void {
    let left = levels;
    this.leave((frame) => (label ? frame.label === label : frame.kind !== 'block' && --left <= 0), (frame) => { (frame?.breaks ?? this.exits).push(...this.open); });
  }

  continue(label: string, levels = 1): void {
    let left = levels;
    this.leave((frame) => (label ? frame.label === label : frame.kind === 'loop' && --left <= 0), (frame) => { (frame?.continues ?? this.exits).push(...this.open); });
  }

  return(): void { this.leave(() => false, () => { this.exits.push(...this.open); }); }

  /** Control goes to the handler of the innermost try, or out of the function. */
  throw(): void {
    const handled = this.tries.at(-1);
    if (handled) { handled.throws.push(...this.open); this.open = []; } else this.return();
  }

  mark(label: string): void { this.labels.set(label, this.here); }

  goto(label: string): void {
    this.gotos.push({ ends: this.open, label });
    this.open = [];
  }

  /**
   * try: a predicate whose true branch is the body and whose false branch runs the handlers. Every site of the body may pass its variables on to the
   * first handler. A jump out of the body runs through `finale`, which then goes on behind the try if anything else does, and else resumes the jump.
   */
  guarded(head: Site, body: () => void, handlers: (() => void) | undefined, finale: (() => void) | undefined): void {
    const frame: Frame = { kind: 'finally', label: '', breaks: [], continues: [] };
    if (finale) this.frames.push(frame);
    const index = this.append(head);
    this.tries.push({ raisers: [], throws: [] });
    body();
    const { raisers, throws } = this.tries.pop() as { raisers: number[]; throws: number[] };
    const ends = this.open;
    this.open = [index * 2 + 1, ...throws];
    const first = this.here;
    handlers?.();
    const raised = this.here > first ? first : -1;
    if (handlers) this.open.push(...ends);
    else this.open = [...ends, ...this.open];
    if (finale) {
      this.frames.pop();
      const goesOn = ends.length > 0 || (handlers !== undefined && this.open.length > 0);
      this.open.push(...frame.breaks);
      const start = this.here;
      finale();
      if (this.here > start) for (const raiser of raisers) (this.sites[raiser] as Site).raises.push(start);
      if (!goesOn) { if (frame.resume) frame.resume(); else this.throw(); }
    }
    if (raised >= 0) for (const raiser of raisers) (this.sites[raiser] as Site).raises.push(raised);
  }

  /** Ends the function: open ends, returns and gotos find their targets. */
  finish(): void {
    const exit = this.here;
    for (const { ends, label } of this.gotos) this.link(ends, this.labels.get(label) ?? exit);
    this.link(this.open, exit);
    this.link(this.exits, exit);
  }
}

/**
 * Control dependence of Ferrante, Ottenstein and Warren (1987): B depends on A by a branch when that branch always leads to B and another does not.
 * Calls `found(from, to, polarity)` once or more for each; a predicate is not said to control itself, and what nothing else controls (code that is never
 * reached, too) hangs under the entry by polarity 0. Post-dominators by Cooper, Harvey and Kennedy's iteration.
 */
export function controlDependence(sites: readonly Site[], found: (from: number, to: number, polarity: 0 | 1) => void): void {
  const exit = sites.length;
  const parent = postDominators(sites);
  const controlled = new Uint8Array(exit);
  for (let a = 0; a < exit; a++) {
    const { next } = sites[a] as Site;
    if (a > 0 && next.length < 2) continue;
    for (const edge of next) {
      for (let b = edge >> 1; b !== exit && b !== parent[a]; b = parent[b] as number) {
        if (b === a) continue;
        controlled[b] = 1;
        found(a, b, (edge & 1) as 0 | 1);
      }
    }
  }
  for (let b = 1; b < exit; b++) if (!controlled[b]) found(0, b, 0);
}

/** Immediate post-dominator of every site; the exit's is itself. Sites that cannot reach the exit are given an edge to it. */
function postDominators(sites: readonly Site[]): Int32Array {
  const exit = sites.length, count = exit + 1;
  const before: number[][] = Array.from({ length: count }, () => []);
  for (let a = 0; a < exit; a++) for (const edge of (sites[a] as Site).next) (before[edge >> 1] as number[]).push(a);
  (before[exit] as number[]).push(0);
  const forced = new Uint8Array(count);
  // Postorder of the reversed graph from the exit; `rank` grows towards the exit.
  const order: number[] = [], rank = new Int32Array(count).fill(-1), seen = new Uint8Array(count);
  const stack: number[] = [], at: number[] = [];
  const walk = (start: number): void => {
    seen[start] = 1;
    stack.push(start);
    at.push(0);
    while (stack.length > 0) {
      const node = stack[stack.length - 1] as number, i = at[at.length - 1] as number, from = before[node] as number[];
      if (i < from.length) {
        at[at.length - 1] = i + 1;
        const next = from[i] as number;
        if (!seen[next]) { seen[next] = 1; stack.push(next); at.push(0); }
      } else {
        stack.pop();
        at.pop();
        rank[node] = order.push(node) - 1;
      }
    }
  };
  seen[exit] = 1;
  // What never reaches the exit comes first in the postorder, so that the exit stays last.
  const reach = new Uint8Array(count);
  const todo = [exit];
  reach[exit] = 1;
  const spread = (): void => {
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) for (const from of before[node] as number[]) if (!reach[from]) { reach[from] = 1; todo.push(from); }
  };
  spread();
  for (let node = exit - 1; node >= 0; node--) {
    if (reach[node]) continue;
    forced[node] = 1;
    (before[exit] as number[]).push(node);
    reach[node] = 1;
    todo.push(node);
    spread();
  }
  walk(exit);
  const parent = new Int32Array(count).fill(-1);
  parent[exit] = exit;
  const meet = (x: number, y: number): number => {
    let a = x, b = y;
    while (a !== b) {
      while ((rank[a] as number) < (rank[b] as number)) a = parent[a] as number;
      while ((rank[b] as number) < (rank[a] as number)) b = parent[b] as number;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let i = count - 2; i >= 0; i--) {
      const node = order[i] as number;
      let best = node === 0 || forced[node] ? exit : -1;
      for (const edge of (sites[node] as Site).next) {
        const target = edge >> 1;
        if (parent[target] === -1) continue;
        best = best === -1 ? target : meet(best, target);
      }
      if (best !== parent[node]) { parent[node] = best; changed = true; }
    }
  }
  return parent;
}
