/** Remembers tokenizers that a person trained before any run, by corpus and size; trains none. */
import type { CodeItem } from '../types';

const trained = new WeakMap<readonly CodeItem[], Map<number, string>>();

/** Keeps a tokenizer.json trained on these items (the array itself, as the page holds it) with this size wanted. */
export function keepTrained(items: readonly CodeItem[], vocabSize: number, json: string): void {
  let own = trained.get(items);
  if (!own) trained.set(items, own = new Map());
  own.set(vocabSize, json);
}

/** The tokenizer.json that training on these items with this size would give; undefined when it was not trained yet. */
export function trainedAhead(items: readonly CodeItem[], vocabSize: number): string | undefined { return trained.get(items)?.get(vocabSize); }
