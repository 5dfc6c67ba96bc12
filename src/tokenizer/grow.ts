/** Gives a tokenizer.json one more language token, at the end, so that every older id stays what it was; knows no model. */
import { labError, type Language } from '../types';

interface TokenizerFile {
  model: { vocab: Record<string, number> };
  added_tokens: { id: number; content: string; special: boolean }[];
}

/** The text with `<|language|>` added, and its id. @throws BadInput when it has one already, or is no tokenizer of ours */
export function withLanguage(json: string, language: Language): { json: string; id: number } {
  const file = JSON.parse(json) as TokenizerFile, token = `<|${language}|>`;
  const like = file.added_tokens.find(({ special }) => special);
  if (!like) throw labError('BadInput', 'The tokenizer has no special tokens. Nothing was changed; use a tokenizer that was trained here.');
  if (Object.hasOwn(file.model.vocab, token) || file.added_tokens.some(({ content }) => content === token)) throw labError('BadInput', `The tokenizer has a token for ${language} already. Nothing was changed.`);
  const id = 1 + Math.max(...Object.values(file.model.vocab), ...file.added_tokens.map((added) => added.id));
  file.added_tokens.push({ ...like, id, content: token });
  file.model.vocab[token] = id;
  return { json: JSON.stringify(file), id };
}
