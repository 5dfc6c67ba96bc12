/** Scores lists of pairs with every metric there is; knows no thread and no file. */

import type { Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { blend } from './blend';
import { exactMatch } from './exact';
import { scan } from './lexer';
import { Prepared } from './metric';
import { METRIC_OF } from './metrics';
import { METRIC_NAMES, isMetric } from './table';
import type { SyntaxParser } from './tree';

/** Characters of prepared texts kept between calls; the oldest are dropped. With trees and graphs a character costs about half a kilobyte. */
const MOST_KEPT = 200_000;
/** Longer texts are cut: metrics that compare trees take time with the square of it, and no model of this lab writes so much. */
const [MOST_CHARACTERS, MOST_TOKENS] = [20_000, 4_000];

/** `text` up to the limits, and what was too long about it ('' = nothing). */
export function cut(text: string, language: ScoredPair['language']): { text: string; reason: string } {
  if (text.length <= MOST_TOKENS) return { text, reason: '' };
  const short = text.slice(0, MOST_CHARACTERS), { tokens, end } = scan(short, language, MOST_TOKENS + 1);
  if (tokens.length > MOST_TOKENS) return { text: short.slice(0, end - tokens[MOST_TOKENS]!.length), reason: `more than ${MOST_TOKENS} tokens` };
  return { text: short, reason: short.length < text.length ? `${text.length} characters` : '' };
}

/** Scores pairs with the metrics of the table; without a parser those that need a tree do not apply. */
export class PairScorer implements Rewarder {
  private readonly parser: SyntaxParser | undefined;
  private readonly kept = new Map<string, Prepared>();
  private characters = 0;

  constructor(parser?: SyntaxParser) {
    this.parser = parser;
  }

  /** Why trees are to be had no more, if so: the worker that this scorer lives in should be replaced. */
  get failure(): string | undefined { return this.parser?.failure; }

  private prepare(text: string, language: ScoredPair['language']): Prepared {
    const key = `${language}\u0000${text}`;
    let found = this.kept.get(key);
    // Moved to the end: a Map lists its keys in the order in which they were set.
    if (found) this.kept.delete(key);
    else {
      found = new Prepared(text, language, this.parser);
      this.characters += text.length;
    }
    this.kept.set(key, found);
    for (const [oldest, { text: dropped }] of this.kept) {
      if (this.characters <= MOST_KEPT || oldest === key) break;
      this.kept.delete(oldest);
      this.characters -= dropped.length;
    }
    return found;
  }

  /** One pair. An empty reconstruction scores 0; one that does not parse gets at most `options.unparsable`. Texts beyond the limits are compared by their beginnings. */
  scorePair(pair: ScoredPair, options: ScoreOptions): SimilarityScore {
    const first = cut(pair.original, pair.language), second = cut(pair.reconstruction, pair.language), long = second.reason || first.reason;
    const original = this.prepare(first.text, pair.language), reconstruction = this.prepare(second.text, pair.language);
    const wanted = options.metrics ?? METRIC_NAMES.filter((name) => (options.weights[name] ?? 0) > 0);
    const parts: Record<string, number> = {};
    let reason = '';
    for (const name of wanted) {
      if (!isMetric(name)) continue;
      const similarity = METRIC_OF[name](original, reconstruction, options.constants ?? {});
      if (!similarity) continue;
      parts[name] = similarity.value;
      for (const [part, value] of Object.entries(similarity.parts)) parts[`${name}/${part}`] = value;
      if (reason === '' && similarity.reason !== undefined) reason = similarity.reason;
    }
    const empty = reconstruction.tokens.length === 0;
    const parses = !empty && reconstruction.tree !== null;
    const broken = original.tree != null && !parses;
    const value = empty ? 0 : blend(parts, options.weights);
    return {
      value: broken ? Math.min(value, options.unparsable) : value, parts, parses, exact: exactMatch(pair.original, pair.reconstruction),
      reason: empty ? 'empty' : this.failure !== undefined ? `no syntax tree: ${this.failure}` : long !== '' ? `too long: ${long}, compared by the beginning` : broken ? 'does not parse' : reason,
    };
  }

  score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]> {
    return Promise.resolve(pairs.map((pair) => this.scorePair(pair, options)));
  }
}
