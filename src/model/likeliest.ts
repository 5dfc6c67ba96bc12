/** Which tokens were likeliest where one was drawn: from logits to probabilities; knows no vocabulary and no GPU. */

/** Alternatives that are shown of one token. */
const SHOWN = 5;

/** The probability of `id` and the likeliest ids under softmax(logits / temperature); of equal ones the smaller id first. */
export function likeliest(logits: Float32Array, temperature: number, id: number): { p: number; among: { id: number; p: number }[] } {
  let top = -Infinity;
  for (const logit of logits) top = Math.max(top, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp((logit - top) / temperature);
  const p = (v: number): number => Math.exp((logits[v]! - top) / temperature) / total;
  const best: number[] = [];
  for (let v = 0; v < logits.length; v++) {
    let at = best.length;
    while (at > 0 && logits[v]! > logits[best[at - 1]!]!) at--;
    if (at >= SHOWN) continue;
    best.splice(at, 0, v);
    best.length = Math.min(best.length, SHOWN);
  }
  return { p: p(id), among: best.map(v => ({ id: v, p: p(v) })) };
}
