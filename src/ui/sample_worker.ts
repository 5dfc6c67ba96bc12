/** Draws the sample corpus off the page's thread: thousands of functions take a second or two. Knows only the recipe. */
import * as Comlink from 'comlink';
import { sampleCorpus } from './sample_corpus';

const sample = { draw: sampleCorpus };

export type SampleApi = typeof sample;
Comlink.expose(sample);
