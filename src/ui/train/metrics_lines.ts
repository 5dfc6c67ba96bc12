/** How each similarity metric is named, coloured and dashed wherever the page draws it; knows the table of metrics and no numbers. */
import { SETTINGS } from '../../config';
import type { Setting } from '../../config';
import { WEIGHT_KEYS } from '../../config';
import { EVERY_ENTRY } from '../../reward/table';
import type { Line } from './chart';

/** Colours are custom properties of the style sheet, `--m0` to `--m7`; from the ninth metric on they come again, dashed. */
const COLORS = 8;
const DASHES: (number[] | undefined)[] = [undefined, [6, 4], [2, 3]];

export interface MetricLook { name: string; label: string; color: string; dash?: number[]; setting: Setting }

/** Every metric that has a weight, in the table's order; those that are computed beside the pool come last. */
export const METRIC_LOOKS: readonly MetricLook[] = Object.entries(EVERY_ENTRY).flatMap(([name, { label, weight }], i) => {
  const setting = SETTINGS.find(({ key }) => key === weight && (WEIGHT_KEYS as readonly string[]).includes(key)), dash = DASHES[Math.floor(i / COLORS) % DASHES.length];
  return setting ? [{ name, label, color: `m${i % COLORS}`, ...(dash ? { dash } : {}), setting }] : [];
});

/** The mean of each metric over the reconstructions of a step. */
export const METRIC_LINES: Line[] = METRIC_LOOKS.map(({ name, label, color, dash }) => ({ key: `rewards/${name}/mean`, label, color, smooth: true, ...(dash ? { dash } : {}) }));
