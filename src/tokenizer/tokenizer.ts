/** Text to ids and back through a standard tokenizer.json; knows the file's format and no model. */
import { Tokenizer } from '@huggingface/tokenizers';
import { labError, type TokenizerApi } from '../types';
import { SPLIT_PATTERN, splitRegExp } from './pattern';

/** The parts of a tokenizer.json that are read here; the library reads the rest. */
interface TokenizerFile {
  added_tokens: { id: number; content: string; special?: boolean }[];
  normalizer: unknown;
  pre_tokenizer: unknown;
  model: { vocab: Record<string, number>; merges?: unknown[] } & Record<string, unknown>;
}

/** Pieces remembered with their ids; names and keywords repeat, so nearly every piece is found here. */
const REMEMBERED_PIECES = 60000;

/**
 * Makes the tokenizer of a tokenizer.json (any byte-level BPE that Hugging Face's library reads).
 * Encoding adds no special token and never produces one: text that looks like `<|end|>` becomes its bytes, because the
 * library instance that encodes is given no special tokens at all. Tokens that a file adds but does not call special
 * (some models have such for spaces) are kept.
 * @throws BadInput when the text is no such file.
 */
export async function createTokenizer(json: string): Promise<TokenizerApi> {
  const file = parseFile(json);
  const specials = new Map(file.added_tokens.filter((token) => token.special).map((token) => [token.content, token.id]));
  const { encoder, decoder } = open(file, specials);
  const vocabSize = largestId(file) + 1;
  const hash = await sha256(json);
  const encodeText = (text: string): number[] => encoder.encode(text, { add_special_tokens: false }).ids;
  const isSpecial = new Set(specials.values());

  return {
    encode: hasOwnSplit(file) ? rememberPieces(encodeText) : (text) => (text === '' ? [] : encodeText(text)),
    decode(ids) {
      const known: number[] = [];
      // A model's table may be larger than its tokenizer: such ids, like specials, have no text.
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!;
        if (!isSpecial.has(id) && decoder.id_to_token(id) !== undefined) known.push(id);
      }
      return known.length === 0 ? '' : decoder.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    },
    special(token) {
      const id = specials.get(token);
      if (id === undefined) {
        throw labError('BadInput', `The tokenizer has no special token ${token}. Nothing was encoded; choose a tokenizer trained for this language and these formats.`);
      }
      return id;
    },
    hasSpecial: (token) => specials.has(token),
    vocabSize,
    json,
    hash,
  };
}

function parseFile(json: string): TokenizerFile {
  let file: Partial<TokenizerFile> | null;
  try {
    file = JSON.parse(json) as Partial<TokenizerFile> | null;
  } catch (cause) {
    throw unreadable(String(cause));
  }
  if (file === null || typeof file !== 'object') throw unreadable('it is not an object');
  if (file.model === undefined || typeof file.model.vocab !== 'object' || file.model.vocab === null || Array.isArray(file.model.vocab)) throw unreadable('it has no model with a vocabulary');
  const added = file.added_tokens ?? [];
  if (!Array.isArray(added) || added.some((token) => typeof token?.content !== 'string' || !Number.isInteger(token.id) || token.id < 0)) throw unreadable('its added tokens are malformed');
  for (const id of Object.values(file.model.vocab)) {
    if (!Number.isInteger(id) || id < 0) throw unreadable('its vocabulary holds something that is not an id');
  }
  return { normalizer: null, pre_tokenizer: null, ...file, added_tokens: added } as TokenizerFile;
}

function unreadable(reason: string): Error {
  return labError('BadInput', `The tokenizer.json cannot be read: ${reason}. Nothing was loaded; export the file again or choose another one.`);
}

function open(file: TokenizerFile, specials: Map<string, number>): { encoder: Tokenizer; decoder: Tokenizer } {
  const plain = {
    ...file,
    post_processor: null,
    added_tokens: file.added_tokens.filter((token) => !token.special),
    model: { ...file.model, vocab: Object.fromEntries(Object.entries(file.model.vocab).filter(([text]) => !specials.has(text))) },
  };
  try {
    return { encoder: new Tokenizer(plain, {}), decoder: new Tokenizer({ post_processor: null, decoder: null, ...file }, {}) };
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause));
  }
}

function largestId(file: TokenizerFile): number {
  let largest = -1;
  for (const id of Object.values(file.model.vocab)) if (id > largest) largest = id;
  for (const { id } of file.added_tokens) if (id > largest) largest = id;
  return largest;
}

/** True for files that cut text exactly by this project's pattern and nothing else, as `trainTokenizer` writes them. */
function hasOwnSplit(file: TokenizerFile): boolean {
  const sequence = file.pre_tokenizer as { type?: string; pretokenizers?: Record<string, unknown>[] } | null;
  const [split, bytes] = sequence?.pretokenizers ?? [];
  return file.normalizer === null && sequence?.type === 'Sequence' && sequence.pretokenizers?.length === 2
    && file.added_tokens.every((token) => token.special)
    && split?.type === 'Split' && split.behavior === 'Isolated' && split.invert !== true
    && (split.pattern as { Regex?: string } | undefined)?.Regex === SPLIT_PATTERN
    && bytes?.type === 'ByteLevel' && bytes.use_regex === false && bytes.add_prefix_space !== true;
}

/** A piece of this project's pattern is cut into itself, so the ids of a text are those of its pieces, each looked up once. */
function rememberPieces(encodeText: (text: string) => number[]): (text: string) => number[] {
  const pattern = splitRegExp();
  let remembered = new Map<string, number[]>();
  return (text) => {
    const ids: number[] = [];
    for (const piece of text.match(pattern) ?? []) {
      let known = remembered.get(piece);
      if (known === undefined) {
        known = encodeText(piece);
        if (remembered.size >= REMEMBERED_PIECES) remembered = new Map();
        if (piece.length <= 256) remembered.set(piece, known);
      }
      for (const id of known) ids.push(id);
    }
    return ids;
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
