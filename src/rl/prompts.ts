/** The three formats in which the model sees code and documentation, as token ids; knows special tokens, not sampling or scoring. */

import { labError } from '../types';
import type { Language, TokenizerApi } from '../types';

/** Ids of a prompt, and how a whole training sequence continues it. */
export interface Prompts {
  endId: number;
  /** `[bos, <|lang|>]`; code and end follow. */
  lm(language: Language): number[];
  /** `[bos, <|code|>, <|lang|>] code [<|doc|>]`; documentation and end follow. */
  writer(code: ArrayLike<number>, language: Language): number[];
  /** `[bos, <|doc|>] documentation [<|code|>, <|lang|>]`; code and end follow. */
  reader(documentation: ArrayLike<number>, language: Language): number[];
  /** Ids of text, remembered: the same functions are encoded again and again. */
  ids(text: string): number[];
  /** Ids of documentation, cut at the longest the run allows: a pair must fit the model's positions. */
  documentation(text: string): number[];
  /** Code and the end token, and documentation and the end token: supervised completions. */
  completion(code: string): number[];
  documentationCompletion(text: string): number[];
  /** The languages that the vocabulary has a token for. */
  speaks(language: Language): boolean;
}

/** The longest prompt overhead in tokens: three specials before, one between, one end. */
export const PROMPT_OVERHEAD = 5;
/** A memory, not a leak: the texts of a corpus fit, sampled documentation passes through. */
const REMEMBERED = 50000;

/** Throws BadInput when the vocabulary lacks a needed special token. `longestDocumentation` is in tokens. */
export function createPrompts(tokenizer: TokenizerApi, longestDocumentation: number): Prompts {
  const bos = tokenizer.special('<|bos|>'), endId = tokenizer.special('<|end|>'), code = tokenizer.special('<|code|>'), doc = tokenizer.special('<|doc|>');
  const memory = new Map<string, number[]>();
  const ids = (text: string): number[] => {
    let found = memory.get(text);
    if (!found) {
      if (memory.size >= REMEMBERED) memory.clear();
      memory.set(text, (found = tokenizer.encode(text)));
    }
    return found;
  };
  const languageId = (language: Language): number => {
    if (!tokenizer.hasSpecial(`<|${language}|>`)) throw labError('BadInput', `The tokenizer has no token for ${language}. Nothing was trained on it; leave ${language} out, or train a tokenizer on a corpus that has it.`);
    return tokenizer.special(`<|${language}|>`);
  };
  return {
    endId,
    lm: (language) => [bos, languageId(language)],
    writer: (ids_, language) => [bos, code, languageId(language), ...Array.from(ids_), doc],
    reader: (ids_, language) => [bos, doc, ...Array.from(ids_), code, languageId(language)],
    ids,
    documentation: (text) => ids(text).slice(0, longestDocumentation),
    completion: (text) => [...ids(text), endId],
    documentationCompletion: (text) => [...ids(text).slice(0, longestDocumentation), endId],
    speaks: (language) => tokenizer.hasSpecial(`<|${language}|>`),
  };
}
