/** Finds functions by what a person types; plain data in and out. */
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
