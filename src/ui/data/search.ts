/** Finds functions by what a person types and by what they are; plain data in and out. */
import { isDocumented } from '../../corpus/choice';
import type { CodeItem } from '../../types';

/**
 * Items that contain every word of the query in name, path, language, documentation or code, case ignored. Items whose name holds the
 * first word come first; otherwise the order of the corpus stays.
 */
export function searchItems(items: readonly CodeItem[], query: string): CodeItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  const named: CodeItem[] = [];
  const other: CodeItem[] = [];
  for (const item of items) {
    const name = item.name.toLowerCase();
    const rest = `${name}\n${item.path}\n${item.language}\n${item.documentation}\n${item.code}`.toLowerCase();
    if (!words.every(word => rest.includes(word))) continue;
    (name.includes(words[0]!) ? named : other).push(item);
  }
  return [...named, ...other];
}

/** What a function is to be; '' and 0 ask nothing. */
export interface ItemFilter { language: string; split: string; minTokens: number; maxTokens: number; documented: '' | 'yes' | 'no'; tested: '' | 'yes' | 'no' }

export const NO_FILTER: ItemFilter = { language: '', split: '', minTokens: 0, maxTokens: 0, documented: '', tested: '' };

/** @param lengths tokens by place in `items`; without them no length is asked. */
export function filterItems(items: readonly CodeItem[], lengths: ArrayLike<number> | null, filter: ItemFilter): CodeItem[] {
  return items.filter((item, i) => {
    const length = lengths?.[i];
    return (filter.language === '' || item.language === filter.language)
      && (filter.split === '' || item.split === filter.split)
      && (length === undefined || (length >= filter.minTokens && (filter.maxTokens === 0 || length <= filter.maxTokens)))
      && (filter.documented === '' || isDocumented(item) === (filter.documented === 'yes'))
      && (filter.tested === '' || ((item.inputs?.length ?? 0) > 0) === (filter.tested === 'yes'));
  });
}

export interface Bucket { from: number; /** Not included; Infinity = no end. */ to: number; count: number }

/** Lengths in buckets that double from 16 on; empty ones at both ends are left away. */
export function histogram(lengths: ArrayLike<number>): Bucket[] {
  const buckets: Bucket[] = [0, 16, 32, 64, 128, 256, 512, 1024, 2048].map((from, i, all) => ({ from, to: all[i + 1] ?? Infinity, count: 0 }));
  for (let i = 0; i < lengths.length; i++) buckets.find(bucket => lengths[i]! < bucket.to)!.count++;
  while (buckets.length > 0 && buckets[0]!.count === 0) buckets.shift();
  while (buckets.length > 0 && buckets.at(-1)!.count === 0) buckets.pop();
  return buckets;
}
