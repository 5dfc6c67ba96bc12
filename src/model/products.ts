/** The matrix products that a model is made of, for whoever measures them; knows shapes, no kernel. */
import type { ProductShape } from '../gpu/tune';
import type { Product } from '../gpu/tuner';
import { sliceRows } from './head';
import type { Shape } from './params';

/** Rows of decoding steps that stand for their classes. */
const DECODING = [1, 4, 16, 64, 128];

/** Products with the weights of each layer and of the head, in training and in decoding, as this model is laid on the device, each once. */
export function productsOf(shape: Shape, binding: number): ProductShape[] {
  const { config: { hidden_size: C, intermediate_size: F, num_attention_heads: H, num_key_value_heads: K, head_dim: D }, slices, capacity } = shape;
  type Sizes = [inner: number, cols: number, rows: number];
  const inward: Sizes[] = [[C, (H + 2 * K) * D, capacity], [C, 2 * F, capacity], ...slices.map(({ count }): Sizes => [C, count, sliceRows(shape, binding)])];
  const outward: Sizes[] = [[H * D, C, capacity], [F, C, capacity]];
  const decoding = (product: Product, sizes: readonly Sizes[]): ProductShape[] => sizes.flatMap(([inner, cols]) => DECODING.map(rows => ({ product, inner, cols, rows })));
  return [
    ...[...inward, ...outward].flatMap(([inner, cols, rows]) => (['forward', 'backward_inp', 'backward_weight'] as const).map(product => ({ product, inner, cols, rows }))),
    ...decoding('decode', inward), ...decoding('forward', outward),
  ];
}
