/** Embeddings by the frozen copy of the model under training, behind the Embedder interface; knows the engine by its interface only. */

import type { Embedder } from '../reward/embedding';
import type { TokenizerApi, Trainer } from '../types';

/**
 * A text's vector is the mean of the frozen copy's last hidden states over the text's tokens, without prompt or end token. The frozen copy
 * is made when the loop begins, so a score asked for before that (in a warm start) has no embedding. Rejects with what the
 * engine rejects with.
 */
export function trainerEmbedder(trainer: Pick<Trainer, 'embed'>, tokenizer: Pick<TokenizerApi, 'encode'>): Embedder {
  return {
    async embed(texts) {
      if (texts.length === 0) return [];
      const { vectors } = await trainer.embed({ sequences: texts.map((text) => Int32Array.from(tokenizer.encode(text))), model: 'frozen' });
      return vectors;
    },
  };
}
