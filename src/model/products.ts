/** The matrix products that a model is made of, for whoever measures them; knows shapes, no kernel. */
import type { ProductShape } from '../gpu/tune';
import type { ModelConfig } from '../types';

/** Rows of a training batch, and of decoding steps, that stand for their classes. */
const ROWS = { train: 2048, decode: [1, 16, 64] } as const;

/** Products with the weights of each layer and of the head, in training and in decoding, each once. */
export function productsOf({ hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D, vocab_size: V }: ModelConfig): ProductShape[] {
  const outward: [number, number][] = [[H * D, C], [F, C]];
  const all: [number, number][] = [[C, (H + 2 * K) * D], [C, 2 * F], [C, V], ...outward];
  return [
    ...all.flatMap(([inner, cols]) => (['forward', 'backward_inp', 'backward_weight'] as const).map(product => ({ product, inner, cols, rows: ROWS.train }))),
    // The others leave decoding's fused kernels (ops/slots.ts).
    ...outward.flatMap(([inner, cols]) => ROWS.decode.map(rows => ({ product: 'forward' as const, inner, cols, rows }))),
  ];
}
