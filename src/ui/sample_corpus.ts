/** The corpus a first visit finds, as the page holds it; what is in it is the generator's affair. */
import { corpusHash } from '../corpus/hash';
import { sampleCorpus } from '../synthetic/sample';
import { countItems } from './corpus_counts';
import type { CorpusView } from './state';

/** Draws the sample corpus. The same size gives the same items and hash. */
export async function sampleView(train?: number, heldOut?: number): Promise<CorpusView> {
  const items = sampleCorpus(train, heldOut);
  return { id: '', name: 'Sample corpus', hash: await corpusHash(items), source: 'sample', items, report: countItems(items) };
}
