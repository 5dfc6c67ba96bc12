/** Knows which texts of a corpus a tokenizer learns from; trains nothing. */
import { createRng } from '../rng';
import type { CodeItem } from '../types';
import { describe, READER_DETAIL } from './describe';

/** Characters that a tokenizer is trained on: 10 MB take under half a minute, and more changes few merges. */
const TOKENIZER_CHARACTERS = 10_000_000;

/** Code and a true documentation of each function for training: the model will write both. The same items give the same texts. */
export function* tokenizerTexts(items: readonly CodeItem[]): Generator<string> {
  let left = TOKENIZER_CHARACTERS;
  const random = createRng(1);
  for (const item of items) {
    if (item.split !== 'train') continue;
    const documentation = describe(item, random, READER_DETAIL);
    left -= item.code.length + documentation.length;
    if (left < 0) return;
    yield item.code;
    yield documentation;
  }
}
