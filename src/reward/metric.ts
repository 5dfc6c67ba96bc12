/** The one type behind every similarity metric; knows what a metric is given, not how it judges. */

import type { Language } from '../types';
import { lex } from './lexer';
import type { SyntaxParser, TreeNode } from './tree';

/** What a metric says of a pair: `value` in [0, 1], 1 for equal code, and the named parts it was made of (empty when it has none). */
export interface Similarity {
  value: number;
  parts: Record<string, number>;
  /** Why the value is what it is where the number alone would mislead: 'does not parse', 'too long: compared by ...'. */
  reason?: string;
}

/** Settable constants by setting key; absent = the metric's default. */
export type Constants = Readonly<Record<string, number>>;

/** `undefined` = not applicable to this pair (no grammar, original unparsable), and left out of a blend. Must never throw. */
export type Metric = (original: Prepared, reconstruction: Prepared, constants: Constants) => Similarity | undefined;

/** A piece of code, read once and shared by all metrics. Whatever a metric derives from one side alone belongs in `once`. */
export class Prepared {
  /** What is compared as text: the beginning, where the whole is too long. */
  readonly text: string;
  /** What the tree was made of. */
  readonly parsed: string;
  readonly language: Language;
  private readonly parser: SyntaxParser | undefined;
  private readonly kept = new Map<string, unknown>();

  /** @param whole what is parsed: a text that ends in the middle of a statement has no tree */
  constructor(text: string, language: Language, parser?: SyntaxParser, whole = text) {
    this.text = text;
    this.parsed = whole;
    this.language = language;
    this.parser = parser;
  }

  /** Made at the first asking and kept: `prepared.once('cssg', () => graphOf(prepared))`. */
  once<T>(key: string, make: () => T): T {
    if (!this.kept.has(key)) this.kept.set(key, make());
    return this.kept.get(key) as T;
  }

  /** Lexical tokens without comments and white space. */
  get tokens(): string[] { return this.once('tokens', () => lex(this.text, this.language)); }

  /** Top nodes of the code; null when it does not parse, undefined when no grammar is loaded for its language. */
  get tree(): TreeNode[] | null | undefined { return this.once('tree', () => this.parser?.parse(this.language, this.parsed)); }
}

/** A similarity without parts. */
export const whole = (value: number, reason?: string): Similarity => (reason === undefined ? { value, parts: {} } : { value, parts: {}, reason });

/** The reason of a reconstruction that has no tree while its original has one. */
export const BROKEN = 'does not parse';
