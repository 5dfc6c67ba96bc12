/** The little that the reward needs of a syntax tree: plain nodes and one function that makes them; knows no parser. */

import type { Language } from '../types';

/** A node of a concrete syntax tree; plain data. */
export interface TreeNode {
  kind: string;
  /** Field label under the parent; '' when it has none. */
  field: string;
  /** False for punctuation, keywords and operators. */
  named: boolean;
  /** Source text of a leaf; '' for inner nodes. */
  text: string;
  children: TreeNode[];
  /** On a top node: something below it nests deeper than is read, and stands there as one leaf with its source text. */
  truncated?: true;
}

/**
 * Sampled code can nest without end; the walk stops here, the rest counts as one leaf, and the top node says so. A chain of 500 operators or
 * calls is no hostile text. All that reads trees recurses: at this depth every metric runs in half of the stack that V8 gives a thread.
 */
export const DEEPEST = 1000;

export interface SyntaxParser {
  /** Top nodes of the code; null when it has an error or a missing piece; undefined when no grammar is loaded for the language. */
  parse(language: Language, code: string): TreeNode[] | null | undefined;
  /** Why this parser parses nothing any more; absent while it works. */
  readonly failure?: string | undefined;
}
