/** What the model reads, with its special tokens spelled out: the text form of src/rl/prompts, held against it by a test. */
import type { Language } from '../../types';

export interface PromptPiece { special: boolean; text: string }

const special = (text: string): PromptPiece => ({ special: true, text });
const plain = (text: string): PromptPiece => ({ special: false, text });

/** What the writer reads; its documentation and <|end|> follow. */
export function writerPrompt(code: string, language: Language): PromptPiece[] {
  return [special('<|bos|>'), special('<|code|>'), special(`<|${language}|>`), plain(code), special('<|doc|>')];
}

/** What the reader reads; code and <|end|> follow. The original is nowhere in it. */
export function readerPrompt(documentation: string, language: Language): PromptPiece[] {
  return [special('<|bos|>'), special('<|doc|>'), plain(documentation), special('<|code|>'), special(`<|${language}|>`)];
}
