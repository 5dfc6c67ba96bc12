/** Knows how to set functions aside for evaluation so that no near-copy crosses; knows nothing of where they come from. */
import type { CodeItem } from '../types';
import { NEAR, NearIndex, jaccard } from './duplicates';
import type { Fingerprint } from './duplicates';
import { hash32 } from './hash';

export interface SplitResult {
  items: CodeItem[];
  splitBy: 'file' | 'function';
  /** Held-out functions dropped because training has a near-copy of them, with that copy. */
  crossed: { item: CodeItem; near: CodeItem }[];
}

/** Indices of items grouped into units that must stay together: a file, or an outermost function with those inside it. */
function unitsOf(items: CodeItem[], by: 'file' | 'function'): Map<string, number[]> {
  const units = new Map<string, number[]>();
  let path = '', end = 0, unit = '';
  items.forEach((item, i) => {
    if (by === 'file') unit = item.path;
    else if (item.path !== path || item.startLine > end) { path = item.path; end = item.endLine; unit = item.id; }
    const members = units.get(unit);
    if (members) members.push(i); else units.set(unit, [i]);
  });
  return units;
}

function choose(units: Map<string, number[]>, target: number, seed: number): number[] {
  const order = [...units.keys()].map((key) => ({ key, draw: hash32(key, seed) })).sort((a, b) => a.draw - b.draw || (a.key < b.key ? -1 : 1));
  const chosen: number[] = [];
  for (const { key } of order) {
    const members = units.get(key)!;
    // One big file must not swallow the split: it stays in training.
    if (chosen.length < target && chosen.length + members.length <= 1.5 * target + 1) chosen.push(...members);
  }
  return chosen;
}

/**
 * Sets `fraction` of the items aside by file (seeded, independent of the order of files), or by function when there are too few
 * files to come near the fraction. Held-out items with an identifier-blind near-copy (Jaccard >= NEAR) in training are dropped.
 * @param items ordered by path and line; `prints[i]` belongs to `items[i]`.
 */
export function splitItems(items: CodeItem[], prints: Fingerprint[], fraction: number, seed: number): SplitResult {
  const target = items.length * fraction;
  let splitBy: SplitResult['splitBy'] = 'file';
  let chosen = choose(unitsOf(items, 'file'), target, seed);
  if (chosen.length < target / 2) {
    splitBy = 'function';
    chosen = choose(unitsOf(items, 'function'), target, seed);
  }
  const heldout = new Set(chosen);
  const shapes = new Map<string, CodeItem>();
  const train = new NearIndex<CodeItem>(256);
  items.forEach((item, i) => {
    if (heldout.has(i) || shapes.has(prints[i].blindKey)) return;
    shapes.set(prints[i].blindKey, item);
    train.add(prints[i], item);
  });
  const near = (a: Fingerprint, b: Fingerprint) => jaccard(a.blind, b.blind) >= NEAR;
  const crossed: SplitResult['crossed'] = [];
  const kept: CodeItem[] = [];
  items.forEach((item, i) => {
    if (!heldout.has(i)) { kept.push({ ...item, split: 'train' }); return; }
    const copy = shapes.get(prints[i].blindKey) ?? train.find(prints[i], near);
    if (copy) crossed.push({ item, near: copy }); else kept.push({ ...item, split: 'heldout' });
  });
  return { items: kept, splitBy, crossed };
}
