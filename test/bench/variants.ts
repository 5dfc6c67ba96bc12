/** What is measured against the engine as it ships, one choice changed at a time; a line each, and the losers stay. Knows no clock. */
import type { Gpu } from '../../src/gpu/device';
import { KERNELS } from '../../src/gpu/tuner';

/** Applied to a device before an engine is made on it. */
export interface Variant { name: string; apply(gpu: Gpu): void }

export const VARIANTS: readonly Variant[] = [
  { name: 'submits never cut', apply: gpu => { gpu.pacer.limit = Infinity; } },
  ...[...new Set(Object.values(KERNELS).flat())].map((kernel): Variant => ({ name: `product kernel ${kernel}`, apply: gpu => { gpu.tuner.force = kernel; } })),
];
