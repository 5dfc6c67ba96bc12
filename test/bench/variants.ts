/** What is measured against the engine as it ships, one choice changed at a time; a line each, and the losers stay. Knows no clock. */
import type { Gpu } from '../../src/gpu/device';
import { KERNELS } from '../../src/gpu/tuner';
import type { Wish } from '../../src/model/budget';

/** `apply`: to a device before an engine is made on it. `wish`: how the engine lays its models. */
export interface Variant { name: string; apply?(gpu: Gpu): void; wish?: Wish }

export const VARIANTS: readonly Variant[] = [
  { name: 'submits never cut', apply: gpu => { gpu.pacer.limit = Infinity; } },
  { name: 'training reads halves', wish: { precision: 'f16' } },
  { name: 'layers computed again', wish: { recompute: 'layers' } },
  ...[...new Set(Object.values(KERNELS).flat())].map((kernel): Variant => ({ name: `product kernel ${kernel}`, apply: gpu => { gpu.tuner.force = kernel; } })),
];
