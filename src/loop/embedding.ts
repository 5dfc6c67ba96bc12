/** Which frozen model gives a run its embeddings, and the policy's own frozen copy as one of them; knows interfaces only. */

import type { Settings } from '../config';
import { withEmbedding } from '../reward/embedding';
import type { Embedder } from '../reward/embedding';
import { labError } from '../types';
import type { Rewarder, RunEvent, TokenizerApi, Trainer } from '../types';

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

/**
 * The rewarder of a run, with embeddings where the settings ask for them. `embedder` is the encoder that a person chose.
 * @param onFailure hears in one sentence why scores have no embedding
 * @throws BadInput when the settings ask for an encoder and none was chosen
 */
export function embeddingRewarder(
  deps: { rewarder: Rewarder; trainer: Pick<Trainer, 'embed'>; tokenizer: Pick<TokenizerApi, 'encode'>; embedder?: Embedder | null },
  settings: Pick<Settings, 'embedding'>, emit: (event: RunEvent) => void,
): Rewarder {
  const told = new Set<string>();
  const onFailure = (cause: string): void => {
    if (told.has(cause)) return;
    told.add(cause);
    emit({ type: 'notice', level: 'warning', code: 'embedding', text: `Some scores have no embedding, and its share went to the other parts: ${cause}` });
  };
  switch (settings.embedding) {
    case 'off': return deps.rewarder;
    case 'policy': return withEmbedding(deps.rewarder, trainerEmbedder(deps.trainer, deps.tokenizer), onFailure);
    case 'model':
      if (!deps.embedder) throw labError('BadInput', 'The settings ask for embeddings by a model, and none was chosen. Nothing was started; choose its folder beside the setting, or take "policy" or "off".');
      return withEmbedding(deps.rewarder, deps.embedder, onFailure);
  }
}
