/** The sample corpus that the page opens with, and the larger draw that the starter models learned from. */
import type { CodeItem, Language } from '../types';
import { generateCorpus } from './corpus';

/** What the starters speak. The held-out splits are properties of a function, so no draw leaks into another. */
export const SAMPLE: { seed: number; languages: readonly Language[]; families: number } = { seed: 1, languages: ['javascript'], families: 16 };

/** `train` functions to learn from and `heldOut` of each held-out split (variations, combinations). */
export function sampleCorpus(train = 4000, heldOut = 200): CodeItem[] {
  return (['train', 'variation', 'combination'] as const).flatMap(split =>
    generateCorpus({ ...SAMPLE, split, count: split === 'train' ? train : heldOut }));
}
