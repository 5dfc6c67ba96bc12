/** The corpus a first visit finds, as the page holds it; what is in it is the generator's affair. */
import { corpusHash } from '../corpus/hash';
import { sampleCorpus } from '../synthetic/sample';
import type { CodeItem } from '../types';
import type { CorpusReport, CorpusView } from './state';

/** Draws the sample corpus. The same size gives the same items and hash. */
export async function sampleView(train?: number, heldOut?: number): Promise<CorpusView> {
  const items = sampleCorpus(train, heldOut);
  return { id: '', name: 'Sample corpus', hash: await corpusHash(items), source: 'sample', items, report: countItems(items) };
}

/** A report of items that came from no files. */
export function countItems(items: readonly CodeItem[]): CorpusReport {
  const byLanguage = new Map<string, number>();
  for (const item of items) byLanguage.set(item.language, (byLanguage.get(item.language) ?? 0) + 1);
  const train = items.filter(item => item.split === 'train').length;
  return {
    filesSeen: 0, filesUsed: 0, leftOut: [], languages: [...byLanguage].map(([language, functions]) => ({ language, files: 0, functions })),
    functions: items.length, duplicates: 0, withDocumentation: items.filter(item => item.documentation !== '' || item.phrases !== undefined).length,
    train, heldout: items.length - train, notices: [],
  };
}
