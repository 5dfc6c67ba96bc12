/** f64 reference of drawing one token from a row of logits: knows filters and a uniform number, not where the number came from. */
import type { GenerateRequest } from '../../src/types';

export type SampleSettings = Pick<GenerateRequest, 'temperature' | 'topK' | 'topP' | 'minP' | 'repetitionPenalty'>;

/**
 * Order as in Hugging Face: repetition penalty on the raw logits (s > 0 ? s/r : s*r for every id already seen), temperature, top-k, top-p on the
 * renormalised rest (fewest most probable ids whose sum reaches p), min-p (at least minP times the largest). Then the inverse CDF in id order: the
 * first kept id whose running sum exceeds u * total. Temperature 0 takes the largest logit after the penalty, the lowest id on ties.
 * @param logits [V] @param seen ids of the prompt and of what was generated @param u in [0,1)
 * @returns the id, its log-probability under the plain temperature-scaled softmax (no penalty, no filter; temperature 1 when greedy), and the kept ids
 */
export function sampleForward(
  logits: ArrayLike<number>, seen: ArrayLike<number>, u: number, settings: SampleSettings,
): { id: number; logp: number; kept: number[] } {
  const V = logits.length, temperature = settings.temperature > 0 ? settings.temperature : 1;
  const score = Float64Array.from(logits);
  for (const id of new Set(Array.from(seen))) {
    score[id] = score[id] > 0 ? score[id] / settings.repetitionPenalty : score[id] * settings.repetitionPenalty;
  }
  const logSum = logSumExp(Array.from(logits, (x) => x / temperature));
  const order = Array.from(score.keys()).sort((a, b) => score[b] - score[a] || a - b);
  const logpOf = (id: number): number => logits[id] / temperature - logSum;
  if (settings.temperature === 0) return { id: order[0], logp: logpOf(order[0]), kept: [order[0]] };

  let kept = settings.topK > 0 ? order.slice(0, Math.min(settings.topK, V)) : order;
  const largest = score[order[0]];
  const mass = (id: number): number => Math.exp((score[id] - largest) / temperature);
  if (settings.topP < 1) {
    const total = kept.reduce((sum, id) => sum + mass(id), 0);
    let running = 0, count = 0;
    while (count < kept.length && (count === 0 || running < settings.topP * total)) running += mass(kept[count++]);
    kept = kept.slice(0, count);
  }
  if (settings.minP > 0) kept = kept.filter((id) => mass(id) >= settings.minP);
  kept = kept.slice().sort((a, b) => a - b);
  const total = kept.reduce((sum, id) => sum + mass(id), 0);
  let running = 0;
  // Rounding can leave the sum a hair short of u * total; the last kept id closes the gap.
  let id = kept[kept.length - 1];
  for (const candidate of kept) {
    running += mass(candidate);
    if (running > u * total) { id = candidate; break; }
  }
  return { id, logp: logpOf(id), kept };
}

function logSumExp(values: number[]): number {
  const max = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return max + Math.log(values.reduce((sum, x) => sum + Math.exp(x - max), 0));
}
