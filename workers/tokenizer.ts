/** Knows how to measure code in tokens and to train a vocabulary off the page's thread; knows no corpus, no model and no view. */
import * as Comlink from 'comlink';
import { pieceTable, vocabularyOf } from '../src/tokenizer/vocabulary';
import type { Piece, VocabularyFacts } from '../src/tokenizer/vocabulary';
import { createTokenizer } from '../src/tokenizer/tokenizer';
import { trainTokenizerInSlices } from '../src/tokenizer/train';
import type { TrainOptions } from '../src/tokenizer/train';
import type { TokenizerApi } from '../src/types';

interface Open { tokenizer: TokenizerApi; table: Map<number, Piece> }

/** By its hash; the two used last: the model's own and a trained one. */
const open = new Map<string, Promise<Open>>();
let training: AbortController | undefined;

function opened(json: string): Promise<Open> {
  let known = open.get(json);
  if (!known) {
    known = createTokenizer(json).then((tokenizer) => ({ tokenizer, table: pieceTable(json) }));
    known.catch(() => open.delete(json));
    open.set(json, known);
    if (open.size > 2) open.delete(open.keys().next().value!);
  }
  return known;
}

/** Hands the worker's thread back now and then, so that a question in between is answered. */
async function breathe(since: number): Promise<number> {
  if (performance.now() - since < 50) return since;
  await new Promise<void>((resume) => setTimeout(resume, 0));
  return performance.now();
}

const tokens = {
  /** How many tokens each text has. */
  async lengths(json: string, texts: string[]): Promise<Uint32Array> {
    const { tokenizer } = await opened(json);
    const found = new Uint32Array(texts.length);
    let since = performance.now();
    for (const [i, text] of texts.entries()) {
      found[i] = tokenizer.encode(text).length;
      since = await breathe(since);
    }
    return Comlink.transfer(found, [found.buffer as ArrayBuffer]);
  },

  /** The tokens of one text. */
  async pieces(json: string, text: string): Promise<Piece[]> {
    const { tokenizer, table } = await opened(json);
    return tokenizer.encode(text).map((id) => table.get(id) ?? { id, text: '', bytes: '?' });
  },

  /** What a vocabulary does to texts. */
  async facts(json: string, texts: string[]): Promise<VocabularyFacts> {
    const { tokenizer } = await opened(json);
    const encoder = new TextEncoder();
    let characters = 0, bytes = 0, count = 0, since = performance.now();
    for (const text of texts) {
      characters += text.length;
      bytes += encoder.encode(text).length;
      count += tokenizer.encode(text).length;
      since = await breathe(since);
    }
    return { ...vocabularyOf(json), characters, bytes, tokens: count };
  },

  /** A tokenizer.json; see trainTokenizer. One at a time: a second call stops the first. Rejects with Stopped after `cancel()`. */
  async train(texts: string[], options: Pick<TrainOptions, 'vocabSize' | 'languages'>, progress?: (done: number, phase: 'count' | 'merge') => void): Promise<string> {
    training?.abort();
    const own = training = new AbortController();
    try {
      return await trainTokenizerInSlices(texts, { ...options, onProgress: (done, phase) => { progress?.(done, phase); } }, own.signal);
    } finally {
      if (training === own) training = undefined;
    }
  },

  cancel(): void { training?.abort(); },
};

export type TokenizerWorkerApi = typeof tokens;
Comlink.expose(tokens);
