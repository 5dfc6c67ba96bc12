/** What a function family of the sample corpus is: templates with slots. Knows no concrete family and draws nothing. */

/** What a parameter holds; the kind of the first one also chooses the noun in the function's name. */
export type Kind = 'numbers' | 'number' | 'text' | 'record' | 'records';

/**
 * Code templates are lines with slots written `$slot`; phrases have theirs as `{slot}` and get words for signs.
 *
 *   f function   xs, x list and its item   n number   s text   d record   key field name
 *   op comparison   ar arithmetic sign   pm plus or minus   k constant 2..12   k0 0 or 1   k2 k + 5, 10 or 20
 *   c, c2 two different characters   up the method that changes case
 */
export interface Family {
  id: string;
  /** First words of the function's name. */
  verbs: readonly [string, string, string];
  takes: readonly Kind[];
  python: readonly string[];
  javascript: readonly string[];
  ruby?: readonly string[];
  /** Shared with other families: says what sort of thing happens. */
  vague: readonly string[];
  /** Says what happens without the constants. */
  medium: readonly string[];
  /** Says all that the body needs. */
  precise: readonly string[];
  /** Numbers in its inputs, where the usual -3..14 would overflow or run long. */
  range?: readonly [number, number];
}
