/** Launches shaders/half.wgsl: what a product reads, packed to half precision right before it. Knows no product. */
import { rowGroups, threadGroups, type Plan, type View } from '../plan';
import { half } from './shaders';

/** A packed matrix: its numbers begin `shift` loads of four (8 bytes each) into the binding. */
export interface Half extends View { shift: number }

/** The filled rows of `cols` numbers, a multiple of four. */
export function halfRows(plan: Plan, at: { live: View; inp: View; out: View }, { cols, capacity, row0 = 0 }: { cols: number; capacity: number; row0?: number }): void {
  plan.add({
    shader: half, entry: 'pack', params: { quads: cols / 4, row0, capacity }, buffers: at, groups: rowGroups(capacity, cols / 4, row0),
    work: rows => ({ flops: 0, bytes: 6 * Math.max(0, Math.min(rows - row0, capacity)) * cols }),
  });
}

/** `length` numbers, down to a multiple of four, whatever the batch fills. */
export function halfAll(plan: Plan, at: { inp: View; out: View }, length: number): void {
  const quads = Math.floor(length / 4);
  plan.add({ shader: half, entry: 'pack_all', params: { quads: 1, row0: 0, capacity: quads }, buffers: at, groups: threadGroups(quads), work: () => ({ flops: 0, bytes: 24 * quads }) });
}
