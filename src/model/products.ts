/** The matrix products that a model is made of, for whoever measures them; knows shapes, no kernel. */
import type { ProductShape } from '../gpu/tune';
import { sliceRows } from './head';
import type { Shape } from './params';

/** Rows of decoding steps that stand for their classes. */
const DECODING = [1, 16, 64, 128];

/** Products with the weights of each layer and of the head, in training and in decoding, as this model is laid on the device, each once. */
export function productsOf(shape: Shape, binding: number): ProductShape[] {
  const { config: { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D }, slices, capacity } = shape;
  const outward: [number, number][] = [[H * D, C], [F, C]];
  const trained: [number, number, number][] = [
    [C, (H + 2 * K) * D, capacity], [C, 2 * F, capacity], ...outward.map(([inner, cols]): [number, number, number] => [inner, cols, capacity]),
    ...slices.map(({ count }): [number, number, number] => [C, count, sliceRows(shape, binding)]),
  ];
  return [
    ...trained.flatMap(([inner, cols, rows]) => (['forward', 'backward_inp', 'backward_weight'] as const).map(product => ({ product, inner, cols, rows }))),
    // The others leave decoding's fused kernels (ops/slots.ts).
    ...outward.flatMap(([inner, cols]) => DECODING.map(rows => ({ product: 'forward' as const, inner, cols, rows }))),
  ];
}
