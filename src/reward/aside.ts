/** Adds a part that was computed beside the scoring pool to a score; knows the rules of the blend, not the part. */
import type { ScoreOptions, SimilarityScore } from '../types';
import { blend } from './blend';
import { BROKEN } from './metric';

/** The score with its part added and the blend made anew: 0 for an empty reconstruction, 1 for equal code, capped where it does not parse. */
export function withPart(score: SimilarityScore, name: string, part: number, options: ScoreOptions): SimilarityScore {
  const parts = { ...score.parts, [name]: part };
  // A reconstruction that does not parse is capped only where the original does: the reason tells the two apart.
  const broken = !score.parses && score.reason.split('; ').includes(BROKEN);
  const value = score.reason === 'empty' ? 0 : score.exact ? 1 : blend(parts, options.weights);
  return { ...score, parts, value: broken ? Math.min(value, options.unparsable) : value };
}
