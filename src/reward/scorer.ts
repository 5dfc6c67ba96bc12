/** Scores lists of pairs with every metric there is; knows no thread and no file. */

import type { Rewarder, ScoredPair, ScoreOptions, SimilarityScore } from '../types';
import { blend } from './blend';
import { exactMatch } from './exact';
import { scan } from './lexer';
import { BROKEN, Prepared, whole } from './metric';
import { METRIC_OF } from './metrics';
import { METRIC_NAMES, isMetric } from './table';
import { DEEPEST } from './tree';
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

/**
 * Whether brackets open and close in pairs, no deeper than trees are read. A long text of which this is true is parsed whole; of another the
 * beginning is tried, as short as the limits have it: some grammars overrun their stack on long broken code.
 */
function isNested(text: string, language: ScoredPair['language']): boolean {
  const open: string[] = [], closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  let pairs = 0;
  for (const token of scan(text, language).tokens) {
    if (Object.hasOwn(closing, token)) { if (open.push(closing[token]!) > DEEPEST) return false; }
    else if (token === ')' || token === ']' || token === '}') { if (open.pop() !== token) return false; pairs++; }
  }
  return open.length === 0 && pairs > 0;
}

/** A surrogate without its other half, or the sign that replaces bytes that are no UTF-8: what is compared need not be what was written. */
const malformed = (text: string): boolean => /[\p{Cs}\ufffd]/u.test(text);

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

  /** `text`: what is compared as text, a beginning of `full`. */
  private prepare(text: string, full: string, language: ScoredPair['language']): Prepared {
    const key = `${language}\u0000${full.slice(0, MOST_CHARACTERS)}`;
    let found = this.kept.get(key);
    // Moved to the end: a Map lists its keys in the order in which they were set.
    if (found) this.kept.delete(key);
    else {
      found = new Prepared(text, language, this.parser, text !== full && full.length <= MOST_CHARACTERS && isNested(full, language) ? full : text);
      this.characters += found.parsed.length;
    }
    this.kept.set(key, found);
    for (const [oldest, { parsed: dropped }] of this.kept) {
      if (this.characters <= MOST_KEPT || oldest === key) break;
      this.kept.delete(oldest);
      this.characters -= dropped.length;
    }
    return found;
  }

  /**
   * One pair. An empty reconstruction scores 0, equal code otherwise 1 whichever metrics apply; one that does not parse gets at most
   * `options.unparsable`. Texts beyond the limits are compared by their beginnings, syntax trees whole where that is safe; when
   * the full texts differ, every metric is then multiplied with the share of both texts' characters that was compared as text.
   */
  scorePair(pair: ScoredPair, options: ScoreOptions): SimilarityScore {
    const first = cut(pair.original, pair.language), second = cut(pair.reconstruction, pair.language), long = second.reason || first.reason;
    const original = this.prepare(first.text, pair.original, pair.language), reconstruction = this.prepare(second.text, pair.reconstruction, pair.language);
    const wanted = options.metrics ?? METRIC_NAMES.filter((name) => (options.weights[name] ?? 0) > 0);
    const exact = exactMatch(pair.original, pair.reconstruction);
    const compared = exact || long === '' ? 1 : (first.text.length + second.text.length) / (pair.original.length + pair.reconstruction.length);
    const parts: Record<string, number> = {}, without: string[] = [];
    let told = '';
    for (const name of wanted) {
      if (!isMetric(name)) continue;
      const similarity = name === 'exact' ? whole(exact ? 1 : 0) : METRIC_OF[name](original, reconstruction, options.constants ?? {});
      if (!similarity) {
        if ((options.weights[name] ?? 0) > 0) without.push(name);
        continue;
      }
      parts[name] = similarity.value * compared;
      for (const [part, value] of Object.entries(similarity.parts)) parts[`${name}/${part}`] = value;
      if (told === '' && similarity.reason !== undefined && similarity.reason !== BROKEN) told = similarity.reason;
    }
    const empty = reconstruction.tokens.length === 0, parses = !empty && reconstruction.tree !== null, broken = original.tree != null && !parses;
    const value = empty ? 0 : exact ? 1 : blend(parts, options.weights);
    const trees = [original.tree, reconstruction.tree], reasons = empty ? ['empty'] : [
      this.failure !== undefined ? `no syntax tree: ${this.failure}` : '',
      long !== '' ? `too long: ${long}, compared by the beginning` : '',
      malformed(pair.original) || malformed(pair.reconstruction) ? 'invalid UTF-8' : '',
      original.tree === null && this.failure === undefined ? 'the original does not parse' : broken ? BROKEN : '',
      trees.some((tree) => tree?.some((node) => node.truncated)) ? `nested too deep: compared by ${DEEPEST} levels` : '',
      without.length > 0 && this.failure === undefined ? `does not apply: ${without.join(', ')}` : '', told,
    ];
    return { value: broken ? Math.min(value, options.unparsable) : value, parts, parses, exact, reason: reasons.filter((reason) => reason !== '').join('; ') };
  }

  score(pairs: ScoredPair[], options: ScoreOptions): Promise<SimilarityScore[]> {
    return Promise.resolve(pairs.map((pair) => this.scorePair(pair, options)));
  }
}
