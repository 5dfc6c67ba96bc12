/** Asks the engine what one head looks at over a sample of the open run, with the tokens as text; knows prompts and the engine, no view. */
import { createPrompts } from '../../rl/prompts';
import { pieceEnds } from '../../tokenizer/pieces';
import { ATTEND_MOST } from '../../types';
import type { ModelConfig, TokenizerApi, Trainer } from '../../types';
import type { AttentionRequest, AttentionView } from '../actions';

/** @param held what is in the engine: its model's shape and its tokenizer */
export async function attentionOf(trainer: Pick<Trainer, 'attend'>, held: { config: ModelConfig; tokenizer: TokenizerApi }, { kind, episode, head }: AttentionRequest): Promise<AttentionView | string> {
  const { tokenizer, config } = held, prompts = createPrompts(tokenizer, config.max_position_embeddings);
  const completion = (kind === 'writer' ? episode.documentationTrace : episode.reconstructions[0]?.trace)?.ids;
  if (!completion || !trainer.attend) return 'The tokens of this sample were not kept.';
  const ids = [...(kind === 'writer' ? prompts.writer(prompts.ids(episode.code), episode.language) : prompts.reader(prompts.documentation(episode.documentation), episode.language)), ...Array.from(completion)];
  if (ids.length > ATTEND_MOST) return `This sample has ${ids.length} tokens, and attention is looked at up to ${ATTEND_MOST}.`;
  const { num_attention_heads: heads, num_hidden_layers: layers } = config;
  const shares = await trainer.attend({ tokens: Int32Array.from(ids), layer: Math.min(layers - 1, Math.floor(head / heads)), head: head % heads, model: 'policy' });
  const { text, ends } = pieceEnds(tokenizer, ids);
  const names = new Map(['<|bos|>', '<|end|>', '<|code|>', '<|doc|>', `<|${episode.language}|>`].map(name => [tokenizer.special(name), name]));
  return { layers, heads, shares, pieces: ids.map((id, i) => names.get(id) ?? text.slice(ends[i - 1] ?? 0, ends[i])) };
}
