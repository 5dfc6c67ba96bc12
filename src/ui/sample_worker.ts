/** Draws the sample corpus off the page's thread: thousands of functions take a second or two. Knows nothing of the page. */
import * as Comlink from 'comlink';
import { sampleView, secondView } from './sample_corpus';

const sample = { draw: () => sampleView(), drawSecond: () => secondView() };

export type SampleApi = typeof sample;
Comlink.expose(sample);
