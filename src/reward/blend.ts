/** Blends the metrics into one score, and scores lists of pairs; knows every metric, no thread and no file. */

import type { Rewarder, ScoredPair, SimilarityScore } from '../types';
import { chrfSimilarity } from './chrf';
import { editSimilarity } from './edit';
import { exactMatch } from './exact';
import { lex } from './lexer';
import type { Metric, Prepared } from './metric';
import { structureSimilarity, triples } from './structure';
import { tokenF1 } from './token_f1';
import type { SyntaxParser } from './tree';

/** Every metric by the name under which its weight and its part are known. */
export const METRICS: Readonly<Record<string, Metric>> = { edit: editSimilarity, f1: tokenF1, chrf: chrfSimilarity, structure: structureSimilarity };

/** The blend weights of a configuration, by metric name. */
export function similarityWeights(settings: { weightEdit: number; weightF1: number; weightChrf: number; weightStructure: number }): Record<string, number> {
  return { edit: settings.weightEdit, f1: settings.weightF1, chrf: settings.weightChrf, structure: settings.weightStructure };
}

/**
 * Weighted mean of the parts that have a weight and apply; 0 when none does. Weights need not sum to 1: a part that does not apply to a
 * pair gives its share to the others.
 */
export function blend(parts: Record<string, number>, weights: Record<string, number>): number {
  let sum = 0, total = 0;
  for (const [name, part] of Object.entries(parts)) {
    const weight = Object.hasOwn(weights, name) ? weights[name]! : 0;
    sum += weight * part;
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

/** Scores pairs with every metric; `parser` undefined = no structure part and no word on whether code parses. */
export class PairScorer implements Rewarder {
  private readonly parser: SyntaxParser | undefined;

  constructor(parser?: SyntaxParser) {
    this.parser = parser;
  }

  private prepare(text: string, language: ScoredPair['language']): Prepared {
    const nodes = this.parser?.parse(language, text);
    return { text, language, tokens: lex(text, language), triples: nodes ? triples(nodes) : nodes };
  }

  /** One pair; `unparsable` is the most that a reconstruction with a syntax error may get (where the original itself parses). */
  scorePrepared(original: Prepared, reconstruction: Prepared, weights: Record<string, number>, unparsable: number): SimilarityScore {
    const parts: Record<string, number> = {};
    for (const [name, metric] of Object.entries(METRICS)) {
      const part = metric(original, reconstruction);
      if (part !== undefined) parts[name] = part;
    }
    const parses = reconstruction.tokens.length > 0 && reconstruction.triples !== null;
    const value = reconstruction.tokens.length === 0 ? 0 : blend(parts, weights);
    const broken = original.triples != null && !parses;
    return { value: broken ? Math.min(value, unparsable) : value, parts, parses, exact: exactMatch(original.text, reconstruction.text) };
  }

  /** Scores in the order of the pairs. Equal texts are prepared once: a group shares its original. */
  score(pairs: ScoredPair[], weights: Record<string, number>, unparsable: number): Promise<SimilarityScore[]> {
    const seen = new Map<string, Prepared>();
    const prepared = (text: string, language: ScoredPair['language']): Prepared => {
      const key = `${language}\u0000${text}`;
      let found = seen.get(key);
      if (!found) seen.set(key, (found = this.prepare(text, language)));
      return found;
    };
    return Promise.resolve(pairs.map((pair) => this.scorePrepared(prepared(pair.original, pair.language), prepared(pair.reconstruction, pair.language), weights, unparsable)));
  }
}
