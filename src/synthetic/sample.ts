/** The sample corpus that the page opens with, and the larger draw that the starter models learned from. */
import type { CodeItem, Language } from '../types';
import { generateCorpus } from './corpus';
import { hash32 } from './hash';

/** What the starters speak. The held-out splits are properties of a function, so no draw leaks into another. */
export const SAMPLE: { seed: number; languages: readonly Language[]; families: number } = { seed: 1, languages: ['javascript'], families: 16 };

/** `train` functions to learn from and `heldOut` of each held-out split (variations, combinations). */
export function sampleCorpus(train = 4000, heldOut = 200): CodeItem[] {
  return drawn(SAMPLE, train, heldOut);
}

const drawn = ({ seed, languages, families }: typeof SAMPLE, train: number, heldOut: number): CodeItem[] =>
  (['train', 'variation', 'combination'] as const).flatMap(split => generateCorpus({ seed, languages, families, split, count: split === 'train' ? train : heldOut }));

/**
 * The language that a third starter has read and hardly ever seen documented: the same families in Python. Of its functions to learn from one
 * in `documentedOneIn` has a documentation, by its hash.
 */
export const SECOND: typeof SAMPLE & { documentedOneIn: number } = { seed: 2, languages: ['python'], families: 16, documentedOneIn: 400 };

/** Python functions that nobody documented; those held out are documented all the same, to measure by. */
export function secondCorpus(train = 4000, heldOut = 200): CodeItem[] {
  return drawn(SECOND, train, heldOut).map(item => (someoneDocumented(item) ? item : { ...item, undocumented: true }));
}

const someoneDocumented = ({ id, split }: CodeItem): boolean => split !== 'train' || hash32(id) % SECOND.documentedOneIn === 0;

/** What that starter learned from: as much JavaScript, documented, as Python. */
export function grownCorpus(train = 20000, heldOut = 200): CodeItem[] {
  return [...sampleCorpus(train / 2, heldOut / 2), ...secondCorpus(train / 2, heldOut / 2)];
}
