/** Counts items as the page reports a corpus; knows no generator and no files, so that the shell carries neither. */
import { isDocumented } from '../corpus/choice';
import type { CodeItem } from '../types';
import type { CorpusReport } from './state';

/** A report of items that came from no files. */
export function countItems(items: readonly CodeItem[]): CorpusReport {
  const byLanguage = new Map<string, number>();
  for (const item of items) byLanguage.set(item.language, (byLanguage.get(item.language) ?? 0) + 1);
  const train = items.filter(item => item.split === 'train').length;
  return {
    filesSeen: 0, filesUsed: 0, leftOut: [], languages: [...byLanguage].map(([language, functions]) => ({ language, files: 0, functions })),
    functions: items.length, duplicates: 0, withDocumentation: items.filter(isDocumented).length,
    train, heldout: items.length - train, notices: [],
  };
}
