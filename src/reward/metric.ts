/** The one type behind every similarity metric; knows what a metric is given, not how it judges. */

import type { Language } from '../types';
import type { StructureTriples } from './structure';

/** A piece of code, prepared once and shared by all metrics. */
export interface Prepared {
  text: string;
  language: Language;
  tokens: string[];
  /** Tree triples; null when the code does not parse, undefined when no parser knows the language. */
  triples: StructureTriples | null | undefined;
}

/** A similarity in [0, 1]; 1 for equal code. `undefined` = not applicable to this pair, and left out of the blend. */
export type Metric = (original: Prepared, reconstruction: Prepared) => number | undefined;
