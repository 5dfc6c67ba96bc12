/** What the gate between the stages demands and strips; knows settings, not text. */

import type { Settings } from '../../config';

export type DocumentationStructure = Settings['documentationStructure'];

export interface DocumentationRules {
  /** strict: three levels; loose: what strict puts at 0.5 passes and most of what it refuses is 0.5; off: everything passes with R_doc 1, unchanged. */
  strictness: Settings['documentationStrictness'];
  language: Settings['documentationLanguage'];
  /** Sections only: examples, and a type for each parameter. */
  examples: boolean;
  types: boolean;
  /** Fewest words of the sentences, or of the Summary; sentences are two in any case. */
  fewestWords: number;
  /** Cut out fenced blocks instead of refusing them; cut a spelled-out signature down to the name. */
  stripFences: boolean;
  stripSignature: boolean;
  /** Runs of more tokens than this that stand in the code too are cut out, examples excepted; 0 = none are. */
  longestRun: number;
}

/** The rules of the default settings. */
export const DEFAULT_RULES: DocumentationRules = { strictness: 'strict', language: 'any', examples: true, types: false, fewestWords: 0, stripFences: false, stripSignature: false, longestRun: 0 };

export function documentationRules(settings: Settings): DocumentationRules {
  return {
    strictness: settings.documentationStrictness, language: settings.documentationLanguage, examples: settings.documentationExamples, types: settings.documentationTypes,
    fewestWords: settings.documentationWords, stripFences: settings.stripFences, stripSignature: settings.stripSignature, longestRun: settings.stripRun,
  };
}
