/** The tokenizer worker and what it was asked: lengths of functions, pieces, a vocabulary trained ahead. Draws nothing. */
import { signal } from '@preact/signals';
import * as Comlink from 'comlink';
import { tokenizerTexts } from '../../corpus/tokenizer_texts';
import type { Piece, VocabularyFacts } from '../../tokenizer/vocabulary';
import type { CodeItem, Language } from '../../types';
import type { TokenizerWorkerApi } from '../../../workers/tokenizer';
import { keepTrained } from '../trained_ahead';
import { spawn } from '../spawn';
import { failure } from '../worker_ports';

/** A vocabulary by name. */
export interface Vocabulary { name: string; json: string }

let open: { api: Comlink.Remote<TokenizerWorkerApi>; failed: Promise<never> } | undefined;

function port(): NonNullable<typeof open> {
  if (!open) {
    const worker = spawn('tokenizer');
    const failed = failure(worker);
    // A worker whose script did not load is not asked again: the next question makes another.
    failed.catch(() => { worker.terminate(); open = undefined; });
    open = { api: Comlink.wrap<TokenizerWorkerApi>(worker), failed };
  }
  return open;
}

const lengths = new WeakMap<readonly CodeItem[], Map<string, Promise<Uint32Array>>>();

/** Tokens of each item's code; worked out once for an array and a vocabulary. */
export function lengthsOf(items: readonly CodeItem[], { json }: Vocabulary): Promise<Uint32Array> {
  let own = lengths.get(items);
  if (!own) lengths.set(items, own = new Map());
  let found = own.get(json);
  if (!found) {
    const { api, failed } = port();
    found = Promise.race([api.lengths(json, items.map(item => item.code)), failed]);
    found.catch(() => own.delete(json));
    own.set(json, found);
  }
  return found;
}

export function piecesOf(code: string, { json }: Vocabulary): Promise<Piece[]> {
  const { api, failed } = port();
  return Promise.race([api.pieces(json, code), failed]);
}

/** What a vocabulary does to the code of the functions for training. */
export function factsOf(items: readonly CodeItem[], { json }: Vocabulary): Promise<VocabularyFacts> {
  const { api, failed } = port();
  return Promise.race([api.facts(json, items.filter(item => item.split === 'train').map(item => item.code)), failed]);
}

/** A training under way; null = none. */
export const tokenizerTraining = signal<{ done: number; startedAt: number } | null>(null);

/** Trains the vocabulary that a run with a new model would train on this corpus, and keeps it for that run. @throws Stopped, BadInput */
export async function trainAhead(items: readonly CodeItem[], vocabSize: number): Promise<Vocabulary> {
  const { api, failed } = port();
  const startedAt = performance.now();
  tokenizerTraining.value = { done: 0, startedAt };
  try {
    const languages = [...new Set(items.map(item => item.language))].sort() as Language[];
    const json = await Promise.race([
      api.train([...tokenizerTexts(items)], { vocabSize, languages }, Comlink.proxy((done: number) => { if (tokenizerTraining.peek()) tokenizerTraining.value = { done, startedAt }; })),
      failed,
    ]);
    keepTrained(items, vocabSize, json);
    return { name: 'trained here', json };
  } finally {
    tokenizerTraining.value = null;
  }
}

export function cancelTraining(): void { void open?.api.cancel(); }
