/** The corpus a first visit finds, as the page holds it; what is in it is the generator's affair. */
import { corpusHash } from '../corpus/hash';
import { sampleCorpus, secondCorpus } from '../synthetic/sample';
import { countItems } from './corpus_counts';
import { SAMPLE_NAME, SECOND_NAME } from './sample_names';
import type { CorpusView } from './state';

/** Draws the sample corpus. The same size gives the same items and hash. */
export async function sampleView(train?: number, heldOut?: number): Promise<CorpusView> {
  const items = sampleCorpus(train, heldOut);
  return { id: '', name: SAMPLE_NAME, hash: await corpusHash(items), source: 'sample', items, report: countItems(items) };
}

/** The second language: Python that hardly anybody documented. It is kept in storage like a folder, under a name of its own. */
export async function secondView(train?: number, heldOut?: number): Promise<CorpusView> {
  const items = secondCorpus(train, heldOut);
  return { id: '', name: SECOND_NAME, hash: await corpusHash(items), source: 'sample', items, report: countItems(items) };
}
