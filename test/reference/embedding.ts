/** f64 reference of the embedding lookup: knows rows and ids, nothing of what an id stands for. */
import { labError } from '../../src/types';

/**
 * out[n,:] = weight[tokens[n],:].
 * @param weight [V,C] @param tokens [N], each in [0,V); @returns out [N,C]; throws BadInput on an id outside the table.
 */
export function embeddingForward(weight: Float64Array, tokens: ArrayLike<number>, C: number): Float64Array {
  const N = tokens.length, V = weight.length / C;
  const out = new Float64Array(N * C);
  for (let n = 0; n < N; n++) {
    const id = tokens[n];
    if (!(id >= 0 && id < V)) throw labError('BadInput', `Token ${id} at ${n} is outside the vocabulary of ${V}; nothing was computed. Check the tokenizer.`);
    for (let c = 0; c < C; c++) out[n * C + c] = weight[id * C + c];
  }
  return out;
}

/** dweight[tokens[n],:] += dout[n,:]; a row that occurs k times collects k terms. */
export function embeddingBackward(dweight: Float64Array, dout: Float64Array, tokens: ArrayLike<number>, C: number): void {
  for (let n = 0; n < tokens.length; n++) {
    const id = tokens[n];
    for (let c = 0; c < C; c++) dweight[id * C + c] += dout[n * C + c];
  }
}
