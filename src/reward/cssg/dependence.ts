/** Data dependence: which definitions reach which uses, within a function and into closures; knows sites and variables, no syntax. */

import type { Procedure, Site, Variable } from './flow';

/** Where a variable that several functions touch is written, and where a value from outside may be read. */
interface Shared { writes: { procedure: Procedure; site: number }[]; reads: { procedure: Procedure; site: number }[] }

/** Told of a pair; says whether more are wanted. */
type Found = (a: Procedure, i: number, b: Procedure, j: number) => boolean;

/**
 * Calls `found(a, i, b, j)` for each definition in site i of procedure a that reaches a use in site j of procedure b; possibly more than once, and until
 * it says no.
 * Within a function: reaching definitions by iteration over bit sets. Between functions order is unknown, so every write in one function reaches every
 * read in another that a write of its own does not always come before.
 */
export function dataDependence(procedures: readonly Procedure[], found: Found): void {
  const shared = new Map<Variable, Shared>();
  for (const procedure of procedures) {
    for (const { uses, defs, weak } of procedure.sites) {
      for (const list of [uses, defs, weak]) {
        for (const variable of list) if (variable.owner !== procedure && !shared.has(variable)) shared.set(variable, { writes: [], reads: [] });
      }
    }
  }
  for (const procedure of procedures) if (!withinProcedure(procedure, shared, found)) return;
  for (const { writes, reads } of shared.values()) {
    for (const write of writes) {
      for (const read of reads) if (write.procedure !== read.procedure && !found(write.procedure, write.site, read.procedure, read.site)) return;
    }
  }
}

function withinProcedure(procedure: Procedure, shared: ReadonlyMap<Variable, Shared>, found: Found): boolean {
  const { sites } = procedure;
  // Definitions in order of their sites; the value a shared variable has on entry from elsewhere is a definition of site 0.
  const definitions = new Map<Variable, number[]>(), place: number[] = [], outside = new Map<Variable, number>();
  const own: number[][] = sites.map(() => []);
  const define = (variable: Variable, index: number): number => {
    const bit = place.push(index) - 1;
    const known = definitions.get(variable);
    if (known) known.push(bit);
    else definitions.set(variable, [bit]);
    (own[index] as number[]).push(bit);
    return bit;
  };
  for (let i = 0; i < sites.length; i++) {
    const { uses, defs, weak } = sites[i] as Site;
    for (const list of [uses, defs, weak]) {
      for (const variable of list) {
        if (shared.has(variable) && !outside.has(variable)) outside.set(variable, define(variable, 0));
      }
    }
    for (const list of [defs, weak]) {
      for (const variable of list) {
        define(variable, i);
        shared.get(variable)?.writes.push({ procedure, site: i });
      }
    }
  }
  if (place.length === 0) return true;
  const words = (place.length + 31) >> 5;
  const masks = new Map<Variable, Int32Array>();
  const maskOf = (variable: Variable): Int32Array => {
    let bits = masks.get(variable);
    if (bits) return bits;
    masks.set(variable, bits = new Int32Array(words));
    for (const bit of definitions.get(variable) ?? []) bits[bit >> 5] = (bits[bit >> 5] as number) | (1 << (bit & 31));
    return bits;
  };
  const into = new Int32Array(sites.length * words), out = new Int32Array(sites.length * words);
  const queued = new Uint8Array(sites.length).fill(1);
  const add = (target: number, bits: Int32Array, offset: number): boolean => {
    let grown = false;
    for (let w = 0; w < words; w++) {
      const k = target * words + w, merged = (into[k] as number) | (bits[offset + w] as number);
      if (merged !== into[k]) { into[k] = merged; grown = true; }
    }
    return grown;
  };
  let queue = sites.map((_, i) => i);
  while (queue.length > 0) {
    const again: number[] = [];
    for (const i of queue) {
      queued[i] = 0;
      const { next, raises, defs } = sites[i] as Site, base = i * words;
      for (let w = 0; w < words; w++) out[base + w] = into[base + w] as number;
      for (const variable of defs) {
        const kill = maskOf(variable);
        for (let w = 0; w < words; w++) out[base + w] = (out[base + w] as number) & ~(kill[w] as number);
      }
      for (const bit of own[i] as number[]) out[base + (bit >> 5)] = (out[base + (bit >> 5)] as number) | (1 << (bit & 31));
      for (const edge of next) {
        const target = edge >> 1;
        if (target < sites.length && add(target, out, base) && !queued[target]) { queued[target] = 1; again.push(target); }
      }
      for (const target of raises) {
        const grown = add(target, into, base);
        if ((add(target, out, base) || grown) && !queued[target]) { queued[target] = 1; again.push(target); }
      }
    }
    queue = again;
  }
  for (let j = 0; j < sites.length; j++) {
    for (const variable of (sites[j] as Site).uses) {
      // What a closure writes may reach any read in the function that owns the variable: when it is called is unknown.
      if (variable.owner === procedure) shared.get(variable)?.reads.push({ procedure, site: j });
      for (const bit of definitions.get(variable) ?? []) {
        if (((into[j * words + (bit >> 5)] as number) & (1 << (bit & 31))) === 0) continue;
        if (outside.get(variable) === bit) {
          if (variable.owner !== procedure) shared.get(variable)?.reads.push({ procedure, site: j });
        } else if (!found(procedure, place[bit] as number, procedure, j)) return false;
      }
    }
  }
  return true;
}
