/** Knows which functions of a corpus a choice takes and how they are split; knows nothing of where it is kept. */
import ignore from 'ignore';
import type { CodeItem } from '../types';
import { isDocumented } from './choice';
import type { Choice } from './choice';
import type { Fingerprint } from './duplicates';
import { splitItems } from './split';

/** Which of the items a choice takes, by place. `lengths[i]` is the length of item i in tokens. */
export function chosen(items: readonly CodeItem[], lengths: ArrayLike<number>, choice: Choice): number[] {
  const languages = choice.languages && new Set(choice.languages);
  const rules = choice.exclude.trim() === '' ? null : ignore().add(choice.exclude);
  const excluded = new Map<string, boolean>();
  const isExcluded = (path: string): boolean => {
    let known = excluded.get(path);
    if (known === undefined) excluded.set(path, known = rules!.ignores(path));
    return known;
  };
  const found: number[] = [];
  items.forEach((item, i) => {
    const length = lengths[i] ?? 0;
    if (languages && !languages.has(item.language)) return;
    if (length < choice.minTokens || (choice.maxTokens > 0 && length > choice.maxTokens)) return;
    if (choice.documented && !isDocumented(item)) return;
    if (rules && isExcluded(item.path)) return;
    found.push(i);
  });
  return found;
}

/** What a choice makes of a corpus: its items in their order, and what was dropped so that no near-copy crosses. */
export interface Chosen { items: CodeItem[]; train: number; heldout: number; crossed: number; splitBy: 'file' | 'function' | 'kept' }

/** @param prints of all items; asked for only when functions are set aside anew. */
export function applyChoice(items: readonly CodeItem[], lengths: ArrayLike<number>, choice: Choice, prints: () => readonly Fingerprint[]): Chosen {
  const places = chosen(items, lengths, choice);
  const taken = places.map((i) => items[i]);
  if (!choice.split) return counted(taken, 0, 'kept');
  const all = prints();
  const { items: split, crossed, splitBy } = splitItems(taken, places.map((i) => all[i]), choice.split.share, choice.split.seed);
  return counted(split, crossed.length, splitBy);
}

function counted(items: CodeItem[], crossed: number, splitBy: Chosen['splitBy']): Chosen {
  const train = items.filter((item) => item.split === 'train').length;
  return { items, train, heldout: items.length - train, crossed, splitBy };
}
